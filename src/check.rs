//! Carries the examples of many documents through run and verdict: what runs after what, which
//! examples run once more, and why.

mod case;
mod context;
mod declared;
mod diagnose;
mod facts;
mod identity;
mod marked;
mod outcome;
mod plan;
mod steady;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::document::Document;
use crate::durations::Durations;
use crate::example::marks::Machine;
use crate::expectations::{Expectations, Fact};
use crate::report::Progress;
use crate::run::{Engine, EngineSettings, Event, Limits, Plan, Run, RunError};
use crate::settings::Settings;
use crate::verdict::{self, Judged, Outcome};
use case::{Case, cases};
use diagnose::{Checked, diagnose};

pub use facts::{CheckedFact, Shown};

/// How examples are run.
#[derive(Clone, Debug)]
pub struct CheckSettings {
    /// The interpreter and its workers.
    pub engine: EngineSettings,
    /// Limits of each run.
    pub limits: Limits,
    /// Whether mends are looked for.
    pub mends: bool,
}

impl From<&Settings> for CheckSettings {
    fn from(settings: &Settings) -> Self {
        CheckSettings {
            engine: EngineSettings { jobs: settings.jobs.value, ..EngineSettings::default() },
            limits: settings.limits(),
            mends: settings.mends.value,
        }
    }
}

/// Name of the folder of a second run, of another length than that of the first.
const OTHER_FOLDER: &str = "second-run";

impl CheckSettings {
    /// The same for a second run, in which what varies by itself should show: another hash seed, and
    /// another folder.
    pub fn for_second_run(&self) -> CheckSettings {
        let engine = EngineSettings {
            hash_seed: self.engine.hash_seed + 1,
            folder_name: OTHER_FOLDER.to_owned(),
            ..self.engine.clone()
        };
        CheckSettings { engine, ..self.clone() }
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

/// Extracts, runs and judges the examples of these documents, and the sentences that the
/// expectations tie to facts.
///
/// # Errors
/// Only if no example could be run at all: the worker does not start.
pub fn check(
    mut documents: Vec<Document>,
    settings: &CheckSettings,
    expectations: &Expectations,
    progress: &Progress,
) -> Result<Outcome, RunError> {
    let (mut cases, rejections) = cases(&mut documents);
    let settings = &settings.with_packages(&cases);
    let engine = Engine::start(&settings.engine)?;
    heed_marks(&mut cases, &mut documents, &Machine::new(&engine.interpreter().version));
    declared::follow(&mut cases, &documents, expectations);
    let runs = run(&Runner { engine: &engine, settings, progress }, &mut cases);
    let mut judged: Vec<Vec<Judged>> =
        cases.iter().zip(&runs).map(|(case, run)| judge(case, run.as_ref())).collect();
    steady::settle(&cases, settings, &mut judged)?;
    identity::compare_modes(&engine, &cases, settings, &mut judged);
    let mut proved = match settings.mends {
        true => {
            let checked = Checked { documents: &documents, cases: &cases, runs: &runs, judged: &judged };
            diagnose(&engine, settings, &checked)
        }
        false => BTreeMap::new(),
    };
    let outcomes: Vec<_> = cases
        .into_iter()
        .zip(runs)
        .zip(judged)
        .enumerate()
        .map(|(index, ((case, run), judged))| {
            let document = case.document;
            let mut outcome = outcome::outcome(case, run, judged);
            if settings.mends {
                outcome::mend(&documents[document], &mut outcome, proved.remove(&index));
            }
            (document, outcome)
        })
        .collect();
    let mut outcome = outcome::assemble(&engine, documents, outcomes, rejections);
    marked::know(&mut outcome);
    facts::judge_sentences(&engine, expectations, settings.limits, &mut outcome);
    Ok(outcome)
}

/// Runs all facts with their contrasts; what comes back begins with the interpreter's version.
///
/// # Errors
/// Only if nothing could be run at all: the worker does not start.
pub fn check_facts(
    expectations: &Expectations,
    settings: &CheckSettings,
) -> Result<(String, Vec<CheckedFact>), RunError> {
    let engine = Engine::start(&settings.engine)?;
    let facts: Vec<&Fact> = expectations.facts().iter().collect();
    let shown = facts::run(&engine, &facts, settings.limits);
    let checked = facts.into_iter().zip(shown);
    let checked = checked.map(|(fact, shown)| CheckedFact { fact: fact.clone(), shown }).collect();
    Ok((engine.interpreter().version.clone(), checked))
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
