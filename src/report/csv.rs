//! Claims and sentences as a table of comma-separated values (RFC 4180), for spreadsheets.

use std::borrow::Cow;
use std::io::{self, Write};

use super::correctness::spread;
use super::model::{Claim, Document, Documents, Example, Prose, Report};
use super::text::word;

/// Number of columns.
const COLUMNS: usize = 19;

/// The names of the columns.
const HEADER: [&str; COLUMNS] = [
    "document",
    "line",
    "what",
    "verdict",
    "known",
    "subject",
    "claimed",
    "actual",
    "match",
    "reason",
    "note",
    "remark",
    "origin",
    "example",
    "form",
    "status",
    "duration_ms",
    "fact",
    "versions",
];

/// Writes a row for each claim and each sentence.
pub(super) fn render<D: Documents>(report: &Report<D>, writer: &mut dyn Write) -> io::Result<()> {
    let mut table = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(writer);
    table.write_record(HEADER)?;
    report.documents.each(&mut |document| {
        for example in &document.examples {
            for claim in &example.claims {
                write(&of_claim(document, example, claim), &mut table)?;
            }
        }
        let sentences = document.prose.iter();
        Ok(sentences.map(|prose| of_sentence(document, prose)).try_for_each(|row| write(&row, &mut table))?)
    })?;
    table.flush()
}

fn write(row: &[String; COLUMNS], table: &mut ::csv::Writer<&mut dyn Write>) -> ::csv::Result<()> {
    table.write_record(row.iter().map(|cell| inert(cell).into_owned()))
}

fn of_claim(document: &Document, example: &Example, claim: &Claim) -> [String; COLUMNS] {
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        document.path.clone(),
        claim.line.to_string(),
        word(&claim.kind),
        word(&claim.verdict),
        known(claim.known, claim.known_reason.as_deref()),
        claim.subject.clone(),
        claim.claimed.clone(),
        optional(&claim.actual),
        optional(&claim.matched),
        optional(&claim.reason),
        optional(&claim.note),
        optional(&claim.remark),
        word(&claim.origin),
        example.id.clone(),
        word(&example.form),
        word(&example.status),
        example.duration_ms.map_or_else(String::new, |time| time.to_string()),
        String::new(),
        spread(&claim.versions).unwrap_or_default(),
    ]
}

fn of_sentence(document: &Document, prose: &Prose) -> [String; COLUMNS] {
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut row = [const { String::new() }; COLUMNS];
    row[..11].clone_from_slice(&[
        document.path.clone(),
        prose.line.to_string(),
        "sentence".to_owned(),
        word(&prose.verdict),
        known(prose.known, prose.known_reason.as_deref()),
        prose.quote.clone(),
        prose.statement.clone(),
        optional(&prose.actual),
        String::new(),
        optional(&prose.reason),
        optional(&prose.qualified),
    ]);
    row[17] = prose.fact.clone();
    row[18] = spread(&prose.versions).unwrap_or_default();
    row
}

/// Why it is known; empty if it is not.
fn known(known: bool, reason: Option<&str>) -> String {
    if known { reason.unwrap_or("known").to_owned() } else { String::new() }
}

/// A cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe in front,
/// which spreadsheets do not show. Plain numbers are left alone.
fn inert(cell: &str) -> Cow<'_, str> {
    let is_formula = cell
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    if is_formula && cell.parse::<f64>().is_err() { format!("'{cell}").into() } else { cell.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn rendered(report: &Report) -> String {
        fixture::written(|writer| render(report, writer))
    }

    #[test]
    fn rows() {
        insta::assert_snapshot!(rendered(&Report::of(&fixture::outcome())));
    }

    #[test]
    fn cells_are_no_formulas() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("-3", "-3"),
            ("+x", "'+x"),
            ("@a", "'@a"),
            ("\tx", "'\tx"),
            ("1", "1"),
            ("-", "'-"),
        ] {
            assert_eq!(inert(cell), written);
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_again(claimed in "(\\PC|\r|\n|\"|,|;|\u{0}|=){0,12}") {
            let mut outcome = fixture::outcome();
            outcome.documents[0].examples[0].claims[0].claim.claimed = claimed.clone();
            let text = rendered(&Report::of(&outcome));
            let mut reader = ::csv::Reader::from_reader(text.as_bytes());
            let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            proptest::prop_assert_eq!(rows.len(), 8);
            proptest::prop_assert_eq!(rows[0].get(6).unwrap(), inert(&claimed));
        }
    }
}
