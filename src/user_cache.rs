//! The folder of what truedoc remembers from one check to the next (`$XDG_CACHE_HOME/truedoc`, else
//! `~/.cache/truedoc`), and how a file in it is replaced.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The folder; none without a home. It need not exist.
pub fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))
        .filter(|folder| folder.is_absolute());
    folder.map(|folder| folder.join("truedoc"))
}

/// Puts a file in its place in one step, so that nobody ever reads a part of it. Its folder is made.
///
/// # Errors
/// If it cannot be written; what was there before is then still there.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut target = tempfile::NamedTempFile::new_in(folder)?;
    target.write_all(content)?;
    target.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_nothing_lies_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/file.json");
        replace(&path, b"a long content").unwrap();
        replace(&path, b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(path.parent().unwrap().read_dir().unwrap().count(), 1);
        assert!(replace(&path.join("below a file"), b"").is_err());
    }
}
