//! The full report for people: the table, what is refuted, what did not run, what differs from the
//! expectations, and one line that sums up, which a long report begins with, too.
//!
//! The documents are gone through once: each part of the report gathers from them what it has to say.

use std::io::{self, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Effects, Style as Ansi};

use super::findings::Findings;
use super::gathered::Gathered;
use super::model::{Difference, Document, Documents, Example, Report};
use super::stopped::Stopped;
use super::summary::{Reasons, summary_line};
use super::table::Rows;
use super::text::one_line;
use super::{Sources, Style, Verbosity, versions};
use crate::verdict::Status;

pub(super) const HEADING: Ansi = Ansi::new().effects(Effects::BOLD);
pub(super) const BAD: Ansi = AnsiColor::Red.on_default().effects(Effects::BOLD);
pub(super) const GOOD: Ansi = AnsiColor::Green.on_default().effects(Effects::BOLD);
const MINOR: Ansi = Ansi::new().effects(Effects::DIMMED);

/// Lines of a report from which on the line that sums up stands in front as well.
const LONG: usize = 60;

/// Writes the full report.
pub(super) fn render<D: Documents>(
    report: &Report<D>,
    sources: &Sources,
    style: &Style,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let mut parts = Parts::new(report, style);
    report.documents.each(&mut |document| parts.add(document, sources))?;
    let mut body = Gathered::default();
    let reasons = parts.write(report, &mut body)?;
    if style.verbosity == Verbosity::Quiet {
        return body.write_to(writer);
    }
    let summary = summary_line(report, &reasons, style);
    if body.lines > LONG {
        writeln!(writer, "{summary}\n")?;
    }
    body.write_to(writer)?;
    writeln!(writer, "{summary}")
}

/// The parts of a report, each with what it says of the documents that were gone through.
struct Parts<'a> {
    style: &'a Style,
    /// Whether only findings are told.
    is_quiet: bool,
    rows: Rows,
    notes: Notes,
    findings: Findings<'a>,
    differing: Gathered,
    stopped: Stopped<'a>,
    left_processes: Gathered,
    ran_after_others: Gathered,
    not_understood: Gathered,
    slow: Slow,
    reasons: Reasons,
}

impl<'a> Parts<'a> {
    fn new<D>(report: &'a Report<D>, style: &'a Style) -> Parts<'a> {
        // Beside a baseline, only what changed is of interest.
        let is_quiet = match style.verbosity {
            Verbosity::Quiet => true,
            Verbosity::Normal => report.baseline.is_some(),
            Verbosity::Verbose => false,
        };
        Parts {
            style,
            is_quiet,
            rows: Rows::new(style),
            notes: Notes::default(),
            findings: Findings::new(report, style),
            differing: Gathered::default(),
            stopped: Stopped::new(report, style),
            left_processes: Gathered::default(),
            ran_after_others: Gathered::default(),
            not_understood: Gathered::default(),
            slow: Slow::default(),
            reasons: Reasons::default(),
        }
    }

    fn add(&mut self, document: &Document, sources: &Sources) -> io::Result<()> {
        let text = || sources.text_of(document);
        self.reasons.add(document);
        self.findings.add(document, &text)?;
        if self.is_quiet {
            return Ok(());
        }
        let style = self.style;
        self.rows.add(document);
        self.notes.add(document, style)?;
        versions::differing(document, &mut self.differing)?;
        self.stopped.add(document, &text, style);
        left_processes(document, &mut self.left_processes)?;
        self.slow.add(document, style);
        if style.verbosity == Verbosity::Verbose {
            ran_after_others(document, style, &mut self.ran_after_others)?;
            not_understood(document, style, &mut self.not_understood)?;
        }
        Ok(())
    }

    /// Writes all but the line that sums up; gives what that line says besides the numbers.
    fn write<D: Documents>(self, report: &Report<D>, writer: &mut dyn Write) -> io::Result<Reasons> {
        let style = self.style;
        if !self.is_quiet && report.documents.count() > 0 {
            writeln!(writer, "{}\n", self.rows.table(report, style))?;
            machine(report, style, writer)?;
            self.notes.write(style, writer)?;
        }
        self.findings.write(style, writer)?;
        if !self.is_quiet {
            part("not the same in all versions", self.differing, style, writer)?;
            self.stopped.write(style, writer)?;
            part("left processes behind", self.left_processes, style, writer)?;
            part("ran only after earlier examples", self.ran_after_others, style, writer)?;
            part("not understood as a claim", self.not_understood, style, writer)?;
            self.slow.write(style, writer)?;
        }
        differences(report, style, writer)?;
        Ok(self.reasons)
    }
}

/// Lines below a heading, if there are any.
fn part(heading: &str, lines: Gathered, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    if lines.lines == 0 {
        return Ok(());
    }
    writeln!(writer, "{}", style.paint(HEADING, heading))?;
    lines.write_to(writer)?;
    writeln!(writer)
}

