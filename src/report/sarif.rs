//! Problems as SARIF 2.1.0, the form in which code scanning and editors take results.
//!
//! What is known is there as a suppressed result. A mend is a fix: it was tried before it was offered.
//! Columns need the text of the document; without it a result stands on its whole line.

use std::io::{self, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::model::{Change, Mend};
use super::problem::{Level, Problem, RULES, Rule, problems};
use super::text::visible;
use super::{Report, Sources, region};

/// Where the schema stands.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What paths are relative to: the folder in which truedoc was called.
const ROOT: &str = "%SRCROOT%";

/// What is escaped in a path: all but unreserved characters (RFC 3986) and the slash.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Writes a report as SARIF.
pub(super) fn render(report: &Report, sources: &Sources, writer: &mut dyn Write) -> io::Result<()> {
    let results: Vec<Value> = problems(report).iter().map(|problem| result(problem, sources)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver(report) },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {
                ROOT: { "description": { "text": "The folder in which truedoc was called." } },
            },
            "invocations": [invocation(report)],
            "artifacts": artifacts(report),
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *writer, &log)?;
    writeln!(writer)
}

fn driver(report: &Report) -> Value {
    json!({
        "name": "truedoc",
        "semanticVersion": report.truedoc,
        "rules": RULES.map(rule),
    })
}

fn rule(rule: Rule) -> Value {
    json!({
        "id": rule.id(),
        "name": pascal(rule.id()),
        "shortDescription": { "text": format!("{}.", rule.title()) },
        "defaultConfiguration": { "level": level(rule.level()) },
    })
}

/// `value-refuted` as `ValueRefuted`.
fn pascal(id: &str) -> String {
    let words = id.split('-').map(|word| word[..1].to_uppercase() + &word[1..]);
    words.collect()
}

fn invocation(report: &Report) -> Value {
    let mut invocation = json!({ "executionSuccessful": true });
    if let Some(status) = report.exit {
        invocation["exitCode"] = status.into();
    }
    invocation
}

fn artifacts(report: &Report) -> Vec<Value> {
    let artifact = |path: &str, sha256: &str, encoding: &str| {
        let mut artifact = json!({ "location": location(path), "encoding": encoding });
        if !sha256.is_empty() {
            artifact["hashes"] = json!({ "sha-256": sha256 });
        }
        artifact
    };
    let documents = report.documents.iter();
    documents.map(|document| artifact(&document.path, &document.sha256, &document.encoding)).collect()
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

fn result(problem: &Problem, sources: &Sources) -> Value {
    let index = RULES.iter().position(|&rule| rule == problem.rule);
    let mut result = json!({
        "ruleId": problem.rule.id(),
        "ruleIndex": index,
        "level": level(problem.level),
        "message": { "text": visible(&problem.message) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": location(problem.path),
                "region": area(problem, sources),
            },
        }],
        "partialFingerprints": { "truedocProblem/v1": problem.fingerprint },
    });
    if let Some((path, line)) = problem.beside {
        result["relatedLocations"] = json!([{
            "message": { "text": "declared here" },
            "physicalLocation": { "artifactLocation": location(path), "region": { "startLine": line } },
        }]);
    }
    // A log either says of no result whether it is suppressed or of all.
    result["suppressions"] = match problem.known {
        Some(why) => json!([{ "kind": "external", "status": "accepted", "justification": visible(why) }]),
        None => json!([]),
    };
    if let Some(mend) = problem.mend {
        result["fixes"] = json!([fix(problem.path, mend)]);
    }
    result
}

/// The lines of a problem, with columns and text where the text of its document is known.
fn area(problem: &Problem, sources: &Sources) -> Value {
    let (first, last) = problem.lines;
    let Some(document) = sources.document(problem.path).filter(|found| last <= found.line_count()) else {
        return json!({ "startLine": first, "endLine": last });
    };
    let span = region::of_text(document, first, problem.text);
    let start = document.line_start(first);
    let column = |byte: usize| document.text[start..byte].chars().count() + 1;
    json!({
        "startLine": first,
        "startColumn": column(span.start),
        "endLine": first,
        "endColumn": column(span.end),
        "snippet": { "text": document.text[span] },
    })
}

