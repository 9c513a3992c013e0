//! The colours of Python code, line by line where the code stands in its document.

use std::ops::Range;

use ruff_python_ast::token::TokenKind;
use ruff_text_size::Ranged;

use super::parts::Part;
use crate::python;
use crate::report::model::Example;

/// What a piece of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colour {
    Comment,
    String,
    Number,
    Keyword,
}

impl Colour {
    /// The class in the style of the page.
    pub(super) fn class(self) -> &'static str {
        match self {
            Colour::Comment => "pc",
            Colour::String => "ps",
            Colour::Number => "pn",
            Colour::Keyword => "pk",
        }
    }

    fn of(kind: TokenKind) -> Option<Colour> {
        match kind {
            TokenKind::Comment => Some(Colour::Comment),
            TokenKind::String
            | TokenKind::FStringStart
            | TokenKind::FStringMiddle
            | TokenKind::FStringEnd
            | TokenKind::TStringStart
            | TokenKind::TStringMiddle
            | TokenKind::TStringEnd => Some(Colour::String),
            TokenKind::Int | TokenKind::Float | TokenKind::Complex => Some(Colour::Number),
            kind if kind.is_non_soft_keyword() => Some(Colour::Keyword),
            _ => None,
        }
    }
}

/// For each line of a part its coloured ranges, in bytes.
pub(super) fn colours(part: &Part) -> Vec<Vec<(Range<usize>, Colour)>> {
    let mut colours = vec![Vec::new(); part.rows.len()];
    for example in &part.examples {
        let first = part.first.map_or(0, |first| example.start_line.saturating_sub(first));
        colour(example, part, first, &mut colours);
    }
    colours
}

/// Colours the lines of an example, found again one after the other: a prompt or a quote mark may
/// stand before the code, and output between.
fn colour(example: &Example, part: &Part, first: usize, colours: &mut [Vec<(Range<usize>, Colour)>]) {
    let tokens = python::parse(&example.code);
    let tokens: Vec<(Range<usize>, Colour)> = tokens
        .tokens()
        .iter()
        .filter_map(|token| Some((std::ops::Range::<usize>::from(token.range()), Colour::of(token.kind())?)))
        .collect();
    let (mut row, mut start, mut next) = (first, 0, 0);
    for line in example.code.split_inclusive('\n') {
        let code = line.trim_end_matches('\n');
        let found = (row..part.rows.len()).find_map(|at| Some((at, part.rows[at].text.rfind(code)?)));
        let lines = start..start + code.len();
        next += tokens[next..].iter().take_while(|(token, _)| token.end <= lines.start).count();
        if let Some((at, offset)) = found.filter(|_| !code.trim().is_empty()) {
            let here = tokens[next..].iter().take_while(|(token, _)| token.start < lines.end);
            colours[at].extend(here.map(|(token, colour)| {
                let range = token.start.max(lines.start)..token.end.min(lines.end);
                (range.start - start + offset..range.end - start + offset, *colour)
            }));
            row = at + 1;
        }
        start += line.len();
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::parts;
    use super::*;
    use crate::document::{Document, Format};
    use crate::fixture;
    use crate::report::Report;

    #[test]
    fn code_is_coloured_behind_its_prompts() {
        let text = ">>> x = 'a'\n>>> if x: 1  # one\n... \n1\n";
        let text = Document::from_text("a.txt", Format::Text, text);
        let mut document = Report::of(&fixture::outcome()).documents.remove(1);
        document.examples[0].code = "x = 'a'\nif x: 1  # one\n".to_owned();
        document.examples[0].end_line = 4;
        document.examples[0].claims.clear();
        let parts = parts(&document, Some(&text));
        let colours = colours(&parts[0]);
        assert_eq!(colours[0], [(8..11, Colour::String)]);
        assert_eq!(
            colours[1],
            [(4..6, Colour::Keyword), (10..11, Colour::Number), (13..18, Colour::Comment)]
        );
        assert!(colours[2].is_empty() && colours[3].is_empty());
    }
}
