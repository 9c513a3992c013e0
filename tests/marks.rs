//! What a mark changes in a check, from the document to the report.

#[path = "support/program.rs"]
mod program;

use std::fs;

use serde_json::Value;

/// Checks a document: the exit status and its part of the report.
fn check(text: &str) -> (Option<i32>, Value) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("guide.md"), text).unwrap();
    let output = program::truedoc()
        .args(["check", "guide.md", "--format", "json", "--quiet"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.code(), report)
}

fn fence(above: &str, info: &str, code: &str) -> String {
    format!("{above}\n\n```python {info}\n{code}\n```\n\n")
}

/// Status, reason and detail of each example.
fn fates(report: &Value) -> Vec<(&str, &str, &str)> {
    let examples = report["documents"][0]["examples"].as_array().unwrap();
    examples
        .iter()
        .map(|example| {
            let text = |key: &str| example[key].as_str().unwrap_or_default();
            (text("status"), text("reason"), text("detail"))
        })
        .collect()
}

/// Claimed text, verdict and reason of each claim.
fn claims(report: &Value) -> Vec<(&str, &str, &str)> {
    let examples = report["documents"][0]["examples"].as_array().unwrap();
    examples
        .iter()
        .flat_map(|example| example["claims"].as_array().unwrap())
        .map(|claim| {
            let text = |key: &str| claim[key].as_str().unwrap_or_default();
            (text("claimed"), text("verdict"), text("reason"))
        })
        .collect()
}

#[test]
fn what_is_skipped_says_why() {
    let text = [
        fence("<!-- skip: next \"needs a key\" -->", "", "x = 1 / 0\nx  # => 3"),
        fence("", "notest", "1 / 0"),
        fence("", "{requires=\"3.99\"}", "1 / 0"),
        fence("", "{requires=\"3.6\"}", "x = 1"),
    ];
    let (status, report) = check(&text.concat());
    assert_eq!(status, Some(0));
    let skipped = |why| ("skipped", "marked", why);
    let expected =
        [skipped("needs a key"), skipped("`notest`"), skipped("`requires=\"3.99\"`"), ("ran", "", "")];
    assert_eq!(fates(&report), expected);
    assert_eq!(claims(&report), [("3", "undecided", "marked")]);
}

#[test]
fn a_condition_that_cannot_be_decided_is_noted_and_the_example_run() {
    let text = fence("<!-- skip: next if(HAS_NUMPY, reason=\"x\") -->", "", "x = 1");
    let (_, report) = check(&text);
    assert_eq!(fates(&report), [("ran", "", "")]);
    let note = report["documents"][0]["notes"][0]["message"].as_str().unwrap();
    assert!(note.contains("`HAS_NUMPY` cannot be decided"), "{note}");
}

#[test]
fn an_announced_exception_is_a_claim() {
    let text = fence("<!-- truedoc: raises ValueError -->", "", "int('x')")
        + &fence("", "should_panic", "x = 1")
        + &fence("", "", "# NBVAL_RAISES_EXCEPTION\nx = 1");
    let (status, report) = check(&text);
    assert_eq!(status, Some(1), "the second one raises nothing");
    assert_eq!(fates(&report), [("ran", "", ""); 3]);
    assert_eq!(report["documents"][0]["examples"][0]["exception"]["type"], "ValueError");
    let expected = [("ValueError", "confirmed", ""), ("an exception", "refuted", "")];
    assert_eq!(claims(&report), expected);
}

#[test]
fn marks_say_what_runs_after_what() {
    let text = [
        fence("<!-- invisible-code-block: python\nbase = 10\n-->", "", "print(base)  # 10"),
        fence("", "", "items = [1]"),
        fence("", "continuation", "items.append(base)\nprint(items)  # [1, 10]"),
        fence("", "group=\"g\"", "items = ['a']"),
        fence("", "group=\"g\"", "print(items)  # ['a']"),
        fence("<!-- clear-namespace -->", "", "print('base' in globals())  # False"),
        fence("", "", "print(items)"),
    ];
    let (status, report) = check(&text.concat());
    assert_eq!(status, Some(0), "{report}");
    assert!(claims(&report).iter().all(|(_, verdict, _)| *verdict == "confirmed"), "{report}");
    assert_eq!(claims(&report).len(), 4);
    assert_eq!(fates(&report)[7], ("raised", "needs-name", "items"));
}

#[test]
fn what_is_not_compared_is_undecided_at_worst() {
    let text = fence("<!-- truedoc: not-compared -->", "", "1 + 1  # => 3")
        + "```pycon\n>>> 1 + 1  # doctest: +IGNORE_OUTPUT\n3\n>>> f()  # doctest: +SKIP\n4\n>>> 2\n2\n```\n";
    let (status, report) = check(&text);
    assert_eq!(status, Some(0));
    let expected = [
        ("3", "undecided", "hedged"),
        ("3", "undecided", "hedged"),
        ("4", "undecided", "marked"),
        ("2", "confirmed", ""),
    ];
    assert_eq!(claims(&report), expected);
}

#[test]
fn what_is_known_to_fail_does_not_fail_the_check_until_it_is_well() {
    let wrong = fence("", "{test=\"xfail - rounds to even\"}", "round(2.5)  # => 3")
        + &fence("<!--pytest.mark.xfail-->", "", "1 / 0");
    let (status, report) = check(&wrong);
    assert_eq!(status, Some(0));
    let examples = &report["documents"][0]["examples"];
    assert_eq!(examples[0]["claims"][0]["known_reason"], "rounds to even");
    assert_eq!(examples[1]["known"], true);
    let (status, report) = check(&fence("", "{test=\"xfail\"}", "round(3.5)  # => 4"));
    assert_eq!(status, Some(1));
    let message = report["unexpected"][0]["message"].as_str().unwrap();
    assert!(message.contains("says that `guide/top#1` fails, but all of it is well"), "{message}");
}

#[test]
fn a_time_limit_of_the_author_counts() {
    let (_, report) = check(&fence("<!-- truedoc: time-limit 300ms -->", "", "import time\ntime.sleep(5)"));
    assert_eq!(fates(&report)[0].0, "timeout");
}

#[test]
fn slips_of_the_pen_are_notes() {
    let (status, report) = check(&fence("<!-- skip: nxet -->", "", "x = 1"));
    assert_eq!(status, Some(0));
    let note = &report["documents"][0]["notes"][0];
    assert_eq!(note["line"], 1);
    assert!(note["message"].as_str().unwrap().contains("did you mean `skip: next`?"), "{note}");
}
