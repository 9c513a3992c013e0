//! The texts of the documents of a report, for renderings that show or measure them.

use std::collections::HashMap;
use std::path::Path;

use super::{Report, model};
use crate::document::{self, Document};
use crate::verdict::Outcome;

/// The texts that a report is about, by path. A report does not hold them: beside an outcome they are
/// at hand, and for a stored report they are read again, as far as they are still there unchanged. A
/// rendering says less about a document whose text is missing, and nothing wrong.
#[derive(Debug, Default)]
pub struct Sources<'a> {
    documents: HashMap<String, Source<'a>>,
    /// Whether what is not there is read when it is asked for.
    is_read_late: bool,
}

#[derive(Debug)]
enum Source<'a> {
    AtHand(&'a Document),
    Owned(Box<Document>),
}

impl<'a> Sources<'a> {
    /// The texts of an outcome.
    pub fn of(outcome: &'a Outcome) -> Sources<'a> {
        let documents = outcome.documents.iter().map(|found| &found.document);
        Sources {
            documents: documents.map(|document| (document.path.clone(), Source::AtHand(document))).collect(),
            is_read_late: false,
        }
    }

    /// Reads the texts of a stored report again. Those that cannot be read, or were changed since, are
    /// left out.
    pub fn read(report: &Report) -> Sources<'static> {
        let documents = report.documents.iter().filter_map(|reported| {
            let document = read_again(reported)?;
            Some((reported.path.clone(), Source::Owned(Box::new(document))))
        });
        Sources { documents: documents.collect(), is_read_late: false }
    }

    /// The texts of these documents.
    pub fn of_documents(documents: impl IntoIterator<Item = Document>) -> Sources<'static> {
        let owned = |document: Document| (document.path.clone(), Source::Owned(Box::new(document)));
        Sources { documents: documents.into_iter().map(owned).collect(), is_read_late: false }
    }

    /// The texts of documents that are each read again when it is asked for, and kept no longer.
    pub fn read_late() -> Sources<'static> {
        Sources { documents: HashMap::new(), is_read_late: true }
    }

    /// Whether each is read when it is asked for.
    pub(super) fn are_read_late(&self) -> bool {
        self.is_read_late
    }

    /// The document with this path; none if its text is not known.
    pub fn document(&self, path: &str) -> Option<&Document> {
        match self.documents.get(path)? {
            Source::AtHand(document) => Some(document),
            Source::Owned(document) => Some(document),
        }
    }

    /// The text of a document of a report; an empty one if it is not known.
    pub(super) fn text_of(&self, reported: &model::Document) -> Document {
        let known = self.document(&reported.path).cloned();
        let known = known.or_else(|| self.is_read_late.then(|| read_again(reported)).flatten());
        known.unwrap_or_else(|| Document::from_text(&reported.path, reported.format, ""))
    }
}

/// The document of a report, if it is still there unchanged.
fn read_again(reported: &model::Document) -> Option<Document> {
    // What is no plain file may wait for somebody who writes to it.
    let path = Some(Path::new(&reported.path)).filter(|path| path.is_file())?;
    let document = document::read(path).ok()?;
    (document.sha256 == reported.sha256).then_some(document)
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
