//! The cage: namespaces, mounts, capabilities, the filter of system calls, limits and Landlock.
//!
//! A zygote enters it in three steps, an example in one, each a function whose order of calls is
//! its content: [`enter_namespaces`], [`furnish`], [`lock_down`]; [`Cell::enter`].
//! A layer that the machine refuses is left out and reported in [`Sandbox::missing`]; a failure
//! that would leave an example less confined than reported is an error.
#![allow(unsafe_code)]

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use landlock::{Access, AccessFs, RulesetCreated, RulesetCreatedAttr, path_beneath_rules};
use nix::errno::Errno;
use nix::libc;
use nix::sched::{CloneFlags, unshare};
use nix::sys::resource::{Resource, setrlimit};
use nix::unistd::{Gid, Uid, setgroups, setresgid, setresuid};
use seccompiler::{BpfProgram, TargetArch};

use super::filter::{Around, filters, without_internet};
use super::landlock_rules;
use super::mounts::{self, Mounted, PRIVATE};
use super::scratch::ZYGOTE_PREFIX;
use super::wire::ZygoteOrder;
use super::{DESCRIPTORS, Limits, Network, Plan, Sandbox};

/// Uid and gid an example sees where truedoc was started by root.
const INSIDE_ID: u32 = 1000;
/// `nobody`: what root becomes where its python is readable by everybody.
const NOBODY: u32 = 65534;
/// How willingly the kernel ends this process where memory is short.
const OOM_SCORE: &str = "/proc/self/oom_score_adj";
/// Processes that the user may start elsewhere before examples feel it, where both count as one.
const SPARE_PROCESSES: u64 = 1024;

