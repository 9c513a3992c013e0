//! The exit status: one place that says what fails a check.

use crate::verdict::{ExampleOutcome, Judged, Outcome, Prose, Unexpected, Verdict};

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All well.
    Well = 0,
    /// Something is refuted, or differs from the expectations.
    Failed = 1,
    /// Wrong usage, settings or input.
    Usage = 2,
    /// Nothing was found to check.
    Nothing = 3,
    /// Trouble of truedoc's own.
    Trouble = 4,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        std::process::ExitCode::from(exit as u8)
    }
}

/// What fails a check.
#[derive(Debug)]
pub struct Failures<'a> {
    /// Refuted claims that no expectation declares as known: path of the document, and the claim.
    pub refuted: Vec<(&'a str, &'a Judged)>,
    /// Differences from the expectations.
    pub unexpected: &'a [Unexpected],
}

impl Failures<'_> {
    /// Whether nothing fails.
    pub fn is_empty(&self) -> bool {
        self.refuted.is_empty() && self.unexpected.is_empty()
    }
}

/// The policy: a check fails for each refuted claim that is not declared as known, and for each
/// difference from the expectations in either direction. How an example ended does not fail it:
/// documents are full of fragments that need names, packages or services that are not there, and of
/// code that shows an error. An example that must run is declared so in `expectations/`, and then
/// counts as a difference if it does not.
pub fn failures(outcome: &Outcome) -> Failures<'_> {
    let refuted = outcome
        .documents
        .iter()
        .flat_map(|found| found.examples.iter().map(|example| (found.document.path.as_str(), example)))
        .flat_map(|(path, example)| example.claims.iter().map(move |claim| (path, claim)))
        .filter(|(_, claim)| fails(claim))
        .collect();
    Failures { refuted, unexpected: &outcome.unexpected }
}

/// Whether a claim fails the check.
pub fn fails(claim: &Judged) -> bool {
    claim.verdict == Verdict::Refuted && claim.known.is_none()
}

/// Examples of an outcome, in order.
pub fn examples(outcome: &Outcome) -> impl Iterator<Item = &ExampleOutcome> {
    outcome.documents.iter().flat_map(|found| &found.examples)
}

/// The sentences of an outcome that are tied to facts, in order.
pub fn sentences(outcome: &Outcome) -> impl Iterator<Item = &Prose> {
    outcome.documents.iter().flat_map(|found| &found.prose)
}

impl Outcome {
    /// Whether the check fails; see [`failures`].
    pub fn failed(&self) -> bool {
        !failures(self).is_empty() || self.course.failures_hidden > 0
    }

    /// Whether it is about a part of a check, for which there may be nothing to do.
    fn is_part(&self) -> bool {
        self.course.part.is_some()
    }

    /// The exit status of the check.
    pub fn exit(&self) -> Exit {
        if self.failed() {
            Exit::Failed
        } else if examples(self).next().is_none() && sentences(self).next().is_none() && !self.is_part() {
            Exit::Nothing
        } else {
            Exit::Well
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn only_unknown_refutations_fail() {
        let mut outcome = fixture::outcome();
        assert_eq!(failures(&outcome).refuted.len(), 4);
        assert_eq!(outcome.exit(), Exit::Failed);
        let claims = outcome.documents.iter_mut().flat_map(|found| &mut found.examples);
        claims
            .flat_map(|example| &mut example.claims)
            .for_each(|judged| judged.known = Some("meant".to_owned()));
        assert_eq!(outcome.exit(), Exit::Well, "an example that raised or timed out does not fail by itself");
    }

    #[test]
    fn nothing_to_check_has_its_own_status() {
        let mut outcome = fixture::outcome();
        outcome.documents.iter_mut().for_each(|found| found.examples.clear());
        assert_eq!(outcome.exit(), Exit::Well, "sentences are left");
        outcome.documents.iter_mut().for_each(|found| found.prose.clear());
        assert_eq!(outcome.exit(), Exit::Nothing);
        let message = "the example is gone".to_owned();
        outcome.unexpected.push(Unexpected { file: "a.yaml".to_owned(), line: 1, message, document: None });
        assert_eq!(outcome.exit(), Exit::Failed);
    }
}
