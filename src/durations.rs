//! How long examples took before, so that the long ones start first.
//!
//! The file lies in the user's cache folder. It only makes a check shorter: a missing, unreadable or
//! damaged file is the same as none, and what cannot be written is lost without harm.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{digest, user_cache};

const SCHEMA: &str = "truedoc/durations/1";

/// Examples that are done sooner need no place in the queue.
const WORTH_KEEPING: Duration = Duration::from_millis(100);

/// Entries kept; beyond that the shortest are dropped.
const MOST_ENTRIES: usize = 10_000;

/// What is known of the durations of examples, by their code.
#[derive(Debug, Default)]
pub struct Durations {
    path: Option<PathBuf>,
    millis: BTreeMap<String, u64>,
    changed: bool,
}

#[derive(Serialize, Deserialize)]
struct File {
    schema: String,
    millis: BTreeMap<String, u64>,
}

impl Durations {
    /// The durations in the user's cache folder.
    pub fn of_user() -> Durations {
        user_cache::folder()
            .map_or_else(Durations::default, |folder| Durations::at(&folder.join("durations.json")))
    }

    /// The durations in a file, which need not exist.
    pub fn at(path: &Path) -> Durations {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let file = serde_json::from_str::<File>(&text).ok().filter(|file| file.schema == SCHEMA);
        Durations {
            path: Some(path.to_owned()),
            millis: file.map(|file| file.millis).unwrap_or_default(),
            changed: false,
        }
    }

    /// Milliseconds that this code took before; 0 if it is not known or was quick.
    pub fn expected_ms(&self, code: &str) -> u64 {
        if self.millis.is_empty() { 0 } else { self.millis.get(&key(code)).copied().unwrap_or(0) }
    }

    /// Remembers how long this code took.
    pub fn record(&mut self, code: &str, took: Duration) {
        let key = key(code);
        if took >= WORTH_KEEPING {
            let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            self.changed |= self.millis.insert(key, millis) != Some(millis);
        } else {
            self.changed |= self.millis.remove(&key).is_some();
        }
    }

    /// Writes what is new, replacing the file in one step.
    pub fn save(&mut self) {
        let Some(path) = self.path.as_ref().filter(|_| std::mem::take(&mut self.changed)) else { return };
        let mut longest: Vec<(&String, u64)> =
            self.millis.iter().map(|(key, &millis)| (key, millis)).collect();
        longest.sort_by_key(|(_, millis)| std::cmp::Reverse(*millis));
        longest.truncate(MOST_ENTRIES);
        let millis = longest.into_iter().map(|(key, millis)| (key.clone(), millis)).collect();
        let file = File { schema: SCHEMA.to_owned(), millis };
        // A check must not fail because its cache cannot be written.
        let _ = user_cache::replace(path, &serde_json::to_vec(&file).unwrap_or_default());
    }
}

fn key(code: &str) -> String {
    digest::hex(&Sha256::digest(code)[..12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_ones_are_remembered_and_quick_ones_forgotten() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("deep/durations.json");
        let mut durations = Durations::at(&path);
        durations.record("slow", Duration::from_secs(2));
        durations.record("quick", Duration::from_millis(3));
        durations.save();
        let mut again = Durations::at(&path);
        assert_eq!((again.expected_ms("slow"), again.expected_ms("quick")), (2000, 0));
        again.record("slow", Duration::from_millis(5));
        again.save();
        assert_eq!(Durations::at(&path).expected_ms("slow"), 0);
    }

    #[test]
    fn a_damaged_file_is_no_trouble() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("durations.json");
        std::fs::write(&path, "{\"schema\": \"other/9\", \"millis\": {}}").expect("writable");
        assert_eq!(Durations::at(&path).expected_ms("x"), 0);
        std::fs::write(&path, [0xff, 0xfe, 0x00]).expect("writable");
        assert_eq!(Durations::at(&path).expected_ms("x"), 0);
    }
}