/// One variant per system call, so that a message names the step.
#[derive(Debug, thiserror::Error)]
pub enum JailError {
    #[error("setgroups: {0}")]
    SetGroups(#[source] Errno),
    #[error("setresgid: {0}")]
    SetGid(#[source] Errno),
    #[error("setresuid: {0}")]
    SetUid(#[source] Errno),
    #[error("prctl(PR_SET_DUMPABLE): {0}")]
    SetDumpable(#[source] Errno),
    #[error("user namespace: unshare: {}", .0.desc())]
    NewUser(Errno),
    #[error("network namespace: unshare: {}", .0.desc())]
    NewNetwork(Errno),
    #[error("loopback: ioctl(SIOCSIFFLAGS): {}", .0.desc())]
    Loopback(Errno),
    #[error("setns to a user namespace: {0}")]
    JoinUser(#[source] Errno),
    #[error("setns to a network namespace: {0}")]
    JoinNetwork(#[source] Errno),
    #[error("writing {file}: {source}")]
    MapIds { file: &'static str, source: io::Error },
    #[error("making the folder {}: {source}", folder.display())]
    MakeFolder { folder: PathBuf, source: io::Error },
    #[error("prctl(PR_CAPBSET_DROP): {0}")]
    DropBounding(#[source] Errno),
    #[error("capset: {0}")]
    CapSet(#[source] Errno),
    #[error("prctl(PR_SET_NO_NEW_PRIVS): {0}")]
    NoNewPrivileges(#[source] Errno),
    #[error("the filter of system calls: {0}")]
    BuildFilter(#[source] seccompiler::BackendError),
    #[error("seccomp: {0}")]
    ApplyFilter(#[source] seccompiler::Error),
    #[error("landlock_create_ruleset or landlock_add_rule: {0}")]
    BuildRules(#[source] landlock::RulesetError),
    #[error("copying the Landlock rules: {0}")]
    CopyRules(#[source] io::Error),
    #[error("landlock_restrict_self: {0}")]
    Restrict(#[source] landlock::RulesetError),
    #[error("setrlimit({resource:?}): {source}")]
    SetLimit { resource: Resource, source: Errno },
    #[error("setsid: {0}")]
    SetSid(#[source] Errno),
    #[error("chdir: {0}")]
    ChangeFolder(#[source] Errno),
    #[error("close_range: {0}")]
    CloseRange(#[source] Errno),
}

/// Which namespaces a zygote has entered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Namespaces {
    pub user: bool,
    pub mount: bool,
    pub network: bool,
    pub pid: bool,
    /// Whether the network was entered before, and is shared.
    pub shares_network: bool,
}

/// Before all else, for within a user namespace no other uid of the machine exists: root becomes
/// nobody where everybody may read the interpreter. Whether it did.
pub fn renounce_root(readable: &[PathBuf]) -> Result<bool, JailError> {
    if !Uid::effective().is_root() || !readable.iter().all(|path| readable_by_everybody(path)) {
        return Ok(false);
    }
    become_nobody()?;
    Ok(true)
}

/// First step of a zygote, still outside its PID namespace, which only a further fork enters.
pub fn enter_namespaces(shares_network: bool, sandbox: &mut Sandbox) -> Result<Namespaces, JailError> {
    let mut entered = Namespaces { shares_network, ..Namespaces::default() };
    let mut enter = |flag, name: &str| match unshare(flag) {
        Ok(()) => true,
        Err(error) => {
            sandbox.missing.push(format!("{name} namespace: unshare: {}", error.desc()));
            false
        }
    };
    // The user namespace comes first: without root it is what permits the others.
    let (uid, gid) = own_ids();
    entered.user = enter(CloneFlags::CLONE_NEWUSER, "user");
    if entered.user {
        map_ids(uid, gid)?;
    }
    entered.mount = enter(CloneFlags::CLONE_NEWNS, "mount");
    entered.network = shares_network || enter(CloneFlags::CLONE_NEWNET, "network");
    enter(CloneFlags::CLONE_NEWIPC, "IPC");
    entered.pid = enter(CloneFlags::CLONE_NEWPID, "PID");
    Ok(entered)
}

fn readable_by_everybody(path: &Path) -> bool {
    path.ancestors()
        .all(|part| part.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o005 == 0o005))
}

fn become_nobody() -> Result<(), JailError> {
    let (uid, gid) = (Uid::from_raw(NOBODY), Gid::from_raw(NOBODY));
    setgroups(&[]).map_err(JailError::SetGroups)?;
    setresgid(gid, gid, gid).map_err(JailError::SetGid)?;
    setresuid(uid, uid, uid).map_err(JailError::SetUid)?;
    // A change of uid makes the process undumpable, and its own uid_map unwritable with it.
    set_dumpable(true)
}

/// The ids of this process.
pub fn own_ids() -> (u32, u32) {
    (Uid::effective().as_raw(), Gid::effective().as_raw())
}

/// What a process in a user namespace does first: its ids, that it had outside, are there within.
pub fn map_ids(uid: u32, gid: u32) -> Result<(), JailError> {
    let inside = |id| if id == 0 { INSIDE_ID } else { id };
    let write = |file: &'static str, text: String| {
        std::fs::write(file, text).map_err(|source| JailError::MapIds { file, source })
    };
    // The kernel demands this before an unprivileged process may map groups.
    write("/proc/self/setgroups", "deny".to_owned())?;
    write("/proc/self/uid_map", format!("{} {uid} 1", inside(uid)))?;
    write("/proc/self/gid_map", format!("{} {gid} 1", inside(gid)))
}

/// Second step, inside the PID namespace: mounts, loopback, kernel settings. Gives the folder of
/// the examples and the folders to empty after each.
pub fn furnish(
    namespaces: Namespaces,
    readable: &[PathBuf],
    order: &ZygoteOrder,
    sandbox: &mut Sandbox,
) -> Result<Folders, JailError> {
    sandbox.pid_namespace = namespaces.pid;
    let mounted = if namespaces.mount {
        mounts::mount_all(namespaces.pid, readable, &mut sandbox.missing)
    } else {
        Mounted::default()
    };
    sandbox.mount_namespace = mounted.private_tmp;
    sandbox.hidden_files = mounted.rest_hidden;
    furnish_network(namespaces, sandbox);
    if namespaces.pid && namespaces.mount {
        bound_processes();
    }
    if namespaces.user {
        bound_user();
    }
    // The folder it was started in may lie beneath a cover by now, and would be a way around it.
    nix::unistd::chdir("/").map_err(JailError::ChangeFolder)?;
    if mounted.shown_in_tmp.iter().any(|name| *name == *order.folder_name) {
        let folder = Path::new(PRIVATE).join(&order.folder_name);
        return Err(JailError::MakeFolder { folder, source: io::ErrorKind::AlreadyExists.into() });
    }
    let folders = if mounted.private_tmp {
        let own = Path::new(PRIVATE).join(&order.folder_name);
        let emptied = vec![PRIVATE.into(), "/dev/shm".into()];
        Folders { own, emptied, kept: mounted.shown_in_tmp, permissions: 0o1777 }
    } else {
        let scratch = Path::new(&order.scratch);
        let base = tempfile::Builder::new()
            .prefix(ZYGOTE_PREFIX)
            .tempdir_in(scratch)
            .map_err(|source| JailError::MakeFolder { folder: scratch.to_owned(), source })?
            .keep();
        let own = base.join(&order.folder_name);
        Folders { own, emptied: vec![base], kept: Vec::new(), permissions: 0o700 }
    };
    std::fs::create_dir_all(&folders.own)
        .map_err(|source| JailError::MakeFolder { folder: folders.own.clone(), source })?;
    Ok(folders)
}

fn furnish_network(namespaces: Namespaces, sandbox: &mut Sandbox) {
    sandbox.network = "none".to_owned();
    if !namespaces.network {
        let reason = "loopback: internet sockets are denied, for the network could not be taken away";
        sandbox.missing.push(reason.to_owned());
        return;
    }
    if namespaces.shares_network {
        return;
    }
    if let Err(error) = raise_loopback() {
        sandbox.missing.push(format!("loopback: ioctl(SIOCSIFFLAGS): {}", error.desc()));
    }
    forget_ports_at_once();
}

/// A port in TIME_WAIT would be taken for the next example.
pub fn forget_ports_at_once() {
    let _ = std::fs::write("/proc/sys/net/ipv4/tcp_max_tw_buckets", "0");
}

/// Where examples live.
#[derive(Clone, Debug)]
pub struct Folders {
    /// The working folder of every example.
    pub own: PathBuf,
    /// Folders whose content goes after each example.
    pub emptied: Vec<PathBuf>,
    /// Names in these that stay.
    pub kept: Vec<OsString>,
    /// The permissions these have.
    pub permissions: u32,
}

/// Makes every mount of this mount namespace read-only.
pub fn make_all_read_only() -> Result<(), Errno> {
    let attributes =
        libc::mount_attr { attr_set: libc::MOUNT_ATTR_RDONLY, attr_clr: 0, propagation: 0, userns_fd: 0 };
    // SAFETY: the path is a string that ends with zero; `attributes` outlives the call, which only
    // reads it, and its true size is given.
    let done = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            c"/".as_ptr(),
            libc::AT_RECURSIVE,
            &raw const attributes,
            size_of::<libc::mount_attr>(),
        )
    };
    Errno::result(done).map(drop)
}

/// Brings up the loopback of the network namespace.
pub fn raise_loopback() -> Result<(), Errno> {
    // SAFETY: socket takes no pointers.
    let socket =
        Errno::result(unsafe { libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0) })?;
    // SAFETY: ifreq is plain data, for which zero is a valid value.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    request.ifr_name[0] = b'l' as libc::c_char;
    request.ifr_name[1] = b'o' as libc::c_char;
    request.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
    // SAFETY: `request` is a valid ifreq that outlives the call, which only reads it.
    let raised = Errno::result(unsafe { libc::ioctl(socket, libc::SIOCSIFFLAGS, &raw const request) });
    // SAFETY: `socket` was opened above and is used by nobody else.
    unsafe { libc::close(socket) };
    raised.map(drop)
}

/// From Linux 6.14 on every PID namespace has its own `pid_max`, which holds even for root. Before
/// that the file is the whole machine's, and must not be touched.
fn bound_processes() {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mut numbers =
        release.split(|character: char| !character.is_ascii_digit()).map_while(|part| part.parse().ok());
    let version: (u32, u32) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if version >= (6, 14) {
        let _ = std::fs::write("/proc/sys/kernel/pid_max", "1024");
    }
}

/// What the kernel counts for each user it counts for this namespace too: an example that takes all
/// it can get leaves most of it to the user's other programs. Best effort, as the files differ from
/// kernel to kernel.
fn bound_user() {
    for (name, most) in [
        ("max_inotify_instances", "64"),
        ("max_inotify_watches", "8192"),
        ("max_fanotify_groups", "0"),
        ("max_user_namespaces", "0"),
    ] {
        let _ = std::fs::write(Path::new("/proc/sys/user").join(name), most);
    }
}

/// Third step: gives up every power for good. What is forked from here on has none.
pub fn lock_down(
    namespaces: Namespaces,
    is_nobody: bool,
    serves: bool,
    sandbox: &mut Sandbox,
) -> Result<(), JailError> {
    if Uid::effective().is_root() {
        sandbox.missing.push("another user: nobody but root may read the interpreter".to_owned());
    }
    drop_capabilities()?;
    // SAFETY: prctl with this option takes no pointers.
    Errno::result(unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) })
        .map_err(JailError::NoNewPrivileges)?;
    // Examples share the uid of their zygote and must not reach into its memory through /proc.
    set_dumpable(false)?;
    match TargetArch::try_from(std::env::consts::ARCH) {
        Ok(arch) => {
            let around = Around {
                own_network: namespaces.network,
                hidden_files: sandbox.hidden_files,
                is_nobody,
                own_processes: namespaces.pid,
                serves,
            };
            for filter in filters(arch, around).map_err(JailError::BuildFilter)? {
                seccompiler::apply_filter(&filter).map_err(JailError::ApplyFilter)?;
            }
            sandbox.seccomp = true;
        }
        Err(error) => sandbox.missing.push(format!("seccomp: {error}")),
    }
    Ok(())
}

fn set_dumpable(dumpable: bool) -> Result<(), JailError> {
    // SAFETY: prctl with this option takes no pointers.
    let result = unsafe { libc::prctl(libc::PR_SET_DUMPABLE, i32::from(dumpable), 0, 0, 0) };
    Errno::result(result).map(drop).map_err(JailError::SetDumpable)
}

fn drop_capabilities() -> Result<(), JailError> {
    for capability in 0..64 {
        // SAFETY: prctl with this option takes no pointers.
        match Errno::result(unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0) }) {
            Ok(_) => {}
            // EINVAL: past the last capability; EPERM: an unprivileged process, which has none to lose.
            Err(Errno::EINVAL | Errno::EPERM) => break,
            Err(error) => return Err(JailError::DropBounding(error)),
        }
    }
    #[repr(C)]
    struct Header {
        version: u32,
        pid: i32,
    }
    let header = Header { version: 0x2008_0522, pid: 0 };
    let none = [[0u32; 3]; 2];
    // SAFETY: a header of version 3 goes with two records of three u32; both outlive the call.
    Errno::result(unsafe { libc::syscall(libc::SYS_capset, &raw const header, none.as_ptr()) })
        .map(drop)
        .map_err(JailError::CapSet)
}

/// What each example of a zygote is locked into.
pub struct Cell {
    rules: Option<RulesetCreated>,
    /// Denies internet sockets to examples that are to have no network at all.
    no_network: BpfProgram,
    folder: PathBuf,
    own_user: bool,
    /// Whether `/proc` is the machine's, which may be written to.
    writable_proc: bool,
    /// Processors that an example may use.
    cores: u64,
    /// Processes and threads the user had when the zygote came up.
    processes_of_user: u64,
}

impl Cell {
    /// Prepares the Landlock rules, once per zygote.
    pub fn prepare(
        namespaces: Namespaces,
        readable: &[PathBuf],
        folders: &Folders,
        sandbox: &mut Sandbox,
    ) -> Result<Cell, JailError> {
        let known = landlock_version();
        sandbox.landlock = match known {
            Ok(version) if version >= landlock_rules::VERSION as i64 => "full",
            Ok(version) => {
                sandbox.missing.push(format!(
                    "Landlock in part: the kernel knows version {version}, and confines signals from version 6 on"
                ));
                "partial"
            }
            Err(_) => "none",
        }
        .to_owned();
        let rules = match known {
            Ok(_) => Some(landlock_rules::rules(readable, folders).map_err(JailError::BuildRules)?),
            Err(error) => {
                sandbox.missing.push(format!("Landlock: landlock_create_ruleset: {}", error.desc()));
                None
            }
        };
        let processes_of_user = if namespaces.user { 0 } else { threads_of_user() };
        let no_network = match TargetArch::try_from(std::env::consts::ARCH) {
            Ok(arch) => without_internet(arch).map_err(JailError::BuildFilter)?,
            // Told as missing where the filter of all examples is made.
            Err(_) => BpfProgram::new(),
        };
        Ok(Cell {
            rules,
            no_network,
            folder: folders.own.clone(),
            own_user: namespaces.user,
            writable_proc: File::options().write(true).open(OOM_SCORE).is_ok(),
            cores: std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64),
            processes_of_user,
        })
    }

    /// What an example does first after the fork; there is no way back. Standard input, output
    /// and error stand already.
    pub fn enter(&self, plan: &Plan) -> Result<(), JailError> {
        // A session of its own: no terminal, and no signal to a group reaches the zygote.
        nix::unistd::setsid().map_err(JailError::SetSid)?;
        set_dumpable(true)?;
        nix::unistd::chdir(&self.folder).map_err(JailError::ChangeFolder)?;
        // Where memory is short the kernel should end the example, not its zygote.
        if self.writable_proc {
            let _ = std::fs::write(OOM_SCORE, "1000");
        }
        self.set_limits(&plan.limits, plan.total_time())?;
        if plan.given.network == Network::None {
            seccompiler::apply_filter(&self.no_network).map_err(JailError::ApplyFilter)?;
        }
        if let Some(rules) = &self.rules {
            let readable = plan.given.readable.iter().map(|readable| &readable.path);
            with_readable(rules, readable)?
                .no_new_privs(false)
                .restrict_self()
                .map_err(JailError::Restrict)?;
        }
        // Last, for it closes the descriptor of the rules as well.
        // SAFETY: close_range takes no pointers; nothing of the zygote is used after this.
        let closed = unsafe { libc::syscall(libc::SYS_close_range, 3u32, u32::MAX, 0u32) };
        Errno::result(closed).map(drop).map_err(JailError::CloseRange)
    }

    /// The same for a process that starts services: whatever it starts is in here with it, and may go on
    /// as long as the run.
    pub fn enter_for_services<'a>(
        &self,
        readable: impl Iterator<Item = &'a PathBuf>,
    ) -> Result<(), JailError> {
        let limits = [
            (Resource::RLIMIT_CORE, 0),
            (Resource::RLIMIT_NOFILE, DESCRIPTORS),
            (Resource::RLIMIT_SIGPENDING, 4096),
        ];
        for (resource, limit) in limits {
            match setrlimit(resource, limit, limit) {
                Ok(()) | Err(Errno::EPERM) => {}
                Err(source) => return Err(JailError::SetLimit { resource, source }),
            }
        }
        match &self.rules {
            Some(rules) => {
                let rules = with_readable(rules, readable)?;
                rules.restrict_self().map(drop).map_err(JailError::Restrict)
            }
            None => Ok(()),
        }
    }

    /// The same for a zygote that is to run code of packages, with all that any of its examples may read.
    /// Examples get a domain of their own within it.
    pub fn enter_with_zygote(&self, readable: &[PathBuf]) -> Result<(), JailError> {
        let Some(rules) = &self.rules else { return Ok(()) };
        let process = path_beneath_rules(["/proc"], AccessFs::from_all(landlock_rules::VERSION));
        let rules =
            with_readable(rules, readable.iter())?.add_rules(process).map_err(JailError::BuildRules)?;
        rules.restrict_self().map(drop).map_err(JailError::Restrict)
    }

    fn set_limits(&self, limits: &Limits, total_time: Duration) -> Result<(), JailError> {
        // Only for what the clock on the wall does not end: every core may have been used all the time.
        let seconds = (total_time.as_secs() + 6).saturating_mul(self.cores);
        let mut all = vec![
            (Resource::RLIMIT_AS, limits.memory),
            (Resource::RLIMIT_FSIZE, limits.output.saturating_mul(16).max(64 << 20)),
            (Resource::RLIMIT_CORE, 0),
            (Resource::RLIMIT_NOFILE, DESCRIPTORS),
            (Resource::RLIMIT_CPU, seconds),
            // The kernel counts what is queued for all processes of the user.
            (Resource::RLIMIT_SIGPENDING, 4096),
        ];
        // Outside a user namespace of its own everything counts that the user runs. What its
        // processes are together the zygote counts; this is for those that fork faster than it looks.
        let elsewhere = if self.own_user { 0 } else { self.processes_of_user + SPARE_PROCESSES };
        all.push((Resource::RLIMIT_NPROC, limits.processes.saturating_add(elsewhere)));
        for (resource, limit) in all {
            match setrlimit(resource, limit, limit) {
                Ok(()) => {}
                // More than the user may have anyway: what holds already is stricter.
                Err(Errno::EPERM) => {}
                Err(source) => return Err(JailError::SetLimit { resource, source }),
            }
        }
        Ok(())
    }
}

/// A copy of some rules, with further paths that may be read.
fn with_readable<'a>(
    rules: &RulesetCreated,
    readable: impl Iterator<Item = &'a PathBuf>,
) -> Result<RulesetCreated, JailError> {
    let rules = rules.try_clone().map_err(JailError::CopyRules)?;
    let further = path_beneath_rules(readable, AccessFs::from_read(landlock_rules::VERSION));
    rules.add_rules(further).map_err(JailError::BuildRules)
}

/// All that the user of this process runs.
fn threads_of_user() -> u64 {
    let own = Uid::current().as_raw();
    let Ok(entries) = std::fs::read_dir("/proc") else { return 0 };
    let of_user = entries.flatten().filter(|entry| entry.metadata().is_ok_and(|data| data.uid() == own));
    let threads =
        of_user.filter_map(|entry| Some(std::fs::read_dir(entry.path().join("task")).ok()?.count()));
    threads.sum::<usize>() as u64
}

fn landlock_version() -> Result<i64, Errno> {
    // SAFETY: with a null attribute, size 0 and flag 1 the call only returns the version.
    Errno::result(unsafe {
        libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<libc::c_void>(), 0usize, 1u32)
    })
}
