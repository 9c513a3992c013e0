//! AsciiDoc: source, listing and literal blocks, with or without delimiters.
//!
//! What stands above a block says what it is: attributes in brackets (`[source,python]`) and a
//! title (`.calc.py`). Blocks that hold others (examples, sidebars, tables) are entered by reading
//! on behind their delimiters.

mod line;

use super::Form;
use super::block::{Block, Extractor, Language};
use super::heading::is_asciidoc_underline;
use crate::document::Document;
use line::{Delimiter, Style, without_callouts};

/// AsciiDoc.
pub struct Asciidoc;

impl Extractor for Asciidoc {
    fn blocks(&self, document: &Document) -> Vec<Block> {
        Scanner::new(document).read()
    }

    fn reads_prose(&self) -> bool {
        true
    }
}

/// What the lines above a block say about it.
#[derive(Default)]
struct Above<'a> {
    /// Line of the first attributes.
    line: Option<usize>,
    style: Option<Style<'a>>,
    title: &'a str,
}

struct Scanner<'a> {
    document: &'a Document,
    blocks: Vec<Block>,
    above: Above<'a>,
    /// The document attribute `source-language`.
    default: &'a str,
}

impl<'a> Scanner<'a> {
    fn new(document: &'a Document) -> Scanner<'a> {
        Scanner { document, blocks: Vec::new(), above: Above::default(), default: "" }
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
        let line = self.document.line(number).trim_end();
        if line.is_empty() {
            return number + 1;
        }
        if let Some(language) = line.strip_prefix(":source-language:") {
            self.default = language.trim();
            return number + 1;
        }
        if let Some(attributes) = line::attributes(line) {
            return self.attributes(number, attributes);
        }
        if let Some(title) = line::title(line) {
            self.above.title = title;
            return number + 1;
        }
        let title = self.document.line(number.saturating_sub(1));
        let delimiter = Delimiter::read(line).filter(|_| number == 1 || !is_asciidoc_underline(title, line));
        let above = std::mem::take(&mut self.above);
        match delimiter {
            Some(delimiter) => self.delimited(number, &delimiter, &above),
            None if above.style.as_ref().is_some_and(Style::is_source) => self.paragraph(number, &above),
            None => number + 1,
        }
    }

    /// Attributes may stand on several lines; the last style counts.
    fn attributes(&mut self, number: usize, attributes: &'a str) -> usize {
        if let Some(style) = Style::read(attributes) {
            self.above.style = Some(style);
            self.above.line.get_or_insert(number);
        } else {
            self.push(number, number, Language::Markup, String::new());
        }
        number + 1
    }

    /// A block between delimiters, or one that holds other blocks.
    fn delimited(&mut self, number: usize, delimiter: &Delimiter<'a>, above: &Above<'a>) -> usize {
        let is_source = above.style.as_ref().is_some_and(Style::is_source);
        let language = match *delimiter {
            Delimiter::Open if !is_source => return number + 1,
            Delimiter::Listing | Delimiter::Open => self.language(above, Language::Unnamed),
            Delimiter::Literal => self.language(above, Language::Output),
            Delimiter::Fence("") => self.language(above, Language::Unnamed),
            Delimiter::Fence(info) => Language::named(info),
            Delimiter::Comment => Language::Ignored("it is a comment"),
            Delimiter::Passthrough => Language::Other,
        };
        let line = self.document.line(number).trim_end();
        let closing = if matches!(delimiter, Delimiter::Fence(_)) { "```" } else { line };
        let end = (number + 1..=self.document.line_count())
            .find(|&number| self.document.line(number).trim_end() == closing);
        let last = end.map_or(self.document.line_count(), |end| end - 1);
        let info = match *delimiter {
            Delimiter::Fence(info) if !info.is_empty() => format!("{info} {}", above.title),
            _ => self.info(above),
        };
        self.push(above.line.unwrap_or(number), end.unwrap_or(last), language, info);
        self.fill(number + 1, last);
        end.unwrap_or(last) + 1
    }

    /// A source block without delimiters ends at a blank line.
    fn paragraph(&mut self, number: usize, above: &Above<'a>) -> usize {
        let ends = |number: usize| matches!(self.document.line(number).trim(), "" | "+");
        let end = (number..=self.document.line_count())
            .find(|&number| ends(number))
            .unwrap_or(self.document.line_count() + 1);
        let language = self.language(above, Language::Unnamed);
        self.push(above.line.unwrap_or(number), end - 1, language, self.info(above));
        self.fill(number, end - 1);
        end
    }

    /// The language of a block: as its style says, for a source block that names none as the
    /// document says.
    fn language(&self, above: &Above, otherwise: Language) -> Language {
        match &above.style {
            Some(style) if !style.language().is_empty() => Language::named(style.language()),
            Some(style) if style.is_source() => Language::named(self.default),
            Some(style) if style.is_literal() => Language::Output,
            _ => otherwise,
        }
    }

    fn info(&self, above: &Above) -> String {
        let attributes = above.style.as_ref().map_or("", |style| style.attributes);
        format!("{attributes} {}", above.title).trim().to_owned()
    }

    fn push(&mut self, start_line: usize, end_line: usize, language: Language, info: String) {
        let empty = Block::new(Form::Fenced, "");
        self.blocks.push(Block { language, info, start_line, end_line, ..empty });
    }

    /// Gives the last block its lines.
    fn fill(&mut self, first: usize, last: usize) {
        let Some(block) = self.blocks.last_mut() else { return };
        block.body = (first..=last)
            .map(|number| (number, without_callouts(self.document.line(number)).to_owned()))
            .collect();
    }
}

#[cfg(test)]
mod tests;
