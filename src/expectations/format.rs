//! The format of an expectations file, version 1, as it is written.

use serde::Deserialize;
use serde_yaml::Spanned;

/// The version that this module reads.
pub(super) const VERSION: u32 = 1;

/// One file: what is expected of one document.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub version: Spanned<u32>,
    /// File name or path, matched at the end of the document's path.
    pub document: Spanned<String>,
    #[serde(default)]
    pub examples: Vec<Spanned<DeclaredExample>>,
    #[serde(default)]
    pub claims: Vec<Spanned<DeclaredClaim>>,
}

/// The declared outcome of one example.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeclaredExample {
    /// Its id.
    pub at: Option<String>,
    /// A document line within it; either this or the id is given.
    pub line: Option<usize>,
    pub outcome: DeclaredOutcome,
    pub reason: Option<String>,
}

/// How an example is declared to end: `runs`, `syntax-error`, or `raises: TypeError`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum DeclaredOutcome {
    Runs,
    Raises(String),
    SyntaxError,
    Timeout,
    Crashed,
    Skipped,
}

/// What is declared about one claim of the document.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeclaredClaim {
    /// The document line of the claim.
    pub line: usize,
    /// Its subject, where several claims stand on the line or as a check.
    pub subject: Option<String>,
    /// Whether it is true; `false` for a claim that is known to be false.
    pub holds: bool,
    pub reason: Option<String>,
}
