//! Mends of broken examples: exactly those that the labels of the corpus list, each true.

#[path = "support/program.rs"]
mod program;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn report(folder: &Path, arguments: &[&str]) -> Value {
    let output = program::truedoc()
        .args(["check", "--no-expectations", "--format", "json"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("it starts");
    serde_json::from_slice(&output.stdout).expect("valid JSON")
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value, key: &str) -> usize {
    usize::try_from(value[key].as_u64().expect("a number")).expect("a line")
}

/// The labelled mends of each document of the corpus.
fn labels() -> BTreeMap<String, Vec<Value>> {
    let folder = std::fs::read_dir(root().join("corpus/labels")).expect("labels");
    let paths = folder.map(|entry| entry.expect("an entry").path());
    let json = paths.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    json.map(|path| {
        let label: Value =
            serde_json::from_str(&std::fs::read_to_string(path).expect("readable")).expect("valid JSON");
        (label["doc"].as_str().expect("a name").to_owned(), list(&label, "mends").to_vec())
    })
    .collect()
}

#[test]
fn mends_are_those_of_the_labels() {
    let labels = labels();
    let report = report(root(), &["corpus"]);
    let mut rules = std::collections::BTreeSet::new();
    for document in list(&report, "documents") {
        let path = document["path"].as_str().expect("a path");
        let found: Vec<Value> = list(document, "examples")
            .iter()
            .filter(|example| !example["mend"].is_null())
            .map(|example| {
                let mend = &example["mend"];
                let changes: Vec<Value> = list(mend, "changes")
                    .iter()
                    .map(|change| json!({"line": change["line"], "new": change["new"]}))
                    .collect();
                rules.insert(mend["rule"].as_str().expect("a rule").to_owned());
                json!({"line": example["start_line"], "rule": mend["rule"], "changes": changes})
            })
            .collect();
        let labelled = labels.get(path.trim_start_matches("corpus/")).cloned().unwrap_or_default();
        assert_eq!(found, labelled, "{path}");
    }
    assert!(rules.len() >= 10, "{rules:?}");
}

#[test]
fn mended_examples_run_and_their_claims_hold() {
    let name = "mends.md";
    let mends = &labels()[name];
    assert!(mends.len() >= 18, "{} mends", mends.len());
    let text = std::fs::read_to_string(root().join("corpus").join(name)).expect("readable");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for change in mends.iter().flat_map(|mend| list(mend, "changes")) {
        lines[number(change, "line") - 1] = change["new"].as_str().expect("a line").to_owned();
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join(name), lines.join("\n")).expect("written");
    let (before, after) = (report(root(), &["corpus/mends.md"]), report(folder.path(), &[name]));
    let examples = |report: &Value| list(&list(report, "documents")[0], "examples").to_vec();
    let mut mended = 0;
    for (before, after) in examples(&before).iter().zip(&examples(&after)) {
        let is_mended = mends.iter().any(|mend| mend["line"] == before["start_line"]);
        assert_ne!(before["status"], "ran", "{before}");
        if is_mended {
            mended += 1;
            assert_eq!(after["status"], "ran", "{after}");
            let verdicts: Vec<&Value> = list(after, "claims").iter().map(|claim| &claim["verdict"]).collect();
            assert!(
                !verdicts.is_empty() && verdicts.iter().all(|verdict| **verdict == "confirmed"),
                "{after}"
            );
        }
    }
    assert_eq!(mended, mends.len());
}

#[test]
fn they_can_be_switched_off_and_change_no_verdict() {
    let mut with = report(root(), &["corpus/mends.md", "corpus/deliberate-errors.md"]);
    let mut without = report(root(), &["--no-mends", "corpus/mends.md", "corpus/deliberate-errors.md"]);
    let strip = |report: &mut Value| -> usize {
        let mut mends = 0;
        for document in report["documents"].as_array_mut().expect("documents") {
            for example in document["examples"].as_array_mut().expect("examples") {
                example["duration_ms"] = Value::Null;
                mends += usize::from(!example["mend"].take().is_null());
                for claim in example["claims"].as_array_mut().expect("claims") {
                    mends += usize::from(!claim["mend"].take().is_null());
                }
            }
        }
        mends
    };
    assert!(strip(&mut with) > 20);
    assert_eq!(strip(&mut without), 0);
    assert_eq!(with["documents"], without["documents"]);
}
