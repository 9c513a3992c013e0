//! Checks corrected documents again. A correction stays only if its claim is confirmed there, and
//! the corrections of a document only if nothing else in it came out differently.

use super::{ClaimAt, Correction, FixedDocument, apply};
use crate::check::{self, CheckError, CheckSettings};
use crate::document::Document;
use crate::expectations::Expectations;
use crate::report::Progress;
use crate::verdict::{DocumentOutcome, ExampleOutcome, Status, Verdict};

/// A document on its way to be fixed, with what its check gave.
pub struct Planned {
    pub fixed: FixedDocument,
    pub examples: Vec<ExampleAt>,
}

/// What a check gave for an example, as far as it must stay.
pub struct ExampleAt {
    status: Status,
    claims: Vec<(ClaimAt, Verdict)>,
}

impl ExampleAt {
    pub fn of(outcome: &ExampleOutcome) -> ExampleAt {
        let claims = outcome.claims.iter().map(|judged| {
            let claim = &judged.claim;
            (ClaimAt { line: claim.line, subject: claim.subject.clone() }, judged.verdict)
        });
        ExampleAt { status: outcome.status, claims: claims.collect() }
    }
}

/// How often what is left is tried again without what failed.
const ROUNDS: usize = 4;

/// Takes back the corrections that do not prove true.
pub fn verify(
    plans: &mut [Planned],
    settings: &CheckSettings,
    expectations: &Expectations,
    progress: &Progress,
) -> Result<(), CheckError> {
    let mut open: Vec<usize> = (0..plans.len()).collect();
    for round in 0..=ROUNDS {
        open.retain(|&index| !plans[index].fixed.corrections.is_empty());
        if open.is_empty() {
            return Ok(());
        }
        if round == ROUNDS {
            break;
        }
        let corrected = open.iter().map(|&index| plans[index].document()).collect();
        let settings = CheckSettings { mends: false, ..settings.clone() };
        let outcome = check::check(corrected, &settings, expectations, progress)?;
        open.retain(|&index| {
            let path = &plans[index].fixed.document.path;
            let found = outcome.documents.iter().find(|found| found.document.path == *path);
            plans[index].take_back(found)
        });
    }
    for index in open {
        plans[index].give_up("it could not be proved with the other corrections of the document");
    }
    Ok(())
}

impl Planned {
    /// The document as it would be.
    fn document(&self) -> Document {
        let old = &self.fixed.document;
        let mut new = Document::from_text(&old.path, old.format, &self.fixed.corrected());
        new.named = true;
        new
    }

    /// Takes back the corrections that a check of the corrected document does not bear out, and says
    /// whether there were any.
    fn take_back(&mut self, found: Option<&DocumentOutcome>) -> bool {
        let after: Vec<ExampleAt> =
            found.map_or(&[][..], |found| &found.examples).iter().map(ExampleAt::of).collect();
        if after.len() != self.examples.len() {
            self.give_up("with the corrections, other examples are found in the document");
            return false;
        }
        let pairs = || self.examples.iter().zip(&after);
        let differing: Vec<&ExampleAt> = pairs()
            .filter(|(before, after)| !self.is_as_good(before, after))
            .map(|(before, _)| before)
            .collect();
        let judge = |correction: &Correction| {
            let place = (self.moved(&correction.claim), Verdict::Confirmed);
            let of_example =
                |example: &ExampleAt| example.claims.iter().any(|(at, _)| *at == correction.claim);
            if !after.iter().any(|example| example.claims.contains(&place)) {
                Some("the claim does not hold when the corrected document is checked")
            } else if differing.iter().any(|example| of_example(example)) {
                Some("with the corrections, something else in the example comes out differently")
            } else {
                None
            }
        };
        let verdicts: Vec<Option<&str>> = self.fixed.corrections.iter().map(judge).collect();
        let is_elsewhere = !differing.is_empty() && verdicts.iter().all(Option::is_none);
        if is_elsewhere {
            self.give_up("with the corrections, another example of the document comes out differently");
        }
        let corrections = std::mem::take(&mut self.fixed.corrections);
        let is_taken_back = verdicts.iter().any(Option::is_some);
        for (correction, reason) in corrections.into_iter().zip(verdicts) {
            match reason {
                Some(reason) => self.fixed.leave(&correction, reason),
                None => self.fixed.corrections.push(correction),
            }
        }
        is_taken_back
    }

    fn give_up(&mut self, reason: &str) {
        for correction in std::mem::take(&mut self.fixed.corrections) {
            self.fixed.leave(&correction, reason);
        }
    }

    fn moved(&self, claim: &ClaimAt) -> ClaimAt {
        let line = apply::moved(claim.line, &self.fixed.corrections);
        ClaimAt { line, subject: claim.subject.clone() }
    }

    /// Whether an example comes out as it did, or better: what was confirmed still is, nothing else is
    /// refuted, and it ends as it did or runs to its end.
    fn is_as_good(&self, before: &ExampleAt, after: &ExampleAt) -> bool {
        let old: Vec<(ClaimAt, Verdict)> =
            before.claims.iter().map(|(claim, verdict)| (self.moved(claim), *verdict)).collect();
        let mut confirmed = old.iter().filter(|(_, verdict)| *verdict == Verdict::Confirmed);
        let mut refuted = after.claims.iter().filter(|(_, verdict)| *verdict == Verdict::Refuted);
        (before.status == after.status || after.status == Status::Ran)
            && confirmed.all(|claim| after.claims.contains(claim))
            && refuted.all(|claim| old.contains(claim))
    }
}
