//! The sandbox as its user meets it: what `doctor` says, what `--sandbox strict` does, and how the
//! endings that it makes are told.

#[path = "support/processes.rs"]
mod processes;
#[path = "support/project.rs"]
mod project;

use std::process::{Command, Output};

use processes::refuse_namespaces;
use project::Project;
use serde_json::Value;

/// Runs a command where namespaces are refused, as they are in many containers.
fn without_namespaces(mut command: Command) -> Output {
    std::thread::scope(|scope| {
        let started = scope.spawn(|| {
            refuse_namespaces();
            command.output().unwrap()
        });
        started.join().unwrap()
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn doctor_says_what_works_and_what_would_make_the_rest_work() {
    let project = Project::new(&[]);
    let output = project.run(&["doctor"]);
    let shown = text(&output.stdout);
    assert!(output.status.success() && shown.contains("an example ran in"), "{shown}");
    for word in ["CPython  3.", "own network", "Landlock", "limits of an example", "10000 ms"] {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    let output = without_namespaces(project.command(&["doctor"]));
    let shown = text(&output.stdout);
    assert!(output.status.success() && shown.contains("the sandbox is not whole"), "{shown}");
    assert!(shown.contains("because: user namespace: unshare: Operation not permitted"), "{shown}");
    assert!(shown.contains("kernel.unprivileged_userns_clone"), "{shown}");
    let output = without_namespaces(project.command(&["doctor", "--json"]));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["schema"], "truedoc/doctor/1");
    assert_eq!(report["sandbox"]["whole"], false);
    assert_eq!(report["trial"]["ran"], true);
}

#[test]
fn a_strict_sandbox_runs_nothing_where_a_layer_is_missing() {
    let project = Project::new(&[("guide.md", "```python\n1 + 1  # 2\n```\n")]);
    let output = without_namespaces(project.command(&["check", "--sandbox", "strict"]));
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("refuses to run") && said.contains("PID namespace"), "{said}");
    assert_eq!(said.trim().lines().count(), 1, "{said}");
    project.write("truedoc.toml", "sandbox = \"strict\"\n");
    let output = without_namespaces(project.command(&["check"]));
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    // What is typed wins.
    let output = without_namespaces(project.command(&["check", "--sandbox", "auto", "--verbose"]));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let shown = text(&output.stdout) + &text(&output.stderr);
    assert!(shown.contains("PID namespace: unshare"), "the report names what is missing: {shown}");
}

#[test]
fn endings_are_told_apart() {
    let examples = [
        ("import os\nos.kill(os.getpid(), 11)", "crashed", Value::from("signal")),
        ("import time\ntime.sleep(60)", "timeout", Value::from("timeout")),
        ("while True: print('x' * 100000)", "crashed", Value::from("output-limit")),
        ("kept = bytearray(3 << 30)", "raised", Value::from("memory-limit")),
        ("open('/usr/new', 'w')", "raised", Value::from("blocked")),
        ("raise SystemExit(3)", "ran", Value::Null),
        ("import os, time\nif os.fork() == 0:\n    time.sleep(100)", "ran", Value::Null),
    ];
    let blocks = examples.iter().map(|(code, ..)| format!("```python\n{code}\n```\n\n"));
    let project = Project::new(&[("guide.md", &blocks.collect::<String>())]);
    let arguments = ["check", "--timeout", "2s", "--no-mends"];
    let output = project.command(&arguments).args(["--format", "json"]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = &report["documents"][0]["examples"];
    for (index, (code, status, reason)) in examples.iter().enumerate() {
        let example = &found[index];
        assert_eq!((&example["status"], &example["reason"]), (&Value::from(*status), reason), "{code}");
    }
    assert_eq!(found[0]["signal_name"], "SIGSEGV");
    assert_eq!(found[3]["exception"]["type"], "MemoryError");
    assert!(found[4]["detail"].as_str().unwrap().contains("/usr/new"), "{}", found[4]);
    assert_eq!(found[5]["exit_code"], 3);
    assert_eq!(found[6]["left_behind"], 1);
    let output = project.command(&arguments).output().unwrap();
    let shown = text(&output.stdout);
    for words in ["killed by SIGSEGV", "left processes behind", "guide.md:28  1 process"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}
