//! What expectations say before anything is run: what is not to be run, what runs before an
//! example, and claims that a document does not make itself.

use std::path::{Component, Path, PathBuf};

use super::format::{DeclaredOutcome, ExampleSettings};
use super::locate::position_of;
use super::{ExpectationError, Expectations, located};
use crate::document::{Document, shown};
use crate::example::Example;
use crate::packages::Requirement;
use crate::run::{Given, Readable};
use crate::settings::{parse_duration, parse_size};

/// What is declared about an example before it runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instruction<'a> {
    /// Index of the example among those asked about.
    pub example: usize,
    /// Why it is not to be run.
    pub skip: Option<&'a str>,
    /// Code that runs before it.
    pub setup: Option<&'a str>,
    /// Milliseconds that it may take.
    pub time_ms: Option<u64>,
    /// Bytes of memory that it may use.
    pub memory: Option<u64>,
    /// What else its run is given.
    pub given: Given,
}

/// A value that a document does not state itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeclaredValue<'a> {
    /// Number of the document among those asked about.
    pub document: usize,
    /// Document line of the statement.
    pub line: usize,
    /// The value, as Python or as printed text.
    pub value: &'a str,
}

impl Instruction<'_> {
    /// Adds what settings say, which win over what was there; their values were looked at when the
    /// file was read.
    fn set(&mut self, settings: &ExampleSettings, folder: &Path) {
        let time = settings.time.as_ref().and_then(|time| parse_duration(&time.value).ok());
        self.time_ms = time.and_then(|time| u64::try_from(time.as_millis()).ok()).or(self.time_ms);
        let memory = settings.memory.as_ref().and_then(|memory| parse_size(&memory.value).ok());
        self.memory = memory.or(self.memory);
        let given = &mut self.given;
        // In the environment the last word about a variable counts.
        given.environment.extend(settings.environment.clone());
        if !settings.arguments.is_empty() {
            given.arguments.clone_from(&settings.arguments);
        }
        if let Some(text) = &settings.stdin {
            given.stdin.clone_from(&text.value);
        }
        given.network = settings.network.unwrap_or(given.network);
        given.readable.extend(settings.readable.iter().map(|named| readable(&named.value, folder)));
    }
}

/// What a name in `readable` stands for. What is not there was told before.
fn readable(name: &str, folder: &Path) -> Readable {
    let path = folder.join(name);
    let is_below =
        Path::new(name).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    Readable { path: path.canonicalize().unwrap_or(path), name: is_below.then(|| name.to_owned()) }
}

/// The folder that a document lies in.
pub(super) fn folder_of(document: &Document) -> PathBuf {
    Path::new(&document.path).parent().map(Path::to_owned).unwrap_or_default()
}

impl Expectations {
    /// The instructions for some examples, each with the number of its document.
    pub fn instructions<'a>(
        &'a self,
        documents: &[&Document],
        examples: &[(usize, &Example)],
    ) -> Vec<Instruction<'a>> {
        let mut found = Vec::new();
        for (source, number) in self.about(documents) {
            let folder = folder_of(documents[number]);
            let of_document = (0..examples.len()).filter(|&at| examples[at].0 == number);
            let mut instructions: Vec<Instruction> =
                of_document.map(|example| Instruction { example, ..Instruction::default() }).collect();
            instructions.iter_mut().for_each(|one| one.set(&source.file.settings, &folder));
            let candidates: Vec<&Example> = instructions.iter().map(|one| examples[one.example].1).collect();
            for entry in source.file.examples.iter().map(|entry| &entry.value) {
                let Some(at) = position_of(entry, &candidates) else { continue };
                let instruction = &mut instructions[at];
                if let Some(DeclaredOutcome::Skip(reason)) = &entry.outcome {
                    instruction.skip = Some(reason);
                }
                instruction.setup = entry.setup.as_deref().or(instruction.setup);
                if let Some(settings) = &entry.settings {
                    instruction.set(settings, &folder);
                }
            }
            found.extend(instructions);
        }
        found
    }

    /// Everything that examples and services of these documents may read besides, so that the sandbox shows it.
    ///
    /// # Errors
    /// If something is not there, at the line that names it.
    pub fn readable(&self, documents: &[&Document]) -> Result<Vec<PathBuf>, ExpectationError> {
        let mut found = Vec::new();
        for (source, number) in self.about(documents) {
            let folder = folder_of(documents[number]);
            let of_examples = source.file.examples.iter().filter_map(|entry| entry.value.settings.as_ref());
            let named =
                std::iter::once(&source.file.settings).chain(of_examples).flat_map(|one| &one.readable);
            let of_services = source.file.services.iter().flat_map(|service| &service.readable);
            for name in named.chain(of_services) {
                let path = folder.join(&name.value);
                found.push(path.canonicalize().map_err(|cause| {
                    let message = format!("`{}` cannot be read: {cause}", shown(&path));
                    located(&source.path, &source.text, name.referenced, message)
                })?);
            }
        }
        Ok(found)
    }

    /// The distributions that examples of these documents need.
    ///
    /// # Errors
    /// If something is no requirement, at its line.
    pub fn requirements(&self, documents: &[&Document]) -> Result<Vec<Requirement>, ExpectationError> {
        let about = self.about(documents).into_iter();
        let written =
            about.flat_map(|(source, _)| source.file.requirements.iter().map(move |one| (source, one)));
        let parsed = written.map(|(source, one)| {
            Requirement::parse(&one.value)
                .map_err(|message| located(&source.path, &source.text, one.referenced, message).into())
        });
        parsed.collect()
    }

    /// The values that are declared for these documents.
    pub fn values<'a>(&'a self, documents: &[&Document]) -> Vec<DeclaredValue<'a>> {
        let about = self.about(documents).into_iter();
        let values = about.flat_map(|(source, document)| {
            source.file.claims.iter().filter_map(move |entry| {
                let value = entry.value.value.as_deref()?;
                Some(DeclaredValue { document, line: entry.value.line, value })
            })
        });
        values.collect()
    }
}
