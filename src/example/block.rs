//! What every format's extractor finds: a block of lines with what is said about it.

use std::sync::Arc;

use super::inline::Span;
use super::{Form, Module, OutputBlock, Stored};
use crate::document::Document;

/// Finds the blocks of one format.
pub trait Extractor {
    /// The blocks that the format marks as code or output, in the order of their lines and without
    /// overlap.
    fn blocks(&self, document: &Document) -> Vec<Block>;

    /// Whether the text between the blocks is read for plain and inline code.
    fn reads_prose(&self) -> bool;

    /// Whether the blocks say themselves under which heading they stand, because the lines of the
    /// document do not show it.
    fn names_sections(&self) -> bool {
        false
    }
}

/// A block of lines that a format sets apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// How it stands in the document.
    pub form: Form,
    /// What is said about its language.
    pub language: Language,
    /// The words behind an opening fence or directive.
    pub info: String,
    /// Document lines of the first and last line of the block, its marks included.
    pub start_line: usize,
    /// See [`Block::start_line`].
    pub end_line: usize,
    /// Its lines: document line and text without the container's indentation and markup.
    pub body: Vec<(usize, String)>,
    /// Output that the format itself ties to it.
    pub output: Option<OutputBlock>,
    /// The heading or object it stands under, if the format says so.
    pub section: Option<String>,
    /// The text between the block before and this one, where the lines of the document are not
    /// the lines of its text.
    pub preceding: Option<Vec<String>>,
    /// Why it cannot be an example whatever it holds.
    pub refused: Option<String>,
    /// For inline code, its one line of code and the words behind it.
    pub inline: Option<Span>,
    /// See [`super::Example::stored`].
    pub stored: Vec<Stored>,
    /// See [`super::Example::module`].
    pub module: Option<Arc<Module>>,
    /// See [`super::Example::notes`].
    pub notes: Vec<String>,
}

/// What is said about the language of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Python, whatever words follow.
    Python,
    /// Text that may be the output of an example or a session.
    Output,
    /// Nothing is said.
    Unnamed,
    /// Another language.
    Other,
}

impl Language {
    /// The language that an info string names. Attributes in any dialect (`{.python …}`,
    /// `python,ignore`, `python title="x"`) do not hide it.
    pub fn named(info: &str) -> Language {
        let word = info
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}' | ':' | ';' | '='))
            .find(|word| !word.is_empty())
            .unwrap_or_default()
            .trim_start_matches('.')
            .to_ascii_lowercase();
        match word.as_str() {
            "" => Language::Unnamed,
            "python" | "py" | "python3" | "py3" | "python2" | "pycon" | "python-console" | "python-repl"
            | "pyrepl" | "ipython" | "ipython3" | "pyodide" | "code-cell" | "pyi" => Language::Python,
            "text" | "txt" | "plain" | "plaintext" | "output" | "out" | "stdout" | "console" | "none"
            | "pytb" | "py3tb" | "doctest" => Language::Output,
            _ => Language::Other,
        }
    }
}

impl Block {
    /// An empty block of a form, its language named by these words.
    pub fn new(form: Form, info: &str) -> Block {
        Block {
            form,
            language: Language::named(info),
            info: info.to_owned(),
            start_line: 0,
            end_line: 0,
            body: Vec::new(),
            output: None,
            section: None,
            preceding: None,
            refused: None,
            inline: None,
            stored: Vec::new(),
            module: None,
            notes: Vec::new(),
        }
    }

    /// Inline code on a line.
    pub fn of_inline(line: usize, span: Span) -> Block {
        Block { start_line: line, end_line: line, inline: Some(span), ..Block::new(Form::Inline, "python") }
    }

    /// The text of its lines.
    pub fn text(&self) -> String {
        self.body.iter().flat_map(|(_, line)| [line.as_str(), "\n"]).collect()
    }

    /// Indices of the first and last line that holds more than blanks.
    pub fn bounds(&self) -> Option<(usize, usize)> {
        let holds_text = |(_, line): &(usize, String)| !line.trim().is_empty();
        Some((self.body.iter().position(holds_text)?, self.body.iter().rposition(holds_text)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_words_never_hide_the_language() {
        for info in [
            "python",
            "Python title=\"a\"",
            "{.python .x}",
            "py,ignore",
            "{python}",
            " python3 notest",
            "python:a.py -s 2",
            "{code-cell} ipython3",
        ] {
            assert_eq!(Language::named(info), Language::Python, "{info}");
        }
        for (info, language) in [
            ("", Language::Unnamed),
            ("bash", Language::Other),
            ("text", Language::Output),
            ("toml", Language::Other),
        ] {
            assert_eq!(Language::named(info), language, "{info}");
        }
    }
}
