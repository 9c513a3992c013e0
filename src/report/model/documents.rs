//! Where the documents of a report are: in memory, or, of a check of any size, in an unnamed file.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};

use serde::ser::{Error as _, SerializeSeq};
use serde::{Serialize, Serializer};
use tempfile::SpooledTempFile;

use super::{Document, Report};

/// Bytes of documents that stay in memory.
const MOST_IN_MEMORY: usize = 4 << 20;

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

/// Documents that are put away one after the other: a line of JSON for each, in a file without a name
/// once they are more than a few.
#[derive(Debug)]
pub struct Spool {
    file: RefCell<SpooledTempFile>,
    count: usize,
}

impl Default for Spool {
    fn default() -> Self {
        Spool { file: RefCell::new(SpooledTempFile::new(MOST_IN_MEMORY)), count: 0 }
    }
}

impl Spool {
    /// Puts documents behind those that are there.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn extend(&mut self, documents: impl IntoIterator<Item = Document>) -> io::Result<()> {
        let mut writer = BufWriter::new(self.file.get_mut());
        for document in documents {
            serde_json::to_writer(&mut writer, &document)?;
            writer.write_all(b"\n")?;
            self.count += 1;
        }
        writer.flush()
    }
}

impl Documents for Spool {
    fn count(&self) -> usize {
        self.count
    }

    fn each(&self, visit: &mut dyn FnMut(&Document) -> io::Result<()>) -> io::Result<()> {
        let mut file = self.file.borrow_mut();
        file.rewind()?;
        let mut reader = BufReader::new(&mut *file);
        let mut line = Vec::new();
        for _ in 0..self.count {
            line.clear();
            reader.read_until(b'\n', &mut line)?;
            visit(&serde_json::from_slice(&line)?)?;
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
        let mut sequence = serializer.serialize_seq(Some(self.count))?;
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

    #[test]
    fn documents_in_a_file_are_those_that_were_put_there() {
        let whole = Report::of(&fixture::outcome());
        let mut spool = Spool::default();
        // More than stays in memory, in two goes.
        let times = MOST_IN_MEMORY / serde_json::to_vec(&whole.documents).unwrap().len() + 1;
        let documents: Vec<Document> =
            std::iter::repeat_n(&whole.documents, times).flatten().cloned().collect();
        let (first, second) = documents.split_at(documents.len() / 3);
        spool.extend(first.to_vec()).unwrap();
        let mut seen = 0;
        spool
            .each(&mut |document| {
                assert_eq!(*document, documents[seen]);
                seen += 1;
                Ok(())
            })
            .unwrap();
        assert_eq!(seen, first.len());
        spool.extend(second.to_vec()).unwrap();
        assert!(spool.file.borrow().is_rolled());
        let (spooled, whole) = (whole.with(spool), whole.with(documents));
        assert_eq!(*Documents::loaded(&spooled).unwrap(), whole);
        assert_eq!(
            serde_json::to_string_pretty(&spooled).unwrap(),
            serde_json::to_string_pretty(&whole).unwrap()
        );
    }

    #[test]
    fn an_error_of_the_visitor_ends_it() {
        let mut spool = Spool::default();
        spool.extend(Report::of(&fixture::outcome()).documents).unwrap();
        let mut seen = 0;
        let error = spool.each(&mut |_| {
            seen += 1;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!((error.unwrap_err().kind(), seen), (io::ErrorKind::StorageFull, 1));
    }
}
