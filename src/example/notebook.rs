//! Jupyter notebooks: code cells with what is stored of their last run, and the Markdown between
//! them.
//!
//! Each string of a notebook's JSON is borrowed as it stands in the file, so that every line of
//! code is reported on the line of the `.ipynb` file that holds it.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::block::{Block, Extractor, Language};
use super::markdown::Markdown;
use super::pieces::Pieces;
use super::{Form, OutputBlock, Stored, inline, lexical, magics, output};
use crate::document::{Document, Format};

/// Notebooks of nbformat 3 and 4.
pub struct Notebook;

/// Label of the printed text that a notebook stores.
const STORED: &str = "stored output";

impl Extractor for Notebook {
    fn blocks(&self, document: &Document) -> Vec<Block> {
        match serde_json::from_str::<File>(&document.text) {
            Ok(file) => Reader::new(document, &file).read(&file),
            Err(error) => vec![unreadable(document, &error)],
        }
    }

    fn reads_prose(&self) -> bool {
        false
    }
}

/// The whole file as one block that is no example.
fn unreadable(document: &Document, error: &serde_json::Error) -> Block {
    Block {
        start_line: 1,
        end_line: document.line_count(),
        refused: Some(format!("it is no notebook: {error}")),
        ..Block::new(Form::Cell, "")
    }
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow, default)]
    cells: Vec<Cell<'a>>,
    /// Where nbformat 3 has its cells.
    #[serde(borrow, default)]
    worksheets: Vec<Worksheet<'a>>,
    #[serde(borrow, default)]
    metadata: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Worksheet<'a> {
    #[serde(borrow, default)]
    cells: Vec<Cell<'a>>,
}

#[derive(Deserialize)]
struct Cell<'a> {
    #[serde(borrow)]
    cell_type: Cow<'a, str>,
    /// The text of the cell; of a code cell in nbformat 3 it is called `input`.
    #[serde(borrow, alias = "input")]
    source: Option<&'a RawValue>,
    #[serde(borrow, default)]
    outputs: Option<&'a RawValue>,
    /// The language of a code cell in nbformat 3.
    #[serde(default)]
    language: Option<String>,
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    kernelspec: Kernel,
    #[serde(default)]
    language_info: Kernel,
}

#[derive(Default, Deserialize)]
struct Kernel {
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    name: Option<String>,
}

#[derive(Deserialize)]
struct Output<'a> {
    #[serde(borrow)]
    output_type: Cow<'a, str>,
    /// `stdout` or `stderr`; nbformat 3 calls it `stream`.
    #[serde(borrow, default, alias = "stream")]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    text: Option<&'a RawValue>,
    #[serde(borrow, default)]
    data: Option<HashMap<Cow<'a, str>, &'a RawValue>>,
    #[serde(borrow, default)]
    ename: Option<&'a RawValue>,
    #[serde(borrow, default)]
    evalue: Option<&'a RawValue>,
}

struct Reader<'a> {
    document: &'a Document,
    /// The language of the kernel if it is not Python.
    foreign: Option<String>,
    section: Option<String>,
    preceding: Vec<String>,
    blocks: Vec<Block>,
}

