//! A document cut into the parts that a page shows or hides together: an example, or a paragraph.
//!
//! Each line of the document stands in exactly one part, and each finding on the line it is about.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::document::Document as Text;
use crate::example::Form;
use crate::report::model::{Claim, Document, Example, NotUnderstood, Prose};

/// Most lines of text without a finding in one part: what is far away need not be laid out.
const MOST_LINES: usize = 60;

/// Lines that are shown or hidden together.
pub(super) struct Part<'a> {
    /// The examples whose lines these are; none for text.
    pub examples: Vec<&'a Example>,
    /// The number of the first line; none if the document is not at hand and the lines are those of
    /// the code.
    pub first: Option<usize>,
    /// Its lines.
    pub rows: Vec<Row<'a>>,
}

/// A line with what was found on it.
pub(super) struct Row<'a> {
    pub text: &'a str,
    pub findings: Vec<Finding<'a>>,
}

/// What a page says about a line.
#[derive(Clone, Copy)]
pub(super) enum Finding<'a> {
    /// An example within the line.
    Inline(&'a Example),
    /// A claim, with the example it is about.
    Claim(&'a Example, &'a Claim),
    /// A sentence that is tied to a fact.
    Sentence(&'a Prose),
    /// A comment that was not understood, with its example.
    Unread(&'a Example, &'a NotUnderstood),
}

impl Finding<'_> {
    /// The line it is about.
    pub(super) fn line(&self) -> usize {
        match self {
            Finding::Inline(example) => example.start_line,
            Finding::Claim(_, claim) => claim.line,
            Finding::Sentence(prose) => prose.line,
            Finding::Unread(_, comment) => comment.line,
        }
    }
}

/// The parts of a document, from its text if that is at hand, else from the code of its examples.
pub(super) fn parts<'a>(document: &'a Document, text: Option<&'a Text>) -> Vec<Part<'a>> {
    match text {
        Some(text) => of_text(document, text),
        None => of_code(document),
    }
}

/// Everything that is about a line of the document.
pub(super) fn findings(document: &Document) -> impl Iterator<Item = Finding<'_>> {
    document.examples.iter().flat_map(of_example).chain(document.prose.iter().map(Finding::Sentence))
}

fn of_example(example: &Example) -> impl Iterator<Item = Finding<'_>> {
    let inline = (example.form == Form::Inline).then_some(Finding::Inline(example));
    let claims = example.claims.iter().map(move |claim| Finding::Claim(example, claim));
    let unread = example.not_understood.iter().map(move |comment| Finding::Unread(example, comment));
    inline.into_iter().chain(claims).chain(unread)
}

fn of_text<'a>(document: &'a Document, text: &'a Text) -> Vec<Part<'a>> {
    let last = text.line_count();
    let mut by_line: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
    for finding in findings(document) {
        by_line.entry(finding.line().clamp(1, last)).or_default().push(finding);
    }
    let mut parts = Vec::new();
    let mut next = 1;
    for (lines, examples) in blocks(document, text) {
        paragraphs(text, next..=lines.start() - 1, &by_line, &mut parts);
        next = lines.end() + 1;
        parts.push(part(examples, text, lines, &by_line));
    }
    paragraphs(text, next..=last, &by_line, &mut parts);
    parts
}

/// The lines of the examples that stand on lines of their own, each with its fences. Those that
/// overlap stand together.
fn blocks<'a>(document: &'a Document, text: &Text) -> Vec<(RangeInclusive<usize>, Vec<&'a Example>)> {
    let last = text.line_count();
    let mut examples: Vec<&Example> =
        document.examples.iter().filter(|example| example.form != Form::Inline).collect();
    examples.sort_by_key(|example| example.start_line);
    let mut blocks: Vec<(RangeInclusive<usize>, Vec<&Example>)> = Vec::new();
    for example in examples {
        let first = example.start_line.clamp(1, last);
        let end = example.end_line.clamp(first, last);
        match blocks.last_mut() {
            Some((lines, together)) if *lines.end() >= first => {
                *lines = *lines.start()..=end.max(*lines.end());
                together.push(example);
            }
            _ => {
                let taken = blocks.last().map_or(0, |(lines, _)| *lines.end());
                blocks.push((fenced(text, first..=end, taken), vec![example]));
            }
        }
    }
    blocks
}

/// Lines of code with the fences around them, as far as those are not taken.
fn fenced(text: &Text, lines: RangeInclusive<usize>, taken: usize) -> RangeInclusive<usize> {
    let is_fence = |line: usize| {
        let line = text.line(line).trim_start_matches(['>', ' ', '\t']);
        ["```", "~~~"].iter().any(|mark| line.starts_with(mark))
    };
    let (first, end) = lines.into_inner();
    let opens = first > taken + 1 && is_fence(first - 1);
    let closes = opens && is_fence(end + 1);
    first - usize::from(opens)..=end + usize::from(closes)
}

