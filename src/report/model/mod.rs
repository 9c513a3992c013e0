//! The public report: what `truedoc check --format json` writes, schema `truedoc/report/1`, and what
//! every rendering for machines is made from.
//!
//! The structs here are apart from the types of the stages, so that a change of those cannot change
//! the format by accident, and own what they hold, so that a report that was stored is the same as one
//! that was just made. Keys may be added within schema 1, never changed or removed: whoever reads a
//! report passes over keys that it does not know, and a key that was added after version 0.1 has a
//! `#[serde(default)]`.

mod documents;
mod made;
mod merge;
mod stored;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Counts;
use crate::claim::{Kind, Origin};
use crate::document::Format;
use crate::example::Form;
use crate::verdict::{BaselineCounts, Status, Verdict};

pub use documents::{Documents, Spool};
pub use merge::MergeError;
pub use stored::StoredError;

/// The schema of a [`Report`].
pub const SCHEMA: &str = "truedoc/report/1";

/// A time as reports say it: milliseconds, to the microsecond.
pub(super) fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// Everything that a check found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Report"))]
pub struct Report<D = Vec<Document>> {
    /// `truedoc/report/1`.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA)))]
    pub schema: String,
    /// The version of truedoc that made it.
    pub truedoc: String,
    /// The interpreters that ran the examples.
    pub interpreters: Vec<Interpreter>,
    /// The pythons of the command line, as they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pythons: Vec<String>,
    /// What the command line asks to be installed, in its words: `--install`, `--with` and a requirement.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<String>,
    /// Whether the command line asks for the tests of examples to be run.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub run_tests: bool,
    /// Which part of a check it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// The layers of the sandbox that were active.
    pub sandbox: Sandbox,
    /// The documents in the order of their paths.
    pub documents: D,
    /// Differences between reality and the expectations; each fails the check.
    pub unexpected: Vec<Difference>,
    /// The numbers of all documents together.
    pub summary: Counts,
    /// The exit status of the check; none in reports that do not say it.
    #[serde(default)]
    pub exit: Option<u8>,
    /// What the check was told to leave out.
    #[serde(default, skip_serializing_if = "LeftOut::is_nothing")]
    pub left_out: LeftOut,
    /// How it compares with the baseline, which only the one who checks is told.
    #[serde(skip)]
    pub baseline: Option<BaselineCounts>,
}

/// A part of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Shard {
    /// Its number, from 1 on.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub number: usize,
    /// How many parts there are.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub of: usize,
    /// The same in all parts of a check: it names the documents, how they were cut, and the settings.
    pub whole: String,
}

/// What a check was told to leave out of its documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LeftOut {
    /// Examples that were not selected.
    pub not_selected: usize,
    /// Examples that were not started because the check was stopped.
    pub not_started: usize,
    /// Claims that are hidden because of their verdicts.
    pub claims_hidden: usize,
    /// Those of them that fail the check.
    pub failures_hidden: usize,
}

impl LeftOut {
    /// Whether the report is about all examples and claims of its documents.
    pub fn is_nothing(&self) -> bool {
        *self == LeftOut::default()
    }
}

/// An interpreter that ran examples.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Interpreter {
    /// `cpython-3.11.7`.
    pub id: String,
    /// `3.11.7`.
    #[cfg_attr(test, schemars(regex(pattern = "^[0-9]+\\.[0-9]+\\.[0-9]+")))]
    pub version: String,
    /// Path of the python program.
    pub executable: String,
}

/// The layers of the sandbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sandbox {
    /// `full`, `partial` or `none`.
    pub landlock: String,
    /// Whether system calls are filtered.
    pub seccomp: bool,
    /// `none` (loopback only) or `open`.
    pub network: String,
    /// Whether an example sees its own processes only.
    pub pid_namespace: bool,
    /// Whether an example has its own mounts.
    pub mount_namespace: bool,
    /// Whether the rest of the file system is out of sight.
    pub hidden_files: bool,
    /// Layers that the machine refused, each with the reason.
    pub missing: Vec<String>,
}