fn fix(path: &str, mend: &Mend) -> Value {
    let replacements: Vec<Value> = mend.changes.iter().map(replacement).collect();
    json!({
        "description": { "text": visible(&format!("{} ({})", mend.sentence, mend.proof)) },
        "artifactChanges": [{ "artifactLocation": location(path), "replacements": replacements }],
    })
}

/// Whole lines by whole lines; the end of the last one stays.
fn replacement(change: &Change) -> Value {
    let lines: Vec<&str> = change.old.split('\n').collect();
    let width = lines.last().map_or(0, |line| line.chars().count());
    json!({
        "deletedRegion": {
            "startLine": change.line,
            "startColumn": 1,
            "endLine": change.line + lines.len() - 1,
            "endColumn": width + 1,
        },
        "insertedContent": { "text": change.new },
    })
}

/// A path as an URI: relative to the root, or of a file.
fn location(path: &str) -> Value {
    let escaped = utf8_percent_encode(path, ESCAPED).to_string();
    match path.starts_with('/') {
        true => json!({ "uri": format!("file://{escaped}") }),
        false => json!({ "uri": escaped, "uriBaseId": ROOT }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn log() {
        let mut outcome = fixture::outcome();
        let mend = crate::verdict::Mend {
            rule: "true-value",
            sentence: "the value is `True`".to_owned(),
            changes: vec![crate::verdict::Change {
                line: 7,
                old: "print(x is y)  # False  (two objects)".to_owned(),
                new: "print(x is y)  # True  (two objects)".to_owned(),
            }],
            proof: "it is so in two runs".to_owned(),
        };
        outcome.documents[0].examples[0].claims[0].mend = Some(mend);
        let mut text = Vec::new();
        render(&Report::of(&outcome), &Sources::of(&outcome), &mut text).unwrap();
        insta::assert_snapshot!(String::from_utf8(text).unwrap());
    }

    #[test]
    fn paths_are_uris() {
        assert_eq!(location("a b/ü#?%:.md")["uri"], "a%20b/%C3%BC%23%3F%25%3A.md");
        assert_eq!(location("/a.md"), json!({ "uri": "file:///a.md" }));
    }

    #[test]
    fn columns_are_characters() {
        let mut outcome = fixture::outcome();
        let text = "# é\n\n🎉x = 1  # é2\n";
        outcome.documents[0].document =
            crate::document::Document::from_text("docs/guide.md", crate::document::Format::Text, text);
        let claim = fixture::claim(3, crate::claim::Kind::Value, "x", "é2");
        outcome.documents[0].examples[0].claims =
            vec![fixture::judged(claim, crate::verdict::Verdict::Refuted, Some("1"))];
        let report = Report::of(&outcome);
        let problem = &problems(&report)[0];
        let region = area(problem, &Sources::of(&outcome));
        assert_eq!((&region["startColumn"], &region["endColumn"]), (&json!(11), &json!(13)));
        assert_eq!(region["snippet"]["text"], "é2");
        assert_eq!(area(problem, &Sources::default()), json!({ "startLine": 3, "endLine": 3 }));
    }

    proptest::proptest! {
        #[test]
        fn any_path_is_an_uri_and_comes_back(path in "(\\PC|/|%|#|\\?|:| |\u{1b}|🎉|\\.\\.){1,20}") {
            let location = location(&path);
            let uri = location["uri"].as_str().unwrap();
            let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-._~/%:".contains(c);
            proptest::prop_assert!(uri.chars().all(is_allowed), "{}", uri);
            let local = uri.strip_prefix("file://").unwrap_or(uri);
            proptest::prop_assert!(!local.contains(':'), "{}", uri);
            let back = String::from_utf8(percent_encoding::percent_decode_str(local).collect()).unwrap();
            proptest::prop_assert_eq!(back, path);
        }
    }
}
