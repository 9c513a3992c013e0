//! Documents that have not changed are recalled: what is said of them is what a check of them says, down
//! to the last byte of every report, and nothing is recalled that could be otherwise by now.

#[path = "support/project.rs"]
mod project;
#[path = "support/settings.rs"]
mod settings;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use project::{Project, examples, said};
use serde_json::Value;
use settings::settings;
use truedoc::check::{CheckSettings, check_in_waves};
use truedoc::document::{Corpus, Exclusions, WaveSize};
use truedoc::expectations::Expectations;
use truedoc::recall::{Recall, Recalled};
use truedoc::report::{Growing, Progress};
use truedoc::settings::Isolate;
use truedoc::shard::Shard;

const STEADY: &str = "\
# Steady

```python
def area(side):
    return side * side
area(3)   # 9
area(4)   # 15
```

## Later

```python
print(area(5), len({'a', 'b'}))
```

Output:

```
25 2
```
";
const TRUE: &str = "```python\nmax([1, 5, 3])   # 5\n```\n";
const CHANCE: &str = "```python\nimport random\nrandom.random()   # 0.5\n```\n";
const TIME: &str = "```python\nimport time\ntime.time() > 5   # True\n```\n";
const ADDRESS: &str = "```python\nprint(object())\n```\n";
const MODULE: &str = "def one():\n    \"\"\"\n    >>> one()\n    1\n    \"\"\"\n    return 1\n";

/// Checks the documents of a folder as the program does; gives the names of those that were recalled.
fn recalled(folder: &Path, settings: &CheckSettings, declared: &[&str], wave: WaveSize) -> Vec<String> {
    let declared: BTreeSet<String> =
        declared.iter().map(|name| folder.join(name).display().to_string()).collect();
    let settings = CheckSettings { wave, ..settings.clone() };
    let mut corpus = Corpus::open(&[folder.to_owned()], &Exclusions::none(), wave).unwrap();
    let recall = Recall::of(&settings, declared).map(Arc::new);
    let mut growing = Growing::with_recall(recall.clone());
    let mut names = Vec::new();
    if let Some(recall) = recall {
        let take = &mut |found: Recalled| {
            names.push(Path::new(&found.path).file_name().unwrap().to_string_lossy().into_owned());
            growing.add_recalled(found)
        };
        recall.take_known(&mut corpus, take).unwrap();
    }
    let (mut none, hidden) = (Expectations::default(), Progress::hidden());
    check_in_waves(corpus, &settings, &mut none, &hidden, &mut |outcome| growing.add(outcome)).unwrap();
    let found = growing.finish();
    assert_eq!(found.report.summary.documents, fs::read_dir(folder).unwrap().count());
    names
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, text)| fs::write(folder.path().join(name), text).unwrap());
    folder
}

#[test]
fn only_what_gives_the_same_each_time_is_recalled() {
    let documents = folder(&[
        ("address.md", ADDRESS),
        ("chance.md", CHANCE),
        ("declared.md", TRUE),
        ("module.py", MODULE),
        ("steady.md", STEADY),
        ("time.md", TIME),
        ("true.md", TRUE),
    ]);
    for wave in [WaveSize::WHOLE, WaveSize { bytes: 20, examples: 1 }] {
        let cache = tempfile::tempdir().unwrap();
        let settings = settings(cache.path());
        let again = || recalled(documents.path(), &settings, &["declared.md"], wave);
        assert!(again().is_empty(), "nothing is known yet");
        assert_eq!(again(), ["steady.md", "true.md"]);
        assert_eq!(again(), ["steady.md", "true.md"]);
    }
}

#[test]
fn a_first_check_of_much_is_recalled_at_once() {
    // So much in one wave is written before anything is kept of its documents.
    let large = "```python\nprint('x' * 400_000)\n```\n";
    let names = ["a.md", "b.md", "c.md", "d.md"];
    let documents = folder(&names.map(|name| (name, large)));
    fs::write(documents.path().join("d.md"), large.replace('x', "y")).unwrap();
    fs::write(documents.path().join("c.md"), large.replace('x', "z")).unwrap();
    fs::write(documents.path().join("b.md"), large.replace('x', "w")).unwrap();
    let cache = tempfile::tempdir().unwrap();
    // Each check opens the cache as a program does.
    let again = || recalled(documents.path(), &settings(cache.path()), &[], WaveSize::WHOLE);
    assert!(again().is_empty());
    assert_eq!(again(), names);
}

