//! What failed last time, so that `--last-failed` runs only that.
//!
//! The state of each folder that checks are started from (that of the settings file, or the working
//! one) is a file of its own in the user's cache folder (`$XDG_CACHE_HOME/truedoc/last-failed`, else
//! `~/.cache/truedoc/last-failed`): a document folder stays clean, and may be read-only. Each check
//! brings it up to date for the examples that it ran; two checks at once take turns. A missing or
//! damaged file is the same as none.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::document::Document;
use crate::example::Example;
use crate::exit::fails;
use crate::expectations::content_hash;
use crate::verdict::{DocumentOutcome, Outcome};
use crate::{digest, user_cache};

const SCHEMA: &str = "truedoc/last-failed/1";

/// Why what failed cannot be remembered.
#[derive(Debug, thiserror::Error)]
#[error("what failed cannot be remembered for --last-failed in `{path}`: {cause}")]
pub struct LastFailedError {
    path: String,
    cause: io::Error,
}

/// What failed in earlier checks of a folder.
#[derive(Debug)]
pub struct LastFailed {
    path: Option<PathBuf>,
    state: State,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    schema: String,
    /// Examples that failed, in order.
    failed: BTreeSet<Failed>,
    /// Documents with differences from the expectations that no single example stands for.
    documents: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Failed {
    /// Absolute path of the document.
    document: String,
    /// Id of the example.
    example: String,
    /// Hash of its code, by which it is found when sections were renamed.
    hash: String,
}

impl LastFailed {
    /// What failed below a folder, as the user's cache has it.
    pub fn of(root: &Path) -> LastFailed {
        let name = digest::hex(&Sha256::digest(absolute(root))[..12]);
        let path = user_cache::folder().map(|folder| folder.join(format!("last-failed/{name}.json")));
        path.map_or(LastFailed { path: None, state: State::default() }, |path| LastFailed::at(&path))
    }

    /// What a file says has failed; it need not exist.
    pub fn at(path: &Path) -> LastFailed {
        LastFailed { state: read(path), path: Some(path.to_owned()) }
    }

    /// Of some examples, each with the number of its document, the paths and ids of those that
    /// failed last time; none if nothing failed that these documents still hold.
    pub fn among(
        &self,
        documents: &[Document],
        examples: &[(usize, &Example)],
    ) -> BTreeSet<(String, String)> {
        let absolute: Vec<String> =
            documents.iter().map(|document| absolute(Path::new(&document.path))).collect();
        let names: Vec<BTreeSet<&str>> = absolute
            .iter()
            .map(|document| self.state.of_document(document).flat_map(Failed::names).collect())
            .collect();
        let failed = examples.iter().filter(|(document, example)| {
            let names = &names[*document];
            self.state.documents.contains(&absolute[*document])
                || names.contains(example.id.as_str())
                || (!names.is_empty() && names.contains(content_hash(example).as_str()))
        });
        failed.map(|(document, example)| (documents[*document].path.clone(), example.id.clone())).collect()
    }

    /// Brings up to date what is known of the examples that a check ran.
    ///
    /// # Errors
    /// If the file cannot be written; it is then as it was.
    pub fn record(
        &self,
        outcome: &Outcome,
        ran: &dyn Fn(&str, &Example) -> bool,
    ) -> Result<(), LastFailedError> {
        self.bring_up_to_date(&|state| {
            outcome.documents.iter().for_each(|found| state.update(found, outcome, ran));
        })
    }

    /// The same for documents of which it is known what fails in them: the paths, and the ids and hashes of
    /// the examples.
    ///
    /// # Errors
    /// As for [`LastFailed::record`].
    pub fn record_known(&self, documents: &[(String, Vec<(String, String)>)]) -> Result<(), LastFailedError> {
        let known: Vec<(String, BTreeSet<Failed>)> = documents
            .iter()
            .map(|(path, failed)| {
                let document = absolute(Path::new(path));
                let entry = |(example, hash): &(String, String)| {
                    let (example, hash) = (example.clone(), hash.clone());
                    Failed { document: document.clone(), example, hash }
                };
                (document.clone(), failed.iter().map(entry).collect())
            })
            .collect();
        let is_known = |(document, failed): &(String, BTreeSet<Failed>)| {
            self.state.of_document(document).eq(failed) && !self.state.documents.contains(document)
        };
        if known.iter().all(is_known) {
            return Ok(());
        }
        self.bring_up_to_date(&|state| {
            for (document, failed) in &known {
                state.documents.remove(document);
                state.failed.retain(|one| one.document != *document);
                state.failed.extend(failed.iter().cloned());
            }
        })
    }

