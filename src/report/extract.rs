//! The examples of documents as they were found, without running them.

use std::io::{self, Write};

use super::Style;
use super::text::{counted, one_line, visible};
use crate::document::Document;
use crate::example::{Example, Rejection};

/// A document with the examples found in it.
#[derive(Debug)]
pub struct Extracted {
    /// The document.
    pub document: Document,
    /// Its examples.
    pub examples: Vec<Example>,
    /// What was looked at and not taken.
    pub rejections: Vec<Rejection>,
}

/// What of the examples is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExtractOptions {
    /// One line for each example, without its code, and for each candidate that was not taken.
    pub list: bool,
    /// Also the rule that took an example, and what was not taken and why.
    pub explain: bool,
}

/// Writes the examples of documents.
pub fn render_extracted(
    extracted: &[Extracted],
    options: ExtractOptions,
    style: &Style,
    writer: &mut dyn Write,
) -> io::Result<()> {
    for found in extracted {
        let mut rejections = found.rejections.iter().filter(|_| options.explain || options.list).peekable();
        for example in &found.examples {
            while let Some(rejection) = rejections.next_if(|next| next.start_line < example.start_line) {
                writeln!(writer, "{}", not_taken(&found.document, rejection, style))?;
            }
            writeln!(writer, "{}", headline(&found.document, example, options))?;
            for note in example.notes.iter().filter(|_| options.explain || !options.list) {
                writeln!(writer, "  note: {}", visible(note))?;
            }
            if !options.list {
                code(&found.document, example, writer)?;
            }
        }
        for rejection in rejections {
            writeln!(writer, "{}", not_taken(&found.document, rejection, style))?;
        }
        for note in &found.document.notes {
            writeln!(writer, "{}:{}: note: {}", found.document.path, note.line, visible(&note.message))?;
        }
    }
    let examples = extracted.iter().map(|found| found.examples.len()).sum();
    let rejections = extracted.iter().map(|found| found.rejections.len()).sum::<usize>();
    let documents = counted(extracted.len(), "document");
    writeln!(
        writer,
        "{} in {documents}, {} not taken",
        counted(examples, "example"),
        counted(rejections, "candidate")
    )
}

fn headline(document: &Document, example: &Example, options: ExtractOptions) -> String {
    let lines = lines(example.start_line, example.end_line);
    let form = format!("{:?}", example.form).to_lowercase();
    let mut line = format!("{}:{lines}  {}  {form}", document.path, visible(&example.id));
    if let Some(file) = &example.file {
        line.push_str(&format!("  file {}", visible(file)));
    }
    if let Some(output) = &example.output {
        line.push_str(&format!("  output on line {}", output.line));
    }
    let mut marks: Vec<_> =
        example.marks.iter().map(|mark| format!("{} {}", mark.dialect, visible(&mark.words))).collect();
    marks.dedup();
    if !marks.is_empty() {
        line.push_str(&format!("  dialect: {}", marks.join("; ")));
    }
    if options.explain {
        line.push_str(&format!("  rule {}", example.rule));
    }
    line
}

fn not_taken(document: &Document, rejection: &Rejection, style: &Style) -> String {
    let lines = lines(rejection.start_line, rejection.end_line);
    let text = one_line(document.line(rejection.start_line), style.width.max(40) / 2);
    format!("{}:{lines}  not taken: {}  | {text}", document.path, rejection.reason)
}

/// The code with the line of the document before each of its lines.
fn code(document: &Document, example: &Example, writer: &mut dyn Write) -> io::Result<()> {
    let width = document.line_count().to_string().len();
    for (index, line) in example.code.lines().enumerate() {
        let line = format!("{:>width$} | {}", example.document_line(index + 1), visible(line));
        writeln!(writer, "{}", line.trim_end())?;
    }
    writeln!(writer)
}

fn lines(start: usize, end: usize) -> String {
    if start == end { start.to_string() } else { format!("{start}-{end}") }
}
