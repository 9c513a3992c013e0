//! reStructuredText: code directives, literal blocks and what must not be taken for code.
//!
//! The text is read once from top to bottom. A block is found wherever it begins, at any depth: a
//! directive that holds other elements (`note`, `tab`, a list item) is entered by reading on behind
//! its first lines. Prompts that stand free are left to the reader of plain text.

mod directive;
mod roles;

use std::collections::HashMap;
use std::ops::RangeInclusive;

use super::block::{Block, Extractor, Language};
use super::evidence::{Known, is_code_throughout};
use super::heading::is_rst_heading;
use super::lexical::could_be_code;
use super::statement::{indent, is_comment};
use super::{Form, OutputBlock, ipython, session};
use crate::document::Document;
use directive::{Directive, Role, announces_literal, explicit_markup, is_option, start_of_text};
pub use roles::without_roles;

/// reStructuredText.
pub struct Rst;

impl Extractor for Rst {
    fn blocks(&self, document: &Document) -> Vec<Block> {
        Scanner::new(document).read()
    }

    fn reads_prose(&self) -> bool {
        true
    }
}

/// How many lines the content of an unknown directive may have to be tried as Python.
const LONGEST_CONTENT: usize = 200;

struct Scanner<'a> {
    document: &'a Document,
    blocks: Vec<Block>,
    /// What `highlight` says about blocks that name no language.
    default: Language,
    /// For each group the index of its last `testcode` that still lacks its output.
    tests: HashMap<String, usize>,
}

impl<'a> Scanner<'a> {
    fn new(document: &'a Document) -> Scanner<'a> {
        Scanner { document, blocks: Vec::new(), default: Language::Unnamed, tests: HashMap::new() }
    }

    fn read(mut self) -> Vec<Block> {
        let mut number = 1;
        while number <= self.document.line_count() {
            number = self.step(number);
        }
        self.blocks
    }

    /// Reads what begins at a line and gives the next line to read.
    fn step(&mut self, number: usize) -> usize {
        let line = self.document.line(number);
        if session::is_prompt(line) {
            return self.end_of_paragraph(number);
        }
        if is_rst_heading(self.document, number) {
            return self.markup(number, number + 1);
        }
        let (column, text) = start_of_text(line);
        match explicit_markup(text) {
            Some(rest) => self.explicit(number, column, rest),
            None if announces_literal(text) => self.literal(number, number, column),
            None => number + 1,
        }
    }

    /// Reads what `.. ` introduces.
    fn explicit(&mut self, number: usize, column: usize, rest: &'a str) -> usize {
        if let Some(directive) = Directive::read(rest) {
            return self.directive(number, column, &directive);
        }
        // Targets, footnotes and substitutions; only the text of a footnote can go on.
        if rest.starts_with(['_', '[', '|']) {
            let literal = rest.starts_with('[') && announces_literal(rest);
            return if literal { self.literal(number, number, column) } else { number + 1 };
        }
        if rest.is_empty() && self.is_blank(number + 1) {
            return number + 1;
        }
        let end = self.indented(number + 1, column).map_or(number, |lines| *lines.end());
        self.push(number, end, Language::Ignored(directive::why_comment(rest)), String::new());
        end + 1
    }

    fn directive(&mut self, number: usize, column: usize, directive: &Directive) -> usize {
        let (options, first) = self.options(number + 1, column);
        let info = [directive.name, directive.arguments].into_iter().chain(options);
        let info = info.filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" ");
        let language = match directive.role() {
            Role::Holder if self.holds_python(first, column) => Language::ValidPython,
            Role::Holder => return self.holder(number, column, directive, first - 1),
            Role::Signature => return self.markup(number, self.end_of_paragraph(number) - 1),
            Role::Listing => {
                let end = self.indented(first, column).map_or(first - 1, |lines| *lines.end());
                return self.markup(number, end);
            }
            Role::Highlight => {
                self.default = Language::named(directive.arguments);
                return self.markup(number, first - 1);
            }
            Role::Code => match Language::named(directive.arguments) {
                Language::Unnamed if directive.arguments.is_empty() => self.default,
                named => named,
            },
            Role::Python | Role::Testcode | Role::Ipython => Language::Python,
            Role::Doctest => Language::Unnamed,
            Role::Testoutput => Language::Tied,
            Role::Foreign => Language::Other,
        };
        let lines = self.indented(first, column);
        let end = lines.as_ref().map_or(first - 1, |lines| *lines.end());
        self.push(number, end, language, info);
        self.fill(lines);
        self.finish_directive(directive);
        end + 1
    }

