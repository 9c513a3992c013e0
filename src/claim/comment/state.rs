//! Comments that say what something is after the statement: `items is now [1, 2]`, `x = 3`,
//! `a is now 1, b is now 2 and c is 3`.

use super::Reading;
use super::value::split_value;
use crate::claim::literal::{ValueKind, is_path};
use crate::claim::{Expected, Force, Kind};
use crate::python::parse_expression;

/// Rule name of what a name or a part of an object is after the statement.
pub const STATE: &str = "what a name is after the statement";

/// What stands between an object and its value, longest first where one begins another.
const VERBS: &[&str] = &[
    " is now set to ",
    " is now equal to ",
    " is set to ",
    " is equal to ",
    " is once again ",
    " is again ",
    " is still ",
    " is now ",
    " now is ",
    " now equals ",
    " has become ",
    " becomes ",
    " remains ",
    " stays ",
    " equals ",
    " is ",
    " == ",
    " = ",
    " -> ",
    " → ",
];

/// Words that may stand before the object.
const BEFORE: &[&str] = &["now ", "so ", "but ", "and ", "and now ", "then ", "here "];

/// What may stand between two of them.
const JOINTS: &[&str] = &["and ", "& ", "while ", "but "];

/// Words behind a value that leave it said.
const LEAVES_IT_SAID: &[&str] = &["again", "now", "too", "still", "as well", "because ", "since ", "also"];

/// What is said of one object.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The object as written: a name, an attribute, an item.
    pub object: String,
    /// What is said of it.
    pub reading: Reading,
}

/// Everything that a text says objects are; nothing if any of it is something else.
pub fn states(text: &str) -> Option<Vec<State>> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        let (state, remark) = one(without_first(rest, BEFORE))?;
        let next = without_first(remark, JOINTS);
        let goes_on = one(without_first(next, BEFORE)).is_some();
        found.push(finished(state, if goes_on { "" } else { remark }, text));
        if !goes_on {
            return Some(found);
        }
        rest = next;
    }
}

fn without_first<'a>(text: &'a str, words: &[&str]) -> &'a str {
    let is_first = |word: &&str| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    words.iter().find(|word| is_first(word)).map_or(text, |word| &text[word.len()..])
}

/// The object and the value that a text begins with, and what stands behind.
fn one(text: &str) -> Option<((&str, ValueKind, &str), &str)> {
    let verbs = VERBS.iter().filter_map(|verb| Some((text.find(verb)?, *verb)));
    let (at, verb) = verbs.min_by_key(|&(at, _)| at).or_else(|| bare_equals_sign(text))?;
    let object = text[..at].trim();
    parse_expression(object).filter(is_path)?;
    let (kind, value, remark) = split_value(text[at + verb.len()..].trim_end_matches(['.', '!']))?;
    Some(((object, kind, value), remark))
}

/// The `=` of `x=1`.
fn bare_equals_sign(text: &str) -> Option<(usize, &'static str)> {
    let at = text.find('=')?;
    (!text[at + 1..].starts_with('=')).then_some((at, "="))
}

fn finished((object, kind, value): (&str, ValueKind, &str), remark: &str, text: &str) -> State {
    let is_aside = text.ends_with(&format!("({remark})"));
    let said = remark.is_empty() || is_aside || LEAVES_IT_SAID.iter().any(|word| remark.starts_with(word));
    // `i = 0, 1, 2` tells of a loop.
    let is_series = value.contains(',') && !value.ends_with([']', ')', '}', '"', '\'']);
    let force = if said && kind == ValueKind::Literal && !is_series { Force::Explicit } else { Force::Guess };
    let expected = Expected::Text(vec![value.to_owned(), text.to_owned()]);
    let reading = Reading::new(Kind::Value, expected, value, Some(remark), force, STATE);
    State { object: object.to_owned(), reading }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<(String, String, bool)> {
        let states = states(text).unwrap_or_default().into_iter();
        states
            .map(|state| (state.object, state.reading.claimed, state.reading.force == Force::Explicit))
            .collect()
    }

    #[test]
    fn names_attributes_and_items_with_their_values() {
        for (text, object, value) in [
            ("items is now [1, 2]", "items", "[1, 2]"),
            ("Now items is [1, 2]", "items", "[1, 2]"),
            ("x = 3", "x", "3"),
            ("p.z == 'a'", "p.z", "'a'"),
            ("d['k'] is still 5", "d['k']", "5"),
            ("items is now [1] again", "items", "[1]"),
            ("n becomes 4 (not 5)", "n", "4"),
            ("x=1", "x", "1"),
        ] {
            assert_eq!(said(text), [(object.to_owned(), value.to_owned(), true)], "{text}");
        }
    }

    #[test]
    fn several_at_once() {
        let all: Vec<String> =
            said("a is now 1, b is now [2, 3] and c is 4").into_iter().map(|said| said.1).collect();
        assert_eq!(all, ["1", "[2, 3]", "4"]);
        assert_eq!(said("x = 2, y = 1").len(), 2);
    }

    #[test]
    fn conditions_and_other_sentences() {
        for text in
            ["x is 5 if y", "x = 10 on Linux", "n is 3 at first", "x is 2 before, 3 after", "i = 0, 1, 2"]
        {
            assert!(said(text).iter().all(|said| !said.2), "{text}");
        }
        for text in ["x is a list", "b is a", "this call is 5", "x is 1-based", "f(3) == 9", "x and y"] {
            assert_eq!(said(text), [], "{text}");
        }
    }
}
