//! Carries the examples of many documents through run and verdict: what runs after what, which
//! examples run once more, and why.

mod case;
mod context;
mod marked;
mod mend;
mod outcome;
mod plan;
mod steady;

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::document::Document;
use crate::durations::Durations;
use crate::example::marks::Machine;
use crate::report::Progress;
use crate::run::{Engine, EngineSettings, Event, Limits, Plan, Run, RunError};
use crate::settings::Settings;
use crate::verdict::{self, Judged, Outcome};
use case::{Case, cases};

/// How examples are run.
#[derive(Clone, Debug)]
pub struct CheckSettings {
    /// The interpreter and its workers.
    pub engine: EngineSettings,
    /// Limits of each run.
    pub limits: Limits,
}

impl From<&Settings> for CheckSettings {
    fn from(settings: &Settings) -> Self {
        CheckSettings {
            engine: EngineSettings { jobs: settings.jobs.value, ..EngineSettings::default() },
            limits: settings.limits(),
        }
    }
}

impl CheckSettings {
    /// The settings with the packages whose modules the examples in docstrings belong to.
    fn with_packages(&self, cases: &[Case]) -> CheckSettings {
        let modules = cases.iter().filter_map(|case| case.example.module.as_ref());
        let packages: BTreeSet<PathBuf> = modules.filter_map(|module| module.package.clone()).collect();
        let mut settings = self.clone();
        settings.engine.packages = packages.into_iter().collect();
        settings
    }
}

/// Extracts, runs and judges the examples of these documents.
///
/// # Errors
/// Only if no example could be run at all: the worker does not start.
pub fn check(
    mut documents: Vec<Document>,
    settings: &CheckSettings,
    progress: &Progress,
) -> Result<Outcome, RunError> {
    let (mut cases, rejections) = cases(&mut documents);
    let settings = &settings.with_packages(&cases);
    let engine = Engine::start(&settings.engine)?;
    heed_marks(&mut cases, &mut documents, &Machine::new(&engine.interpreter().version));
    let runs = run(&Runner { engine: &engine, settings, progress }, &mut cases);
    let mut judged: Vec<Vec<Judged>> =
        cases.iter().zip(&runs).map(|(case, run)| judge(case, run.as_ref())).collect();
    steady::confirm_refutations(&cases, settings, &mut judged)?;
    let outcomes = cases
        .into_iter()
        .zip(runs)
        .zip(judged)
        .map(|((case, run), judged)| (case.document, outcome::outcome(case, run, judged)));
    let mut outcome = outcome::assemble(&engine, documents, outcomes.collect(), rejections);
    marked::know(&mut outcome);
    Ok(outcome)
}

/// Settles by the marks of the authors and by the sentences around inline code what is not run,
/// and what runs after what.
fn heed_marks(cases: &mut [Case], documents: &mut [Document], machine: &Machine) {
    for (document, note) in marked::skip(cases, machine) {
        documents[document].notes.push(note);
    }
    marked::connect(cases);
    context::join_sessions(cases);
    context::join_sentences(cases);
    for index in 0..cases.len() {
        context::follow(cases, index);
    }
}

/// Runs what is to be run, those that miss a name once more, and remembers how long each took.
fn run(runner: &Runner, cases: &mut [Case]) -> Vec<Option<Run>> {
    let mut durations = Durations::of_user();
    cases.iter_mut().for_each(|case| case.expected_ms = durations.expected_ms(&case.example.code));
    let all: Vec<usize> = (0..cases.len()).filter(|&index| cases[index].skipped.is_none()).collect();
    runner.progress.expect(all.len());
    let mut runs = runner.run(cases, &all);
    context::run_in_context(runner, cases, &mut runs);
    for (case, run) in cases.iter().zip(&runs).filter_map(|(case, run)| Some((case, run.as_ref()?))) {
        durations.record(&case.example.code, run.duration);
    }
    durations.save();
    runs
}

/// What cases are run with.
struct Runner<'a> {
    engine: &'a Engine,
    settings: &'a CheckSettings,
    progress: &'a Progress,
}

impl Runner<'_> {
    /// Runs the cases with these numbers. The others have no run.
    fn run(&self, cases: &[Case], which: &[usize]) -> Vec<Option<Run>> {
        let plans: Vec<Plan> = which.iter().map(|&index| plan::plan(cases, index, self.settings)).collect();
        let on_event = |event: Event| match event {
            Event::Started { plan } => self.progress.started(&cases[which[plan]].example.id),
            Event::Finished { plan } => self.progress.finished(&cases[which[plan]].example.id),
        };
        let mut runs: Vec<Option<Run>> = cases.iter().map(|_| None).collect();
        for (&index, run) in which.iter().zip(self.engine.run_all(&plans, &on_event)) {
            runs[index] = Some(run);
        }
        runs
    }
}

/// The verdicts on the claims of a case.
fn judge(case: &Case, run: Option<&Run>) -> Vec<Judged> {
    let Some(run) = run else {
        return if case.is_marked() { case.undecided() } else { Vec::new() };
    };
    let before: String = case.context.iter().flat_map(|(_, source)| [source, "\n"]).collect();
    let mut judged = verdict::judge(&case.example, &case.found.claims, run, &before);
    case.set_aside(&mut judged);
    judged
}
