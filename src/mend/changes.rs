//! A change of code as a change of the document that holds it.

use super::frame::Frame;
use crate::document::Document;
use crate::example::Example;
use crate::verdict::Change;

/// The lines of a document to change so that an example has this code, after these imports. Where
/// the code does not stand there letter by letter, the new line is that of the code.
pub fn changes(document: &Document, example: &Example, code: &str, imports: &[String]) -> Vec<Change> {
    let framed = |line: usize, old: &str, new: &str| match Frame::of(document, line, old) {
        Some(frame) => frame.around(new),
        None => new.to_owned(),
    };
    let mut changes = Vec::new();
    for ((old, new), &line) in example.code.lines().zip(code.lines()).zip(&example.lines) {
        if old != new {
            let new = framed(line, old, new);
            changes.push(Change { line, old: document.line(line).to_owned(), new });
        }
    }
    if let (Some((at, first)), false) = (first_line(&example.code), imports.is_empty()) {
        let line = example.document_line(at + 1);
        let old = document.line(line).to_owned();
        let mut lines: Vec<String> = imports.iter().map(|import| framed(line, first, import)).collect();
        lines.push(old.clone());
        changes.insert(0, Change { line, old, new: lines.join("\n") });
    }
    changes
}

/// The line of some code that imports are put before: the first that holds code, imports from the
/// future excepted.
fn first_line(code: &str) -> Option<(usize, &str)> {
    let is_other = |line: &str| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#') || line.starts_with("from __future__")
    };
    code.lines().enumerate().find(|(_, line)| !is_other(line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;
    use crate::example;

    #[test]
    fn imports_stand_before_the_first_code_in_its_frame() {
        let text = "> ```python\n> # sums\n>\n> from __future__ import annotations\n> x = 1\n> ```\n";
        let document = Document::from_text("a.md", Format::Markdown, text);
        let example = example::extract(&document).examples.remove(0);
        let changes = changes(&document, &example, &example.code, &["import math".to_owned()]);
        assert_eq!(changes[0].line, 5);
        assert_eq!(changes[0].new, "> import math\n> x = 1");
    }
}
