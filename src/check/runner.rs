//! Runs the cases of a check: each of them, those that miss a name once more, and, where the first
//! refutation ends the check, no more than needed to find it.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::identity::{self, Tried};
use super::{Case, CheckSettings, Common, Engines, context, example_tests, judge, plan, services, steady};
use crate::cache::CachingEngine;
use crate::document::Document;
use crate::exit::fails;
use crate::lock::lock;
use crate::report::Progress;
use crate::run::{Ending, Event, Plan, Run, RunError};
use crate::verdict::Judged;

/// Reason of what was not started because the check was stopped.
pub const NOT_RUN: &str = "not-run";

/// Whether somebody has declared a refutation, so that it is no news.
pub type IsKnown<'a> = &'a (dyn Fn(&Case, &Judged) -> bool + Sync);

/// What cases are run with.
pub struct Runner<'a> {
    pub engine: &'a CachingEngine,
    pub settings: &'a CheckSettings,
    pub progress: &'a Progress,
    pub documents: &'a [Document],
    is_known: IsKnown<'a>,
    /// Whether a refutation was seen that ends the check.
    refuted: AtomicBool,
}

impl<'a> Runner<'a> {
    /// A runner whose check ends, if it is to end at the first refutation, at one that is not known.
    pub fn new(
        engine: &'a CachingEngine,
        settings: &'a CheckSettings,
        progress: &'a Progress,
        documents: &'a [Document],
        is_known: IsKnown<'a>,
    ) -> Runner<'a> {
        Runner { engine, settings, progress, documents, is_known, refuted: AtomicBool::new(false) }
    }

    /// Runs the cases with these numbers. The others have no run, nor have those that had not
    /// started when the check was stopped.
    pub fn run(&self, cases: &[Case], which: &[usize]) -> Vec<Option<Run>> {
        self.run_with(cases, which, Vec::new()).0
    }

    /// The same with the trials that may run beside them.
    fn run_with_trials(&self, cases: &[Case], which: &[usize], tried: &mut Tried) -> Vec<Option<Run>> {
        let trials = identity::trials_beside(cases, which, self.settings);
        let (indices, plans): (Vec<usize>, Vec<Plan>) = trials.into_iter().unzip();
        let (runs, of_trials) = self.run_with(cases, which, plans.clone());
        tried.extend(indices.into_iter().zip(plans.into_iter().zip(of_trials)));
        runs
    }

    /// Runs the cases with these numbers, and other plans beside them, of which nobody is told.
    fn run_with(&self, cases: &[Case], which: &[usize], others: Vec<Plan>) -> (Vec<Option<Run>>, Vec<Run>) {
        let mut plans: Vec<Plan> =
            which.par_iter().map(|&index| plan::plan(cases, index, self.settings)).collect();
        plans.extend(others);
        let case_of = |plan: usize| which.get(plan).map(|&index| &cases[index]);
        let on_event = |event: Event<'_>| match event {
            Event::Started { plan } => {
                let Some(case) = case_of(plan) else { return };
                self.progress.started(&self.documents[case.document].path, &case.example);
            }
            Event::Finished { plan, run } => {
                let Some(case) = case_of(plan) else { return };
                self.progress.finished(&self.documents[case.document].path, &case.example, run);
                self.note(case, run);
            }
        };
        let mut runs: Vec<Option<Run>> = cases.iter().map(|_| None).collect();
        let mut done = self.engine.run_until(&plans, &on_event, &|| self.is_stopped()).into_iter();
        for (&index, run) in which.iter().zip(done.by_ref()) {
            let started = run.ending != Ending::NotRun || !self.is_stopped();
            runs[index] = started.then_some(run);
        }
        (runs, done.collect())
    }

    /// Notes whether a run shows a refutation that ends the check.
    pub fn note(&self, case: &Case, run: &Run) {
        if self.settings.fail_fast && self.fails(case, &judge(case, Some(run))) {
            self.refuted.store(true, Ordering::Relaxed);
        }
    }

    /// Whether nothing more is to be started.
    pub fn is_stopped(&self) -> bool {
        self.refuted.load(Ordering::Relaxed) || self.settings.interrupt.load(Ordering::Relaxed)
    }

    fn fails(&self, case: &Case, judged: &[Judged]) -> bool {
        judged.iter().any(|judged| fails(judged) && !(self.is_known)(case, judged))
    }
}

/// What came of running all cases.
pub struct Results {
    /// The run of each case, if it has one.
    pub runs: Vec<Option<Run>>,
    /// The verdicts on its claims.
    pub judged: Vec<Vec<Judged>>,
    pub tried: Tried,
}

/// The runs of all cases that are to be run, and the settled verdicts on their claims. A refutation
/// that turns out to vary by itself has stopped nothing: the rest is run after all.
pub fn run_all(
    runner: &Runner,
    engines: &Engines,
    common: &Common,
    cases: &mut [Case],
) -> Result<Results, RunError> {
    let durations = lock(&common.durations);
    cases.par_iter_mut().for_each(|case| case.expected_ms = durations.expected_ms(&case.example.code));
    drop(durations);
    let is_wanted = |index: &usize| cases[*index].selected && cases[*index].skipped.is_none();
    let wanted: Vec<usize> = (0..cases.len()).filter(is_wanted).collect();
    let mut pending = services::with_those_before(cases, &wanted);
    match common.is_announced {
        true => {}
        false if runner.settings.is_further => runner.progress.expect_more(pending.len()),
        false => {
            let documents: Vec<&Document> = runner.documents.iter().collect();
            runner.progress.begin(&runner.settings.interpreters(engines), &documents, pending.len());
        }
    }
    let is_stopped = common.is_stopped.load(Ordering::Relaxed);
    runner.refuted.store(is_stopped, Ordering::Relaxed);
    let mut runs: Vec<Option<Run>> = cases.iter().map(|_| None).collect();
    let mut tried = Tried::new();
    let judged = loop {
        for batch in services::batches(cases, &pending) {
            let mut done = runner.run_with_trials(cases, &batch, &mut tried);
            batch.iter().for_each(|&index| runs[index] = done[index].take());
            context::run_in_context(runner, cases, &batch, &mut runs);
        }
        example_tests::run(runner, cases, &wanted, &mut runs);
        let mut judged: Vec<Vec<Judged>> =
            cases.par_iter().zip(&runs).map(|(case, run)| judge(case, run.as_ref())).collect();
        steady::settle(runner, engines, cases, &runs, &mut judged)?;
        pending.retain(|&index| runs[index].is_none());
        let has_failed = || cases.iter().zip(&judged).any(|(case, judged)| runner.fails(case, judged));
        let is_over = is_stopped || pending.is_empty() || !runner.refuted.load(Ordering::Relaxed);
        if is_over || has_failed() {
            break judged;
        }
        runner.refuted.store(false, Ordering::Relaxed);
    };
    let ran = cases.iter().zip(&runs).filter_map(|(case, run)| Some((case, run.as_ref()?)));
    let mut durations = lock(&common.durations);
    for (case, run) in ran.filter(|(_, run)| !run.cached) {
        durations.record(&case.example.code, run.duration);
    }
    durations.save();
    Ok(Results { runs, judged, tried })
}
