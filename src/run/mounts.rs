//! What of the file system is there at all for the examples of a zygote.
//!
//! Landlock forbids opening what an example has no business with, but not walking there: it could
//! ask which files exist, and connect to any socket by its path (the session bus starts programs
//! for whoever asks). So what need not be seen is covered by empty, locked folders, with holes for
//! the interpreter; and what is seen is read-only.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::libc;
use nix::mount::{MsFlags, mount};

use super::jail::make_all_read_only;

/// What is mounted privately for the examples, where mounting is possible.
pub const PRIVATE: &str = "/tmp";
/// Devices that lead nowhere but to themselves.
pub const USABLE_DEVICES: &[&str] = &["/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/random"];
/// Folders below the root that stay as they are: programs and libraries, what Landlock opens in
/// parts, and what is mounted anew.
const KEPT: &[&str] = &["bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr", "etc", "sys", "proc", "tmp"];
/// Links that programs expect in `/dev`.
const DEVICE_LINKS: [(&str, &str); 4] = [
    ("/dev/fd", "/proc/self/fd"),
    ("/dev/stdin", "/proc/self/fd/0"),
    ("/dev/stdout", "/proc/self/fd/1"),
    ("/dev/stderr", "/proc/self/fd/2"),
];

/// One variant per call that can fail.
#[derive(Debug, thiserror::Error)]
pub enum MountError {
    #[error("mount of {}: {source}", target.display())]
    Mount { target: PathBuf, source: Errno },
    #[error("mount_setattr: {0}")]
    ReadOnly(#[source] Errno),
    #[error("reading the folder /: {0}")]
    ReadRoot(#[source] io::Error),
    #[error("opening {}: {source}", path.display())]
    Open { path: PathBuf, source: io::Error },
    #[error("making {}: {source}", path.display())]
    Make { path: PathBuf, source: io::Error },
}

/// What could be mounted.
#[derive(Clone, Debug, Default)]
pub struct Mounted {
    /// `/tmp` is private.
    pub private_tmp: bool,
    /// Everything that is neither kept nor readable is out of sight, and the rest is read-only.
    pub rest_hidden: bool,
    /// Names in `/tmp` under which something readable shows; they cannot be removed.
    pub shown_in_tmp: Vec<OsString>,
}

/// Mounts all; what the machine refuses is added to `missing`.
pub fn mount_all(own_processes: bool, readable: &[PathBuf], missing: &mut Vec<String>) -> Mounted {
    let mut attempt = |result: Result<(), MountError>| {
        if let Err(error) = &result {
            missing.push(error.to_string());
        }
        result.is_ok()
    };
    // Nothing that is mounted here may show outside.
    if !attempt(mount_one("none", "/", MsFlags::MS_REC | MsFlags::MS_PRIVATE, "")) {
        return Mounted::default();
    }
    if own_processes {
        attempt(mount_one("proc", "/proc", DATA | MsFlags::MS_NOEXEC, ""));
    }
    // Owners may change permissions without opening a file, and what belongs to root belongs to an
    // example that root runs. Everything mounted from here on is apart from this.
    let read_only = attempt(make_all_read_only().map_err(MountError::ReadOnly));
    let rest_hidden = read_only & attempt(hide_the_rest(readable)) & attempt(hide_devices());
    attempt(mount_one("tmpfs", "/dev/shm", DATA, "size=64m,nr_inodes=4096,mode=1777"));
    let mut shown_in_tmp = Vec::new();
    let private_tmp = attempt(mount_private(readable, &mut shown_in_tmp));
    Mounted { private_tmp, rest_hidden: rest_hidden && private_tmp, shown_in_tmp }
}

/// An empty `/tmp`. What of the old one is readable shows in it as before: each name below which
/// something does is a mount of its own, so that no example can move it or put another in its place.
fn mount_private(readable: &[PathBuf], shown: &mut Vec<OsString>) -> Result<(), MountError> {
    let private = Path::new(PRIVATE);
    let mut holes: BTreeMap<OsString, Vec<(PathBuf, File)>> = BTreeMap::new();
    for hole in outermost(readable, private) {
        let first = hole.strip_prefix(private).ok().and_then(|below| below.components().next());
        if let Some(name) = first.map(|part| part.as_os_str().to_owned()) {
            let file = open_beneath(&hole)?;
            holes.entry(name).or_default().push((hole, file));
        }
    }
    mount_one("tmpfs", private, DATA, "size=256m,nr_inodes=65536,mode=1777")?;
    for (name, holes) in holes {
        let place = private.join(&name);
        match holes.as_slice() {
            [(hole, file)] if *hole == place => show(&place, file)?,
            _ => {
                fs::create_dir(&place).map_err(|source| MountError::Make { path: place.clone(), source })?;
                let mounted = Cover::with(&place, holes)?;
                mounted.lock()?;
            }
        }
        shown.push(name);
    }
    Ok(())
}

/// Flags of a mount that holds nothing but data.
const DATA: MsFlags = MsFlags::MS_NOSUID.union(MsFlags::MS_NODEV);

fn mount_one(kind: &str, target: impl AsRef<Path>, flags: MsFlags, options: &str) -> Result<(), MountError> {
    let target = target.as_ref();
    mount(Some(kind), target, Some(kind), flags, Some(options))
        .map_err(|source| MountError::Mount { target: target.to_owned(), source })
}

/// Covers every folder below the root that is not kept.
fn hide_the_rest(readable: &[PathBuf]) -> Result<(), MountError> {
    for entry in fs::read_dir("/").map_err(MountError::ReadRoot)?.flatten() {
        let name = entry.file_name();
        let is_kept = name == "dev" || KEPT.iter().any(|kept| name == *kept);
        if is_kept || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        let folder = entry.path();
        if !readable.contains(&folder) {
            hide(&folder, &outermost(readable, &folder))?;
        }
    }
    Ok(())
}

fn hide_devices() -> Result<(), MountError> {
    let holes: Vec<PathBuf> = USABLE_DEVICES.iter().map(PathBuf::from).collect();
    let cover = Cover::over(Path::new("/dev"), &holes)?;
    let shm = Path::new("/dev/shm");
    fs::create_dir(shm).map_err(|source| MountError::Make { path: shm.to_owned(), source })?;
    for (link, target) in DEVICE_LINKS {
        std::os::unix::fs::symlink(target, link)
            .map_err(|source| MountError::Make { path: link.into(), source })?;
    }
    cover.lock()
}

/// The readable paths below a folder, without those that lie within another.
fn outermost(readable: &[PathBuf], folder: &Path) -> Vec<PathBuf> {
    let below: Vec<&PathBuf> = readable.iter().filter(|path| path.starts_with(folder)).collect();
    let within_another = |path: &PathBuf| below.iter().any(|&other| other != path && path.starts_with(other));
    below.iter().filter(|path| !within_another(path)).map(|&path| path.clone()).collect()
}

fn hide(folder: &Path, holes: &[PathBuf]) -> Result<(), MountError> {
    Cover::over(folder, holes)?.lock()
}

/// An empty folder mounted over another.
struct Cover<'a> {
    folder: &'a Path,
}

impl<'a> Cover<'a> {
    /// Mounts it, still writable, and shows what lay beneath through the holes.
    fn over(folder: &'a Path, holes: &[PathBuf]) -> Result<Self, MountError> {
        let open = |hole: &PathBuf| Ok((hole.clone(), open_beneath(hole)?));
        Cover::with(folder, holes.iter().map(open).collect::<Result<_, _>>()?)
    }

