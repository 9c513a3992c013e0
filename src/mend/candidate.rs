//! What a kind of mend is given, and what it gives.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::python;
use crate::run::Raised;

/// An example that does not run to its end.
pub struct Broken<'a> {
    /// Its code.
    pub code: &'a str,
    /// How it fails.
    pub failure: Failure<'a>,
    /// The names that it uses and that nothing binds, not even what runs before it.
    pub missing: &'a BTreeSet<String>,
    /// The names that it binds.
    pub bound: &'a BTreeSet<String>,
}

/// How an example fails.
#[derive(Clone, Copy, Debug)]
pub enum Failure<'a> {
    /// Python refuses to read it.
    Syntax,
    /// An exception ends it.
    Raised(&'a Raised),
}

impl<'a> Failure<'a> {
    /// The exception, if it is of this class.
    pub fn raised(self, class: &str) -> Option<&'a Raised> {
        match self {
            Failure::Raised(raised) if raised.bases.iter().any(|base| base == class) => Some(raised),
            _ => None,
        }
    }
}

/// What the interpreter told about a broken example.
#[derive(Debug, Default)]
pub struct Knowledge {
    /// For a name the imports that bind it.
    pub imports: BTreeMap<String, Vec<String>>,
    /// The attributes of the object, or the parameters of the function, that lacks one.
    pub members: Vec<String>,
}

/// Changed code that may be what was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The kind of mend.
    pub rule: &'static str,
    /// What is wrong, in one sentence.
    pub sentence: String,
    /// The code, line for line that of the example.
    pub code: String,
    /// Imports to put before it.
    pub imports: Vec<String>,
    /// Whether that it runs shows too little: a claim has to hold, too.
    pub needs_claim: bool,
}

impl Candidate {
    /// Changed code without further imports.
    pub fn of_code(rule: &'static str, sentence: impl Into<String>, code: String) -> Candidate {
        Candidate { rule, sentence: sentence.into(), code, imports: Vec::new(), needs_claim: false }
    }
}

/// A text with other text in some places of it.
pub fn edited(code: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut text = String::with_capacity(code.len());
    let mut next = 0;
    for (range, new) in edits {
        if range.start < next {
            continue;
        }
        text.push_str(&code[next..range.start]);
        text.push_str(&new);
        next = range.end;
    }
    text + &code[next..]
}

/// The bytes of a line (1-based) of some code.
pub fn line_range(code: &str, line: usize) -> Range<usize> {
    let start: usize = code.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    start..code[start..].find('\n').map_or(code.len(), |length| start + length)
}

/// Whether Python reads some code.
pub fn is_valid(code: &str) -> bool {
    python::parse_valid(code).is_some()
}
