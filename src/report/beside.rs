//! A new file that takes the place of another one in a single step. Until then it has no name, so
//! that a run which is killed while it writes leaves nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use nix::fcntl::{AT_FDCWD, AtFlags};
use nix::libc;
use tempfile::NamedTempFile;

/// A file in the folder of another one.
#[derive(Debug)]
pub enum FileBeside {
    /// Without a name.
    Unnamed(File),
    /// With one, where the file system knows no files without: removed when it is dropped.
    Named(NamedTempFile),
}

impl FileBeside {
    /// Makes one with the permissions that the file it is to replace has.
    pub fn new(real: &Path, permissions: &fs::Permissions) -> io::Result<FileBeside> {
        let folder = folder_of(real);
        let mut options = OpenOptions::new();
        options.read(true).write(true).custom_flags(libc::O_TMPFILE).mode(permissions.mode());
        match options.open(folder) {
            Ok(file) => Ok(FileBeside::Unnamed(file)),
            Err(_) => named(folder, permissions),
        }
    }

    /// Puts it in the place of a file, which may be there or not.
    pub fn persist(self, real: &Path) -> io::Result<()> {
        let file = match self {
            FileBeside::Named(file) => return file.persist(real).map(drop).map_err(|error| error.error),
            FileBeside::Unnamed(file) => file,
        };
        match give_name(&file, real) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            done => return done,
        }
        // No system call gives a name that is taken: this takes two.
        let number = std::process::id();
        let between = folder_of(real).join(format!(".truedoc-{number}-{}", file.as_raw_fd()));
        // Left by a process of the same number, if it is there at all.
        let _ = fs::remove_file(&between);
        give_name(&file, &between)?;
        fs::rename(&between, real).inspect_err(|_| {
            // The error is that of the renaming.
            let _ = fs::remove_file(&between);
        })
    }
}

impl Write for FileBeside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            FileBeside::Unnamed(file) => file.write(bytes),
            FileBeside::Named(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            FileBeside::Unnamed(file) => file.flush(),
            FileBeside::Named(file) => file.flush(),
        }
    }
}

fn named(folder: &Path, permissions: &fs::Permissions) -> io::Result<FileBeside> {
    let mut builder = tempfile::Builder::new();
    let made = builder.prefix(".truedoc-").permissions(permissions.clone()).tempfile_in(folder);
    // The error of the crate names its temporary file, which means nothing to a user.
    made.map(FileBeside::Named).map_err(|error| match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::from(error.kind()),
    })
}

fn give_name(file: &File, path: &Path) -> io::Result<()> {
    let unnamed = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(nix::unistd::linkat(AT_FDCWD, unnamed.as_str(), AT_FDCWD, path, AtFlags::AT_SYMLINK_FOLLOW)?)
}

/// The folder that a file lies in or is to lie in.
pub fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or_else(|| Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_under_way_has_no_name_and_then_that_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().join("real");
        for text in ["first", "second"] {
            let before = names(folder.path());
            let mut file = FileBeside::new(&real, &fs::Permissions::from_mode(0o640)).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            assert_eq!(names(folder.path()), before);
            file.persist(&real).unwrap();
            assert_eq!(fs::read_to_string(&real).unwrap(), text);
            assert_eq!(names(folder.path()), ["real"]);
            assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
        }
    }

    #[test]
    fn where_every_file_has_a_name_it_is_replaced_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().join("real");
        let mut file = named(folder.path(), &fs::Permissions::from_mode(0o644)).unwrap();
        file.write_all(b"text").unwrap();
        file.persist(&real).unwrap();
        assert_eq!(names(folder.path()), ["real"]);
        drop(named(folder.path(), &fs::Permissions::from_mode(0o644)).unwrap());
        assert_eq!(names(folder.path()), ["real"]);
    }
}
