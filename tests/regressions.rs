//! What is new since last time: the difference of two reports, and the baseline of what is put up with.

#[path = "support/project.rs"]
mod project;

use std::fs;

use project::{Project, said};
use serde_json::Value;

const GUIDE: &str = "\
# Lists

```python
a = [3, 1]
a.sort()
a     # [3, 1]
a[0]  # 1
```

```python
len(\"abc\")  # 4
```
";

#[test]
fn a_baseline_lets_known_problems_pass_and_new_ones_fail() {
    let project = Project::new(&[("guide.md", GUIDE), ("notes.md", "```python\n1 + 1  # 3\n```\n")]);
    let check = |more: &[&str]| {
        let output = project.run(&[&["check", "--no-mends", "--baseline", "known.json"], more].concat());
        let (stdout, stderr) = said(&output);
        (output.status.code(), stdout, stderr)
    };
    let (exit, _, stderr) = check(&[]);
    assert_eq!(exit, Some(2));
    assert!(
        stderr
            .contains("does not exist; make it with `truedoc check --baseline known.json --update-baseline`")
    );
    let (exit, _, stderr) = check(&["--update-baseline"]);
    assert_eq!((exit, stderr.as_str()), (Some(0), "baseline: 0 kept, 3 added, 0 removed\n"));
    let written = fs::read_to_string(project.path().join("known.json")).unwrap();
    let (exit, stdout, _) = check(&[]);
    assert_eq!((exit, stdout.lines().count()), (Some(0), 1), "only what changed is printed: {stdout}");
    assert!(stdout.ends_with("of the baseline: 3 known, 0 new, 0 mended\n"), "{stdout}");

    // Moved lines are no news; a new mistake is, and alone is shown.
    project.write("guide.md", &format!("# More\n\n```python\n2 * 2  # 5\n```\n\n{GUIDE}"));
    let (exit, stdout, _) = check(&[]);
    assert_eq!(exit, Some(1));
    assert_eq!(stdout.lines().filter(|line| line.starts_with("refuted:")).count(), 1, "{stdout}");
    assert!(stdout.contains("`2 * 2` is not `5`") && !stdout.contains("document "), "{stdout}");

    // What was mended has to be taken out.
    project.write("guide.md", &GUIDE.replace("# 4", "# 3"));
    let (exit, stdout, _) = check(&[]);
    assert_eq!(exit, Some(1));
    let wanted = "known.json:5: `len(\"abc\")` claimed as `4` in guide.md is refuted no longer; \
                  take it out with --update-baseline";
    assert!(stdout.contains(wanted), "{stdout}");
    let (exit, _, stderr) = check(&["notes.md"]);
    assert_eq!((exit, stderr.as_str()), (Some(0), ""), "of what is not checked nothing is said");
    let (_, _, stderr) = check(&["--update-baseline"]);
    assert_eq!(stderr, "baseline: 2 kept, 0 added, 1 removed\n");
    assert_eq!(check(&[]).0, Some(0));
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let now = fs::read_to_string(project.path().join("known.json")).unwrap();
    let gone: Vec<_> = lines(&written).into_iter().filter(|line| !now.contains(line.as_str())).collect();
    assert_eq!(gone.len(), 1, "one claim is one line: {gone:?}");

    // Entries of documents that are not checked stay, those of documents that are gone do not.
    check(&["--update-baseline", "guide.md"]);
    assert_eq!(fs::read_to_string(project.path().join("known.json")).unwrap(), now);
    fs::remove_file(project.path().join("notes.md")).unwrap();
    assert_eq!(check(&[]).0, Some(1));
    let (_, _, stderr) = check(&["--update-baseline"]);
    assert_eq!(stderr, "baseline: 1 kept, 0 added, 1 removed\n");
}

#[test]
fn a_baseline_hides_nothing_from_fix_and_stops_no_fail_fast() {
    let settings = "baseline = \"known.json\"\nfail-fast = true\n";
    let project = Project::new(&[("guide.md", GUIDE), ("truedoc.toml", settings)]);
    let output = project.run(&["check", "--update-baseline"]);
    assert_eq!(said(&output).1, "baseline: 0 kept, 2 added, 0 removed\n", "all of it was run");
    let (report, exit) = project.report(&["--jobs", "1"]);
    assert_eq!((exit, report["summary"]["ran"].clone()), (Some(0), 2.into()));
    let claim = &report["documents"][0]["examples"][0]["claims"][0];
    assert_eq!((claim["verdict"].clone(), claim["known"].clone()), ("refuted".into(), true.into()));
    assert_eq!(claim["known_reason"], "it stands in the baseline known.json");
    let (diff, _) = said(&project.run(&["fix", "--diff"]));
    assert!(diff.contains("+a     # [1, 3]"), "{diff}");
}

#[test]
fn a_damaged_baseline_is_told_and_left_alone() {
    let project = Project::new(&[("guide.md", GUIDE), ("known.json", "{\"schema\": \"x\"}")]);
    for more in [&[][..], &["--update-baseline"]] {
        let output = project.run(&[&["check", "--baseline", "known.json"], more].concat());
        let (_, stderr) = said(&output);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.starts_with("error: `known.json` is no baseline of truedoc"), "{stderr}");
    }
    assert_eq!(fs::read_to_string(project.path().join("known.json")).unwrap(), "{\"schema\": \"x\"}");
    let output = project.run(&["check", "--update-baseline"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).1.contains("no baseline is named"));
}

#[test]
fn updates_at_once_lose_nothing() {
    let names: Vec<String> = (0..6).map(|number| format!("d{number}.md")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), "```python\n1  # 2\n```\n")).collect();
    let project = Project::new(&files);
    let start = |name: &String| {
        let arguments = ["check", "--no-mends", "-q", "--baseline", "known.json", "--update-baseline", name];
        project.command(&arguments).spawn().unwrap()
    };
    for mut child in names.iter().map(start).collect::<Vec<_>>() {
        assert!(child.wait().unwrap().success());
    }
    let written = fs::read_to_string(project.path().join("known.json")).unwrap();
    let baseline: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(baseline["refuted"].as_array().unwrap().len(), 6);
}

#[test]
fn two_reports_are_compared() {
    let project = Project::new(&[("guide.md", GUIDE)]);
    let store = |name: &str| project.run(&["check", "--format", "json", "--output", name]).status.code();
    assert_eq!(store("old.json"), Some(1));
    project.write("guide.md", &format!("Moved.\n\n{}", GUIDE.replace("# 4", "# 3").replace("# 1", "# 2")));
    store("new.json");
    let diff = |arguments: &[&str]| {
        let output = project.run(&[&["diff"], arguments].concat());
        (output.status.code(), said(&output))
    };
    let (exit, (stdout, _)) = diff(&["old.json", "new.json"]);
    assert_eq!(exit, Some(1));
    let expected = "new refutations\n  guide.md:9: `a[0]` claimed as `2` is `1` (was confirmed)\n\n\
                    fixed\n  guide.md:13: `len(\"abc\")` claimed as `3` is confirmed now\n\n\
                    1 new refutation, 1 fixed\n";
    assert_eq!(stdout, expected);
    assert_eq!(diff(&["old.json", "old.json"]), (Some(0), ("no difference\n".to_owned(), String::new())));
    let (_, (json, _)) = diff(&["--format", "json", "old.json", "new.json"]);
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap()["schema"], "truedoc/diff/1");
    let (exit, (_, stderr)) = diff(&["old.json", "guide.md"]);
    assert_eq!(exit, Some(2));
    assert!(stderr.starts_with("error: `guide.md` is no report of truedoc"), "{stderr}");
}
