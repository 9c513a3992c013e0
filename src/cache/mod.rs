//! CACHE: what examples gave in earlier checks, so that an unchanged one need not run.
//!
//! A [`Run`] is kept under a key made of everything that can change it: the whole plan, the
//! interpreter and its packages, the machine, and truedoc itself. What may come out otherwise the next
//! time is never kept (see `worth.rs`), so that a check gives the same with the cache and without it.
//!
//! ```text
//! engine.rs     runs plans, those that are kept without a process
//! documents.rs  what is kept of whole documents
//! identity.rs   what a result depends on besides its plan;  files.rs: the content of folders
//! worth.rs      which results are kept
//! store.rs      the files
//! ```

mod documents;
mod engine;
mod files;
mod identity;
mod store;
mod worth;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::lock::lock;
use crate::run::Run;
use crate::user_cache;
use identity::Description;
use store::{Changes, Key, Store};

pub use documents::DocumentKey;
pub use engine::{CachingEngine, Fleeting};
pub use store::MOST_BYTES;

/// Bytes of results that are worth bringing the files up to date for.
const MUCH: usize = 1 << 20;

/// The results that are kept in a folder.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    store: RwLock<Store>,
    changes: Mutex<Changes>,
    /// What is known of interpreters and was found to be true, or is new.
    descriptions: Mutex<HashMap<Key, Description>>,
}

impl Cache {
    /// The folder of the user's cache; none without a home.
    pub fn folder_of_user() -> Option<PathBuf> {
        user_cache::folder().map(|folder| folder.join("runs"))
    }

    /// The results that are kept for the user; none without a home.
    pub fn of_user() -> Option<Cache> {
        Cache::folder_of_user().map(|folder| Cache::at(&folder))
    }

    /// The results that are kept in a folder, which need not exist.
    pub fn at(folder: &Path) -> Cache {
        Cache {
            folder: folder.to_owned(),
            store: RwLock::new(Store::open(folder)),
            changes: Mutex::default(),
            descriptions: Mutex::default(),
        }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How many results are kept, and the bytes that they take.
    pub fn size(&self) -> (usize, u64) {
        self.store.read().unwrap_or_else(PoisonError::into_inner).size()
    }

    /// Removes everything that is kept.
    ///
    /// # Errors
    /// If another run does not let go of it, or a file cannot be removed.
    pub fn clear(&self) -> std::io::Result<()> {
        *self.changes() = Changes::default();
        lock(&self.descriptions).clear();
        self.store.write().unwrap_or_else(PoisonError::into_inner).clear()
    }

    /// Writes what is new if it is much, so that a long check holds little of it. It does not find that itself:
    /// nothing is known from an earlier check but what was there when this one began.
    pub fn save_much(&self) {
        let much = {
            let mut changes = self.changes();
            (changes.size() >= MUCH).then(|| std::mem::take(&mut *changes))
        };
        if let Some(changes) = much {
            let _ = self.store.read().unwrap_or_else(PoisonError::into_inner).add(changes, MOST_BYTES);
        }
    }

    /// Writes what is new. What cannot be written is lost without harm: the next check runs it again.
    pub fn save(&self) {
        let changes = std::mem::take(&mut *self.changes());
        if !changes.fresh.is_empty() || !changes.used.is_empty() || !changes.gone.is_empty() {
            let mut store = self.store.write().unwrap_or_else(PoisonError::into_inner);
            let _ = store.update(changes, MOST_BYTES);
        }
    }

    /// What is known of an interpreter, if that is still true. It is looked at once.
    fn description(&self, key: &Key) -> Option<Description> {
        let mut known = lock(&self.descriptions);
        if !known.contains_key(key) {
            known.insert(*key, self.get(key).filter(Description::is_valid)?);
        }
        known.get(key).cloned()
    }

    fn describe(&self, key: Key, description: &Description) {
        self.put(key, description);
        lock(&self.descriptions).insert(key, description.clone());
    }

    fn forget_description(&self, key: &Key) {
        self.forget(key);
        lock(&self.descriptions).remove(key);
    }

    /// What is kept under a key, if it can be understood.
    fn get<T: DeserializeOwned>(&self, key: &Key) -> Option<T> {
        serde_json::from_slice(&self.bytes(key)?).ok()
    }

    fn bytes(&self, key: &Key) -> Option<Vec<u8>> {
        let store = self.store.read().unwrap_or_else(PoisonError::into_inner);
        let bytes = store.get(key)?;
        if !store.is_used_today(key) {
            self.changes().used.insert(*key);
        }
        Some(bytes)
    }

    fn put(&self, key: Key, value: &impl Serialize) {
        if let Ok(bytes) = serde_json::to_vec(value) {
            self.put_bytes(key, bytes);
        }
    }

    fn put_bytes(&self, key: Key, bytes: Vec<u8>) {
        let mut changes = self.changes();
        changes.gone.remove(&key);
        changes.fresh.insert(key, bytes);
    }

    fn forget(&self, key: &Key) {
        let mut changes = self.changes();
        changes.fresh.remove(key);
        changes.gone.insert(*key);
    }

    fn run(&self, key: &Key) -> Option<Run> {
        self.get(key).map(|run| Run { cached: true, ..run })
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        lock(&self.changes)
    }
}
