//! What ran becomes an expectation; after the document has changed, only what really changed is
//! reported, and nothing passes unseen.

#[path = "support/program.rs"]
mod program;

use std::path::Path;
use std::process::Output;

use serde_json::Value;

/// A section with one example of its own.
fn section(number: usize) -> String {
    let body = match number % 5 {
        0 => format!("print('section', {number})"),
        1 => format!("x = [{number}] * 3\nprint(x)\nlen(x)  # 3"),
        2 => format!("{{}}['missing {number}']"),
        3 => format!("def f{number}(x):\n    return x + {number}\n\nprint(f{number}(1))"),
        _ => format!("sorted([{number}, 1])  # [1, {number}]"),
    };
    format!("## Section {number}\n\nSome words on {number}.\n\n```python\n{body}\n```\n\n")
}

fn guide(sections: &[String]) -> String {
    format!("# Guide\n\n{}", sections.concat())
}

struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    fn new(text: &str) -> Project {
        let project = Project { folder: tempfile::tempdir().expect("a temporary folder") };
        project.write("docs/guide.md", text);
        project
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(path, text).expect("written");
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("readable")
    }

    fn run(&self, arguments: &[&str]) -> Output {
        run(self.folder.path(), arguments)
    }

    /// Document lines and messages of the differences.
    fn differences(&self) -> Vec<(u64, String)> {
        let output = self.run(&["check", "--format", "json", "docs"]);
        let report: Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
        let all = report["unexpected"].as_array().expect("differences").clone();
        assert_eq!(output.status.code(), Some(i32::from(!all.is_empty())));
        let message = |one: &Value| one["message"].as_str().expect("a message").to_owned();
        all.iter().map(|one| (one["document_line"].as_u64().unwrap_or_default(), message(one))).collect()
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    program::truedoc().args(arguments).current_dir(folder).output().expect("it starts")
}

#[test]
fn after_a_change_only_what_changed_is_reported() {
    let mut sections: Vec<String> = (0..40).map(section).collect();
    let project = Project::new(&guide(&sections));
    assert_eq!(project.run(&["bless", "docs"]).status.code(), Some(0));
    assert_eq!(project.differences(), []);
    assert_eq!(project.run(&["bless", "--check", "docs"]).status.code(), Some(0));

    // A tenth of the examples does something else now; one is gone and one is new.
    for number in [5, 10, 16, 23] {
        sections[number] =
            section(number).replacen(&number.to_string(), "77", 9).replacen("77", &number.to_string(), 2);
    }
    sections[31] = "## Section 31\n\nNo code any more.\n\n".to_owned();
    sections.push("## Section 99\n\n```python\nprint('new')\n```\n\n".to_owned());
    // Sections move; that is no difference.
    sections[32..40].rotate_left(3);
    sections.swap(1, 30);
    project.write("docs/guide.md", &guide(&sections));

    let found = project.differences();
    let gone = found.iter().filter(|(_, message)| message.contains("any more")).count();
    let new: Vec<&String> = found
        .iter()
        .map(|(_, message)| message)
        .filter(|message| message.contains("is not declared"))
        .collect();
    assert_eq!((gone, new.len(), found.len()), (5, 5, 10), "{found:#?}");
    for number in [5, 10, 16, 23, 99] {
        let id = format!("guide/section-{number}#1");
        assert!(new.iter().any(|message| message.contains(&id)), "{id}: {new:#?}");
    }

    assert_eq!(project.run(&["bless", "--check", "docs"]).status.code(), Some(1));
    assert_eq!(project.run(&["bless", "--yes", "docs"]).status.code(), Some(0));
    assert_eq!(project.differences(), []);
    assert_eq!(project.run(&["bless", "--check", "docs"]).status.code(), Some(0));
}

#[test]
fn comments_and_order_stay() {
    let project = Project::new("# Guide\n\n```python\nprint(1)\n```\n\n```python\nprint(2)\n```\n");
    let written = "# about the guide\nversion: 1\ndocument: guide.md   # the only one\nexamples:\n  # the second\n  - line: 8\n    outcome: runs\n\n  - line: 4   # the first\n    reason: because\n    stdout: \"7\"\n    outcome: runs\n";
    project.write("expectations/guide.yaml", written);
    assert_eq!(project.run(&["bless", "docs"]).status.code(), Some(0));
    assert_eq!(project.read("expectations/guide.yaml"), written.replace("\"7\"", "\"1\""));
}

#[test]
fn false_claims_become_known_and_output_that_varies_is_not_declared() {
    let project = Project::new(
        "```python\n1 + 1  # 3\n```\n\n```python\nimport random\nprint(random.random())\n```\n\n```python\nprint(hash('a'))\n```\n",
    );
    assert_eq!(project.run(&["check", "docs"]).status.code(), Some(1));
    assert_eq!(project.run(&["bless", "docs"]).status.code(), Some(0));
    let text = project.read("expectations/docs/guide.yaml");
    assert!(text.contains("holds: false") && !text.contains("stdout"), "{text}");
    assert_eq!(project.run(&["check", "docs"]).status.code(), Some(0));
    project.write("docs/guide.md", &project.read("docs/guide.md").replace("# 3", "# 2"));
    assert!(
        project.differences().iter().any(|(_, message)| message.contains("no claim")),
        "{:?}",
        project.differences()
    );
}

#[test]
fn what_cannot_be_edited_is_said_and_left() {
    let project = Project::new("```python\nprint(1)\n```\n");
    let written = "version: 1\ndocument: guide.md\nexamples: [{line: 2, outcome: timeout}]\n";
    project.write("expectations/guide.yaml", written);
    let output = project.run(&["bless", "docs"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("guide.yaml:3:1"), "{said}");
    assert_eq!(project.read("expectations/guide.yaml"), written);
}
