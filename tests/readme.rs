//! The README is a document, too: the picture of the output that it shows is what truedoc prints, and
//! who follows it gets where it says. The guides show no command that does not exist.

#[path = "support/program.rs"]
mod program;

#[path = "support/action.rs"]
mod action;
#[path = "support/project.rs"]
mod project;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use clap::Parser;
use project::{Project, said};
use serde_json::Value;

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect(name)
}

/// The text of the first block between `open` and the same fence alone on a line.
fn block<'a>(readme: &'a str, open: &str, fence: &str) -> &'a str {
    let start = readme.find(&format!("\n{open}\n")).expect("the block opens") + open.len() + 2;
    let length = readme[start..].find(&format!("\n{fence}\n")).expect("the block closes");
    &readme[start..=start + length]
}

#[test]
fn the_output_that_is_shown_is_real() {
    let readme = read("README.md");
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("guide.md"), block(&readme, "````markdown", "````")).expect("written");
    let output = program::truedoc()
        .args(["check", "guide.md"])
        .current_dir(folder.path())
        .env_remove("GITHUB_ACTIONS")
        .env_remove("GITHUB_ACTIONS")
        .output()
        .expect("it starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), block(&readme, "```text", "```"));
    assert_eq!(output.status.code(), Some(1));
}

/// The commands that a document shows at a prompt, in their order.
fn commands(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix("$ ")).collect()
}

/// The exit status that a remark behind a command speaks of; without one, all is well.
fn status_shown(command: &str) -> i32 {
    let remark = command.split_once("# exit status ").map_or("0", |(_, remark)| remark);
    remark.split(':').next().and_then(|status| status.parse().ok()).expect("a status")
}

/// Who has three documents and follows the quick start, command by command as it stands there, comes
/// from a failing to a passing job in less than five minutes.
#[test]
fn the_quick_start_leads_from_a_failing_to_a_passing_job() {
    let readme = read("README.md");
    let guide = block(&readme, "````markdown", "````");
    let project = Project::new(&[
        ("guide.md", guide),
        ("README.md", "# Fruit\n\n```python\nsorted({\"pear\", \"fig\"})  # ['fig', 'pear']\n```\n"),
        ("notes.md", "# Notes\n\n>>> 7 // 2\n3\n"),
    ]);
    let start = Instant::now();
    let quick_start =
        readme.split("\n## ").find(|part| part.starts_with("Quick start\n")).expect("a section");
    let workflow: Value = serde_yaml::from_str(block(quick_start, "```yaml", "```")).expect("YAML");
    let steps = workflow["jobs"]["truedoc"]["steps"].as_array().expect("steps");
    let uses = steps.iter().filter_map(|step| step["uses"].as_str()).collect::<Vec<_>>();
    assert_eq!(uses, ["actions/checkout@v4", "OWNER/truedoc@main"]);
    let inputs = steps[1]["with"].as_object().into_iter().flatten();
    let inputs: Vec<_> = inputs.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    let job = || action::run(&project, &inputs);

    let failing = job();
    assert_eq!(failing.exit, 1, "{}", failing.stderr);
    assert_eq!(failing.stdout.matches("::error file=guide.md").count(), 3, "{}", failing.stdout);
    let mut played = Vec::new();
    for command in commands(quick_start) {
        if command.starts_with("cargo install") {
            continue;
        }
        let typed = command.replacen("truedoc", env!("CARGO_BIN_EXE_truedoc"), 1);
        let mut shell = Command::new("sh");
        shell.args(["-c", &typed]).current_dir(project.path()).env_remove("GITHUB_ACTIONS");
        let output = shell.env("XDG_CACHE_HOME", project.cache.path()).output().unwrap();
        let (stdout, stderr) = said(&output);
        assert_eq!(output.status.code(), Some(status_shown(command)), "$ {command}\n{stdout}{stderr}");
        played.push(command.split(" #").next().unwrap_or_default().trim_end());
    }
    assert_eq!(
        played,
        [
            "truedoc init",
            "truedoc check",
            "truedoc fix --diff",
            "truedoc fix",
            "truedoc check",
            "truedoc check --baseline baseline.json --update-baseline",
            "truedoc check --baseline baseline.json",
        ]
    );
    let passing = job();
    assert_eq!(passing.exit, 0, "{}{}", passing.stdout, passing.stderr);
    assert!(start.elapsed() < Duration::from_secs(300), "{:?}", start.elapsed());
}

/// Every command that the documents show is one that truedoc takes.
#[test]
fn every_command_that_is_shown_exists() {
    let mut shown = 0;
    for name in ["README.md", "docs/guide.md", "docs/ci.md", "CONTRIBUTING.md"] {
        let text = read(name);
        let in_tables = text.lines().filter(|line| line.starts_with("| `truedoc "));
        let in_tables = in_tables.filter_map(|line| line.split('`').nth(1));
        let in_scripts = text.lines().filter_map(|line| line.trim().strip_prefix("- truedoc "));
        let in_scripts: Vec<String> = in_scripts.map(|rest| format!("truedoc {rest}")).collect();
        let all = commands(&text).into_iter().chain(in_tables).chain(in_scripts.iter().map(String::as_str));
        for command in all.filter(|command| command.starts_with("truedoc ")) {
            let command = command.replace("[PATHS]", "docs");
            let words = shlex::split(command.split(" >").next().unwrap()).expect("words");
            let parsed = truedoc::cli::Cli::try_parse_from(&words);
            assert!(parsed.is_ok(), "{name}: {command}: {}", parsed.unwrap_err());
            shown += 1;
        }
    }
    assert!(shown > 25, "{shown}");
}
