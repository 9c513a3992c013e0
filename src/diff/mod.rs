//! DIFF: what changed between two reports (`truedoc diff OLD NEW`).
//!
//! Examples are matched by what they are and not by where they stand, so that moved lines and renamed
//! sections are no change; see `matching.rs`.

mod matching;
mod render;

use serde::{Deserialize, Serialize};

use crate::report::model::{Claim, Example, Report};
use crate::verdict::{Status, Verdict};
use matching::Pair;

pub use render::{DiffFormat, render};

/// The schema of a [`Diff`].
pub const SCHEMA: &str = "truedoc/diff/1";

/// An example counts as slower if it took at least this much longer, …
const SLOWER_BY_MS: f64 = 100.0;
/// … and at least this many times as long: runs on one machine differ by themselves.
const SLOWER_TIMES: f64 = 1.5;

/// What changed from one report to another.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Diff {
    /// `truedoc/diff/1`.
    pub schema: String,
    /// Claims that are refuted and were not before; these fail.
    pub new_refutations: Vec<ClaimChange>,
    /// Claims that were refuted and are no longer.
    pub fixed: Vec<ClaimChange>,
    /// Claims that were confirmed and are undecided now.
    pub undecided: Vec<ClaimChange>,
    /// Examples that were there in neither form before.
    pub appeared: Vec<ExampleAt>,
    /// Examples that are there no longer.
    pub vanished: Vec<ExampleAt>,
    /// Examples that ran to their end and no longer do.
    pub stopped: Vec<ExampleChange>,
    /// Examples that did not run to their end and now do.
    pub run_again: Vec<ExampleChange>,
    /// Examples that take longer, beyond what differs by itself.
    pub slower: Vec<Slower>,
    /// What makes the two reports hard to compare, one sentence each.
    pub remarks: Vec<String>,
}

/// A claim whose verdict is another than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ClaimChange {
    /// Where the claim stands; in the old report, if it is in that alone.
    pub at: ExampleAt,
    /// Document line of the claim.
    pub line: usize,
    /// The code it speaks of.
    pub subject: String,
    /// What is claimed.
    pub claimed: String,
    /// What really is, as the new report has it.
    pub actual: Option<String>,
    /// The verdict before; none if it was not claimed.
    pub before: Option<Verdict>,
    /// The verdict now; none if it is not claimed any more.
    pub after: Option<Verdict>,
    /// Whether it is known now, so that it does not fail a check.
    pub known: bool,
}

/// An example by its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ExampleAt {
    /// Path of the document.
    pub document: String,
    /// Id of the example.
    pub example: String,
    /// Its first line.
    pub line: usize,
    /// The number of its claims.
    pub claims: usize,
}

/// An example that ends in another way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ExampleChange {
    /// The example.
    pub at: ExampleAt,
    /// How it ended before.
    pub before: Status,
    /// How it ends now.
    pub after: Status,
    /// The exception or reason that goes with it.
    pub detail: Option<String>,
}

/// An example that takes longer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Slower {
    /// The example.
    pub at: ExampleAt,
    /// Milliseconds before.
    pub before_ms: f64,
    /// Milliseconds now.
    pub after_ms: f64,
}

impl Diff {
    /// What changed from an old report to a new one.
    pub fn of(old: &Report, new: &Report) -> Diff {
        let matched = matching::examples(old, new);
        let mut diff = Diff { schema: SCHEMA.to_owned(), remarks: remarks(old, new), ..Diff::default() };
        for pair in &matched {
            match pair {
                Pair { old: Some(old), new: Some(new) } => diff.compare(*old, *new),
                Pair { old: None, new: Some(new) } => diff.take_appeared(*new),
                Pair { old: Some(old), new: None } => diff.vanished.push(ExampleAt::of(*old)),
                Pair { old: None, new: None } => {}
            }
        }
        diff
    }

    /// Whether there is a refutation that was not there before.
    pub fn fails(&self) -> bool {
        !self.new_refutations.is_empty()
    }

    fn take_appeared(&mut self, new: Found) {
        self.appeared.push(ExampleAt::of(new));
        let refuted = new.1.claims.iter().filter(|claim| claim.fails());
        self.new_refutations.extend(refuted.map(|claim| ClaimChange::of(new, None, Some(claim), claim)));
    }

    fn compare(&mut self, old: Found, new: Found) {
        for (before, after) in matching::claims(old.1, new.1) {
            let (was, is) = (before.is_some_and(Claim::fails), after.is_some_and(Claim::fails));
            let Some(shown) = after.or(before) else { continue };
            let at = if after.is_some() { new } else { old };
            let change = || ClaimChange::of(at, before, after, shown);
            let verdict = |claim: Option<&Claim>| claim.map(|claim| claim.verdict);
            match (was, is) {
                (false, true) => self.new_refutations.push(change()),
                (true, false) => self.fixed.push(change()),
                _ if verdict(before) == Some(Verdict::Confirmed)
                    && verdict(after) == Some(Verdict::Undecided) =>
                {
                    self.undecided.push(change());
                }
                _ => {}
            }
        }
        let (before, after) = (old.1.status, new.1.status);
        let change = || ExampleChange { at: ExampleAt::of(new), before, after, detail: detail(new.1) };
        match (before == Status::Ran, after == Status::Ran) {
            (true, false) => self.stopped.push(change()),
            (false, true) => self.run_again.push(change()),
            _ => {}
        }
        if let (Some(before_ms), Some(after_ms)) = (old.1.duration_ms, new.1.duration_ms)
            && before == after
            && after_ms >= before_ms + SLOWER_BY_MS
            && after_ms >= before_ms * SLOWER_TIMES
        {
            self.slower.push(Slower { at: ExampleAt::of(new), before_ms, after_ms });
        }
    }
}

/// An example with the path of its document.
type Found<'a> = (&'a str, &'a Example);

fn detail(example: &Example) -> Option<String> {
    let raised = example.exception.as_ref().map(|raised| format!("{}: {}", raised.type_name, raised.message));
    raised.or_else(|| example.detail.clone()).or_else(|| example.reason.clone())
}

impl ExampleAt {
    fn of((document, example): Found) -> ExampleAt {
        ExampleAt {
            document: document.to_owned(),
            example: example.id.clone(),
            line: example.start_line,
            claims: example.claims.len(),
        }
    }
}

impl ClaimChange {
    fn of(at: Found, before: Option<&Claim>, after: Option<&Claim>, shown: &Claim) -> ClaimChange {
        ClaimChange {
            at: ExampleAt::of(at),
            line: shown.line,
            subject: shown.subject.clone(),
            claimed: shown.claimed.clone(),
            actual: after.and_then(|claim| claim.actual.clone()),
            before: before.map(|claim| claim.verdict),
            after: after.map(|claim| claim.verdict),
            known: after.is_some_and(|claim| claim.known),
        }
    }
}

/// What a reader should know before trusting the difference.
fn remarks(old: &Report, new: &Report) -> Vec<String> {
    let versions =
        |report: &Report| report.interpreters.iter().map(|one| one.id.clone()).collect::<Vec<_>>().join(", ");
    let mut remarks = Vec::new();
    if versions(old) != versions(new) {
        remarks.push(format!(
            "the old report was made with {}, the new one with {}",
            versions(old),
            versions(new)
        ));
    }
    for (name, report) in [("old", old), ("new", new)] {
        if !report.left_out.is_nothing() {
            remarks.push(format!("the {name} report is not about all examples of its documents"));
        }
    }
    remarks
}

#[cfg(test)]
mod tests;
