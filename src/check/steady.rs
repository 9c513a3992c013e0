//! The second run of what is refuted: a refutation counts only if it is steady.

use super::{Case, CheckSettings, Runner, judge};
use crate::report::Progress;
use crate::run::{Engine, EngineSettings, RunError};
use crate::verdict::{self, Judged, Verdict};

/// Whatever is refuted runs a second time under another hash seed: what then differs varies by
/// itself, and shows nothing about the claim.
pub fn confirm_refutations(
    cases: &[Case],
    settings: &CheckSettings,
    judged: &mut [Vec<Judged>],
) -> Result<(), RunError> {
    let is_doubtful = |&index: &usize| judged[index].iter().any(is_refuted);
    let doubtful: Vec<usize> = (0..cases.len()).filter(is_doubtful).collect();
    if doubtful.is_empty() {
        return Ok(());
    }
    let engine = Engine::start(&EngineSettings {
        hash_seed: settings.engine.hash_seed + 1,
        ..settings.engine.clone()
    })?;
    let progress = Progress::hidden();
    let runs = Runner { engine: &engine, settings, progress: &progress }.run(cases, &doubtful);
    for index in doubtful {
        let Some(run) = &runs[index] else { continue };
        compare(&mut judged[index], &judge(&cases[index], Some(run)));
    }
    Ok(())
}

fn is_refuted(judged: &Judged) -> bool {
    judged.verdict == Verdict::Refuted
}

/// Takes back what the second run does not refute in the same way.
fn compare(first: &mut [Judged], second: &[Judged]) {
    for judged in first.iter_mut().filter(|judged| is_refuted(judged)) {
        let same = second.iter().any(|again| {
            again.claim.line == judged.claim.line
                && again.claim.subject == judged.claim.subject
                && again.verdict == judged.verdict
                && verdict::same_actual(again.actual.as_deref(), judged.actual.as_deref())
        });
        if !same {
            judged.verdict = Verdict::Undecided;
            judged.reason = Some(verdict::NONDETERMINISTIC.to_owned());
        }
    }
}
