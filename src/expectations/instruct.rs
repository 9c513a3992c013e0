//! What expectations say before anything is run: what is not to be run, what runs before an
//! example, and claims that a document does not make itself.

use super::Expectations;
use super::format::DeclaredOutcome;
use super::locate::position_of;
use crate::document::Document;
use crate::example::Example;

/// What is declared about an example before it runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Instruction<'a> {
    /// Index of the example among those asked about.
    pub example: usize,
    /// Why it is not to be run.
    pub skip: Option<&'a str>,
    /// Code that runs before it.
    pub setup: Option<&'a str>,
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
                if skip.is_none() && setup.is_none() {
                    continue;
                }
                let position = position_of(entry, &candidates);
                found.extend(position.map(|at| Instruction { example: of_document[at], skip, setup }));
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
