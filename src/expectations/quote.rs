//! Where a quoted sentence stands in a document.
//!
//! Quote and document are compared as a reader compares them: white space, kinds of quotes and
//! dashes, and characters damaged by a wrong encoding make no difference.

use crate::document::{Document, repaired};

/// Shares of words in common from which on a line is offered as what a quote may have become.
const NEAR: f64 = 0.5;

/// The text of a document made ready for finding quotes in it.
pub(super) struct Quotable {
    text: String,
    /// For each byte of the text the document line it comes from.
    lines: Vec<usize>,
}

impl Quotable {
    /// A document.
    pub fn new(document: &Document) -> Quotable {
        let mut quotable = Quotable { text: String::new(), lines: Vec::new() };
        for number in 1..=document.line_count() {
            let line = normalised(document.line(number));
            if line.is_empty() {
                continue;
            }
            if !quotable.text.is_empty() {
                quotable.push(" ", number);
            }
            quotable.push(&line, number);
        }
        quotable
    }

    fn push(&mut self, text: &str, line: usize) {
        self.text.push_str(text);
        self.lines.resize(self.text.len(), line);
    }

    /// The line on which a quote begins; of several places the nearest to a line.
    pub fn find(&self, quote: &str, near: usize) -> Option<usize> {
        let quote = normalised(quote);
        if quote.is_empty() {
            return None;
        }
        let places = self.text.match_indices(&quote).map(|(at, _)| self.lines[at]);
        places.min_by_key(|line| line.abs_diff(near))
    }
}

/// The line whose words are most like a quote, if they are like it at all; of several the nearest to
/// a line.
pub(super) fn nearest_line(document: &Document, quote: &str, near: usize) -> Option<usize> {
    let quote = normalised(quote).to_lowercase();
    let wanted: Vec<&str> = quote.split(' ').collect();
    let alike = |line: &usize| {
        let text = normalised(document.line(*line)).to_lowercase();
        let words: Vec<&str> = text.split(' ').collect();
        let common = wanted.iter().filter(|word| words.contains(word)).count();
        common as f64 / wanted.len() as f64
    };
    let candidates = (1..=document.line_count()).map(|line| (alike(&line), line));
    candidates
        .filter(|(share, _)| *share >= NEAR)
        .max_by(|(one, first), (other, second)| {
            one.total_cmp(other).then(second.abs_diff(near).cmp(&first.abs_diff(near)))
        })
        .map(|(_, line)| line)
}

/// A text as it is compared: damage repaired, quotes and dashes plain, runs of white space as one
/// blank.
fn normalised(text: &str) -> String {
    let text = repaired(text);
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{2032}' | '\u{B4}' => plain.push('\''),
            '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{AB}' | '\u{BB}' | '\u{2033}' => plain.push('"'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => plain.push('-'),
            '\u{2026}' => plain.push_str("..."),
            '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{FE0F}' => {}
            other if other.is_whitespace() => plain.push(' '),
            other => plain.push(other),
        }
    }
    plain.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;

    fn document(text: &str) -> Document {
        Document::from_text("a.txt", Format::Text, text)
    }

    #[test]
    fn white_space_quotes_dashes_and_damage_make_no_difference() {
        let text =
            "One.\n\nIt\u{2019}s  a\u{A0}list \u{2014} so\nit grows.\nIt\u{E2}\u{20AC}\u{2122}s odd.\n";
        let quotable = Quotable::new(&document(text));
        assert_eq!(quotable.find("It's a list - so it grows", 1), Some(3));
        assert_eq!(quotable.find("it grows.", 1), Some(4));
        assert_eq!(quotable.find("It's odd", 9), Some(5));
        assert_eq!(quotable.find("it shrinks", 1), None);
        assert_eq!(quotable.find(" ", 1), None);
    }

    #[test]
    fn of_several_places_the_nearest_is_meant() {
        let quotable = Quotable::new(&document("the same\nx\ny\nz\nthe same\n"));
        assert_eq!(quotable.find("the same", 2), Some(1));
        assert_eq!(quotable.find("the same", 4), Some(5));
    }

    #[test]
    fn what_a_quote_may_have_become_is_the_line_with_most_of_its_words() {
        let document = document("A set has no order.\nLists keep the order of items.\nNothing.\n");
        assert_eq!(nearest_line(&document, "Lists keep their order", 1), Some(2));
        assert_eq!(nearest_line(&document, "Tuples are frozen", 1), None);
    }
}