impl<'a> Reader<'a> {
    fn new(document: &'a Document, file: &File) -> Reader<'a> {
        let metadata: Metadata =
            file.metadata.and_then(|metadata| serde_json::from_str(metadata.get()).ok()).unwrap_or_default();
        let language = metadata.language_info.name.or(metadata.kernelspec.language);
        Reader {
            document,
            foreign: language.filter(|language| !is_python(language)),
            section: None,
            preceding: Vec::new(),
            blocks: Vec::new(),
        }
    }

    fn read(mut self, file: &File) -> Vec<Block> {
        for cell in file.worksheets.iter().flat_map(|sheet| &sheet.cells).chain(&file.cells) {
            let lines = cell.source.map(|source| self.lines(source)).unwrap_or_default();
            match &*cell.cell_type {
                "code" => self.code(cell, lines),
                "markdown" => self.markdown(&lines),
                "heading" => self.section = lines.into_iter().next().map(|(_, text)| text),
                _ => {}
            }
        }
        self.blocks
    }

    fn code(&mut self, cell: &Cell, mut lines: Vec<(usize, String)>) {
        let (Some(&(start_line, _)), Some(&(end_line, _))) = (lines.first(), lines.last()) else { return };
        let mut block = Block {
            language: Language::Python,
            start_line,
            end_line,
            section: self.section.clone(),
            preceding: Some(std::mem::take(&mut self.preceding)),
            ..Block::new(Form::Cell, "")
        };
        let foreign = cell.language.clone().filter(|language| !is_python(language));
        if let Some(language) = foreign.or_else(|| self.foreign.clone()) {
            block.refused = Some(format!("the notebook's kernel is for {language}"));
        } else {
            match magics::convert(&mut lines) {
                Ok(converted) => self.outputs(cell, converted, &mut block),
                Err(reason) => block.refused = Some(reason),
            }
        }
        block.body = lines;
        self.blocks.push(block);
    }

    /// Ties to a cell what is stored of its last run.
    fn outputs(&self, cell: &Cell, converted: magics::Converted, block: &mut Block) {
        block.notes = converted.notes;
        let outputs =
            cell.outputs.and_then(|outputs| serde_json::from_str::<Vec<&RawValue>>(outputs.get()).ok());
        let mut printed: Option<(usize, String)> = None;
        for output in outputs.unwrap_or_default() {
            let Ok(output) = serde_json::from_str::<Output>(output.get()) else { continue };
            match &*output.output_type {
                "stream" if output.name.as_deref() != Some("stderr") => {
                    let Some((line, text)) = output.text.and_then(|text| self.text(text)) else { continue };
                    printed.get_or_insert_with(|| (line, String::new())).1.push_str(&text);
                }
                "execute_result" | "pyout" => block.stored.extend(self.value(&output)),
                "error" | "pyerr" => block.stored.extend(self.error(&output)),
                _ => {}
            }
        }
        let Some((line, text)) = printed else { return };
        if converted.prints {
            block.notes.push("its stored output is not compared: IPython's commands print, too".to_owned());
        } else {
            block.output = Some(OutputBlock { line, text, label: STORED.to_owned(), fenced: true });
        }
    }

    fn value(&self, output: &Output) -> Option<Stored> {
        let data = output.data.as_ref().and_then(|data| data.get("text/plain").copied());
        let (line, text) = self.text(data.or(output.text)?)?;
        Some(Stored::Value { line, text })
    }

    fn error(&self, output: &Output) -> Option<Stored> {
        let (line, name) = self.text(output.ename?)?;
        let message = output.evalue.and_then(|value| self.text(value)).map(|(_, message)| message);
        Some(Stored::Error { line, name, message: message.unwrap_or_default() })
    }

    /// The fences, headings and inline code of a Markdown cell.
    fn markdown(&mut self, lines: &[(usize, String)]) {
        let texts: Vec<&str> = lines.iter().map(|(_, text)| text.as_str()).collect();
        let cell = Document::from_text("", Format::Markdown, &texts.join("\n"));
        let place = |line: usize| lines.get(line.saturating_sub(1)).or(lines.last()).map_or(1, |(at, _)| *at);
        let mut next = 1;
        for fence in Markdown.blocks(&cell) {
            self.text_lines(lines, next, fence.start_line);
            next = fence.end_line + 1;
            self.blocks.push(Block {
                start_line: place(fence.start_line),
                end_line: place(fence.end_line),
                body: fence.body.into_iter().map(|(line, text)| (place(line), text)).collect(),
                section: self.section.clone(),
                preceding: Some(std::mem::take(&mut self.preceding)),
                ..Block::new(Form::Fenced, &fence.info)
            });
        }
        self.text_lines(lines, next, lines.len() + 1);
    }

    /// Reads the lines from `first` up to, not including, `end` (1-based) of a Markdown cell.
    fn text_lines(&mut self, lines: &[(usize, String)], first: usize, end: usize) {
        let end = end.min(lines.len() + 1);
        for index in first..end {
            let (number, text) = &lines[index - 1];
            if text.trim().is_empty() {
                continue;
            }
            self.preceding.push(text.clone());
            match lexical::heading_text(text) {
                Some(heading) if output::label(text).is_none() => self.section = Some(heading.to_owned()),
                _ => {}
            }
            let below = lines.get(index).filter(|_| index + 1 < end).map_or("", |(_, line)| line.trim());
            for mut span in inline::spans(text) {
                span.after = format!("{} {below}", span.after.trim_end());
                let inline = Block { section: self.section.clone(), ..Block::of_inline(*number, span) };
                self.blocks.push(inline);
            }
        }
    }

    /// The lines of a text that is stored as one string or as a list of them.
    fn lines(&self, value: &RawValue) -> Vec<(usize, String)> {
        let mut pieces = Pieces::default();
        for (line, text) in self.strings(value) {
            pieces.push(line, &text);
        }
        pieces.finish()
    }

    /// The text of one string or of a list of them, and the line it begins on.
    fn text(&self, value: &RawValue) -> Option<(usize, String)> {
        let strings = self.strings(value);
        let line = strings.first()?.0;
        Some((line, strings.into_iter().map(|(_, text)| text).collect()))
    }

    fn strings(&self, value: &RawValue) -> Vec<(usize, String)> {
        let list = serde_json::from_str::<Vec<&RawValue>>(value.get()).unwrap_or_else(|_| vec![value]);
        list.into_iter().filter_map(|item| Some((self.line_of(item), decoded(item.get())?))).collect()
    }

    /// The line that a value borrowed from the document stands on.
    fn line_of(&self, value: &RawValue) -> usize {
        let start = self.document.text.as_ptr() as usize;
        self.document.line_of((value.get().as_ptr() as usize).saturating_sub(start))
    }
}

fn is_python(language: &str) -> bool {
    matches!(language.to_ascii_lowercase().as_str(), "python" | "ipython" | "python2" | "python3" | "py")
}

/// The text of a JSON string. A lone surrogate, which no text can hold, becomes U+FFFD.
fn decoded(json: &str) -> Option<String> {
    let text = serde_json::from_str(json).ok().or_else(|| with_surrogates(json))?;
    Some(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// The text of a JSON string with lone surrogates in it.
fn with_surrogates(json: &str) -> Option<String> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    let mut units: Vec<u16> = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        units.extend(rest[..at].encode_utf16());
        let escape = rest[at + 1..].chars().next()?;
        rest = &rest[at + 1 + escape.len_utf8()..];
        match escape {
            'u' => {
                units.push(u16::from_str_radix(rest.get(..4)?, 16).ok()?);
                rest = &rest[4..];
            }
            'n' => units.push(u16::from(b'\n')),
            't' => units.push(u16::from(b'\t')),
            'r' => units.push(u16::from(b'\r')),
            'b' => units.push(8),
            'f' => units.push(12),
            other => units.extend(other.encode_utf16(&mut [0; 2]).iter()),
        }
    }
    units.extend(rest.encode_utf16());
    Some(String::from_utf16_lossy(&units))
}

#[cfg(test)]
mod tests;
