//! BASELINE: the refutations that are put up with for now (`check --baseline FILE`).
//!
//! A ratchet for adopting truedoc on documents with many mistakes: what stands in the file does not
//! fail a check, anything new does, and what was mended has to be taken out, so that it cannot come
//! back unseen. It gives no reasons; what is wrong on purpose belongs into the expectations.
//!
//! An entry is a claim with the number of times that its document makes it. Lines, ids and code are
//! left out, so that the file changes only where a claim does. Paths are relative to the folder of the
//! file.

mod format;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::claim::Claim;
use crate::document::shown;
use crate::exit::fails;
use crate::report::text::one_line;
use crate::report::{FileTarget, TargetError};
use crate::verdict::{BaselineCounts, Outcome, Unexpected, Verdict};
use format::{Entry, Key, key};

#[cfg(test)]
pub use format::File;

/// Characters of what is claimed that a message shows.
const LONGEST: usize = 60;

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// None is named.
    #[error("no baseline is named; give it with `--baseline FILE`, or as `baseline` in truedoc.toml")]
    Unnamed,
    /// There is none.
    #[error(
        "the baseline `{path}` does not exist; make it with `truedoc check --baseline {path} --update-baseline`"
    )]
    Missing {
        /// The file as shown to the user.
        path: String,
    },
    /// The file cannot be read.
    #[error("the baseline `{path}` cannot be read: {cause}")]
    Unreadable {
        /// The file as shown to the user.
        path: String,
        /// What the system says.
        cause: io::Error,
    },
    /// It is no baseline.
    #[error(
        "`{path}` is no baseline of truedoc ({cause}); if you did not mean to edit it, write it anew with --update-baseline after removing it"
    )]
    NoBaseline {
        /// The file as shown to the user.
        path: String,
        /// What is wrong with it.
        cause: String,
    },
    /// It cannot be written; what stood there is unchanged.
    #[error("the baseline `{path}` cannot be written: {cause}; it is unchanged")]
    Write {
        /// The file as shown to the user.
        path: String,
        /// What the system says.
        cause: io::Error,
    },
}

impl From<TargetError> for BaselineError {
    fn from(error: TargetError) -> Self {
        match error {
            TargetError::Open { path, cause } | TargetError::Write { path, cause } => {
                BaselineError::Write { path, cause }
            }
            // There is only one.
            TargetError::Twice { path } => {
                BaselineError::Write { path, cause: io::ErrorKind::AlreadyExists.into() }
            }
        }
    }
}

/// The refutations that are put up with.
#[derive(Debug, Default)]
pub struct Baseline {
    path: PathBuf,
    entries: BTreeMap<Key, Entry>,
}

/// Refutations of a baseline that are over.
#[derive(Debug, Default)]
pub struct Mended {
    /// Each as a difference with the number of times.
    over: Vec<(Unexpected, usize)>,
    /// The documents of the baseline that were checked.
    checked: BTreeSet<String>,
}

impl Mended {
    /// Takes in others.
    pub fn append(&mut self, others: Mended) {
        self.over.extend(others.over);
        self.checked.extend(others.checked);
    }

    /// Adds them to the differences of an outcome.
    pub fn tell(self, outcome: &mut Outcome) {
        let counts = outcome.course.baseline.get_or_insert_default();
        counts.mended += self.over.iter().map(|(_, times)| times).sum::<usize>();
        outcome.unexpected.extend(self.over.into_iter().map(|(difference, _)| difference));
    }
}

