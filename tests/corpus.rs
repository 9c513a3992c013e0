//! Every report on the corpus is held against its labels, which CPython itself has checked
//! (`corpus/labels/verify.py`): examples with their exact lines and outcomes, claims with their
//! verdicts, and no false alarm.

#[path = "support/labels.rs"]
mod labels;
#[path = "support/program.rs"]
mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use labels::{differences, list, number, text};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn report() -> Value {
    report_with(&[])
}

fn report_with(options: &[&str]) -> Value {
    let output = program::truedoc()
        .args(["check", "--no-expectations", "--format", "json", "corpus"])
        .args(options)
        .current_dir(root())
        .output()
        .expect("it starts");
    assert_eq!(
        output.status.code(),
        Some(1),
        "the corpus holds false claims; {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("valid JSON")
}

fn all_labels() -> Vec<(PathBuf, Value)> {
    let folder = root().join("corpus/labels");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("labels").map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("readable");
            (path, serde_json::from_str(&text).expect("valid JSON"))
        })
        .collect()
}

#[test]
fn every_example_claim_and_verdict_is_as_labelled() {
    let report = report();
    let documents: BTreeMap<&str, &Value> = list(&report, "documents")
        .iter()
        .map(|document| (text(document, "path").rsplit('/').next().unwrap_or_default(), document))
        .collect();
    let labels = all_labels();
    assert!(labels.len() >= 20, "{} label files", labels.len());
    let mut wrong = Vec::new();
    for (path, label) in &labels {
        let name = text(label, "doc");
        match documents.get(name) {
            Some(document) => wrong.extend(differences(document, label)),
            None => wrong.push(format!("{}: its document is not in the report", path.display())),
        }
    }
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong.join("\n"));
}

/// The tests of all examples that are claims of a report: document, line and name, with their verdicts.
fn tests_of(report: &Value) -> BTreeMap<(String, u64, String), String> {
    let mut found = BTreeMap::new();
    for document in list(report, "documents") {
        let name = text(document, "path").rsplit('/').next().unwrap_or_default();
        let claims = list(document, "examples").iter().flat_map(|example| list(example, "claims"));
        for claim in claims.filter(|claim| text(claim, "origin") == "test") {
            let key = (name.to_owned(), number(claim, "line"), text(claim, "subject").to_owned());
            found.insert(key, text(claim, "verdict").to_owned());
        }
    }
    found
}

#[test]
fn tests_are_run_when_asked_for_and_change_nothing_else() {
    let (plain, with_tests) = (report(), report_with(&["--run-tests"]));
    let alone = report_with(&["--run-tests", "--isolate", "always", "--no-cache"]);
    let mut labelled = BTreeMap::new();
    for (_, label) in all_labels() {
        for test in list(&label, "tests") {
            let verdict = match text(test, "truth") {
                "holds" => "confirmed",
                "refuted" => "refuted",
                _ => "undecided",
            };
            let key = (text(&label, "doc").to_owned(), number(test, "line"), text(test, "name").to_owned());
            labelled.insert(key, verdict.to_owned());
        }
    }
    assert!(labelled.len() >= 20, "{} labelled tests", labelled.len());
    assert_eq!(tests_of(&with_tests), labelled);
    assert_eq!(tests_of(&alone), labelled);
    assert_eq!(tests_of(&plain), BTreeMap::new());
    // Where no tests are, addresses are shown that differ from run to run.
    let has_tests =
        |document: &&Value| labelled.keys().any(|(name, ..)| text(document, "path").ends_with(name));
    let outcomes = |report: &Value| -> Vec<[Value; 5]> {
        let documents = list(report, "documents").iter().filter(has_tests);
        let examples = documents.flat_map(|document| list(document, "examples"));
        let keys = ["id", "status", "exception", "stdout", "exit_code"];
        examples.map(|example| keys.map(|key| example[key].clone())).collect()
    };
    assert_eq!(outcomes(&with_tests), outcomes(&plain));
    let others = |report: &Value| -> Vec<(Value, Value)> {
        let examples = list(report, "documents").iter().flat_map(|document| list(document, "examples"));
        let claims = examples.flat_map(|example| list(example, "claims"));
        let others = claims.filter(|claim| text(claim, "origin") != "test");
        others.map(|claim| (claim["line"].clone(), claim["verdict"].clone())).collect()
    };
    assert_eq!(others(&with_tests), others(&plain));
}

