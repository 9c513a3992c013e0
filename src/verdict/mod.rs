//! VERDICT: what a run says about a claim, and what became of an example. Pure functions.

mod compare;
mod fate;
mod judge;
mod mend;
mod need;
mod under;

use serde::{Deserialize, Serialize};

pub use compare::same_actual;
pub use fate::{Fate, fate, signal_name};
pub use judge::{LONGEST_ACTUAL, NONDETERMINISTIC, judge};
pub use mend::{Change, Mend};
pub use need::{NEEDS_PACKAGE, Need, need};
pub use under::{EndingUnder, VerdictUnder, agree, merge};

/// What a run says about a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is true.
    Confirmed,
    /// It is false.
    Refuted,
    /// Neither could be shown; the reason is in [`Judged::reason`].
    Undecided,
}

/// A claim with its verdict.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The claim.
    pub claim: crate::claim::Claim,
    /// Its verdict.
    pub verdict: Verdict,
    /// The comparison step that matched (`exact`, `white-space`, `value`, …).
    pub matched: Option<&'static str>,
    /// What really was: the value, the printed text, or the exception.
    pub actual: Option<String>,
    /// Why it is undecided, or a remark on a refutation.
    pub reason: Option<String>,
    /// What else the reader should know: that it would be otherwise at a prompt, or in a file.
    pub note: Option<String>,
    /// The reason given in `expectations/` for a refutation that is declared as known.
    pub known: Option<String>,
    /// What would put a refuted claim right.
    pub mend: Option<Mend>,
    /// What it is under each interpreter, if there are several.
    pub under: Vec<VerdictUnder>,
}

impl Judged {
    /// A claim that nothing is known about, for this reason.
    pub fn undecided(claim: crate::claim::Claim, reason: &str) -> Judged {
        Judged {
            claim,
            verdict: Verdict::Undecided,
            matched: None,
            actual: None,
            reason: Some(reason.to_owned()),
            note: None,
            known: None,
            mend: None,
            under: Vec::new(),
        }
    }
}

/// How an example ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// To its end, or up to an exception that the document claims.
    Ran,
    /// With an exception that nobody claimed.
    Raised,
    /// It is no valid Python.
    SyntaxError,
    /// Killed at the time limit.
    Timeout,
    /// Killed by a signal or another limit.
    Crashed,
    /// Not run.
    Skipped,
}

/// An exception placed in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionAt {
    /// Class name.
    pub type_name: String,
    /// `str()` of the exception.
    pub message: String,
    /// Document line.
    pub line: usize,
}

/// An example with everything that is known after its run.
#[derive(Clone, Debug)]
pub struct ExampleOutcome {
    /// The example.
    pub example: crate::example::Example,
    /// How it ended.
    pub status: Status,
    /// Why, where one word says it: `needs-name`, `needs-package`, `needs-file`, …
    pub reason: Option<String>,
    /// The sentence behind the reason (`name 'app' is never bound`).
    pub detail: Option<String>,
    /// The exception that escaped, claimed or not.
    pub exception: Option<ExceptionAt>,
    /// What happened; none if it was not run.
    pub run: Option<crate::run::Run>,
    /// Whether it ran once only because it is proved to give the same in each run.
    pub fixed: bool,
    /// Ids of the earlier examples it ran after, because it needs names they bind.
    pub names_from: Vec<String>,
    /// Its claims.
    pub claims: Vec<Judged>,
    /// Comments that look like claims and were not understood: document line and text.
    pub not_understood: Vec<(usize, String)>,
    /// The reason given in `expectations/` for an outcome that is declared as known.
    pub known: Option<String>,
    /// What would let it run to its end.
    pub mend: Option<Mend>,
    /// How it ended under each interpreter, if there are several.
    pub under: Vec<EndingUnder>,
}

/// A sentence of a document, judged by the fact it is tied to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prose {
    /// Document line on which the quote begins.
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
    /// The reason given in `expectations/` for a sentence that is known to be false.
    pub known: Option<String>,
    /// What it is under each interpreter, if there are several.
    pub under: Vec<VerdictUnder>,
}

