//! The text of an HTML page: that of a `<pre>` block line by line, and that of a paragraph with the
//! inline code in it.

use super::inline::{self, Span};
use super::pieces::Pieces;

/// Most characters behind inline code that are read for what they say of it.
const SENTENCE: usize = 400;

/// The text of a `<pre>` block.
#[derive(Debug, Default)]
pub struct Listing {
    /// Document line of its opening tag.
    pub start_line: usize,
    /// Whether words in it are marked up.
    pub highlighted: bool,
    classes: String,
    pieces: Pieces,
    begun: bool,
    no_break_spaces: bool,
}

impl Listing {
    /// An empty block that begins on this line.
    pub fn new(start_line: usize) -> Listing {
        Listing { start_line, ..Listing::default() }
    }

    /// Class names of `<code>` elements in it.
    pub fn classes(&self) -> &str {
        &self.classes
    }

    /// Adds class names of a `<code>` element in it.
    pub fn add_classes(&mut self, classes: &str) {
        self.classes.push_str(classes);
    }

    /// Adds text that begins on a line, as it is and as it stands in the source.
    pub fn push(&mut self, line: usize, text: &str, source: &str) {
        self.no_break_spaces |= text.contains('\u{a0}');
        let text = text.replace('\u{a0}', " ").replace('\r', "");
        let mut number = line;
        let mut newlines = newlines(source);
        for (index, part) in text.split('\n').enumerate() {
            if index > 0 {
                // The newline behind `<pre>` is not part of the text.
                if std::mem::replace(&mut self.begun, true) {
                    self.pieces.end_line(number);
                }
                number += usize::from(newlines.next().unwrap_or(false));
            }
            self.begun |= !part.is_empty();
            self.pieces.push(number, part);
        }
    }

    /// Ends the line at a `<br>`.
    pub fn break_line(&mut self, line: usize) {
        self.begun = true;
        self.pieces.end_line(line);
    }

    /// Ends the line where an element ends that takes whole lines.
    pub fn end_row(&mut self, line: usize) {
        if !self.pieces.open_line().is_empty() {
            self.pieces.end_line(line);
        }
    }

    /// Its lines, and a note where something was changed in them.
    pub fn finish(self) -> (Vec<(usize, String)>, Option<String>) {
        let note = "its no-break spaces are read as blanks".to_owned();
        (self.pieces.finish(), self.no_break_spaces.then_some(note))
    }
}

/// A line of text with the inline code in it.
#[derive(Debug, Default)]
pub struct Flow {
    text: String,
    /// Where the code that is open begins, and its line once that is known.
    open: Option<(usize, Option<usize>)>,
    /// Bytes of [`Flow::text`] that are code, and the line.
    codes: Vec<(std::ops::Range<usize>, usize)>,
}

impl Flow {
    /// Adds text that stands on one line.
    pub fn push(&mut self, line: usize, text: &str) {
        if let Some((_, place @ None)) = &mut self.open
            && !text.trim().is_empty()
        {
            *place = Some(line);
        }
        // A backtick of the text must not be taken for the end of code.
        self.text.push_str(&text.replace('`', "'"));
    }

    /// Adds text that begins on a line, as it is and as it stands in the source.
    pub fn push_with_newlines(&mut self, line: usize, text: &str, source: &str) {
        let mut number = line;
        let mut newlines = newlines(source);
        for (index, part) in text.split('\n').enumerate() {
            if index > 0 {
                self.text.push(' ');
                number += usize::from(newlines.next().unwrap_or(false));
            }
            self.push(number, part);
        }
    }

    /// Begins inline code.
    pub fn open_code(&mut self) {
        if self.open.is_none() {
            self.text.push('`');
            self.open = Some((self.text.len(), None));
        }
    }

    /// Ends inline code.
    pub fn close_code(&mut self) {
        if let Some((start, line)) = self.open.take() {
            self.codes.extend(line.map(|line| (start..self.text.len(), line)));
            self.text.push('`');
        }
    }

    /// The text, and its inline code with the lines.
    pub fn finish(mut self) -> (String, Vec<(usize, Span)>) {
        self.close_code();
        let spans = self.codes.iter().filter_map(|(range, line)| {
            let after: String = self.text[range.end + 1..].chars().take(SENTENCE).collect();
            Some((*line, inline::span(self.text[range.clone()].trim(), &after)?))
        });
        let spans = spans.collect();
        (self.text.trim().to_owned(), spans)
    }
}

/// For each newline of a text whether it is one in the source, too, and no entity (`&#10;`).
fn newlines(source: &str) -> impl Iterator<Item = bool> {
    source.match_indices(['\n', '&']).filter_map(|(at, mark)| match mark {
        "\n" => Some(true),
        _ => is_newline(&source[at + 1..]).then_some(false),
    })
}

/// Whether an entity (without its `&`) is a newline.
fn is_newline(entity: &str) -> bool {
    let Some(number) = entity.strip_prefix('#') else { return entity.starts_with("NewLine;") };
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    let digits = digits.trim_start_matches('0');
    let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    digits[..end].eq_ignore_ascii_case(if radix == 16 { "a" } else { "10" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newlines_of_the_source_are_told_from_entities() {
        assert_eq!(
            newlines("a\n&#10;&#x0A;&amp;\n&NewLine;&#100;").collect::<Vec<_>>(),
            [true, false, false, true, false]
        );
    }

    #[test]
    fn the_newline_behind_the_tag_is_dropped() {
        let mut listing = Listing::new(1);
        listing.push(1, "\n\na\n", "\n\na\n");
        assert_eq!(listing.finish().0, [(2, String::new()), (3, "a".to_owned())]);
    }
}
