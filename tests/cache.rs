//! The cache: what is not run again, what is, and that nobody can tell the difference by the verdicts.

#[path = "support/project.rs"]
mod project;

use std::fs;
use std::path::PathBuf;

use project::{Project, examples, ids, said};
use serde_json::Value;

const GUIDE: &str = "\
# Guide

```python
def area(side):
    return side * side
area(3)   # 9
area(4)   # 15
```

## Later

```python
print(area(5))
```

Output:

```
25
```

## More

>>> sorted({'b', 'a'})
['a', 'b']
>>> 1 / 0
Traceback (most recent call last):
ZeroDivisionError: division by zero

```python
import jsno
```
";

const CHANCE: &str = "\
# Chance

```python
import random
random.random()   # 0.5
```

```python
from datetime import date
date.today() > date(2020, 1, 1)   # True
```

```python
object()
print(object())
```

```python
print({'a', 'b', 'c'})
```

```python
print(id(area := 1) == id(area))   # True
```
";

/// A report without what tells a cached one from another: times, and that it is cached.
fn timeless(mut report: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.remove("duration_ms");
                map.remove("cached");
                map.values_mut().for_each(strip);
            }
            Value::Array(values) => values.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut report);
    report
}

fn cached(report: &Value) -> Vec<&str> {
    let is_cached = |example: &&Value| example["cached"] == true;
    examples(report).into_iter().filter(is_cached).map(|example| example["id"].as_str().unwrap()).collect()
}

/// The report of a check of everything.
fn check(project: &Project) -> Value {
    project.report(&["."]).0
}

fn data_file(project: &Project) -> PathBuf {
    let files = fs::read_dir(project.cache.path().join("truedoc/runs")).unwrap().flatten();
    let mut files = files.map(|file| file.path());
    files.find(|path| path.file_name().unwrap().to_str().unwrap().starts_with("data-")).unwrap()
}

#[test]
fn a_second_check_is_the_same_and_starts_nothing() {
    let project = Project::new(&[("guide.md", GUIDE)]);
    let first = check(&project);
    assert!(cached(&first).is_empty());
    let mut command = project.command(&["check", "--format", "json", "."]);
    // Without a folder for its work no interpreter can be started.
    let output = command.env("TMPDIR", "/nowhere").output().unwrap();
    let second: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    assert_eq!(cached(&second), ids(&first));
    assert_eq!(second["summary"]["cached"], ids(&first).len());
    for (one, other) in examples(&first).iter().zip(examples(&second)) {
        assert_eq!(one["duration_ms"], other["duration_ms"], "it is known how long it took");
    }
    let (without, _) = project.report(&["--no-cache", "."]);
    assert!(cached(&without).is_empty());
    let [first, second, without] = [first, second, without].map(timeless);
    assert_eq!(first, second);
    assert_eq!(first, without);
    let (stdout, _) = said(&project.run(&["check", "."]));
    assert!(stdout.contains("; 4 of 4 examples from the cache"), "{stdout}");
}

