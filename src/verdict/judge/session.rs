//! Sessions with prompts: each input is judged by what it gave.

use super::doctest;
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

    fn printed_traceback(&self, claim: &Claim, output: &str) -> Option<compare::Step> {
        let lenient = || doctest::output(&claim.claimed, output, &self.flags(claim));
        compare::text(&claim.claimed, output).or_else(lenient)
    }

    /// What the author asks of doctest for the input of a claim.
    fn flags(&self, claim: &Claim) -> doctest::Flags {
        let lines = self.code.lines().skip(claim.target.first.saturating_sub(1));
        doctest::Flags::of(lines.take(claim.target.last + 1 - claim.target.first.max(1)))
    }

    fn input(&self, claim: &Claim, input: usize) -> Finding {
        let Some(result) = self.run.inputs.get(input) else {
            return Finding::Open(self.why_unfinished().unwrap_or_else(|| "not-reached".to_owned()), None);
        };
        match (&claim.expected, &result.raised) {
            (Expected::Exception { name, message }, Some(raised)) => {
                self.compare_exception(claim, name.as_deref(), message.as_deref(), raised, false)
            }
            // The input may print the traceback that is shown (`traceback.print_exc`).
            (Expected::Exception { .. }, None) => match self.printed_traceback(claim, &result.output) {
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
                let lenient = |text: &&str| doctest::output(text, actual, &self.flags(claim));
                let step = |text: &&str| compare::text(text, actual).or_else(|| lenient(text));
                match texts.iter().find_map(step) {
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
