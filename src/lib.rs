//! truedoc: runs the Python examples of documents and says which of their claims are true.
//!
//! The flow is document -> example -> claim -> run -> verdict -> report, a module for each. What a check
//! found is a [`verdict::Outcome`]; what machines get of it is a [`report::Report`], which can be stored
//! and read again. The functions of this module do what the commands of the program do;
//! [`check::check`] is for a program that has its documents at hand:
//!
//! ````no_run
#![doc = include_str!("../examples/judge.rs")]
//! ````
//!
//! The worker embeds the CPython that truedoc was built for, so a program of another package has to find
//! its library when it starts (an rpath, `LD_LIBRARY_PATH`); [`run::RunError::OtherPython`] says if it
//! found another one. Or it gives its workers an installed truedoc to be
//! ([`run::EngineSettings::program`]), and need not call [`run::serve_if_worker`].

pub mod baseline;
pub mod cache;
pub mod check;
pub mod claim;
pub mod cli;
pub mod diff;
mod digest;
pub mod doctor;
pub mod document;
pub mod durations;
pub mod example;
pub mod exit;
pub mod expectations;
pub mod fix;
pub mod init;
pub mod interpreters;
pub mod located;
mod lock;
pub mod mend;
mod module;
pub mod packages;
pub mod program;
pub mod python;
pub mod recall;
pub mod report;
pub mod review;
pub mod run;
pub mod select;
pub mod settings;
pub mod shard;
mod supply;
pub mod traceless;
mod user_cache;
pub mod varying;
pub mod verdict;
pub mod watch;

#[cfg(test)]
mod fixture;

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use baseline::{Baseline, BaselineError, Updated};
use check::{CheckError, CheckSettings, CheckedFact, KeepError};
use doctor::Diagnosis;
use document::{Corpus, Document, DocumentErrors, Exclusions, WaveSize};
use example::Extraction;
use expectations::{ExpectationError, Expectations, Proposal};
use fix::{FixSettings, Fixed};
use interpreters::{Places, Python, PythonError};
use packages::{PackagesError, Request};
use rayon::prelude::*;
use recall::Recall;
use report::{Extracted, FileTarget, Growing, Progress};
use run::RunError;
use select::{LastFailed, SelectionError};
use settings::{Origin, Settings};
use verdict::Outcome;

