//! What makes a claim uncertain: words of doubt, and conditions under which alone it holds.

use super::Reading;

/// Words that make a claim uncertain wherever they stand.
const HEDGES: &[&str] = &[
    "maybe",
    "might",
    "may vary",
    "may be",
    "may differ",
    "could be",
    "probably",
    "usually",
    "typically",
    "likely",
    "possibly",
    "often",
    "sometimes",
    "e.g.",
    "eg.",
    "for example",
    "something like",
    "similar to",
    "or similar",
    "varies",
    "vary",
    "random",
    "depends",
    "depending",
    "roughly",
    "implementation detail",
    "implementation-defined",
    "platform",
    "not guaranteed",
    "order not",
    "unordered",
    "arbitrary",
    "or so",
    "cpython only",
    "in cpython",
];

/// Beginnings of a remark that say when the claim holds.
const CONDITIONS: &[&str] = &[
    "if ",
    "when ",
    "unless ",
    "only if",
    "only when",
    "on linux",
    "on windows",
    "on mac",
    "on 64",
    "on 32",
    "in python",
    "in cpython",
    "before python",
    "since python",
    "until python",
    "for python",
];

/// Takes a leading hedge off, and finds one anywhere in the text.
pub fn hedge(text: &str) -> (Option<String>, &str) {
    // Letters keep their length, so places in the one are places in the other.
    let lower = without_strings(&text.to_ascii_lowercase());
    let words = HEDGES.iter().find(|hedge| has_words(&lower, hedge));
    let Some(hedge) = words else { return (None, text) };
    let leads = lower.strip_prefix(hedge).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    let rest = if leads {
        let rest = text.get(hedge.len()..).unwrap_or_default().trim_start_matches([' ', ':', ',']);
        rest.strip_prefix("be ").unwrap_or(rest)
    } else {
        text
    };
    (Some((*hedge).to_owned()), rest)
}

/// A text with blanks for its string literals, which are what is claimed and hedge nothing.
fn without_strings(text: &str) -> String {
    let mut quote = None;
    let mut before = ' ';
    let mut masked = String::with_capacity(text.len());
    for c in text.chars() {
        let inside = quote.is_some();
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || (c == '\'' && !before.is_alphanumeric()) => quote = Some(c),
            _ => {}
        }
        if inside {
            masked.extend(std::iter::repeat_n(' ', c.len_utf8()));
        } else {
            masked.push(c);
        }
        before = c;
    }
    masked
}

/// Whether the words stand in a text as words of their own.
fn has_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + words.len()..].chars().next();
        before.is_none_or(|c| !c.is_alphanumeric()) && after.is_none_or(|c| !c.is_alphanumeric())
    })
}

/// `True if …`, `5 on Linux`: the claim holds under a condition only.
pub fn condition(reading: &Reading) -> Option<String> {
    let remark = reading.remark.as_deref()?.to_ascii_lowercase();
    CONDITIONS.iter().find(|word| remark.starts_with(*word)).map(|word| word.trim().to_owned())
}
