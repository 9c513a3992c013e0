//! An example on its way through the stages, with what was found out about it before it runs.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::claim::{self, Found};
use crate::document::Document;
use crate::example::{self, Example, MENTION, Rejection};
use crate::mend::mend;
use crate::python::{self, Names};
use crate::run::Given;
use crate::traceless;
use crate::varying::{Varying, varying};
use crate::verdict::{Mend, Need};

/// One example on its way through the stages.
pub struct Case {
    /// The number of its document.
    pub document: usize,
    /// The example itself.
    pub example: Example,
    /// What its document claims about it.
    pub found: Found,
    /// The names it binds and needs.
    pub names: Arc<Names>,
    /// In which way its code may give another result the next time.
    pub varying: Varying,
    /// The modules that its code can reach, if it is proved to leave no trace.
    pub reach: Option<Vec<String>>,
    /// Whether it is among what the check is about; what is not may still run before it.
    pub selected: bool,
    /// Why it is not run, if it is not.
    pub skipped: Option<Need>,
    /// Inputs of a session that are not run.
    pub left_out: BTreeSet<usize>,
    /// Counts how often names were cleared above it; those of another era are not for it.
    pub era: usize,
    /// Earlier examples it runs after because marks say so.
    pub follows: BTreeSet<usize>,
    /// Ids and programs of the earlier examples it runs after.
    pub context: Vec<(String, String)>,
    /// Code that expectations have run before it.
    pub setup: Option<String>,
    /// Milliseconds and bytes of memory that expectations allow it.
    pub allowed: (Option<u64>, Option<u64>),
    /// What expectations give to it.
    pub given: Given,
    /// Whether one run is enough because it is proved to give the same in each.
    pub fixed: bool,
    /// Milliseconds it took in an earlier check; 0 if that is not known.
    pub expected_ms: u64,
    /// How its characters were mended for the run.
    pub mend: Option<Mend>,
    /// Names of its tests, if they are to be run.
    pub tests: Vec<String>,
    /// Ids and programs of the earlier examples that its tests run after.
    pub before_tests: Vec<(String, String)>,
}

impl Case {
    fn new(document: usize, example: Example) -> Case {
        let is_mention = example.rule == MENTION;
        Case {
            document,
            found: claim::find(&example),
            names: python::names(&example.code),
            varying: varying(&example.code),
            reach: traceless::reach(&example.code),
            example,
            selected: true,
            skipped: is_mention
                .then(|| Need { reason: "descriptive", what: "it mentions a function".to_owned() }),
            left_out: BTreeSet::new(),
            era: 0,
            follows: BTreeSet::new(),
            context: Vec::new(),
            setup: None,
            allowed: (None, None),
            given: Given::default(),
            fixed: false,
            expected_ms: 0,
            mend: None,
            tests: Vec::new(),
            before_tests: Vec::new(),
        }
    }

    /// Takes the tests that the example defines for claims.
    pub fn take_tests(&mut self) {
        self.tests = claim::tests(&self.example, &mut self.found);
    }

    /// The case with other code in its example, after some imports; it runs as the case does otherwise.
    pub fn with_code(&self, code: &str, imports: &[String]) -> Case {
        let mut example = self.example.clone();
        let lines: Vec<&str> = code.split_inclusive('\n').collect();
        for input in example.session.iter_mut().flatten() {
            let first = input.code_line - 1;
            input.source = lines[first..first + input.source.lines().count().max(1)].concat();
        }
        example.code = code.to_owned();
        let import = imports.iter().map(|import| (String::new(), format!("{import}\n")));
        Case {
            left_out: self.left_out.clone(),
            era: self.era,
            follows: self.follows.clone(),
            context: import.chain(self.context.iter().cloned()).collect(),
            ..Case::new(self.document, example)
        }
    }
}

/// The case of an example, which is mended if its characters were damaged.
fn case(index: usize, document: &mut Document, mut example: Example) -> Case {
    let (note, mend) = mend(document, &mut example).unzip();
    document.notes.extend(note);
    Case { mend, ..Case::new(index, example) }
}

impl Case {
    /// Its code, and that of the examples it runs after.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        let before = self.context.iter().map(|(_, source)| source.as_str());
        std::iter::once(self.example.code.as_str()).chain(before)
    }
}

/// The cases of the documents, which get notes on what extraction has to say.
pub fn cases(documents: &mut [Document]) -> (Vec<Case>, Vec<Vec<Rejection>>) {
    let extracted: Vec<(Vec<Case>, Vec<Rejection>)> = documents
        .par_iter_mut()
        .enumerate()
        .map(|(index, document)| {
            let mut extraction = example::extract(document);
            document.notes.append(&mut extraction.notes);
            let cases =
                extraction.examples.into_iter().map(|example| case(index, document, example)).collect();
            document.notes.sort_by_key(|note| note.line);
            (cases, extraction.rejections)
        })
        .collect();
    let mut cases = Vec::new();
    let mut rejections = Vec::new();
    for (mut found, rejected) in extracted {
        cases.append(&mut found);
        rejections.push(rejected);
    }
    (cases, rejections)
}
