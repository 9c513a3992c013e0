//! Gives the pythons of a check the packages that its documents need, as far as somebody asks for that.

use std::iter;

use crate::Error;
use crate::check::{self, CheckSettings};
use crate::document::Document;
use crate::expectations::Expectations;
use crate::packages::{self, Missing, Place, Provision, Request};
use crate::report::Progress;
use crate::run::{self, Raised, Run, TestResult};
use crate::settings::Settings;
use crate::verdict::Outcome;

/// How often examples are run to see what they import without saying so in their code.
const ROUNDS: usize = 3;

/// The same settings of a check of these documents, with pythons that have what is asked for.
///
/// # Errors
/// If a requirement is none, or packages cannot be installed at all.
pub fn supply(
    bare: CheckSettings,
    settings: &Settings,
    documents: &[&Document],
    expectations: &Expectations,
    progress: &Progress,
) -> Result<CheckSettings, Error> {
    let mut request = Request::of(&settings.requirements.value);
    request.explicit.extend(expectations.requirements(documents)?);
    if settings.install.value {
        request.add_documents(documents, &settings.root);
        if settings.run_tests.value {
            request.add_tests(documents);
        }
    }
    let (mut supplied, mut is_found_now) = with_packages(bare.clone(), settings, &request, progress)?;
    // What is locked is used as it stands. When versions are found, a run shows what else is missing: a
    // library may import another one by a name that it is given.
    for _ in 0..ROUNDS {
        if !is_found_now
            || !settings.install.value
            || !request.add_missing(&trial(&supplied, documents, expectations)?)
        {
            break;
        }
        (supplied, is_found_now) = with_packages(bare.clone(), settings, &request, progress)?;
    }
    Ok(supplied)
}

/// The same settings, with pythons that have what is asked for; and whether versions had to be found.
///
/// # Errors
/// If packages cannot be installed at all.
pub fn with_packages(
    mut supplied: CheckSettings,
    settings: &Settings,
    request: &Request,
    progress: &Progress,
) -> Result<(CheckSettings, bool), Error> {
    if request.is_empty() {
        return Ok((supplied, false));
    }
    let provision = Provision::new(&settings.root, settings.install.value, progress);
    let first = match supplied.engine.python.take() {
        Some(python) => python,
        None => run::default_python()?.executable,
    };
    let mut is_found_now = false;
    let others = supplied.other_pythons.iter_mut().map(|python| &mut python.executable);
    for python in iter::once(supplied.engine.python.insert(first)).chain(others) {
        let provided = packages::provide(python, request, &provision)?;
        *python = provided.python;
        for remark in provided.remarks {
            // What no distribution is meant by is so under every python.
            if !supplied.remarks.contains(&remark) {
                supplied.remarks.push(remark);
            }
        }
        is_found_now |= provided.is_found_now;
    }
    Ok((supplied, is_found_now))
}

/// The modules that examples miss when they are run.
fn trial(
    supplied: &CheckSettings,
    documents: &[&Document],
    expectations: &Expectations,
) -> Result<Vec<Missing>, Error> {
    let settings = CheckSettings {
        engine: supplied.engine.clone(),
        isolate: supplied.isolate,
        limits: supplied.limits,
        cache: supplied.cache.clone(),
        interrupt: supplied.interrupt.clone(),
        mends: false,
        run_tests: supplied.run_tests,
        ..CheckSettings::default()
    };
    let documents = documents.iter().map(|&document| document.clone()).collect();
    let outcome = check::check(documents, &settings, expectations, &Progress::hidden())?;
    Ok(missing(&outcome))
}

fn missing(outcome: &Outcome) -> Vec<Missing> {
    let examples = outcome.documents.iter().flat_map(|found| {
        let path = &found.document.path;
        found.examples.iter().map(move |example| (path, example))
    });
    let missing = examples.flat_map(|(path, outcome)| {
        let place = Place { path: path.clone(), line: outcome.example.start_line };
        let modules = outcome.run.iter().flat_map(missing_in);
        modules.map(move |module| Missing { module, place: place.clone() })
    });
    missing.collect()
}

/// The modules that an example missed, or its tests.
fn missing_in(run: &Run) -> Vec<String> {
    let of_tests = run.test_run.iter().flat_map(|run| &run.tests);
    let failed = of_tests.filter_map(TestResult::failure);
    let is_missing = |raised: &&Raised| raised.bases.iter().any(|base| base == "ModuleNotFoundError");
    let names =
        run.exception.iter().chain(failed).filter(is_missing).filter_map(|raised| raised.name.clone());
    names.filter(|module| !module.is_empty()).collect()
}
