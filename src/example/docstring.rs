//! Python files: the examples in the docstrings of a module, its classes and its functions.
//!
//! An example runs in the names of its module, as `doctest` runs it.

use std::sync::Arc;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprStringLiteral, Stmt};

use super::block::{Block, Extractor};
use super::docstring_text::Text;
use super::{Module, docstring_blocks, package};
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
        let mut collector = Collector::default();
        collector.docstring_of(parsed.suite());
        collector.visit_body(parsed.suite());
        let module = package::module(document).map(Arc::new);
        let mut blocks = Vec::new();
        for (name, docstring) in collector.found {
            blocks.extend(blocks_of(document, name, docstring, module.as_ref()));
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

/// The docstrings of a file with the qualified names of their objects, in their order.
#[derive(Default)]
struct Collector<'a> {
    path: Vec<&'a str>,
    found: Vec<(Option<String>, &'a ExprStringLiteral)>,
}

impl<'a> Collector<'a> {
    fn docstring_of(&mut self, body: &'a [Stmt]) {
        if let Some(Stmt::Expr(statement)) = body.first()
            && let Expr::StringLiteral(docstring) = &*statement.value
        {
            let name = (!self.path.is_empty()).then(|| self.path.join("."));
            self.found.push((name, docstring));
        }
    }

    fn enter(&mut self, name: &'a str, body: &'a [Stmt]) {
        self.path.push(name);
        self.docstring_of(body);
        self.visit_body(body);
        self.path.pop();
    }
}

impl<'a> Visitor<'a> for Collector<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => self.enter(function.name.as_str(), &function.body),
            Stmt::ClassDef(class) => self.enter(class.name.as_str(), &class.body),
            other => visitor::walk_stmt(self, other),
        }
    }

    /// No statement stands inside an expression.
    fn visit_expr(&mut self, _: &'a Expr) {}
}

#[cfg(test)]
mod tests;