/// A document and what was found in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Document {
    /// Its path as given or found, with `/` between its parts.
    pub path: String,
    /// SHA-256 of the bytes of the file, in hexadecimal.
    #[cfg_attr(test, schemars(regex(pattern = "^[0-9a-f]{64}$")))]
    pub sha256: String,
    /// How it is written.
    pub format: Format,
    /// The encoding it was read as.
    pub encoding: String,
    /// What its reader should know.
    pub notes: Vec<Note>,
    /// The numbers of this document: how many of its examples claim anything, among others.
    pub summary: Counts,
    /// Its examples in the order of their lines.
    pub examples: Vec<Example>,
    /// What was looked at and not taken as an example.
    pub rejected: Vec<Rejected>,
    /// Its sentences that are tied to facts.
    pub prose: Vec<Prose>,
}

impl Document {
    /// The same document for a check that does not run its examples.
    #[must_use]
    pub fn known_from_before(mut self) -> Document {
        for example in &mut self.examples {
            example.cached = example.duration_ms.is_some();
        }
        self.summary.cached = self.examples.iter().filter(|example| example.cached).count();
        self
    }
}

/// An example and what became of it. All lines are lines of the document, counted from 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Example {
    /// Stable name: document, section and the ordinal within the section (`guide/lists#2`).
    pub id: String,
    /// The heading it stands under.
    pub section: Option<String>,
    /// The file name that the document gives it.
    pub file: Option<String>,
    /// How it stands in the document.
    pub form: Form,
    /// The rule that took it.
    pub rule: String,
    /// By which expectations find it again when lines have moved.
    pub hash: String,
    /// Its Python code.
    pub code: String,
    /// Its first line.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub start_line: usize,
    /// Its last line.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub end_line: usize,
    /// How it ended.
    pub status: Status,
    /// Why, in one word (`needs-name`, `needs-package`, …).
    pub reason: Option<String>,
    /// The sentence behind the reason.
    pub detail: Option<String>,
    /// Whether this ending is declared in the expectations or marked by the author.
    pub known: bool,
    /// The reason that is given there.
    pub known_reason: Option<String>,
    /// Ids of the earlier examples that bind names it needs.
    pub names_from: Vec<String>,
    /// What the author says about it in the dialect of some tool.
    pub marks: Vec<Mark>,
    /// The exception that ended it, claimed or not.
    pub exception: Option<Exception>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
    /// Whether more was written than is kept.
    pub truncated: bool,
    /// Exit status of its process.
    pub exit_code: Option<i32>,
    /// The signal that ended its process.
    pub signal: Option<i32>,
    /// The name of that signal, such as `SIGSEGV`.
    #[serde(default)]
    pub signal_name: Option<String>,
    /// Processes that went on after its own had ended, and were killed.
    #[serde(default)]
    pub left_behind: u32,
    /// How long it ran, in milliseconds; none if it did not run.
    #[cfg_attr(test, schemars(range(min = 0)))]
    pub duration_ms: Option<f64>,
    /// Whether it was not run now: what it gave, and how long it took, is known from an earlier check.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cached: bool,
    /// What would let it run to its end.
    pub mend: Option<Mend>,
    /// What each input of a session gave, those that claim nothing included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Input>,
    /// What the document claims about it.
    pub claims: Vec<Claim>,
    /// Comments that look like claims and were not understood.
    pub not_understood: Vec<NotUnderstood>,
    /// What was changed or left out to make the code run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// How it ended under each interpreter, if there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<EndingUnder>,
}

/// How an example ended under one of several interpreters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EndingUnder {
    /// Id of the interpreter.
    pub interpreter: String,
    /// How it ended.
    pub status: Status,
    /// Why, in one word.
    pub reason: Option<String>,
    /// The exception that ended it.
    pub exception: Option<Exception>,
}

/// What a claim, or a sentence, is under one of several interpreters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct VerdictUnder {
    /// Id of the interpreter.
    pub interpreter: String,
    /// Whether it is true.
    pub verdict: Verdict,
    /// The comparison step that agreed.
    #[serde(rename = "match")]
    pub matched: Option<String>,
    /// What really was.
    pub actual: Option<String>,
    /// Why it is undecided, or a remark on a refutation.
    pub reason: Option<String>,
}

