//! Output blocks: what an example prints as a whole.

use super::machine::NONDETERMINISTIC;
use super::{Evidence, Finding, open, trim_end};
use crate::claim::{Claim, Expected, UNFENCED_BLOCK};
use crate::verdict::compare::{self, Step};

impl Evidence<'_> {
    pub(super) fn whole_output(&self, claim: &Claim) -> Finding {
        let Expected::Text(texts) = &claim.expected else { return open("descriptive") };
        let actual = &self.run.stdout.text;
        if let Some(step) = texts.iter().find_map(|text| compare::text(text, actual)) {
            return Finding::Holds(step, trim_end(actual));
        }
        if let Some(step) = self.block_start(claim) {
            return Finding::Holds(step, trim_end(actual));
        }
        let vague_order =
            claim.hedge.is_some() || claim.remark.as_deref().is_some_and(|remark| remark.contains("order"));
        if vague_order && texts.iter().any(|text| compare::any_order(text, actual)) {
            return Finding::Holds("any-order", trim_end(actual));
        }
        if let Some(why) = self.why_unfinished().filter(|_| !self.ends_as_stored) {
            return Finding::Open(why, Some(trim_end(actual)));
        }
        if actual.trim().is_empty() && !self.run.stderr.text.trim().is_empty() {
            let step = texts.iter().find_map(|text| compare::text(text, &self.run.stderr.text));
            return step.map_or_else(
                || open("descriptive"),
                |step| Finding::Holds(step, trim_end(&self.run.stderr.text)),
            );
        }
        if self.of_machine(claim).is_some() {
            return Finding::Open(NONDETERMINISTIC.to_owned(), Some(trim_end(actual)));
        }
        Finding::Fails(trim_end(actual), None)
    }

    /// A block without fence may run on into the text below it: its first lines are the whole output.
    fn block_start(&self, claim: &Claim) -> Option<Step> {
        let count = self.run.stdout.text.trim_end().lines().count();
        let first: Vec<&str> = claim.claimed.lines().take(count).collect();
        let cut = claim.rule == UNFENCED_BLOCK && count > 0 && claim.claimed.lines().count() > count;
        compare::text(&first.join("\n"), &self.run.stdout.text).filter(|_| cut).map(|_| "block-start")
    }
}
