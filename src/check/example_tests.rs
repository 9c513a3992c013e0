//! The tests of examples, each in a run of its own after all examples have run: so nothing that a test does
//! can be seen in the example that defines it.

use super::{Case, Runner, context, plan};
use crate::run::{Ending, Plan, Run};
use crate::verdict::Judged;

/// Finds what the tests of each case run after.
pub fn connect(cases: &mut [Case]) {
    for index in 0..cases.len() {
        if !cases[index].tests.is_empty() {
            cases[index].before_tests = context::of_tests(cases, index);
        }
    }
}

/// Runs the tests of those of some cases that came to an end, where they have not run, and puts their runs
/// into those of the cases. What was not started because the check is stopped has none.
pub fn run(runner: &Runner, cases: &[Case], among: &[usize], runs: &mut [Option<Run>]) {
    let is_ready = |run: &Run| matches!(run.ending, Ending::Exited(_)) && run.test_run.is_none();
    let is_tested =
        |&index: &usize| !cases[index].tests.is_empty() && runs[index].as_ref().is_some_and(is_ready);
    let tested: Vec<usize> = among.iter().copied().filter(is_tested).collect();
    let plans: Vec<Plan> =
        tested.iter().map(|&index| plan::plan_of_tests(cases, index, runner.settings)).collect();
    let done = runner.engine.run_until(&plans, &|_| {}, &|| runner.is_stopped());
    for (index, of_tests) in tested.into_iter().zip(done) {
        if let Some(run) = runs[index].as_mut().filter(|_| of_tests.ending != Ending::NotRun) {
            run.test_run = Some(Box::new(of_tests));
            runner.note(&cases[index], run);
        }
    }
}

/// Says of the tests of a case where they have names from, if the case itself did without them.
pub fn note_names(case: &Case, judged: &mut [Judged]) {
    let is_new = |(id, _): &&(String, String)| case.context.iter().all(|(known, _)| known != id);
    let ids: Vec<String> = case.before_tests.iter().filter(is_new).map(|(id, _)| format!("`{id}`")).collect();
    if ids.is_empty() {
        return;
    }
    let note = format!("run after {}", ids.join(", "));
    for judged in judged.iter_mut().filter(|judged| judged.claim.target.test.is_some()) {
        judged.note = Some(match judged.note.take() {
            Some(other) => format!("{other}; {note}"),
            None => note.clone(),
        });
    }
}
