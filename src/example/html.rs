//! HTML pages: `<pre>` blocks without the markup of highlighters and line numbers, inline `<code>`,
//! headings, and the words between two blocks that may announce output.

use html5gum::{DefaultEmitter, EndTag, Spanned, StartTag, Token, Tokenizer};

use super::block::{Block, Extractor};
use super::html_language;
use super::html_text::{Flow, Listing};
use super::{Form, output};
use crate::document::Document;

/// Pages in HTML.
pub struct Html;

/// Elements whose class names may tell the language of a block in them.
const CONTAINERS: &[&str] = &["div", "figure", "section", "article", "table", "td", "details", "pre", "code"];
/// Elements whose text is neither code nor prose.
const UNREAD: &[&str] = &["script", "style", "template", "svg", "button", "title", "textarea", "select"];
/// Class names of line numbers and of links for readers.
const MARGINALIA: &[&str] = &[
    "linenos",
    "lineno",
    "linenumber",
    "linenumbers",
    "linenodiv",
    "lnt",
    "gutter",
    "rouge-gutter",
    "hljs-ln-numbers",
    "blob-num",
    "headerlink",
    "copybtn",
];
/// Elements that stay within a line of text.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "big", "cite", "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "label",
    "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "u", "var", "wbr",
];
const EMPTY: &[&str] = &["br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"];
/// Open elements that are looked at, the innermost first.
const DEPTH: usize = 64;
/// Open elements around a block that may tell its language.
const NEAR: usize = 6;

impl Extractor for Html {
    fn blocks(&self, document: &Document) -> Vec<Block> {
        let mut emitter = DefaultEmitter::<usize>::new_with_span();
        emitter.naively_switch_states(true);
        let mut reader = Reader::new(document);
        for Ok(token) in Tokenizer::new_with_emitter(&document.text, emitter) {
            match token {
                Token::StartTag(tag) => reader.start(&tag),
                Token::EndTag(tag) => reader.end(&tag),
                Token::String(text) => reader.text(&text),
                _ => {}
            }
        }
        reader.finish()
    }

    fn reads_prose(&self) -> bool {
        false
    }
}

struct Reader<'a> {
    document: &'a Document,
    /// Open containers with their class names.
    open: Vec<(String, String)>,
    /// The element that is passed over, and how many of its name are open.
    unread: Option<(String, usize)>,
    listing: Option<Listing>,
    flow: Flow,
    section: Option<String>,
    preceding: Vec<String>,
    blocks: Vec<Block>,
}

impl<'a> Reader<'a> {
    fn new(document: &'a Document) -> Reader<'a> {
        Reader {
            document,
            open: Vec::new(),
            unread: None,
            listing: None,
            flow: Flow::default(),
            section: None,
            preceding: Vec::new(),
            blocks: Vec::new(),
        }
    }

    fn start(&mut self, tag: &StartTag<usize>) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        let line = self.document.line_of(tag.span.start);
        if let Some((unread, depth)) = &mut self.unread {
            // A cell of a table ends with the next one.
            if !(name == "td" && unread == "td") {
                *depth += usize::from(*unread == name && !tag.self_closing);
                return;
            }
            self.unread = None;
        }
        let classes = classes(tag);
        if is_unread(&name, &classes) {
            if !tag.self_closing && !EMPTY.contains(&name.as_str()) {
                self.unread = Some((name, 1));
            }
            return;
        }
        match (name.as_str(), &mut self.listing) {
            ("pre", _) => self.open_listing(line),
            ("br", Some(listing)) => listing.break_line(line),
            ("br", None) => self.flow.push(line, " "),
            ("code", Some(listing)) => listing.add_classes(&classes),
            ("code" | "tt", None) => self.flow.open_code(),
            ("span", Some(listing)) => listing.highlighted |= !classes.is_empty(),
            (other, None) if !INLINE.contains(&other) => self.end_paragraph(),
            _ => {}
        }
        if CONTAINERS.contains(&name.as_str()) && !tag.self_closing {
            self.open.push((name, classes));
        }
    }