/// Why a command cannot do its work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Documents that cannot be found or read.
    #[error(transparent)]
    Documents(#[from] DocumentErrors),
    /// The interpreter that runs the examples does not start.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Expectations that cannot be read.
    #[error(transparent)]
    Expectations(#[from] ExpectationError),
    /// A selection of what is not there.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// A baseline that cannot be used.
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    /// A python that was asked for and is not there.
    #[error(transparent)]
    Python(#[from] PythonError),
    /// Packages that cannot be provided.
    #[error(transparent)]
    Packages(#[from] PackagesError),
    /// What was found cannot be kept until the end.
    #[error(transparent)]
    Keep(KeepError),
}

impl From<CheckError> for Error {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::Run(error) => Error::Run(error),
            CheckError::Selection(error) => Error::Selection(error),
            CheckError::Documents(error) => Error::Documents(error),
            CheckError::Keep(error) => Error::Keep(error),
        }
    }
}

impl Error {
    /// The exit status it stands for.
    pub fn exit(&self) -> exit::Exit {
        match self {
            Error::Documents(errors) => errors.exit(),
            Error::Expectations(_) | Error::Selection(_) | Error::Baseline(_) | Error::Python(_) => {
                exit::Exit::Usage
            }
            Error::Packages(error) if error.is_of_usage() => exit::Exit::Usage,
            Error::Run(_) | Error::Packages(_) | Error::Keep(_) => exit::Exit::Trouble,
        }
    }
}

/// The examples of the documents, without running them.
///
/// # Errors
/// If a document cannot be found or read.
pub fn extract(settings: &Settings) -> Result<Vec<Extracted>, Error> {
    let extracted = documents(settings)?.into_par_iter().map(|document| {
        let Extraction { examples, rejections, mut notes } = example::extract(&document);
        let mut document = document;
        document.notes.append(&mut notes);
        Extracted { document, examples, rejections }
    });
    let is_listed =
        |found: &Extracted| !found.examples.is_empty() || found.document.is_listed_without_examples();
    Ok(extracted.filter(is_listed).collect())
}

/// The whole way: document -> example -> claim -> run -> verdict. What comes back is rendered by
/// [`report`].
///
/// # Errors
/// If a document or an expectation cannot be read, or the interpreter does not start.
pub fn check(settings: &Settings, progress: &Progress) -> Result<Outcome, Error> {
    let whole = Settings { wave: WaveSize::WHOLE, ..settings.clone() };
    let mut found = None;
    check_in_waves(&whole, progress, &mut |outcome| {
        found = Some(outcome);
        Ok(())
    })?;
    Ok(found.unwrap_or_else(|| unreachable!("a check of everything at once is one wave")))
}

/// The same for any number of documents: they are checked in waves, and what is found in each is given
/// to `take` before the next begins. What is known only in the end comes with an outcome of no documents.
/// A [`report::Growing`] puts them together.
///
/// # Errors
/// As for [`check()`], and those of `take`.
pub fn check_in_waves(
    settings: &Settings,
    progress: &Progress,
    take: &mut (dyn FnMut(Outcome) -> io::Result<()> + Send),
) -> Result<(), Error> {
    Prepared::new(settings, progress)?.check(settings, progress, take)
}

/// The same for a report. Of documents that are as they were in an earlier check it says what it said
/// then, if events are not to tell of each example.
///
/// # Errors
/// As for [`check()`].
pub fn check_for_report(settings: &Settings, progress: &Progress) -> Result<Growing, Error> {
    let mut prepared = Prepared::new(settings, progress)?;
    let is_wanted = !settings.install.value && !progress.tells_events();
    let recall = is_wanted.then(|| prepared.recall()).flatten().map(Arc::new);
    let mut growing = Growing::with_recall(recall.clone());
    let mut known = Vec::new();
    if let Some(recall) = recall {
        let taken = recall.take_known(&mut prepared.corpus, &mut |found| growing.add_recalled(found));
        known = taken.map_err(KeepError::from).map_err(Error::Keep)?;
    }
    prepared.check(settings, progress, &mut |outcome| growing.add(outcome))?;
    if let Err(error) = LastFailed::of(&settings.root).record_known(&known) {
        growing.remarks.push(error.to_string());
    }
    Ok(growing)
}

/// Documents that are about to be checked.
struct Prepared {
    corpus: Corpus,
    settings: CheckSettings,
    expectations: Expectations,
}

impl Prepared {
    fn new(settings: &Settings, progress: &Progress) -> Result<Prepared, Error> {
        let expectations = Expectations::of_setting(&settings.expectations)?;
        // What is to be installed is found by running all examples.
        let wave = if settings.install.value { WaveSize::WHOLE } else { settings.wave };
        let corpus = Corpus::open(&settings.paths.value, &exclusions(settings)?, wave)?;
        let settings_of_check = check_settings(settings, &corpus.documents(), &expectations, progress)?;
        let baseline = settings.baseline.value.as_deref().map(Baseline::read).transpose()?.map(Arc::new);
        let remember = Some(settings.root.clone());
        let settings = CheckSettings { baseline, remember, ..settings_of_check };
        Ok(Prepared { corpus, settings, expectations })
    }

    /// What may be recalled of its documents.
    fn recall(&self) -> Option<Recall> {
        let documents = self.corpus.documents().into_iter();
        let declared = documents.filter(|document| self.expectations.may_mean(document));
        Recall::of(&self.settings, declared.map(|document| document.path.clone()).collect())
    }

    fn check(
        self,
        settings: &Settings,
        progress: &Progress,
        take: &mut (dyn FnMut(Outcome) -> io::Result<()> + Send),
    ) -> Result<(), Error> {
        let run_tests = settings.run_tests.value && matches!(settings.run_tests.origin, Origin::Argument(_));
        let (pythons, packages) = (settings.typed_pythons(), settings.typed_packages());
        let mut take_with_words = |outcome| {
            take(Outcome { pythons: pythons.clone(), packages: packages.clone(), run_tests, ..outcome })
        };
        let Prepared { corpus, settings, mut expectations } = self;
        check::check_in_waves(corpus, &settings, &mut expectations, progress, &mut take_with_words)?;
        Ok(())
    }
}

/// Checks, and brings the baseline of the settings up to date with what is refuted.
///
/// # Errors
/// As for [`check()`], and if the baseline cannot be written.
pub fn update_baseline(settings: &Settings, progress: &Progress) -> Result<(Outcome, Updated), Error> {
    let path = settings.baseline.value.as_deref().ok_or(BaselineError::Unnamed)?;
    // What cannot be written is known before minutes of work.
    FileTarget::open(path).map_err(BaselineError::from)?;
    let mut whole = without_baseline(settings);
    whole.fail_fast.value = false;
    let outcome = check(&whole, progress)?;
    let updated = Baseline::update(path, &outcome)?;
    Ok((outcome, updated))
}

fn without_baseline(settings: &Settings) -> Settings {
    let mut settings = settings.clone();
    settings.baseline.value = None;
    settings
}

/// What would have to change in the expectations so that everything is declared as it ran. Examples
/// run twice, so that output which varies by itself is not declared.
///
/// # Errors
/// As for [`check()`].
pub fn bless(settings: &Settings, progress: &Progress) -> Result<Vec<Proposal>, Error> {
    let expectations = Expectations::of_setting(&settings.expectations)?;
    let run = |documents: Vec<Document>, settings: &CheckSettings| -> Result<Outcome, Error> {
        Ok(check::check(documents, settings, &expectations, progress)?)
    };
    let read = documents(settings)?;
    let settings_of_run =
        check_settings(settings, &read.iter().collect::<Vec<_>>(), &expectations, progress)?;
    let outcome = run(read, &settings_of_run)?;
    let again = run(documents(settings)?, &settings_of_run.for_second_run())?;
    let folder = settings.expectations.value.clone().unwrap_or_else(|| PathBuf::from("expectations"));
    Ok(expectations.proposals(&folder, &outcome, &|document, example| {
        verdict::printed_by(&outcome, document, example) != verdict::printed_by(&again, document, example)
    }))
}

/// All facts of the expectations, run with their contrasts, for each interpreter with its version.
///
/// # Errors
/// If an expectation cannot be read, or an interpreter is not there or does not start.
pub fn facts(settings: &Settings) -> Result<Vec<(String, Vec<CheckedFact>)>, Error> {
    let expectations = Expectations::of_setting(&settings.expectations)?;
    let request = Request::of(&settings.requirements.value);
    let (settings, _) =
        supply::with_packages(with_pythons(settings)?, settings, &request, &Progress::hidden())?;
    Ok(check::check_facts(&expectations, &settings)?)
}

/// What examples run with on this machine.
///
/// # Errors
/// If the interpreter does not start.
pub fn doctor(settings: &Settings) -> Result<Diagnosis, Error> {
    Ok(doctor::examine(&with_pythons(settings)?)?)
}

/// What the refuted claims of the documents really are, ready to be shown or written.
///
/// # Errors
/// As for [`check()`].
pub fn fix(settings: &Settings, fix: FixSettings, progress: &Progress) -> Result<Fixed, Error> {
    // What is put up with for now is what should be mended, and all of it.
    let mut settings = without_baseline(settings);
    settings.fail_fast.value = false;
    let settings = &settings;
    let outcome = check(settings, progress)?;
    let expectations = Expectations::of_setting(&settings.expectations)?;
    let documents: Vec<&Document> = outcome.documents.iter().map(|found| &found.document).collect();
    let settings = check_settings(settings, &documents, &expectations, progress)?;
    Ok(fix::fix(outcome, fix, &settings, &expectations, progress)?)
}

/// The files whose change makes another check worth while: the documents, and apart from them those
/// that say how documents are checked.
///
/// # Errors
/// If a document cannot be found.
pub fn watched(settings: &Settings) -> Result<(Vec<PathBuf>, Vec<PathBuf>), Error> {
    let one = |error| Error::Documents(DocumentErrors(vec![error]));
    let documents = document::walk(&settings.paths.value, &exclusions(settings)?).map_err(one)?;
    // A settings file may also appear.
    let file = settings.file.clone().unwrap_or_else(|| settings.root.join("truedoc.toml"));
    let mut others: Vec<PathBuf> = settings.baseline.value.iter().cloned().chain([file]).collect();
    others.extend(Expectations::files_of(&settings.expectations)?);
    Ok((documents, others))
}

/// How examples are run, under the pythons that are asked for.
fn with_pythons(settings: &Settings) -> Result<CheckSettings, Error> {
    let mut settings_of_check = CheckSettings::from(settings);
    if !settings.python.value.is_empty() {
        let places = Places::of_machine(run::default_python().ok().map(|python| python.executable));
        let found = settings.python.value.iter().map(|wanted| interpreters::find(wanted, &places));
        let mut pythons: Vec<Python> = found.collect::<Result<_, _>>()?;
        let mut seen = BTreeSet::new();
        pythons.retain(|python| seen.insert(python.executable.clone()));
        settings_of_check.engine.python = Some(pythons.remove(0).executable);
        settings_of_check.other_pythons = pythons;
    }
    Ok(settings_of_check)
}

/// How the examples of these documents are run.
fn check_settings(
    settings: &Settings,
    documents: &[&Document],
    expectations: &Expectations,
    progress: &Progress,
) -> Result<CheckSettings, Error> {
    let mut settings_of_check = with_pythons(settings)?;
    settings_of_check.engine.readable = expectations.readable(documents)?;
    if settings.services.value {
        settings_of_check.engine.services = expectations.services(documents);
    }
    supply::supply(settings_of_check, settings, documents, expectations, progress)
}

fn documents(settings: &Settings) -> Result<Vec<Document>, Error> {
    Ok(document::load(&settings.paths.value, &exclusions(settings)?)?)
}

fn exclusions(settings: &Settings) -> Result<Exclusions, DocumentErrors> {
    let exclusions = Exclusions::new(&settings.root, &settings.exclude.value)
        .map_err(|error| DocumentErrors(vec![error]))?;
    Ok(if settings.force_exclude { exclusions.forced() } else { exclusions })
}
