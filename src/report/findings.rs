//! What is refuted, document by document, in the order of the lines. Of very many findings the first
//! are shown whole and the others counted by document, so that a report can still be read.

use std::io::{self, Write};

use super::gathered::Gathered;
use super::model::{Claim, Document, Example, Prose, Report};
use super::refutation::Refutations;
use super::terminal::HEADING;
use super::text::counted;
use super::{Style, Verbosity};
use crate::document;
use crate::verdict::Verdict;

/// Findings of one document that are shown whole.
const MOST_OF_DOCUMENT: usize = 10;
/// Findings of one report that are shown whole.
const MOST: usize = 30;
/// Documents whose further findings are counted, each on a line.
const MOST_COUNTED: usize = 20;
/// Lines that are named of a document whose findings are counted only.
const MOST_LINES: usize = 5;

/// A finding with where it stands.
enum Finding<'a> {
    Claim(&'a Example, &'a Claim),
    Sentence(&'a Prose),
}

impl Finding<'_> {
    fn line(&self) -> usize {
        match self {
            Finding::Claim(_, claim) => claim.line,
            Finding::Sentence(prose) => prose.line,
        }
    }
}

/// The findings of the documents that were gone through; those that are known on demand only.
pub(super) struct Findings<'a> {
    renderer: Refutations<'a>,
    is_verbose: bool,
    /// How many more may be shown whole.
    left: usize,
    shown: Gathered,
    /// How many are only counted.
    more: usize,
    /// In how many documents those are.
    documents: usize,
    /// The lines that count those of a document.
    counted: String,
}

impl<'a> Findings<'a> {
    pub(super) fn new<D>(report: &'a Report<D>, style: &Style) -> Findings<'a> {
        let is_verbose = style.verbosity == Verbosity::Verbose;
        Findings {
            renderer: Refutations::new(report, style),
            is_verbose,
            left: if is_verbose { usize::MAX } else { MOST },
            shown: Gathered::default(),
            more: 0,
            documents: 0,
            counted: String::new(),
        }
    }

    /// Adds those of a document, whose text is only asked for where one is shown.
    pub(super) fn add(
        &mut self,
        document: &Document,
        text: &dyn Fn() -> document::Document,
    ) -> io::Result<()> {
        let findings = findings(document, self.is_verbose);
        let most = self.left.min(if self.is_verbose { usize::MAX } else { MOST_OF_DOCUMENT });
        let (whole, rest) = findings.split_at(most.min(findings.len()));
        self.left -= whole.len();
        if !whole.is_empty() {
            let text = text();
            for finding in whole {
                let finding = match finding {
                    Finding::Claim(example, claim) => self.renderer.render(&text, &example.id, claim),
                    Finding::Sentence(prose) => self.renderer.render_sentence(&text, prose),
                };
                writeln!(self.shown, "{finding}\n")?;
            }
        }
        if !rest.is_empty() {
            self.count(&document.path, rest);
        }
        Ok(())
    }

    fn count(&mut self, path: &str, findings: &[Finding]) {
        self.more += findings.len();
        self.documents += 1;
        if self.documents <= MOST_COUNTED {
            let named: Vec<_> = findings.iter().take(MOST_LINES).map(|one| one.line().to_string()).collect();
            let dots = if findings.len() > MOST_LINES { ", …" } else { "" };
            let noun = if findings.len() == 1 { "line" } else { "lines" };
            self.counted += &format!("  {path}: {} ({noun} {}{dots})\n", findings.len(), named.join(", "));
        }
    }

    /// Writes them, and how many are not shown, by document.
    pub(super) fn write(self, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
        self.shown.write_to(writer)?;
        if self.more == 0 {
            return Ok(());
        }
        let heading = format!("and {} more that are refuted", self.more);
        writeln!(writer, "{}", style.paint(HEADING, &heading))?;
        write!(writer, "{}", self.counted)?;
        if let Some(others) = self.documents.checked_sub(MOST_COUNTED).filter(|&others| others > 0) {
            writeln!(writer, "  and in {}", counted(others, "other document"))?;
        }
        writeln!(writer, "  `--verbose` shows all of them, `--format concise` a line for each\n")
    }
}

/// The findings of a document in the order of their lines.
fn findings(document: &Document, with_known: bool) -> Vec<Finding<'_>> {
    let claims = document.examples.iter().flat_map(|one| one.claims.iter().map(move |claim| (one, claim)));
    let claims = claims
        .filter(|(_, claim)| claim.verdict == Verdict::Refuted && (with_known || !claim.known))
        .map(|(one, claim)| Finding::Claim(one, claim));
    let sentences = document.prose.iter().filter(|prose| prose.verdict == Verdict::Refuted);
    let sentences = sentences.filter(|prose| with_known || !prose.known).map(Finding::Sentence);
    let mut findings: Vec<Finding> = claims.chain(sentences).collect();
    findings.sort_by_key(Finding::line);
    findings
}
