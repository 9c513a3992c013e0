//! The texts of the documents of a report, for renderings that show or measure them.

use std::collections::HashMap;
use std::path::Path;

use super::Report;
use crate::document::{self, Document};
use crate::verdict::Outcome;

/// The texts that a report is about, by path. A report does not hold them: beside an outcome they are
/// at hand, and for a stored report they are read again, as far as they are still there unchanged. A
/// rendering says less about a document whose text is missing, and nothing wrong.
#[derive(Debug, Default)]
pub struct Sources<'a> {
    documents: HashMap<String, Source<'a>>,
}

#[derive(Debug)]
enum Source<'a> {
    AtHand(&'a Document),
    ReadAgain(Box<Document>),
}

impl<'a> Sources<'a> {
    /// The texts of an outcome.
    pub fn of(outcome: &'a Outcome) -> Sources<'a> {
        let documents = outcome.documents.iter().map(|found| &found.document);
        Sources {
            documents: documents.map(|document| (document.path.clone(), Source::AtHand(document))).collect(),
        }
    }

    /// Reads the texts of a stored report again. Those that cannot be read, or were changed since, are
    /// left out.
    pub fn read(report: &Report) -> Sources<'static> {
        let documents = report.documents.iter().filter_map(|reported| {
            let document = document::read(Path::new(&reported.path)).ok()?;
            let is_same = document.sha256 == reported.sha256;
            is_same.then(|| (reported.path.clone(), Source::ReadAgain(Box::new(document))))
        });
        Sources { documents: documents.collect() }
    }

    /// The document with this path; none if its text is not known.
    pub fn document(&self, path: &str) -> Option<&Document> {
        match self.documents.get(path)? {
            Source::AtHand(document) => Some(document),
            Source::ReadAgain(document) => Some(document),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn documents_that_were_changed_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        std::fs::write(&path, "one\ntwo\n").unwrap();
        let document = document::read(&path).unwrap();
        let mut report = Report::of(&fixture::outcome());
        report.documents[0].path = document.path.clone();
        report.documents[0].sha256 = document.sha256.clone();
        let sources = Sources::read(&report);
        assert_eq!(sources.document(&document.path).map(|document| document.line(2)), Some("two"));
        assert!(sources.document("notes.txt").is_none());
        std::fs::write(&path, "one\nthree\n").unwrap();
        assert!(Sources::read(&report).document(&document.path).is_none());
    }
}
