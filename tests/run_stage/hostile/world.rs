//! The world around a suite: the user that runs it, what must not be read or changed, and whether
//! anything is left of it afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::fd::AsRawFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::{SocketAddr, UnixListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Gid, Uid};

use super::Mode;
use super::attack::Attack;
use crate::common::engine;
use crate::processes::{commands_of_children, refuse_namespaces};

const NOBODY: u32 = 65534;
/// In the environment of a process that runs the suite: the folder prepared for it.
const FOLDER: &str = "TRUEDOC_HOSTILE_FOLDER";
/// What no example may find in any environment.
const SECRET: &str = "TRUEDOC_SECRET";

/// Starts this test program once more to run the suite, as the user that the mode is about.
pub fn start_suite(mode: Mode) {
    let is_root = Uid::effective().is_root();
    if mode.as_root && !is_root {
        println!("NOT TESTED: {}: this is not root", mode.name);
        return;
    }
    // Not below /tmp, which is private to examples anyway.
    let folder = tempfile::Builder::new().prefix("truedoc-hostile-").tempdir_in("/var/tmp").unwrap();
    let becomes = (is_root && !mode.as_root).then_some(NOBODY);
    let programs = [std::env::current_exe().unwrap(), PathBuf::from(env!("CARGO_BIN_EXE_truedoc"))];
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let [tests, truedoc] = programs.map(|program| match becomes {
        Some(_) => readable_copy(&program, folder.path()),
        None => program,
    });
    for name in ["home", "temporary", "own"] {
        fs::create_dir(folder.path().join(name)).unwrap();
        std::os::unix::fs::chown(folder.path().join(name), becomes, becomes).unwrap();
    }
    let mut command = Command::new(tests);
    command
        .args(["--exact", mode.name, "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder.path())
        .env("TRUEDOC_HOSTILE_PROGRAM", truedoc)
        .env(SECRET, "s3cret")
        .env("HOME", folder.path().join("home"))
        .env("TMPDIR", folder.path().join("temporary"))
        .current_dir(folder.path().join("own"));
    if let Some(id) = becomes {
        command.uid(id).gid(id);
    }
    let interpreter = PathBuf::from(&engine().interpreter().executable);
    // Namespaces and filters belong to a thread, and to what is started from it.
    let output = std::thread::scope(|scope| {
        let started = scope.spawn(|| {
            if becomes.is_some() {
                show_to_everybody(&interpreter);
            }
            if !mode.as_root && !mode.namespaces {
                refuse_namespaces();
            }
            command.output().unwrap()
        });
        started.join().unwrap()
    });
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .filter(|line| line.contains("TESTED") || line.contains("attacks"))
        .for_each(|line| println!("{line}"));
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("1 passed"), "the suite did not run: {text}");
}

/// The program itself if everybody may read it, or a copy.
fn readable_copy(program: &Path, folder: &Path) -> PathBuf {
    if is_readable(program) {
        return program.to_owned();
    }
    let copy = folder.join(program.file_name().unwrap());
    fs::copy(program, &copy).unwrap();
    fs::set_permissions(&copy, Permissions::from_mode(0o755)).unwrap();
    copy
}

fn is_readable(path: &Path) -> bool {
    path.ancestors().all(|part| part.metadata().is_ok_and(|data| data.permissions().mode() & 0o005 == 0o005))
}

/// A python below root's home is out of reach for a plain user. In a mount namespace of this thread
/// the home is covered by an empty one with the python at its place.
fn show_to_everybody(interpreter: &Path) {
    let Some(closed) = interpreter.ancestors().filter(|part| !is_readable(part)).last() else { return };
    let installation = interpreter.parent().and_then(Path::parent).unwrap();
    unshare(CloneFlags::CLONE_NEWNS).unwrap();
    let none = None::<&str>;
    mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_PRIVATE, none).unwrap();
    let beneath = fs::File::options().read(true).custom_flags(nix::libc::O_PATH).open(installation).unwrap();
    mount(Some("tmpfs"), closed, Some("tmpfs"), MsFlags::empty(), Some("mode=755")).unwrap();
    fs::create_dir_all(installation).unwrap();
    let source = format!("/proc/self/task/{}/fd/{}", nix::unistd::gettid(), beneath.as_raw_fd());
    mount(Some(source.as_str()), installation, none, MsFlags::MS_BIND | MsFlags::MS_REC, none).unwrap();
}

/// What surrounds the suite in the process that runs it.
pub struct World {
    folder: PathBuf,
    /// A folder in `/tmp`, which another program of the user might have made.
    another: tempfile::TempDir,
    port: u16,
    abstract_name: String,
    _listeners: (TcpListener, UnixListener, UnixListener),
}

