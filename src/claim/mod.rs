//! CLAIM: something that a document says about its code.
//!
//! Claims are found first and understood second: `comment/` reads the words of a comment,
//! `subject/` finds the statement they speak of and what to observe there, `output.rs` reads the
//! output that a document shows, `stored.rs` what a notebook keeps of an earlier run. What looks
//! like a claim and is not understood is counted.

pub mod comment;
mod literal;
mod marked;
mod output;
mod sentence;
mod stored;
mod subject;
mod test;

use serde::{Deserialize, Serialize};

use crate::example::{Example, Form, MENTION, SENTENCE};
use crate::run::{Probe, Watch};

pub use comment::{PRINTED, STATE};
pub use literal::{elements, is_value, open_ended, same_value};
pub use marked::reaches;
pub use output::UNFENCED_BLOCK;
pub use sentence::BELOW;
pub use test::{has_fixture, tests, wanted_fixtures};

/// What a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The value of an expression or of a name.
    Value,
    /// Printed text.
    Stdout,
    /// An exception.
    Raises,
    /// That the code runs without an exception.
    Works,
    /// The type of a value.
    Type,
}

/// Where a claim was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A comment behind the code on the same line.
    Comment,
    /// A comment on the lines below.
    NextLine,
    /// A comment on the line above.
    PreviousLine,
    /// A block that shows the output.
    OutputBlock,
    /// The output below a prompt.
    Doctest,
    /// The sentence around inline code.
    Sentence,
    /// What a notebook stores of an earlier run.
    Stored,
    /// Declared in `expectations/`.
    Declared,
    /// What the author says about the example in the dialect of some tool.
    Mark,
    /// The definition of a test.
    Test,
}

/// Whether a claim can be refuted (design, rule 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Force {
    /// An unmistakable claim: it can be confirmed and refuted.
    Explicit,
    /// Text that could be an explanation: confirmed when it equals what happened, dropped
    /// otherwise.
    Guess,
}

/// Something that a document says about its code.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Document line on which the claim itself stands.
    pub line: usize,
    /// What it is about.
    pub kind: Kind,
    /// Where it was found.
    pub origin: Origin,
    /// The code it speaks of, as one line.
    pub subject: String,
    /// What is claimed, without introducer and remark.
    pub claimed: String,
    /// The rest of the comment (`same object`).
    pub remark: Option<String>,
    /// Whether it can be refuted.
    pub force: Force,
    /// The words that make it uncertain (`Maybe`, `may vary`), if any.
    pub hedge: Option<String>,
    /// The rule that found it, for `--explain`.
    pub rule: &'static str,
    /// What is expected, understood.
    pub expected: Expected,
    /// Where in the run its truth shows.
    pub target: Target,
}

/// What a claim expects, understood.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// A value, written as Python; in angle brackets for objects without a literal.
    Value,
    /// Text that is printed. Further readings of the same comment stand behind the first: with
    /// the remark, or with the comment lines below.
    Text(Vec<String>),
    /// An exception: a class name (none for any exception) and a message.
    Exception {
        /// Last part of the class name.
        name: Option<String>,
        /// What is said of the message.
        message: Option<String>,
    },
    /// That it works.
    Works,
    /// A number near this one.
    Near(f64),
    /// A representation that lost its `<…>` parts on the way into the document.
    Damaged,
}

/// Where in a run the truth of a claim shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Target {
    /// First and last line of the statement in the code.
    pub first: usize,
    /// See [`Target::first`].
    pub last: usize,
    /// Probe of the statement's value.
    pub value: Option<u32>,
    /// Probe of the only argument of `print`.
    pub argument: Option<u32>,
    /// Probe of an object that the statement may have changed in place.
    pub after: Option<u32>,
    /// Probe of how the statement ends.
    pub outcome: Option<u32>,
    /// Index of the input of a session.
    pub input: Option<usize>,
    /// Place of the test among those of the example.
    pub test: Option<usize>,
    /// Whether the claim is about all that the example prints.
    pub whole_output: bool,
    /// Names that the statement uses.
    pub names: Vec<String>,
}

/// The claims of an example and what must be observed to judge them.
#[derive(Debug, Default)]
pub struct Found {
    /// The claims.
    pub claims: Vec<Claim>,
    /// What to observe; empty for sessions.
    pub probes: Vec<Probe>,
    /// Whether some claim is about printed text.
    pub watch_output: bool,
    /// Comments that look like claims and were not understood: document line and text.
    pub not_understood: Vec<(usize, String)>,
}

impl Found {
    /// Adds a probe and gives its number.
    fn probe(&mut self, line: usize, column: usize, watch: Watch, claimed: Vec<String>) -> u32 {
        let id = self.probes.len() as u32;
        self.probes.push(Probe { id, line: line as u32, column: column as u32, watch, claimed });
        id
    }
}

/// Adds the claim that the statement on a document line is worth this, or prints it; whether there is
/// such a statement.
pub fn declare(example: &Example, found: &mut Found, line: usize, value: &str) -> bool {
    let declared = match &example.session {
        Some(inputs) => output::declared(example, inputs, found, line, value),
        None => subject::declared(example, found, line, value),
    };
    found.claims.sort_by_key(|claim| claim.line);
    declared
}

/// Finds the claims that a document makes about an example.
pub fn find(example: &Example) -> Found {
    let mut found = Found::default();
    if example.rule == MENTION {
        return found;
    }
    if example.rule == SENTENCE {
        found.claims.push(sentence::import_and_use(example));
    } else if let Some(inputs) = &example.session {
        output::session(example, inputs, &mut found);
    } else if example.form == Form::Inline {
        sentence::said_of(example, &mut found);
    } else {
        subject::comments(example, &mut found);
    }
    stored::claims(example, &mut found);
    if let Some(block) = &example.output {
        let claim = output::block(example, block, &mut found);
        // Of what all of it prints it need not be known where.
        found.watch_output |= claim.kind != Kind::Stdout;
        found.claims.push(claim);
    }
    marked::apply(example, &mut found);
    found.claims.sort_by_key(|claim| claim.line);
    found
}
