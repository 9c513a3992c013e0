//! Statements with their place: on which lines each of them stands, at which column, in what.

use ruff_python_ast::{ExceptHandler, Stmt};
use ruff_text_size::{Ranged, TextSize};

/// A statement with its place and shape.
pub struct Place<'a> {
    /// The statement.
    pub statement: &'a Stmt,
    /// Line on which it begins.
    pub first: usize,
    /// Line on which it ends, its suites included.
    pub last: usize,
    /// Column of its first character, in bytes.
    pub column: usize,
    /// Last line of its header, for statements with suites.
    pub header_last: Option<usize>,
    /// Whether it stands in a function.
    pub in_function: bool,
}

/// The places of statements and of all statements in them, in the order of their lines.
pub fn places<'a>(body: &'a [Stmt], lines: &LineIndex) -> Vec<Place<'a>> {
    let mut places = Vec::new();
    collect(body, lines, false, &mut places);
    places
}

fn collect<'a>(body: &'a [Stmt], lines: &LineIndex, in_function: bool, places: &mut Vec<Place<'a>>) {
    for statement in body {
        let range = statement.range();
        let suites = suites(statement);
        let inner_start =
            suites.iter().filter_map(|suite| suite.first()).map(|first| lines.line(first.start())).min();
        let first = lines.line(range.start());
        places.push(Place {
            statement,
            first,
            last: lines.line(range.end()),
            column: lines.column(range.start()),
            header_last: inner_start.map(|line| line.saturating_sub(1).max(first)),
            in_function,
        });
        let in_function = in_function || matches!(statement, Stmt::FunctionDef(_));
        for suite in suites {
            collect(suite, lines, in_function, places);
        }
    }
}

fn suites(statement: &Stmt) -> Vec<&[Stmt]> {
    match statement {
        Stmt::FunctionDef(inner) => vec![&inner.body],
        Stmt::ClassDef(inner) => vec![&inner.body],
        Stmt::For(inner) => vec![&inner.body, &inner.orelse],
        Stmt::While(inner) => vec![&inner.body, &inner.orelse],
        Stmt::With(inner) => vec![&inner.body],
        Stmt::If(inner) => {
            let clauses = inner.elif_else_clauses.iter().map(|clause| &clause.body[..]);
            std::iter::once(&inner.body[..]).chain(clauses).collect()
        }
        Stmt::Try(inner) => {
            let handlers = inner.handlers.iter().map(|handler| match handler {
                ExceptHandler::ExceptHandler(clause) => &clause.body[..],
            });
            let rest = [&inner.orelse[..], &inner.finalbody[..]];
            std::iter::once(&inner.body[..]).chain(handlers).chain(rest).collect()
        }
        Stmt::Match(inner) => inner.cases.iter().map(|case| &case.body[..]).collect(),
        _ => Vec::new(),
    }
}

/// Lines and columns of byte offsets.
pub struct LineIndex<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> LineIndex<'a> {
    /// The lines of a text.
    pub fn new(text: &'a str) -> LineIndex<'a> {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        LineIndex { text, starts }
    }

    /// Line (1-based) of an offset.
    pub fn line(&self, at: TextSize) -> usize {
        self.starts.partition_point(|&start| start <= at.to_usize())
    }

    /// Column (0-based, bytes) of an offset.
    pub fn column(&self, at: TextSize) -> usize {
        at.to_usize() - self.starts[self.line(at) - 1]
    }

    /// What stands before an offset on its line.
    pub fn text_before(&self, at: TextSize) -> &'a str {
        &self.text[self.starts[self.line(at) - 1]..at.to_usize()]
    }

    /// A line by its number.
    pub fn text(&self, line: usize) -> &'a str {
        self.text.lines().nth(line.saturating_sub(1)).unwrap_or_default()
    }

    /// Column of the first character of a line that is no blank.
    pub fn column_of_text(&self, line: usize) -> usize {
        let text = self.text(line);
        text.len() - text.trim_start().len()
    }
}
