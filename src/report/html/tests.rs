use super::*;
use crate::fixture;
use crate::report::model::VerdictUnder;
use crate::verdict::{DocumentOutcome, Outcome};

fn page(outcome: &Outcome, only: &[Verdict]) -> String {
    let mut page = Vec::new();
    render(&Report::of(outcome), &Sources::of(outcome), only, &mut page).unwrap();
    String::from_utf8(page).unwrap()
}

/// The page from the beginning of its body to its script.
fn body(page: &str) -> &str {
    let start = page.find("<body>").unwrap();
    &page[start..page.rfind("<script>").unwrap()]
}

#[test]
fn what_stands_below_the_policy() {
    insta::assert_snapshot!(body(&page(&fixture::outcome(), &[])));
}

#[test]
fn every_place_is_filled() {
    let page = page(&fixture::outcome(), &[Verdict::Refuted, Verdict::Undecided]);
    assert!(!body(&page).contains("{{"));
    assert!(page.contains("<html lang=\"en\" data-only=\"refuted undecided\">"));
}

#[test]
fn nothing_in_the_script_or_style_ends_it() {
    for text in [SCRIPT, STYLE] {
        assert!(!text.contains("</") && !text.contains("<!--") && !text.contains("]]>"));
    }
    // Whatever is set as markup could become a program: only what the page brought along is.
    for way in ["outerHTML =", "insertAdjacentHTML", "document.write", "eval(", "Function("] {
        assert!(!SCRIPT.contains(way), "{way}");
    }
    let made: Vec<&str> = SCRIPT.split("innerHTML").skip(1).collect();
    assert!(matches!(made[..], [way] if way.starts_with(" = policy.createHTML(")), "{made:?}");
}

#[test]
fn hostile_text_stays_text() {
    let mut outcome = fixture::outcome();
    let hostile = "</script><img src=x onerror=alert(1)>\u{202e}\u{0}\"'`<!--";
    let judged = &mut outcome.documents[0].examples[0].claims[0];
    judged.actual = Some(hostile.to_owned());
    judged.claim.subject = hostile.to_owned();
    judged.claim.remark = Some(hostile.to_owned());
    outcome.documents[0].document.path = hostile.to_owned();
    outcome.documents[0].examples[0].example.id = hostile.to_owned();
    let page = page(&outcome, &[]);
    let body = body(&page);
    assert!(!body.contains("<img") && !body.contains("<!--") && !body.contains(['\u{0}', '\u{202e}']));
    assert!(body.contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;<i class=u>U+202E</i>"));
}

#[test]
fn what_differs_between_versions_is_told() {
    let mut report = Report::of(&fixture::outcome());
    let claim = &mut report.documents[1].examples[0].claims[0];
    let under = |interpreter: &str, verdict| VerdictUnder {
        interpreter: interpreter.to_owned(),
        verdict,
        matched: None,
        actual: None,
        reason: None,
    };
    claim.versions =
        vec![under("cpython-3.9.1", Verdict::Confirmed), under("cpython-3.13.0", Verdict::Refuted)];
    let mut page = Vec::new();
    render(&report, &Sources::default(), &[], &mut page).unwrap();
    let page = String::from_utf8(page).unwrap();
    assert!(page.contains("<dt>versions</dt><dd>holds on 3.9, refuted on 3.13</dd>"), "{}", body(&page));
}

#[test]
fn a_large_page_keeps_the_same_markup_as_text() {
    let mut outcome = fixture::outcome();
    let small = page(&outcome, &[]);
    let other = outcome.documents.pop().unwrap();
    let text = "A line.\n".repeat(6_000);
    let document = crate::document::Document::from_text("notes.txt", crate::document::Format::Text, &text);
    outcome.documents.push(DocumentOutcome { document, ..other });
    let large = page(&outcome, &[]);
    let guide = |page: &str| {
        let start = page.find("<section class=\"doc\" id=\"doc/docs/guide.md\"").unwrap();
        page[start..start + page[start..].find("</section>").unwrap()].to_owned()
    };
    assert!(!guide(&small).contains("noscript") && guide(&large).contains("<noscript>"));
    assert_eq!(guide(&large).replace("<noscript>", "").replace("</noscript>", ""), guide(&small));
}

#[test]
fn places_have_one_name_each() {
    let mut outcome = fixture::outcome();
    let twice = outcome.documents[0].examples.clone();
    outcome.documents[1].examples.extend(twice);
    let page = page(&outcome, &[]);
    let mut names: Vec<&str> =
        page.split(" id=\"").skip(1).map(|after| after.split('"').next().unwrap()).collect();
    let number = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), number);
}

proptest::proptest! {
    #[test]
    fn any_text_becomes_a_page_without_foreign_tags(text in "(\\PC|\n|<|>|&|\"|\u{0}|\u{202e}){0,60}") {
        let mut outcome = fixture::outcome();
        outcome.documents[1].document =
            crate::document::Document::from_text("a.md", crate::document::Format::Text, &text);
        let page = page(&outcome, &[]);
        let start = page.find("id=\"doc/a.md\"").unwrap();
        let listing = &page[start..page.find("<dialog").unwrap()];
        let known = ["h2", "div", "ol", "li", "u", "i", "b", "p", "a", "dl", "dt", "dd", "pre", "code",
            "span", "small", "details", "summary", "section", "main", "ul", "ins", "del", "br"];
        for tag in listing.split('<').skip(1) {
            let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap();
            proptest::prop_assert!(known.contains(&name), "{tag}");
        }
    }
}
