//! Fenced blocks: found by a CommonMark parser, so that fences inside lists and quotes, with
//! tildes or with four backticks are read as a Markdown renderer reads them.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::document::Document;

/// A fenced block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// The words behind the opening fence.
    pub info: String,
    /// Document lines of the first and last line of the block, fences included.
    pub start_line: usize,
    /// See [`Fence::start_line`].
    pub end_line: usize,
    /// The lines between the fences: document line and text without the container's indentation.
    pub body: Vec<(usize, String)>,
}

/// What a fence's first word says about its language.
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

impl Fence {
    /// The language that the info string names. Attributes in any dialect (`{.python …}`,
    /// `python,ignore`, `python title="x"`) do not hide it.
    pub fn language(&self) -> Language {
        let word = self
            .info
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

    /// The text between the fences.
    pub fn text(&self) -> String {
        self.body.iter().flat_map(|(_, line)| [line.as_str(), "\n"]).collect()
    }
}

/// All fenced blocks of a document in the order of their lines.
pub fn fences(document: &Document) -> Vec<Fence> {
    if !document.text.contains("```") && !document.text.contains("~~~") {
        return Vec::new();
    }
    let mut fences = Vec::new();
    let mut open: Option<Fence> = None;
    for (event, range) in Parser::new_ext(&document.text, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let last = range.end.saturating_sub(1).max(range.start);
                open = Some(Fence {
                    info: info.to_string(),
                    start_line: document.line_of(range.start),
                    end_line: document.line_of(last),
                    body: Vec::new(),
                });
            }
            Event::Text(text) => {
                if let Some(fence) = &mut open {
                    let first = document.line_of(range.start);
                    let lines = text.strip_suffix('\n').unwrap_or(&text).split('\n');
                    fence
                        .body
                        .extend(lines.enumerate().map(|(index, line)| (first + index, line.to_owned())));
                }
            }
            Event::End(TagEnd::CodeBlock) => fences.extend(open.take()),
            _ => {}
        }
    }
    fences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;

    fn found(text: &str) -> Vec<Fence> {
        fences(&Document::from_text("x.md", Format::Markdown, text))
    }

    #[test]
    fn lists_and_quotes_lose_their_indentation_and_keep_their_lines() {
        let fences = found("1. item\n   ```python\n   a = 1\n\n     b = 2\n   ```\n> ~~~py\n> c\n> ~~~\n");
        assert_eq!(fences[0].body, [(3, "a = 1".into()), (4, String::new()), (5, "  b = 2".into())]);
        assert_eq!((fences[0].start_line, fences[0].end_line), (2, 6));
        assert_eq!(fences[1].body, [(8, "c".into())]);
    }

    #[test]
    fn four_backticks_hold_three_and_an_unclosed_fence_runs_to_the_end() {
        let fences = found("````python\n```\nx\n```\n````\n\n```python\ny = 1\n");
        assert_eq!(fences.len(), 2);
        assert_eq!(fences[0].body.len(), 3);
        assert_eq!(fences[1].body, [(8, "y = 1".into())]);
    }

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
            let fence = Fence { info: info.into(), start_line: 1, end_line: 1, body: vec![] };
            assert_eq!(fence.language(), Language::Python, "{info}");
        }
        for (info, language) in [
            ("", Language::Unnamed),
            ("bash", Language::Other),
            ("text", Language::Output),
            ("toml", Language::Other),
        ] {
            let fence = Fence { info: info.into(), start_line: 1, end_line: 1, body: vec![] };
            assert_eq!(fence.language(), language, "{info}");
        }
    }
}
