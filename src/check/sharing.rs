//! Several checks that share the documents: what is left to one of them.

use super::{Case, CheckSettings};
use crate::document::Document;
use crate::durations::Durations;
use crate::example::Rejection;
use crate::shard::{Cut, Part, Shard};

/// Milliseconds that an example takes of which nothing is known.
const USUAL: u64 = 5;

/// Which part a check is, and by what the documents are cut.
pub struct Sharing {
    pub shard: Shard,
    /// The durations that were known before anything ran.
    pub durations: Durations,
}

impl Sharing {
    /// Leaves the documents of the own part, with their cases and what was not taken of them.
    pub fn leave_own(
        &self,
        settings: &CheckSettings,
        documents: &mut Vec<Document>,
        cases: &mut Vec<Case>,
        rejections: &mut Vec<Vec<Rejection>>,
    ) -> Part {
        let mut weights = vec![0; documents.len()];
        for case in cases.iter() {
            weights[case.document] += self.durations.expected_ms(&case.example.code).max(USUAL);
        }
        let cut = Cut::new(documents, &weights, self.shard.of);
        let is_own: Vec<bool> = (0..documents.len()).map(|at| cut.has(self.shard, at)).collect();
        let numbers: Vec<usize> = is_own
            .iter()
            .scan(0, |next, &own| {
                let number = *next;
                *next += usize::from(own);
                Some(number)
            })
            .collect();
        cases.retain(|case| is_own[case.document]);
        cases.iter_mut().for_each(|case| case.document = numbers[case.document]);
        retain(documents, &is_own);
        retain(rejections, &is_own);
        cut.part(self.shard, &described(settings))
    }
}

fn retain<T>(all: &mut Vec<T>, is_kept: &[bool]) {
    let mut kept = is_kept.iter();
    all.retain(|_| *kept.next().unwrap_or(&false));
}

/// The settings on which verdicts depend. The pythons are in the report themselves.
fn described(settings: &CheckSettings) -> String {
    let CheckSettings { limits, mends, only, fail_fast, .. } = settings;
    format!("{limits:?} {mends} {only} {fail_fast} {}", settings.engine.strict)
}
