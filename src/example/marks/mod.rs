//! MARKS: what authors already write about their examples, in whatever dialect, as one form.
//!
//! Many tools let an author say that an example is skipped, raises, goes on from the one above, or
//! is not to be compared: with words behind the language of a fence (`fence.rs`), comments between
//! the blocks (`comment.rs`, found by [`scan`] and laid on examples by [`attach`]), or comments in
//! the code (`code.rs`). None of it is needed, all of it is understood. A word that is not known
//! changes nothing, and one that is nearly known (`typo.rs`) is reported.

mod attach;
mod code;
mod comment;
mod condition;
mod fence;
mod scan;
mod typo;

use std::time::Duration;

pub use attach::attach;
pub use code::of_code;
pub use condition::{Machine, decide};
pub use fence::of_fence;
pub use scan::{Directive, Scanned, scan};

/// Something that an author said about an example in the dialect of some tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What it means.
    pub meaning: Meaning,
    /// The tool whose dialect it is (`sybil`, `pytest-markdown-docs`).
    pub dialect: &'static str,
    /// Document line on which it stands.
    pub line: usize,
    /// The words as written, on one line.
    pub words: String,
    /// What it is about.
    pub reach: Reach,
}

/// What of an example a mark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All of it.
    Example,
    /// The statement on this document line.
    Statement(usize),
}

/// What a mark means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It is not run, for the reason that the author gives; empty if there is none.
    Skip(String),
    /// It is not run where this condition holds.
    SkipIf {
        /// The condition, as Python or as a marker of a requirement.
        condition: String,
        /// The reason that the author gives; empty if there is none.
        reason: String,
    },
    /// It ends with an exception, of this class if one is named.
    ExpectsException {
        /// Last part of the class name.
        name: Option<String>,
        /// Whether it must raise, or only may.
        must: bool,
    },
    /// Only the class of its exception is compared, not the message.
    AnyMessage,
    /// What it prints is not compared.
    NotCompared,
    /// The comparison is lenient in a way in which it always is here: white space, `...`, digits.
    Lenient,
    /// It shares its names with the examples of the same group.
    Group(String),
    /// It goes on from the example above.
    Continues,
    /// Readers of the rendered document do not see it. It prepares what comes after it.
    Hidden,
    /// It prepares what comes after it.
    Setup,
    /// It may take this long.
    TimeLimit(Duration),
    /// It may be tried this many times.
    Retry(u32),
    /// It needs a package, a fixture or a service.
    Needs(String),
    /// What was bound before it is forgotten.
    ClearNames,
    /// It is known to be wrong or to fail, for this reason; empty if there is none.
    KnownFalse(String),
    /// The block below shows its output.
    Output,
    /// It says something that changes nothing here (a label, a tear-down).
    Noted,
}

impl Meaning {
    /// The meaning in a word, for reports.
    pub fn name(&self) -> &'static str {
        match self {
            Meaning::Skip(_) => "skip",
            Meaning::SkipIf { .. } => "skip-if",
            Meaning::ExpectsException { .. } => "expects-exception",
            Meaning::AnyMessage => "any-message",
            Meaning::NotCompared => "not-compared",
            Meaning::Lenient => "lenient",
            Meaning::Group(_) => "group",
            Meaning::Continues => "continues",
            Meaning::Hidden => "hidden",
            Meaning::Setup => "setup",
            Meaning::TimeLimit(_) => "time-limit",
            Meaning::Retry(_) => "retry",
            Meaning::Needs(_) => "needs",
            Meaning::ClearNames => "clear-names",
            Meaning::KnownFalse(_) => "known-false",
            Meaning::Output => "output",
            Meaning::Noted => "noted",
        }
    }

    /// An exception that must be raised.
    fn raises(name: Option<&str>) -> Meaning {
        let name = name.map(|name| name.rsplit('.').next().unwrap_or(name).trim().to_owned());
        Meaning::ExpectsException { name: name.filter(|name| !name.is_empty()), must: true }
    }

    fn skip_if(condition: impl Into<String>) -> Meaning {
        Meaning::SkipIf { condition: condition.into(), reason: String::new() }
    }
}

impl Mark {
    fn new(meaning: Meaning, dialect: &'static str, line: usize, words: &str) -> Mark {
        Mark { meaning, dialect, line, words: one_line(words), reach: Reach::Example }
    }

    /// Whether it is about all of the example.
    pub fn is_whole(&self) -> bool {
        self.reach == Reach::Example
    }
}

/// Words on one line, cut where they are no words any more but code.
fn one_line(words: &str) -> String {
    let joined = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match joined.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &joined[..at]),
        None => joined,
    }
}

/// A reason without the punctuation that joins it to its word.
fn reason(text: &str) -> String {
    text.trim().trim_start_matches([':', '-', '–', '—', ',']).trim().trim_matches(['"', '\'']).to_owned()
}

/// The meaning of a tag of a notebook cell.
pub fn of_cell_tag(tag: &str, line: usize) -> Option<Mark> {
    let (meaning, dialect) = match tag {
        "skip-execution" => (Meaning::Skip(String::new()), "jupyter"),
        "raises-exception" => (Meaning::ExpectsException { name: None, must: false }, "jupyter"),
        "nbval-skip" => (Meaning::Skip(String::new()), "nbval"),
        "nbval-raises-exception" => (Meaning::ExpectsException { name: None, must: false }, "nbval"),
        "nbval-ignore-output" => (Meaning::NotCompared, "nbval"),
        "nbval-check-output" => (Meaning::Noted, "nbval"),
        _ => return None,
    };
    Some(Mark::new(meaning, dialect, line, tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_cells() {
        for (tag, meaning) in [
            ("skip-execution", Some("skip")),
            ("raises-exception", Some("expects-exception")),
            ("nbval-ignore-output", Some("not-compared")),
            ("hide-input", None),
        ] {
            assert_eq!(of_cell_tag(tag, 1).map(|mark| mark.meaning.name()), meaning, "{tag}");
        }
    }

    #[test]
    fn long_words_are_cut() {
        assert_eq!(one_line(" a\n  b "), "a b");
        assert_eq!(one_line(&"é".repeat(100)).chars().count(), 81);
        assert_eq!(reason(" - \"not here\""), "not here");
    }
}
