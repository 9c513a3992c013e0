use super::*;
use crate::claim::{Kind, Origin};
use crate::document::{Document, Format as DocumentFormat};
use crate::expectations::Expectations;
use crate::fixture;
use crate::verdict::{Outcome, Verdict};

const ESCAPE: char = '\u{1b}';

const EXPECTATIONS: &str = "\
version: 1
document: guide.md
examples:
  - at: guide/functions#5
    outcome: timeout
    reason: shows an endless loop
  - at: guide/functoins#2
    outcome: runs
claims:
  - line: 21
    subject: funcs[0]()
    holds: false
    reason: shows late binding
";

fn expected() -> Outcome {
    let mut outcome = fixture::outcome();
    Expectations::from_text("expectations/guide.yaml", EXPECTATIONS).unwrap().apply(&mut outcome);
    outcome
}

fn rendered(format: Format, outcome: &Outcome, style: &Style) -> String {
    fixture::written(|writer| render(format, outcome, style, writer))
}

#[test]
fn full() {
    insta::assert_snapshot!(rendered(Format::Full, &expected(), &Style::plain(Verbosity::Normal)));
}

#[test]
fn full_verbose() {
    insta::assert_snapshot!(rendered(Format::Full, &expected(), &Style::plain(Verbosity::Verbose)));
}

#[test]
fn full_quiet() {
    insta::assert_snapshot!(rendered(Format::Full, &expected(), &Style::plain(Verbosity::Quiet)));
}

#[test]
fn concise() {
    insta::assert_snapshot!(rendered(Format::Concise, &expected(), &Style::plain(Verbosity::Normal)));
}

#[test]
fn json() {
    insta::assert_snapshot!(rendered(
        Format::Rendered(Rendered::Json),
        &expected(),
        &Style::plain(Verbosity::Normal)
    ));
}

#[test]
fn colour_adds_nothing_but_colour() {
    let plain = Style { width: 90, ..Style::plain(Verbosity::Verbose) };
    let colored = rendered(Format::Full, &expected(), &Style { color: true, ..plain });
    assert!(colored.contains('\u{1b}'));
    let stripped = anstream::adapter::strip_str(&colored).to_string();
    assert_eq!(stripped, rendered(Format::Full, &expected(), &plain));
}

#[test]
fn the_table_fits_the_terminal() {
    let mut outcome = expected();
    outcome.documents[0].document.path = "a/very/long/path/".repeat(9) + "guide.md";
    for width in [80, 95, 96, 120] {
        let text = rendered(Format::Full, &outcome, &Style { width, ..Style::plain(Verbosity::Normal) });
        let table: Vec<_> = text.lines().take(6).collect();
        assert!(table.iter().all(|line| line.chars().count() <= width), "{width}\n{text}");
        assert!(table[2].contains("guide.md"), "{text}");
    }
}

#[test]
fn extracted_examples() {
    let extracted: Vec<_> = fixture::outcome()
        .documents
        .into_iter()
        .map(|found| Extracted {
            document: found.document,
            examples: found.examples.into_iter().map(|outcome| outcome.example).collect(),
            rejections: found.rejections,
        })
        .collect();
    let mut text = Vec::new();
    let style = Style::plain(Verbosity::Normal);
    let options = [ExtractOptions::default(), ExtractOptions { list: true, explain: true }];
    for options in options {
        render_extracted(&extracted, options, &style, &mut text).unwrap();
        text.extend(b"----\n");
    }
    insta::assert_snapshot!(String::from_utf8(text).unwrap());
}

#[test]
fn hostile_text_does_not_reach_the_terminal() {
    let mut outcome = fixture::outcome();
    let judged = &mut outcome.documents[0].examples[0].claims[0];
    judged.actual = Some("\u{1b}[2J\u{202e}".to_owned());
    judged.claim.subject = "\u{1b}]0;x\u{7}".to_owned();
    for format in [Format::Full, Format::Concise] {
        let text = rendered(format, &outcome, &Style::plain(Verbosity::Verbose));
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
    }
}