/// Cuts text at its empty lines, so that a paragraph with a finding is a part of its own.
fn paragraphs<'a>(
    text: &'a Text,
    lines: RangeInclusive<usize>,
    by_line: &BTreeMap<usize, Vec<Finding<'a>>>,
    parts: &mut Vec<Part<'a>>,
) {
    let (mut start, end) = (*lines.start(), *lines.end());
    let is_empty = |line: usize| text.line(line).trim().is_empty();
    let ends_here = |line: usize| line == end || (is_empty(line) && !is_empty(line + 1));
    let mut paragraph = start;
    for line in lines {
        if !ends_here(line) {
            continue;
        }
        let is_found = by_line.range(paragraph..=line).next().is_some();
        if is_found && paragraph > start {
            parts.push(part(Vec::new(), text, start..=paragraph - 1, by_line));
            start = paragraph;
        }
        if is_found || line + 1 - start >= MOST_LINES || line == end {
            parts.push(part(Vec::new(), text, start..=line, by_line));
            start = line + 1;
        }
        paragraph = line + 1;
    }
}

fn part<'a>(
    examples: Vec<&'a Example>,
    text: &'a Text,
    lines: RangeInclusive<usize>,
    by_line: &BTreeMap<usize, Vec<Finding<'a>>>,
) -> Part<'a> {
    let first = *lines.start();
    let row = |line: usize| Row {
        text: text.line(line),
        findings: by_line.get(&line).cloned().unwrap_or_default(),
    };
    Part { examples, first: Some(first), rows: lines.map(row).collect() }
}

/// Without the document: each example by its code, its findings on the line of the code they would
/// stand on if nothing stood between, else on the last one.
fn of_code(document: &Document) -> Vec<Part<'_>> {
    let mut parts: Vec<Part> = document.examples.iter().map(code).collect();
    parts.extend(document.prose.iter().map(|prose| Part {
        examples: Vec::new(),
        first: None,
        rows: vec![Row { text: &prose.quote, findings: vec![Finding::Sentence(prose)] }],
    }));
    parts
}

fn code(example: &Example) -> Part<'_> {
    let mut rows: Vec<Row> = example.code.lines().map(|text| Row { text, findings: Vec::new() }).collect();
    if rows.is_empty() {
        rows.push(Row { text: "", findings: Vec::new() });
    }
    let last = rows.len() - 1;
    for finding in of_example(example) {
        let at = finding.line().saturating_sub(example.start_line).min(last);
        rows[at].findings.push(finding);
    }
    let examples = if example.form == Form::Inline { Vec::new() } else { vec![example] };
    Part { examples, first: None, rows }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;
    use crate::fixture;
    use crate::report::{Report, Sources};

    /// First line, number of lines and number of findings of each part.
    fn shape(parts: &[Part]) -> Vec<(usize, usize, usize)> {
        let findings = |part: &Part| part.rows.iter().map(|row| row.findings.len()).sum();
        parts.iter().map(|part| (part.first.unwrap_or(0), part.rows.len(), findings(part))).collect()
    }

    #[test]
    fn each_line_and_each_finding_stands_in_one_part() {
        let outcome = fixture::outcome();
        let report = Report::of(&outcome);
        let sources = Sources::of(&outcome);
        for document in &report.documents {
            let text = sources.document(&document.path).unwrap();
            let parts = parts(document, Some(text));
            let lines: Vec<&str> =
                parts.iter().flat_map(|part| part.rows.iter().map(|row| row.text)).collect();
            assert_eq!(lines, text.text.lines().collect::<Vec<_>>());
            let found: usize = shape(&parts).iter().map(|(_, _, findings)| findings).sum();
            assert_eq!(found, findings(document).count());
            let mut next = 1;
            for part in &parts {
                assert_eq!(part.first, Some(next));
                next += part.rows.len();
            }
        }
    }

    #[test]
    fn a_fence_belongs_to_its_code() {
        let outcome = fixture::outcome();
        let report = Report::of(&outcome);
        let text = &outcome.documents[0].document;
        let parts = parts(&report.documents[0], Some(text));
        assert_eq!(
            shape(&parts)[..5],
            [(1, 2, 0), (3, 2, 1), (5, 6, 2), (11, 1, 0), (12, 5, 1)],
            "the heading, the sentence, the example, an empty line, the output"
        );
    }

    #[test]
    fn without_its_text_a_document_is_shown_by_its_code() {
        let report = Report::of(&fixture::outcome());
        let parts = parts(&report.documents[0], None);
        assert_eq!(parts[0].rows.len(), 4);
        assert_eq!(parts[0].rows[1].findings.len(), 1, "the claim on the second line of the code");
        assert_eq!(parts[0].rows[3].findings.len(), 2, "the claim below, and that in the output block");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut_without_a_loss(text in "(a\n|\n| \n|```\n|b c\n){0,40}", at in 1_usize..30) {
            let text = Text::from_text("a.md", Format::Text, &text);
            let mut report = Report::of(&fixture::outcome()).documents.remove(1);
            report.examples[0].start_line = at;
            report.examples[0].end_line = at + 2;
            report.examples[0].claims[0].line = at + 1;
            let parts = parts(&report, Some(&text));
            let rows: usize = parts.iter().map(|part| part.rows.len()).sum();
            proptest::prop_assert_eq!(rows, text.line_count());
        }
    }
}
