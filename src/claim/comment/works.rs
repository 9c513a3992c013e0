//! Comments that say that the code works: `works`, `OK`, `no KeyError`.

use super::exception::exception_name;
use super::{MARKS, Reading};
use crate::claim::{Expected, Force, Kind};

/// Words that say that it works.
const WORDS: &[&str] = &[
    "works",
    "work",
    "ok",
    "okay",
    "fine",
    "valid",
    "allowed",
    "legal",
    "no error",
    "no errors",
    "no exception",
    "no problem",
    "succeeds",
    "all good",
    "passes",
];

/// Words after which it works under a condition only.
const CONDITIONS: &[&str] = &["if", "only", "when", "because of", "like", "as long"];

/// Words that go on from "it works" without changing what was said.
const CONTINUATIONS: &[&str] = &[
    "too", "fine", "as well", "again", "now", "since", "because", "with", "on", "for", "even", "here",
    "also", "in", "silently",
];

/// What denies an exception.
const NO: &str = "no ";

/// Reads that it works, also behind a dash.
pub fn works(text: &str) -> Option<Reading> {
    let behind_dashes = [" — ", " - ", " – "].into_iter().flat_map(|dash| text.split(dash).skip(1));
    std::iter::once(text)
        .chain(behind_dashes)
        .map(|part| part.trim_start_matches(MARKS).trim())
        .find_map(|part| in_a_word(part).or_else(|| without_exception(part)))
}

/// `works`, `OK (hashable)`.
fn in_a_word(part: &str) -> Option<Reading> {
    let lower = part.to_ascii_lowercase();
    let is_said = |word: &str| lower.strip_prefix(word).is_some_and(leaves_it_said);
    let word = WORDS.iter().find(|word| is_said(word))?;
    let claimed = part.get(..word.len()).unwrap_or(part);
    let remark = part.get(word.len()..).map(str::trim);
    Some(Reading::new(Kind::Works, Expected::Works, claimed, remark, Force::Explicit, "that it works"))
}

/// Whether what stands behind the word leaves it said that it works.
fn leaves_it_said(behind: &str) -> bool {
    let is_whole_word = !behind.starts_with(|c: char| c.is_alphanumeric());
    is_whole_word
        && !is_conditional(behind)
        && !has_object(behind)
        && (!says_more(behind) || is_aside(behind))
}

fn is_conditional(behind: &str) -> bool {
    CONDITIONS.iter().any(|word| next_words(behind).starts_with(word))
}

/// `works(x)`: the word is the name of a function, or what it works for follows.
fn has_object(behind: &str) -> bool {
    let after = behind.trim_start();
    after.starts_with('(') && !after.ends_with(')')
}

/// Whether the sentence goes on in a way that may change what it says.
fn says_more(behind: &str) -> bool {
    let rest = next_words(behind);
    rest.starts_with(|c: char| c.is_alphabetic()) && !CONTINUATIONS.iter().any(|word| rest.starts_with(word))
}

/// Whether what follows is set apart from the word.
fn is_aside(behind: &str) -> bool {
    let after = behind.trim_start();
    after.starts_with(['—', '–', '-', ',', ';', '!', '.', ':'])
        || (after.starts_with('(') && after.ends_with(')'))
}

fn next_words(behind: &str) -> &str {
    behind.trim_start_matches([' ', '!', '.', ',', ';', ':', '—', '–', '-', '✓', '✅'])
}

/// `no KeyError`.
fn without_exception(part: &str) -> Option<Reading> {
    part.to_ascii_lowercase().strip_prefix(NO)?;
    let (name, rest) = exception_name(part.get(NO.len()..)?)?;
    let claimed = &part[..NO.len() + name.len()];
    let remark = Some(rest.trim_start_matches(['—', '–', '-', ',', ';', ' ']).trim_end());
    let rule = "that an exception does not come";
    Some(Reading::new(Kind::Works, Expected::Works, claimed, remark, Force::Explicit, rule))
}
