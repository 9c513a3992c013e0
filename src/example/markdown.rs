//! Fenced blocks: found by a CommonMark parser, so that fences inside lists and quotes, with
//! tildes or with four backticks are read as a Markdown renderer reads them.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::Form;
use super::block::{Block, Extractor};
use crate::document::Document;

/// Markdown, and plain text: fences in it are understood, too.
pub struct Markdown;

impl Extractor for Markdown {
    fn blocks(&self, document: &Document) -> Vec<Block> {
        fences(document)
    }

    fn reads_prose(&self) -> bool {
        true
    }
}

/// All fenced blocks of a document in the order of their lines.
pub fn fences(document: &Document) -> Vec<Block> {
    if !document.text.contains("```") && !document.text.contains("~~~") {
        return Vec::new();
    }
    let mut fences = Vec::new();
    let mut open: Option<Block> = None;
    for (event, range) in Parser::new_ext(&document.text, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let last = range.end.saturating_sub(1).max(range.start);
                open = Some(Block {
                    start_line: document.line_of(range.start),
                    end_line: document.line_of(last),
                    ..Block::new(Form::Fenced, &info)
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

    fn found(text: &str) -> Vec<Block> {
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
}
