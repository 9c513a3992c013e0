//! What stands above the documents of a page: how the check ended, and a table of the documents.

use std::io::{self, Write};

use super::escape::{anchor, attribute, shown};
use crate::exit::Exit;
use crate::report::Counts;
use crate::report::model::{Difference, Document, Report};
use crate::report::text::counted;
use crate::verdict::Verdict;

/// How the check ended, in a few words.
pub(super) fn title(report: &Report) -> String {
    let refuted = Numbers::of_all(report).refuted;
    match ending(report) {
        (_, word @ "failed") => format!("{word}, {refuted} refuted"),
        (_, word) => word.to_owned(),
    }
}

/// How the check ended: a class and a word.
fn ending(report: &Report) -> (&'static str, &'static str) {
    match (ended_well(report), report.summary.examples + report.summary.sentences) {
        (false, _) => ("refuted", "failed"),
        (true, 0) => ("undecided", "nothing to check"),
        (true, _) => ("confirmed", "passed"),
    }
}

/// How the check ended, and with what it was made.
pub(super) fn headline(report: &Report, writer: &mut dyn Write) -> io::Result<()> {
    let (class, word) = ending(report);
    let Counts { documents, examples, ran, claims, sentences, .. } = report.summary;
    let numbers = Numbers::of_all(report);
    writeln!(
        writer,
        "<h1><b class=\"b {class}\">{word}</b> {} and {} in {}</h1>",
        counted(claims + sentences, "claim"),
        counted(examples, "example"),
        counted(documents, "document")
    )?;
    meter(&numbers, writer)?;
    legend(&numbers, writer)?;
    let versions = report.interpreters.iter().map(|one| format!("CPython {}", one.version));
    let versions = versions.collect::<Vec<_>>().join(", ");
    let missing = match report.sandbox.missing.len() {
        0 => "every layer of the sandbox was active".to_owned(),
        _ => format!("layers of the sandbox that were missing: {}", report.sandbox.missing.join(", ")),
    };
    writeln!(
        writer,
        "<p class=\"made\">{ran} of {} ran to the end, under {}; {}</p>",
        counted(examples, "example"),
        shown(&versions),
        shown(&missing)
    )
}

/// The names and places of the documents.
pub(super) fn contents(report: &Report, writer: &mut dyn Write) -> io::Result<()> {
    writer.write_all(b"<h2>Documents</h2><ul>\n")?;
    for document in &report.documents {
        let Numbers { refuted, undecided, .. } = Numbers::of(document);
        let (folder, file) = document.path.rsplit_once('/').unwrap_or(("", &document.path));
        let folder =
            if folder.is_empty() { String::new() } else { format!("<small>{}/</small>", shown(folder)) };
        write!(
            writer,
            "<li><a href=\"#{}\"><span>{folder}{}</span>",
            anchor(&format!("doc/{}", document.path)),
            shown(file)
        )?;
        for (class, number) in [("refuted", refuted), ("undecided", undecided)] {
            if number > 0 {
                write!(
                    writer,
                    "<b class=\"{class}\">{number}<span class=\"off-screen\"> {class}</span></b>"
                )?;
            }
        }
        writer.write_all(b"</a></li>\n")?;
    }
    writer.write_all(b"</ul>")
}

/// The table of the documents, and what differs from the expectations.
pub(super) fn summary(report: &Report, writer: &mut dyn Write) -> io::Result<()> {
    differences(&report.unexpected, writer)?;
    writer.write_all(
        b"<section id=\"summary\" aria-labelledby=\"summary-title\"><h2 id=\"summary-title\">Summary</h2>\n\
        <div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">document</th>",
    )?;
    for head in ["examples", "ran", "with claims", "confirmed", "refuted", "known", "undecided"] {
        write!(writer, "<th scope=\"col\" class=\"n\">{head}</th>")?;
    }
    writer.write_all(
        b"<th scope=\"col\"><span class=\"off-screen\">shares</span></th></tr></thead><tbody>\n",
    )?;
    for document in &report.documents {
        row(document, writer)?;
    }
    writer.write_all(b"</tbody>")?;
    if report.documents.len() > 1 {
        writer.write_all(b"<tfoot><tr><th scope=\"row\">all</th>")?;
        cells(&report.summary, &Numbers::of_all(report), writer)?;
        writer.write_all(b"</tr></tfoot>")?;
    }
    writer.write_all(b"</table></div></section>\n")
}

/// How many claims and sentences there are of each verdict.
#[derive(Default)]
pub(super) struct Numbers {
    pub confirmed: usize,
    /// Without the known ones.
    pub refuted: usize,
    pub known: usize,
    pub undecided: usize,
}

