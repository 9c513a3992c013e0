//! The text of a docstring, as `doctest` sees it, with the line of the file for each of its lines.
//!
//! That is the value of the string literal. Where an escape such as `\n` breaks a line in two, the
//! value is not what the author wrote for readers; such a line is taken as it stands in the source,
//! and noted.

use ruff_python_ast::{ExprStringLiteral, StringFlags, StringLiteral};

use super::pieces::Pieces;
use crate::document::Document;

/// A docstring without its common indentation.
#[derive(Debug, Default)]
pub struct Text {
    /// Line of the file and text.
    pub lines: Vec<(usize, String)>,
    /// Lines that were taken as they stand in the source, with the reason.
    pub notes: Vec<(usize, String)>,
}

impl Text {
    /// The text of a docstring.
    pub fn of(document: &Document, docstring: &ExprStringLiteral) -> Text {
        let mut pieces = Pieces::default();
        let mut notes = Vec::new();
        for part in &docstring.value {
            read_part(document, part, &mut pieces, &mut notes);
        }
        Text { lines: without_margin(pieces.finish()), notes }
    }
}

/// Reads one of the literals that a docstring is made of.
fn read_part(
    document: &Document,
    part: &StringLiteral,
    pieces: &mut Pieces,
    notes: &mut Vec<(usize, String)>,
) {
    let range = part.content_range();
    let content = document.text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default();
    let raw = part.flags.prefix().is_raw();
    let first = document.line_of(range.start().to_usize());
    let last = content.matches('\n').count();
    for (index, source) in content.split('\n').enumerate() {
        let line = first + index;
        let joins = !raw && index < last && continues(source);
        if joins && pieces.open_line().trim().is_empty() && source.trim() == "\\" {
            continue;
        }
        // In single quotes there is no other way to write lines.
        let triple = part.flags.is_triple_quoted();
        let decoded = if raw { Some(source.to_owned()) } else { decoded(source, !triple).filter(|_| !joins) };
        if decoded.is_none() {
            notes.push((line, format!("line {line} is read as it is written: its escapes change the lines")));
        }
        pieces.push(line, decoded.as_deref().unwrap_or(source));
        if index < last {
            pieces.end_line(line);
        }
    }
}

/// Whether a backslash joins the line with the next.
fn continues(source: &str) -> bool {
    (source.len() - source.trim_end_matches('\\').len()) % 2 == 1
}

/// The value of a line of a literal; none if an escape in it breaks the line, unless it may do so or
/// stands at the end.
fn decoded(source: &str, may_break: bool) -> Option<String> {
    let mut value = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find('\\') {
        value.push_str(&rest[..at]);
        rest = &rest[at..];
        let (text, length) = escape(&rest[1..]).unwrap_or(('\\', 0));
        let allowed = text == '\n' && (may_break || rest[1 + length..].trim().is_empty());
        if matches!(text, '\n' | '\r' | '\x0b' | '\x0c') && !allowed {
            return None;
        }
        value.push(text);
        rest = &rest[1 + length..];
    }
    value.push_str(rest);
    Some(value)
}

/// The character that the escape behind a backslash stands for, and the bytes it takes. Names
/// (`\N{DASH}`) are left as they are: in code they mean the same.
fn escape(text: &str) -> Option<(char, usize)> {
    let number = |digits: Option<&str>, radix| char::from_u32(u32::from_str_radix(digits?, radix).ok()?);
    let first = text.chars().next()?;
    Some(match first {
        '\\' | '\'' | '"' => (first, 1),
        'a' => ('\x07', 1),
        'b' => ('\x08', 1),
        'f' => ('\x0c', 1),
        'n' => ('\n', 1),
        'r' => ('\r', 1),
        't' => ('\t', 1),
        'v' => ('\x0b', 1),
        'x' => (number(text.get(1..3), 16)?, 3),
        'u' => (number(text.get(1..5), 16)?, 5),
        'U' => (number(text.get(1..9), 16)?, 9),
        '0'..='7' => {
            let length = text.bytes().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
            (number(text.get(..length), 8)?, length)
        }
        _ => return None,
    })
}

/// The lines without the indentation that all but the first have in common.
fn without_margin(lines: Vec<(usize, String)>) -> Vec<(usize, String)> {
    let expanded: Vec<(usize, String)> =
        lines.into_iter().map(|(number, text)| (number, expand_tabs(&text))).collect();
    let indent = |text: &str| text.len() - text.trim_start_matches(' ').len();
    let inner = expanded.iter().skip(1).filter(|(_, text)| !text.trim().is_empty());
    let margin = inner.map(|(_, text)| indent(text)).min().unwrap_or(0);
    let cut = |(index, (number, text)): (usize, (usize, String))| {
        let columns = if index == 0 { indent(&text) } else { margin.min(indent(&text)) };
        (number, text[columns..].to_owned())
    };
    expanded.into_iter().enumerate().map(cut).collect()
}

/// The text with blanks for its tabs, as `str.expandtabs` has it.
fn expand_tabs(text: &str) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut column = 0;
    for character in text.chars() {
        let width = if character == '\t' { 8 - column % 8 } else { 1 };
        match character {
            '\t' => expanded.push_str(&" ".repeat(width)),
            other => expanded.push(other),
        }
        column += width;
    }
    expanded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_give_the_value_unless_they_break_the_line() {
        assert_eq!(decoded(r"a\\n \x41\101\u0042 \d \t|", false).as_deref(), Some("a\\n AAB \\d \t|"));
        assert_eq!(decoded(r"\N{BULLET} \uD800 \x", false).as_deref(), Some(r"\N{BULLET} \uD800 \x"));
        assert_eq!(decoded(r"print('a\nb')", false), None);
        assert_eq!(decoded(r"a \n", false).as_deref(), Some("a \n"));
        assert_eq!(decoded(r"a\nb\r", true), None);
        assert_eq!(decoded(r"a\nb", true).as_deref(), Some("a\nb"));
        assert!(continues("a \\") && !continues("a \\\\"));
    }

    #[test]
    fn the_margin_is_that_of_the_later_lines() {
        let lines = [(1, " Title"), (2, ""), (3, "\tdeep"), (4, "    te\txt")];
        let lines = lines.map(|(number, text)| (number, text.to_owned())).to_vec();
        let texts: Vec<String> = without_margin(lines).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["Title", "", "    deep", "te  xt"]);
    }
}