#[test]
fn what_a_failed_test_found_is_as_labelled() {
    let report = report_with(&["--run-tests"]);
    for (_, label) in all_labels() {
        for test in list(&label, "tests").iter().filter(|test| text(test, "truth") == "refuted") {
            let examples = list(&report, "documents").iter().flat_map(|document| list(document, "examples"));
            let mut claims = examples.flat_map(|example| list(example, "claims"));
            let claim =
                claims.find(|claim| text(claim, "subject") == text(test, "name")).expect("it is there");
            let first = text(claim, "actual").lines().next().unwrap_or_default();
            assert_eq!(first, text(test, "actual"), "{}", test["name"]);
        }
    }
}

/// A labelled claim that says of a comparison step on which side of its border it stands, and what
/// the report says of it.
fn bordering<'a>(
    report: &'a Value,
    labels: &'a [(PathBuf, Value)],
    key: &str,
) -> Vec<(&'a str, &'a Value, String)> {
    let mut found = Vec::new();
    for (_, label) in labels {
        let document = list(report, "documents")
            .iter()
            .find(|document| text(document, "path").rsplit('/').next() == Some(text(label, "doc")))
            .expect("the document is in the report");
        let claims: Vec<&Value> =
            list(document, "examples").iter().flat_map(|example| list(example, "claims")).collect();
        for claim in list(label, "claims").iter().filter(|claim| !text(claim, key).is_empty()) {
            let line = number(claim, "line");
            let place = format!("{} line {line}", text(label, "doc"));
            let judged =
                claims.iter().find(|judged| number(judged, "line") == line).expect("a claim is found");
            found.push((text(claim, key), *judged, place));
        }
    }
    found
}

#[test]
fn each_comparison_step_has_cases_on_both_sides_of_its_border() {
    let (report, labels) = (report(), all_labels());
    let within = bordering(&report, &labels, "step");
    let beyond = bordering(&report, &labels, "beyond");
    for (step, judged, place) in &within {
        assert_eq!((text(judged, "verdict"), text(judged, "match")), ("confirmed", *step), "{place}");
    }
    for (step, judged, place) in &beyond {
        assert_ne!(text(judged, "match"), *step, "{place}");
    }
    let names = |of: &[(&str, &Value, String)]| {
        of.iter().map(|(step, ..)| (*step).to_owned()).collect::<BTreeSet<_>>()
    };
    assert_eq!(names(&within), names(&beyond), "each step has both sides");
    let claims = list(&report, "documents").iter().flat_map(|document| list(document, "examples"));
    let used: BTreeSet<String> = claims
        .flat_map(|example| list(example, "claims"))
        .map(|claim| text(claim, "match").to_owned())
        .filter(|step| !step.is_empty())
        .collect();
    assert_eq!(
        used.difference(&names(&within)).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "steps without a case"
    );
}

#[test]
fn with_its_expectations_the_corpus_passes() {
    let output = program::truedoc().args(["check"]).current_dir(root()).output().expect("it starts");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{shown}");
    assert!(shown.contains("passed: "), "{shown}");
}

#[test]
fn a_changed_claim_fails_the_corpus() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let name = "identity-in-a-file.md";
    let original = std::fs::read_to_string(root().join("corpus").join(name)).expect("readable");
    let changed = original.replacen("# True", "# False", 1);
    assert_ne!(original, changed);
    std::fs::write(folder.path().join(name), changed).expect("written");
    let output =
        program::truedoc().args(["check", name]).current_dir(folder.path()).output().expect("it starts");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
}
