//! What is refuted, document by document, in the order of the lines. Of very many findings the first
//! are shown whole and the others counted by document, so that a report can still be read.

use std::io::{self, Write};

use super::refutation::Refutations;
use super::terminal::HEADING;
use super::text::counted;
use super::{Style, Verbosity};
use crate::verdict::{DocumentOutcome, ExampleOutcome, Judged, Outcome, Prose, Verdict};

/// Findings of one document that are shown whole.
const MOST_OF_DOCUMENT: usize = 10;
/// Findings of one report that are shown whole.
const MOST: usize = 30;
/// Documents whose further findings are counted, each on a line.
const MOST_COUNTED: usize = 20;

/// A finding with where it stands.
enum Finding<'a> {
    Claim(&'a ExampleOutcome, &'a Judged),
    Sentence(&'a Prose),
}

impl Finding<'_> {
    fn line(&self) -> usize {
        match self {
            Finding::Claim(_, judged) => judged.claim.line,
            Finding::Sentence(prose) => prose.line,
        }
    }
}

/// Writes the findings of all documents; those that are known on demand only.
pub(super) fn render(outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let renderer = Refutations::new(outcome, style);
    let is_verbose = style.verbosity == Verbosity::Verbose;
    let mut left = if is_verbose { usize::MAX } else { MOST };
    let mut more: Vec<(&str, Vec<usize>)> = Vec::new();
    for found in &outcome.documents {
        let findings = findings(found, is_verbose);
        let most = left.min(if is_verbose { usize::MAX } else { MOST_OF_DOCUMENT });
        for finding in findings.iter().take(most) {
            let text = match finding {
                Finding::Claim(example, judged) => renderer.render(&found.document, &example.example, judged),
                Finding::Sentence(prose) => renderer.render_sentence(&found.document, prose),
            };
            writeln!(writer, "{text}\n")?;
        }
        left -= most.min(findings.len());
        let rest: Vec<usize> = findings.iter().skip(most).map(Finding::line).collect();
        if !rest.is_empty() {
            more.push((&found.document.path, rest));
        }
    }
    counted_only(&more, style, writer)
}

/// The findings of a document in the order of their lines.
fn findings(found: &DocumentOutcome, with_known: bool) -> Vec<Finding<'_>> {
    let claims = found.examples.iter().flat_map(|one| one.claims.iter().map(move |judged| (one, judged)));
    let claims = claims
        .filter(|(_, judged)| judged.verdict == Verdict::Refuted && (with_known || judged.known.is_none()))
        .map(|(one, judged)| Finding::Claim(one, judged));
    let sentences = found.prose.iter().filter(|prose| prose.verdict == Verdict::Refuted);
    let sentences = sentences.filter(|prose| with_known || prose.known.is_none()).map(Finding::Sentence);
    let mut findings: Vec<Finding> = claims.chain(sentences).collect();
    findings.sort_by_key(Finding::line);
    findings
}

/// Lines that are named of a document whose findings are counted only.
const MOST_LINES: usize = 5;

/// How many findings are not shown, by document.
fn counted_only(more: &[(&str, Vec<usize>)], style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    if more.is_empty() {
        return Ok(());
    }
    let total: usize = more.iter().map(|(_, lines)| lines.len()).sum();
    let heading = format!("and {total} more that are refuted");
    writeln!(writer, "{}", style.paint(HEADING, &heading))?;
    for (path, lines) in more.iter().take(MOST_COUNTED) {
        let named: Vec<_> = lines.iter().take(MOST_LINES).map(ToString::to_string).collect();
        let dots = if lines.len() > MOST_LINES { ", …" } else { "" };
        let noun = if lines.len() == 1 { "line" } else { "lines" };
        writeln!(writer, "  {path}: {} ({noun} {}{dots})", lines.len(), named.join(", "))?;
    }
    if let Some(others) = more.len().checked_sub(MOST_COUNTED).filter(|&others| others > 0) {
        writeln!(writer, "  and in {}", counted(others, "other document"))?;
    }
    writeln!(writer, "  `--verbose` shows all of them, `--format concise` a line for each\n")
}
