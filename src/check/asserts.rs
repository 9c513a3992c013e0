//! What an `assert` found with which an example ended: asked for in another run, so that nothing of that can
//! be seen in its own.

use super::{Case, Runner, plan};
use crate::run::{Plan, Raised, Run};

/// Runs the cases once more that ended with an assertion that says nothing itself, and notes what it found.
pub fn explain(runner: &Runner, cases: &[Case], runs: &mut [Option<Run>]) {
    let raised = |run: &Option<Run>| run.as_ref()?.exception.clone().filter(is_silent);
    // A service remembers what an example did to it, and what is typed at a prompt is not rewritten.
    let may_run_again = |case: &Case| case.given.services.is_none() && case.example.session.is_none();
    let failed: Vec<(usize, Raised)> = (0..cases.len())
        .filter(|&index| may_run_again(&cases[index]))
        .filter_map(|index| Some((index, raised(&runs[index])?)))
        .collect();
    let plan = |index| {
        let plan = plan::plan(cases, index, runner.settings);
        Plan { explains: true, traceless: None, ..plan }
    };
    let plans: Vec<Plan> = failed.iter().map(|(index, _)| plan(*index)).collect();
    let again = runner.engine.run_until(&plans, &|_| {}, &|| runner.is_stopped());
    for ((index, first), again) in failed.into_iter().zip(again) {
        let Some(raised) = again.exception.filter(|raised| raised.line == first.line && is_silent(raised))
        else {
            continue;
        };
        if let Some(exception) = runs[index].as_mut().and_then(|run| run.exception.as_mut()) {
            exception.explained = raised.explained;
        }
    }
}

fn is_silent(raised: &Raised) -> bool {
    raised.type_name == "AssertionError" && raised.message.is_empty()
}
