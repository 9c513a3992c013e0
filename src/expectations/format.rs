//! The format of an expectations file, version 1, as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_yaml::Spanned;

use super::service::DeclaredService;
use crate::run::Network;

/// The version that this module reads.
pub(super) const VERSION: u32 = 1;

/// One file: what is expected of one document.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// The version of the format: 1.
    #[cfg_attr(test, schemars(with = "u32"))]
    pub version: Spanned<u32>,
    /// File name or path of the document, matched at the end of its path.
    #[cfg_attr(test, schemars(with = "String"))]
    pub document: Spanned<String>,
    /// SHA-256 of the document, in hexadecimal digits: it is then known under any name.
    pub sha256: Option<String>,
    /// Whether every example of the document is declared here; one that is not is a difference.
    #[serde(default)]
    pub complete: bool,
    /// What the runs of all its examples are given; settings of an example win over these.
    #[serde(default)]
    pub settings: ExampleSettings,
    /// Servers that its examples talk to, in the order in which they start.
    #[serde(default)]
    pub services: Vec<DeclaredService>,
    /// Distributions that its examples need, as `pip` takes them: `fastapi`, `pydantic>=2`.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub requirements: Vec<Spanned<String>>,
    /// How the examples end.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<DeclaredExample>"))]
    pub examples: Vec<Spanned<DeclaredExample>>,
    /// What claims are worth that the text makes, or that are made here.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<DeclaredClaim>"))]
    pub claims: Vec<Spanned<DeclaredClaim>>,
    /// Sentences of the document, each tied to the fact that decides it.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<DeclaredQuote>"))]
    pub prose: Vec<Spanned<DeclaredQuote>>,
}

/// What is declared about one example.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct DeclaredExample {
    /// Its id; either this or a line is given.
    pub at: Option<String>,
    /// A document line within it.
    pub line: Option<usize>,
    /// The beginning of the SHA-256 of its code, which finds it again when lines have moved.
    pub hash: Option<String>,
    /// How it ends.
    pub outcome: Option<DeclaredOutcome>,
    /// All that it prints.
    pub stdout: Option<String>,
    /// Code that runs before it.
    pub setup: Option<String>,
    /// What its run is given.
    pub settings: Option<ExampleSettings>,
    /// Why.
    pub reason: Option<String>,
}

/// What the run of an example is given.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ExampleSettings {
    /// Time that it may take, such as `30s`.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub time: Option<Spanned<String>>,
    /// Memory that it may use, such as `512MiB`.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub memory: Option<Spanned<String>>,
    /// Environment variables besides those that every example has.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Arguments of the program.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// Text on its standard input.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub stdin: Option<Spanned<String>>,
    /// The network that it has: `loopback`, as all have that is not said otherwise, or `none`.
    pub network: Option<Network>,
    /// Files and folders that it may read, relative to the folder of the document. It finds them by
    /// the same names in its own folder.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub readable: Vec<Spanned<String>>,
}

/// How an example is declared to end: `runs`, `syntax-error`, or `raises: TypeError`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum DeclaredOutcome {
    /// It comes to its end, or to an exception that the document claims.
    Runs,
    /// An exception of this class ends it.
    Raises(String),
    /// It is no valid Python.
    SyntaxError,
    /// It exceeds the time limit.
    Timeout,
    /// A signal or another limit ends it.
    Crashed,
    /// It is not run, by a mark in the document or because nothing could be run.
    Skipped,
    /// It is not to be run, for this reason.
    Skip(String),
}

/// What is declared about one claim of the document.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct DeclaredClaim {
    /// The document line of the claim.
    pub line: usize,
    /// Its subject, where several claims stand on the line or as a check.
    pub subject: Option<String>,
    /// What the document claims, to find the claim again when lines have moved.
    pub claimed: Option<String>,
    /// Whether it is true; `false` for a claim that is known to be false.
    pub holds: Option<bool>,
    /// A value that the document does not state: that of the statement on the line.
    pub value: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// A sentence of the document and the fact that decides it.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct DeclaredQuote {
    /// The line near which it stands.
    pub line: usize,
    /// Up to 15 of its words.
    pub quote: String,
    /// The id of a fact.
    #[cfg_attr(test, schemars(with = "String"))]
    pub fact: Spanned<String>,
    /// Whether the sentence says the opposite of the fact.
    #[serde(default)]
    pub negated: bool,
    /// The condition under which alone the sentence is true.
    pub qualified: Option<String>,
    /// Why.
    pub reason: Option<String>,
}
