//! A refuted claim as a diagnostic over the lines of its document.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use similar::{ChangeTag, TextDiff};

use super::alone::Asked;
use super::mend::{help, true_value};
use super::model::{Claim, Mend, Prose, Report};
use super::text::{how_compared, one_line, visible};
use super::{Style, Verbosity, alone, region, versions};
use crate::claim::{Kind, Origin};
use crate::document::Document;
use crate::mend::TRUE_VALUE;

/// Lines of a difference that are shown; the report as JSON has all of them.
const MAX_DIFF_LINES: usize = 24;

/// Characters of a value that are shown on one line.
const MAX_VALUE: usize = 400;

/// Renders refuted claims.
pub(super) struct Refutations<'a> {
    renderer: Renderer,
    verbosity: Verbosity,
    /// What the command line asks for.
    asked: Asked<'a>,
}

impl Refutations<'_> {
    pub(super) fn new<'a, D>(report: &'a Report<D>, style: &Style) -> Refutations<'a> {
        let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.term_width(style.width.max(40));
        Refutations { renderer, verbosity: style.verbosity, asked: Asked::of(report) }
    }

    /// One refuted claim: its line with the claim underlined, and what really is below.
    pub(super) fn render(&self, document: &Document, example: &str, claim: &Claim) -> String {
        let (first, last) = window(document, claim);
        let start = document.line_start(first);
        let source = &document.text[start..document.line_start(last) + document.line(last).len()];
        let span = claimed_span(document, claim);
        let annotation =
            AnnotationKind::Primary.span(span.start - start..span.end - start).label("claimed here");
        let snippet = Snippet::source(source)
            .path(document.path.as_str())
            .line_start(first)
            .fold(false)
            .annotation(annotation);
        let level = level(claim.known);
        let notes = Level::NOTE.no_name().message(self.notes(document, example, claim));
        let mut report = vec![level.primary_title(title(claim)).element(snippet).element(notes)];
        report.extend(claim.mend.as_ref().and_then(|mend| match mend.rule == TRUE_VALUE {
            true => (!claim.known).then(|| true_value(document, mend)),
            false => Some(help(document, mend)),
        }));
        self.renderer.render(&report)
    }

    /// A sentence that is false: its line with the quote underlined, and the fact below.
    pub(super) fn render_sentence(&self, document: &Document, prose: &Prose) -> String {
        let line = prose.line.clamp(1, document.line_count());
        let (start, text) = (document.line_start(line), document.line(line));
        let span = text.find(prose.quote.as_str()).map_or(0..text.len(), |at| at..at + prose.quote.len());
        let annotation = AnnotationKind::Primary.span(span).label("said here");
        let source = &document.text[start..start + text.len()];
        let snippet = Snippet::source(source)
            .path(document.path.as_str())
            .line_start(line)
            .fold(false)
            .annotation(annotation);
        let title = format!("the sentence is false: {}", one_line(&prose.statement, MAX_VALUE));
        let level = level(prose.known);
        let mut notes = vec![format!("fact:     {} ({})", prose.fact, one_line(&prose.source, MAX_VALUE))];
        notes.extend(
            prose.actual.as_deref().map(|actual| format!("probe:    {}", one_line(actual, MAX_VALUE))),
        );
        notes.extend(versions::of_claim(&prose.versions).map(|says| format!("versions: {says}")));
        notes.extend(
            prose.known_reason.as_deref().map(|why| format!("known:    {}", one_line(why, MAX_VALUE))),
        );
        let notes = Level::NOTE.no_name().message(notes.join("\n"));
        self.renderer.render(&[level.primary_title(title).element(snippet).element(notes)])
    }

    /// What would let an example run to its end.
    pub(super) fn render_mend(&self, document: &Document, mend: &Mend) -> String {
        self.renderer.render(&[help(document, mend)])
    }

    fn notes(&self, document: &Document, example: &str, claim: &Claim) -> String {
        let mut notes = comparison(claim);
        let optional = [
            ("remark:", &claim.remark),
            ("note:", &claim.reason),
            ("note:", &claim.note),
            ("known:", &claim.known_reason),
        ];
        for (name, text) in optional {
            notes.extend(text.as_deref().map(|text| format!("{name:<9} {}", one_line(text, MAX_VALUE))));
        }
        notes.extend(versions::of_claim(&claim.versions).map(|says| format!("versions: {says}")));
        if self.verbosity == Verbosity::Verbose {
            notes.push(format!("compared: {}", how_compared(claim.kind)));
            notes.push(format!("found by: {}", claim.rule));
        }
        let command = alone::command(self.asked, example, &document.path);
        notes.push(format!("alone:    {}", visible(&command)));
        notes.join("\n")
    }
}

