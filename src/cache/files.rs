//! What the files of a folder say, in one number: it changes when any of them does.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::document::Format;

/// Bytes of a file whose content counts; of a longer one it is the size and the time of its change.
const LONGEST: u64 = 1 << 20;
/// Files of a folder that are looked at.
const MOST_FILES: usize = 50_000;
/// Files of this name lie in folders that are no part of a project: caches, virtual environments.
const FOREIGN: [&str; 2] = ["CACHEDIR.TAG", "pyvenv.cfg"];

/// Which files of a folder count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// All but documents, which may change without a change of the code beside them.
    Code,
}

/// The digest of a file or folder, by names and contents.
pub fn digest(path: &Path, which: Which) -> [u8; 32] {
    let mut hasher = Sha256::new();
    let mut todo = vec![path.to_owned()];
    let mut seen = 0;
    while let Some(path) = todo.pop() {
        seen += 1;
        if seen > MOST_FILES {
            break;
        }
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => todo.extend(entries(&path, which)),
            Ok(metadata) => add_file(&mut hasher, &path, &metadata),
            Err(_) => add(&mut hasher, &path, b"missing"),
        }
    }
    hasher.finalize().into()
}

/// What lies in a folder and counts. Links to folders are not followed, so that there is an end.
fn entries(folder: &Path, which: Which) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let counts = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let kind = entry.file_type();
        let is_folder = kind.as_ref().is_ok_and(fs::FileType::is_dir);
        let is_linked = kind.is_ok_and(|kind| kind.is_symlink()) && entry.path().is_dir();
        let is_foreign = || FOREIGN.iter().any(|sign| entry.path().join(sign).exists());
        match which {
            _ if is_linked || name == "__pycache__" => false,
            Which::All => true,
            Which::Code if is_folder => !name.starts_with('.') && name != "node_modules" && !is_foreign(),
            Which::Code => matches!(Format::of_extension(&entry.path()), None | Some(Format::Python)),
        }
    };
    let mut paths: Vec<PathBuf> = entries.filter(counts).map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn add_file(hasher: &mut Sha256, path: &Path, metadata: &fs::Metadata) {
    let content = if metadata.is_file() && metadata.len() <= LONGEST { fs::read(path).ok() } else { None };
    match content {
        Some(content) => add(hasher, path, &Sha256::digest(content)),
        None => add(hasher, path, stamp(metadata).as_bytes()),
    }
}

fn add(hasher: &mut Sha256, path: &Path, value: &[u8]) {
    hasher.update(path.as_os_str().as_encoded_bytes());
    hasher.update([0]);
    hasher.update(value);
    hasher.update([0]);
}

/// By what a file is told from another without reading it.
pub fn stamp(metadata: &fs::Metadata) -> String {
    format!("{}:{}.{}", metadata.len(), metadata.mtime(), metadata.mtime_nsec())
}

/// The stamp of a file; that it is not there is one, too.
pub fn stamp_of(path: &Path) -> String {
    fs::metadata(path).map_or_else(|error| error.kind().to_string(), |metadata| stamp(&metadata))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_changes_with_contents_and_names() {
        let folder = tempfile::tempdir().unwrap();
        let of = |which| digest(folder.path(), which);
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("a.py", "x = 1");
        let first = of(Which::Code);
        write("a.py", "x = 2");
        let second = of(Which::Code);
        assert_ne!(first, second);
        write("a.py", "x = 1");
        assert_eq!(of(Which::Code), first, "neither the order nor the time counts");
        fs::rename(folder.path().join("a.py"), folder.path().join("b.py")).unwrap();
        assert_ne!(of(Which::Code), first);
        let (code, all) = (of(Which::Code), of(Which::All));
        write("README.md", "text");
        assert_eq!(of(Which::Code), code, "a document is no code");
        assert_ne!(of(Which::All), all);
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
        assert_eq!(of(Which::Code), code);
    }
}