#[test]
fn what_may_come_out_otherwise_is_run_again() {
    let project = Project::new(&[("chance.md", CHANCE)]);
    let first = check(&project);
    let second = check(&project);
    assert_eq!(cached(&second), ["chance/chance#5"], "only what two runs have shown to be steady");
    let verdicts = |report: &Value| -> Vec<String> {
        let claims = examples(report).into_iter().flat_map(|example| example["claims"].as_array().unwrap());
        claims.map(|claim| format!("{} {}", claim["verdict"], claim["reason"])).collect()
    };
    assert_eq!(verdicts(&first), verdicts(&second));
    assert_eq!(verdicts(&first)[0], r#""undecided" "nondeterministic""#);
}

#[test]
fn what_has_changed_runs_and_the_rest_does_not() {
    let project = Project::new(&[("guide.md", GUIDE), ("other.md", "```python\nprint('other')\n```\n")]);
    check(&project);
    // What another example gives to it is part of it.
    project.write("guide.md", &GUIDE.replace("side * side", "side ** 2"));
    let changed = check(&project);
    assert_eq!(cached(&changed), ["guide/more#1", "guide/more#2", "other/top#1"]);
    let (limited, _) = project.report(&["--timeout", "7s", "."]);
    assert!(cached(&limited).is_empty(), "under another limit it is another run");
    project.write("truedoc.toml", "cache = false\n");
    assert!(cached(&check(&project)).is_empty());
}

#[test]
fn files_that_an_example_reads_are_part_of_it() {
    let project = Project::new(&[
        ("guide.md", "```python\nprint(open('data.txt').read())\n```\n\nOutput:\n\n```\n1\n```\n"),
        ("data.txt", "1"),
        ("own.py", "def one():\n    \"\"\"\n    >>> one()\n    1\n    \"\"\"\n    return 1\n"),
    ]);
    fs::create_dir(project.path().join("expectations")).unwrap();
    let yaml = "version: 1\ndocument: guide.md\nsettings:\n  readable: [data.txt]\n";
    project.write("expectations/guide.yaml", yaml);
    let verdict = |report: &Value, number: usize| {
        examples(report)[number]["claims"][0]["verdict"].as_str().unwrap().to_owned()
    };
    let paths = ["guide.md", "own.py"];
    let first = project.report(&paths).0;
    assert_eq!((verdict(&first, 0), verdict(&first, 1)), ("confirmed".to_owned(), "confirmed".to_owned()));
    assert_eq!(cached(&project.report(&paths).0).len(), 2);
    project.write("data.txt", "2");
    project.write(
        "own.py",
        &fs::read_to_string(project.path().join("own.py")).unwrap().replace("return 1", "return 2"),
    );
    let changed = project.report(&paths).0;
    assert_eq!((verdict(&changed, 0), verdict(&changed, 1)), ("refuted".to_owned(), "refuted".to_owned()));
}

#[test]
fn a_damaged_cache_is_as_good_as_none() {
    let project = Project::new(&[("guide.md", GUIDE)]);
    let first = timeless(check(&project));
    let path = data_file(&project);
    let whole = fs::read(&path).unwrap();
    let mut damaged = whole.clone();
    // Each entry is longer than this.
    damaged.iter_mut().step_by(64).for_each(|byte| *byte ^= 0xff);
    for bytes in [damaged, whole[..whole.len() / 2].to_vec(), Vec::new()] {
        fs::write(&path, bytes).unwrap();
        assert_eq!(timeless(check(&project)), first);
    }
    fs::remove_dir_all(project.cache.path().join("truedoc/runs")).unwrap();
    fs::write(project.cache.path().join("truedoc/runs"), "no folder").unwrap();
    assert_eq!(timeless(check(&project)), first, "where nothing can be kept, everything is run");
}

#[test]
fn two_checks_at_once_do_not_disturb_each_other() {
    let project = Project::new(&[("guide.md", GUIDE)]);
    let other = Project::new(&[("guide.md", &GUIDE.replace("side * side", "side ** 2"))]);
    let reports: Vec<Value> = std::thread::scope(|scope| {
        let start = |project: &Project| {
            let mut command = project.command(&["check", "--format", "json", "."]);
            command.env("XDG_CACHE_HOME", other.cache.path()).output().unwrap().stdout
        };
        let running: Vec<_> =
            [&project, &other, &project].map(|project| scope.spawn(move || start(project))).into();
        running.into_iter().map(|one| serde_json::from_slice(&one.join().unwrap()).unwrap()).collect()
    });
    let again = check(&other);
    assert_eq!(cached(&again), ids(&again));
    assert_eq!(timeless(reports[0].clone()), timeless(reports[2].clone()));
    assert_eq!(timeless(reports[1].clone()), timeless(again));
}

#[test]
fn the_doctor_names_the_cache_and_empties_it() {
    let project = Project::new(&[("guide.md", GUIDE)]);
    check(&project);
    let cache = |arguments: &[&str]| -> Value {
        let output = project.run(&[&["doctor", "--json"], arguments].concat());
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["cache"].clone()
    };
    let kept = cache(&[]);
    assert_eq!(kept["folder"], project.cache.path().join("truedoc/runs").display().to_string());
    assert!(kept["results"].as_u64() >= Some(4) && kept["bytes"].as_u64() > Some(1000), "{kept}");
    assert_eq!(cache(&["--clear-cache"])["results"], 0);
    assert!(cached(&check(&project)).is_empty());
}
