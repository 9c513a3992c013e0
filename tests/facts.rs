//! Sentences of documents, tied to facts by quoting them, and what else expectations declare.

#[path = "support/program.rs"]
mod program;

use std::path::Path;
use std::process::Output;

use serde_json::Value;

const GUIDE: &str = "\
# Integers

Small integers, from -5 to 256, are cached.
All integers are cached, whatever their size.

```python
a = 5
b = a + 1
print(a, b)
```

```python
total = price * 2
print(total)
```
";

const FACTS: &str = r#"version: 1
facts:
  - id: small-int-cache
    statement: CPython keeps one object for each integer from -5 to 256.
    probe: print(all(int(str(n)) is int(str(n)) for n in range(-5, 257)))
    prints: "True"
    contrast:
      probe: print(int("257") is int("257"))
      prints: "False"
    source: C API Reference, Integer Objects
  - id: from-the-future
    statement: Nothing that is tried here holds yet.
    probe: print(1)
    prints: "2"
    contrast: {probe: print(3), prints: "3"}
    since: "3.99"
    source: nowhere
"#;

const EXPECTATIONS: &str = r#"version: 1
document: guide.md
complete: true
examples:
  - line: 7
    outcome: runs
    stdout: "5 6"
  - line: 13
    setup: price = 4
    outcome: runs
    stdout: "8"
claims:
  - line: 8
    value: "6"
prose:
  - line: 3
    quote: Small integers, from -5 to 256, are cached
    fact: small-int-cache
  - line: 4
    quote: All integers are cached
    fact: small-int-cache
    negated: true
    reason: from 257 on each is an object of its own
"#;

struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    fn new(guide: &str, facts: &str, expectations: &str) -> Project {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            std::fs::write(path, text).expect("written");
        };
        write("guide.md", guide);
        write("expectations/facts/integers.yaml", facts);
        write("expectations/guide.yaml", expectations);
        Project { folder }
    }

    fn check(&self, arguments: &[&str]) -> Output {
        run(self.folder.path(), arguments)
    }

    fn report(&self) -> (Option<i32>, Value) {
        let output = self.check(&["--format", "json"]);
        let report = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        (output.status.code(), report)
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    program::truedoc()
        .args(["check", "guide.md"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("it starts")
}

/// The one difference of a report: the line in the expectations, the line in the document, and the
/// message.
fn difference(report: &Value) -> (u64, u64, String) {
    let all = report["unexpected"].as_array().expect("differences");
    assert_eq!(all.len(), 1, "{all:#?}");
    let number = |key: &str| all[0][key].as_u64().unwrap_or_default();
    let message = all[0]["message"].as_str().expect("a message").to_owned();
    (number("line"), all[0]["document_line"].as_u64().unwrap_or_default(), message)
}

#[test]
fn sentences_are_judged_by_their_facts() {
    let (status, report) = Project::new(GUIDE, FACTS, EXPECTATIONS).report();
    assert_eq!(status, Some(0), "{:#}", report["unexpected"]);
    let prose = report["documents"][0]["prose"].as_array().expect("sentences");
    let seen: Vec<_> =
        prose.iter().map(|one| (&one["line"], &one["verdict"], &one["known"], &one["actual"])).collect();
    assert_eq!(
        format!("{seen:?}"),
        r#"[(Number(3), String("confirmed"), Bool(false), String("True")), (Number(4), String("refuted"), Bool(true), String("True"))]"#
    );
    let claims = &report["documents"][0]["examples"][0]["claims"];
    assert_eq!((&claims[0]["origin"], &claims[0]["verdict"]), (&"declared".into(), &"confirmed".into()));
    assert_eq!(report["documents"][0]["examples"][1]["stdout"], "8\n");
}

#[test]
fn each_changed_expectation_fails_at_its_line_and_that_of_the_document() {
    for (from, to, line, document_line, part) in [
        (
            "    outcome: runs\n    stdout: \"5 6\"",
            "    outcome: {raises: KeyError}",
            5,
            7,
            "declared to raise KeyError",
        ),
        ("stdout: \"5 6\"", "stdout: \"5 7\"", 5, 7, "to print `5 7`, but prints `5 6`"),
        ("stdout: \"8\"", "stdout: \"9\"", 8, 13, "to print `9`"),
        ("setup: price = 4", "setup: price = 5", 8, 13, "but prints `10`"),
        ("    value: \"6\"", "    value: \"7\"", 13, 8, "it really is `6`"),
        ("from -5 to 256", "from -5 to 255", 16, 3, "no longer stands in guide.md; the nearest is on line 3"),
        (
            "  - line: 13\n    setup: price = 4\n    outcome: runs\n    stdout: \"8\"\n",
            "",
            2,
            13,
            "is not declared",
        ),
    ] {
        assert!(EXPECTATIONS.contains(from), "{from}");
        let (status, report) = Project::new(GUIDE, FACTS, &EXPECTATIONS.replacen(from, to, 1)).report();
        assert_eq!(status, Some(1), "{to}");
        let (found, found_document, message) = difference(&report);
        assert_eq!((found, found_document), (line, document_line), "{to}: {message}");
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_fact_that_is_not_as_stated_fails_at_its_line() {
    for (from, to, part) in [
        ("prints: \"True\"", "prints: \"Yes\"", "its probe prints `True`, not `Yes`"),
        ("prints: \"False\"", "prints: \"No\"", "its contrast prints `False`, not `No`"),
        ("    source: C API", "    until: \"3.8\"\n    source: C API", "it holds in 3."),
    ] {
        let (status, report) = Project::new(GUIDE, &FACTS.replacen(from, to, 1), EXPECTATIONS).report();
        assert_eq!(status, Some(1), "{to}");
        let (line, document_line, message) = difference(&report);
        assert_eq!((line, document_line), (3, 3));
        assert!(message.contains(part), "{message}");
        assert_eq!(report["documents"][0]["prose"][0]["reason"], "broken-fact");
    }
}

#[test]
fn a_fact_of_another_version_decides_nothing() {
    let expectations = EXPECTATIONS.replacen("fact: small-int-cache", "fact: from-the-future", 1);
    let (status, report) = Project::new(GUIDE, FACTS, &expectations).report();
    assert_eq!(status, Some(0));
    let sentence = &report["documents"][0]["prose"][0];
    assert_eq!((&sentence["verdict"], &sentence["reason"]), (&"undecided".into(), &"other-version".into()));
}

#[test]
fn false_sentences_are_shown_with_their_fact() {
    let project = Project::new(GUIDE, FACTS, EXPECTATIONS);
    let shown = |arguments: &[&str]| String::from_utf8_lossy(&project.check(arguments).stdout).into_owned();
    assert!(shown(&[]).contains("2 sentences judged (1 confirmed, 1 refuted)"));
    assert!(!shown(&[]).contains("the sentence is false"));
    let verbose = shown(&["--verbose"]);
    assert!(verbose.contains("refuted, known: the sentence is false: CPython keeps one object"), "{verbose}");
    assert!(verbose.contains("from 257 on each is an object of its own"), "{verbose}");
}

#[test]
fn mistakes_in_facts_and_ties_are_shown_where_they_stand() {
    for (facts, expectations, place, part) in [
        (
            FACTS.to_owned(),
            EXPECTATIONS.replacen("fact: small-int-cache", "fact: small-int-cash", 1),
            "guide.yaml:18:11",
            "did you mean `small-int-cache`?",
        ),
        (
            FACTS.replacen("prints: \"False\"", "prints: \"True\"", 1),
            EXPECTATIONS.to_owned(),
            "integers.yaml:3:9",
            "the same as its probe",
        ),
        (
            FACTS.replacen("from-the-future", "small-int-cache", 1),
            EXPECTATIONS.to_owned(),
            "integers.yaml:11:9",
            "stands already in",
        ),
        (
            FACTS.replacen("\"3.99\"", "\"soon\"", 1),
            EXPECTATIONS.to_owned(),
            "integers.yaml:16:12",
            "no version",
        ),
        (
            FACTS.to_owned(),
            EXPECTATIONS.replacen("All integers are cached", &"w ".repeat(16), 1),
            "guide.yaml:19:5",
            "at most 15 words",
        ),
        (
            FACTS.to_owned(),
            EXPECTATIONS.replacen("    value: \"6\"\n", "", 1),
            "guide.yaml:13:5",
            "either `holds` or a `value`",
        ),
    ] {
        let output = Project::new(GUIDE, &facts, &expectations).check(&[]);
        let shown = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{shown}");
        assert!(shown.contains(place) && shown.contains(part), "{shown}");
    }
}

#[test]
fn a_document_is_known_by_its_content_and_an_example_by_its_code() {
    use sha2::{Digest, Sha256};
    let project = Project::new("", FACTS, "");
    let moved = format!("# New\n\nA line.\n\n{GUIDE}");
    std::fs::remove_file(project.folder.path().join("guide.md")).expect("removed");
    std::fs::write(project.folder.path().join("other.md"), &moved).expect("written");
    let digits: String = Sha256::digest(&moved).iter().map(|byte| format!("{byte:02x}")).collect();
    let code = Sha256::digest("a = 5\nb = a + 1\nprint(a, b)\n");
    let hash: String = code.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let text = format!(
        "version: 1\ndocument: guide.md\nsha256: {digits}\nexamples:\n  - line: 7\n    hash: {hash}\n    stdout: \"5 7\"\n"
    );
    std::fs::write(project.folder.path().join("expectations/guide.yaml"), text).expect("written");
    let output = program::truedoc()
        .args(["check", "other.md", "--format", "json"])
        .current_dir(project.folder.path())
        .output()
        .expect("it starts");
    let report: Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
    let (line, document_line, message) = difference(&report);
    assert_eq!((line, document_line), (5, 11), "{message}");
}

#[test]
fn an_example_gets_what_its_expectation_gives_it() {
    let guide = "```python\nimport os, sys\nprint(os.environ['COLOUR'], sys.argv[1:], input())\n```\n\n```python\nwhile True: pass\n```\n\n```python\nbytearray(300 << 20)\n```\n";
    let expectations = "version: 1\ndocument: guide.md\nexamples:\n  - line: 2\n    settings:\n      environment: {COLOUR: red}\n      arguments: [-v, two words]\n      stdin: |\n        a line\n    stdout: \"red ['-v', 'two words'] a line\"\n  - line: 7\n    settings: {time: 300ms}\n    outcome: timeout\n  - line: 11\n    settings: {memory: 200MiB}\n    outcome: {raises: MemoryError}\n";
    let started = std::time::Instant::now();
    let (status, report) = Project::new(guide, FACTS, expectations).report();
    assert_eq!(status, Some(0), "{:#}", report["unexpected"]);
    assert!(started.elapsed() < std::time::Duration::from_secs(8), "{:?}", started.elapsed());
    let wrong = expectations.replace("300ms", "soon");
    let output = Project::new(guide, FACTS, &wrong).check(&[]);
    let shown = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{shown}");
    assert!(shown.contains("guide.yaml:12:22") && shown.contains("no duration"), "{shown}");
}

#[test]
fn settings_of_a_document_hold_for_its_examples_and_those_of_an_example_win() {
    let guide = "```python\nprint(open('data/numbers.txt').read(), open('one.txt').read())\n```\n\n```python\nimport socket\nsocket.socket().bind(('127.0.0.1', 0))\n```\n\n```python\nimport socket\nsocket.socket().bind(('127.0.0.1', 0))\nprint(open('data/numbers.txt').read())\nopen('data/numbers.txt', 'w')\n```\n";
    let expectations = "version: 1\ndocument: guide.md\nsettings:\n  network: none\n  readable: [data]\nexamples:\n  - line: 2\n    settings: {readable: [one.txt]}\n    stdout: 1 2 3 one\n  - line: 6\n    outcome: {raises: PermissionError}\n  - line: 11\n    settings: {network: loopback}\n    outcome: {raises: OSError}\n    stdout: 1 2 3\n";
    let project = Project::new(guide, FACTS, expectations);
    let folder = project.folder.path();
    std::fs::create_dir(folder.join("data")).expect("made");
    std::fs::write(folder.join("data/numbers.txt"), "1 2 3").expect("written");
    std::fs::write(folder.join("one.txt"), "one").expect("written");
    let (status, report) = project.report();
    assert_eq!(status, Some(0), "{:#}", report["unexpected"]);
    let examples = &report["documents"][0]["examples"];
    assert_eq!(examples[1]["reason"], "blocked", "{:#}", examples[1]);
    assert_eq!(std::fs::read_to_string(folder.join("data/numbers.txt")).expect("read"), "1 2 3");

    std::fs::remove_file(folder.join("one.txt")).expect("removed");
    let output = project.check(&[]);
    let shown = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{shown}");
    assert!(shown.contains("guide.yaml:8:27") && shown.contains("`one.txt` cannot be read"), "{shown}");
}
