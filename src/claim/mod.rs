//! CLAIM: something that a document says about its code.

use serde::Serialize;

/// What a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A comment behind the code on the same line.
    Comment,
    /// A comment on the lines below.
    NextLine,
    /// A block that shows the output.
    OutputBlock,
    /// The output below a prompt.
    Doctest,
    /// The sentence around inline code.
    Sentence,
    /// Declared in `expectations/`.
    Declared,
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
}
