//! Carries the examples of many documents through run and verdict: what runs after what, which
//! examples run once more, and why.

mod case;
mod context;
mod declared;
mod diagnose;
mod facts;
mod identity;
mod marked;
mod missing;
mod outcome;
mod plan;
mod runner;
mod services;
mod sharing;
mod steady;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::baseline::Baseline;
use crate::cache::{Cache, CachingEngine};
use crate::document::Document;
use crate::durations::Durations;
use crate::example::Example;
use crate::example::marks::Machine;
use crate::expectations::{Expectations, Fact};
use crate::interpreters::Python;
use crate::packages::OwnModules;
use crate::report::Progress;
use crate::run::{EngineSettings, Limits, Run, RunError};
use crate::select::{LastFailed, Selection, SelectionError};
use crate::settings::{Isolate, SandboxMode, Settings};
use crate::shard::Shard;
use crate::user_cache;
use crate::verdict::{self, Course, Judged, Outcome};
use case::{Case, cases};
use diagnose::{Checked, diagnose};
use runner::{Results, Runner, run_all};
use sharing::Sharing;

pub use facts::{CheckedFact, Shown};

/// Why a check cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// No example could be run at all: the worker does not start.
    #[error(transparent)]
    Run(#[from] RunError),
    /// What was selected is not there.
    #[error(transparent)]
    Selection(#[from] SelectionError),
}

/// How examples are run.
#[derive(Clone, Debug)]
pub struct CheckSettings {
    /// The interpreter and its workers.
    pub engine: EngineSettings,
    /// Further pythons under which everything is run as well.
    pub other_pythons: Vec<Python>,
    /// Whether this is the same check once more, under one of these.
    pub is_further: bool,
    /// Which examples have a process of their own.
    pub isolate: Isolate,
    /// Limits of each run.
    pub limits: Limits,
    /// Whether mends are looked for.
    pub mends: bool,
    /// What is run and shown.
    pub only: Selection,
    /// Whether only what failed last time is run, if anything did.
    pub last_failed: bool,
    /// The folder for which it is remembered what failed; none to remember nothing.
    pub remember: Option<PathBuf>,
    /// Where results are kept, and taken from where nothing has changed; none to run everything.
    pub cache: Option<Arc<Cache>>,
    /// What its reader should know before anything is run.
    pub remarks: Vec<String>,
    /// What is put up with for now.
    pub baseline: Option<Arc<Baseline>>,
    /// Whether no example starts after the first refutation that nobody knows of.
    pub fail_fast: bool,
    /// The part of the documents that it is about; none if it is about all of them.
    pub shard: Option<Shard>,
    /// Set from outside, it lets no further example start.
    pub interrupt: Arc<AtomicBool>,
}

impl Default for CheckSettings {
    /// What `truedoc check` does without any settings, and remembers nothing.
    fn default() -> Self {
        CheckSettings {
            engine: EngineSettings::default(),
            other_pythons: Vec::new(),
            is_further: false,
            isolate: Isolate::default(),
            limits: Limits::default(),
            mends: true,
            only: Selection::default(),
            last_failed: false,
            remember: None,
            cache: None,
            remarks: Vec::new(),
            baseline: None,
            fail_fast: false,
            shard: None,
            interrupt: Arc::default(),
        }
    }
}

impl From<&Settings> for CheckSettings {
    fn from(settings: &Settings) -> Self {
        CheckSettings {
            engine: EngineSettings {
                jobs: settings.jobs.value,
                strict: settings.sandbox.value == SandboxMode::Strict,
                imports: user_cache::folder().map(|folder| folder.join("imports.json")),
                ..EngineSettings::default()
            },
            other_pythons: Vec::new(),
            is_further: false,
            isolate: settings.isolate.value,
            limits: settings.limits(),
            mends: settings.mends.value,
            only: settings.only.value.clone(),
            last_failed: settings.last_failed,
            remember: None,
            cache: settings.cache.value.then(Cache::of_user).flatten().map(Arc::new),
            remarks: Vec::new(),
            baseline: None,
            fail_fast: settings.fail_fast.value,
            shard: settings.shard,
            interrupt: Arc::clone(&settings.interrupt),
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

    /// The settings with which each of the pythons runs. What mends an example, or is the true value of
    /// a claim, is looked for under the first one only.
    fn for_each_python(&self) -> impl Iterator<Item = CheckSettings> + '_ {
        let others = self.other_pythons.iter().map(|python| {
            let engine = EngineSettings { python: Some(python.executable.clone()), ..self.engine.clone() };
            CheckSettings { engine, is_further: true, mends: false, ..self.clone() }
        });
        std::iter::once(self.clone()).chain(others)
    }

    /// The selection among these examples, each with the number of its document: what was typed, or
    /// what failed last time.
    fn selection(
        &self,
        documents: &[Document],
        examples: &[(usize, &Example)],
        course: &mut Course,
    ) -> Selection {
        let (true, Some(root)) = (self.last_failed, &self.remember) else { return self.only.clone() };
        let failed = LastFailed::of(root).among(documents, examples);
        if failed.is_empty() {
            course.remarks.push("nothing of this failed last time, so all of it is checked".to_owned());
            return self.only.clone();
        }
        self.only.clone().exactly(failed)
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
/// expectations tie to facts; then holds all of it against the expectations.
///
/// # Errors
/// If no example could be run at all, because the worker does not start; or if nothing is there of
/// what was selected.
pub fn check(
    documents: Vec<Document>,
    settings: &CheckSettings,
    expectations: &Expectations,
    progress: &Progress,
) -> Result<Outcome, CheckError> {
    let mut outcomes = Vec::new();
    let mut selection = Selection::default();
    let sharing = settings.shard.map(|shard| Sharing { shard, durations: Durations::of_user() });
    for settings in settings.for_each_python() {
        let (outcome, selected) =
            run_under(documents.clone(), &settings, expectations, sharing.as_ref(), progress)?;
        let is_stopped = outcome.course.not_started > 0;
        selection = selected;
        outcomes.push(outcome);
        if is_stopped {
            break;
        }
    }
    save(settings);
    let Some(mut outcome) = verdict::merge(outcomes) else { unreachable!("there is a first python") };
    outcome.course.remarks.splice(..0, settings.remarks.iter().cloned());
    expectations.apply(&mut outcome);
    if let Some(baseline) = &settings.baseline {
        let is_whole = selection.runs_everything() && outcome.course.not_started == 0;
        baseline.apply(&mut outcome, is_whole);
    }
    outcome.put_in_order();
    remember(settings, &selection, &mut outcome);
    selection.narrow(&mut outcome);
    Ok(outcome)
}

/// Keeps what is new for the next check.
fn save(settings: &CheckSettings) {
    settings.cache.iter().for_each(|cache| cache.save());
}

/// Extracts, runs and judges under one python; gives also what was selected.
fn run_under(
    mut documents: Vec<Document>,
    settings: &CheckSettings,
    expectations: &Expectations,
    sharing: Option<&Sharing>,
    progress: &Progress,
) -> Result<(Outcome, Selection), CheckError> {
    let (mut cases, mut rejections) = cases(&mut documents);
    let mut course = Course::default();
    let selection = select(&mut cases, &documents, settings, &mut course)?;
    let settings = &settings.with_packages(&cases);
    if let Some(sharing) = sharing {
        course.part = Some(sharing.leave_own(settings, &mut documents, &mut cases, &mut rejections));
    }
    let engine = CachingEngine::start(&settings.engine, settings.cache.as_ref())?;
    heed_marks(&mut cases, &mut documents, &Machine::new(&engine.interpreter().version));
    declared::follow(&mut cases, &documents, expectations);
    let is_known = |case: &Case, judged: &Judged| {
        expectations.declares_false(&documents[case.document], &judged.claim)
            || marked::is_known(&case.example, &judged.claim)
            || settings
                .baseline
                .as_ref()
                .is_some_and(|baseline| baseline.knows(&documents[case.document].path, &judged.claim))
    };
    let (runs, mut judged) =
        run_all(&Runner::new(&engine, settings, progress, &is_known), &mut cases, &documents)?;
    course.not_started = not_started(&cases, &runs).count();
    services::note(&cases, &runs, &mut documents);
    identity::compare_modes(&engine, &cases, settings, &mut judged);
    let mut outcome = assemble(&engine, settings, documents, rejections, cases, (runs, judged));
    outcome.course = course;
    marked::know(&mut outcome);
    if outcome.documents.iter().any(|found| selection.takes_document(&found.document.path)) {
        facts::judge_sentences(&engine, expectations, settings.limits, &mut outcome);
    }
    engine.finish()?;
    Ok((outcome, selection))
}

/// Marks the cases that are selected.
fn select(
    cases: &mut [Case],
    documents: &[Document],
    settings: &CheckSettings,
    course: &mut Course,
) -> Result<Selection, SelectionError> {
    let examples: Vec<(usize, &Example)> = cases.iter().map(|case| (case.document, &case.example)).collect();
    let selection = settings.selection(documents, &examples, course);
    let selected = selection.resolve(documents, &examples)?;
    cases.iter_mut().zip(selected).for_each(|(case, selected)| case.selected = selected);
    Ok(selection)
}

/// The cases that were to be run, and were not because the check was stopped.
fn not_started<'a>(cases: &'a [Case], runs: &'a [Option<Run>]) -> impl Iterator<Item = &'a Case> {
    let both = cases.iter().zip(runs);
    both.filter(|(case, run)| case.selected && case.skipped.is_none() && run.is_none()).map(|(case, _)| case)
}

/// Remembers for the next check what failed. A check does not fail because that cannot be written.
fn remember(settings: &CheckSettings, selection: &Selection, outcome: &mut Outcome) {
    let Some(root) = &settings.remember else { return };
    let ids: BTreeSet<(&str, &str)> = outcome
        .documents
        .iter()
        .flat_map(|found| found.examples.iter().map(|one| (found.document.path.as_str(), one)))
        .filter(|(path, one)| one.run.is_some() && selection.takes(path, &one.example))
        .map(|(path, one)| (path, one.example.id.as_str()))
        .collect();
    let ran = |path: &str, example: &Example| ids.contains(&(path, example.id.as_str()));
    if let Err(error) = LastFailed::of(root).record(outcome, &ran) {
        let remark = error.to_string();
        outcome.course.remarks.push(remark);
    }
}

/// The modules that documents show themselves, of those in which something cannot be imported; the
/// others are not asked for theirs.
fn own_modules(documents: usize, cases: &[Case], runs: &[Option<Run>]) -> Vec<OwnModules> {
    let lacks_module =
        |run: &Run| run.raised().any(|raised| raised.bases.iter().any(|base| base == "ImportError"));
    let asked: BTreeSet<usize> = cases
        .iter()
        .zip(runs)
        .filter(|(_, run)| run.as_ref().is_some_and(lacks_module))
        .map(|(case, _)| case.document)
        .collect();
    let examples = cases.iter().filter(|case| asked.contains(&case.document));
    OwnModules::of_documents(documents, examples.map(|case| (case.document, &case.example)))
}

/// Puts together what the cases gave, with what would mend them.
fn assemble(
    engine: &CachingEngine,
    settings: &CheckSettings,
    documents: Vec<Document>,
    rejections: Vec<Vec<crate::example::Rejection>>,
    cases: Vec<Case>,
    (runs, judged): Results,
) -> Outcome {
    let mut proved = match settings.mends {
        true => {
            let checked = Checked { documents: &documents, cases: &cases, runs: &runs, judged: &judged };
            diagnose(engine, settings, &checked)
        }
        false => BTreeMap::new(),
    };
    let own = own_modules(documents.len(), &cases, &runs);
    let outcomes: Vec<_> = cases
        .into_iter()
        .zip(runs)
        .zip(judged)
        .enumerate()
        .map(|(index, ((case, run), judged))| {
            let document = case.document;
            let mut outcome = outcome::outcome(case, run, judged, &own[document]);
            if settings.mends {
                outcome::mend(&documents[document], &mut outcome, proved.remove(&index));
            }
            (document, outcome)
        })
        .collect();
    outcome::assemble(engine, documents, outcomes, rejections)
}

/// Runs all facts with their contrasts under each python; what comes back begins with its version.
///
/// # Errors
/// Only if nothing could be run at all: a worker does not start.
pub fn check_facts(
    expectations: &Expectations,
    settings: &CheckSettings,
) -> Result<Vec<(String, Vec<CheckedFact>)>, RunError> {
    let facts: Vec<&Fact> = expectations.facts().iter().collect();
    let check = |settings: CheckSettings| {
        let engine = CachingEngine::start(&settings.engine, settings.cache.as_ref())?;
        let checked = facts.iter().zip(facts::run(&engine, &facts, settings.limits));
        let checked = checked.map(|(&fact, shown)| CheckedFact { fact: fact.clone(), shown }).collect();
        let version = engine.interpreter().version.clone();
        engine.finish()?;
        Ok((version, checked))
    };
    let checked = settings.for_each_python().map(check).collect();
    save(settings);
    checked
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

/// The verdicts on the claims of a case.
fn judge(case: &Case, run: Option<&Run>) -> Vec<Judged> {
    let Some(run) = run else {
        return match () {
            () if case.is_marked() => case.undecided(marked::MARKED),
            () if case.selected && case.skipped.is_none() => case.undecided(runner::NOT_RUN),
            () => Vec::new(),
        };
    };
    let before: String = case.context.iter().flat_map(|(_, source)| [source, "\n"]).collect();
    let mut judged = verdict::judge(&case.example, &case.found.claims, run, &before);
    case.set_aside(&mut judged);
    judged
}
