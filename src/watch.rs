//! Waits for documents to change, for `check --watch`.
//!
//! The files are asked for their size and time again and again. That also works where the system
//! tells nobody of changes (network drives, folders shared with a container), needs nothing beside
//! the walk that every check begins with, and costs a few milliseconds for a thousand documents.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How often the files are looked at.
pub const INTERVAL: Duration = Duration::from_millis(300);

/// What is known of a file without reading it.
type Stamp = (u64, Option<SystemTime>);

/// The files that are watched, as they were last seen.
#[derive(Debug, Default)]
pub struct Watched {
    seen: BTreeMap<PathBuf, Stamp>,
    /// Changes that were seen, and may not be over yet.
    pending: Vec<PathBuf>,
}

impl Watched {
    /// Takes files as they are now.
    pub fn new(files: impl IntoIterator<Item = PathBuf>) -> Watched {
        Watched { seen: stamps(files), pending: Vec::new() }
    }

    /// The files that are new or have changed, once they have stayed as they are from one look to the
    /// next: an editor may write a file in several steps. A file that is gone is no change, because it
    /// may be about to be replaced.
    pub fn changed(&mut self, files: impl IntoIterator<Item = PathBuf>) -> Vec<PathBuf> {
        let now = stamps(files);
        let differs = |(path, stamp): &(&PathBuf, &Stamp)| self.seen.get(*path) != Some(*stamp);
        let fresh: Vec<PathBuf> = now.iter().filter(differs).map(|(path, _)| path.clone()).collect();
        self.seen.extend(now);
        if fresh.is_empty() {
            return std::mem::take(&mut self.pending);
        }
        self.pending.extend(fresh);
        self.pending.sort();
        self.pending.dedup();
        Vec::new()
    }
}

fn stamps(files: impl IntoIterator<Item = PathBuf>) -> BTreeMap<PathBuf, Stamp> {
    files.into_iter().filter_map(|path| stamp(&path).map(|stamp| (path, stamp))).collect()
}

fn stamp(path: &Path) -> Option<Stamp> {
    let found = std::fs::metadata(path).ok()?;
    Some((found.len(), found.modified().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_count_once_they_have_settled() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two] = ["one.md", "two.md"].map(|name| folder.path().join(name));
        std::fs::write(&one, "1").unwrap();
        let files = || [one.clone(), two.clone()];
        let mut watched = Watched::new(files());
        assert!(watched.changed(files()).is_empty());
        std::fs::write(&one, "half").unwrap();
        assert!(watched.changed(files()).is_empty(), "it may not be whole yet");
        std::fs::write(&two, "new").unwrap();
        assert!(watched.changed(files()).is_empty());
        assert_eq!(watched.changed(files()), [one.clone(), two.clone()]);
        assert!(watched.changed(files()).is_empty(), "each change counts once");
        std::fs::remove_file(&two).unwrap();
        assert!(watched.changed(files()).is_empty() && watched.changed(files()).is_empty());
        std::fs::write(&two, "new again").unwrap();
        assert!(watched.changed(files()).is_empty());
        assert_eq!(watched.changed(files()), std::slice::from_ref(&two));
    }
}
