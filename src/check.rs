//! Carries the examples of many documents through run and verdict: what runs after what, which
//! examples run once more, and why.

mod asserts;
mod case;
mod context;
mod declared;
mod diagnose;
mod engines;
mod example_tests;
mod facts;
mod identity;
mod marked;
mod missing;
mod outcome;
mod plan;
mod runner;
mod services;
mod steady;
mod survey;
mod waves;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, mpsc};

use rayon::prelude::*;

use crate::baseline::Baseline;
use crate::cache::{Cache, CachingEngine};
use crate::document::{Corpus, Document, DocumentErrors, Outlines, WaveSize};
use crate::example::marks::Machine;
use crate::expectations::{Expectations, Fact};
use crate::interpreters::Python;
use crate::packages::OwnModules;
use crate::report::Progress;
use crate::run::{EngineSettings, Interpreter, Limits, Run, RunError};
use crate::select::{Selection, SelectionError};
use crate::settings::{Isolate, SandboxMode, Settings};
use crate::shard::Shard;
use crate::user_cache;
use crate::verdict::{self, Course, Judged, Outcome};
use case::{Case, cases};
use diagnose::{Checked, diagnose};
use engines::Engines;
use runner::{Results, Runner, run_all};
use survey::{Survey, Whole};
use waves::{Check, Common, Wave, Waves};

pub use facts::{CheckedFact, Shown};

/// Portions of documents, 16 of which are a wave, that are extracted while others run: of documents that are
/// in memory anyway, and of so many that memory is what they are read in portions for.
const PORTIONS_AHEAD: [usize; 2] = [16, 2];

