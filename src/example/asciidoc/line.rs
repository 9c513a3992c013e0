//! One line of AsciiDoc: attributes, titles, delimiters and callouts.

/// The attributes of a block that decide what it is (`[source,python]`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style<'a> {
    /// All that stands between the brackets.
    pub attributes: &'a str,
    name: &'a str,
    language: &'a str,
}

impl<'a> Style<'a> {
    /// Reads the text between the brackets; none if it says nothing about code.
    pub fn read(attributes: &'a str) -> Option<Style<'a>> {
        let mut parts = attributes.split(',').map(|part| part.trim().trim_matches('"'));
        let first = parts.next().unwrap_or_default();
        // Shorthand of options, id and roles: `source%linenums#first.wide`.
        let name = first.split(['%', '#', '.']).next().unwrap_or_default();
        let named =
            parts.clone().find_map(|part| part.strip_prefix("language=")).map(|part| part.trim_matches('"'));
        let second = parts.next().filter(|part| !part.contains('=')).unwrap_or_default();
        let style = Style { attributes, name, language: named.unwrap_or(second) };
        let says = match name {
            "source" | "listing" | "literal" => true,
            "" => first.is_empty() && !style.language.is_empty(),
            _ => false,
        };
        says.then_some(style)
    }

    /// Whether it makes a source block of what follows.
    pub fn is_source(&self) -> bool {
        matches!(self.name, "source" | "")
    }

    /// Whether it makes a literal block of what follows.
    pub fn is_literal(&self) -> bool {
        self.name == "literal"
    }

    /// The language of a source block, empty if none is named.
    pub fn language(&self) -> &'a str {
        if self.is_source() { self.language } else { "" }
    }
}

/// The text between the brackets of a line of attributes; that of an anchor (`[[id]]`) too.
pub fn attributes(line: &str) -> Option<&str> {
    line.strip_prefix('[')?
        .strip_suffix(']')
        .filter(|text| !text.contains(['[', ']']) || text.starts_with('['))
}

/// The title of a block (`.calc.py`).
pub fn title(line: &str) -> Option<&str> {
    let text = line.strip_prefix('.')?;
    (!text.starts_with(['.', ' ', '\t']) && !text.is_empty()).then_some(text)
}

/// The line that opens a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter<'a> {
    /// `----`
    Listing,
    /// `....`
    Literal,
    /// ```` ``` ```` with the words behind it.
    Fence(&'a str),
    /// `--`, which a style makes a source block.
    Open,
    /// `////`
    Comment,
    /// `++++`
    Passthrough,
}

impl<'a> Delimiter<'a> {
    /// Reads a line as a delimiter.
    pub fn read(line: &'a str) -> Option<Delimiter<'a>> {
        if let Some(info) = line.strip_prefix("```") {
            return (!info.contains('`')).then(|| Delimiter::Fence(info.trim()));
        }
        let mark = line.chars().next()?;
        if !line.chars().all(|c| c == mark) {
            return None;
        }
        match (mark, line.len()) {
            ('-', 2) => Some(Delimiter::Open),
            ('-', 4..) => Some(Delimiter::Listing),
            ('.', 4..) => Some(Delimiter::Literal),
            ('/', 4..) => Some(Delimiter::Comment),
            ('+', 4..) => Some(Delimiter::Passthrough),
            _ => None,
        }
    }
}

/// A line of code without the callouts at its end (`# <1>`, `<1> <2>`, `<.>`) and the comment mark
/// that hides them from Python.
pub fn without_callouts(line: &str) -> &str {
    let mut text = line;
    while let Some(shorter) = without_callout(text) {
        text = shorter;
    }
    if text.len() == line.len() {
        return line;
    }
    text.strip_suffix('#').unwrap_or(text).trim_end()
}

fn without_callout(line: &str) -> Option<&str> {
    let (text, number) = line.trim_end().strip_suffix('>')?.rsplit_once('<')?;
    let is_number = number == "." || (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    // The comment mark, a blank or another callout stands before it, no operand and no backslash.
    let is_apart = text.is_empty() || text.ends_with([' ', '\t', '#', '>']);
    (is_number && is_apart).then(|| text.trim_end())
}
