//! The action for GitHub, run as GitHub runs it.

#[path = "support/action.rs"]
mod action;
#[path = "support/project.rs"]
mod project;

use std::fs;

use action::{action, run};
use project::Project;
use serde_json::Value;

#[test]
fn a_false_claim_fails_the_job_and_is_annotated() {
    let project = Project::new(&[("guide.md", "```python\n1 + 1  # 3\n```\n"), ("b c.md", "Words.\n")]);
    let failed = run(&project, &[]);
    assert_eq!(failed.exit, 1, "{}", failed.stderr);
    assert!(failed.stdout.contains("::error file=guide.md,line=2"), "{}", failed.stdout);
    assert!(failed.summary.contains("guide.md"), "{}", failed.summary);
    assert_eq!(failed.outputs["exit-status"], "1");
    let report = fs::read_to_string(project.path().join(&failed.outputs["report"])).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&report).unwrap()["summary"]["refuted"], 1);
    project.write("guide.md", "```python\n1 + 1  # 2\n```\n");
    let passed = run(&project, &[("paths", "guide.md\nb c.md\n"), ("arguments", "--no-mends\n--jobs 1")]);
    assert_eq!((passed.exit, passed.outputs["exit-status"].as_str()), (0, "0"), "{}", passed.stderr);
}

#[test]
fn a_baseline_is_heeded_and_a_status_is_handed_on() {
    let project = Project::new(&[("guide.md", "```python\n1 + 1  # 3\n```\n")]);
    project.run(&["check", "--baseline", "known.json", "--update-baseline"]);
    let passed = run(&project, &[("baseline", "known.json"), ("report", "out.json")]);
    assert_eq!(passed.exit, 0, "{}", passed.stderr);
    assert!(project.path().join("out.json").is_file());
    let wrong = run(&project, &[("paths", "gone.md")]);
    assert_eq!((wrong.exit, wrong.outputs["exit-status"].as_str()), (2, "2"));
    assert!(wrong.stderr.contains("`gone.md` does not exist"), "{}", wrong.stderr);
}

/// What a pull request may have put into an input is never run.
#[test]
fn inputs_are_data() {
    let project = Project::new(&[("guide.md", "```python\n1 + 1  # 2\n```\n")]);
    let hostile = "$(touch pwned)`touch pwned`\"; touch pwned; \"";
    for name in ["paths", "arguments", "baseline", "report"] {
        let ran = run(&project, &[(name, hostile)]);
        assert!(!project.path().join("pwned").exists(), "{name}: {}", ran.stderr);
    }
    for step in action()["runs"]["steps"].as_array().unwrap() {
        assert!(!step["run"].as_str().unwrap().contains("${{"), "an expression in a script is run");
    }
}

#[test]
fn the_action_is_whole() {
    let action = action();
    assert_eq!(action["runs"]["using"], "composite");
    for key in ["name", "description"] {
        assert!(action[key].is_string());
    }
    let text = serde_json::to_string(&action["runs"]).unwrap();
    for (name, input) in action["inputs"].as_object().unwrap() {
        assert!(input["description"].is_string(), "{name}");
        assert!(text.contains(&format!("inputs.{name} ")), "{name} is used");
    }
}
