//! What every format's extractor finds: a block of lines with what is said about it.

use std::sync::Arc;

use super::inline::Span;
use super::marks::Mark;
use super::{Form, Module, OutputBlock, Stored};
use crate::document::Document;

/// Finds the blocks of one format.
pub trait Extractor {
    /// The blocks that the format marks as code or output, in the order of their lines and without
    /// overlap.
    fn blocks(&self, document: &Document) -> Vec<Block>;

    /// Whether the text between the blocks is read for plain and inline code.
    fn reads_prose(&self) -> bool;
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
    /// What the format itself says about it (tags of a cell, options of a directive).
    pub marks: Vec<Mark>,
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
    /// Nothing is said, and all of it is valid Python where nothing else is to be expected.
    ValidPython,
    /// Another language.
    Other,
    /// Marks of the format itself (the line of a directive and its options): no code, and nothing
    /// to list. Inline code in it is read.
    Markup,
    /// Output that is already [`Block::output`] of a block above.
    Tied,
    /// Something that is not read at all, with the reason.
    Ignored(&'static str),
}

impl Language {
    /// The language that an info string names. Attributes in any dialect (`{.python …}`,
    /// `python,ignore`, `python title="x"`) do not hide it.
    pub fn named(info: &str) -> Language {
        let mut words = info
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}' | ':' | ';' | '=' | '+'))
            .filter(|word| !word.is_empty());
        let word = words.next().unwrap_or_default().trim_start_matches('.').to_ascii_lowercase();
        match word.as_str() {
            // A directive of MyST: the language is its argument.
            "code-block" | "code" | "sourcecode" => Language::of_word(words.next().unwrap_or_default()),
            "code-cell" => match Language::of_word(words.next().unwrap_or_default()) {
                Language::Unnamed => Language::Python,
                named => named,
            },
            word => Language::of_word(word),
        }
    }

    /// The language that one word names.
    fn of_word(word: &str) -> Language {
        match word.to_ascii_lowercase().as_str() {
            "" | "default" | "guess" => Language::Unnamed,
            "python" | "py" | "python3" | "py3" | "python2" | "pycon" | "pycon3" | "python-console"
            | "python-repl" | "pyrepl" | "ipython" | "ipython3" | "ipythonconsole" | "pyodide" | "pyi"
            | "testcode" | "testsetup" | "testcleanup" => Language::Python,
            "text" | "txt" | "plain" | "plaintext" | "output" | "out" | "stdout" | "console" | "none"
            | "pytb" | "py3tb" | "doctest" | "testoutput" => Language::Output,
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
            marks: Vec::new(),
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
            "{code-cell}",
            "{code-block} python",
            "{code} py",
            "{testcode}",
            "pycon+sql",
        ] {
            assert_eq!(Language::named(info), Language::Python, "{info}");
        }
        for (info, language) in [
            ("", Language::Unnamed),
            ("bash", Language::Other),
            ("text", Language::Output),
            ("toml", Language::Other),
            ("{code-block}", Language::Unnamed),
            ("{code-block} toml", Language::Other),
            ("{code-cell} julia", Language::Other),
            ("{doctest}", Language::Output),
        ] {
            assert_eq!(Language::named(info), language, "{info}");
        }
    }
}