impl World {
    /// Sets it up, if this process was started for the suite.
    pub fn of_this_process() -> Option<World> {
        let folder = PathBuf::from(std::env::var_os(FOLDER)?);
        let another = tempfile::tempdir_in("/tmp").unwrap();
        for place in [&folder.join("home"), &folder.join("own"), another.path()] {
            fs::write(place.join("secret.txt"), "s3cret").unwrap();
            fs::set_permissions(place.join("secret.txt"), Permissions::from_mode(0o600)).unwrap();
        }
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = UnixListener::bind(folder.join("home/socket")).unwrap();
        let abstract_name = format!("truedoc-hostile-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&abstract_name).unwrap();
        let unseen = UnixListener::bind_addr(&address).unwrap();
        let port = tcp.local_addr().unwrap().port();
        Some(World { folder, another, port, abstract_name, _listeners: (tcp, socket, unseen) })
    }

    /// The program to start as a worker.
    pub fn program(&self) -> Option<PathBuf> {
        std::env::var_os("TRUEDOC_HOSTILE_PROGRAM").map(PathBuf::from)
    }

    /// The attack with the names of this world in it.
    pub fn fill_in(&self, attack: Attack) -> Attack {
        let shown = |path: &Path| path.display().to_string();
        let names = [
            ("HOME", shown(&self.folder.join("home"))),
            ("TEMP", shown(self.another.path())),
            ("OWN", shown(&self.folder.join("own"))),
            ("PARENT", std::process::id().to_string()),
            ("SOCKET", shown(&self.folder.join("home/socket"))),
            ("PORT", self.port.to_string()),
            ("ABSTRACT", self.abstract_name.clone()),
        ];
        let source = names.iter().fold(attack.source, |source, (name, value)| source.replace(name, value));
        Attack { source, ..attack }
    }

    /// Everything that examples must leave as it is.
    pub fn snapshot(&self) -> BTreeMap<PathBuf, String> {
        let mut seen = BTreeMap::new();
        for place in [&self.folder.join("home"), &self.folder.join("own"), self.another.path()] {
            look(place, &mut seen);
        }
        for path in ["/etc/shadow", "/etc/passwd", "/usr", "/etc", "/usr/bin", "/var/tmp", "/dev/null"] {
            note(Path::new(path), &mut seen);
        }
        seen
    }

    /// Children of this process that are still there after a while, by their command lines.
    pub fn children_left(&self) -> Vec<String> {
        let deadline = Instant::now() + Duration::from_secs(3);
        loop {
            match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
                Err(Errno::ECHILD) => return Vec::new(),
                Ok(WaitStatus::StillAlive) if Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                Ok(WaitStatus::StillAlive) => return commands_of_children(),
                _ => {}
            }
        }
    }

    /// Files that attacks or truedoc itself have left where they do not belong.
    pub fn files_left(&self) -> Vec<String> {
        let names = |folder: &Path| -> Vec<String> {
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            entries.map(|entry| entry.path().display().to_string()).collect()
        };
        let mut left = names(&self.folder.join("temporary"));
        for folder in ["/", "/tmp", "/var/tmp", "/dev/shm", "/usr", "/etc", "/dev"] {
            left.extend(names(Path::new(folder)).into_iter().filter(|path| path.contains("attack")));
        }
        left
    }
}

fn look(folder: &Path, seen: &mut BTreeMap<PathBuf, String>) {
    note(folder, seen);
    for entry in fs::read_dir(folder).unwrap().flatten() {
        note(&entry.path(), seen);
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            look(&entry.path(), seen);
        }
    }
}

fn note(path: &Path, seen: &mut BTreeMap<PathBuf, String>) {
    let data = fs::symlink_metadata(path).unwrap();
    // Folders that everybody writes to change with everybody.
    let size = if data.is_file() { data.len() } else { 0 };
    let content = if data.is_file() { fs::read(path).unwrap_or_default() } else { Vec::new() };
    let is_shared = path == Path::new("/var/tmp");
    let time = if path.starts_with("/dev") || is_shared { 0 } else { data.mtime_nsec() };
    let links = if is_shared { 0 } else { data.nlink() };
    let owner = (Uid::from_raw(data.uid()), Gid::from_raw(data.gid()));
    seen.insert(
        path.to_owned(),
        format!(
            "{:o} {owner:?} {size} {time} {} {:?}",
            data.mode(),
            links,
            String::from_utf8_lossy(&content)
        ),
    );
}

/// What is other than it was, one line for each path.
pub fn changes(before: &BTreeMap<PathBuf, String>, after: &BTreeMap<PathBuf, String>) -> Vec<String> {
    let paths: BTreeSet<&PathBuf> = before.keys().chain(after.keys()).collect();
    let changed = paths.into_iter().filter(|path| before.get(*path) != after.get(*path));
    changed
        .map(|path| format!("{} was {:?}, is {:?}", path.display(), before.get(path), after.get(path)))
        .collect()
}