    /// What the role of a directive asks for beyond its body.
    fn finish_directive(&mut self, directive: &Directive) {
        let last = self.blocks.len() - 1;
        match directive.role() {
            Role::Testcode => {
                self.tests.extend(directive.groups().map(|group| (group.to_owned(), last)));
            }
            Role::Testoutput => self.tie_output(directive, last),
            Role::Ipython => self.blocks[last].body.retain(|(_, line)| !ipython::is_mark(line)),
            _ => {}
        }
    }

    /// Gives a `testoutput` to the `testcode` of its group.
    fn tie_output(&mut self, directive: &Directive, last: usize) {
        let code = directive.groups().find_map(|group| self.tests.remove(group));
        let output = self.blocks[last].body.first().map(|&(line, _)| OutputBlock {
            line,
            text: self.blocks[last].text(),
            label: directive.name.to_owned(),
            fenced: true,
        });
        match (code, output) {
            (Some(code), Some(output)) => self.blocks[code].output = Some(output),
            _ => self.blocks[last].language = Language::Ignored("output without a `testcode` above it"),
        }
    }

    /// A directive that holds other elements: they are read by going on behind its first lines.
    fn holder(&mut self, number: usize, column: usize, directive: &Directive, end: usize) -> usize {
        self.markup(number, end);
        if !announces_literal(directive.arguments) {
            return end + 1;
        }
        // The content of a directive mostly stands three columns in, and a literal block deeper.
        let deep = self.next_text(end + 1).is_some_and(|next| indent(self.document.line(next)) > column + 3);
        self.literal(number, end, if deep { column + 3 } else { column })
    }

    /// Whether the content of a directive that nobody knows is Python from start to end, as that of
    /// directives which run their content is.
    fn holds_python(&self, first: usize, column: usize) -> bool {
        let Some(first) = self.next_text(first) else { return false };
        let is_code = |number: usize| {
            let line = self.document.line(number);
            indent(line) > column && (could_be_code(line) || is_comment(line)) && !session::is_prompt(line)
        };
        if !is_code(first) {
            return false;
        }
        let last = self.document.line_count().min(first + LONGEST_CONTENT);
        let ends = |number: &usize| !self.is_blank(*number) && indent(self.document.line(*number)) <= column;
        let end = (first..=last).find(ends).unwrap_or(last + 1);
        let lines: Vec<&str> = (first..end).map(|number| self.document.line(number)).collect();
        (end <= last || last == self.document.line_count()) && is_code_throughout(&lines, &Known::new())
    }

    /// The literal block below the paragraph that ends at a line; `number` is the line of its `::`.
    fn literal(&mut self, number: usize, end: usize, column: usize) -> usize {
        let Some(next) = self.next_text(end + 1) else { return end + 1 };
        let lines = self.indented(next, column).or_else(|| self.quoted(end, next, column));
        let Some(lines) = lines else { return end + 1 };
        let last = *lines.end();
        // Inline code of the paragraph is read, so only a `::` of its own belongs to the block.
        let alone = self.document.line(number).trim() == "::";
        let first = if alone { number } else { next };
        self.push(first, last, self.default, String::new());
        self.fill(Some(lines));
        last + 1
    }

