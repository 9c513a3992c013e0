//! FIX: puts the true values of refuted claims into their documents.
//!
//! What [`mend::propose`] is certain of is written into the text, and the text is checked again: a
//! change stays only if its claim is then confirmed and nothing else of the document came out
//! differently. Whatever is left as it is has its reason.

mod apply;
mod verify;
mod write;

use crate::check::{CheckError, CheckSettings};
use crate::document::Document;
use crate::expectations::Expectations;
use crate::mend::{self, TRUE_VALUE};
use crate::report::Progress;
use crate::verdict::{Change, DocumentOutcome, Outcome, Verdict};

pub use write::FixError;

/// What is fixed.
#[derive(Clone, Copy, Debug, Default)]
pub struct FixSettings {
    /// Also claims that are declared as false on purpose.
    pub known: bool,
}

/// What was found to fix in all documents.
#[derive(Debug)]
pub struct Fixed {
    /// The documents in the order of their paths.
    pub documents: Vec<FixedDocument>,
    /// How many examples there are.
    pub examples: usize,
}

/// A document with what is to be changed in it.
#[derive(Debug)]
pub struct FixedDocument {
    /// The document as it was read.
    pub document: Document,
    /// The claims to put right, in the order of their lines.
    pub corrections: Vec<Correction>,
    /// The refuted claims that are left as they are.
    pub left: Vec<Left>,
    /// How many refuted claims are left because they are known to be false.
    pub known: usize,
}

/// A claim to put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The claim.
    pub claim: ClaimAt,
    /// What is claimed.
    pub claimed: String,
    /// What is really so.
    pub actual: String,
    /// The lines to change.
    pub change: Change,
}

/// By what a claim of a document is found again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClaimAt {
    /// Document line.
    pub line: usize,
    /// The code it speaks of.
    pub subject: String,
}

/// A refuted claim that is left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Document line.
    pub line: usize,
    /// What is claimed.
    pub claimed: String,
    /// Why it is left.
    pub reason: String,
}

impl FixedDocument {
    /// The text with all corrections, every line ending with `\n` alone.
    pub fn corrected(&self) -> String {
        apply::corrected(&self.document, &self.corrections)
    }

    fn leave(&mut self, correction: &Correction, reason: &str) {
        let Correction { claim, claimed, .. } = correction;
        self.left.push(Left { line: claim.line, claimed: claimed.clone(), reason: reason.to_owned() });
        self.left.sort_by_key(|left| left.line);
    }
}

/// Finds what to correct in the documents of an outcome and proves it.
///
/// # Errors
/// If the interpreter does not start.
pub fn fix(
    outcome: Outcome,
    fix: FixSettings,
    settings: &CheckSettings,
    expectations: &Expectations,
    progress: &Progress,
) -> Result<Fixed, CheckError> {
    let mut plans: Vec<verify::Planned> =
        outcome.documents.into_iter().map(|found| planned(found, fix)).collect();
    verify::verify(&mut plans, settings, expectations, progress)?;
    Ok(Fixed {
        examples: plans.iter().map(|plan| plan.examples.len()).sum(),
        documents: plans.into_iter().map(|plan| plan.fixed).collect(),
    })
}

/// What a document's refuted claims would become.
fn planned(found: DocumentOutcome, fix: FixSettings) -> verify::Planned {
    let mut corrections: Vec<Correction> = Vec::new();
    let (mut left, mut known) = (Vec::new(), 0);
    for example in &found.examples {
        for judged in example.claims.iter().filter(|judged| judged.verdict == Verdict::Refuted) {
            if judged.known.is_some() && !fix.known {
                known += 1;
                continue;
            }
            let claimed = judged.claim.claimed.clone();
            let line = judged.claim.line;
            // What lets the code run as it was meant would make another value true.
            let is_code_wrong = judged.mend.as_ref().is_some_and(|mend| mend.rule != TRUE_VALUE);
            let proposed = match is_code_wrong {
                true => Err("the code looks damaged; `truedoc check` shows how it can be mended"),
                false => mend::propose(&found.document, example, judged),
            };
            match proposed {
                Ok(mend) => corrections.extend(mend.changes.into_iter().map(|change| Correction {
                    claim: ClaimAt { line, subject: judged.claim.subject.clone() },
                    claimed: claimed.clone(),
                    actual: judged.actual.clone().unwrap_or_default(),
                    change,
                })),
                Err(reason) => left.push(Left { line, claimed, reason: reason.to_owned() }),
            }
        }
    }
    let examples = found.examples.iter().map(verify::ExampleAt::of).collect();
    let fixed = FixedDocument { document: found.document, corrections: Vec::new(), left, known };
    let mut planned = verify::Planned { fixed, examples };
    apply::keep_apart(&mut planned.fixed, corrections);
    planned
}