/// How bad it is, and the word for it.
fn level(is_known: bool) -> Level<'static> {
    if is_known { Level::WARNING.with_name("refuted, known") } else { Level::ERROR.with_name("refuted") }
}

/// One sentence that says what is wrong.
fn title(claim: &Claim) -> String {
    let Claim { kind, origin, subject, claimed, .. } = claim;
    let subject = one_line(subject, 60);
    let claimed = one_line(claimed, 60);
    match kind {
        Kind::Value if subject.is_empty() => format!("the value is not `{claimed}`"),
        Kind::Value => format!("`{subject}` is not `{claimed}`"),
        Kind::Stdout => "what is printed differs from what is claimed".to_owned(),
        Kind::Raises => format!("`{subject}` does not raise `{claimed}`"),
        Kind::Works if *origin == Origin::Test => format!("the test `{subject}` does not pass"),
        Kind::Works => format!("`{subject}` does not work"),
        Kind::Type => format!("the type of `{subject}` is not `{claimed}`"),
    }
}

/// Claimed and actual below each other, as a difference where they have several lines.
fn comparison(claim: &Claim) -> Vec<String> {
    let claimed = visible(claim.claimed.trim_end_matches('\n'));
    let actual = claim.actual.as_deref().map(|actual| visible(actual.trim_end_matches('\n')));
    match actual {
        // Nothing of it could be the same.
        Some(actual) if claim.kind == Kind::Works => {
            let actual = in_lines(&actual, MAX_DIFF_LINES, MAX_VALUE).join("\n          ");
            vec![format!("claimed:  {}", one_line(&claimed, MAX_VALUE)), format!("actual:   {actual}")]
        }
        Some(actual) if claimed.contains('\n') || actual.contains('\n') => difference(&claimed, &actual),
        actual => {
            let actual = actual.map_or("nothing".to_owned(), |actual| one_line(&actual, MAX_VALUE));
            vec![format!("claimed:  {}", one_line(&claimed, MAX_VALUE)), format!("actual:   {actual}")]
        }
    }
}

/// The first lines of a text, none of them long.
fn in_lines(text: &str, lines: usize, characters: usize) -> Vec<String> {
    let more = text.lines().count().saturating_sub(lines);
    let shown = text.lines().take(lines).map(|line| line.chars().take(characters).collect());
    shown.chain((more > 0).then(|| format!("… {more} more lines"))).collect()
}

fn difference(claimed: &str, actual: &str) -> Vec<String> {
    let diff = TextDiff::from_lines(claimed, actual);
    let mut lines = vec!["claimed (-) and actual (+):".to_owned()];
    let changes: Vec<_> = diff.iter_all_changes().collect();
    for change in changes.iter().take(MAX_DIFF_LINES) {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => ' ',
        };
        let text: String = change.value().trim_end_matches('\n').chars().take(MAX_VALUE).collect();
        lines.push(format!("  {sign} {text}"));
    }
    if changes.len() > MAX_DIFF_LINES {
        lines.push(format!("  … {} more lines", changes.len() - MAX_DIFF_LINES));
    }
    lines
}

/// The lines to show: that of the claim and, where it stands below its code, the one above.
fn window(document: &Document, claim: &Claim) -> (usize, usize) {
    let line = claim.line.clamp(1, document.line_count());
    let is_below = matches!(claim.origin, Origin::NextLine | Origin::Doctest);
    (if is_below { line.saturating_sub(1).max(1) } else { line }, line)
}

/// The bytes of the document that make the claim: its first line as it stands there, or the whole
/// line if it was put into other words.
fn claimed_span(document: &Document, claim: &Claim) -> Range<usize> {
    let wanted = claim.claimed.lines().map(str::trim).find(|wanted| !wanted.is_empty()).unwrap_or_default();
    region::of_text(document, claim.line, wanted)
}
