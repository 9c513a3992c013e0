//! A difference of two reports as text, as JSON and as Markdown.

use std::io::{self, Write};

use super::{ClaimChange, Diff, ExampleAt, ExampleChange, Slower};
use crate::report::text::{counted, one_line};
use crate::verdict::Verdict;

/// Characters of a value.
const MAX_VALUE: usize = 60;

/// How a difference is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum DiffFormat {
    /// A line for each change, by kind.
    #[default]
    Text,
    /// Everything, as JSON of the schema `truedoc/diff/1`.
    Json,
    /// Lists in Markdown, for a comment or a job summary.
    Markdown,
}

/// Writes a difference.
pub fn render(diff: &Diff, format: DiffFormat, writer: &mut dyn Write) -> io::Result<()> {
    match format {
        DiffFormat::Text => render_as(diff, &TEXT, writer),
        DiffFormat::Markdown => render_as(diff, &MARKDOWN, writer),
        DiffFormat::Json => {
            serde_json::to_writer_pretty(&mut *writer, diff)?;
            writeln!(writer)
        }
    }
}

/// How headings, lines and code look.
struct Dress {
    heading: fn(&str) -> String,
    item: &'static str,
    place: fn(&str) -> String,
    code: fn(&str) -> String,
    /// Whether the line that sums up comes first.
    sum_first: bool,
}

const TEXT: Dress = Dress {
    heading: str::to_owned,
    item: "  ",
    place: str::to_owned,
    code: |text| format!("`{text}`"),
    sum_first: false,
};

const MARKDOWN: Dress = Dress {
    heading: |text| format!("### {text}\n"),
    item: "- ",
    place: in_backticks,
    code: in_backticks,
    sum_first: true,
};

/// Text as code in Markdown, between as many backticks as it needs.
fn in_backticks(text: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

fn render_as(diff: &Diff, dress: &Dress, writer: &mut dyn Write) -> io::Result<()> {
    if dress.sum_first {
        writeln!(writer, "{}\n", summary(diff))?;
    }
    let claims = |changes: &[ClaimChange]| changes.iter().map(|change| claim(change, dress)).collect();
    let places = |examples: &[ExampleAt]| examples.iter().map(|one| place(one, dress)).collect();
    let endings = |changes: &[ExampleChange]| changes.iter().map(|one| ending(one, dress)).collect();
    let groups: [(&str, Vec<String>); 9] = [
        ("new refutations", claims(&diff.new_refutations)),
        ("fixed", claims(&diff.fixed)),
        ("no longer decided", claims(&diff.undecided)),
        ("no longer runs to its end", endings(&diff.stopped)),
        ("runs to its end again", endings(&diff.run_again)),
        ("appeared", places(&diff.appeared)),
        ("vanished", places(&diff.vanished)),
        ("slower", diff.slower.iter().map(|one| slower(one, dress)).collect()),
        ("remarks", diff.remarks.clone()),
    ];
    for (name, lines) in groups.iter().filter(|(_, lines)| !lines.is_empty()) {
        writeln!(writer, "{}", (dress.heading)(name))?;
        for line in lines {
            writeln!(writer, "{}{line}", dress.item)?;
        }
        writeln!(writer)?;
    }
    if !dress.sum_first {
        writeln!(writer, "{}", summary(diff))?;
    }
    Ok(())
}

fn claim(change: &ClaimChange, dress: &Dress) -> String {
    let code = |text: &str| (dress.code)(&one_line(text, MAX_VALUE));
    let subject =
        if change.subject.is_empty() { "what is printed".to_owned() } else { code(&change.subject) };
    let actual = change.actual.as_deref().map_or("nothing".to_owned(), code);
    let what = match change.after {
        Some(Verdict::Refuted) if change.known => "is known now".to_owned(),
        Some(Verdict::Refuted) => format!("is {actual}"),
        Some(Verdict::Confirmed) => "is confirmed now".to_owned(),
        Some(Verdict::Undecided) => "is undecided now".to_owned(),
        None => "is claimed no longer".to_owned(),
    };
    let before = match change.before {
        None => " (not claimed before)",
        Some(Verdict::Confirmed) => " (was confirmed)",
        Some(Verdict::Undecided) => " (was undecided)",
        Some(Verdict::Refuted) => "",
    };
    let claimed = code(&change.claimed);
    format!("{}: {subject} claimed as {claimed} {what}{before}", at(&change.at.document, change.line, dress))
}

/// A place of a document.
fn at(document: &str, line: usize, dress: &Dress) -> String {
    (dress.place)(&format!("{}:{line}", one_line(document, usize::MAX)))
}

fn place(found: &ExampleAt, dress: &Dress) -> String {
    let claims = match found.claims {
        0 => String::new(),
        number => format!(", {}", counted(number, "claim")),
    };
    format!("{}: {}{claims}", at(&found.document, found.line, dress), (dress.code)(&found.example))
}

fn ending(change: &ExampleChange, dress: &Dress) -> String {
    let ExampleAt { document, line, example, .. } = &change.at;
    let detail =
        change.detail.as_deref().map(|detail| format!(" ({})", (dress.code)(&one_line(detail, MAX_VALUE))));
    format!("{}: {}{}", at(document, *line, dress), (dress.code)(example), detail.unwrap_or_default())
}

fn slower(slower: &Slower, dress: &Dress) -> String {
    let Slower { at: ExampleAt { document, line, example, .. }, before_ms, after_ms } = slower;
    let example = (dress.code)(example);
    let place = at(document, *line, dress);
    format!("{place}: {example} took {before_ms:.0} ms and takes {after_ms:.0} ms")
}

fn summary(diff: &Diff) -> String {
    let counts = [
        (diff.new_refutations.len(), "new refutation", "new refutations"),
        (diff.fixed.len(), "fixed", "fixed"),
        (diff.undecided.len(), "no longer decided", "no longer decided"),
        (diff.stopped.len(), "no longer runs", "no longer run"),
        (diff.run_again.len(), "runs again", "run again"),
        (diff.appeared.len(), "appeared", "appeared"),
        (diff.vanished.len(), "vanished", "vanished"),
        (diff.slower.len(), "slower", "slower"),
    ];
    let counts = counts.iter().filter(|(number, ..)| *number > 0);
    let words: Vec<_> = counts
        .map(|(number, one, many)| format!("{number} {}", if *number == 1 { one } else { many }))
        .collect();
    if words.is_empty() { "no difference".to_owned() } else { words.join(", ") }
}
