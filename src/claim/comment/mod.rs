//! The words of a comment: is it a claim, of what, how surely, and what is the rest.
//!
//! A comment is read in this order: an introducer (`=>`, `Output:`, `raises`), a hedge (`Maybe`,
//! `~`), then the claim itself with its remark split off. What could be an explanation is a
//! [`Force::Guess`]; only what cannot be anything else is [`Force::Explicit`].

mod exception;
mod hedge;
mod introducer;
mod remark;
mod state;
mod value;
mod works;

#[cfg(test)]
mod tests;

use super::{Claim, Expected, Force, Kind, Origin, Target, is_value};
use crate::document::repaired;
use crate::python::parse_expression;
use exception::exception;
use hedge::{condition, hedge};
use introducer::{Introducer, introducer, is_bare_label};
use remark::cuts;
use state::states;
use value::{damaged, near, value};
use works::works;

pub use exception::exception_name;
pub use introducer::{is_announced, is_expectation};
pub use remark::asides;
pub use state::{STATE, State};
pub use value::{MAPPED, RESULT_OF_WORDS, VALUE, values_in_words};

/// A comment that was understood as a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What it is about.
    pub kind: Kind,
    /// What it expects.
    pub expected: Expected,
    /// The claim without introducer and remark.
    pub claimed: String,
    /// The rest.
    pub remark: Option<String>,
    /// Whether it can be refuted.
    pub force: Force,
    /// Words of uncertainty.
    pub hedge: Option<String>,
    /// The rule that understood it.
    pub rule: &'static str,
    /// All that stands behind the introducer: it may be printed as it is.
    pub whole: String,
}

impl Reading {
    /// A reading without a hedge; an empty remark is none.
    fn new(
        kind: Kind,
        expected: Expected,
        claimed: &str,
        remark: Option<&str>,
        force: Force,
        rule: &'static str,
    ) -> Reading {
        let remark = remark.map(str::to_owned).filter(|remark| !remark.is_empty());
        let (claimed, whole) = (claimed.to_owned(), String::new());
        Reading { kind, expected, claimed, remark, force, hedge: None, rule, whole }
    }

    /// What a declared value says: a value, or printed text.
    pub fn declared(value: &str) -> Reading {
        let value = value.trim_end_matches('\n');
        let expected =
            if is_value(value).is_some() { Expected::Value } else { Expected::Text(vec![value.to_owned()]) };
        Reading::new(Kind::Value, expected, value, None, Force::Explicit, DECLARED)
    }

    /// The claim that a comment makes which was read this way, at a document line.
    pub fn into_claim(self, line: usize, origin: Origin, subject: String, target: Target) -> Claim {
        let Reading { kind, expected, claimed, remark, force, hedge, rule, whole: _ } = self;
        Claim { line, kind, origin, subject, claimed, remark, force, hedge, rule, expected, target }
    }
}

/// What a comment turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// A claim.
    Claim(Reading),
    /// It begins like a claim and could not be understood.
    NotUnderstood,
    /// An introducer alone (`# Output:`); the claim stands on the lines below.
    Introduces(Kind),
    /// What one or more objects are after the statement.
    States(Vec<State>),
    /// Words that may be what is printed, or an explanation.
    Words(String),
}

/// Rule name of a value that an expectation declares.
const DECLARED: &str = "a value declared in the expectations";

/// Rule name of printed text.
pub const PRINTED: &str = "printed text behind an introducer";

/// Marks that may be put before a claim and say nothing.
const MARKS: &[char] = &['✓', '✔', '✅', '❌', '✗', '✘', '⚠', '👉', '☑', '•', '\u{fe0f}'];

/// Reads the text of a comment, with its `#`.
pub fn read(comment: &str) -> Meaning {
    let raw = comment.trim_start();
    let Some(text) = raw.strip_prefix('#') else { return Meaning::NotUnderstood };
    let arrow = text.starts_with('>');
    let text = clean(&repaired(text.trim_start_matches('#')));
    let text = of_this_python(text.trim().trim_start_matches(MARKS).trim_start());
    let (introducer, rest) = if arrow {
        (Some(Introducer::Result), text.trim_start_matches('>').trim())
    } else {
        introducer(text)
    };
    if (introducer.is_some() && rest.is_empty()) || (introducer.is_none() && is_bare_label(rest)) {
        let introducer = introducer.or(Some(Introducer::Printed));
        return Meaning::Introduces(introducer.map_or(Kind::Value, Introducer::kind));
    }
    let (hedge, rest) = hedge(rest);
    let mut meaning = claim(introducer, rest);
    let readings = match &mut meaning {
        Meaning::Claim(reading) => vec![reading],
        Meaning::States(states) => states.iter_mut().map(|state| &mut state.reading).collect(),
        _ => Vec::new(),
    };
    for reading in readings {
        reading.hedge = hedge.clone().or_else(|| condition(reading));
        rest.clone_into(&mut reading.whole);
    }
    meaning
}

