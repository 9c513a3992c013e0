//! What is kept of whole documents, for whoever knows what else it depends on.

use sha2::{Digest, Sha256};

use super::Cache;
use super::identity::{key, key_of_description, surroundings};
use super::store::Key;
use crate::run::EngineSettings;

impl Cache {
    /// Begins a key: with everything that what runs under these settings depends on besides its plan; none
    /// while nothing is known of the interpreter.
    pub fn begin_key(&self, settings: &EngineSettings) -> Option<Sha256> {
        let surroundings = surroundings(settings)?;
        let description = self.description(&key_of_description(&surroundings))?;
        let described = serde_json::to_vec(&description).ok()?;
        Some(surroundings.chain_update("document").chain_update(described))
    }

    /// What is kept of a document.
    pub fn document(&self, key: &DocumentKey) -> Option<Vec<u8>> {
        self.bytes(&key.0)
    }

    /// Keeps something of a document.
    pub fn keep_document(&self, key: &DocumentKey, bytes: Vec<u8>) {
        self.put_bytes(key.0, bytes);
    }
}

/// Names what is kept of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentKey(Key);

impl DocumentKey {
    /// The key that ends with what was added.
    pub fn end(hasher: Sha256) -> DocumentKey {
        DocumentKey(key(hasher))
    }
}
