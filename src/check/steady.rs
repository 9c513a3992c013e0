//! The second run of what could vary: a verdict counts only if it is steady.

use rayon::prelude::*;

use super::{Case, CheckSettings, Engines, Runner, example_tests, judge, plan, services};
use crate::report::Progress;
use crate::run::{Ending, Plan, Run, RunError};
use crate::varying::{Varying, shows_address, varying};
use crate::verdict::{self, Judged, Verdict};

/// Whatever is refuted, and whatever is confirmed by code that mentions something which varies,
/// runs a second time under another hash seed and in another folder: what then differs varies by
/// itself, and shows nothing about the claim. What is proved to give the same need not.
pub fn settle(
    runner: &Runner,
    engines: &Engines,
    cases: &mut [Case],
    runs: &[Option<Run>],
    judged: &mut [Vec<Judged>],
) -> Result<(), RunError> {
    let is_fixed = |index: usize| {
        let is_whole = runs[index].as_ref().is_some_and(|run| matches!(run.ending, Ending::Exited(_)));
        let has_address =
            |judged: &Judged| judged.actual.as_ref().is_some_and(|actual| shows_address(actual.as_bytes()));
        is_whole
            && !judged[index].iter().any(has_address)
            && plan::is_fixed(&plan::plan(cases, index, runner.settings))
    };
    let (fixed, doubtful): (Vec<usize>, Vec<usize>) = (0..cases.len())
        .into_par_iter()
        .filter(|&index| is_doubtful(&cases[index], &judged[index]))
        .partition(|&index| is_fixed(index));
    fixed.into_iter().for_each(|index| cases[index].fixed = true);
    let cases = &*cases;
    if doubtful.is_empty() {
        return Ok(());
    }
    // What was seen once is looked at again, whatever has ended the check.
    let settings = &CheckSettings { fail_fast: false, ..runner.settings.for_second_run() };
    let engine = engines.second(doubtful.len())?;
    let progress = Progress::hidden();
    let all = services::with_those_before(cases, &doubtful);
    let second = Runner::new(engine, settings, &progress, runner.documents, &|_, _| false);
    let mut again = second.run(cases, &all);
    example_tests::run(&second, cases, &doubtful, &mut again);
    for index in doubtful {
        let (Some(first), Some(second)) = (&runs[index], &again[index]) else { continue };
        compare(&mut judged[index], &judge(&cases[index], Some(second)), second);
        let prove = |first: &Run, second: &Run, plan_under: &dyn Fn(&CheckSettings) -> Plan| {
            let is_same = runner.engine.is_same(first, engine, second);
            if !first.cached || !second.cached {
                runner.engine.prove(&plan_under(runner.settings), is_same);
                engine.prove(&plan_under(settings), is_same);
            }
        };
        prove(first, second, &|settings| plan::plan(cases, index, settings));
        if let (Some(first), Some(second)) = (&first.test_run, &second.test_run) {
            prove(first, second, &|settings| plan::plan_of_tests(cases, index, settings));
        }
    }
    Ok(())
}

fn is_doubtful(case: &Case, judged: &[Judged]) -> bool {
    let has = |verdict| judged.iter().any(|judged| judged.verdict == verdict);
    let before = || case.context.iter().chain(&case.before_tests).map(|(_, source)| varying(source));
    let varies = || std::iter::once(case.varying).chain(before()).any(|way| way != Varying::Steady);
    has(Verdict::Refuted) || (has(Verdict::Confirmed) && varies())
}

/// Takes back what the second run shows in another way.
fn compare(first: &mut [Judged], second: &[Judged], run: &Run) {
    for judged in first {
        let again = second
            .iter()
            .find(|again| again.claim.line == judged.claim.line && again.claim.target == judged.claim.target);
        let steady = match (judged.verdict, again) {
            (Verdict::Undecided, _) => true,
            (Verdict::Refuted, again) => again.is_some_and(|again| {
                // A test that fails twice fails, though what it shows of it may vary.
                again.verdict == Verdict::Refuted
                    && (judged.claim.target.test.is_some()
                        || verdict::same_actual(again.actual.as_deref(), judged.actual.as_deref()))
            }),
            (Verdict::Confirmed, Some(again)) => {
                again.verdict != Verdict::Refuted
                    && again.reason.as_deref() != Some(verdict::NONDETERMINISTIC)
            }
            // A guess that came true only once is dropped, unless the run did not get there.
            (Verdict::Confirmed, None) => !matches!(run.ending, Ending::Exited(_)),
        };
        if !steady {
            judged.verdict = Verdict::Undecided;
            judged.matched = None;
            judged.reason = Some(verdict::NONDETERMINISTIC.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::Kind;
    use crate::fixture;

    #[test]
    fn a_verdict_that_does_not_come_again_is_taken_back() {
        let judged =
            |verdict, actual| fixture::judged(fixture::claim(1, Kind::Value, "x", "1"), verdict, actual);
        let ended = Run { ending: Ending::Exited(0), ..Run::default() };
        let after = |first: &Judged, second: &[Judged]| {
            let mut first = [first.clone()];
            compare(&mut first, second, &ended);
            first[0].verdict
        };
        let (yes, no) = (judged(Verdict::Confirmed, Some("1")), judged(Verdict::Refuted, Some("2")));
        let other_no = judged(Verdict::Refuted, Some("3"));
        let open = judged(Verdict::Undecided, None);
        assert_eq!(after(&yes, std::slice::from_ref(&yes)), Verdict::Confirmed);
        assert_eq!(after(&yes, std::slice::from_ref(&open)), Verdict::Confirmed);
        assert_eq!(after(&yes, std::slice::from_ref(&no)), Verdict::Undecided);
        assert_eq!(after(&yes, &[]), Verdict::Undecided);
        assert_eq!(after(&no, std::slice::from_ref(&no)), Verdict::Refuted);
        assert_eq!(after(&no, &[other_no]), Verdict::Undecided);
        assert_eq!(after(&no, &[yes]), Verdict::Undecided);
    }
}
