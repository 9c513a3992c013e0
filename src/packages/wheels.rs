//! The wheels that were fetched, each in a folder that is named after its SHA-256, so that an
//! environment can be made again without an index.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::lock::Pin;
use crate::digest;

/// The folder of a wheel of a distribution, if it is at hand.
pub fn kept(pin: &Pin, wheels: &Path) -> Option<PathBuf> {
    let digests = pin.hashes.iter().filter_map(|hash| hash.strip_prefix("sha256:"));
    digests.map(|digest| wheels.join(digest)).find(|folder| folder.is_dir())
}

/// Keeps the wheels of a folder.
///
/// # Errors
/// If they cannot be read or moved.
pub fn keep(folder: &Path, wheels: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let wheel = entry?.path();
        let place = wheels.join(digest::sha256(fs::read(&wheel)?));
        let Some(name) = wheel.file_name().filter(|_| !place.is_dir()) else { continue };
        // A folder that is there is complete, also for a run at the same time.
        let made = tempfile::tempdir_in(wheels)?;
        fs::copy(&wheel, made.path().join(name))?;
        match fs::rename(made.path(), &place) {
            Err(_) if place.is_dir() => {}
            moved => moved?,
        }
    }
    Ok(())
}
