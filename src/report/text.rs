//! Text from documents and from examples, made fit to be shown.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use crate::claim::Kind;

/// Text without control characters, which may move the cursor of a terminal or hide what stands
/// before. Newlines and tabs stay.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    let is_harmful = |character: char| {
        (character.is_control() && !matches!(character, '\n' | '\t'))
            || matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().map(|character| {
        if is_harmful(character) { character.escape_default().to_string() } else { character.to_string() }
    });
    Cow::Owned(escaped.collect())
}

/// Text as one line of at most so many characters.
pub(crate) fn one_line(text: &str, limit: usize) -> String {
    let joined = text.split_whitespace().take(limit).collect::<Vec<_>>().join(" ");
    let joined = visible(&joined);
    if joined.chars().count() <= limit {
        return joined.into_owned();
    }
    let kept: String = joined.chars().take(limit.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// The word that stands for a value in the report as JSON: `next-line`, `refuted`.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// A number with its noun: `1 claim`, `2 claims`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Words with how often each occurs, most frequent first: `3 hedged, 1 timeout`.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<String, usize>);

impl Tally {
    pub(super) fn add(&mut self, word: &str) {
        self.add_times(word, 1);
    }

    pub(super) fn add_times(&mut self, word: &str, times: usize) {
        match self.0.get_mut(word) {
            _ if times == 0 => {}
            Some(count) => *count += times,
            None => drop(self.0.insert(word.to_owned(), times)),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut counts: Vec<_> = self.0.iter().collect();
        counts.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        let shown: Vec<_> = counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
        formatter.write_str(&shown.join(", "))
    }
}

/// How a claim of a kind is compared when no step agrees.
pub fn how_compared(kind: Kind) -> &'static str {
    match kind {
        Kind::Value => "text, white space, value and the digits shown; none agrees",
        Kind::Stdout => "text and white space; neither agrees",
        Kind::Raises => "type and message of the exception",
        Kind::Works => "whether it ends without an exception",
        Kind::Type => "name of the type",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_are_not_steered() {
        assert_eq!(visible("a\x1b[2Jb\r\tc\n\u{202e}"), "a\\u{1b}[2Jb\\r\tc\n\\u{202e}");
        assert_eq!(visible("é 日本"), "é 日本");
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(one_line("a\n  b", 9), "a b");
        assert_eq!(one_line("abcdef", 4), "abc…");
    }

    #[test]
    fn tallies_are_sorted() {
        let mut tally = Tally::default();
        ["b", "a", "b", "c"].iter().for_each(|word| tally.add(word));
        tally.add_times("none", 0);
        assert_eq!(tally.to_string(), "2 b, 1 a, 1 c");
        assert_eq!(counted(1, "claim"), "1 claim");
    }
}
