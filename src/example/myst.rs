//! What dialects of Markdown add to fences: directives of MyST with options in their first lines
//! (```` ```{code-block} python ````), their fences of colons, directives that hold other fences,
//! and the indented blocks of Python-Markdown (`=== "tab"`, `!!! note`).

use super::Form;
use super::block::{Block, Language};
use crate::document::{Document, Format};

/// A part of a document that is read as a document of its own.
pub struct Part {
    /// The document lines it covers.
    pub first: usize,
    /// See [`Part::first`].
    pub last: usize,
    /// The document line and text of each of its lines.
    pub lines: Vec<(usize, String)>,
    /// What it is written in.
    pub format: Format,
}

/// Moves the options in the first lines of a directive from its body to its info: lines
/// `:name: value`, or everything between two lines `---`.
pub fn split_options(block: &mut Block) {
    if !is_directive(&block.info) {
        return;
    }
    let lines = block.body.iter().map(|(_, line)| line.trim());
    let is_yaml = lines.clone().next() == Some("---");
    let count = if is_yaml {
        lines.clone().skip(1).position(|line| line == "---").map_or(0, |at| at + 2)
    } else {
        lines.clone().take_while(|line| is_option(line)).count()
    };
    for option in lines.take(count).filter(|line| *line != "---") {
        block.info.push(' ');
        block.info.push_str(option);
    }
    block.body.drain(..count);
}

/// Whether an info string names a directive (`{note}`), not attributes (`{.python}`, `{#id}`).
fn is_directive(info: &str) -> bool {
    info.trim_start().strip_prefix('{').is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic()))
}

fn is_option(line: &str) -> bool {
    line.strip_prefix(':').and_then(|rest| rest.split_once(':')).is_some_and(|(name, value)| {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        !name.is_empty() && name.chars().all(is_name) && (value.is_empty() || value.starts_with(' '))
    })
}

/// Directives that hold text for readers.
const ADMONITIONS: &[&str] = &[
    "admonition",
    "attention",
    "caution",
    "danger",
    "deprecated",
    "error",
    "hint",
    "important",
    "note",
    "seealso",
    "tip",
    "versionadded",
    "versionchanged",
    "warning",
];

fn is_admonition(info: &str) -> bool {
    let name = info.trim_start().strip_prefix('{').and_then(|rest| rest.split_once('}'));
    name.is_some_and(|(name, _)| ADMONITIONS.contains(&name))
}

/// The content of a directive in a fence that holds text or other fences (```` ````{note} ````), or
/// reStructuredText.
pub fn held_by(fence: &Block) -> Option<Part> {
    let opens = |line: &str| ["```", "~~~", ":::"].iter().any(|mark| line.trim_start().starts_with(mark));
    let is_rst = fence.info.trim().starts_with("{eval-rst}");
    let holds = is_directive(&fence.info)
        && fence.language == Language::Other
        && (is_rst || is_admonition(&fence.info) || fence.body.iter().any(|(_, line)| opens(line)));
    let format = if is_rst { Format::Rst } else { Format::Markdown };
    holds.then(|| Part { first: fence.start_line, last: fence.end_line, lines: fence.body.clone(), format })
}

/// Code in fences of colons, and the indented blocks of Python-Markdown that hold fences. `taken`
/// are the fences that Markdown itself knows.
pub fn find(document: &Document, taken: &[Block]) -> (Vec<Block>, Vec<Part>) {
    let (mut blocks, mut parts) = (Vec::new(), Vec::new());
    let mut fences = taken.iter().peekable();
    let mut number = 1;
    while number <= document.line_count() {
        while fences.next_if(|fence| fence.end_line < number).is_some() {}
        if let Some(fence) = fences.peek().filter(|fence| fence.start_line <= number) {
            number = fence.end_line + 1;
        } else if let Some(block) = colon_fence(document, number) {
            number = block.end_line + 1;
            blocks.push(block);
        } else if let Some(part) = indented(document, number) {
            number = part.last + 1;
            parts.push(part);
        } else {
            number += 1;
        }
    }
    (blocks, parts)
}

/// The directive with code that a fence of colons opens at a line.
fn colon_fence(document: &Document, number: usize) -> Option<Block> {
    let text = document.line(number).trim_start();
    let info = text.trim_start_matches(':');
    let colons = text.len() - info.len();
    let language = Language::named(info);
    if colons < 3 || !is_directive(info) || language == Language::Other {
        return None;
    }
    let closes = |line: &str| line.trim().len() >= colons && line.trim().bytes().all(|byte| byte == b':');
    let count = document.line_count();
    let end = (number + 1..=count).find(|&number| closes(document.line(number)));
    let last = end.map_or(count, |end| end - 1);
    let mut block = Block {
        start_line: number,
        end_line: end.unwrap_or(count),
        body: (number + 1..=last).map(|number| (number, document.line(number).to_owned())).collect(),
        ..Block::new(Form::Fenced, info)
    };
    split_options(&mut block);
    Some(block)
}

/// The lines below `=== "tab"` or `!!! note` that stand four columns deeper, if they hold a fence.
fn indented(document: &Document, number: usize) -> Option<Part> {
    let line = document.line(number);
    let text = line.trim_start_matches(' ');
    let marks = ["=== \"", "=== '", "===! \"", "===+ \"", "!!! ", "??? ", "???+ "];
    if !marks.iter().any(|mark| text.starts_with(mark)) {
        return None;
    }
    let depth = line.len() - text.len() + 4;
    let margin = " ".repeat(depth);
    let mut lines: Vec<(usize, String)> = Vec::new();
    for number in number + 1..=document.line_count() {
        let line = document.line(number);
        match line.strip_prefix(&margin) {
            Some(rest) => lines.push((number, rest.to_owned())),
            None if line.trim().is_empty() => lines.push((number, String::new())),
            None => break,
        }
    }
    lines.truncate(lines.iter().rposition(|(_, line)| !line.is_empty())? + 1);
    let is_fence = |line: &str| ["```", "~~~"].iter().any(|mark| line.trim_start().starts_with(mark));
    let last = lines.last()?.0;
    lines.iter().any(|(_, line)| is_fence(line)).then_some(Part {
        first: number,
        last,
        lines,
        format: Format::Markdown,
    })
}
