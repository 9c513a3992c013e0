//! Writes corrected documents: all of them are made first, then each replaces its file as a whole.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Fixed, apply};
use crate::document::{DocumentError, rewritten, shown};
use crate::report::FileBeside;

/// Why a document cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum FixError {
    /// Its text cannot be turned back into bytes.
    #[error("{0}; nothing was written")]
    Document(#[from] DocumentError),
    /// The file must not be written.
    #[error("`{path}` is read-only; allow writing to it, or leave it out; nothing was written")]
    ReadOnly {
        /// The file as shown to the user.
        path: String,
    },
    /// The system refuses to write it.
    #[error("`{path}` cannot be written: {cause}; it is unchanged")]
    System {
        /// The file as shown to the user.
        path: String,
        /// What the system says.
        cause: io::Error,
    },
}

/// A file that is ready to be replaced.
struct Ready {
    real: PathBuf,
    permissions: Permissions,
    bytes: Vec<u8>,
}

impl Fixed {
    /// Writes the corrected documents.
    ///
    /// # Errors
    /// If one of them cannot be written. What can be known is known before the first is touched.
    pub fn write(&self) -> Result<(), FixError> {
        let changed = self.documents.iter().filter(|fixed| !fixed.corrections.is_empty());
        let ready: Vec<Ready> = changed
            .map(|fixed| {
                let bytes = rewritten(&fixed.document, &apply::new_lines(&fixed.corrections))?;
                Ready::of(Path::new(&fixed.document.path), bytes)
            })
            .collect::<Result<_, FixError>>()?;
        ready.into_iter().try_for_each(Ready::replace)
    }
}

impl Ready {
    fn of(path: &Path, bytes: Vec<u8>) -> Result<Ready, FixError> {
        let failed = |cause| FixError::System { path: shown(path), cause };
        // A link is followed, so that its target is replaced and not the link.
        let real = fs::canonicalize(path).map_err(failed)?;
        let permissions = fs::metadata(&real).map_err(failed)?.permissions();
        if permissions.readonly() {
            return Err(FixError::ReadOnly { path: shown(path) });
        }
        // Only tried here and made again in the end.
        drop(FileBeside::new(&real, &permissions).map_err(failed)?);
        Ok(Ready { real, permissions, bytes })
    }

    fn replace(self) -> Result<(), FixError> {
        let failed = |cause| FixError::System { path: shown(&self.real), cause };
        let mut file = FileBeside::new(&self.real, &self.permissions).map_err(failed)?;
        file.write_all(&self.bytes).map_err(failed)?;
        file.persist(&self.real).map_err(failed)
    }
}
