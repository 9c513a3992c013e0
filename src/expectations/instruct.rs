//! What expectations say before anything is run: what is not to be run, what runs before an
//! example, and claims that a document does not make itself.

use super::Expectations;
use super::format::{DeclaredOutcome, ExampleSettings};
use super::locate::position_of;
use crate::document::Document;
use crate::example::Example;
use crate::run::Given;
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

/// An instruction with what the settings of an example say; their values were looked at when the
/// file was read.
fn with_settings<'a>(instruction: Instruction<'a>, settings: &ExampleSettings) -> Instruction<'a> {
    let time = settings.time.as_ref().and_then(|time| parse_duration(&time.value).ok());
    let given = Given {
        environment: settings.environment.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        arguments: settings.arguments.clone(),
        stdin: settings.stdin.as_ref().map(|text| text.value.clone()).unwrap_or_default(),
    };
    Instruction {
        time_ms: time.and_then(|time| u64::try_from(time.as_millis()).ok()),
        memory: settings.memory.as_ref().and_then(|memory| parse_size(&memory.value).ok()),
        given,
        ..instruction
    }
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
            let of_document: Vec<usize> =
                (0..examples.len()).filter(|&at| examples[at].0 == number).collect();
            let candidates: Vec<&Example> = of_document.iter().map(|&at| examples[at].1).collect();
            for entry in source.file.examples.iter().map(|entry| &entry.value) {
                let skip = match &entry.outcome {
                    Some(DeclaredOutcome::Skip(reason)) => Some(reason.as_str()),
                    _ => None,
                };
                let setup = entry.setup.as_deref();
                if skip.is_none() && setup.is_none() && entry.settings.is_none() {
                    continue;
                }
                let Some(at) = position_of(entry, &candidates) else { continue };
                let instruction =
                    Instruction { example: of_document[at], skip, setup, ..Instruction::default() };
                found.push(match &entry.settings {
                    Some(settings) => with_settings(instruction, settings),
                    None => instruction,
                });
            }
        }
        found
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
