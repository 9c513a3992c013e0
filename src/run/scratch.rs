//! The folder of a run on the host's disk, and what happens to it when the run is killed.
//!
//! Whoever owns the folder holds a lock on it, which the kernel releases when the process ends,
//! however it ends. The worker removes the folder when it notices that the host is gone; should the
//! worker be killed too, the next run finds a folder that nobody has locked.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use nix::libc;
use rustix::fs::{FlockOperation, flock};

/// How the names of these folders begin.
const PREFIX: &str = "truedoc-run-";
/// How they begin as long as nobody holds them, which is a moment.
const NEW_PREFIX: &str = "truedoc-new-";
/// More than a moment.
const LONG: Duration = Duration::from_secs(60);
/// How the names begin of what lies in them.
pub const ZYGOTE_PREFIX: &str = "zygote-";

/// The folder of this run; removed when it is dropped.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    /// Holds the lock.
    _lock: File,
}

impl Scratch {
    /// Makes one.
    pub fn new() -> io::Result<Scratch> {
        Scratch::new_in(&std::env::temp_dir())
    }

    /// It bears its name only once it is locked, so that no other run takes it for left over.
    fn new_in(temporary: &Path) -> io::Result<Scratch> {
        let unnamed = tempfile::Builder::new().prefix(NEW_PREFIX).rand_bytes(12).tempdir_in(temporary)?;
        let lock = open_folder(unnamed.path())?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
        if nix::unistd::Uid::effective().is_root() {
            // A zygote may have become nobody by the time it makes its folder in there.
            fs::set_permissions(unnamed.path(), Permissions::from_mode(0o1777))?;
        }
        let name = unnamed.path().file_name().unwrap_or_default().to_string_lossy();
        let path = temporary.join(name.replacen(NEW_PREFIX, PREFIX, 1));
        fs::rename(unnamed.path(), &path)?;
        let _ = unnamed.keep();
        Ok(Scratch { path, _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What resists is left to the next run.
        let _ = remove(&self.path);
    }
}

/// Removes the folders of runs that were killed together with their workers; gives those removed.
pub fn remove_left_over() -> Vec<PathBuf> {
    left_over_in(&std::env::temp_dir())
}

fn left_over_in(temporary: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(temporary) else { return Vec::new() };
    let is_removed = |path: &PathBuf| hold_left_over(path).is_some_and(|_lock| remove(path).is_ok());
    entries.flatten().filter(is_of_run).map(|entry| entry.path()).filter(is_removed).collect()
}

/// Whether the name is that of a folder that some run has, or was about to have.
fn is_of_run(entry: &fs::DirEntry) -> bool {
    let is_old = || entry.metadata().and_then(|metadata| metadata.modified()).is_ok_and(is_long_ago);
    let name = entry.file_name();
    let name = name.to_string_lossy();
    name.starts_with(PREFIX) || name.starts_with(NEW_PREFIX) && is_old()
}

fn is_long_ago(moment: SystemTime) -> bool {
    moment.elapsed().is_ok_and(|elapsed| elapsed > LONG)
}

/// Holds a folder of this user that no run holds, with nothing in it but what a run makes: a name is not
/// enough to remove what may be somebody's work. It is held until it is removed, so that no other run
/// says the same of it.
fn hold_left_over(path: &Path) -> Option<File> {
    let folder = open_folder(path).ok()?;
    let own = nix::unistd::Uid::effective().as_raw();
    let is_own = folder.metadata().is_ok_and(|metadata| metadata.uid() == own);
    let made_by_run = |entry: fs::DirEntry| entry.file_name().to_string_lossy().starts_with(ZYGOTE_PREFIX);
    let holds_nothing_else = fs::read_dir(path).is_ok_and(|entries| entries.flatten().all(made_by_run));
    let is_free = || flock(&folder, FlockOperation::NonBlockingLockExclusive).is_ok();
    // Who held it may just have removed it.
    (is_own && holds_nothing_else && is_free() && path.exists()).then_some(folder)
}

fn open_folder(path: &Path) -> io::Result<File> {
    fs::OpenOptions::new().read(true).custom_flags(libc::O_DIRECTORY | libc::O_NOFOLLOW).open(path)
}

/// Removes a folder, whatever examples have done to the permissions in it.
pub fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(_) => {
            permit(folder, 0)?;
            fs::remove_dir_all(folder)
        }
    }
}

/// Gives a tree of folders back the permissions that removing it needs.
fn permit(folder: &Path, depth: u32) -> io::Result<()> {
    if depth > 64 {
        return Err(io::ErrorKind::InvalidFilename.into());
    }
    fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            permit(&entry.path(), depth + 1)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_nobody_holds_is_left_over() {
        let temporary = tempfile::tempdir().unwrap();
        let make = |name: &str| {
            let path = temporary.path().join(name);
            fs::create_dir_all(path.join("zygote-1/example")).unwrap();
            path
        };
        let (stale, held, foreign) = (make("truedoc-run-stale"), make("truedoc-run-held"), make("other"));
        fs::set_permissions(stale.join("zygote-1"), Permissions::from_mode(0o000)).unwrap();
        std::os::unix::fs::symlink(&foreign, temporary.path().join("truedoc-run-link")).unwrap();
        fs::create_dir_all(temporary.path().join("truedoc-run-book/chapters")).unwrap();
        let lock = open_folder(&held).unwrap();
        flock(&lock, FlockOperation::NonBlockingLockExclusive).unwrap();
        assert_eq!(left_over_in(temporary.path()), std::slice::from_ref(&stale));
        assert!(!stale.exists() && held.exists() && foreign.join("zygote-1/example").exists());
        assert!(temporary.path().join("truedoc-run-book/chapters").exists(), "it is no run's");
    }

    #[test]
    fn a_scratch_folder_is_held_while_it_lives() {
        let scratch = Scratch::new().unwrap();
        let path = scratch.path().to_owned();
        assert!(path.is_dir() && hold_left_over(&path).is_none());
        drop(scratch);
        assert!(!path.exists());
    }

    #[test]
    fn nobody_removes_what_has_just_been_made() {
        let temporary = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            let makers: Vec<_> = (0..3)
                .map(|_| {
                    scope.spawn(|| {
                        for _ in 0..500 {
                            let scratch = Scratch::new_in(temporary.path()).unwrap();
                            std::thread::yield_now();
                            assert!(scratch.path().is_dir());
                        }
                    })
                })
                .collect();
            while makers.iter().any(|maker| !maker.is_finished()) {
                assert_eq!(left_over_in(temporary.path()), [] as [PathBuf; 0], "none is left over");
            }
        });
        assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_never_got_its_name_is_removed_in_time() {
        let temporary = tempfile::tempdir().unwrap();
        let (new, old) = (temporary.path().join("truedoc-new-1"), temporary.path().join("truedoc-new-2"));
        fs::create_dir(&new).unwrap();
        fs::create_dir(&old).unwrap();
        File::open(&old).unwrap().set_modified(SystemTime::now() - 2 * LONG).unwrap();
        assert_eq!(left_over_in(temporary.path()), [old]);
        assert!(new.is_dir());
    }
}