#[test]
fn nothing_is_recalled_under_other_settings_or_by_a_check_of_something_else() {
    let documents = folder(&[("steady.md", STEADY), ("true.md", TRUE)]);
    let cache = tempfile::tempdir().unwrap();
    let settings = settings(cache.path());
    let under = |settings: &CheckSettings| recalled(documents.path(), settings, &[], WaveSize::WHOLE).len();
    assert_eq!((under(&settings), under(&settings)), (0, 2));
    let mut limited = settings.clone();
    limited.limits.time_ms += 1;
    let shard = Some(Shard { number: 1, of: 1 });
    let others = [
        limited,
        CheckSettings { mends: false, ..settings.clone() },
        CheckSettings { run_tests: true, ..settings.clone() },
        CheckSettings { isolate: Isolate::Always, ..settings.clone() },
        CheckSettings { fail_fast: true, ..settings.clone() },
        CheckSettings { last_failed: true, ..settings.clone() },
        CheckSettings { shard, ..settings.clone() },
        CheckSettings { cache: None, ..settings.clone() },
    ];
    for other in others {
        assert_eq!(under(&other), 0, "{other:?}");
    }
    assert_eq!(under(&settings), 2);
    fs::write(documents.path().join("true.md"), format!("{TRUE}\nOne more word.\n")).unwrap();
    assert_eq!(under(&settings), 1);
}

const FORMATS: [&str; 9] = ["full", "concise", "json", "junit", "sarif", "csv", "markdown", "html", "gitlab"];

/// What a check of everything writes, without times and whence it knows it.
fn written(project: &Project, format: &str, arguments: &[&str]) -> (String, Option<i32>) {
    let output = project.run(&[&["check", "--format", format, "."], arguments].concat());
    let (text, errors) = said(&output);
    let lines = text.lines().map(|line| match format {
        // The last line says how many results are known.
        "full" | "concise" => line.split("; ").filter(|part| !part.ends_with("from the cache")).collect(),
        // The times stand before two last columns.
        "csv" => line.rsplitn(4, ',').last().unwrap_or_default().to_owned(),
        _ => line.to_owned(),
    });
    let is_of_time = |line: &str| {
        ["duration", "cached", "time=", " ms", "known from"].iter().any(|word| line.contains(word))
    };
    let lines: Vec<String> = lines.filter(|line: &String| !is_of_time(line)).collect();
    (format!("{}\n{errors}", lines.join("\n")), output.status.code())
}

#[test]
fn every_report_is_the_same() {
    let files = [("a.md", TRUE), ("b.md", TIME), ("c.md", STEADY), ("d.md", TRUE), ("e.md", "No code.\n")];
    let project = Project::new(&files);
    let without: Vec<_> = FORMATS.iter().map(|format| written(&project, format, &["--no-cache"])).collect();
    // Everything is known before the second one, but for `b.md`.
    for format in [FORMATS.as_slice(), &FORMATS].concat() {
        let at = FORMATS.iter().position(|one| *one == format).unwrap();
        let (found, expected) = (written(&project, format, &[]), &without[at]);
        let differing = found.0.lines().zip(expected.0.lines()).find(|(one, other)| one != other);
        assert!(found == *expected, "{format}: {differing:?}");
    }
    assert_eq!(without[0].1, Some(1), "what fails, fails");
}

#[test]
fn what_failed_last_time_is_what_a_recalled_document_says() {
    let project = Project::new(&[("steady.md", STEADY), ("true.md", TRUE)]);
    let last_failed = || {
        let report = project.report(&["--last-failed", "."]).0;
        let ran = |example: &&Value| example["reason"] != "not-selected";
        let shown = examples(&report).into_iter().filter(ran);
        shown.map(|example| example["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(project.report(&["."]).1, Some(1));
    assert_eq!(last_failed(), ["steady/steady#1"]);
    project.write("steady.md", &STEADY.replace("# 15", "# 16"));
    assert_eq!(project.report(&["."]).1, Some(0));
    project.write("steady.md", STEADY);
    assert_eq!(project.report(&["."]).1, Some(1), "as it was before");
    assert_eq!(last_failed(), ["steady/steady#1"]);
    project.write("steady.md", &STEADY.replace("# 15", "# 16"));
    assert_eq!(project.report(&["."]).1, Some(0));
    assert_ne!(last_failed(), ["steady/steady#1"]);
}

#[test]
fn what_is_declared_later_counts_at_once() {
    let project = Project::new(&[("steady.md", STEADY), ("true.md", TRUE)]);
    assert_eq!(project.report(&["."]).1, Some(1));
    fs::create_dir(project.path().join("expectations")).unwrap();
    let yaml = "version: 1\ndocument: steady.md\nclaims:\n  - line: 7\n    holds: false\n    reason: wrong on purpose\n";
    project.write("expectations/steady.yaml", yaml);
    assert_eq!(project.report(&["."]).1, Some(0));
    project.write("steady.md", &STEADY.replace("# 15", "# 16"));
    assert_eq!(project.report(&["."]).1, Some(1), "it holds against what is declared");
    fs::remove_file(project.path().join("expectations/steady.yaml")).unwrap();
    project.write("steady.md", STEADY);
    assert_eq!(project.report(&["."]).1, Some(1));
}

#[test]
fn events_tell_of_every_example_all_the_same() {
    let project = Project::new(&[("steady.md", STEADY), ("true.md", TRUE)]);
    let count = || {
        let (stdout, _) = said(&project.run(&["check", "--format", "events", "."]));
        stdout.lines().filter(|line| line.contains("finished")).count()
    };
    let first = count();
    assert!(first >= 3, "{first}");
    assert_eq!(count(), first);
}
