//! The full report for people: the table, what is refuted, what did not run, what differs from the
//! expectations, and one line that sums up.

use std::io::{self, Write};

use anstyle::{AnsiColor, Effects, Style as Ansi};
use comfy_table::{CellAlignment, ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle};

use super::refutation::Refutations;
use super::text::{counted, one_line, tally, visible};
use super::{Counts, Style, Verbosity};
use crate::document::Document;
use crate::example::Form;
use crate::exit::{examples, failures};
use crate::verdict::{DocumentOutcome, ExampleOutcome, Judged, Outcome, Status, Unexpected, Verdict};

const HEADING: Ansi = Ansi::new().effects(Effects::BOLD);
const BAD: Ansi = AnsiColor::Red.on_default().effects(Effects::BOLD);
const GOOD: Ansi = AnsiColor::Green.on_default().effects(Effects::BOLD);
const MINOR: Ansi = Ansi::new().effects(Effects::DIMMED);

/// Writes the full report.
pub(super) fn render(outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let is_quiet = style.verbosity == Verbosity::Quiet;
    if !is_quiet && !outcome.documents.is_empty() {
        writeln!(writer, "{}\n", table(outcome, style))?;
        machine(outcome, style, writer)?;
        notes(outcome, style, writer)?;
    }
    refutations(outcome, style, writer)?;
    false_sentences(outcome, style, writer)?;
    if !is_quiet {
        not_run(outcome, style, writer)?;
        left_processes(outcome, style, writer)?;
        ran_after_others(outcome, style, writer)?;
        not_understood(outcome, style, writer)?;
    }
    differences(outcome, style, writer)?;
    if !is_quiet {
        writeln!(writer, "{}", summary_line(outcome, style))?;
    }
    Ok(())
}

/// A table whose only lines are those around the header and before the total.
const TABLE: TableStyle = TableStyle::new()
    .content_lines(ContentLineStyle::none())
    .header_lines(ContentLineStyle::none())
    .header_separator(LineStyle::none().fill('─').junction('─'));

/// Columns from which on all numbers are shown. What a narrower table leaves out follows from the
/// others, or stands in the last line of the report.
const WIDE: usize = 96;

