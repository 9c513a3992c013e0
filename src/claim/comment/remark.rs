//! Where a claim ends and a remark on it begins.

/// Marks that show the way from a claim to its remark; they are no part of it.
const ARROWS: &[&str] = &["<--", "<-", "-->", "->", "←", "→", "—", "–"];

/// What bounds a claim wherever it stands.
const SPACED_MARKS: &[&str] = &[
    " - ", " -- ", " — ", " – ", " ← ", " <- ", " <-- ", " # ", " → ", " -> ", " => ", " = ", " == ", "! ",
    " //",
];

/// Words that begin a remark, and stay part of it.
const WORDS: &[&str] = &[
    " because ",
    " since ",
    " if ",
    " when ",
    " unless ",
    " on ",
    " in ",
    " for ",
    " and ",
    " but ",
    " not ",
    " as ",
    " at ",
];

/// Words that may end a claim, and change nothing of it.
const ADVERBS: &[&str] = &[
    " again",
    " too",
    " now",
    " also",
    " instead",
    " always",
    " still",
    " already",
    " anyway",
    " each time",
    " every time",
    " of course",
];

/// What bounds a claim with a blank behind it.
const PUNCTUATION: &[&str] = &[", ", "; ", ". ", ": "];

/// What bounds a claim even without blanks.
const BARE_MARKS: &[char] = &['—', '–', '←', '#', ';', '!'];

/// What begins an aside, which is never part of a printed text.
const ASIDES: &[&str] = &["  ", " (", " —", " –", " ←", " <-", " #", "—"];

/// Every way to split a text into a claim and a remark, shortest claim first. A remark stands in
/// parentheses or behind a dash, an arrow, a comma, a semicolon, a second `#` or two blanks.
pub fn cuts(text: &str) -> impl DoubleEndedIterator<Item = (&str, &str)> {
    let mut found = Vec::new();
    let mut nesting = Nesting::default();
    for (at, c) in text.char_indices() {
        if at > 0
            && nesting.is_outside()
            && let Some(length) = separator(&text[at..], nesting.before)
        {
            let head = text[..at].trim_end().trim_end_matches([',', ';', ':']);
            found.push((head, remark(&text[at + length..])));
        }
        nesting.pass(c);
    }
    found.dedup_by(|next, kept| next.0 == kept.0);
    found.into_iter()
}

/// How deep in brackets and strings a text has come.
struct Nesting {
    quote: Option<char>,
    depth: i32,
    before: char,
}

impl Default for Nesting {
    fn default() -> Self {
        Nesting { quote: None, depth: 0, before: ' ' }
    }
}

impl Nesting {
    fn is_outside(&self) -> bool {
        self.quote.is_none() && self.depth == 0
    }

    fn pass(&mut self, c: char) {
        match (self.quote, c) {
            (Some(open), _) if c == open && self.before != '\\' => self.quote = None,
            (Some(_), _) => {}
            (None, '"') => self.quote = Some(c),
            // An apostrophe inside a word opens no string.
            (None, '\'') if !self.before.is_alphanumeric() => self.quote = Some(c),
            (None, '(' | '[' | '{') => self.depth += 1,
            (None, ')' | ']' | '}') => self.depth -= 1,
            _ => {}
        }
        self.before = c;
    }
}

/// Length of the separator that a text begins with.
fn separator(text: &str, before: char) -> Option<usize> {
    if let Some(mark) = SPACED_MARKS.iter().find(|mark| text.starts_with(**mark)) {
        return Some(mark.len());
    }
    if WORDS.iter().any(|word| text.starts_with(word)) || begins_with_adverb(text) {
        return Some(1);
    }
    if text.starts_with(is_symbol) {
        return Some(text.len() - text.trim_start_matches(is_symbol).len());
    }
    if text.starts_with(" (") || (text.starts_with('(') && before.is_whitespace()) {
        return text.find('(');
    }
    if let Some(mark) = PUNCTUATION.iter().find(|mark| text.starts_with(**mark)) {
        return Some(mark.len());
    }
    if let Some(mark) = BARE_MARKS.iter().find(|mark| text.starts_with(**mark)) {
        return Some(mark.len_utf8());
    }
    text.starts_with("  ").then_some(2)
}

fn begins_with_adverb(text: &str) -> bool {
    // `3 always wins` goes on.
    let ends =
        |rest: &str| rest.is_empty() || rest.starts_with(['.', ',', ';', '!', ':']) || rest.starts_with(" (");
    ADVERBS.iter().any(|word| text.strip_prefix(word).is_some_and(ends))
}

/// Pictures that people put behind a claim; they say nothing.
pub fn is_symbol(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{2793}' | '\u{2b50}' | '\u{2b55}' | '\u{fe0f}' | '\u{200d}' | '\u{1f000}'..='\u{1faff}')
}

/// A remark by what stands behind its separator: without an arrow, and without the parentheses
/// around all of it.
fn remark(tail: &str) -> &str {
    let tail = tail.trim();
    let tail = ARROWS.iter().find_map(|arrow| tail.strip_prefix(arrow)).unwrap_or(tail);
    unparenthesized(tail.trim())
}

/// A remark without the parentheses around all of it.
fn unparenthesized(tail: &str) -> &str {
    let Some(inner) = tail.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return tail };
    let mut depth = 0_i32;
    let balanced = inner.chars().all(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth >= 0
    });
    if balanced { inner } else { tail }
}

/// The cuts at what is never part of a printed text: an aside in parentheses, behind a long dash,
/// an arrow, a second `#` or two blanks. The shortest claim stands last.
pub fn asides(text: &str) -> Vec<(&str, &str)> {
    let is_aside = |head: &str| {
        let rest = &text[head.len()..];
        ASIDES.iter().any(|mark| rest.starts_with(mark)) || rest.trim_start().starts_with(is_symbol)
    };
    cuts(text).filter(|(head, _)| is_aside(head)).rev().collect()
}
