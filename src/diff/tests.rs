use super::*;
use crate::fixture;

fn report() -> Report {
    Report::of(&fixture::outcome())
}

/// The difference that a change makes.
fn after(change: impl FnOnce(&mut Report)) -> Diff {
    let mut new = report();
    change(&mut new);
    Diff::of(&report(), &new)
}

fn rendered(diff: &Diff, format: DiffFormat) -> String {
    fixture::written(|writer| render(diff, format, writer))
}

fn is_nothing(diff: &Diff) -> bool {
    *diff == Diff { schema: SCHEMA.to_owned(), ..Diff::default() }
}

/// Moves all lines of a document.
fn moved(report: &mut Report, by: usize) {
    for example in &mut report.documents[0].examples {
        example.start_line += by;
        example.end_line += by;
        example.claims.iter_mut().for_each(|claim| claim.line += by);
    }
}

#[test]
fn the_same_is_no_difference_wherever_it_stands() {
    assert!(is_nothing(&after(|_| {})));
    let moved = after(|new| {
        moved(new, 40);
        // A section above got a new name, and the ids are others.
        new.documents[0].examples.iter_mut().for_each(|example| example.id.push('9'));
        new.documents[0].path = "docs/renamed.md".to_owned();
        new.documents[0].examples.reverse();
    });
    assert!(is_nothing(&moved), "{moved:?}");
    assert_eq!(rendered(&moved, DiffFormat::Text), "no difference\n");
}

#[test]
fn what_is_refuted_or_no_longer_is_told() {
    let diff = after(|new| {
        moved(new, 3);
        let claims = &mut new.documents[0].examples[0].claims;
        claims[0].verdict = Verdict::Confirmed;
        claims[1].known = true;
        claims[2].claimed = "9\neleven\n".to_owned();
        let other = &mut new.documents[1].examples[0].claims[0];
        other.verdict = Verdict::Refuted;
        other.actual = Some("7".to_owned());
    });
    assert!(diff.fails());
    assert_eq!((diff.new_refutations.len(), diff.fixed.len()), (1, 2), "{diff:?}");
    insta::assert_snapshot!(rendered(&diff, DiffFormat::Text));
}

#[test]
fn an_edited_example_is_the_same_one_and_what_comes_and_goes_is_told() {
    let diff = after(|new| {
        let examples = &mut new.documents[0].examples;
        let mut edited = examples[0].clone();
        // All of it moved below an example that now has its id.
        edited.id = "guide/numbers#2".to_owned();
        edited.hash = "other".to_owned();
        edited.code = edited.code.replace("3 * 3", "3 * 4");
        let mut first = examples[2].clone();
        (first.id, first.hash) = ("guide/numbers#7".to_owned(), "new".to_owned());
        first.code = "something = quite.different()\n".to_owned();
        examples[0] = edited;
        examples.remove(1);
        examples.insert(0, first);
    });
    let names = |found: &[ExampleAt]| found.iter().map(|one| one.example.clone()).collect::<Vec<_>>();
    assert_eq!(names(&diff.appeared), ["guide/numbers#7"]);
    assert_eq!(names(&diff.vanished), ["guide/functions#1"]);
    assert!(!diff.fails(), "{diff:?}");
}

#[test]
fn a_new_example_that_is_wrong_fails() {
    let old = report();
    let mut new = report();
    let mut example = new.documents[0].examples[0].clone();
    (example.id, example.hash) = ("guide/more#1".to_owned(), "new".to_owned());
    new.documents[0].examples.push(example);
    let diff = Diff::of(&old, &new);
    assert_eq!((diff.new_refutations.len(), diff.new_refutations[0].before), (3, None));
    assert!(rendered(&diff, DiffFormat::Text).contains("(not claimed before)"));
}

#[test]
fn endings_and_times_are_compared_beyond_their_noise() {
    let diff = after(|new| {
        let examples = &mut new.documents[0].examples;
        examples[0].duration_ms = Some(90.0);
        examples[1].duration_ms = Some(400.0);
        examples[2].status = Status::Ran;
        let other = &mut new.documents[1].examples[0];
        (other.status, other.duration_ms) = (Status::Raised, Some(4000.0));
    });
    assert_eq!((diff.slower.len(), diff.slower[0].after_ms), (1, 400.0), "{diff:?}");
    assert_eq!((diff.stopped.len(), diff.run_again.len()), (1, 1));
    assert!(!diff.fails());
}

#[test]
fn a_report_of_a_selection_is_remarked_on() {
    let diff = after(|new| {
        new.left_out.not_selected = 3;
        new.interpreters[0].id = "cpython-3.13.0".to_owned();
    });
    assert_eq!(
        diff.remarks,
        [
            "the old report was made with cpython-3.11.7, the new one with cpython-3.13.0",
            "the new report is not about all examples of its documents"
        ]
    );
}

#[test]
fn json_is_read_again_and_markdown_shows_hostile_text_as_text() {
    let diff = after(|new| {
        let claim = &mut new.documents[1].examples[0].claims[0];
        claim.verdict = Verdict::Refuted;
        claim.subject = "`<img src=x>` | @all".to_owned();
        claim.actual = Some("``".to_owned());
        new.documents[1].path = "notes.txt".to_owned();
    });
    assert_eq!(serde_json::from_str::<Diff>(&rendered(&diff, DiffFormat::Json)).unwrap(), diff);
    let text = rendered(&diff, DiffFormat::Markdown);
    assert!(text.starts_with("1 new refutation\n\n### new refutations\n\n- `notes.txt:2`: "), "{text}");
    assert!(
        text.contains("`` `<img src=x>` | @all `` claimed as `1` is ``` `` ``` (was confirmed)"),
        "{text}"
    );
}

#[test]
fn reports_of_thousands_of_examples_are_compared_quickly() {
    let mut old = report();
    let example = old.documents[0].examples[0].clone();
    let numbered = |number: usize| {
        let mut example = example.clone();
        example.id = format!("guide/many#{number}");
        example.hash = format!("{number}");
        example
    };
    old.documents[0].examples = (0..5000).map(numbered).collect();
    let mut new = old.clone();
    new.documents[0].examples.iter_mut().for_each(|example| example.hash.push('x'));
    let start = std::time::Instant::now();
    assert!(is_nothing(&Diff::of(&old, &new)));
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
