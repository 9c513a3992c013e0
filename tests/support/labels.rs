//! Reports on the corpus, held against what its labels say.
#![allow(dead_code, reason = "each test uses its part of it")]

use serde_json::Value;

/// Labelled claims that are not found. They are known gaps: each is a sentence that says what code
/// gives in its own words, away from the code.
const KNOWN_GAPS: &[(&str, u64)] = &[("prose-questions.md", 23), ("prose-questions.md", 36)];

pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

pub fn number(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or_default()
}

pub fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// What of a document is not as its label says.
pub fn differences(document: &Value, label: &Value) -> Vec<String> {
    let name = text(label, "doc");
    let wrong = [wrong_examples(document, label), wrong_claims(name, document, label)].concat();
    wrong.into_iter().map(|what| format!("{name}: {what}")).collect()
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
