//! Output blocks: what an example prints as a whole.

use super::machine::NONDETERMINISTIC;
use super::{Evidence, Finding, open, trim_end};
use crate::claim::{Claim, Expected, UNFENCED_BLOCK, is_value};
use crate::run::Seen;
use crate::verdict::compare::{self, Step};

/// Names that come with several lines of execution, whose output comes in any order.
const CONCURRENT: &[&str] = &[
    "threading",
    "Thread",
    "multiprocessing",
    "Process",
    "ThreadPoolExecutor",
    "ProcessPoolExecutor",
    "as_completed",
    "create_task",
    "gather",
];

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
        if let Some(finding) = self.last_value(claim, texts).filter(|_| actual.trim().is_empty()) {
            return finding;
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
        if self.of_machine(claim).is_some() || super::names_files(&claim.claimed) {
            return Finding::Open(NONDETERMINISTIC.to_owned(), Some(trim_end(actual)));
        }
        // Threads and processes take turns as they like.
        if texts.iter().any(|text| compare::any_order(text, actual))
            && CONCURRENT.iter().any(|name| self.uses(name))
        {
            return Finding::Open(NONDETERMINISTIC.to_owned(), Some(trim_end(actual)));
        }
        // What never prints shows the output of something else: of a call left out, of a log.
        if actual.trim().is_empty() && !self.uses("print") {
            return open("not-reached");
        }
        Finding::Fails(trim_end(actual), None)
    }

    /// What the block says of the value of the last statement, as a prompt would show it.
    fn last_value(&self, claim: &Claim, texts: &[String]) -> Option<Finding> {
        let value = self.records(claim.target.value).find_map(|record| match &record.seen {
            Seen::Value(value) if value.type_name != "NoneType" => Some(value),
            _ => None,
        })?;
        let step = texts.iter().find_map(|text| compare::value(text, value));
        Some(match step {
            Some(step) => Finding::Holds(step, value.repr.clone()),
            None if self.of_machine(claim).is_some() => open(NONDETERMINISTIC),
            None if !texts.iter().any(|text| is_value(text).is_some()) => return None,
            None => Finding::Fails(value.repr.clone(), None),
        })
    }

    /// A block without fence may run on into the text below it: its first lines are the whole output.
    fn block_start(&self, claim: &Claim) -> Option<Step> {
        let count = self.run.stdout.text.trim_end().lines().count();
        let first: Vec<&str> = claim.claimed.lines().take(count).collect();
        let cut = claim.rule == UNFENCED_BLOCK && count > 0 && claim.claimed.lines().count() > count;
        compare::text(&first.join("\n"), &self.run.stdout.text).filter(|_| cut).map(|_| "block-start")
    }
}
