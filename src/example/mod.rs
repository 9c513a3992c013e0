//! EXAMPLE: one piece of Python in a document.
//!
//! Every format has an extractor that finds its examples with the exact lines they stand on;
//! [`extract`] picks the one for a document. What was looked at and not taken is kept as a
//! [`Rejection`] with the reason, so that nothing disappears.

mod asciidoc;
mod block;
mod build;
mod docstring;
mod docstring_blocks;
mod docstring_places;
mod docstring_text;
mod evidence;
mod heading;
mod html;
mod html_language;
mod html_text;
mod inline;
mod ipython;
mod lexical;
mod magics;
mod markdown;
pub mod marks;
mod myst;
mod naming;
mod notebook;
mod output;
mod package;
mod pieces;
mod plain;
mod rst;
mod session;
mod statement;
mod table;

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::document::Note;

pub use build::extract;
pub use inline::{MENTION, SENTENCE, backticks};
pub use lexical::split_comment;
pub use output::{Label, label};

/// What was found in a document.
#[derive(Debug, Default)]
pub struct Extraction {
    /// The examples in the order of their lines.
    pub examples: Vec<Example>,
    /// What was looked at and not taken.
    pub rejections: Vec<Rejection>,
    /// Words that are nearly a directive, and directives that are about nothing.
    pub notes: Vec<Note>,
}

/// How an example stands in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// In a fence of Markdown or a delimited block of AsciiDoc.
    Fenced,
    /// Among prose, without any markup.
    Plain,
    /// An interactive session with `>>>` prompts.
    Doctest,
    /// In a directive or literal block of reStructuredText.
    Directive,
    /// In a notebook cell.
    Cell,
    /// In a docstring.
    Docstring,
    /// In a backtick span or a sentence.
    Inline,
}

/// One piece of Python in a document.
#[derive(Clone, Debug)]
pub struct Example {
    /// Stable name: document, section and the ordinal within the section (`guide/lists#2`).
    pub id: String,
    /// The heading it stands under, if any.
    pub section: Option<String>,
    /// The file name that the document gives it (`calculator.py`).
    pub file: Option<String>,
    /// How it stands in the document.
    pub form: Form,
    /// The Python code, without fences, prompts and common indentation. Ends with a newline.
    pub code: String,
    /// For each line of [`Example::code`] the document line it stands on.
    pub lines: Vec<usize>,
    /// First and last document line (1-based, inclusive); the outputs of a session are part of it.
    pub start_line: usize,
    /// See [`Example::start_line`].
    pub end_line: usize,
    /// The inputs and expected outputs of a session with prompts.
    pub session: Option<Vec<Input>>,
    /// Text that the document shows as what the example prints.
    pub output: Option<OutputBlock>,
    /// What the document stores of an earlier run of it.
    pub stored: Vec<Stored>,
    /// For inline code, the text of its sentence behind it.
    pub sentence: String,
    /// For inline code that fills a cell of a table, the cell that says what it gives.
    pub cell: Option<String>,
    /// For a block, the line of text right below it: its number and text.
    pub below: Option<(usize, String)>,
    /// What the author says about it in the dialect of some tool.
    pub marks: Vec<marks::Mark>,
    /// The module whose docstring it stands in: its names are there when the example runs.
    pub module: Option<Arc<Module>>,
    /// What was changed or left out to make it run.
    pub notes: Vec<String>,
    /// The rule that took it, for `--explain`.
    pub rule: &'static str,
}

impl Example {
    /// An example without code, to be filled in.
    pub(crate) fn new(form: Form, rule: &'static str) -> Example {
        Example {
            id: String::new(),
            section: None,
            file: None,
            form,
            code: String::new(),
            lines: Vec::new(),
            start_line: 0,
            end_line: 0,
            session: None,
            output: None,
            stored: Vec::new(),
            sentence: String::new(),
            cell: None,
            below: None,
            marks: Vec::new(),
            module: None,
            notes: Vec::new(),
            rule,
        }
    }

    /// The document line of a line of the code (both 1-based). Lines past the end map to the
    /// last one.
    pub fn document_line(&self, code_line: usize) -> usize {
        let last = self.lines.last().copied().unwrap_or(self.start_line);
        self.lines.get(code_line.saturating_sub(1)).copied().unwrap_or(last)
    }
}

/// One input of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The source typed, without prompts.
    pub source: String,
    /// Line of [`Example::code`] of its first line (1-based).
    pub code_line: usize,
    /// The output that the document shows below it, if any: first document line and text.
    pub expected: Option<(usize, String)>,
}

/// Text that a document shows as the output of an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputBlock {
    /// First document line of the text.
    pub line: usize,
    /// The text, lines ending with a newline.
    pub text: String,
    /// The words that introduce it, empty for an unlabelled fence.
    pub label: String,
    /// Whether a fence bounds it; without one it may run on into the text below.
    pub fenced: bool,
}

/// What a notebook stores of an earlier run of a cell, besides printed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// The value of its last expression.
    Value {
        /// Document line.
        line: usize,
        /// The value as text.
        text: String,
    },
    /// The exception it ended with.
    Error {
        /// Document line.
        line: usize,
        /// Class name.
        name: String,
        /// `str()` of the exception.
        message: String,
    },
}

/// A module of Python that holds examples in its docstrings.
#[derive(Debug, PartialEq, Eq)]
pub struct Module {
    /// The name to import it by (`tools`, `package.part.tools`).
    pub name: String,
    /// Its whole source.
    pub source: String,
    /// Its file.
    pub path: PathBuf,
    /// The topmost folder of the package it belongs to, if it belongs to one.
    pub package: Option<PathBuf>,
}

/// Something that was looked at and not taken as an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// First and last document line.
    pub start_line: usize,
    /// See [`Rejection::start_line`].
    pub end_line: usize,
    /// Why it is not an example.
    pub reason: String,
}

/// Whether each line of an example's code stands on the line of the text that is reported for it,
/// maybe among markup.
#[cfg(test)]
fn stands_in_document(text: &str, example: &Example) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    example.code.lines().count() == example.lines.len()
        && example.code.lines().zip(&example.lines).all(|(code, &line)| lines[line - 1].contains(code))
}

/// Whether each line of an example's code stands on the document line that is reported for it:
/// behind a prompt or quote mark, in front of a callout, or alone.
#[cfg(test)]
fn reproduces_document(document: &crate::document::Document, example: &Example) -> bool {
    let codes: Vec<&str> = example.code.lines().map(str::trim).collect();
    codes.len() == example.lines.len()
        && codes.iter().zip(&example.lines).all(|(code, &line)| {
            let shown = document.line(line).trim();
            match example.form {
                Form::Inline => shown.contains(code),
                Form::Doctest => shown.ends_with(code),
                _ => shown == *code || shown.trim_start_matches('>').trim() == *code,
            }
        })
}
