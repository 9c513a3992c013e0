//! Fenced blocks: found by a CommonMark parser, so that fences inside lists and quotes, with
//! tildes or with four backticks are read as a Markdown renderer reads them. What dialects add is in
//! [`super::myst`].

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::Form;
use super::block::{Block, Extractor};
use super::myst::{self, Part};
use super::rst::Rst;
use crate::document::{Document, Format};

/// How deep parts that are Markdown of their own may stand in each other.
const DEEPEST: usize = 8;

/// Markdown, and plain text: fences in it are understood, too.
pub struct Markdown;

impl Extractor for Markdown {
    fn blocks(&self, document: &Document) -> Vec<Block> {
        blocks(document, 0)
    }

    fn reads_prose(&self) -> bool {
        true
    }
}

/// All fenced blocks of a document in the order of their lines, those of its parts included.
fn blocks(document: &Document, depth: usize) -> Vec<Block> {
    if !["```", "~~~", ":::"].iter().any(|mark| document.text.contains(mark)) {
        return Vec::new();
    }
    let mut fences = fences(document);
    let (colon_fences, mut parts) = myst::find(document, &fences);
    parts.extend(fences.iter().filter_map(myst::held_by));
    if depth == DEEPEST {
        parts.clear();
    }
    let mut covered: Vec<(usize, usize)> = parts.iter().map(|part| (part.first, part.last)).collect();
    covered.extend(colon_fences.iter().map(|block| (block.start_line, block.end_line)));
    covered.sort_unstable();
    fences.retain(|fence| {
        let before = covered.partition_point(|&(first, _)| first <= fence.start_line);
        before == 0 || covered[before - 1].1 < fence.start_line
    });
    fences.extend(colon_fences);
    fences.extend(parts.iter().flat_map(|part| blocks_of(part, depth + 1)));
    fences.sort_by_key(|fence| fence.start_line);
    fences
}

/// The blocks of a part, on the lines of the document.
fn blocks_of(part: &Part, depth: usize) -> Vec<Block> {
    let text: String = part.lines.iter().flat_map(|(_, line)| [line.as_str(), "\n"]).collect();
    let document = Document::from_text("", part.format, &text);
    let mut blocks = match part.format {
        Format::Rst => Rst.blocks(&document),
        _ => blocks(&document, depth),
    };
    let number = |line: usize| part.lines.get(line - 1).map_or(part.last, |&(number, _)| number);
    for block in &mut blocks {
        (block.start_line, block.end_line) = (number(block.start_line), number(block.end_line));
        for (line, _) in &mut block.body {
            *line = number(*line);
        }
    }
    blocks
}

/// The fences that CommonMark knows.
fn fences(document: &Document) -> Vec<Block> {
    let mut fences = Vec::new();
    let mut open: Option<Block> = None;
    let mut line_is_open = false;
    for (event, range) in Parser::new_ext(&document.text, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let last = range.end.saturating_sub(1).max(range.start);
                line_is_open = false;
                open = Some(Block {
                    start_line: document.line_of(range.start),
                    end_line: document.line_of(last),
                    ..Block::new(Form::Fenced, &info)
                });
            }
            Event::Text(text) => {
                if let Some(fence) = &mut open {
                    add_text(fence, &text, document.line_of(range.start), &mut line_is_open);
                }
            }
            Event::End(TagEnd::CodeBlock) => fences.extend(open.take().map(finished)),
            _ => {}
        }
    }
    fences
}

/// Adds text that begins on a document line to a fence. One line may come in several texts: what a
/// tab reaches beyond the container's indentation comes alone, as blanks.
fn add_text(fence: &mut Block, text: &str, first: usize, line_is_open: &mut bool) {
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let content = line.strip_suffix('\n').unwrap_or(line);
        match fence.body.last_mut().filter(|_| *line_is_open) {
            Some((_, begun)) => begun.push_str(content),
            None => fence.body.push((first + index, content.to_owned())),
        }
        *line_is_open = content.len() == line.len();
    }
}