#[test]
fn odd_places_of_claims_do_no_harm() {
    let mut outcome = fixture::outcome();
    for (line, claimed) in [(0, ""), (9999, "x"), (3, "\n\n"), (7, "é"), (4, " ")] {
        let claim = fixture::claim(line, Kind::Stdout, "x", claimed);
        outcome.documents[0].examples[0].claims.push(fixture::judged(claim, Verdict::Refuted, None));
    }
    assert!(rendered(Format::Full, &outcome, &Style::plain(Verbosity::Normal)).contains("refuted"));
    outcome.documents[0].document = Document::from_text("docs/guide.md", DocumentFormat::Text, "");
    assert!(rendered(Format::Full, &outcome, &Style::plain(Verbosity::Normal)).contains("refuted"));
}

#[test]
fn ten_thousand_claims_render_quickly() {
    let mut outcome = fixture::outcome();
    let claims = &mut outcome.documents[0].examples[0].claims;
    let claim = claims[0].clone();
    claims.resize(10_000, claim);
    let start = std::time::Instant::now();
    rendered(Format::Full, &outcome, &Style::plain(Verbosity::Normal));
    // Without optimisation on a busy machine; it is a matter of milliseconds otherwise.
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

proptest::proptest! {
    #[test]
    fn any_claim_renders(
        text in "(\\PC|\n|\t|é|🎉|\r|\u{1b}|\u{301}){0,40}",
        claimed in "(\\PC|\n|é|🎉|\t){0,6}",
        actual in "(\\PC|\n|\u{1b}){0,20}",
        line in 0_usize..6,
        below: bool,
    ) {
        let mut outcome = fixture::outcome();
        outcome.documents[0].document = Document::from_text("a.md", DocumentFormat::Text, &text);
        let mut claim = fixture::claim(line, Kind::Value, &claimed, &claimed);
        claim.origin = if below { Origin::NextLine } else { Origin::Comment };
        outcome.documents[0].examples[0].claims = vec![fixture::judged(claim, Verdict::Refuted, Some(&actual))];
        for format in [Format::Full, Format::Concise, Format::Rendered(Rendered::Json)] {
            let text = rendered(format, &outcome, &Style::plain(Verbosity::Verbose));
            proptest::prop_assert!(!text.contains(ESCAPE));
        }
    }
}

/// Documents with refuted claims, so many that nobody reads them all.
fn many(documents: usize) -> Outcome {
    let mut outcome = fixture::outcome();
    let found = |number: usize| {
        let mut found = fixture::outcome().documents.remove(0);
        found.document.path = format!("docs/{number}.md");
        let claims = &mut found.examples[0].claims;
        claims.resize(claims.len() * 4, claims[0].clone());
        found
    };
    outcome.documents = (0..documents).map(found).collect();
    outcome
}

#[test]
fn a_report_of_thousands_can_be_read() {
    let outcome = many(400);
    let text = rendered(Format::Full, &outcome, &Style::plain(Verbosity::Normal));
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.len() < 500, "{} lines", lines.len());
    assert!(lines[0].starts_with("failed: 2400 examples in 400 documents"), "{}", lines[0]);
    assert_eq!(lines.first(), lines.last());
    assert_eq!(lines.iter().filter(|line| line.starts_with("refuted:")).count(), 30);
    assert!(text.contains("\nand 5170 more that are refuted\n  docs/0.md: 3 (lines 9, 13, 21)\n"), "{text}");
    assert!(text.contains("  and in 380 other documents\n"));
    assert!(text.contains(" 370 others"), "the table sums up what it leaves out");
    assert!(
        text.contains("  and 770 more (400 timeout, 370 needs-package); --verbose lists them\n"),
        "{text}"
    );
    let all = rendered(Format::Full, &outcome, &Style::plain(Verbosity::Verbose));
    assert_eq!(all.lines().filter(|line| line.starts_with("refuted")).count(), 400 * 14);
    let few = rendered(Format::Full, &many(1), &Style::plain(Verbosity::Normal));
    assert!(few.contains("and 3 more that are refuted\n  docs/0.md: 3 (lines"), "{few}");
}