/// One number of the table: its name, the number, and whether a narrow table has it.
type Column = (&'static str, fn(&Counts) -> usize, bool);

const COLUMNS: [Column; 8] = [
    ("examples", |counts| counts.examples, true),
    ("ran", |counts| counts.ran, true),
    ("with claims", |counts| counts.with_claims, false),
    ("claims", |counts| counts.claims, true),
    ("confirmed", |counts| counts.confirmed, true),
    ("refuted", |counts| counts.refuted, true),
    ("known", |counts| counts.known, false),
    ("undecided", |counts| counts.undecided, true),
];

/// The table of numbers, one row for each document and one for their sum.
fn table(outcome: &Outcome, style: &Style) -> String {
    let columns: Vec<_> = COLUMNS.iter().filter(|(.., narrow)| *narrow || style.width >= WIDE).collect();
    // Each column has a space on both sides and one more before the next.
    let taken: usize = columns.iter().map(|(name, ..)| name.len() + 3).sum();
    let name_width = style.width.saturating_sub(taken + 2).max(12);
    let row = |name: &str, counts: Counts| {
        let numbers = columns.iter().map(|(_, number, _)| number(&counts).to_string());
        std::iter::once(shortened(name, name_width)).chain(numbers).collect::<Vec<_>>()
    };
    let mut table = Table::new();
    table.load_style(TABLE).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(std::iter::once("document").chain(columns.iter().map(|(name, ..)| *name)));
    for found in &outcome.documents {
        table.add_row(row(&found.document.path, Counts::of_document(found)));
    }
    if outcome.documents.len() > 1 {
        table.add_row(row("total", Counts::of(outcome)));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut lines: Vec<_> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    if outcome.documents.len() > 1 {
        lines.insert(lines.len() - 1, lines[1].clone());
    }
    lines.join("\n")
}

/// A path cut at its start, where it says least.
fn shortened(path: &str, width: usize) -> String {
    let path = visible(path);
    let length = path.chars().count();
    if length <= width {
        return path.into_owned();
    }
    let end: String = path.chars().skip(length - width + 1).collect();
    format!("…{end}")
}

/// What ran the examples, and which layers of the sandbox the machine refused.
fn machine(outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let missing = &outcome.sandbox.missing;
    if style.verbosity == Verbosity::Verbose {
        let (interpreter, sandbox) = (&outcome.interpreter, &outcome.sandbox);
        writeln!(writer, "run by {} ({})", interpreter.id, interpreter.executable)?;
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

fn notes(outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let mut any = false;
    for document in outcome.documents.iter().map(|found| &found.document) {
        for note in &document.notes {
            any = true;
            let place = format!("{}:{}", document.path, note.line);
            writeln!(writer, "{} {}", style.paint(MINOR, &format!("{place}: note:")), note.message)?;
        }
    }
    if any { writeln!(writer) } else { Ok(()) }
}

fn refutations(outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let renderer = Refutations::new(style);
    let with_known = style.verbosity == Verbosity::Verbose;
    for found in &outcome.documents {
        let claims = found.examples.iter().flat_map(|example| &example.claims);
        let mut refuted: Vec<_> = claims
            .filter(|judged| judged.verdict == Verdict::Refuted && (with_known || judged.known.is_none()))
            .collect();
        refuted.sort_by_key(|judged| judged.claim.line);
        for judged in refuted {
            writeln!(writer, "{}\n", renderer.render(&found.document, judged))?;
        }
    }
    Ok(())
}

/// Sentences that are false; those that are known to be on demand only.
fn false_sentences(outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let renderer = Refutations::new(style);
    let with_known = style.verbosity == Verbosity::Verbose;
    for found in &outcome.documents {
        let refuted = found.prose.iter().filter(|prose| prose.verdict == Verdict::Refuted);
        for prose in refuted.filter(|prose| with_known || prose.known.is_none()) {
            writeln!(writer, "{}\n", renderer.render_sentence(&found.document, prose))?;
        }
    }
    Ok(())
}

/// An example that did not run to its end, as it is listed.
struct Stopped<'a> {
    document: &'a Document,
    outcome: &'a ExampleOutcome,
    word: String,
    detail: String,
}

/// The examples that did not run to their end, grouped by reason. Inline ones are numerous and
/// mostly fragments, so they are only counted.
fn not_run(outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let is_verbose = style.verbosity == Verbosity::Verbose;
    let mut stopped: Vec<_> = outcome.documents.iter().flat_map(stopped_in).collect();
    let all = stopped.len();
    stopped.retain(|one| {
        is_verbose || (one.outcome.known.is_none() && one.outcome.example.form != Form::Inline)
    });
    stopped.sort_by(|left, right| left.word.cmp(&right.word));
    if all == 0 {
        return Ok(());
    }
    if !stopped.is_empty() {
        writeln!(writer, "{}", style.paint(HEADING, "did not run to the end"))?;
    }
    let place = |one: &Stopped| format!("{}:{}", one.document.path, one.outcome.example.start_line);
    let place_width = stopped.iter().map(|one| place(one).chars().count()).max().unwrap_or(0).min(48);
    let word_width = stopped.iter().map(|one| one.word.len()).max().unwrap_or(0);
    let detail_width = style.width.saturating_sub(place_width + word_width + 6).max(24);
    for one in &stopped {
        let known = if one.outcome.known.is_some() { " (known)" } else { "" };
        let detail = one_line(&one.detail, detail_width);
        let line = format!("  {:<place_width$}  {:<word_width$}  {detail}{known}", place(one), one.word);
        writeln!(writer, "{}", line.trim_end())?;
    }
    not_listed(outcome, all - stopped.len(), writer)?;
    writeln!(writer)?;
    mends(&stopped, style, writer)
}

/// Mends of one report that are shown.
const MOST_MENDS: usize = 12;

/// What would let examples run to their end, where it does not stand below a refuted claim already.
fn mends(stopped: &[Stopped], style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let renderer = Refutations::new(style);
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

/// Says how many were passed over, and why.
fn not_listed(outcome: &Outcome, number: usize, writer: &mut dyn Write) -> io::Result<()> {
    if number == 0 {
        return Ok(());
    }
    let passed_over = examples(outcome)
        .filter(|example| example.status != Status::Ran)
        .filter(|example| example.known.is_some() || example.example.form == Form::Inline);
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
    writeln!(writer, "{}", style.paint(BAD, "differs from the expectations"))?;
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

/// One line that sums up, beginning with whether all is well.
pub(super) fn summary_line(outcome: &Outcome, style: &Style) -> String {
    let counts = Counts::of(outcome);
    let documents = counted(counts.documents, "document");
    if counts.examples == 0 && counts.sentences == 0 && counts.unexpected == 0 {
        return format!("{}: no Python example in {documents}", style.paint(BAD, "nothing to check"));
    }
    let failures = failures(outcome);
    let verdict = if failures.is_empty() { style.paint(GOOD, "passed") } else { style.paint(BAD, "failed") };
    let mut parts = vec![
        format!(
            "{} in {documents}, {} ran{}, {} with claims",
            counted(counts.examples, "example"),
            counts.ran,
            if counts.ran_after_others > 0 {
                format!(" ({} only after others)", counts.ran_after_others)
            } else {
                String::new()
            },
            counts.with_claims
        ),
        format!("{}: {} confirmed", counted(counts.claims, "claim"), counts.confirmed),
    ];
    let known = if counts.known > 0 { format!(" ({} known)", counts.known) } else { String::new() };
    parts.push(format!("{} refuted{known}", counts.refuted));
    parts.push(format!("{} undecided{}", counts.undecided, undecided_reasons(outcome)));
    if counts.sentences > 0 {
        let refuted = counts.sentences_refuted;
        let sentences = counted(counts.sentences, "sentence");
        parts.push(format!(
            "{sentences} judged ({} confirmed, {refuted} refuted)",
            counts.sentences_confirmed
        ));
    }
    if counts.not_understood > 0 {
        parts.push(format!("{} not understood", counted(counts.not_understood, "comment")));
    }
    if counts.unexpected > 0 {
        parts.push(format!("{} from the expectations", counted(counts.unexpected, "difference")));
    }
    format!("{verdict}: {}; {}", parts[0], parts[1..].join(", "))
}

fn undecided_reasons(outcome: &Outcome) -> String {
    let claims = examples(outcome).flat_map(|example| &example.claims);
    let undecided = claims.filter(|judged| judged.verdict == Verdict::Undecided);
    let reasons = tally(undecided.filter_map(|judged| judged.reason.as_deref()));
    if reasons.is_empty() { reasons } else { format!(" ({reasons})") }
}