/// A document with the outcomes of its examples.
#[derive(Debug)]
pub struct DocumentOutcome {
    /// The document.
    pub document: crate::document::Document,
    /// Its examples in the order of their lines.
    pub examples: Vec<ExampleOutcome>,
    /// What was looked at and not taken.
    pub rejections: Vec<crate::example::Rejection>,
    /// Its sentences that are tied to facts, in the order of their lines.
    pub prose: Vec<Prose>,
    /// Whether all that was run for its examples is such that it gives the same the next time.
    pub lasting: bool,
}

/// Everything that a check found; every report is a rendering of this.
#[derive(Debug)]
pub struct Outcome {
    /// The interpreters that ran the examples.
    pub interpreters: Vec<crate::run::Interpreter>,
    /// The pythons of the command line, as they were asked for: a command that runs a part of this
    /// again names them, too.
    pub pythons: Vec<String>,
    /// What the command line asks to be installed, in its words: such a command needs that, too.
    pub packages: Vec<String>,
    /// Whether the command line asks for tests to be run: such a command asks for that, too.
    pub run_tests: bool,
    /// The layers of the sandbox that were active.
    pub sandbox: crate::run::Sandbox,
    /// The documents in the order of their paths.
    pub documents: Vec<DocumentOutcome>,
    /// Differences between reality and `expectations/`: each fails the run.
    pub unexpected: Vec<Unexpected>,
    /// What of the documents this outcome leaves out.
    pub course: Course,
}

/// What a check left out because it was told to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// Examples that were not selected.
    pub not_selected: usize,
    /// Examples that were not started because the check was stopped.
    pub not_started: usize,
    /// Claims that are hidden because of their verdicts.
    pub claims_hidden: usize,
    /// Those of them that fail the check.
    pub failures_hidden: usize,
    /// What its reader should know about how it went, one sentence each.
    pub remarks: Vec<String>,
    /// How it compares with the baseline, if there is one.
    pub baseline: Option<BaselineCounts>,
    /// Which part of the check it is about, if it is about one.
    pub part: Option<crate::shard::Part>,
}

/// How the refuted claims of a check compare with those of its baseline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BaselineCounts {
    /// Claims that stand in the baseline.
    pub known: usize,
    /// Claims that do not.
    pub new: usize,
    /// Claims of the baseline that are refuted no longer.
    pub mended: usize,
}

impl BaselineCounts {
    /// The numbers of those that are there together; none if none is.
    pub fn sum(all: [Option<BaselineCounts>; 2]) -> Option<BaselineCounts> {
        all.into_iter().flatten().reduce(|one, other| BaselineCounts {
            known: one.known + other.known,
            new: one.new + other.new,
            mended: one.mended + other.mended,
        })
    }
}

/// What an example of a document printed; none if it is not among the outcome or did not run.
pub fn printed_by<'a>(
    outcome: &'a Outcome,
    document: &crate::document::Document,
    example: &crate::example::Example,
) -> Option<&'a str> {
    let found = outcome.documents.iter().find(|found| found.document.path == document.path)?;
    let outcome = found.examples.iter().find(|outcome| outcome.example.id == example.id)?;
    Some(outcome.run.as_ref()?.stdout.text.as_str())
}

impl Outcome {
    /// Takes in what was known only after everything else.
    pub fn absorb_rest(&mut self, rest: Outcome) {
        self.unexpected.extend(rest.unexpected);
        self.course.remarks.extend(rest.course.remarks);
        self.course.baseline = BaselineCounts::sum([self.course.baseline, rest.course.baseline]);
        self.put_in_order();
    }

    /// Puts the differences into the order in which reports have them: by the place where they are
    /// declared, then by the document.
    pub fn put_in_order(&mut self) {
        let key = |one: &Unexpected| {
            let Unexpected { file, line, document, message } = one.clone();
            (file, line, document, message)
        };
        self.unexpected.sort_by_cached_key(key);
        self.unexpected.dedup();
    }
}

/// A difference between reality and a declared expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexpected {
    /// Expectations file as shown to the user.
    pub file: String,
    /// Line in it.
    pub line: usize,
    /// The difference, in one sentence.
    pub message: String,
    /// Path of the document and the line there, if it still stands.
    pub document: Option<(String, usize)>,
}
