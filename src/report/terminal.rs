//! The full report for people: the table, what is refuted, what did not run, what differs from the
//! expectations, and one line that sums up, which a long report begins with, too.

use std::io::{self, Write};

use anstyle::{AnsiColor, Effects, Style as Ansi};

use super::summary::summary_line;
use super::table::table;
use super::text::one_line;
use super::{Counts, Style, Verbosity, findings, stopped, versions};
use crate::exit::examples;
use crate::verdict::{ExampleOutcome, Outcome, Status, Unexpected};

pub(super) const HEADING: Ansi = Ansi::new().effects(Effects::BOLD);
pub(super) const BAD: Ansi = AnsiColor::Red.on_default().effects(Effects::BOLD);
pub(super) const GOOD: Ansi = AnsiColor::Green.on_default().effects(Effects::BOLD);
const MINOR: Ansi = Ansi::new().effects(Effects::DIMMED);

/// Lines of a report from which on the line that sums up stands in front as well.
const LONG: usize = 60;

/// Writes the full report.
pub(super) fn render(outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let mut body = Vec::new();
    render_body(outcome, style, &mut body)?;
    if style.verbosity == Verbosity::Quiet {
        return writer.write_all(&body);
    }
    let summary = summary_line(outcome, style);
    if body.iter().filter(|&&byte| byte == b'\n').count() > LONG {
        writeln!(writer, "{summary}\n")?;
    }
    writer.write_all(&body)?;
    writeln!(writer, "{summary}")
}

fn render_body(outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    // Beside a baseline, only what changed is of interest.
    let is_quiet = match style.verbosity {
        Verbosity::Quiet => true,
        Verbosity::Normal => outcome.course.baseline.is_some(),
        Verbosity::Verbose => false,
    };
    if !is_quiet && !outcome.documents.is_empty() {
        writeln!(writer, "{}\n", table(outcome, style))?;
        machine(outcome, style, writer)?;
        notes(outcome, style, writer)?;
    }
    findings::render(outcome, style, writer)?;
    if !is_quiet {
        versions::differing(outcome, style, writer)?;
        stopped::not_run(outcome, style, writer)?;
        left_processes(outcome, style, writer)?;
        ran_after_others(outcome, style, writer)?;
        not_understood(outcome, style, writer)?;
        slow(outcome, style, writer)?;
    }
    differences(outcome, style, writer)
}

/// What ran the examples, and which layers of the sandbox the machine refused.
fn machine(outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let missing = &outcome.sandbox.missing;
    if style.verbosity == Verbosity::Verbose {
        let sandbox = &outcome.sandbox;
        for interpreter in &outcome.interpreters {
            writeln!(writer, "run by {} ({})", interpreter.id, interpreter.executable)?;
        }
        let filter = if sandbox.seccomp { "on" } else { "off" };
        let (landlock, network) = (&sandbox.landlock, &sandbox.network);
        writeln!(writer, "sandbox: landlock {landlock}, system call filter {filter}, network {network}")?;
    }
    for layer in missing {
        writeln!(writer, "sandbox: without {}", one_line(layer, style.width.max(40)))?;
    }
    if style.verbosity == Verbosity::Verbose || !missing.is_empty() {
        writeln!(writer)?;
    }
    Ok(())
}

/// Notes on documents that are shown, unless everything is asked for.
const MOST_NOTES: usize = 20;

fn notes(outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let documents = outcome.documents.iter().map(|found| &found.document);
    let notes: Vec<_> =
        documents.flat_map(|document| document.notes.iter().map(move |note| (document, note))).collect();
    let most = if style.verbosity == Verbosity::Verbose { usize::MAX } else { MOST_NOTES };
    for (document, note) in notes.iter().take(most) {
        let place = format!("{}:{}", document.path, note.line);
        writeln!(writer, "{} {}", style.paint(MINOR, &format!("{place}: note:")), note.message)?;
    }
    if notes.len() > most {
        writeln!(writer, "and {} more notes; --verbose shows them", notes.len() - most)?;
    }
    if notes.is_empty() { Ok(()) } else { writeln!(writer) }
}

