//! Examples that share a process give the same report as examples that have one each.
#![allow(clippy::print_stderr, reason = "a test that is left out says so")]
#[path = "support/program.rs"]
mod program;

use std::path::{Path, PathBuf};

use serde_json::Value;
use truedoc::traceless::is_traceless;

/// The report of a check of these documents, without what is never the same twice: times and addresses.
fn report(isolate: &str, paths: &[PathBuf]) -> Value {
    let output = program::truedoc()
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["check", "--no-cache", "--no-expectations", "--timeout", "30s", "--format", "json"])
        .args(["--isolate", isolate])
        .args(paths)
        .output()
        .expect("it starts");
    let mut report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr)));
    forget_what_varies(&mut report);
    report
}

fn forget_what_varies(value: &mut Value) {
    match value {
        // Of code that may see the time, other processes or chance only the verdicts are the same.
        Value::Object(map)
            if map.get("code").and_then(Value::as_str).is_some_and(|code| !is_traceless(code)) =>
        {
            map.retain(|key, _| ["id", "status", "reason", "claims"].contains(&key.as_str()));
            for claim in map["claims"].as_array_mut().into_iter().flatten() {
                claim
                    .as_object_mut()
                    .expect("a claim")
                    .retain(|key, _| !["actual", "match", "mend"].contains(&key.as_str()));
            }
        }
        Value::Object(map) => {
            map.retain(|key, _| !key.contains("duration"));
            // `0x7f...` fits some addresses as it stands, and the others as an address.
            if map
                .get("actual")
                .and_then(Value::as_str)
                .is_some_and(|actual| without_addresses(actual) != actual)
            {
                map.remove("match");
            }
            map.values_mut().for_each(forget_what_varies);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_what_varies),
        Value::String(text) => *text = without_addresses(text),
        _ => {}
    }
}

/// Addresses in hexadecimal and, as `id` gives them, in decimal.
fn without_addresses(text: &str) -> String {
    let is_address = |word: &str| {
        word.strip_prefix("0x").is_some_and(|digits| digits.len() > 9)
            || word.len() >= 14 && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let words = text.split_inclusive(|character: char| !character.is_ascii_alphanumeric());
    words
        .map(|word| {
            let bare = word.trim_end_matches(|character: char| !character.is_ascii_alphanumeric());
            if is_address(bare) { word.replacen(bare, "ADDRESS", 1) } else { word.to_owned() }
        })
        .collect()
}

/// Where two reports differ.
fn differences(one: &Value, other: &Value, place: &str, found: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) if one.len() == other.len() => {
            for (key, value) in one {
                differences(value, &other[key], &format!("{place}/{key}"), found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                differences(one, other, &format!("{place}/{index}"), found);
            }
        }
        _ if one == other => {}
        _ => found.push(format!("{place}: {one} / {other}")),
    }
}

fn same_both_ways(paths: &[PathBuf]) {
    let (auto, always) = (report("auto", paths), report("always", paths));
    assert!(auto["documents"].as_array().is_some_and(|documents| !documents.is_empty()));
    let mut found = Vec::new();
    differences(&auto, &always, "", &mut found);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_corpus_and_the_documentation() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    same_both_ways(&[root.join("corpus"), root.join("docs"), root.join("README.md")]);
}

#[test]
fn the_real_documents() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seeds");
    match seeds.is_dir() {
        true => same_both_ways(&[seeds]),
        false => eprintln!("NOT TESTED: ../shared/seeds is not here"),
    }
}