impl Numbers {
    pub(super) fn of(document: &Document) -> Numbers {
        let claims = document.examples.iter().flat_map(|example| &example.claims);
        let claims = claims.map(|claim| (claim.verdict, claim.known));
        let sentences = document.prose.iter().map(|prose| (prose.verdict, prose.known));
        let mut numbers = Numbers::default();
        for (verdict, known) in claims.chain(sentences) {
            match verdict {
                Verdict::Confirmed => numbers.confirmed += 1,
                Verdict::Refuted if known => numbers.known += 1,
                Verdict::Refuted => numbers.refuted += 1,
                Verdict::Undecided => numbers.undecided += 1,
            }
        }
        numbers
    }

    /// The numbers of all documents together.
    pub(super) fn of_all(report: &Report) -> Numbers {
        report.documents.iter().map(Numbers::of).fold(Numbers::default(), |all, one| Numbers {
            confirmed: all.confirmed + one.confirmed,
            refuted: all.refuted + one.refuted,
            known: all.known + one.known,
            undecided: all.undecided + one.undecided,
        })
    }

    /// Each with its class, the worst first.
    fn named(&self) -> [(&'static str, usize); 4] {
        let Numbers { confirmed, refuted, known, undecided } = *self;
        [("refuted", refuted), ("known", known), ("undecided", undecided), ("confirmed", confirmed)]
    }
}

/// Whether nothing fails the check. Reports of earlier versions do not say so; what failed a check
/// then is counted.
fn ended_well(report: &Report) -> bool {
    if let Some(exit) = report.exit {
        return exit != Exit::Failed as u8;
    }
    let examples = report.documents.iter().flat_map(|document| &document.examples);
    let mut claims = examples.flat_map(|example| &example.claims);
    report.unexpected.is_empty() && !claims.any(|claim| claim.fails())
}

/// The shares of the verdicts as a bar. A share that is there is never too small to be seen.
fn meter(numbers: &Numbers, writer: &mut dyn Write) -> io::Result<()> {
    let all: usize = numbers.named().iter().map(|(_, number)| number).sum();
    writer.write_all(
        b"<svg class=\"meter\" viewBox=\"0 0 200 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
    )?;
    let mut at = 0.0;
    for (class, number) in numbers.named().into_iter().filter(|(_, number)| *number > 0) {
        let width = (number as f64 / all as f64 * 200.0).max(2.0).min(200.0 - at);
        write!(writer, "<rect class=\"{class}\" x=\"{at:.1}\" width=\"{width:.1}\" height=\"8\"/>")?;
        at += width;
    }
    writer.write_all(b"</svg>")
}

fn legend(numbers: &Numbers, writer: &mut dyn Write) -> io::Result<()> {
    writer.write_all(b"<ul class=\"legend\">")?;
    for (class, number) in numbers.named() {
        let word = if class == "known" { "refuted, known" } else { class };
        write!(writer, "<li class=\"{class}\"><strong>{number}</strong> {word}</li>")?;
    }
    writer.write_all(b"</ul>\n")
}

fn row(document: &Document, writer: &mut dyn Write) -> io::Result<()> {
    let name = anchor(&format!("doc/{}", document.path));
    write!(
        writer,
        "<tr data-path=\"{}\"><th scope=\"row\"><a href=\"#{name}\">{}</a></th>",
        attribute(&document.path),
        shown(&document.path)
    )?;
    cells(&document.summary, &Numbers::of(document), writer)?;
    writer.write_all(b"</tr>\n")
}

fn cells(counts: &Counts, numbers: &Numbers, writer: &mut dyn Write) -> io::Result<()> {
    let plain = [counts.examples, counts.ran, counts.with_claims].map(|number| ("", number));
    let verdicts = [
        ("confirmed", numbers.confirmed),
        ("refuted", numbers.refuted),
        ("known", numbers.known),
        ("undecided", numbers.undecided),
    ];
    for (class, number) in plain.into_iter().chain(verdicts) {
        let class = if number == 0 { "zero" } else { class };
        write!(writer, "<td class=\"n {class}\">{number}</td>")?;
    }
    writer.write_all(b"<td>")?;
    meter(numbers, writer)?;
    writer.write_all(b"</td>")
}

fn differences(differences: &[Difference], writer: &mut dyn Write) -> io::Result<()> {
    if differences.is_empty() {
        return Ok(());
    }
    writer.write_all(
        b"<section id=\"differences\" aria-labelledby=\"differences-title\">\
        <h2 id=\"differences-title\">Differs from the expectations</h2><ul>\n",
    )?;
    for difference in differences {
        let Difference { file, line, message, document, document_line } = difference;
        write!(writer, "<li><code>{}:{line}</code> {}", shown(file), shown(message))?;
        if let (Some(path), Some(line)) = (document, document_line) {
            let place = format!("{path}:{line}");
            write!(writer, " <a href=\"#{}\">{}</a>", anchor(&format!("doc/{place}")), shown(&place))?;
        }
        writer.write_all(b"</li>\n")?;
    }
    writer.write_all(b"</ul></section>\n")
}