/// What became of a baseline that was brought up to date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Updated {
    /// Refutations that were added.
    pub added: usize,
    /// Refutations that were taken out.
    pub removed: usize,
    /// Refutations that stayed.
    pub kept: usize,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// If it does not exist, cannot be read, or is none.
    pub fn read(path: &Path) -> Result<Baseline, BaselineError> {
        let text = fs::read_to_string(path).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => BaselineError::Missing { path: shown(path) },
            _ => BaselineError::Unreadable { path: shown(path), cause },
        })?;
        let entries =
            format::parse(&text).map_err(|cause| BaselineError::NoBaseline { path: shown(path), cause })?;
        Ok(Baseline { path: path.to_owned(), entries })
    }

    /// The path of a document as the file has it.
    fn name(&self, document: &str) -> String {
        let absolute = |path: &Path| fs::canonicalize(path).ok();
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = absolute(folder.unwrap_or(Path::new(".")));
        let inside = absolute(Path::new(document))
            .zip(folder)
            .and_then(|(path, folder)| path.strip_prefix(folder).ok().map(shown));
        inside.unwrap_or_else(|| document.to_owned())
    }

    /// Whether the refutation of a claim is put up with.
    pub fn knows(&self, document: &str, claim: &Claim) -> bool {
        self.entries.contains_key(&key(&self.name(document), claim))
    }

    /// Marks as known what is put up with. Gives what was mended in these documents, which is told only
    /// if they were checked as a whole.
    pub fn apply(&self, outcome: &mut Outcome) -> Mended {
        let mut left: BTreeMap<&Key, usize> =
            self.entries.iter().map(|(key, entry)| (key, entry.count)).collect();
        let mut counts = BaselineCounts::default();
        let mut checked = BTreeSet::new();
        let reason = format!("it stands in the baseline {}", shown(&self.path));
        for found in &mut outcome.documents {
            let name = self.name(&found.document.path);
            for judged in found.examples.iter_mut().flat_map(|example| &mut example.claims) {
                if !fails(judged) {
                    continue;
                }
                match left.get_mut(&key(&name, &judged.claim)).filter(|left| **left > 0) {
                    Some(left) => {
                        *left -= 1;
                        counts.known += 1;
                        judged.known = Some(reason.clone());
                    }
                    None => counts.new += 1,
                }
            }
            if self.entries.keys().any(|key| key.document == name) {
                checked.insert(name);
            }
        }
        outcome.course.baseline = Some(counts);
        let left = left.into_iter().filter(|(key, left)| *left > 0 && checked.contains(&key.document));
        Mended { over: left.map(|(key, left)| (self.mended(key, left), left)).collect(), checked }
    }

    /// Adds what was mended because its document is gone, so that nothing is left to be refuted.
    pub fn add_gone(&self, mended: &mut Mended) {
        let is_gone = |key: &Key| !mended.checked.contains(&key.document) && !self.exists(&key.document);
        let gone: Vec<_> = self.entries.iter().filter(|(key, _)| is_gone(key)).collect();
        mended.over.extend(gone.into_iter().map(|(key, entry)| (self.mended(key, entry.count), entry.count)));
    }

    fn exists(&self, document: &str) -> bool {
        self.path.parent().unwrap_or(Path::new(".")).join(document).exists()
    }

    fn mended(&self, key: &Key, times: usize) -> Unexpected {
        let entry = &self.entries[key];
        let what = match entry.subject.is_empty() {
            true => "what is printed".to_owned(),
            false => format!("`{}`", one_line(&entry.subject, LONGEST)),
        };
        let claimed = one_line(&entry.claimed, LONGEST);
        let times = if times > 1 { format!(", {times} times") } else { String::new() };
        Unexpected {
            file: shown(&self.path),
            line: entry.line,
            message: format!(
                "{what} claimed as `{claimed}` in {} is refuted no longer{times}; take it out with --update-baseline",
                key.document
            ),
            document: None,
        }
    }

    /// The baseline of what an outcome holds. Entries of documents that were not checked stay as long
    /// as the documents do.
    pub fn updated(&self, path: &Path, outcome: &Outcome) -> (Baseline, Updated) {
        let mut new = Baseline { path: path.to_owned(), entries: BTreeMap::new() };
        let mut checked = BTreeSet::new();
        for found in &outcome.documents {
            let name = new.name(&found.document.path);
            let claims = found.examples.iter().flat_map(|example| &example.claims);
            for judged in claims.filter(|judged| judged.verdict == Verdict::Refuted && judged.known.is_none())
            {
                new.entries
                    .entry(key(&name, &judged.claim))
                    .or_insert_with(|| Entry::of(&judged.claim))
                    .count += 1;
            }
            checked.insert(name);
        }
        for (key, entry) in &self.entries {
            if !checked.contains(&key.document) && new.exists(&key.document) {
                new.entries.insert(key.clone(), entry.clone());
            }
        }
        let changes = self.changes(&new);
        (new, changes)
    }

    fn changes(&self, new: &Baseline) -> Updated {
        let count = |of: &Baseline, key: &Key| of.entries.get(key).map_or(0, |entry| entry.count);
        let keys: BTreeSet<&Key> = self.entries.keys().chain(new.entries.keys()).collect();
        keys.into_iter().fold(Updated::default(), |updated, key| {
            let (before, after) = (count(self, key), count(new, key));
            Updated {
                added: updated.added + after.saturating_sub(before),
                removed: updated.removed + before.saturating_sub(after),
                kept: updated.kept + before.min(after),
            }
        })
    }

    /// Brings the file of a baseline up to date with an outcome, as a whole. Others that do so at the
    /// same time wait.
    ///
    /// # Errors
    /// If the old file is no baseline, or the new one cannot be written; the old one is then unchanged.
    pub fn update(path: &Path, outcome: &Outcome) -> Result<Updated, BaselineError> {
        let target = FileTarget::open(path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let unreadable = |cause| BaselineError::Unreadable { path: shown(path), cause };
        let lock = fs::File::open(folder.unwrap_or(Path::new("."))).map_err(unreadable)?;
        lock.lock().map_err(unreadable)?;
        let old = match Baseline::read(path) {
            Err(BaselineError::Missing { .. }) => Baseline::default(),
            read => read?,
        };
        let (new, updated) = old.updated(path, outcome);
        target.write(|writer| new.write(writer))?;
        Ok(updated)
    }

    fn write(&self, writer: &mut dyn Write) -> io::Result<()> {
        format::write(&self.entries, writer)
    }
}

#[cfg(test)]
mod tests;
