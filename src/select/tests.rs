use super::*;
use crate::document::Format;
use crate::example::Form;
use crate::fixture;

fn selection(typed: &[&str]) -> Selection {
    Selection::parse(&typed.iter().map(|&pattern| pattern.to_owned()).collect::<Vec<_>>()).unwrap()
}

/// The ids that some patterns select among those of two documents.
fn selected(typed: &[&str]) -> Result<Vec<String>, SelectionError> {
    let documents = ["docs/guide.md", "notes.txt"].map(|path| Document::from_text(path, Format::Text, ""));
    let examples = [
        (0, fixture::example("guide/lists#1", Form::Fenced, 3, "x\n")),
        (0, fixture::example("guide/lists#2", Form::Fenced, 9, "x\ny\n")),
        (0, fixture::example("guide/dicts#1", Form::Fenced, 20, "x\n")),
        (1, fixture::example("notes/top#1", Form::Plain, 1, "x\n")),
    ];
    let examples: Vec<_> = examples.iter().map(|(document, example)| (*document, example)).collect();
    let (selection, mut matched) = (selection(typed), Vec::new());
    // One document after the other, as in a check of many.
    for (number, document) in documents.iter().enumerate() {
        let of_document = examples.iter().filter(|(of, _)| *of == number).map(|(_, example)| (0, *example));
        selection.match_all(std::slice::from_ref(document), &of_document.collect::<Vec<_>>(), &mut matched);
    }
    if matched.contains(&false) {
        return Err(selection.refused(&matched, &documents, &examples));
    }
    let taken = examples.iter().filter(|(number, one)| selection.takes(&documents[*number].path, one));
    Ok(taken.map(|(_, one)| one.id.clone()).collect())
}

#[test]
fn ids_globs_documents_and_lines_choose_examples() {
    let cases: [(&[&str], &[&str]); 7] = [
        (&["guide/lists#2"], &["guide/lists#2"]),
        (&["guide/*"], &["guide/lists#1", "guide/lists#2", "guide/dicts#1"]),
        (&["*#1"], &["guide/lists#1", "guide/dicts#1", "notes/top#1"]),
        (&["./notes.txt", "guide/d*"], &["guide/dicts#1", "notes/top#1"]),
        (&["docs/*.md"], &["guide/lists#1", "guide/lists#2", "guide/dicts#1"]),
        (&["docs/guide.md:10"], &["guide/lists#2"]),
        (&["refuted", "notes/*"], &["notes/top#1"]),
    ];
    for (typed, expected) in cases {
        assert_eq!(selected(typed).unwrap(), expected, "{typed:?}");
    }
    assert_eq!(selected(&["refuted"]).unwrap().len(), 4, "a verdict is known only after the run");
}

#[test]
fn what_matches_nothing_is_an_error_with_near_misses() {
    let error = |typed: &[&str]| selected(typed).unwrap_err().to_string();
    assert_eq!(
        error(&["guide/list#2"]),
        "`guide/list#2` matches no example, no document and no verdict; did you mean `guide/lists#2` or \
         `guide/lists#1`?"
    );
    assert!(error(&["lists*"]).ends_with("did you mean `guide/lists#1` or `guide/lists#2`?"));
    assert!(error(&["refutd"]).ends_with("did you mean `refuted`?"));
    assert!(error(&["notes.txt:77"]).contains("did you mean `notes.txt`?"));
    assert!(error(&["zzzzzzzz"]).contains("extract --list"));
    assert!(
        error(&["guide/*", "x9"]).starts_with("`x9`"),
        "one that matches does not hide one that does not"
    );
    assert!(matches!(Selection::parse(&["a[".to_owned()]), Err(SelectionError::Pattern { .. })));
}

#[test]
fn a_verdict_hides_claims_and_no_failure() {
    let mut outcome = fixture::outcome();
    selection(&["confirmed"]).narrow(&mut outcome);
    let shown: Vec<_> = outcome.documents.iter().map(|found| found.document.path.as_str()).collect();
    assert_eq!(shown, ["docs/guide.md", "notes.txt"], "the guide has a sentence that is confirmed");
    assert_eq!((outcome.course.claims_hidden, outcome.course.failures_hidden), (5, 4));
    assert!(outcome.failed());
}

#[test]
fn only_differences_about_selected_examples_are_left() {
    let mut outcome = fixture::outcome();
    let difference = |line| Unexpected {
        file: "e.yaml".to_owned(),
        line,
        message: String::new(),
        document: Some(("docs/guide.md".to_owned(), line)),
    };
    outcome.unexpected = vec![difference(8), difference(20)];
    selection(&["guide/functions#1"]).narrow(&mut outcome);
    assert_eq!(outcome.unexpected, [difference(20)]);
    assert_eq!(crate::exit::examples(&outcome).count(), 1);
    assert_eq!(outcome.course.not_selected, 6);
    assert_eq!(outcome.documents.len(), 1);
}

#[test]
fn what_failed_is_found_again_and_forgotten_when_it_is_mended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("guide.md");
    std::fs::write(&path, "").unwrap();
    let state = LastFailed::at(&folder.path().join("state/x.json"));
    let mut outcome = fixture::outcome();
    outcome.documents.remove(1);
    outcome.documents[0].document = Document::from_text(path.to_str().unwrap(), Format::Markdown, "");
    state.record(&outcome, &|_, _| true).unwrap();
    let failed = || {
        let documents = std::slice::from_ref(&outcome.documents[0].document);
        let examples: Vec<_> = outcome.documents[0].examples.iter().map(|one| (0, &one.example)).collect();
        let again = LastFailed::at(&folder.path().join("state/x.json"));
        again.among(documents, &examples).into_iter().map(|(_, id)| id).collect::<Vec<_>>()
    };
    assert_eq!(failed(), ["guide/functions#1", "guide/numbers#1"]);
    let mut mended = fixture::outcome();
    mended.documents.remove(1);
    mended.documents[0].document = Document::from_text(path.to_str().unwrap(), Format::Markdown, "");
    mended.documents[0].examples[0].claims.clear();
    mended.documents[0].examples[1].claims.clear();
    state.record(&mended, &|_, example| example.id == "guide/numbers#1").unwrap();
    assert_eq!(failed(), ["guide/functions#1"], "what did not run stays as it was");
    std::fs::write(folder.path().join("state/x.json"), "{").unwrap();
    assert!(failed().is_empty(), "a damaged file is none");
}
