//! The packages that examples need: how they are named, and how they come to be there.

#![allow(clippy::print_stderr, reason = "a test that is left out says so")]

#[path = "support/project.rs"]
mod project;
#[path = "support/wheels.rs"]
mod wheels;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use project::{Project, examples};
use serde_json::Value;
use tempfile::TempDir;
use wheels::{index, install_from};

/// Reason and detail of each example that was not well.
fn needs(report: &Value) -> Vec<(&str, &str)> {
    let told = |example: &&Value| !example["reason"].is_null();
    let both = examples(report).into_iter().filter(told);
    both.map(|example| (example["reason"].as_str().unwrap(), example["detail"].as_str().unwrap())).collect()
}

fn fenced(codes: &[&str]) -> String {
    codes.iter().map(|code| format!("```python\n{code}\n```\n\n")).collect()
}

#[test]
fn what_is_needed_has_the_name_that_it_is_installed_by() {
    let shown =
        "`print(1)` is `1`.\n\n```python title=\"calc_of_ours.py\"\ndef add(a, b): return a + b\n```\n\n";
    let text = shown.to_owned()
        + &fenced(&[
            "import absent_of_everywhere.deep\nprint(1)  # 1",
            "from google.cloud import absent_storage",
            "import distutils_is_gone, imp_of_nothing",
            "raise ModuleNotFoundError('no name')",
        ])
        + "## Later\n\n"
        + &fenced(&[
            "from store_of_ours import Store",
            "class Store: pass",
            "from store_of_ours import Store  # works",
        ])
        + "```python\nimport sys; sys.modules['calc_of_ours'] = None\nimport calc_of_ours\n```\n";
    let project = Project::new(&[("guide.md", &text)]);
    let (report, _) = project.report(&["guide.md"]);
    assert_eq!(
        needs(&report),
        [
            ("needs-package", "absent-of-everywhere"),
            ("needs-package", "google-cloud-absent-storage (imported as google)"),
            ("needs-package", "distutils-is-gone"),
            ("needs-package", ""),
            ("needs-package", "store-of-ours"),
            ("needs-file", "store_of_ours.py, a module that the document shows itself"),
            ("needs-file", "calc_of_ours.py, a module that the document shows itself"),
        ]
    );
    let of_store = examples(&report)[8]["claims"].as_array().unwrap();
    assert_eq!(of_store[0]["reason"], "needs-file");
}

/// What the tests install: two versions of one distribution under its other name, one that needs
/// another, and one that imports a third by a name that it is given.
fn shelf() -> TempDir {
    let marker = "open(__import__('os').environ['SETUP_RAN'], 'w')\nfrom setuptools import setup\nsetup()\n";
    index(
        &[
            ("PyJWT", "1.0", "jwt", "version = '1.0'\n", &[]),
            ("PyJWT", "2.0", "jwt", "version = '2.0'\n", &[]),
            (
                "outer-dist",
                "1.0",
                "outer_dist",
                "import inner_dist\nvalue = inner_dist.value\n",
                &["inner-dist"],
            ),
            ("inner-dist", "3.1", "inner_dist", "value = 31\n", &[]),
            ("plugin-host", "1.0", "plugin_host", "import importlib\nload = importlib.import_module\n", &[]),
            ("plugged-dist", "1.0", "plugged_dist", "value = 7\n", &[]),
        ],
        &[("source_dist", "1.0", marker)],
    )
}