/// What ran the examples, and which layers of the sandbox the machine refused.
fn machine<D>(report: &Report<D>, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let sandbox = &report.sandbox;
    if style.verbosity == Verbosity::Verbose {
        for interpreter in &report.interpreters {
            writeln!(writer, "run by {} ({})", interpreter.id, interpreter.executable)?;
        }
        let filter = if sandbox.seccomp { "on" } else { "off" };
        let (landlock, network) = (&sandbox.landlock, &sandbox.network);
        writeln!(writer, "sandbox: landlock {landlock}, system call filter {filter}, network {network}")?;
    }
    for layer in &sandbox.missing {
        writeln!(writer, "sandbox: without {}", one_line(layer, style.width.max(40)))?;
    }
    if style.verbosity == Verbosity::Verbose || !sandbox.missing.is_empty() {
        writeln!(writer)?;
    }
    Ok(())
}

/// Notes on documents that are shown, unless everything is asked for.
const MOST_NOTES: usize = 20;

/// Notes on documents.
#[derive(Default)]
struct Notes {
    shown: Gathered,
    count: usize,
}

impl Notes {
    fn add(&mut self, document: &Document, style: &Style) -> io::Result<()> {
        let most = if style.verbosity == Verbosity::Verbose { usize::MAX } else { MOST_NOTES };
        for note in &document.notes {
            self.count += 1;
            if self.count <= most {
                let place = style.paint(MINOR, &format!("{}:{}: note:", document.path, note.line));
                writeln!(self.shown, "{place} {}", note.message)?;
            }
        }
        Ok(())
    }

    fn write(self, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
        self.shown.write_to(writer)?;
        if self.count > MOST_NOTES && style.verbosity < Verbosity::Verbose {
            writeln!(writer, "and {} more notes; --verbose shows them", self.count - MOST_NOTES)?;
        }
        if self.count == 0 { Ok(()) } else { writeln!(writer) }
    }
}

/// Slow examples that are named.
const MOST_SLOW: usize = 5;

/// The examples that took longest, of those that took long.
#[derive(Default)]
struct Slow {
    longest: Vec<(Duration, String)>,
    count: usize,
}

impl Slow {
    fn add(&mut self, document: &Document, style: &Style) {
        for example in &document.examples {
            let took = Duration::from_secs_f64(example.duration_ms.unwrap_or_default().max(0.0) / 1e3);
            if took >= style.slow_after {
                self.count += 1;
                self.longest.push((took, example.id.clone()));
                self.longest.sort_by_key(|(took, _)| std::cmp::Reverse(*took));
                self.longest.truncate(MOST_SLOW);
            }
        }
    }

    fn write(self, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
        if self.count == 0 {
            return Ok(());
        }
        writeln!(writer, "{}", style.paint(HEADING, "slow"))?;
        for (took, id) in &self.longest {
            writeln!(writer, "  {took:>7.1?}  {id}")?;
        }
        if self.count > MOST_SLOW {
            writeln!(writer, "  and {} more", self.count - MOST_SLOW)?;
        }
        writeln!(writer)
    }
}

/// Examples whose processes went on after their own end, and were killed.
fn left_processes(document: &Document, writer: &mut dyn Write) -> io::Result<()> {
    for example in document.examples.iter().filter(|example| example.left_behind > 0) {
        let (path, line) = (&document.path, example.start_line);
        match example.left_behind {
            1 => writeln!(writer, "  {path}:{line}  1 process, which was killed")?,
            more => writeln!(writer, "  {path}:{line}  {more} processes, which were killed")?,
        }
    }
    Ok(())
}

/// Examples that ran to their end only with what earlier ones left behind.
fn ran_after_others(document: &Document, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let leaning = |example: &&Example| example.status == Status::Ran && !example.names_from.is_empty();
    for example in document.examples.iter().filter(leaning) {
        let place = format!("{}:{}", document.path, example.start_line);
        let from = one_line(&example.names_from.join(", "), style.width.max(40));
        writeln!(writer, "  {place}  needs names from {from}")?;
    }
    Ok(())
}

/// Comments that look like claims and were not understood.
fn not_understood(document: &Document, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    for one in document.examples.iter().flat_map(|example| &example.not_understood) {
        let text = one_line(&one.text, style.width.max(40));
        writeln!(writer, "  {}:{}  {text}", document.path, one.line)?;
    }
    Ok(())
}

fn differences<D>(report: &Report<D>, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    if report.unexpected.is_empty() {
        return Ok(());
    }
    let heading = match report.baseline {
        Some(_) => "differs from the baseline or the expectations",
        None => "differs from the expectations",
    };
    writeln!(writer, "{}", style.paint(BAD, heading))?;
    for unexpected in &report.unexpected {
        writeln!(writer, "  {}", difference(unexpected))?;
    }
    writeln!(writer)
}

/// A difference from the expectations, as one line.
pub(super) fn difference(difference: &Difference) -> String {
    let Difference { file, line, message, document, document_line } = difference;
    let place = document.as_ref().zip(*document_line);
    let place = place.map_or_else(String::new, |(path, line)| format!(" ({path}:{line})"));
    format!("{file}:{line}: {}{place}", one_line(message, usize::MAX))
}
