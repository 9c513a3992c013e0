//! A file that a report goes to, opened before the work starts and put in place as a whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::beside::{FileBeside, folder_of};
use crate::document::shown;

/// Why a report cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The file cannot be created.
    #[error(
        "the report cannot be written to `{path}`: {cause}; choose another place with --output or --report"
    )]
    Open {
        /// The file as typed.
        path: String,
        /// What the system says.
        cause: io::Error,
    },
    /// Two reports would go to one file.
    #[error("two reports would go to `{path}`; give each a file of its own")]
    Twice {
        /// The file as typed.
        path: String,
    },
    /// Writing failed on the way, as on a full disk; nothing was left half-written.
    #[error("the report could not be written to `{path}`: {cause}; what stood there before is unchanged")]
    Write {
        /// The file as typed.
        path: String,
        /// What the system says.
        cause: io::Error,
    },
}

/// A file that a report goes to.
#[derive(Debug)]
pub struct FileTarget {
    shown: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// A file that is replaced in the end by one written beside it.
    Replaced { real: PathBuf, permissions: fs::Permissions },
    /// A device or pipe, which cannot be replaced.
    Direct(File),
}

impl FileTarget {
    /// Opens a target, so that a place that cannot be written to is known at once.
    pub fn open(path: &Path) -> Result<FileTarget, TargetError> {
        let place = Place::open(path).map_err(|cause| TargetError::Open { path: shown(path), cause })?;
        Ok(FileTarget { shown: shown(path), place })
    }

    /// The file itself, emptied, for what is written as it happens.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn stream(self) -> Result<File, TargetError> {
        let opened = match self.place {
            Place::Direct(file) => Ok(file),
            Place::Replaced { real, .. } => File::create(real),
        };
        opened.map_err(|cause| TargetError::Open { path: self.shown, cause })
    }

    /// Writes the report and puts it in place.
    pub fn write(self, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), TargetError> {
        self.place.write(render).map_err(|cause| TargetError::Write { path: self.shown, cause })
    }
}

impl Place {
    fn open(path: &Path) -> io::Result<Place> {
        // A link is followed, so that its target is replaced and not the link.
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let permissions = match fs::metadata(&real) {
            Ok(found) if found.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(found) if found.is_file() => {
                // Replacing needs no right to write the old file; a read-only one is meant to stay.
                drop(OpenOptions::new().write(true).open(&real)?);
                found.permissions()
            }
            Ok(_) => return Ok(Place::Direct(OpenOptions::new().write(true).open(&real)?)),
            Err(_) => fs::Permissions::from_mode(0o666),
        };
        let folder = folder_of(&real);
        if !folder.is_dir() {
            let message = format!("the folder `{}` does not exist", shown(folder));
            return Err(io::Error::new(io::ErrorKind::NotFound, message));
        }
        // Only tried here and made again in the end: a check that is interrupted leaves nothing.
        drop(FileBeside::new(&real, &permissions)?);
        Ok(Place::Replaced { real, permissions })
    }

    fn write(self, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        match self {
            Place::Direct(file) => {
                let mut writer = BufWriter::new(file);
                render(&mut writer)?;
                writer.flush()
            }
            Place::Replaced { real, permissions } => {
                let mut writer = BufWriter::new(FileBeside::new(&real, &permissions)?);
                render(&mut writer)?;
                let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.persist(&real)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_replaces_the_old_one_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        fs::write(&path, "old").unwrap();
        let target = FileTarget::open(&path).unwrap();
        let error = target.write(|writer| {
            writer.write_all(b"half")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert!(error.unwrap_err().to_string().contains("is unchanged"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        FileTarget::open(&path).unwrap().write(|writer| writer.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn places_that_cannot_be_written_are_known_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let error = FileTarget::open(&folder.path().join("gone/report.json")).unwrap_err();
        assert!(error.to_string().contains("does not exist"), "{error}");
        let error = FileTarget::open(folder.path()).unwrap_err();
        assert!(error.to_string().contains("directory"), "{error}");
    }

    #[test]
    fn devices_and_links_stay_what_they_are() {
        FileTarget::open(Path::new("/dev/null")).unwrap().write(|writer| writer.write_all(b"x")).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        FileTarget::open(&link).unwrap().write(|writer| writer.write_all(b"x")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "x");
    }
}
