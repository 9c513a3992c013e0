//! The examples that did not run to their end, and what would mend them.

use std::io::{self, Write};

use super::refutation::Refutations;
use super::terminal::HEADING;
use super::text::{counted, one_line, tally};
use super::{Style, Verbosity};
use crate::document::Document;
use crate::example::Form;
use crate::exit::examples;
use crate::verdict::{DocumentOutcome, ExampleOutcome, Judged, Outcome, Status};

/// Word for what was not started.
const NOT_RUN: &str = "not-run";

/// Examples of one report that are listed, unless everything is asked for.
const MOST_LISTED: usize = 30;

/// An example that did not run to its end, as it is listed.
struct Stopped<'a> {
    document: &'a Document,
    outcome: &'a ExampleOutcome,
    word: String,
    detail: String,
}

/// The examples that did not run to their end, grouped by reason. Inline ones are numerous and
/// mostly fragments, so they are only counted.
pub(super) fn not_run(outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let is_verbose = style.verbosity == Verbosity::Verbose;
    let mut stopped: Vec<_> = outcome.documents.iter().flat_map(stopped_in).collect();
    // What the check itself did not start is told in the last line.
    stopped.retain(|one| one.word != NOT_RUN);
    let all = stopped.len();
    stopped.retain(|one| is_verbose || !is_passed_over(one.outcome));
    stopped.sort_by(|left, right| left.word.cmp(&right.word));
    if all == 0 {
        return Ok(());
    }
    if !stopped.is_empty() {
        writeln!(writer, "{}", style.paint(HEADING, "did not run to the end"))?;
    }
    let most = if is_verbose { usize::MAX } else { MOST_LISTED };
    let place = |one: &Stopped| format!("{}:{}", one.document.path, one.outcome.example.start_line);
    let place_width = stopped.iter().map(|one| place(one).chars().count()).max().unwrap_or(0).min(48);
    let word_width = stopped.iter().map(|one| one.word.len()).max().unwrap_or(0);
    let detail_width = style.width.saturating_sub(place_width + word_width + 6).max(24);
    for one in stopped.iter().take(most) {
        let known = if one.outcome.known.is_some() { " (known)" } else { "" };
        let detail = one_line(&one.detail, detail_width);
        let line = format!("  {:<place_width$}  {:<word_width$}  {detail}{known}", place(one), one.word);
        writeln!(writer, "{}", line.trim_end())?;
    }
    if let Some(more) = stopped.len().checked_sub(most).filter(|&more| more > 0) {
        let words = tally(stopped.iter().skip(most).map(|one| one.word.as_str()));
        writeln!(writer, "  and {more} more ({words}); --verbose lists them")?;
    }
    not_listed(outcome, all - stopped.len(), writer)?;
    writeln!(writer)?;
    mends(outcome, &stopped, style, writer)
}

/// Whether it is only counted.
fn is_passed_over(outcome: &ExampleOutcome) -> bool {
    outcome.known.is_some() || outcome.example.form == Form::Inline
}

/// Mends of one report that are shown.
const MOST_MENDS: usize = 12;

/// What would let examples run to their end, where it does not stand below a refuted claim already.
fn mends(outcome: &Outcome, stopped: &[Stopped], style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let renderer = Refutations::new(outcome, style);
    let is_shown = |one: &&Stopped| {
        let below = |judged: &Judged| judged.mend == one.outcome.mend && judged.known.is_none();
        one.outcome.mend.is_some() && !one.outcome.claims.iter().any(below)
    };
    let mended: Vec<&Stopped> = stopped.iter().filter(is_shown).collect();
    for one in mended.iter().take(MOST_MENDS) {
        if let Some(mend) = &one.outcome.mend {
            writeln!(writer, "{}\n", renderer.render_mend(one.document, mend))?;
        }
    }
    match mended.len().saturating_sub(MOST_MENDS) {
        0 => Ok(()),
        more => writeln!(writer, "and {} like these; --format json has them all\n", counted(more, "mend")),
    }
}

fn stopped_in(found: &DocumentOutcome) -> impl Iterator<Item = Stopped<'_>> {
    let stopped = found.examples.iter().filter(|outcome| outcome.status != Status::Ran);
    stopped.map(|outcome| {
        let (word, detail) = ending(outcome);
        Stopped { document: &found.document, outcome, word, detail }
    })
}

/// Says how many were passed over, and why.
fn not_listed(outcome: &Outcome, number: usize, writer: &mut dyn Write) -> io::Result<()> {
    if number == 0 {
        return Ok(());
    }
    let passed_over = examples(outcome)
        .filter(|example| example.status != Status::Ran && ending(example).0 != NOT_RUN)
        .filter(|example| is_passed_over(example));
    let words: Vec<_> = passed_over
        .map(|example| if example.known.is_some() { "known".to_owned() } else { ending(example).0 })
        .collect();
    let words = tally(words.iter().map(String::as_str));
    writeln!(
        writer,
        "  not listed: {} inline or known ({words}); --verbose lists them",
        counted(number, "example")
    )
}

/// How an example ended: a word, and the sentence behind it.
pub(super) fn ending(outcome: &ExampleOutcome) -> (String, String) {
    let word = match (&outcome.reason, outcome.status) {
        (Some(reason), _) => reason.as_str(),
        (None, Status::Ran) => "ran",
        (None, Status::Raised) => "raised",
        (None, Status::SyntaxError) => "syntax-error",
        (None, Status::Timeout) => "timeout",
        (None, Status::Crashed) => "crashed",
        (None, Status::Skipped) => "skipped",
    };
    let detail = match (&outcome.detail, &outcome.exception) {
        (Some(detail), _) => detail.clone(),
        (None, Some(exception)) => format!("{}: {}", exception.type_name, exception.message),
        (None, None) => String::new(),
    };
    (word.to_owned(), detail)
}