/// Why a check cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// No example could be run at all: the worker does not start.
    #[error(transparent)]
    Run(#[from] RunError),
    /// What was selected is not there.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// A document that cannot be read any more.
    #[error(transparent)]
    Documents(#[from] DocumentErrors),
    /// What was found cannot be kept until the end.
    #[error(transparent)]
    Keep(#[from] KeepError),
}

/// Why what was found cannot be kept until the end.
#[derive(Debug, thiserror::Error)]
#[error("what was found cannot be kept in the folder of temporary files: {0}; name another one in TMPDIR")]
pub struct KeepError(#[from] io::Error);

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
    /// Whether the tests that examples define are run.
    pub run_tests: bool,
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
    /// How much of many documents is in memory at once.
    pub wave: WaveSize,
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
            run_tests: false,
            only: Selection::default(),
            last_failed: false,
            remember: None,
            cache: None,
            remarks: Vec::new(),
            baseline: None,
            fail_fast: false,
            shard: None,
            wave: WaveSize::default(),
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
            run_tests: settings.run_tests.value,
            only: settings.only.value.clone(),
            last_failed: settings.last_failed,
            remember: None,
            cache: settings.cache.value.then(Cache::of_user).flatten().map(Arc::new),
            remarks: Vec::new(),
            baseline: None,
            fail_fast: settings.fail_fast.value,
            shard: settings.shard,
            wave: settings.wave,
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
    pub(crate) fn for_each_python(&self) -> impl Iterator<Item = CheckSettings> + '_ {
        let others = self.other_pythons.iter().map(|python| {
            let engine = EngineSettings { python: Some(python.executable.clone()), ..self.engine.clone() };
            CheckSettings { engine, is_further: true, mends: false, ..self.clone() }
        });
        std::iter::once(self.clone()).chain(others)
    }

    /// The settings with what interpreters have to know of all examples.
    fn with_whole(&self, whole: &Whole) -> CheckSettings {
        let (packages, ahead) = (whole.packages.clone(), whole.ahead.clone());
        let engine = EngineSettings { packages, ahead, ..self.engine.clone() };
        CheckSettings { engine, ..self.clone() }
    }

    /// The interpreters under which everything is run.
    fn interpreters(&self, first: &Engines) -> Vec<Interpreter> {
        let others = self.other_pythons.iter().map(Interpreter::from);
        std::iter::once(first.first.interpreter().clone()).chain(others).collect()
    }

    /// Keeps what is new for the next check.
    fn save(&self) {
        self.cache.iter().for_each(|cache| cache.save());
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
    let outcome = check_wave(Wave::of(documents), settings, expectations, progress)?;
    settings.save();
    Ok(outcome)
}

/// Checks the only wave.
fn check_wave(
    wave: Wave,
    settings: &CheckSettings,
    expectations: &Expectations,
    progress: &Progress,
) -> Result<Outcome, CheckError> {
    let mut survey = Survey::new(settings);
    survey.add(&wave.documents, &wave.examples());
    if let Some(idle) = survey.idle() {
        return Err(settings.only.refused(idle, &wave.documents, &wave.examples()).into());
    }
    let (whole, _) = survey.finish(&wave.documents);
    let wave = wave.of_part(&whole);
    let check = Check::new(settings, expectations, progress, whole);
    let mut outcome = check.conclude(check.run(wave)?);
    outcome.absorb_rest(check.finish());
    Ok(outcome)
}

/// Checks documents, of which many are not in memory but read again, wave by wave. What was found in
/// each wave is given to `take`, and in the end, in an outcome of no documents, what is known only then.
///
/// # Errors
/// As for [`check()`], if a document was changed in the meantime, and the errors of `take`.
pub fn check_in_waves(
    corpus: Corpus,
    settings: &CheckSettings,
    expectations: &mut Expectations,
    progress: &Progress,
    take: &mut (dyn FnMut(Outcome) -> io::Result<()> + Send),
) -> Result<(), CheckError> {
    let mut keep = |outcome| take(outcome).map_err(KeepError);
    let (outlines, are_few) = match corpus {
        Corpus::Few(documents) => (Outlines::in_memory(documents), true),
        Corpus::Many(outlines) => (outlines, false),
    };
    if are_few
        && !survey::is_begun_early(&outlines, settings, progress.is_told())
        && let Some(wave) = Wave::of_few(&outlines.documents, settings.wave)
    {
        keep(check_wave(wave, settings, expectations, progress)?)?;
        settings.save();
        return Ok(());
    }
    let (whole, planned) = survey::of_many(&outlines, settings, progress.is_told())?;
    expectations.settle(&outlines.documents.iter().collect::<Vec<_>>());
    let mut check = Check::new(settings, expectations, progress, whole);
    std::thread::scope(|scope| {
        // Documents are extracted while those before them run, but not so many that all are in memory.
        let [of_few, of_many] = PORTIONS_AHEAD;
        let ahead = if outlines.are_in_memory() { of_few } else { of_many };
        let (extracted, portions) = mpsc::sync_channel(ahead);
        let numbers = planned.iter().map(|portion| portion.documents.clone());
        scope.spawn(|| extract_until_gone(&outlines, numbers, extracted));
        check.announce(&outlines.documents, &planned)?;
        if !outlines.are_in_memory() {
            return run_waves(check, portions, settings.wave, 1, &mut |outcome| {
                Ok(keep(outcome).map(|()| true)?)
            });
        }
        // What was found in a wave is put away while the next one runs, if memory is not what counts.
        let (found, outcomes) = mpsc::sync_channel(0);
        let keeping = scope.spawn(move || outcomes.into_iter().try_for_each(keep));
        let at_once = check.waves_at_once();
        let checked = run_waves(check, portions, settings.wave, at_once, &mut |outcome| {
            Ok(found.send(outcome).is_ok())
        });
        drop(found);
        keeping.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        checked
    })?;
    settings.save();
    Ok(())
}

/// Runs the waves that these portions make, so many at once, as long as what is found is taken, and ends
/// the check.
fn run_waves(
    check: Check,
    portions: mpsc::Receiver<Result<Wave, DocumentErrors>>,
    size: WaveSize,
    at_once: usize,
    is_taken: &mut dyn FnMut(Outcome) -> Result<bool, CheckError>,
) -> Result<(), CheckError> {
    let mut waves = Waves::of_portions(portions.into_iter(), size);
    let are_all_taken: Result<bool, CheckError> = std::thread::scope(|scope| {
        let mut running = VecDeque::new();
        loop {
            while running.len() < at_once
                && let Some(wave) = waves.next()
            {
                let wave = wave?;
                running.push_back(scope.spawn(|| check.run(wave)));
            }
            let Some(first) = running.pop_front() else { return Ok(true) };
            let outcome = first.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            if !is_taken(check.conclude(outcome))? {
                return Ok(false);
            }
        }
    });
    if are_all_taken? {
        is_taken(check.finish())?;
    }
    Ok(())
}

/// Extracts portions of documents as long as somebody waits for them.
fn extract_until_gone(
    outlines: &Outlines,
    portions: impl Iterator<Item = Vec<usize>>,
    extracted: mpsc::SyncSender<Result<Wave, DocumentErrors>>,
) {
    for numbers in portions {
        if extracted.send(outlines.read(numbers).map(Wave::of)).is_err() {
            break;
        }
    }
}

/// Extracts, runs and judges the examples of a wave under one python.
fn run_under(
    wave: Wave,
    settings: &CheckSettings,
    engines: &Engines,
    common: &Common,
) -> Result<Outcome, CheckError> {
    let Wave { mut documents, mut cases, rejections, .. } = wave;
    let Common { expectations, progress, whole, .. } = common;
    if settings.run_tests {
        cases.iter_mut().for_each(Case::take_tests);
    }
    let (engine, selection) = (&engines.first, &whole.selection);
    cases.iter_mut().for_each(|case| {
        case.selected = selection.takes(&documents[case.document].path, &case.example);
    });
    heed_marks(&mut cases, &mut documents, &Machine::new(&engine.interpreter().version));
    declared::follow(&mut cases, &documents, expectations);
    example_tests::connect(&mut cases);
    let is_known = |case: &Case, judged: &Judged| {
        expectations.declares_false(&documents[case.document], &judged.claim)
            || marked::is_known(&case.example, &judged.claim)
            || settings
                .baseline
                .as_ref()
                .is_some_and(|baseline| baseline.knows(&documents[case.document].path, &judged.claim))
    };
    let runner = Runner::new(engine, settings, progress, &documents, &is_known);
    let Results { mut runs, mut judged, tried } = run_all(&runner, engines, common, &mut cases)?;
    asserts::explain(&runner, &cases, &mut runs);
    let course = Course {
        not_started: not_started(&cases, &runs).count(),
        part: whole.part.clone(),
        ..Course::default()
    };
    services::note(&cases, &runs, &mut documents);
    identity::compare_modes(engine, &cases, settings, &tried, &mut judged);
    let mut outcome = assemble(engines, settings, documents, rejections, cases, (runs, judged));
    outcome.course = course;
    marked::know(&mut outcome);
    if outcome.documents.iter().any(|found| selection.takes_document(&found.document.path)) {
        facts::judge_sentences(engine, expectations, settings.limits, &mut outcome);
        // They are judged anew each time.
        drop(engines.take_fleeting());
    }
    Ok(outcome)
}

/// The cases that were to be run, and were not because the check was stopped.
fn not_started<'a>(cases: &'a [Case], runs: &'a [Option<Run>]) -> impl Iterator<Item = &'a Case> {
    let both = cases.iter().zip(runs);
    both.filter(|(case, run)| case.selected && case.skipped.is_none() && run.is_none()).map(|(case, _)| case)
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
    engines: &Engines,
    settings: &CheckSettings,
    documents: Vec<Document>,
    rejections: Vec<Vec<crate::example::Rejection>>,
    cases: Vec<Case>,
    (runs, judged): (Vec<Option<Run>>, Vec<Vec<Judged>>),
) -> Outcome {
    let mut all_proved = match settings.mends {
        true => {
            let checked = Checked { documents: &documents, cases: &cases, runs: &runs, judged: &judged };
            diagnose(&engines.first, settings, &checked)
        }
        false => BTreeMap::new(),
    };
    let own = own_modules(documents.len(), &cases, &runs);
    let proved: Vec<_> = (0..cases.len()).map(|index| all_proved.remove(&index)).collect();
    let outcomes: Vec<_> = (cases, runs, judged, proved)
        .into_par_iter()
        .map(|(case, run, judged, proved)| {
            let document = case.document;
            let mut outcome = outcome::outcome(case, run, judged, &own[document]);
            if settings.mends {
                outcome::mend(&documents[document], &mut outcome, proved);
            }
            (document, outcome)
        })
        .collect();
    outcome::assemble(&engines.first, &engines.take_fleeting(), documents, outcomes, rejections)
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
        engine.heed_loss()?;
        Ok((version, checked))
    };
    let checked = settings.for_each_python().map(check).collect();
    settings.save();
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
    example_tests::note_names(case, &mut judged);
    judged
}