/// Slow examples that are named.
const MOST_SLOW: usize = 5;

/// The examples that took longest, of those that took long.
fn slow(outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let took = |one: &ExampleOutcome| one.run.as_ref().map(|run| run.duration).unwrap_or_default();
    let mut slow: Vec<&ExampleOutcome> =
        examples(outcome).filter(|one| took(one) >= style.slow_after).collect();
    slow.sort_by_key(|one| std::cmp::Reverse(took(one)));
    if slow.is_empty() {
        return Ok(());
    }
    writeln!(writer, "{}", style.paint(HEADING, "slow"))?;
    for one in slow.iter().take(MOST_SLOW) {
        writeln!(writer, "  {:>7.1?}  {}", took(one), one.example.id)?;
    }
    if slow.len() > MOST_SLOW {
        writeln!(writer, "  and {} more", slow.len() - MOST_SLOW)?;
    }
    writeln!(writer)
}

/// Examples whose processes went on after their own end, and were killed.
fn left_processes(outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let left = |example: &ExampleOutcome| example.run.as_ref().map_or(0, |run| run.left_behind);
    if style.verbosity == Verbosity::Quiet || examples(outcome).all(|example| left(example) == 0) {
        return Ok(());
    }
    writeln!(writer, "{}", style.paint(HEADING, "left processes behind"))?;
    for found in &outcome.documents {
        for example in found.examples.iter().filter(|example| left(example) > 0) {
            let (path, line) = (&found.document.path, example.example.start_line);
            match left(example) {
                1 => writeln!(writer, "  {path}:{line}  1 process, which was killed")?,
                more => writeln!(writer, "  {path}:{line}  {more} processes, which were killed")?,
            }
        }
    }
    writeln!(writer)
}

/// Examples that ran to their end only with what earlier ones left behind; listed on demand only.
fn ran_after_others(outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    if style.verbosity < Verbosity::Verbose || Counts::of(outcome).ran_after_others == 0 {
        return Ok(());
    }
    writeln!(writer, "{}", style.paint(HEADING, "ran only after earlier examples"))?;
    for found in &outcome.documents {
        let leaning =
            |example: &&ExampleOutcome| example.status == Status::Ran && !example.names_from.is_empty();
        for example in found.examples.iter().filter(leaning) {
            let place = format!("{}:{}", found.document.path, example.example.start_line);
            let from = one_line(&example.names_from.join(", "), style.width.max(40));
            writeln!(writer, "  {place}  needs names from {from}")?;
        }
    }
    writeln!(writer)
}

/// Comments that look like claims and were not understood; listed on demand only.
fn not_understood(outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    if style.verbosity < Verbosity::Verbose || Counts::of(outcome).not_understood == 0 {
        return Ok(());
    }
    writeln!(writer, "{}", style.paint(HEADING, "not understood as a claim"))?;
    for found in &outcome.documents {
        for (line, text) in found.examples.iter().flat_map(|example| &example.not_understood) {
            writeln!(writer, "  {}:{line}  {}", found.document.path, one_line(text, style.width.max(40)))?;
        }
    }
    writeln!(writer)
}

fn differences(outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    if outcome.unexpected.is_empty() {
        return Ok(());
    }
    let heading = match outcome.course.baseline {
        Some(_) => "differs from the baseline or the expectations",
        None => "differs from the expectations",
    };
    writeln!(writer, "{}", style.paint(BAD, heading))?;
    for unexpected in &outcome.unexpected {
        writeln!(writer, "  {}", difference(unexpected))?;
    }
    writeln!(writer)
}

/// A difference from the expectations, as one line.
pub(super) fn difference(unexpected: &Unexpected) -> String {
    let Unexpected { file, line, message, document } = unexpected;
    let place = document.as_ref().map_or_else(String::new, |(path, line)| format!(" ({path}:{line})"));
    format!("{file}:{line}: {}{place}", one_line(message, usize::MAX))
}
