//! The action for GitHub, run as GitHub runs it: the steps of `action.yml` in their order, each in
//! the shell it names, with the inputs put in and the files that a step writes read back. Only
//! `cargo install` has a stand-in, which puts the program of these tests in place.
#![allow(dead_code, reason = "each test uses its part of it")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project::{Project, said};
use serde_json::Value;

pub fn action() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml");
    serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// A run of the action.
pub struct Run {
    /// Exit status of the step that failed, or 0.
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
    pub summary: String,
    pub outputs: BTreeMap<String, String>,
}

/// Puts values into the `${{ }}` expressions of a text. What is no input and no output of a step is
/// more than these tests understand.
fn evaluated(text: &str, inputs: &BTreeMap<String, String>, outputs: &BTreeMap<String, String>) -> String {
    let mut parts = text.split("${{");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (expression, rest) = part.split_once("}}").expect("an expression ends");
        let expression = expression.trim();
        let value = match expression.strip_prefix("inputs.") {
            Some(name) => inputs.get(name),
            None => outputs.get(expression),
        };
        result.push_str(value.unwrap_or_else(|| panic!("`{expression}` is not known")));
        result.push_str(rest);
    }
    result
}

/// A folder of programs that stand before all others: a `cargo` that installs the program of these
/// tests where cargo would.
fn programs(project: &Project) -> PathBuf {
    let folder = project.cache.path().join("programs");
    fs::create_dir_all(&folder).unwrap();
    let stub = format!(
        "#!/bin/sh\n[ \"$1 $2 $3\" = 'install --locked --path' ] && [ -f \"$4/Cargo.toml\" ] || exit 99\n\
         mkdir -p \"$HOME/.cargo/bin\" && ln -sf '{}' \"$HOME/.cargo/bin/truedoc\"\n",
        env!("CARGO_BIN_EXE_truedoc")
    );
    fs::write(folder.join("cargo"), stub).unwrap();
    fs::set_permissions(folder.join("cargo"), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

pub fn run(project: &Project, given: &[(&str, &str)]) -> Run {
    let action = action();
    let mut inputs: BTreeMap<String, String> = BTreeMap::new();
    for (name, input) in action["inputs"].as_object().unwrap() {
        inputs.insert(name.clone(), input["default"].as_str().unwrap_or_default().to_owned());
    }
    for (name, value) in given {
        assert!(inputs.insert((*name).to_owned(), (*value).to_owned()).is_some(), "no input {name}");
    }
    let home = project.cache.path().join("home");
    fs::create_dir_all(&home).unwrap();
    let path = format!(
        "{}:{}/.cargo/bin:{}",
        programs(project).display(),
        home.display(),
        std::env::var("PATH").unwrap()
    );
    let file = |name: &str| project.cache.path().join(name);
    fs::write(file("summary"), "").unwrap();
    let mut outputs = BTreeMap::new();
    let mut result = Run {
        exit: 0,
        stdout: String::new(),
        stderr: String::new(),
        summary: String::new(),
        outputs: BTreeMap::new(),
    };
    for step in action["runs"]["steps"].as_array().unwrap() {
        assert_eq!(step["shell"], "bash", "these tests know no other shell");
        fs::write(file("output"), "").unwrap();
        fs::write(file("script.sh"), evaluated(step["run"].as_str().unwrap(), &inputs, &outputs)).unwrap();
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(file("script.sh"));
        command.current_dir(project.path()).env("HOME", &home).env("PATH", &path);
        command.env("XDG_CACHE_HOME", project.cache.path()).env("GITHUB_ACTIONS", "true");
        command.env("GITHUB_ACTION_PATH", env!("CARGO_MANIFEST_DIR"));
        command.env("GITHUB_OUTPUT", file("output")).env("GITHUB_STEP_SUMMARY", file("summary"));
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            command.env(name, evaluated(value.as_str().unwrap(), &inputs, &outputs));
        }
        let output = command.output().unwrap();
        let (stdout, stderr) = said(&output);
        result.stdout.push_str(&stdout);
        result.stderr.push_str(&stderr);
        for line in fs::read_to_string(file("output")).unwrap().lines() {
            let (name, value) = line.split_once('=').expect("an output is NAME=VALUE");
            let id = step["id"].as_str().expect("a step with outputs has an id");
            outputs.insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
        }
        result.exit = output.status.code().unwrap();
        if result.exit != 0 {
            break;
        }
    }
    for (name, output) in action["outputs"].as_object().unwrap() {
        let value = output["value"].as_str().unwrap();
        result.outputs.insert(name.clone(), evaluated(value, &inputs, &outputs));
    }
    result.summary = fs::read_to_string(file("summary")).unwrap();
    result
}
