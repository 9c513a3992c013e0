//! CORPUS: the documents of a check. Few are read once and are in memory; of many only the outlines
//! are, and the texts are read again wave by wave, so that memory does not grow with them.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::{Document, DocumentError, DocumentErrors, Exclusions, read, shown, walk};

use crate::lock::lock;

/// How much of a check is in memory at once; a document is never cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaveSize {
    /// Bytes of documents.
    pub bytes: u64,
    /// Examples.
    pub examples: usize,
}

/// The texts of so many waves are no more than what becomes of one: to read them again would save little.
const WAVES_IN_MEMORY: u64 = 8;

impl Default for WaveSize {
    fn default() -> Self {
        WaveSize { bytes: 512 << 10, examples: 1000 }
    }
}

impl WaveSize {
    /// So large that everything is in memory at once.
    pub const WHOLE: WaveSize = WaveSize { bytes: u64::MAX, examples: usize::MAX };

    /// Cuts documents of these sizes into portions that are read together, several of which make a wave:
    /// how many examples they have is known only then.
    pub fn portions(self, sizes: impl IntoIterator<Item = u64>) -> Vec<Range<usize>> {
        let most = self.bytes / 16;
        let mut portions: Vec<Range<usize>> = Vec::new();
        let mut bytes = 0_u64;
        for (at, size) in sizes.into_iter().enumerate() {
            bytes = bytes.saturating_add(size);
            match portions.last_mut() {
                Some(portion) if bytes <= most => portion.end = at + 1,
                _ => {
                    portions.push(at..at + 1);
                    bytes = size;
                }
            }
        }
        portions
    }
}

/// The documents of a check, sorted by their paths.
#[derive(Debug)]
pub enum Corpus {
    /// Those that are in memory.
    Few(Vec<Document>),
    /// Those that are read again.
    Many(Outlines),
}

/// Documents that are looked at in waves.
#[derive(Debug)]
pub struct Outlines {
    /// Where their texts are read again; nothing if they are in memory.
    paths: Option<Vec<PathBuf>>,
    /// Bytes of each.
    pub sizes: Vec<u64>,
    /// What is known of them, of those that are read again besides their texts.
    pub documents: Vec<Document>,
    /// Words of lines that may import something.
    pub words: BTreeSet<String>,
}

impl Corpus {
    /// Finds and reads the documents that paths stand for.
    ///
    /// # Errors
    /// If there is none, or with the errors of all that cannot be read.
    pub fn open(
        paths: &[PathBuf],
        exclusions: &Exclusions,
        wave: WaveSize,
    ) -> Result<Corpus, DocumentErrors> {
        let found = walk(paths, exclusions).map_err(|error| DocumentErrors(vec![error]))?;
        let named: HashSet<&Path> = paths.iter().map(PathBuf::as_path).collect();
        let opened = |path: &PathBuf| {
            let document = read(path)?;
            Ok(Document { named: named.contains(path.as_path()), ..document })
        };
        let is_much = |sizes: &Vec<u64>| sizes.iter().sum::<u64>() / WAVES_IN_MEMORY > wave.bytes;
        let Some(sizes) = sizes(&found).filter(is_much) else {
            return Ok(Corpus::Few(all(found.par_iter().map(opened))?));
        };
        let words = Mutex::new(BTreeSet::new());
        let documents = all(found.par_iter().map(|path| {
            let document = opened(path)?;
            let new = import_words(&document.text);
            lock(&words).extend(new);
            Ok(document.without_text())
        }))?;
        let words = words.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Corpus::Many(Outlines { paths: Some(found), sizes, documents, words }))
    }

    /// All documents, which may be without their texts.
    pub fn documents(&self) -> Vec<&Document> {
        match self {
            Corpus::Few(documents) => documents.iter().collect(),
            Corpus::Many(outlines) => outlines.documents.iter().collect(),
        }
    }

    /// Keeps those alone for which this says so, each in its place.
    pub fn retain(&mut self, kept: &[bool]) {
        match self {
            Corpus::Few(documents) => retain(documents, kept),
            Corpus::Many(outlines) => {
                outlines.paths.iter_mut().for_each(|paths| retain(paths, kept));
                retain(&mut outlines.sizes, kept);
                retain(&mut outlines.documents, kept);
            }
        }
    }
}

fn retain<T>(all: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    all.retain(|_| kept.next().is_none_or(|kept| *kept));
}