fn finished(mut fence: Block) -> Block {
    myst::split_options(&mut fence);
    fence
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Block> {
        blocks(&Document::from_text("x.md", Format::Markdown, text), 0)
    }

    #[test]
    fn lists_and_quotes_lose_their_indentation_and_keep_their_lines() {
        let fences = found("1. item\n   ```python\n   a = 1\n\n     b = 2\n   ```\n> ~~~py\n> c\n> ~~~\n");
        assert_eq!(fences[0].body, [(3, "a = 1".into()), (4, String::new()), (5, "  b = 2".into())]);
        assert_eq!((fences[0].start_line, fences[0].end_line), (2, 6));
        assert_eq!(fences[1].body, [(8, "c".into())]);
    }

    #[test]
    fn a_tab_beyond_the_indentation_of_a_list_stays_on_its_line() {
        let fences = found("1. one\n\n   ~~~python\n   for i in d:\n\tprint(i)\n   \tb\n   ~~~\n");
        let lines: Vec<_> = fences[0].body.iter().map(|(number, line)| (*number, line.trim())).collect();
        assert_eq!(lines, [(4, "for i in d:"), (5, "print(i)"), (6, "b")]);
        assert!(fences[0].body[1].1.starts_with(' '));
    }

    #[test]
    fn four_backticks_hold_three_and_an_unclosed_fence_runs_to_the_end() {
        let fences = found("````python\n```\nx\n```\n````\n\n```python\ny = 1\n");
        assert_eq!(fences.len(), 2);
        assert_eq!(fences[0].body.len(), 3);
        assert_eq!(fences[1].body, [(8, "y = 1".into())]);
    }

    #[test]
    fn options_of_a_directive_are_no_code() {
        let fences = found(
            "```{code-block} python\n:caption: calc.py\n:linenos:\n\nx = 1\n```\n\n\
             ```{code-cell} ipython3\n---\ntags: [a]\n---\n%time x\n```\n\n```python\n:a: 1\n```\n",
        );
        assert_eq!(fences[0].body, [(4, String::new()), (5, "x = 1".into())]);
        assert_eq!(fences[0].info, "{code-block} python :caption: calc.py :linenos:");
        assert_eq!(fences[1].body, [(12, "%time x".into())]);
        assert_eq!(fences[2].body, [(16, ":a: 1".into())]);
    }

    #[test]
    fn colon_fences_hold_code_and_other_fences() {
        let fences = found(
            ":::{code-block} python\n:linenos:\n\na = 1\n:::\n\n:::{note}\n```python\nb = 1\n```\n:::\n\n\
             ::::{doctest}\n:::\n>>> 1\n",
        );
        assert_eq!(fences[0].body, [(3, String::new()), (4, "a = 1".into())]);
        assert_eq!((fences[0].start_line, fences[0].end_line), (1, 5));
        assert_eq!(fences[1].body, [(9, "b = 1".into())]);
        assert_eq!(fences[2].body, [(14, ":::".into()), (15, ">>> 1".into())]);
    }

    #[test]
    fn directives_and_indented_blocks_hold_fences() {
        let fences = found(
            "````{note}\n```{code-block} python\n:name: x\na = 1\n```\n````\n\n=== \"tab\"\n\n    Text\n\n    \
             ```python\n    b = 1\n\n      c\n    ```\n\n    !!! note\n\n        ~~~py\n        d = 1\n        ~~~\n\n\
             ```text\n!!! note\n    ```\n```\n",
        );
        assert_eq!(fences[0].body, [(4, "a = 1".into())]);
        assert_eq!(fences[1].body, [(13, "b = 1".into()), (14, String::new()), (15, "  c".into())]);
        assert_eq!(fences[2].body, [(21, "d = 1".into())]);
        assert_eq!((fences[2].start_line, fences[2].end_line), (20, 22));
        assert_eq!(fences[3].body.len(), 2);
        assert_eq!(fences.len(), 4);
    }

    #[test]
    fn restructured_text_in_a_fence_and_the_text_of_notes_are_read() {
        let text = "```{eval-rst}\n.. code-block:: python\n\n    a = f(1)\n\n.. x:example::\n\n    import b\n```\n\n\
                    ```{note}\nSee `len(\"x\")`.\n```\n";
        let fences = found(text);
        assert_eq!(fences[0].body, [(4, "a = f(1)".into())]);
        assert_eq!((fences[0].start_line, fences[0].end_line), (2, 4));
        let examples = super::super::extract(&Document::from_text("x.md", Format::Markdown, text)).examples;
        let lines: Vec<_> = examples.iter().map(|example| example.lines.clone()).collect();
        assert_eq!(lines, [[4], [8], [12]]);
    }

    #[test]
    fn a_part_is_read_no_deeper_than_there_is_sense_in() {
        let nested: String = (0..200).map(|depth| "    ".repeat(depth) + "!!! note\n").collect();
        let text = nested + &"    ".repeat(200) + "```python\n";
        assert!(found(&text).is_empty());
    }
}
