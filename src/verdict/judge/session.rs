//! Sessions with prompts: each input is judged by what it gave.

use super::machine::NONDETERMINISTIC;
use super::{AFTER_EXCEPTION, Evidence, Finding, no_exception, open, trim_end};
use crate::claim::{Claim, Expected};
use crate::verdict::compare;

impl Evidence<'_> {
    pub(super) fn session(&self, claim: &Claim, input: usize) -> Finding {
        let finding = self.input(claim, input);
        match (finding, self.causes.get(input).copied().flatten()) {
            // It fails only because an earlier input did.
            (Finding::Fails(actual, _), Some(cause)) => {
                let reason = self.need(cause).map_or(AFTER_EXCEPTION, |need| need.reason);
                Finding::Open(reason.to_owned(), Some(actual))
            }
            (Finding::Fails(actual, remark), None) => match self.of_machine(claim) {
                Some(of_machine) => {
                    let actual = format!("{actual} ({of_machine} is of this machine)");
                    Finding::Open(NONDETERMINISTIC.to_owned(), Some(actual))
                }
                None => Finding::Fails(actual, remark),
            },
            (finding, _) => finding,
        }
    }

    fn input(&self, claim: &Claim, input: usize) -> Finding {
        let Some(result) = self.run.inputs.get(input) else {
            return Finding::Open(self.why_unfinished().unwrap_or_else(|| "not-reached".to_owned()), None);
        };
        match (&claim.expected, &result.raised) {
            (Expected::Exception { name, message }, Some(raised)) => {
                self.compare_exception(claim, name.as_deref(), message.as_deref(), raised, false)
            }
            // A name that is shown as output may be the output (`>>> name` with `KeyError` below).
            (Expected::Exception { .. }, None) => match compare::text(&claim.claimed, &result.output) {
                Some(step) => Finding::Holds(step, trim_end(&result.output)),
                None => Finding::Fails(no_exception(&result.output), None),
            },
            (Expected::Works, None) => Finding::Holds("ended", no_exception(&result.output)),
            (_, Some(raised)) => self.raised_instead(claim, raised, false),
            (expected, None) => {
                let texts: Vec<&str> = match expected {
                    Expected::Text(texts) => texts.iter().map(String::as_str).collect(),
                    _ => vec![&claim.claimed],
                };
                let actual = &result.output;
                match texts.iter().find_map(|text| compare::text(text, actual)) {
                    Some(step) => Finding::Holds(step, trim_end(actual)),
                    None if actual.is_empty() && is_comment(&claim.claimed) => open("descriptive"),
                    None if actual.is_empty() => Finding::Fails("nothing is printed".to_owned(), None),
                    None => Finding::Fails(trim_end(actual), None),
                }
            }
        }
    }
}

/// Whether a text below a prompt is a comment that lacks its prompt.
fn is_comment(text: &str) -> bool {
    text.lines().all(|line| line.trim_start().starts_with('#'))
}