    fn end(&mut self, tag: &EndTag<usize>) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        let line = self.document.line_of(tag.span.start);
        if let Some((unread, depth)) = &mut self.unread {
            *depth -= usize::from(*unread == name);
            let row_ends = unread == "td" && matches!(name.as_str(), "tr" | "table");
            if *depth == 0 || row_ends {
                self.unread = None;
            }
            return;
        }
        match (name.as_str(), &mut self.listing) {
            ("pre", Some(_)) => self.close_listing(line),
            ("div" | "li" | "p" | "tr", Some(listing)) => listing.end_row(line),
            ("code" | "tt", None) => self.flow.close_code(),
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", None) => self.end_heading(),
            (other, None) if !INLINE.contains(&other) => self.end_paragraph(),
            _ => {}
        }
        if CONTAINERS.contains(&name.as_str()) {
            let near = self.open.iter().rev().take(DEPTH).position(|(open, _)| *open == name);
            self.open.truncate(near.map_or(self.open.len(), |above| self.open.len() - above - 1));
        }
    }

    fn text(&mut self, text: &Spanned<html5gum::HtmlString, usize>) {
        if self.unread.is_some() {
            return;
        }
        let line = self.document.line_of(text.span.start);
        let source = self.document.text.get(text.span.start..text.span.end).unwrap_or_default();
        let decoded = String::from_utf8_lossy(text);
        match &mut self.listing {
            Some(listing) => listing.push(line, &decoded, source),
            None => self.flow.push_with_newlines(line, &decoded, source),
        }
    }

    fn open_listing(&mut self, line: usize) {
        if self.listing.is_some() {
            self.close_listing(line);
        }
        self.end_paragraph();
        self.listing = Some(Listing::new(line));
    }

    fn close_listing(&mut self, end_line: usize) {
        let Some(listing) = self.listing.take() else { return };
        let around = self.open.iter().rev().take(NEAR).map(|(_, classes)| classes.as_str());
        let own = std::iter::once(listing.classes());
        let info = html_language::info(own.chain(around), listing.highlighted);
        let start_line = listing.start_line;
        let (body, note) = listing.finish();
        self.blocks.push(Block {
            start_line,
            end_line,
            body,
            section: self.section.clone(),
            preceding: Some(std::mem::take(&mut self.preceding)),
            notes: note.into_iter().collect(),
            ..Block::new(Form::Fenced, &info)
        });
    }

    /// Ends a line of text: its inline code is taken, its words may announce output.
    fn end_paragraph(&mut self) {
        let (text, spans) = std::mem::take(&mut self.flow).finish();
        for (line, span) in spans {
            self.blocks.push(Block { section: self.section.clone(), ..Block::of_inline(line, span) });
        }
        if !text.is_empty() {
            self.preceding.push(text);
        }
    }

    fn end_heading(&mut self) {
        let before = self.preceding.len();
        self.end_paragraph();
        let heading = self.preceding.get(before).map(|text| text.replace('`', ""));
        self.section = heading.filter(|text| output::label(text).is_none()).or(self.section.take());
    }

    fn finish(mut self) -> Vec<Block> {
        self.close_listing(self.document.line_count());
        self.end_paragraph();
        self.blocks
    }
}

/// The words in an element's attributes that may name a language.
fn classes(tag: &StartTag<usize>) -> String {
    let mut words = String::new();
    for (name, value) in &tag.attributes {
        let value = String::from_utf8_lossy(value);
        match &name[..] {
            b"class" => words.push_str(&value.replace("brush: ", "brush:")),
            b"data-lang" | b"data-language" | b"data-code-language" => {
                words.push_str("language-");
                words.push_str(&value);
            }
            _ => continue,
        }
        words.push(' ');
    }
    words
}

fn is_unread(name: &str, classes: &str) -> bool {
    let marginal = || classes.split_whitespace().any(|class| MARGINALIA.contains(&class));
    UNREAD.contains(&name) || (!matches!(name, "pre" | "code") && marginal())
}

#[cfg(test)]
mod tests;