    fn bring_up_to_date(&self, change: &dyn Fn(&mut State)) -> Result<(), LastFailedError> {
        let Some(path) = &self.path else { return Ok(()) };
        let failed = |cause| LastFailedError { path: path.display().to_string(), cause };
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(failed)?;
        // Another check of the same folder may be about to do the same.
        let lock = File::create(path.with_extension("lock")).map_err(failed)?;
        lock.lock().map_err(failed)?;
        let mut state = read(path);
        change(&mut state);
        state.forget_gone();
        state.documents.retain(|document| Path::new(document).exists());
        write(path, &state).map_err(failed)
    }
}

impl Failed {
    /// By what the example is found again.
    fn names(&self) -> [&str; 2] {
        [&self.example, &self.hash]
    }
}

impl State {
    /// What failed in a document.
    fn of_document<'a>(&'a self, document: &'a str) -> impl Iterator<Item = &'a Failed> {
        let first = Failed { document: document.to_owned(), example: String::new(), hash: String::new() };
        self.failed.range(first..).take_while(move |failed| failed.document == document)
    }

    /// Leaves out what failed in documents that are no longer there.
    fn forget_gone(&mut self) {
        let documents: BTreeSet<&str> = self.failed.iter().map(|failed| failed.document.as_str()).collect();
        let gone: BTreeSet<String> =
            documents.into_iter().filter(|path| !Path::new(path).exists()).map(str::to_owned).collect();
        self.failed.retain(|failed| !gone.contains(&failed.document));
    }

    fn update(&mut self, found: &DocumentOutcome, outcome: &Outcome, ran: &dyn Fn(&str, &Example) -> bool) {
        let path = &found.document.path;
        let document = absolute(Path::new(path));
        let ids: BTreeSet<&str> = found.examples.iter().map(|one| one.example.id.as_str()).collect();
        let before: Vec<Failed> = self.of_document(&document).cloned().collect();
        self.failed.retain(|failed| failed.document != document);
        let stays = before.into_iter().filter(|failed| ids.contains(failed.example.as_str()));
        let mut failed: BTreeMap<String, Failed> = stays.map(|one| (one.example.clone(), one)).collect();
        self.documents.remove(&document);
        let differences = outcome.unexpected.iter().filter_map(|one| one.document.as_ref());
        let lines: Vec<usize> = differences.filter(|(of, _)| of == path).map(|(_, line)| *line).collect();
        let mut placed = 0;
        for one in found.examples.iter().filter(|one| ran(path, &one.example)) {
            let here = lines.iter().filter(|&&line| super::holds_line(&one.example, line)).count();
            placed += here;
            let id = &one.example.id;
            if here > 0 || one.claims.iter().any(fails) {
                let (example, hash) = (id.clone(), content_hash(&one.example));
                failed.insert(id.clone(), Failed { document: document.clone(), example, hash });
            } else {
                failed.remove(id);
            }
        }
        self.failed.extend(failed.into_values());
        if placed < lines.len() {
            self.documents.insert(document);
        }
    }
}

fn absolute(path: &Path) -> String {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
}

fn read(path: &Path) -> State {
    let text = fs::read_to_string(path).unwrap_or_default();
    serde_json::from_str::<State>(&text).ok().filter(|state| state.schema == SCHEMA).unwrap_or_default()
}

fn write(path: &Path, state: &State) -> io::Result<()> {
    let state =
        State { schema: SCHEMA.to_owned(), failed: state.failed.clone(), documents: state.documents.clone() };
    user_cache::replace(path, &serde_json::to_vec_pretty(&state)?)
}
