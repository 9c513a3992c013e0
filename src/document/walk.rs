//! Finds the documents below folders.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, WalkBuilder};

use super::{DocumentError, Format, shown};

/// Patterns of files and folders that are left out, written as in a `.gitignore`.
#[derive(Clone, Debug)]
pub struct Exclusions {
    patterns: Gitignore,
    /// Whether they also hold for files and folders that are named themselves.
    forced: bool,
}

impl Exclusions {
    /// Patterns that are meant relative to a folder.
    pub fn new(root: &Path, patterns: &[String]) -> Result<Exclusions, DocumentError> {
        let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
        let mut builder = GitignoreBuilder::new(root);
        for pattern in patterns {
            let added = builder.add_line(None, pattern);
            added.map_err(|cause| invalid(pattern, &cause))?;
        }
        let patterns = builder.build().map_err(|cause| invalid(&patterns.join(" "), &cause))?;
        Ok(Exclusions { patterns, forced: false })
    }

    /// The same also for files and folders that are named themselves.
    pub fn forced(self) -> Exclusions {
        Exclusions { forced: true, ..self }
    }

    /// Nothing is left out.
    pub fn none() -> Exclusions {
        Exclusions { patterns: Gitignore::empty(), forced: false }
    }

    /// Whether a path that was named itself is left out all the same.
    fn cover_named(&self, path: &Path, is_folder: bool) -> bool {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        // Patterns say nothing about what lies elsewhere.
        let is_inside = path.starts_with(self.patterns.path());
        self.forced && is_inside && self.patterns.matched_path_or_any_parents(path, is_folder).is_ignore()
    }

    fn cover(&self, entry: &DirEntry) -> bool {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        let path = std::path::absolute(entry.path()).unwrap_or_else(|_| entry.path().to_owned());
        self.patterns.matched(path, is_folder).is_ignore()
    }
}

fn invalid(pattern: &str, cause: &ignore::Error) -> DocumentError {
    DocumentError::Pattern { pattern: pattern.to_owned(), cause: cause.to_string() }
}

/// The documents that the paths stand for, sorted and each once. In folders, files are taken by
/// their extension; `.gitignore` holds, and hidden files and symbolic links are passed over. A file
/// that is named itself is always taken.
pub fn walk(paths: &[PathBuf], exclusions: &Exclusions) -> Result<Vec<PathBuf>, DocumentError> {
    let mut found = Vec::new();
    for path in paths {
        let metadata = fs::metadata(path).map_err(|error| DocumentError::of_io(path, &error))?;
        if exclusions.cover_named(path, metadata.is_dir()) {
            continue;
        }
        if metadata.is_dir() {
            walk_folder(path, exclusions, &mut found)?;
        } else {
            found.push(path.clone());
        }
    }
    if found.is_empty() {
        return Err(DocumentError::nothing(paths));
    }
    found.sort_by_cached_key(|path| shown(path));
    let mut seen = HashSet::new();
    found.retain(|path| seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
    Ok(found)
}

fn walk_folder(
    folder: &Path,
    exclusions: &Exclusions,
    found: &mut Vec<PathBuf>,
) -> Result<(), DocumentError> {
    let exclusions = exclusions.clone();
    let walker = WalkBuilder::new(folder)
        .require_git(false)
        .filter_entry(move |entry| entry.depth() == 0 || !exclusions.cover(entry))
        .build();
    for entry in walker {
        let entry = entry.map_err(|error| unreadable(folder, &error))?;
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        if is_file && Format::of_extension(entry.path()).is_some() {
            found.push(entry.into_path());
        }
    }
    Ok(())
}

/// The error for a folder that the walk could not enter.
fn unreadable(folder: &Path, error: &ignore::Error) -> DocumentError {
    let mut place = folder;
    let mut inner = error;
    loop {
        inner = match inner {
            ignore::Error::WithPath { path, err } => {
                place = path;
                err
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => err,
            _ => break,
        };
    }
    match inner {
        ignore::Error::Io(cause) => DocumentError::of_io(place, cause),
        other => DocumentError::Unreadable { path: shown(place), cause: other.to_string() },
    }
}
