//! Virtual environments in the user's cache folder, each for one python and one set of versions.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::PackagesError;
use super::base::Base;
use super::installer::{Installer, choose};
use super::lock::{Locked, Pin};
use crate::digest;

/// Stands in an environment that is complete.
const COMPLETE: &str = "truedoc-complete";

/// Makes the packages of the python itself visible behind those of the environment.
const BESIDE: &str = "truedoc-beside.pth";

/// The python of an environment with these versions, which is made if it is not there; and whether it
/// had to be made. `before` is called when it is about to be.
///
/// An environment cannot be moved once it is made: its programs and compiled files know where they
/// stand. So it is made in its place under a lock, and counts once it is marked as complete.
///
/// # Errors
/// If it cannot be made.
pub fn environment(
    base: &Base,
    locked: &Locked,
    cache: &Path,
    before: &dyn Fn(),
) -> Result<(PathBuf, bool), PackagesError> {
    let failed = |error: io::Error| PackagesError::cache(cache, &error);
    let all = cache.join("venvs");
    let wheels = cache.join("wheels");
    fs::create_dir_all(&all).and_then(|()| fs::create_dir_all(&wheels)).map_err(failed)?;
    let folder = all.join(key(base, &locked.packages));
    let python = folder.join("bin/python");
    let complete = folder.join(COMPLETE);
    if complete.is_file() {
        return Ok((python, false));
    }
    let turn = File::create(folder.with_extension("lock")).map_err(failed)?;
    turn.lock().map_err(failed)?;
    if complete.is_file() {
        return Ok((python, false));
    }
    let installer = choose(base)?;
    before();
    let made = make(base, &locked.packages, installer.as_ref(), &folder, &wheels);
    if made.is_err() {
        // It would be made anew anyway; what went wrong first counts.
        let _ = fs::remove_dir_all(&folder);
    }
    made?;
    fs::write(&complete, "").map_err(failed)?;
    Ok((python, true))
}

fn make(
    base: &Base,
    pins: &[Pin],
    installer: &dyn Installer,
    folder: &Path,
    wheels: &Path,
) -> Result<(), PackagesError> {
    let failed = |error: io::Error| PackagesError::cache(folder, &error);
    let refused = |refusal| PackagesError::of(installer, &refusal);
    let work = tempfile::tempdir().map_err(failed)?;
    installer.make(folder).map_err(refused)?;
    if !pins.is_empty() {
        installer.install(pins, folder, wheels, work.path()).map_err(refused)?;
    }
    let site: String =
        base.site.iter().map(|path| format!("import site; site.addsitedir({})\n", quoted(path))).collect();
    fs::write(base.packages_of(folder).join(BESIDE), site).map_err(failed)
}

/// A path as a string of Python.
fn quoted(path: &Path) -> String {
    serde_json::to_string(&path.to_string_lossy()).unwrap_or_default()
}

/// A name for a python with these versions.
fn key(base: &Base, pins: &[Pin]) -> String {
    let mut text = format!("{}\n{}\n{}\n", base.executable.display(), base.version, base.platform);
    base.site.iter().for_each(|path| text += &format!("{}\n", path.display()));
    let mut lines: Vec<String> = pins.iter().map(Pin::line).collect();
    lines.sort();
    short_hash(&(text + &lines.concat()))
}

/// A name for a text: enough of its SHA-256 that no two meet.
pub fn short_hash(text: &str) -> String {
    digest::hex(&Sha256::digest(text)[..16])
}
