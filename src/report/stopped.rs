//! The examples that did not run to their end, and what would mend them.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::model::{Claim, Document, Example, Report};
use super::refutation::Refutations;
use super::terminal::HEADING;
use super::text::{Tally, counted, one_line};
use super::{Style, Verbosity};
use crate::document;
use crate::example::Form;
use crate::verdict::Status;

/// Word for what was not started.
const NOT_RUN: &str = "not-run";

/// Examples of one report that are listed, unless everything is asked for.
const MOST_LISTED: usize = 30;

/// Mends of one report that are shown.
const MOST_MENDS: usize = 12;

/// Fewest columns of what stands behind a word.
const LEAST_DETAIL: usize = 24;

/// The examples that did not run to their end, grouped by reason. Inline ones are numerous and mostly
/// fragments, so they are only counted.
pub(super) struct Stopped<'a> {
    renderer: Refutations<'a>,
    is_verbose: bool,
    /// How many are listed.
    most: usize,
    words: BTreeMap<String, OfWord>,
    place_width: usize,
    /// How many are only counted, and why.
    passed_over: usize,
    passed_over_words: Tally,
}

/// Those of one reason: how many, and as much of the first as may be shown.
#[derive(Default)]
struct OfWord {
    count: usize,
    lines: Vec<Line>,
    mended: usize,
    mends: Vec<String>,
}

/// An example as it is listed.
struct Line {
    place: String,
    detail: String,
    known: &'static str,
}

impl<'a> Stopped<'a> {
    pub(super) fn new<D>(report: &'a Report<D>, style: &Style) -> Stopped<'a> {
        let is_verbose = style.verbosity == Verbosity::Verbose;
        Stopped {
            renderer: Refutations::new(report, style),
            is_verbose,
            most: if is_verbose { usize::MAX } else { MOST_LISTED },
            words: BTreeMap::new(),
            place_width: 0,
            passed_over: 0,
            passed_over_words: Tally::default(),
        }
    }

    /// Adds those of a document, whose text is only asked for where a mend is shown.
    pub(super) fn add(&mut self, document: &Document, text: &dyn Fn() -> document::Document, style: &Style) {
        for example in document.examples.iter().filter(|example| example.status != Status::Ran) {
            let (word, detail) = ending(example);
            // What the check itself did not start is told in the last line.
            if word == NOT_RUN {
                continue;
            }
            if !self.is_verbose && is_passed_over(example) {
                self.passed_over += 1;
                self.passed_over_words.add(if example.known { "known" } else { &word });
                continue;
            }
            let place = format!("{}:{}", document.path, example.start_line);
            self.place_width = self.place_width.max(place.chars().count());
            let of_word = self.words.entry(word).or_default();
            of_word.count += 1;
            if of_word.count <= self.most {
                let detail = one_line(&detail, style.width.max(LEAST_DETAIL));
                let known = if example.known { " (known)" } else { "" };
                of_word.lines.push(Line { place, detail, known });
            }
            if let Some(mend) = example.mend.as_ref().filter(|_| !stands_below_claim(example)) {
                of_word.mended += 1;
                if of_word.mended <= MOST_MENDS {
                    of_word.mends.push(self.renderer.render_mend(&text(), mend));
                }
            }
        }
    }

    pub(super) fn write(self, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
        if self.words.is_empty() && self.passed_over == 0 {
            return Ok(());
        }
        if !self.words.is_empty() {
            writeln!(writer, "{}", style.paint(HEADING, "did not run to the end"))?;
        }
        self.list(style, writer)?;
        if self.passed_over > 0 {
            let (examples, words) = (counted(self.passed_over, "example"), &self.passed_over_words);
            writeln!(writer, "  not listed: {examples} inline or known ({words}); --verbose lists them")?;
        }
        writeln!(writer)?;
        self.mends(writer)
    }

    fn list(&self, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
        let place_width = self.place_width.min(48);
        let word_width = self.words.keys().map(String::len).max().unwrap_or(0);
        let detail_width = style.width.saturating_sub(place_width + word_width + 6).max(LEAST_DETAIL);
        let mut left = self.most;
        let (mut more, mut of_more) = (0, Tally::default());
        for (word, of_word) in &self.words {
            let shown = left.min(of_word.count);
            left -= shown;
            for Line { place, detail, known } in &of_word.lines[..shown] {
                let detail = one_line(detail, detail_width);
                let line = format!("  {place:<place_width$}  {word:<word_width$}  {detail}{known}");
                writeln!(writer, "{}", line.trim_end())?;
            }
            more += of_word.count - shown;
            of_more.add_times(word, of_word.count - shown);
        }
        if more > 0 {
            writeln!(writer, "  and {more} more ({of_more}); --verbose lists them")?;
        }
        Ok(())
    }

    /// What would let examples run to their end.
    fn mends(&self, writer: &mut dyn Write) -> io::Result<()> {
        let mends = self.words.values().flat_map(|of_word| &of_word.mends);
        mends.take(MOST_MENDS).try_for_each(|mend| writeln!(writer, "{mend}\n"))?;
        let mended: usize = self.words.values().map(|of_word| of_word.mended).sum();
        match mended.saturating_sub(MOST_MENDS) {
            0 => Ok(()),
            more => {
                writeln!(writer, "and {} like these; --format json has them all\n", counted(more, "mend"))
            }
        }
    }
}

/// Whether it is only counted.
fn is_passed_over(example: &Example) -> bool {
    example.known || example.form == Form::Inline
}

/// Whether the mend of an example is shown with a refuted claim already.
fn stands_below_claim(example: &Example) -> bool {
    example.claims.iter().any(|claim: &Claim| claim.mend == example.mend && !claim.known)
}

/// How an example ended: a word, and the sentence behind it.
pub(super) fn ending(example: &Example) -> (String, String) {
    let word = match (&example.reason, example.status) {
        (Some(reason), _) => reason.as_str(),
        (None, Status::Ran) => "ran",
        (None, Status::Raised) => "raised",
        (None, Status::SyntaxError) => "syntax-error",
        (None, Status::Timeout) => "timeout",
        (None, Status::Crashed) => "crashed",
        (None, Status::Skipped) => "skipped",
    };
    let detail = match (&example.detail, &example.exception) {
        (Some(detail), _) => detail.clone(),
        (None, Some(exception)) => format!("{}: {}", exception.type_name, exception.message),
        (None, None) => String::new(),
    };
    (word.to_owned(), detail)
}
