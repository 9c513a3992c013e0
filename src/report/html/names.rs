//! The names of places within a page: each is given once.

use std::collections::{HashMap, HashSet};

use crate::report::model::{Document, Example};

/// The names that were given.
#[derive(Default)]
pub(super) struct Names {
    taken: HashSet<String>,
    /// How many findings of a line have a name.
    findings: HashMap<String, usize>,
}

impl Names {
    /// A line of a document: `doc/guide.md:11`; none if it was given before.
    pub(super) fn line(&mut self, document: &Document, line: usize) -> Option<String> {
        let name = format!("doc/{}:{line}", document.path);
        self.taken.insert(name.clone()).then_some(name)
    }

    /// A finding on a line: `doc/guide.md:11/2`.
    pub(super) fn finding(&mut self, document: &Document, line: usize) -> String {
        let line = format!("doc/{}:{line}", document.path);
        let number = self.findings.entry(line.clone()).or_default();
        *number += 1;
        format!("{line}/{number}")
    }

    /// An example: its id, or its place where two documents have an id in common.
    pub(super) fn example(&mut self, document: &Document, example: &Example) -> String {
        if self.taken.insert(example.id.clone()) {
            return example.id.clone();
        }
        let name = format!("doc/{}#{}", document.path, example.id);
        match self.taken.insert(name.clone()) {
            true => name,
            false => self.finding(document, example.start_line),
        }
    }
}
