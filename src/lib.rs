//! truedoc: runs the Python examples of documents and says which of their claims are true.

pub mod claim;
pub mod cli;
pub mod document;
pub mod example;
pub mod exit;
pub mod expectations;
pub mod located;
pub mod report;
pub mod run;
pub mod settings;
pub mod verdict;

#[cfg(test)]
mod fixture;

use document::{DocumentErrors, Exclusions};
use expectations::{ExpectationError, Expectations};
use report::{Extracted, Progress};
use settings::Settings;
use verdict::{DocumentOutcome, Outcome};

/// Why a command cannot do its work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Documents that cannot be found or read.
    #[error(transparent)]
    Documents(#[from] DocumentErrors),
    /// Expectations that cannot be read.
    #[error(transparent)]
    Expectations(#[from] ExpectationError),
}

impl Error {
    /// The exit status it stands for.
    pub fn exit(&self) -> exit::Exit {
        match self {
            Error::Documents(errors) => errors.exit(),
            Error::Expectations(_) => exit::Exit::Usage,
        }
    }
}

/// The examples of the documents, without running them.
pub fn extract(settings: &Settings) -> Result<Vec<Extracted>, Error> {
    let documents = document::load(&settings.paths.value, &exclusions(settings)?)?;
    Ok(documents
        .into_iter()
        .map(|document| Extracted { document, examples: Vec::new(), rejections: Vec::new() })
        .collect())
}

/// Runs the examples of the documents and judges their claims.
pub fn check(settings: &Settings, progress: &Progress) -> Result<Outcome, Error> {
    let expectations = Expectations::of_setting(&settings.expectations)?;
    let extracted = extract(settings)?;
    progress.expect(extracted.iter().map(|found| found.examples.len()).sum());
    let documents = extracted
        .into_iter()
        .map(|found| DocumentOutcome {
            document: found.document,
            examples: Vec::new(),
            rejections: found.rejections,
        })
        .collect();
    let mut outcome = Outcome {
        interpreter: run::Interpreter::default(),
        sandbox: run::Sandbox::default(),
        documents,
        unexpected: Vec::new(),
    };
    expectations.apply(&mut outcome);
    Ok(outcome)
}

fn exclusions(settings: &Settings) -> Result<Exclusions, DocumentErrors> {
    Exclusions::new(&settings.root, &settings.exclude.value).map_err(|error| DocumentErrors(vec![error]))
}