/// A claim and its verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Claim {
    /// Document line on which the claim itself stands.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: usize,
    /// What it is about.
    pub kind: Kind,
    /// Where it was found.
    pub origin: Origin,
    /// The rule that found it.
    pub rule: String,
    /// The code it speaks of, as one line.
    pub subject: String,
    /// What is claimed, without introducer and remark.
    pub claimed: String,
    /// The rest of the comment.
    pub remark: Option<String>,
    /// The words that make it uncertain.
    pub hedge: Option<String>,
    /// Whether it is true.
    pub verdict: Verdict,
    /// The comparison step that agreed (`exact`, `value`, …).
    #[serde(rename = "match")]
    pub matched: Option<String>,
    /// What really was: the value, the printed text, or the exception.
    pub actual: Option<String>,
    /// Why it is undecided, or a remark on a refutation.
    pub reason: Option<String>,
    /// What else the reader should know.
    pub note: Option<String>,
    /// Whether it is declared as false on purpose; then it does not fail the check.
    pub known: bool,
    /// The reason that is given there.
    pub known_reason: Option<String>,
    /// What would put a refuted claim right.
    pub mend: Option<Mend>,
    /// What it is under each interpreter, if there are several. The verdict of the claim itself is
    /// `refuted` if it is refuted under any of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<VerdictUnder>,
}

impl Claim {
    /// Whether it fails the check.
    pub fn fails(&self) -> bool {
        self.verdict == Verdict::Refuted && !self.known
    }
}

/// A sentence that is tied to a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Prose {
    /// Document line on which the quote begins.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: usize,
    /// Words of the sentence.
    pub quote: String,
    /// Id of the fact.
    pub fact: String,
    /// What the fact states.
    pub statement: String,
    /// Where the fact is documented.
    pub source: String,
    /// Whether the sentence is true.
    pub verdict: Verdict,
    /// What the probe of the fact printed.
    pub actual: Option<String>,
    /// Why it is undecided.
    pub reason: Option<String>,
    /// The condition under which alone the sentence is true.
    pub qualified: Option<String>,
    /// Whether it is declared as false on purpose.
    pub known: bool,
    /// The reason that is given there.
    pub known_reason: Option<String>,
    /// What it is under each interpreter, if there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<VerdictUnder>,
}

/// A change of the document that was tried before it is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Mend {
    /// The kind of mend (`missing-import`, `true-value`, …).
    pub rule: String,
    /// What is wrong, in one sentence.
    pub sentence: String,
    /// What to write instead, in the order of the lines.
    pub changes: Vec<Change>,
    /// How it was proved.
    pub proof: String,
}

/// Lines of a document and what to write in their place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Change {
    /// Document line of the first of them.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: usize,
    /// The lines as they stand there, joined by newlines.
    pub old: String,
    /// The lines to write.
    pub new: String,
}

impl Change {
    /// How many lines it takes the place of.
    pub fn height(&self) -> usize {
        self.old.split('\n').count()
    }
}

/// What an input of a session gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Input {
    /// Document line of its prompt.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: usize,
    /// What it printed, the echo of its value included.
    pub output: String,
    /// The class of the exception it ended with, with its module.
    pub raised: Option<String>,
}

/// What an author says about an example in the dialect of some tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Mark {
    /// Document line.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: usize,
    /// The tool whose dialect it is.
    pub dialect: String,
    /// The words that were read.
    pub words: String,
    /// What they mean.
    pub meaning: String,
}

/// An exception placed in the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Exception {
    /// Class name.
    #[serde(rename = "type")]
    pub type_name: String,
    /// `str()` of the exception.
    pub message: String,
    /// Document line.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: usize,
}

/// A comment that looks like a claim and was not understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NotUnderstood {
    /// Document line.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: usize,
    /// The comment.
    pub text: String,
}

/// Something about a document that its reader should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Note {
    /// First line it is about.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: usize,
    /// One sentence.
    pub message: String,
}

/// Something that was looked at and not taken as an example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Rejected {
    /// Its first line.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub start_line: usize,
    /// Its last line.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub end_line: usize,
    /// Why it is no example.
    pub reason: String,
}

/// A difference between reality and the expectations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Difference {
    /// The file of the expectations.
    pub file: String,
    /// Line in it.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: usize,
    /// The difference, in one sentence.
    pub message: String,
    /// The document it is about, if that still stands.
    pub document: Option<String>,
    /// Line in the document.
    pub document_line: Option<usize>,
}
