//! A check in parts: each by a process of its own, and put together the report of one check.

#[path = "support/project.rs"]
mod project;

use std::fs;

use project::{Project, ids, said};
use serde_json::Value;

/// Documents of several kinds, with expectations, facts and a baseline.
fn project() -> Project {
    let project = Project::new(&[
        ("code.py", "def one():\n    \"\"\"\n    >>> one()\n    2\n    \"\"\"\n    return 1\n"),
        ("empty.md", "Words only.\n"),
        ("sentences.md", "Dicts keep their order.\n\n```python\njsno.dumps(1)\n```\n"),
        ("truedoc.toml", "paths = [\".\"]\nexclude = [\"expectations\"]\nbaseline = \"baseline.json\"\n"),
    ]);
    for number in 0..9 {
        let text = format!(
            "# Part {number}\n\n```python\nx = {number}\nx + 1   # {}\n```\n\n```python\nprint(x)\n```\n",
            if number % 3 == 0 { number } else { number + 1 }
        );
        project.write(&format!("doc{number}.md"), &text);
    }
    fs::create_dir_all(project.path().join("expectations/facts")).unwrap();
    let fact = "\
version: 1
facts:
  - id: order
    statement: Dicts keep their order.
    probe: \"print(list({'b': 1, 'a': 2}))\"
    prints: \"['a', 'b']\"
    contrast:
      probe: \"print(len({'b': 1, 'a': 2}))\"
      prints: \"2\"
    source: What is New
";
    project.write("expectations/facts/order.yaml", fact);
    let prose = "version: 1\ndocument: sentences.md\nprose:\n  - line: 1\n    quote: keep their order\n    fact: order\n";
    project.write("expectations/sentences.yaml", prose);
    let stale = "version: 1\ndocument: doc1.md\nexamples:\n  - line: 40\n    outcome: runs\n";
    project.write("expectations/doc1.yaml", stale);
    let updated = project.run(&["check", "--baseline", "baseline.json", "--update-baseline"]);
    assert!(project.path().join("baseline.json").exists(), "{updated:?}");
    project.write("doc3.md", "# Part 3\n\n```python\nx = 3\nx   # 3\n```\n");
    project.write("doc6.md", "# Part 6\n\n```python\nx = 6\nx   # 7\n```\n");
    project
}

fn part(project: &Project, shard: &str, more: &[&str]) -> (String, Option<i32>) {
    let name = format!("{}.json", shard.replace('/', "-of-"));
    let arguments = ["check", "--shard", shard, "--format", "json", "--output", &name];
    let mut command = project.command(&[&arguments, more].concat());
    let cache = project.cache.path().join("of").join(&name);
    let output = command.env("XDG_CACHE_HOME", cache).output().unwrap();
    (name, output.status.code())
}

fn timeless(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("duration_ms");
            map.values_mut().for_each(timeless);
        }
        Value::Array(values) => values.iter_mut().for_each(timeless),
        _ => {}
    }
}

#[test]
fn four_parts_are_one_check() {
    let project = project();
    let (mut whole, exit) = project.report(&["--no-cache"]);
    let parts: Vec<(String, Option<i32>)> = std::thread::scope(|scope| {
        let start = |number: usize| {
            let project = &project;
            scope.spawn(move || part(project, &format!("{number}/4"), &[]))
        };
        let running: Vec<_> = (1..=4).map(start).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(parts.iter().map(|(_, exit)| *exit).max(), Some(exit));
    let read = |name: &str| -> Value {
        serde_json::from_str(&fs::read_to_string(project.path().join(name)).unwrap()).unwrap()
    };
    for (number, (name, _)) in parts.iter().enumerate() {
        let report = read(name);
        assert_eq!(report["shard"]["number"], number + 1);
        assert!(ids(&report).len() < ids(&whole).len() / 2, "no part has more than its share");
    }
    let names: Vec<&str> = parts.iter().rev().map(|(name, _)| name.as_str()).collect();
    let output = project.run(&[&["report", "--format", "json"][..], &names].concat());
    let mut merged: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    timeless(&mut whole);
    timeless(&mut merged);
    assert!(whole["unexpected"].as_array().unwrap().len() >= 3, "{}", whole["unexpected"]);
    assert_eq!(merged, whole);
    let again = project.run(&[&["report"][..], &names].concat());
    assert!(said(&again).0.contains("doc8.md"), "it is rendered in every format");
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    let project = project();
    let (first, _) = part(&project, "1/2", &[]);
    let refused = |files: &[&str]| {
        let output = project.run(&[&["report"][..], files].concat());
        assert_eq!(output.status.code(), Some(2));
        said(&output).1
    };
    assert!(refused(&[&first, &first]).contains("are the same part, 1 of 2"));
    let (other, _) = part(&project, "2/2", &["--timeout", "9s"]);
    assert!(refused(&[&first, &other]).contains("are parts of different checks"));
    let (third, _) = part(&project, "1/3", &[]);
    let (fourth, _) = part(&project, "2/3", &[]);
    assert!(refused(&[&third, &fourth]).contains("of 3 parts one is missing: 3"));
    let wrong = project.run(&["check", "--shard", "3/2"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(said(&wrong).1.contains("write `2/4` for the second of four"));
}