    /// A literal block at the margin: every line begins with the same punctuation mark.
    fn quoted(&self, end: usize, next: usize, column: usize) -> Option<RangeInclusive<usize>> {
        let mark = |number: usize| {
            let line = self.document.line(number);
            let mark = line.trim_start().chars().next().filter(char::is_ascii_punctuation)?;
            (indent(line) == column && !session::is_prompt(line)).then_some(mark)
        };
        let quote = mark(next).filter(|_| next > end + 1)?;
        // `..` and `::` go on with markup, `-` and `*` with a list.
        if matches!(quote, '.' | ':' | '-' | '*' | '`') {
            return None;
        }
        let last =
            (next..=self.document.line_count()).take_while(|&number| mark(number) == Some(quote)).last();
        last.map(|last| next..=last)
    }

    /// The options right below the line of a directive, and the line behind them.
    fn options(&self, first: usize, column: usize) -> (Vec<&'a str>, usize) {
        let mut options = Vec::new();
        let mut number = first;
        let mut depth = column;
        while !self.is_blank(number) {
            let line = self.document.line(number);
            let is_first = is_option(line.trim()) && indent(line) > column;
            // A value may go on below, deeper than its name.
            let goes_on = !options.is_empty() && indent(line) > depth;
            if !is_first && !goes_on {
                break;
            }
            if is_first && !goes_on {
                depth = indent(line);
            }
            options.push(line.trim());
            number += 1;
        }
        (options, number)
    }

    /// The lines from the first text on that stand deeper than a column; blank lines at the end do
    /// not count.
    fn indented(&self, first: usize, column: usize) -> Option<RangeInclusive<usize>> {
        let first = self.next_text(first)?;
        let mut last = None;
        for number in first..=self.document.line_count() {
            if self.is_blank(number) {
                continue;
            }
            if indent(self.document.line(number)) <= column {
                break;
            }
            last = Some(number);
        }
        last.map(|last| first..=last)
    }

    /// Gives the last block its lines, without the indentation that they share.
    fn fill(&mut self, lines: Option<RangeInclusive<usize>>) {
        let (Some(lines), Some(block)) = (lines, self.blocks.last_mut()) else { return };
        let texts = lines.map(|number| (number, self.document.line(number)));
        let is_text = |line: &str| !line.trim().is_empty();
        let shared = texts.clone().filter(|(_, line)| is_text(line)).map(|(_, line)| indent(line)).min();
        block.body =
            texts.map(|(number, line)| (number, without_indent(line, shared.unwrap_or(0)))).collect();
        let is_quote = |line: &str| line == ">" || line.starts_with("> ");
        if block.body.iter().all(|(_, line)| is_quote(line)) {
            for (_, line) in &mut block.body {
                line.drain(..line.len().min(2));
            }
        }
    }

    fn push(&mut self, start_line: usize, end_line: usize, language: Language, info: String) {
        let empty = Block::new(Form::Directive, "");
        self.blocks.push(Block { language, info, start_line, end_line, ..empty });
    }

    fn markup(&mut self, start_line: usize, end_line: usize) -> usize {
        self.push(start_line, end_line, Language::Markup, String::new());
        end_line + 1
    }

    /// The first line from here on that is not blank.
    fn next_text(&self, first: usize) -> Option<usize> {
        (first..=self.document.line_count()).find(|&number| !self.is_blank(number))
    }

    /// The blank line that ends the paragraph of a line.
    fn end_of_paragraph(&self, number: usize) -> usize {
        (number + 1..=self.document.line_count())
            .find(|&number| self.is_blank(number))
            .unwrap_or(self.document.line_count() + 1)
    }

    fn is_blank(&self, number: usize) -> bool {
        self.document.line(number).trim().is_empty()
    }
}

/// A line without so many columns of indentation. A tab that reaches beyond leaves the rest of its
/// columns as blanks.
fn without_indent(line: &str, columns: usize) -> String {
    let text = line.trim_start_matches([' ', '\t']);
    " ".repeat(indent(line).saturating_sub(columns)) + text
}

#[cfg(test)]
mod tests;
