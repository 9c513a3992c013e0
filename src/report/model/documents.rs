//! Where the documents of a report are: in memory, or, of a check of any size, in an unnamed file.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::{self, BufReader, Read, Seek, Write};

use rayon::prelude::*;
use serde::ser::{Error as _, SerializeSeq};
use serde::{Serialize, Serializer};
use tempfile::SpooledTempFile;

use super::{Document, Report};

/// Bytes of documents that stay in memory.
const MOST_IN_MEMORY: usize = 4 << 20;

/// Documents that are read at once.
const AT_ONCE: usize = 32;

/// The documents of a report, which can be gone through as often as needed.
pub trait Documents: Serialize + Sized {
    /// How many there are.
    fn count(&self) -> usize;

    /// Shows all of them, in their order.
    ///
    /// # Errors
    /// The first error of the visitor, or if they cannot be read.
    fn each(&self, visit: &mut dyn FnMut(&Document) -> io::Result<()>) -> io::Result<()>;

    /// The report with all of them in memory, for what has to see them together.
    ///
    /// # Errors
    /// If they cannot be read.
    fn loaded(report: &Report<Self>) -> io::Result<Cow<'_, Report>>;
}

impl Documents for Vec<Document> {
    fn count(&self) -> usize {
        self.len()
    }

    fn each(&self, visit: &mut dyn FnMut(&Document) -> io::Result<()>) -> io::Result<()> {
        self.iter().try_for_each(visit)
    }

    fn loaded(report: &Report) -> io::Result<Cow<'_, Report>> {
        Ok(Cow::Borrowed(report))
    }
}

/// Documents that are put away one after the other: the JSON of each, in a file without a name once they
/// are more than a few.
#[derive(Debug)]
pub struct Spool {
    file: RefCell<SpooledTempFile>,
    places: Vec<Place>,
    end: u64,
}

/// Where a document is.
#[derive(Debug)]
struct Place {
    path: String,
    offset: u64,
    length: usize,
}

impl Default for Spool {
    fn default() -> Self {
        Spool { file: RefCell::new(SpooledTempFile::new(MOST_IN_MEMORY)), places: Vec::new(), end: 0 }
    }
}

impl Spool {
    /// Puts the JSON of the document with this path behind those that are there.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn push(&mut self, path: String, json: &[u8]) -> io::Result<()> {
        self.file.get_mut().write_all(json)?;
        self.places.push(Place { path, offset: self.end, length: json.len() });
        self.end += json.len() as u64;
        Ok(())
    }

    /// Puts them into the order of their paths, in which they are shown.
    pub fn sort(&mut self) {
        self.places.sort_by(|one, other| one.path.cmp(&other.path));
    }
}

impl Documents for Spool {
    fn count(&self) -> usize {
        self.places.len()
    }

    fn each(&self, visit: &mut dyn FnMut(&Document) -> io::Result<()>) -> io::Result<()> {
        let mut file = self.file.borrow_mut();
        file.rewind()?;
        let mut reader = BufReader::new(&mut *file);
        let mut at = 0;
        for some in self.places.chunks(AT_ONCE) {
            let mut texts = Vec::with_capacity(some.len());
            for Place { offset, length, .. } in some {
                reader.seek_relative(offset.cast_signed() - at)?;
                let mut json = vec![0; *length];
                reader.read_exact(&mut json)?;
                at = offset.cast_signed() + json.len() as i64;
                texts.push(json);
            }
            let documents = texts.par_iter().map(|json| serde_json::from_slice::<Document>(json));
            let documents: Vec<_> = documents.collect();
            documents.into_iter().try_for_each(|document| visit(&document?))?;
        }
        file.seek(io::SeekFrom::End(0)).map(drop)
    }

    fn loaded(report: &Report<Spool>) -> io::Result<Cow<'_, Report>> {
        let mut documents = Vec::with_capacity(report.documents.count());
        report.documents.each(&mut |document| {
            documents.push(document.clone());
            Ok(())
        })?;
        Ok(Cow::Owned(report.with(documents)))
    }
}

impl Serialize for Spool {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(self.count()))?;
        let mut failure = None;
        let written = self.each(&mut |document| {
            sequence.serialize_element(document).map_err(|error| {
                failure = Some(error);
                io::Error::other("it cannot be written")
            })
        });
        match (failure, written) {
            (Some(error), _) => Err(error),
            (None, Err(error)) => Err(S::Error::custom(error)),
            (None, Ok(())) => sequence.end(),
        }
    }
}

impl<D> Report<D> {
    /// The same report of other documents.
    pub fn with<E>(&self, documents: E) -> Report<E> {
        Report {
            schema: self.schema.clone(),
            truedoc: self.truedoc.clone(),
            interpreters: self.interpreters.clone(),
            pythons: self.pythons.clone(),
            packages: self.packages.clone(),
            run_tests: self.run_tests,
            shard: self.shard.clone(),
            sandbox: self.sandbox.clone(),
            documents,
            unexpected: self.unexpected.clone(),
            summary: self.summary,
            exit: self.exit,
            left_out: self.left_out,
            baseline: self.baseline,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn put(spool: &mut Spool, documents: &[Document]) {
        for document in documents {
            spool.push(document.path.clone(), &serde_json::to_vec(document).unwrap()).unwrap();
        }
    }

    #[test]
    fn documents_in_a_file_are_those_that_were_put_there() {
        let whole = Report::of(&fixture::outcome());
        let mut spool = Spool::default();
        // More than stays in memory, in two goes.
        let times = MOST_IN_MEMORY / serde_json::to_vec(&whole.documents).unwrap().len() + 1;
        let documents: Vec<Document> =
            std::iter::repeat_n(&whole.documents, times).flatten().cloned().collect();
        let (first, second) = documents.split_at(documents.len() / 3);
        put(&mut spool, first);
        let mut seen = 0;
        spool
            .each(&mut |document| {
                assert_eq!(*document, documents[seen]);
                seen += 1;
                Ok(())
            })
            .unwrap();
        assert_eq!(seen, first.len());
        put(&mut spool, second);
        assert!(spool.file.borrow().is_rolled());
        let (spooled, whole) = (whole.with(spool), whole.with(documents));
        assert_eq!(*Documents::loaded(&spooled).unwrap(), whole);
        assert_eq!(
            serde_json::to_string_pretty(&spooled).unwrap(),
            serde_json::to_string_pretty(&whole).unwrap()
        );
    }

    #[test]
    fn they_are_shown_in_the_order_of_their_paths() {
        let one = &Report::of(&fixture::outcome()).documents[0];
        let names = ["m.md", "z.md", "a.md", "b/c.md", "n.md"];
        let documents = names.map(|path| Document { path: path.to_owned(), ..one.clone() });
        let mut spool = Spool::default();
        put(&mut spool, &documents);
        spool.sort();
        let mut seen = Vec::new();
        spool
            .each(&mut |document| {
                seen.push(document.path.clone());
                Ok(())
            })
            .unwrap();
        assert_eq!(seen, ["a.md", "b/c.md", "m.md", "n.md", "z.md"]);
    }

    #[test]
    fn an_error_of_the_visitor_ends_it() {
        let mut spool = Spool::default();
        put(&mut spool, &Report::of(&fixture::outcome()).documents);
        let mut seen = 0;
        let error = spool.each(&mut |_| {
            seen += 1;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!((error.unwrap_err().kind(), seen), (io::ErrorKind::StorageFull, 1));
    }
}