impl Outlines {
    /// Documents whose texts are in memory, but not what becomes of them.
    pub fn in_memory(documents: Vec<Document>) -> Outlines {
        let sizes = documents.iter().map(|document| document.text.len() as u64).collect();
        let words = documents.par_iter().map(|document| import_words(&document.text));
        let words = words.reduce(BTreeSet::new, |mut all, mut new| {
            all.append(&mut new);
            all
        });
        Outlines { paths: None, sizes, documents, words }
    }

    /// Whether their texts are in memory.
    pub fn are_in_memory(&self) -> bool {
        self.paths.is_none()
    }

    /// The documents with these numbers, which are read again if they are not in memory.
    ///
    /// # Errors
    /// If one cannot be read, or is another one by now.
    pub fn read(&self, numbers: impl IntoIterator<Item = usize>) -> Result<Vec<Document>, DocumentErrors> {
        let numbers: Vec<usize> = numbers.into_iter().collect();
        all(numbers.into_par_iter().map(|number| {
            let outline = &self.documents[number];
            let Some(path) = self.paths.as_ref().map(|paths| &paths[number]) else {
                return Ok(outline.clone());
            };
            let document = read(path)?;
            match document.sha256 == outline.sha256 {
                true => Ok(Document { named: outline.named, ..document }),
                false => Err(DocumentError::Changed { path: shown(path) }),
            }
        }))
    }
}

/// The words of a text that stand in lines with `import` or `await`.
fn import_words(text: &str) -> BTreeSet<String> {
    let is_of_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let starts = ["import", "await"].into_iter().flat_map(|word| text.match_indices(word));
    let lines = starts.map(|(at, _)| {
        let begin = text[..at].rfind('\n').map_or(0, |end| end + 1);
        text[begin..].lines().next().unwrap_or_default()
    });
    let words = lines.flat_map(|line| line.split(|letter| !is_of_word(letter)));
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The bytes of files; none if some are no plain files, which cannot be read twice.
fn sizes(paths: &[PathBuf]) -> Option<Vec<u64>> {
    let size = |path: &PathBuf| fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|file| file.len());
    paths.iter().map(size).collect()
}

/// All documents in their order, or every error.
fn all(
    results: impl IndexedParallelIterator<Item = Result<Document, DocumentError>>,
) -> Result<Vec<Document>, DocumentErrors> {
    let results: Vec<_> = results.collect();
    let (mut documents, mut errors) = (Vec::with_capacity(results.len()), Vec::new());
    for result in results {
        match result {
            Ok(document) => documents.push(document),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(documents) } else { Err(DocumentErrors(errors)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(folder: &Path, bytes: u64) -> Result<Corpus, DocumentErrors> {
        Corpus::open(&[folder.to_owned()], &Exclusions::none(), WaveSize { bytes, ..WaveSize::default() })
    }

    #[test]
    fn portions_are_as_large_as_they_may_be() {
        let size = WaveSize { bytes: 160, ..WaveSize::default() };
        assert_eq!(size.portions([5, 5, 1, 9]), [0..2, 2..4]);
        assert_eq!(size.portions([99, 1]), [0..1, 1..2], "no document is cut");
        assert!(size.portions([]).is_empty());
        assert_eq!(WaveSize::WHOLE.portions([1 << 40, 1 << 40]).len(), 1);
    }

    #[test]
    fn texts_of_many_are_read_again_and_must_be_the_same() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.md", "b.md", "c.md"] {
            fs::write(folder.path().join(name), format!("text of {name}\n")).unwrap();
        }
        assert!(matches!(opened(folder.path(), 99), Ok(Corpus::Few(documents)) if documents.len() == 3));
        let Ok(Corpus::Many(outlines)) = opened(folder.path(), 1) else { panic!("they are many") };
        assert!(outlines.documents.iter().all(|document| document.text.is_empty()));
        let read = outlines.read([0, 2]).unwrap();
        assert_eq!([&*read[0].text, &*read[1].text], ["text of a.md\n", "text of c.md\n"]);
        fs::write(folder.path().join("c.md"), "something else\n").unwrap();
        assert!(outlines.read([2]).unwrap_err().to_string().contains("was changed in the meantime"));
    }

    #[test]
    fn every_document_that_cannot_be_read_is_told() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.md", "b.md"] {
            fs::write(folder.path().join(name), b"\x89PNG\r\n\x1a\n\0\0\0").unwrap();
        }
        for bytes in [1, 99] {
            assert_eq!(opened(folder.path(), bytes).unwrap_err().0.len(), 2);
        }
    }
}