    /// The same with holes that were opened before.
    fn with(folder: &'a Path, holes: Vec<(PathBuf, File)>) -> Result<Self, MountError> {
        // Without a hole nobody may even look for something in it: that is told as "permission
        // denied", which is the truth, rather than as "no such file".
        let mode = if holes.is_empty() { "000" } else { "711" };
        mount_one("tmpfs", folder, DATA, &format!("size=64k,nr_inodes=256,mode={mode}"))?;
        for (hole, file) in holes {
            show(&hole, &file)?;
        }
        Ok(Cover { folder })
    }

    /// Nothing changes in it any more, not even by its owner.
    fn lock(self) -> Result<(), MountError> {
        mount_one("tmpfs", self.folder, DATA | MsFlags::MS_REMOUNT | MsFlags::MS_RDONLY, "")
    }
}

fn open_beneath(path: &Path) -> Result<File, MountError> {
    OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_PATH)
        .open(path)
        .map_err(|source| MountError::Open { path: path.to_owned(), source })
}

/// Binds what was opened to its old place.
fn show(place: &Path, file: &File) -> Result<(), MountError> {
    let make = |source| MountError::Make { path: place.to_owned(), source };
    if file.metadata().map_err(make)?.is_dir() {
        fs::create_dir_all(place).map_err(make)?;
    } else {
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent).map_err(make)?;
        }
        File::create(place).map_err(make)?;
    }
    let source = format!("/proc/self/fd/{}", file.as_raw_fd());
    mount(Some(source.as_str()), place, None::<&str>, MsFlags::MS_BIND | MsFlags::MS_REC, None::<&str>)
        .map_err(|source| MountError::Mount { target: place.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_within_a_hole_is_none() {
        let readable = ["/opt/py/lib", "/opt/py", "/opt/python", "/usr/lib"].map(PathBuf::from);
        assert_eq!(outermost(&readable, Path::new("/opt")), ["/opt/py", "/opt/python"].map(PathBuf::from));
        assert!(outermost(&readable, Path::new("/home")).is_empty());
    }
}