/// A check whose packages come from a folder.
fn check(project: &Project, shelf: &Path, arguments: &[&str]) -> (Value, Output) {
    let mut command = project.command(&[&["check", "--format", "json"], arguments].concat());
    install_from(&mut command, shelf).env("SETUP_RAN", project.cache.path().join("setup-ran"));
    let output = command.output().unwrap();
    (serde_json::from_slice(&output.stdout).unwrap_or(Value::Null), output)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Verdict of each claim.
fn verdicts(report: &Value) -> Vec<&str> {
    let claims = examples(report).into_iter().flat_map(|example| example["claims"].as_array().unwrap());
    claims.map(|claim| claim["verdict"].as_str().unwrap()).collect()
}

#[test]
fn only_what_is_asked_for_is_installed() {
    let text = fenced(&["import jwt\njwt.version  # '1.0'", "import outer_dist\nouter_dist.value  # 31"]);
    let project = Project::new(&[("guide.md", &text)]);
    let shelf = shelf();
    let (report, _) = check(&project, shelf.path(), &["guide.md"]);
    assert_eq!(needs(&report).len(), 2, "nothing is installed unasked");
    let (report, output) = check(&project, shelf.path(), &["--with", "pyjwt < 2", "guide.md"]);
    assert_eq!(needs(&report), [("needs-package", "outer-dist")], "{}", said(&output));
    assert!(said(&output).contains("note: installed 1 package for the examples under Python 3."));
    assert!(!project.path().join("truedoc.lock").exists());
    // Once it is there, nobody is asked for it again.
    shelf.close().unwrap();
    let (again, output) = check(&project, Path::new("/nowhere"), &["--with", "PyJWT<2", "guide.md"]);
    assert_eq!((needs(&again), said(&output)), (needs(&report), String::new()));
    assert_eq!(verdicts(&again)[0], "confirmed");
    assert_eq!(again["packages"], serde_json::json!(["--with", "pyjwt<2"]));
}

#[test]
fn all_that_is_imported_is_installed_and_repeated_from_the_lock() {
    let text = fenced(&[
        "import jwt\njwt.version  # '2.0'",
        "from outer_dist import value\nvalue  # 31",
        "import plugin_host\nplugin_host.load('plugged_dist').value  # 7",
        "import absent_dist",
        "import source_dist",
        "import my_module",
        "import json, distutils_of_old",
    ]);
    let project = Project::new(&[("guide.md", &text)]);
    let shelf = shelf();
    let (first, output) = check(&project, shelf.path(), &["--install", "guide.md"]);
    let notes = said(&output);
    assert_eq!(verdicts(&first), ["confirmed"; 3], "{notes}");
    let lacking: Vec<&str> = needs(&first).into_iter().map(|(_, detail)| detail).collect();
    assert_eq!(lacking, ["absent-dist", "source-dist", "my-module", "distutils-of-old"]);
    for told in [
        "`absent-dist` for `absent_dist` (guide.md:17) is not installed under Python 3.",
        ": there is no distribution of this name\n",
        "`source-dist` for `source_dist` (guide.md:21) is not installed under Python 3.",
        ": it has no wheel for this Python,",
        "no distribution is installed for `my_module` (guide.md:25): a name for a module of the reader's own;",
    ] {
        assert!(notes.contains(told), "{told} is not in {notes}");
    }
    assert!(!project.cache.path().join("setup-ran").exists(), "code of a source distribution has run");
    let lock = fs::read_to_string(project.path().join("truedoc.lock")).unwrap();
    assert!(lock.contains("name = \"plugged-dist\"") && lock.contains("version = \"2.0\""), "{lock}");

    // Without any index: from the environment that is there, and from the wheels when it is gone.
    shelf.close().unwrap();
    let keeps_wheels = Command::new("uv").arg("--version").output().is_err();
    if !keeps_wheels {
        eprintln!("NOT TESTED: uv is here, which does not keep wheels of local files");
    }
    for gone in ["nothing", "venvs"].into_iter().take(1 + usize::from(keeps_wheels)) {
        let _ = fs::remove_dir_all(project.cache.path().join("truedoc").join(gone));
        let (again, output) = check(&project, Path::new("/nowhere"), &["--install", "guide.md"]);
        assert_eq!((verdicts(&again), needs(&again)), (verdicts(&first), needs(&first)), "{}", said(&output));
        assert!(said(&output).contains("there is no distribution of this name"));
        assert_eq!(fs::read_to_string(project.path().join("truedoc.lock")).unwrap(), lock);
    }
}

#[test]
fn documents_say_which_versions_they_mean() {
    let text = "```console\n$ pip install 'pyjwt<2' plugged-dist\n```\n\n".to_owned()
        + &fenced(&[
            "import jwt\njwt.version  # '1.0'",
            "# /// script\n# dependencies = ['outer-dist', 'x @ file:///x.whl']\n# ///\nimport inner_dist\ninner_dist.value  # 31",
        ]);
    let project = Project::new(&[("guide.md", &text)]);
    let shelf = shelf();
    let (report, output) = check(&project, shelf.path(), &["--install", "guide.md"]);
    assert_eq!(verdicts(&report), ["confirmed"; 2], "{}", said(&output));
    assert!(said(&output).contains("`x @ file:///x.whl` of a script (guide.md:11) is not installed"));
    let lock = fs::read_to_string(project.path().join("truedoc.lock")).unwrap();
    assert!(lock.contains("name = \"outer-dist\""), "{lock}");
    assert!(!lock.contains("plugged-dist"), "nothing is installed for a hint alone: {lock}");
}

#[test]
fn two_checks_at_once_make_one_environment() {
    let project = Project::new(&[("guide.md", &fenced(&["import jwt\njwt.version  # '2.0'"]))]);
    let shelf = shelf();
    let both = std::thread::scope(|scope| {
        let check = || verdicts(&check(&project, shelf.path(), &["--install", "guide.md"]).0).join(" ");
        [scope.spawn(check), scope.spawn(check)].map(|one| one.join().unwrap())
    });
    assert_eq!(both, ["confirmed", "confirmed"]);
    let environments = fs::read_dir(project.cache.path().join("truedoc/venvs")).unwrap();
    assert_eq!(environments.filter(|entry| entry.as_ref().unwrap().path().is_dir()).count(), 1);
}

#[test]
fn settings_and_expectations_ask_for_packages() {
    let text = fenced(&["import jwt\njwt.version  # '1.0'", "import outer_dist\nouter_dist.value  # 31"]);
    let project = Project::new(&[("guide.md", &text), ("truedoc.toml", "requirements = ['pyjwt==1.0']\n")]);
    fs::create_dir(project.path().join("expectations")).unwrap();
    project
        .write("expectations/guide.yaml", "version: 1\ndocument: guide.md\nrequirements:\n  - outer-dist\n");
    let shelf = shelf();
    let (report, output) = check(&project, shelf.path(), &["guide.md"]);
    assert_eq!(verdicts(&report), ["confirmed"; 2], "{}", said(&output));
    project.write(
        "expectations/guide.yaml",
        "version: 1\ndocument: guide.md\nrequirements:\n  - -r other.txt\n",
    );
    let (_, output) = check(&project, shelf.path(), &["guide.md"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("`-r other.txt` is no requirement"), "{}", said(&output));
    assert!(said(&output).contains("expectations/guide.yaml:4:5"), "{}", said(&output));
    project.write("truedoc.toml", "requirements = ['./here']\n");
    let (_, output) = check(&project, shelf.path(), &["guide.md"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("truedoc.toml:1:16"), "{}", said(&output));
}

#[test]
fn what_goes_wrong_is_said_in_a_sentence() {
    let project = Project::new(&[("guide.md", &fenced(&["import jwt"]))]);
    let shelf = shelf();
    let (_, output) = check(&project, shelf.path(), &["--with", "git+https://host/x", "guide.md"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("is no requirement; write the name"), "{}", said(&output));

    project.write("truedoc.lock", "version = 7\n");
    let (_, output) = check(&project, shelf.path(), &["--install", "guide.md"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("truedoc.lock` cannot be used: it has version 7"), "{}", said(&output));

    // Nobody listens at this port.
    fs::remove_file(project.path().join("truedoc.lock")).unwrap();
    let mut command = project.command(&["check", "--install", "guide.md"]);
    let nowhere = "http://127.0.0.1:9/simple";
    command.env("PIP_CONFIG_FILE", "/dev/null").env("PIP_INDEX_URL", nowhere).env("PIP_RETRIES", "1");
    command.env_remove("PIP_FIND_LINKS").env("UV_INDEX_URL", nowhere).env("UV_HTTP_RETRIES", "0");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(said(&output).contains("reaches no index of packages"), "{}", said(&output));
    assert!(!project.path().join("truedoc.lock").exists());
}
