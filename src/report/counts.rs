//! The numbers of a report.

use serde::{Deserialize, Serialize};

use crate::verdict::{DocumentOutcome, Judged, Outcome, Status, Verdict};

/// How many examples and claims there are, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Counts {
    /// Documents.
    pub documents: usize,
    /// Examples, inline ones included.
    pub examples: usize,
    /// Examples that ran to their end.
    pub ran: usize,
    /// Those of them that needed names which earlier examples bind.
    pub ran_after_others: usize,
    /// All other examples.
    pub not_run: usize,
    /// Examples that were not run now, because what they give is known from an earlier check.
    #[serde(default, skip_serializing_if = "is_none")]
    pub cached: usize,
    /// Examples about which their document claims anything.
    pub with_claims: usize,
    /// Examples about which a claim was decided: what the document's code is covered by.
    #[serde(default)]
    pub covered: usize,
    /// Claims.
    pub claims: usize,
    /// Claims that are true.
    pub confirmed: usize,
    /// Claims that are false, the known ones included.
    pub refuted: usize,
    /// False claims that are declared as known.
    pub known: usize,
    /// Claims that could not be decided.
    pub undecided: usize,
    /// Sentences that are tied to facts.
    pub sentences: usize,
    /// Sentences that are true.
    pub sentences_confirmed: usize,
    /// Sentences that are false.
    pub sentences_refuted: usize,
    /// Comments that look like claims and were not understood.
    pub not_understood: usize,
    /// Differences from the expectations; always 0 for a single document.
    pub unexpected: usize,
}

fn is_none(count: &usize) -> bool {
    *count == 0
}

impl Counts {
    /// The numbers of one document.
    pub fn of_document(found: &DocumentOutcome) -> Counts {
        let mut counts = Counts { documents: 1, ..Counts::default() };
        for example in &found.examples {
            counts.examples += 1;
            counts.ran += usize::from(example.status == Status::Ran);
            let leans = example.status == Status::Ran && !example.names_from.is_empty();
            counts.ran_after_others += usize::from(leans);
            counts.cached += usize::from(example.run.as_ref().is_some_and(|run| run.cached));
            counts.with_claims += usize::from(!example.claims.is_empty());
            let is_decided = |judged: &Judged| judged.verdict != Verdict::Undecided;
            counts.covered += usize::from(example.claims.iter().any(is_decided));
            counts.not_understood += example.not_understood.len();
            for judged in &example.claims {
                counts.claims += 1;
                counts.known += usize::from(judged.verdict == Verdict::Refuted && judged.known.is_some());
                match judged.verdict {
                    Verdict::Confirmed => counts.confirmed += 1,
                    Verdict::Refuted => counts.refuted += 1,
                    Verdict::Undecided => counts.undecided += 1,
                }
            }
        }
        counts.not_run = counts.examples - counts.ran;
        let with = |verdict| found.prose.iter().filter(|prose| prose.verdict == verdict).count();
        counts.sentences = found.prose.len();
        counts.sentences_confirmed = with(Verdict::Confirmed);
        counts.sentences_refuted = with(Verdict::Refuted);
        counts
    }

    /// The numbers of everything that was checked.
    pub fn of(outcome: &Outcome) -> Counts {
        let start = Counts { unexpected: outcome.unexpected.len(), ..Counts::default() };
        outcome.documents.iter().map(Counts::of_document).fold(start, Counts::add)
    }

    pub(super) fn add(self, other: Counts) -> Counts {
        self.combine(other, usize::saturating_add)
    }

    /// The numbers of what is left when some of it is taken away.
    pub(super) fn without(self, other: Counts) -> Counts {
        self.combine(other, usize::saturating_sub)
    }

    fn combine(self, other: Counts, with: fn(usize, usize) -> usize) -> Counts {
        Counts {
            documents: with(self.documents, other.documents),
            examples: with(self.examples, other.examples),
            ran: with(self.ran, other.ran),
            ran_after_others: with(self.ran_after_others, other.ran_after_others),
            not_run: with(self.not_run, other.not_run),
            cached: with(self.cached, other.cached),
            with_claims: with(self.with_claims, other.with_claims),
            covered: with(self.covered, other.covered),
            claims: with(self.claims, other.claims),
            confirmed: with(self.confirmed, other.confirmed),
            refuted: with(self.refuted, other.refuted),
            known: with(self.known, other.known),
            undecided: with(self.undecided, other.undecided),
            sentences: with(self.sentences, other.sentences),
            sentences_confirmed: with(self.sentences_confirmed, other.sentences_confirmed),
            sentences_refuted: with(self.sentences_refuted, other.sentences_refuted),
            not_understood: with(self.not_understood, other.not_understood),
            unexpected: with(self.unexpected, other.unexpected),
        }
    }
}
