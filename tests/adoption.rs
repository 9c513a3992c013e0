//! What it takes to use truedoc in a project: settings, completions, manual pages, hooks.

#![allow(clippy::print_stdout, reason = "a test that is left out says so")]

#[path = "support/project.rs"]
mod project;

use std::fs;
use std::path::Path;
use std::process::Command;

use project::{Project, said};
use serde_json::Value;

/// Whether a program is there; it is said if it is not.
fn is_there(program: &str) -> bool {
    let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output().unwrap();
    if !found.status.success() {
        println!("NOT TESTED: there is no {program} here");
    }
    found.status.success()
}

#[test]
fn init_looks_at_a_folder_and_says_what_to_do_next() {
    let project = Project::new(&[("guide.md", "```python\n1 + 1  # 2\n```\n")]);
    let output = project.run(&["init"]);
    let (stdout, stderr) = said(&output);
    assert_eq!((output.status.code(), stderr.as_str()), (Some(0), ""));
    assert!(
        stdout.starts_with("found 1 document (1 markdown) with 1 Python example (1 fenced)\n"),
        "{stdout}"
    );
    assert!(stdout.contains("\nwrote truedoc.toml\n") && stdout.contains("\n  truedoc check "), "{stdout}");
    let written = fs::read_to_string(project.path().join("truedoc.toml")).unwrap();
    assert_eq!(project.run(&["check"]).status.code(), Some(0));
    let output = project.run(&["init"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).1.starts_with("error: `truedoc.toml` is there already"));
    assert_eq!(fs::read_to_string(project.path().join("truedoc.toml")).unwrap(), written);
    let output = project.run(&["init", "gone"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output).1);
}

#[test]
fn completions_are_valid_in_their_shells() {
    let project = Project::new(&[]);
    for (shell, check) in [
        ("bash", "bash -n completions"),
        ("zsh", "zsh -n completions"),
        ("fish", "fish --no-execute completions"),
    ] {
        let output = project.run(&["completions", shell]);
        let (text, _) = said(&output);
        assert_eq!(output.status.code(), Some(0));
        for word in ["last-failed", "update-baseline", "completions"] {
            assert!(text.contains(word), "{shell} does not know {word}");
        }
        project.write("completions", &text);
        if is_there(shell) {
            let checked =
                Command::new("sh").args(["-c", check]).current_dir(project.path()).output().unwrap();
            assert!(checked.status.success() && checked.stderr.is_empty(), "{shell}: {}", said(&checked).1);
        }
    }
    for shell in ["elvish", "powershell"] {
        assert_eq!(project.run(&["completions", shell]).status.code(), Some(0));
    }
}

/// In a real bash, the tab key gives what there is.
#[test]
fn bash_completes_an_argument() {
    let project = Project::new(&[]);
    project.write("completions", &said(&project.run(&["completions", "bash"])).0);
    let script = "source ./completions; COMP_WORDS=(truedoc check --last); COMP_CWORD=2; \
                  _truedoc truedoc --last check; echo \"${COMPREPLY[@]}\"";
    let output = Command::new("bash").args(["-c", script]).current_dir(project.path()).output().unwrap();
    assert_eq!(said(&output), ("--last-failed\n".to_owned(), String::new()));
}

#[test]
fn manual_pages_are_written_and_clean() {
    let project = Project::new(&[]);
    let (main, _) = said(&project.run(&["man"]));
    assert!(main.contains(".TH truedoc 1"), "{main}");
    let output = project.run(&["man", "--out", "share/man/man1"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output).1);
    let folder = project.path().join("share/man/man1");
    let mut pages: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    let named = |name: &str| pages.iter().any(|page| page.ends_with(name));
    assert!(named("truedoc.1") && named("truedoc-check.1") && named("truedoc-diff.1"), "{pages:?}");
    if is_there("groff") {
        for page in &pages {
            let output = Command::new("groff")
                .args(["-man", "-ww", "-Tutf8", "-K", "utf8"])
                .arg(page)
                .output()
                .unwrap();
            assert_eq!(said(&output).1, "", "{}", page.display());
        }
    }
    project.write("file", "");
    let output = project.run(&["man", "--out", "file/man1"]);
    assert!(said(&output).1.starts_with("error: the manual pages cannot be written to `file/man1`"));
}

/// A file of the repository as data.
fn yaml(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn hooks_check_what_a_commit_changes() {
    let project = Project::new(&[
        ("true.md", "```python\n1 + 1  # 2\n```\n"),
        ("false.md", "```python\n1 + 1  # 3\n```\n"),
        ("prose.md", "Words.\n"),
        ("module.py", "x = 1\n"),
        ("truedoc.toml", "exclude = [\"vendor/\"]\n"),
    ]);
    fs::create_dir(project.path().join("vendor")).unwrap();
    project.write("vendor/false.md", "```python\n1 + 1  # 3\n```\n");
    let hooks = yaml(".pre-commit-hooks.yaml");
    let run = |id: &str, files: &[&str]| {
        let hook = hooks.as_array().unwrap().iter().find(|hook| hook["id"] == id).expect("the hook");
        let words: Vec<&str> = hook["entry"].as_str().unwrap().split(' ').collect();
        assert_eq!(words[0], "truedoc");
        project.run(&[&words[1..], files].concat())
    };
    let exit = |id: &str, files: &[&str]| run(id, files).status.code();
    assert_eq!(exit("truedoc", &["true.md", "prose.md", "module.py"]), Some(0));
    assert_eq!(exit("truedoc", &["prose.md"]), Some(0), "nothing to check is no failure of a commit");
    assert_eq!(exit("truedoc", &["vendor/false.md"]), Some(0), "what is excluded stays out");
    let (stdout, _) = said(&run("truedoc", &["true.md", "false.md"]));
    assert!(stdout.starts_with("false.md:2: refuted: claimed 3, actual 2"), "{stdout}");
    assert_eq!(exit("truedoc", &["true.md", "false.md"]), Some(1));
    assert_eq!(exit("truedoc-fix", &["prose.md"]), Some(0));
    run("truedoc-fix", &["false.md"]);
    assert!(fs::read_to_string(project.path().join("false.md")).unwrap().contains("# 2"));
}

/// Each hook is given every kind of file that truedoc looks for, and no other.
#[test]
fn hooks_are_given_the_files_that_truedoc_reads() {
    let project = Project::new(&[]);
    let (_, stderr) = said(&project.run(&["check"]));
    let named = stderr.trim().rsplit_once("files named ").expect("the extensions are named").1;
    let mut extensions: Vec<&str> =
        named.split(", ").map(|pattern| pattern.trim_start_matches("*.")).collect();
    extensions.sort_unstable();
    for hook in yaml(".pre-commit-hooks.yaml").as_array().unwrap() {
        let files = hook["files"].as_str().unwrap();
        let inner = files.strip_prefix(r"\.(").and_then(|rest| rest.strip_suffix(")$")).unwrap();
        let mut given: Vec<&str> = inner.split('|').collect();
        given.sort_unstable();
        assert_eq!(given, extensions);
        for key in ["id", "name", "description", "entry", "language"] {
            assert!(hook[key].is_string(), "{key}");
        }
    }
}
