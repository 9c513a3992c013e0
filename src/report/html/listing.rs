//! A document on a page: its lines with their numbers, the badges in the margin, and what unfolds.

use std::io::{self, Write};
use std::ops::Range;

use super::colour::{Colour, colours};
use super::escape::{anchor, shown};
use super::finding::{Place, badge, badge_of_example, render, render_example};
use super::names::Names;
use super::parts::{Finding, Part, Row, findings, parts};
use super::word;
use crate::document::Document as Text;
use crate::report::model::{Claim, Document, Example};
use crate::report::text::counted;
use crate::report::{Report, Sources};

/// Most bytes of one line that a page shows: an image within a notebook is one line.
const MOST_OF_A_LINE: usize = 4_000;

/// Lines that are laid out together.
const ROWS_TOGETHER: usize = 100;

/// The heights of groups, in lines, that the style knows.
const HEIGHTS: [usize; 18] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];

/// Most words in the margin of one line; more become signs.
const MOST_WORDS: usize = 1;

/// The classes of badges.
const WORST_FIRST: [&str; 8] =
    ["refuted", "stopped", "undecided", "known", "unread", "confirmed", "skipped", "ran"];

/// Most lines and findings of a page whose elements are all made at once.
const MOST_AS_ELEMENTS: usize = 5_000;

/// Whether a page is so large that its groups are kept as text: a browser takes seconds for some
/// 100,000 elements, and is slow with them afterwards.
pub(super) fn is_large(report: &Report, sources: &Sources) -> bool {
    let size = |document: &Document| {
        let lines = match sources.document(&document.path) {
            Some(text) => text.line_count(),
            None => document.examples.iter().map(|example| example.code.lines().count()).sum(),
        };
        lines + findings(document).count()
    };
    report.documents.iter().map(size).sum::<usize>() > MOST_AS_ELEMENTS
}

/// Writes a document. Groups that are `stored` are markup only where no script runs; the script makes
/// elements of what comes near.
pub(super) fn render_document(
    place: Place,
    sources: &Sources,
    stored: bool,
    names: &mut Names,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let Place { document, .. } = place;
    let path = &document.path;
    let text = sources.document(path);
    writeln!(
        writer,
        "<section class=\"doc\" id=\"{0}\" data-path=\"{1}\" aria-labelledby=\"{0}:title\">\n<h2 id=\"{0}:title\">{2}</h2>",
        anchor(&format!("doc/{path}")),
        super::escape::attribute(path),
        shown(path)
    )?;
    notes(document, text, writer)?;
    for group in groups(&parts(document, text)) {
        let rows: usize = group.iter().map(height).sum();
        let height = HEIGHTS.iter().find(|&&height| height >= rows).unwrap_or(&512);
        let (open, close) = if stored { ("<noscript>", "</noscript>") } else { ("", "") };
        writeln!(writer, "<div class=\"g h{height}\">{open}")?;
        group.iter().try_for_each(|part| render_part(place, part, names, writer))?;
        writeln!(writer, "{close}</div>")?;
    }
    writer.write_all(b"</section>\n")
}

/// Parts that are laid out together once one of them comes near: of few of them a large page is made
/// quickly, and each is small enough to be laid out at once.
fn groups<'p, 'a>(parts: &'p [Part<'a>]) -> Vec<&'p [Part<'a>]> {
    let mut groups = Vec::new();
    let (mut start, mut rows) = (0, 0);
    for (at, part) in parts.iter().enumerate() {
        rows += height(part);
        if rows >= ROWS_TOGETHER || at + 1 == parts.len() {
            groups.push(&parts[start..=at]);
            (start, rows) = (at + 1, 0);
        }
    }
    groups
}

/// How high a part is, in lines.
fn height(part: &Part) -> usize {
    part.rows.len() + 2 * part.examples.len()
}

/// What the reader should know about a document.
fn notes(document: &Document, text: Option<&Text>, writer: &mut dyn Write) -> io::Result<()> {
    let missing = text.is_none().then(|| {
        "The document is not at hand as it was when it was checked; its examples are shown by their code."
            .to_owned()
    });
    let notes = document.notes.iter().map(|note| format!("Line {}: {}", note.line, note.message));
    let notes: Vec<String> = missing.into_iter().chain(notes).collect();
    if notes.is_empty() {
        return Ok(());
    }
    writer.write_all(b"<ul class=\"notes\">")?;
    for note in notes {
        write!(writer, "<li>{}</li>", shown(&note))?;
    }
    writer.write_all(b"</ul>\n")
}

fn render_part(place: Place, part: &Part, names: &mut Names, writer: &mut dyn Write) -> io::Result<()> {
    let kind = if part.examples.is_empty() { "text" } else { "example" };
    write!(writer, "<div class=\"p {kind}\">")?;
    for example in &part.examples {
        bar(place, example, names, writer)?;
    }
    match part.first {
        Some(first) => write!(writer, "<ol start=\"{first}\">")?,
        None => write!(writer, "<ol class=\"bare\">")?,
    }
    let colours = colours(part);
    for (index, row) in part.rows.iter().enumerate() {
        render_row(place, part.first.map(|first| first + index), row, &colours[index], names, writer)?;
    }
    writer.write_all(b"</ol></div>\n")
}

/// The head of an example that stands on lines of its own.
fn bar(place: Place, example: &Example, names: &mut Names, writer: &mut dyn Write) -> io::Result<()> {
    let name = names.example(place.document, example);
    let (class, status) = badge_of_example(example);
    let mut facts = vec![word(example.form)];
    facts.extend(example.reason.clone());
    facts.extend(example.duration_ms.map(|time| format!("{time:.1} ms")));
    if !example.claims.is_empty() {
        facts.push(counted(example.claims.len(), "claim"));
    }
    write!(
        writer,
        "<details class=\"bar\"><summary><b class=\"b {class}\">{status}</b> <code>{}</code> <span>{}</span></summary>",
        shown(&example.id),
        shown(&facts.join(" · "))
    )?;
    render_example(place, example, &name, writer)?;
    writer.write_all(b"</details>")
}

