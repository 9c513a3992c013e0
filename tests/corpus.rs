//! Every report on the corpus is held against its labels, which CPython itself has checked
//! (`corpus/labels/verify.py`): examples with their exact lines and outcomes, claims with their
//! verdicts, and no false alarm.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Labelled claims that are not found. They are known gaps: each is a sentence that says what code
/// gives in its own words, away from the code.
const KNOWN_GAPS: &[(&str, u64)] = &[("prose-questions.md", 23), ("prose-questions.md", 36)];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn report() -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_truedoc"))
        .args(["check", "--no-expectations", "--format", "json", "corpus"])
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

fn labels() -> Vec<(PathBuf, Value)> {
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

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn number(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn every_example_claim_and_verdict_is_as_labelled() {
    let report = report();
    let documents: BTreeMap<&str, &Value> = list(&report, "documents")
        .iter()
        .map(|document| (text(document, "path").rsplit('/').next().unwrap_or_default(), document))
        .collect();
    let labels = labels();
    assert!(labels.len() >= 20, "{} label files", labels.len());
    let mut wrong = Vec::new();
    for (path, label) in &labels {
        let name = text(label, "doc");
        match documents.get(name) {
            Some(document) => {
                wrong.extend(
                    wrong_examples(document, label).into_iter().map(|what| format!("{name}: {what}")),
                );
                wrong.extend(
                    wrong_claims(name, document, label).into_iter().map(|what| format!("{name}: {what}")),
                );
            }
            None => wrong.push(format!("{}: its document is not in the report", path.display())),
        }
    }
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong.join("\n"));
}

fn wrong_examples(document: &Value, label: &Value) -> Vec<String> {
    let blocks: Vec<&Value> =
        list(document, "examples").iter().filter(|example| text(example, "form") != "inline").collect();
    let wanted: Vec<&Value> =
        list(label, "snippets").iter().filter(|snippet| number(snippet, "tier") == 1).collect();
    let mut wrong = Vec::new();
    for snippet in &wanted {
        let (start, end) = (number(snippet, "start"), number(snippet, "end"));
        let found = blocks
            .iter()
            .find(|example| (number(example, "start_line"), number(example, "end_line")) == (start, end));
        match found {
            None => wrong.push(format!("no example at lines {start}-{end}")),
            Some(example) if !ended_as(example, text(snippet, "runs")) => {
                wrong.push(format!(
                    "line {start}: labelled {}, {} {}",
                    snippet["runs"], example["status"], example["exception"]
                ));
            }
            Some(_) => {}
        }
    }
    if blocks.len() > wanted.len() {
        wrong.push(format!("{} examples, {} are labelled", blocks.len(), wanted.len()));
    }
    wrong
}

/// Whether an example ended as labelled; an exception that its document claims is no ending.
fn ended_as(example: &Value, label: &str) -> bool {
    let labelled = label.split(':').next().unwrap_or_default();
    let claimed = list(example, "claims").iter().any(|claim| text(claim, "kind") == "raises");
    match text(example, "status") {
        "ran" => labelled == "ok" || claimed || !list(example, "names_from").is_empty(),
        "syntax-error" => matches!(labelled, "SyntaxError" | "IndentationError"),
        "timeout" => labelled == "timeout",
        _ => text(&example["exception"], "type") == labelled,
    }
}

fn wrong_claims(name: &str, document: &Value, label: &Value) -> Vec<String> {
    let reported: Vec<&Value> =
        list(document, "examples").iter().flat_map(|example| list(example, "claims")).collect();
    let mut wrong = Vec::new();
    for claim in list(label, "claims") {
        let allowed: &[&str] = match text(claim, "truth") {
            "holds" => &["confirmed"],
            "holds-loosely" | "hedged" | "unverifiable" => &["confirmed", "undecided"],
            _ => &["refuted"],
        };
        let line = number(claim, "line");
        let verdicts: Vec<&str> = reported
            .iter()
            .filter(|found| number(found, "line") == line)
            .map(|found| text(found, "verdict"))
            .collect();
        let must_be_found = matches!(text(claim, "truth"), "holds" | "holds-loosely" | "refuted")
            && matches!(text(claim, "kind"), "value" | "stdout" | "raises" | "works" | "type");
        if verdicts.is_empty() {
            if must_be_found && !KNOWN_GAPS.contains(&(name, line)) {
                wrong
                    .push(format!("line {line}: no claim that {} is {}", claim["subject"], claim["claimed"]));
            }
        } else if !verdicts.iter().any(|verdict| allowed.contains(verdict)) {
            wrong.push(format!(
                "line {line}: {} labelled {}, judged {verdicts:?}",
                claim["subject"], claim["truth"]
            ));
        }
    }
    wrong.extend(false_alarms(&reported, label));
    wrong
}

fn false_alarms(reported: &[&Value], label: &Value) -> Vec<String> {
    let refutable: Vec<u64> = list(label, "claims")
        .iter()
        .filter(|claim| text(claim, "truth") == "refuted")
        .map(|claim| number(claim, "line"))
        .collect();
    reported
        .iter()
        .filter(|found| text(found, "verdict") == "refuted" && !refutable.contains(&number(found, "line")))
        .map(|found| {
            format!(
                "line {}: FALSE ALARM, {} is said to be {}",
                found["line"], found["subject"], found["actual"]
            )
        })
        .collect()
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
    let (report, labels) = (report(), labels());
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
    let output = Command::new(env!("CARGO_BIN_EXE_truedoc"))
        .args(["check"])
        .current_dir(root())
        .output()
        .expect("it starts");
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
    let output = Command::new(env!("CARGO_BIN_EXE_truedoc"))
        .args(["check", name])
        .current_dir(folder.path())
        .output()
        .expect("it starts");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
}
