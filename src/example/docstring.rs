//! Python files: the examples in the docstrings of a module, its classes and its functions.
//!
//! An example runs in the names of its module, as `doctest` runs it.

use std::sync::Arc;

use ruff_python_ast::ExprStringLiteral;

use super::block::{Block, Extractor};
use super::docstring_text::Text;
use super::{Module, docstring_blocks, docstring_places, package};
use crate::document::Document;
use crate::python;

/// The docstrings of Python files.
pub struct Docstrings;

impl Extractor for Docstrings {
    fn blocks(&self, document: &Document) -> Vec<Block> {
        // Parsing is dear, and most files have no code in their docstrings.
        let marks = [">>>", "```", "~~~", "::"];
        if !marks.iter().any(|mark| document.text.contains(mark)) {
            return Vec::new();
        }
        let parsed = python::parse(&document.text);
        let module = package::module(document).map(Arc::new);
        let mut blocks = Vec::new();
        for found in docstring_places::docstrings(parsed.suite()) {
            blocks.extend(blocks_of(document, found.name, found.text, module.as_ref()));
        }
        blocks
    }

    fn reads_prose(&self) -> bool {
        false
    }
}

fn blocks_of(
    document: &Document,
    name: Option<String>,
    docstring: &ExprStringLiteral,
    module: Option<&Arc<Module>>,
) -> Vec<Block> {
    let text = Text::of(document, docstring);
    let mut blocks = docstring_blocks::blocks(&text.lines);
    for block in &mut blocks {
        let within = |line: usize| (block.start_line..=block.end_line).contains(&line);
        let notes = text.notes.iter().filter(|(line, _)| within(*line)).map(|(_, note)| note.clone());
        block.notes = notes.collect();
        block.section.clone_from(&name);
        block.module = module.cloned();
    }
    blocks
}

#[cfg(test)]
mod tests;
