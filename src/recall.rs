//! RECALL: documents that were checked before, and have not changed since, nor has anything that what is
//! found in them depends on. They are not extracted again: the report says of them what it said then.
//!
//! The results of their examples are kept as well (see [`crate::cache`]); this saves all the rest of the
//! way. A document is recalled only if everything that was run for it gives the same each time, and nothing
//! but itself says how it is checked; and only by a check that is about all of its documents as they are.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::cache::{Cache, DocumentKey};
use crate::check::CheckSettings;
use crate::document::{Corpus, Document, Format};
use crate::report::Counts;
use crate::report::model::{self, Claim};

/// Changes with what is kept.
const SCHEMA: &str = "truedoc/documents/1";

/// Documents that are looked up at once.
const AT_ONCE: usize = 64;

/// What earlier checks under the same settings found in documents.
#[derive(Debug)]
pub struct Recall {
    cache: Arc<Cache>,
    settings: CheckSettings,
    /// What every key begins with, once the interpreters are known.
    beginning: OnceLock<Sha256>,
    /// Paths of the documents that something else than themselves says more about.
    declared: BTreeSet<String>,
}

/// A document as it was found in an earlier check.
#[derive(Debug)]
pub struct Recalled {
    /// Its path.
    pub path: String,
    /// Its numbers.
    pub summary: Counts,
    /// Ids and hashes of its examples that fail the check.
    pub failed: Vec<(String, String)>,
    bytes: Vec<u8>,
    /// Where the JSON of what the report says of it begins.
    start: usize,
}

/// What is known of a document without reading all that is kept; it stands on a line before the rest.
#[derive(Serialize, Deserialize)]
struct Head {
    summary: Counts,
    failed: Vec<(String, String)>,
}

/// What fails in the documents that were recalled: their paths, and ids and hashes of their examples.
pub type Failed = Vec<(String, Vec<(String, String)>)>;

impl Recalled {
    /// What the report says of it, as JSON.
    pub fn json(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
}

impl Recall {
    /// What a check with these settings may recall; none if it is about something else than all of its
    /// documents as they are, or keeps nothing. Those with the paths of `declared` are always checked.
    pub fn of(settings: &CheckSettings, declared: BTreeSet<String>) -> Option<Recall> {
        let CheckSettings { only, last_failed, baseline, fail_fast, shard, .. } = settings;
        let is_whole = only.runs_everything() && !last_failed && baseline.is_none() && shard.is_none();
        let cache = settings.cache.clone().filter(|_| is_whole && !fail_fast)?;
        Some(Recall { cache, settings: settings.clone(), beginning: OnceLock::new(), declared })
    }

    /// Gives the documents of a corpus that were checked before to `take`, and leaves the others in it.
    ///
    /// # Errors
    /// Those of `take`.
    pub fn take_known(
        &self,
        corpus: &mut Corpus,
        take: &mut dyn FnMut(Recalled) -> io::Result<()>,
    ) -> io::Result<Failed> {
        let (mut is_new, mut failed) = (Vec::new(), Vec::new());
        let documents = corpus.documents();
        // What is no plain file can be read once only, and could not be shown later.
        let are_files = || documents.par_iter().all(|document| Path::new(&document.path).is_file());
        if self.beginning().is_none() || !are_files() {
            return Ok(failed);
        }
        for some in documents.chunks(AT_ONCE) {
            let found: Vec<Option<Recalled>> =
                some.par_iter().map(|document| self.recalled(document)).collect();
            for recalled in found {
                is_new.push(recalled.is_none());
                if let Some(recalled) = recalled {
                    failed.push((recalled.path.clone(), recalled.failed.clone()));
                    take(recalled)?;
                }
            }
        }
        corpus.retain(&is_new);
        Ok(failed)
    }

    fn recalled(&self, document: &Document) -> Option<Recalled> {
        let bytes = self.cache.document(&self.key(document)?)?;
        let start = bytes.iter().position(|&byte| byte == b'\n')? + 1;
        let Head { summary, failed } = serde_json::from_slice(&bytes[..start]).ok()?;
        Some(Recalled { path: document.path.clone(), summary, failed, bytes, start })
    }

    /// Keeps what the report says of a document in which the same is found each time.
    pub fn keep(&self, document: &Document, reported: model::Document) {
        let Some(key) = self.key(document) else { return };
        let reported = reported.known_from_before();
        let failed = reported.examples.iter().filter(|example| example.claims.iter().any(Claim::fails));
        let failed = failed.map(|example| (example.id.clone(), example.hash.clone())).collect();
        let head = Head { summary: reported.summary, failed };
        let mut bytes = serde_json::to_vec(&head).unwrap_or_default();
        bytes.push(b'\n');
        if serde_json::to_writer(&mut bytes, &reported).is_ok() {
            self.cache.keep_document(&key, bytes);
        }
    }

    /// The key of a document; none if more than itself says how it is checked.
    fn key(&self, document: &Document) -> Option<DocumentKey> {
        // Code is checked as part of its package.
        if document.format == Format::Python || self.declared.contains(&document.path) {
            return None;
        }
        let mut hasher = self.beginning()?.clone();
        for part in [&document.path, &document.sha256, &document.named.to_string()] {
            hasher.update(part);
            hasher.update([0]);
        }
        Some(DocumentKey::end(hasher))
    }

    /// What every key begins with: all that is the same for all documents; none while it is not known.
    fn beginning(&self) -> Option<&Sha256> {
        if self.beginning.get().is_none() {
            let CheckSettings { isolate, limits, mends, run_tests, .. } = &self.settings;
            let mut hasher = Sha256::new();
            hasher.update(format!("{SCHEMA} {isolate:?} {limits:?} {mends} {run_tests}"));
            hasher.update(
                std::env::current_dir().unwrap_or_else(|_| PathBuf::new()).as_os_str().as_encoded_bytes(),
            );
            for settings in self.settings.for_each_python() {
                hasher.update(self.cache.begin_key(&settings.engine)?.finalize());
            }
            // Whoever was first has found the same.
            let _ = self.beginning.set(hasher);
        }
        self.beginning.get()
    }
}