fn render_row(
    place: Place,
    line: Option<usize>,
    row: &Row,
    colours: &[(Range<usize>, Colour)],
    names: &mut Names,
    writer: &mut dyn Write,
) -> io::Result<()> {
    if row.findings.is_empty() {
        writer.write_all(b"<li>")?;
        coloured(row, colours, writer)?;
        return writer.write_all(b"</li>\n");
    }
    // A document with an example twice on a line, or shown by its code, has no second place for it.
    let at = line.unwrap_or_else(|| row.findings[0].line());
    match names.line(place.document, at) {
        Some(name) => write!(writer, "<li id=\"{}\">", anchor(&name))?,
        None => writer.write_all(b"<li>")?,
    }
    writer.write_all(b"<details><summary>")?;
    badges(&row.findings, writer)?;
    coloured(row, colours, writer)?;
    writer.write_all(b"</summary>")?;
    for finding in &row.findings {
        let name = match finding {
            Finding::Inline(example) => names.example(place.document, example),
            _ => names.finding(place.document, finding.line()),
        };
        render(place, finding, &name, writer)?;
    }
    writer.write_all(b"</details></li>\n")
}

/// The margin of a line: each kind of finding once, with how often it is there, the worst first. That
/// an example within the line ran goes without saying where something is said about it.
fn badges(findings: &[Finding], writer: &mut dyn Write) -> io::Result<()> {
    let mut badges: Vec<(super::finding::Badge, usize)> = Vec::new();
    for finding in findings {
        let badge = badge(finding);
        match badges.iter_mut().find(|(there, _)| *there == badge) {
            Some((_, times)) => *times += 1,
            None => badges.push((badge, 1)),
        }
    }
    badges.sort_by_key(|((class, _), _)| WORST_FIRST.iter().position(|worse| worse == class));
    if badges.len() > 1 {
        badges.retain(|((class, _), _)| *class != "ran");
    }
    let class = if badges.len() > MOST_WORDS { "m many" } else { "m" };
    write!(writer, "<span class=\"{class}\">")?;
    for ((class, word), times) in badges {
        write!(writer, "<b class=\"b {class}\">{word}")?;
        if times > 1 {
            write!(writer, "<small>×{times}</small>")?;
        }
        writer.write_all(b"</b>")?;
    }
    writer.write_all(b"</span>")
}

/// The text of a line: coloured as Python, and what is claimed or said underlined.
fn coloured(row: &Row, colours: &[(Range<usize>, Colour)], writer: &mut dyn Write) -> io::Result<()> {
    let text = row.text;
    let end = (0..=MOST_OF_A_LINE.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let said: Vec<_> = row.findings.iter().filter_map(|finding| said(text, finding)).collect();
    let mut edges: Vec<usize> = [0, end].into();
    edges.extend(colours.iter().flat_map(|(range, _)| [range.start, range.end]));
    edges.extend(said.iter().flat_map(|(range, _)| [range.start, range.end]));
    edges.retain(|&edge| edge <= end);
    edges.sort_unstable();
    edges.dedup();
    for pair in edges.windows(2) {
        let piece = shown(&text[pair[0]..pair[1]]);
        let is_within = |range: &Range<usize>| range.start <= pair[0] && pair[1] <= range.end;
        let claim = said.iter().find(|(range, _)| is_within(range)).map(|(_, class)| *class);
        let colour = colours.iter().find(|(range, _)| is_within(range)).map(|(_, colour)| colour.class());
        match (claim, colour) {
            (None, None) => writer.write_all(piece.as_bytes())?,
            (None, Some(colour)) => write!(writer, "<span class={colour}>{piece}</span>")?,
            (Some(claim), None) => write!(writer, "<u class={claim}>{piece}</u>")?,
            (Some(claim), Some(colour)) => write!(writer, "<u class=\"{claim} {colour}\">{piece}</u>")?,
        }
    }
    if end < text.len() {
        let more = counted(text[end..].chars().count(), "more character");
        write!(writer, "<i class=u>… {more}</i>")?;
    }
    Ok(())
}

/// The part of a line that makes a claim, and the class of its verdict.
fn said(text: &str, finding: &Finding) -> Option<(Range<usize>, &'static str)> {
    let (class, _) = badge(finding);
    let range = match finding {
        Finding::Claim(_, claim) => claimed(text, claim)?,
        Finding::Sentence(prose) => {
            // A quote may go on in the next line.
            let words = (0..=prose.quote.len()).rev().filter(|&at| prose.quote.is_char_boundary(at));
            let mut parts = words.map(|at| prose.quote[..at].trim_end()).filter(|part| !part.is_empty());
            let part =
                parts.find(|part| text.ends_with(part) || *part == prose.quote && text.contains(part))?;
            let at = text.find(part)?;
            at..at + part.len()
        }
        Finding::Unread(_, comment) => {
            let at = text.find(comment.text.as_str())?;
            at..at + comment.text.len()
        }
        Finding::Inline(example) => {
            let at = text.find(example.code.trim_end())?;
            at..at + example.code.trim_end().len()
        }
    };
    Some((range, class))
}

/// In `x = 1  # 1` the comment is meant, so the last place counts.
fn claimed(text: &str, claim: &Claim) -> Option<Range<usize>> {
    let wanted = claim.claimed.lines().map(str::trim).find(|wanted| !wanted.is_empty())?;
    text.rfind(wanted).map(|at| at..at + wanted.len())
}