/// Of `1 in Python 2, 1.5 in Python 3` what is said of the one that runs.
fn of_this_python(text: &str) -> &str {
    const OTHER: &[&str] = &[" in Python 2", " in python 2", " on Python 2", " in Py2", " in py2"];
    const THIS: &[&str] = &[" in Python 3", " in python 3", " on Python 3", " in Py3", " in py3", " in 3"];
    if !OTHER.iter().any(|other| text.contains(other)) {
        return text;
    }
    let parts = [", ", "; ", " / ", " but ", " and "].iter().filter_map(|joint| text.split_once(joint));
    let said = |part: &&str| THIS.iter().any(|this| part.ends_with(this));
    let found = parts.flat_map(|(one, other)| [one, other]).find(said);
    let value = found.and_then(|part| THIS.iter().find_map(|this| part.strip_suffix(this)));
    value.filter(|value| crate::claim::is_value(value).is_some()).unwrap_or(text)
}

/// Curly quotes and fixed spaces as their plain forms.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '“' | '”' | '„' => '"',
            '‘' | '’' => '\'',
            '\u{a0}' | '\u{202f}' => ' ',
            other => other,
        })
        .filter(|c| !matches!(c, '\u{200b}' | '\u{feff}' | '\u{fe0f}'))
        .collect()
}

/// Reads the claim itself. The order counts: what can only be one thing is tried first, text that
/// may be anything last.
fn claim(introducer: Option<Introducer>, text: &str) -> Meaning {
    if let Some(reading) = exception(introducer, text) {
        return Meaning::Claim(reading);
    }
    if introducer == Some(Introducer::Raises) {
        return Meaning::Words(text.to_owned());
    }
    if matches!(introducer, None | Some(Introducer::Result))
        && let Some(states) = states(text)
    {
        return Meaning::States(states);
    }
    let said_to_work = if introducer.is_none() { works(text) } else { None };
    let reading = said_to_work
        .or_else(|| near(text))
        .or_else(|| damaged(text))
        .or_else(|| value(introducer, text))
        .or_else(|| announced(introducer?, text));
    reading.map_or_else(|| Meaning::Words(text.to_owned()), Meaning::Claim)
}

/// Text that is neither exception nor value, behind an introducer.
fn announced(introducer: Introducer, text: &str) -> Option<Reading> {
    match introducer {
        Introducer::Printed => Some(printed(text, Force::Explicit)),
        Introducer::Result => Some(Reading { kind: Kind::Value, ..printed(text, result_force(text)) }),
        Introducer::PrintsVerb | Introducer::ReturnsVerb => Some(printed(text, Force::Guess)),
        Introducer::Raises => None,
    }
}

/// Behind an arrow may stand an explanation (`-> O(n) because …`, `-> iterator`): many words, or
/// one in small letters, need not be a value.
fn result_force(text: &str) -> Force {
    let words = text.split_whitespace().filter(|word| word.chars().all(char::is_alphabetic)).count();
    let describes = text.chars().all(|c| c.is_lowercase());
    if words >= 2 || describes || is_computation(text) { Force::Guess } else { Force::Explicit }
}

/// Whether a text is an expression that would have to be worked out first: `f(1)`, `1e9-1`. A date
/// (`2024-10-12`) is none.
fn is_computation(text: &str) -> bool {
    let is_date = text.len() == 10 && text.chars().all(|c| c.is_ascii_digit() || c == '-');
    !is_date && parse_expression(text).is_some_and(|expression| !expression.is_name_expr())
}

fn printed(text: &str, force: Force) -> Reading {
    // An explanation may go on in many ways; text that is meant as output only with an aside.
    let cuts = if force == Force::Guess { cuts(text).rev().collect() } else { asides(text) };
    let (claimed, remark) = cuts.last().map_or((text, None), |&(head, tail)| (head, Some(tail)));
    let readings = std::iter::once(text).chain(cuts.iter().map(|(head, _)| *head)).map(str::to_owned);
    Reading::new(Kind::Stdout, Expected::Text(readings.collect()), claimed, remark, force, PRINTED)
}
