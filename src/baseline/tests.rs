use super::*;
use crate::claim::Kind;
use crate::exit::{Exit, failures};
use crate::fixture;

fn written(baseline: &Baseline) -> String {
    let mut text = Vec::new();
    baseline.write(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// The baseline of the outcome of the tests, as it is read again.
fn baseline() -> Baseline {
    let path = Path::new("baseline.json");
    let (baseline, updated) = Baseline::default().updated(path, &fixture::outcome());
    assert_eq!(updated, Updated { added: 4, removed: 0, kept: 0 });
    Baseline { path: path.to_owned(), entries: format::parse(&written(&baseline)).unwrap() }
}

/// Applies it to an outcome of all documents.
fn apply_to(outcome: &mut Outcome) {
    let baseline = baseline();
    let mut mended = baseline.apply(outcome);
    baseline.add_gone(&mut mended);
    mended.tell(outcome);
}

#[test]
fn what_stands_in_it_does_not_fail_and_anything_new_does() {
    let mut outcome = fixture::outcome();
    apply_to(&mut outcome);
    assert_eq!(outcome.exit(), Exit::Well);
    assert_eq!(outcome.course.baseline, Some(BaselineCounts { known: 4, new: 0, mended: 0 }));
    let mut outcome = fixture::outcome();
    let claim = fixture::claim(7, Kind::Value, "x is y", "False");
    let again = fixture::judged(claim, Verdict::Refuted, Some("True"));
    outcome.documents[0].examples[0].claims.push(again);
    apply_to(&mut outcome);
    assert_eq!(failures(&outcome).refuted.len(), 1, "a second one of the same is new");
}

#[test]
fn moved_lines_and_other_results_are_no_change() {
    let mut outcome = fixture::outcome();
    for judged in outcome.documents[0].examples.iter_mut().flat_map(|example| &mut example.claims) {
        judged.claim.line += 100;
        judged.claim.subject = format!(" {} ", judged.claim.subject);
        judged.actual = Some("something else".to_owned());
    }
    apply_to(&mut outcome);
    assert_eq!(outcome.exit(), Exit::Well);
}

#[test]
fn what_was_mended_asks_to_be_taken_out() {
    let mut outcome = fixture::outcome();
    outcome.documents[0].examples[1].claims[0].verdict = Verdict::Confirmed;
    apply_to(&mut outcome);
    let message = "`funcs[0]()` claimed as `0` in docs/guide.md is refuted no longer; \
                   take it out with --update-baseline";
    assert_eq!(outcome.unexpected.iter().map(|one| one.message.as_str()).collect::<Vec<_>>(), [message]);
    assert_eq!((outcome.unexpected[0].file.as_str(), outcome.unexpected[0].line), ("baseline.json", 6));
    assert_eq!(outcome.exit(), Exit::Failed);
    let mut partly = fixture::outcome();
    partly.documents[0].examples.clear();
    baseline().apply(&mut partly);
    assert!(partly.unexpected.is_empty(), "what was not run may still be as it was");
}

#[test]
fn the_file_is_sorted_and_has_a_line_for_each_claim() {
    insta::assert_snapshot!(written(&baseline()));
    let (again, updated) = baseline().updated(Path::new("baseline.json"), &fixture::outcome());
    assert_eq!(updated, Updated { added: 0, removed: 0, kept: 4 });
    assert_eq!(written(&again), written(&baseline()));
}

#[test]
fn what_is_no_baseline_is_refused() {
    for (text, cause) in [
        ("", "EOF"),
        ("{}", "schema"),
        (r#"{"schema": "truedoc/baseline/2", "refuted": []}"#, "truedoc/baseline/2"),
        (r#"{"schema": "truedoc/baseline/1", "refuted": [{"document": 1}]}"#, "string"),
    ] {
        let error = format::parse(text).unwrap_err();
        assert!(error.contains(cause), "{error}");
    }
}
