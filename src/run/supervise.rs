//! How a zygote watches over an example: its time, its output, and the sweep at its end.

use std::ffi::OsString;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, getpid};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{MemfdFlags, OFlags, fcntl_setfl, memfd_create};

use super::jail::Folders;
use super::scratch;
use super::usage::{self, Usage};
use super::wire;
use super::zygote::SharedMemory;
use super::{Captured, Ending, Exhausted, Limits};

/// How often output and idleness are looked at.
const TICK: Duration = Duration::from_millis(50);
/// How long the continuation after an uncaught exception may take.
const CONTINUATION: Duration = Duration::from_secs(2);
/// How long processes may go on after the end of an example before they are killed.
const STRAGGLERS: Duration = Duration::from_millis(250);
/// Writing this many times what is kept ends a run.
pub const OUTPUT_FACTOR: u64 = 16;

/// One variant per call that can fail.
#[derive(Debug, thiserror::Error)]
pub enum SuperviseError {
    #[error("memfd_create: {0}")]
    MakeOutput(#[source] io::Error),
    #[error("fcntl of an output: {0}")]
    FlagOutput(#[source] io::Error),
    #[error("ftruncate of an output: {0}")]
    EmptyOutput(#[source] io::Error),
    #[error("reading an output: {0}")]
    ReadOutput(#[source] io::Error),
    #[error("pidfd_open: {0}")]
    OpenPidfd(#[source] io::Error),
    #[error("poll: {0}")]
    Poll(#[source] io::Error),
    #[error("waitpid: {0}")]
    Wait(#[source] Errno),
    #[error("the host is gone")]
    HostGone,
}

/// The files that an example has as stdout and stderr, used again for the next one.
pub struct Outputs {
    pub stdout: File,
    pub stderr: File,
}

impl Outputs {
    /// Makes both.
    pub fn new() -> Result<Self, SuperviseError> {
        Ok(Outputs { stdout: make_output("stdout")?, stderr: make_output("stderr")? })
    }

    /// Empties both, and gives them back the flags that an example may have changed. New ones could
    /// not be made: from within the cage `memfd_create` is denied.
    pub fn reset(&mut self) -> Result<(), SuperviseError> {
        for file in [&mut self.stdout, &mut self.stderr] {
            fcntl_setfl(&*file, OFlags::APPEND).map_err(|error| SuperviseError::FlagOutput(error.into()))?;
            file.set_len(0).map_err(SuperviseError::EmptyOutput)?;
            io::Seek::rewind(file).map_err(SuperviseError::EmptyOutput)?;
        }
        Ok(())
    }

    fn exceed(&self, limits: &Limits) -> Result<bool, SuperviseError> {
        let most = limits.output.saturating_mul(OUTPUT_FACTOR);
        let size =
            |file: &File| file.metadata().map(|metadata| metadata.len()).map_err(SuperviseError::ReadOutput);
        Ok(size(&self.stdout)? > most || size(&self.stderr)? > most)
    }
}

fn make_output(name: &str) -> Result<File, SuperviseError> {
    let file =
        memfd_create(name, MemfdFlags::CLOEXEC).map_err(|error| SuperviseError::MakeOutput(error.into()))?;
    // Several processes may write, and each must append.
    fcntl_setfl(&file, OFlags::APPEND).map_err(|error| SuperviseError::FlagOutput(error.into()))?;
    Ok(File::from(file))
}

/// What an output holds, up to `limit` bytes.
pub fn read_output(file: &File, limit: u64) -> Result<Captured, SuperviseError> {
    let (bytes, size) = read_bytes(file, limit)?;
    Ok(Captured { text: String::from_utf8_lossy(&bytes).into_owned(), truncated: size > limit })
}

/// The same as bytes, with the size of all of it.
pub fn read_bytes(file: &File, limit: u64) -> Result<(Vec<u8>, u64), SuperviseError> {
    let size = file.metadata().map_err(SuperviseError::ReadOutput)?.len();
    let mut bytes = vec![0; usize::try_from(size.min(limit)).unwrap_or(0)];
    let mut filled = 0;
    while filled < bytes.len() {
        match file.read_at(&mut bytes[filled..], filled as u64).map_err(SuperviseError::ReadOutput)? {
            0 => break,
            count => filled += count,
        }
    }
    bytes.truncate(filled);
    Ok((bytes, size))
}

/// An example under way.
pub struct Watched<'zygote> {
    pub child: Pid,
    pub limits: &'zygote Limits,
    /// Time for the example and for what runs before it.
    pub total_time: Duration,
    pub outputs: &'zygote Outputs,
    pub memory: &'zygote SharedMemory,
    pub host: &'zygote mut UnixStream,
    /// Whether this zygote is the init of its own PID namespace.
    pub pid_namespace: bool,
    /// Where its files lie, if no file system of its own bounds them.
    pub unbounded_folder: Option<&'zygote Path>,
    pub out_of_memory: &'zygote mut OutOfMemory,
}

/// What is known when nothing of an example is left.
pub struct Ended {
    pub ending: Ending,
    /// Processes that went on after its own had ended, and were killed.
    pub left_behind: u32,
    /// Whether really nothing is left.
    pub swept: bool,
}

impl Watched<'_> {
    /// Waits for the end of the example, and of its continuation if it has one; kills what is left.
    pub fn watch(mut self) -> Result<Ended, SuperviseError> {
        let pidfd = open_pidfd(self.child)?;
        let killed = self.wait_within_limits(&pidfd);
        if !matches!(killed, Ok(None)) {
            // It exists until it is waited for, so the id is still its own.
            let _ = kill(self.child, Signal::SIGKILL);
        }
        let status = wait_for(self.child)?;
        let mut left_behind = 0;
        let killed = match killed {
            Ok(None) if self.memory.continuing().is_some() => self.wait_for_continuation()?,
            Ok(None) => {
                left_behind = self.wait_for_stragglers();
                None
            }
            killed => killed?,
        };
        let swept = self.sweep();
        let ending = match killed {
            Some(ending) => ending,
            None if self.outputs.exceed(self.limits)? => Ending::OutputLimit,
            None => self.ending_of(status),
        };
        Ok(Ended { ending, left_behind, swept })
    }

    fn ending_of(&mut self, status: WaitStatus) -> Ending {
        match status {
            WaitStatus::Exited(_, status) => Ending::Exited(status),
            WaitStatus::Signaled(_, Signal::SIGKILL, _) if self.out_of_memory.happened() => {
                Ending::Exhausted(Exhausted::Memory)
            }
            WaitStatus::Signaled(_, signal, _) => Ending::Signaled(signal as i32),
            _ => Ending::Lost("waitpid told neither exit nor signal".to_owned()),
        }
    }

    /// None if the example ended by itself, else why it must be killed.
    fn wait_within_limits(&mut self, pidfd: &OwnedFd) -> Result<Option<Ending>, SuperviseError> {
        self.wait_within(pidfd, self.total_time, Some(Ending::TimedOut))
    }

    /// Waits at most this long for the end of a process. Gives what ended the wait: nothing if the
    /// process did, `late` if the time did, or the limit that is exceeded.
    fn wait_within(
        &mut self,
        pidfd: &OwnedFd,
        time: Duration,
        late: Option<Ending>,
    ) -> Result<Option<Ending>, SuperviseError> {
        let mut deadline = Instant::now() + time;
        let mut is_under_way = false;
        let mut usage = None;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if self.ended_within(pidfd, left.min(TICK))? {
                return Ok(None);
            }
            if !is_under_way && self.memory.is_under_way() {
                is_under_way = true;
                deadline = deadline.min(Instant::now() + Duration::from_millis(self.limits.time_ms));
            }
            if Instant::now() >= deadline {
                return Ok(late);
            }
            if self.outputs.exceed(self.limits)? {
                return Ok(Some(Ending::OutputLimit));
            }
            // Most examples have ended before the first look.
            let usage = usage.get_or_insert_with(|| Usage::new(self.limits, self.unbounded_folder));
            let processes = usage::processes(self.pid_namespace);
            if let Some(exhausted) = usage.exhausted(&processes) {
                return Ok(Some(Ending::Exhausted(exhausted)));
            }
            if let Some(message) = usage.activity(&processes) {
                wire::write_frame(self.host, &message).map_err(|_| SuperviseError::HostGone)?;
            }
        }
    }

    fn ended_within(&self, pidfd: &OwnedFd, time: Duration) -> Result<bool, SuperviseError> {
        let mut watched = [
            PollFd::new(pidfd, PollFlags::IN),
            // No plan comes while one is under way: whatever happens here is the end of the host.
            PollFd::new(&*self.host, PollFlags::IN | PollFlags::RDHUP),
        ];
        match poll(&mut watched, Some(&timespec(time))) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(SuperviseError::Poll(error.into())),
        }
        if !watched[1].revents().is_empty() {
            return Err(SuperviseError::HostGone);
        }
        Ok(!watched[0].revents().is_empty())
    }

    /// The continuation has limits of its own; running into them is no ending of the example unless
    /// it harms the machine.
    fn wait_for_continuation(&mut self) -> Result<Option<Ending>, SuperviseError> {
        let Some(process) = self.memory.continuing() else { return Ok(None) };
        // What is no descendant of this zygote cannot be opened for waiting, and is nothing to wait for.
        if !matches!(waitpid(process, Some(WaitPidFlag::WNOHANG)), Ok(WaitStatus::StillAlive)) {
            return Ok(None);
        }
        let Ok(pidfd) = open_pidfd(process) else { return Ok(None) };
        self.wait_within(&pidfd, CONTINUATION, None)
    }

    /// Counts what goes on although the example has ended. Helpers (the resource tracker of
    /// `multiprocessing`) end by themselves as soon as they notice, and are given the time to.
    fn wait_for_stragglers(&self) -> u32 {
        let deadline = Instant::now() + STRAGGLERS;
        loop {
            if matches!(waitpid(None, Some(WaitPidFlag::WNOHANG)), Err(Errno::ECHILD)) {
                return 0;
            }
            let processes = usage::processes(self.pid_namespace);
            let alive = processes.iter().filter(|process| process.is_alive()).count();
            if alive == 0 || Instant::now() >= deadline {
                return u32::try_from(alive).unwrap_or(u32::MAX);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Kills every descendant of the example; false if some may be left.
    fn sweep(&self) -> bool {
        // Signalling -1 reaches all processes of the namespace, or, outside one, all of the user's.
        if self.pid_namespace && getpid().as_raw() == 1 {
            while !matches!(waitpid(None, Some(WaitPidFlag::WNOHANG)), Err(Errno::ECHILD)) {
                let _ = kill(Pid::from_raw(-1), Signal::SIGKILL);
                if waitpid(None, None) == Err(Errno::ECHILD) {
                    break;
                }
            }
            return true;
        }
        // A subreaper inherits orphans: kill its descendants until none come any more.
        (0..1000).any(|_| kill_descendants())
    }
}

/// Kills the descendants of this process; true if it has none any more.
pub fn kill_descendants() -> bool {
    if matches!(waitpid(None, Some(WaitPidFlag::WNOHANG)), Err(Errno::ECHILD)) {
        return true;
    }
    // What forks faster than it is killed must stand still first.
    let mut all = usage::descendants();
    for _ in 0..100 {
        for &process in &all {
            let _ = kill(Pid::from_raw(process), Signal::SIGSTOP);
        }
        let now = usage::descendants();
        if now == std::mem::replace(&mut all, now.clone()) {
            break;
        }
    }
    for &process in &all {
        let _ = kill(Pid::from_raw(process), Signal::SIGKILL);
    }
    for _ in usage::own_children() {
        if waitpid(None, None) == Err(Errno::ECHILD) {
            return true;
        }
    }
    false
}

/// Notices that the kernel ended a process because memory ran out.
pub struct OutOfMemory {
    kills: Option<u64>,
}

impl OutOfMemory {
    pub fn new() -> Self {
        OutOfMemory { kills: Self::count() }
    }

    /// Whether it happened since the last question.
    fn happened(&mut self) -> bool {
        let now = Self::count();
        now > std::mem::replace(&mut self.kills, now)
    }

    /// How often it has happened on this machine.
    fn count() -> Option<u64> {
        let counters = fs::read_to_string("/proc/vmstat").ok()?;
        counters.lines().find_map(|line| line.strip_prefix("oom_kill ")?.parse().ok())
    }
}

fn open_pidfd(process: Pid) -> Result<OwnedFd, SuperviseError> {
    let process = rustix::process::Pid::from_raw(process.as_raw())
        .ok_or_else(|| SuperviseError::OpenPidfd(io::ErrorKind::InvalidInput.into()))?;
    rustix::process::pidfd_open(process, rustix::process::PidfdFlags::empty())
        .map_err(|error| SuperviseError::OpenPidfd(error.into()))
}

fn wait_for(child: Pid) -> Result<WaitStatus, SuperviseError> {
    loop {
        match waitpid(child, None) {
            Err(Errno::EINTR) => {}
            other => return other.map_err(SuperviseError::Wait),
        }
    }
}

fn timespec(time: Duration) -> Timespec {
    // One more millisecond, so that a wait does not end just before its time.
    let time = time + Duration::from_millis(1);
    Timespec { tv_sec: time.as_secs() as i64, tv_nsec: i64::from(time.subsec_nanos()) }
}

/// Empties the folders of an example; false if something in them resists.
pub fn empty_folders(folders: &Folders) -> bool {
    let restored = |folder: &PathBuf| {
        fs::set_permissions(folder, Permissions::from_mode(folders.permissions)).is_ok()
            && empty_folder(folder, &folders.kept).is_ok()
    };
    let emptied = folders.emptied.iter().all(restored);
    emptied && fs::create_dir(&folders.own).is_ok()
}

fn empty_folder(folder: &Path, kept: &[OsString]) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if kept.contains(&entry.file_name()) {
            continue;
        }
        let path = entry.path();
        if !entry.file_type()?.is_dir() {
            fs::remove_file(path)?;
        } else {
            scratch::remove(&path)?;
        }
    }
    Ok(())
}

/// A descriptor that reads nothing and swallows everything.
pub fn open_nowhere() -> io::Result<File> {
    File::options().read(true).write(true).open("/dev/null")
}

/// Puts stdin, stdout and stderr in their places, in a forked process.
pub fn place_standard(nowhere: BorrowedFd<'_>, outputs: &Outputs) -> Result<(), super::zygote::ZygoteError> {
    super::zygote::place_descriptor(nowhere, 0)?;
    super::zygote::place_descriptor(outputs.stdout.as_fd(), 1)?;
    super::zygote::place_descriptor(outputs.stderr.as_fd(), 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_as_new_for_the_next_example() {
        let mut outputs = Outputs::new().unwrap();
        io::Write::write_all(&mut outputs.stdout, b"old").unwrap();
        fcntl_setfl(&outputs.stdout, OFlags::NONBLOCK).unwrap();
        outputs.reset().unwrap();
        assert_eq!(read_output(&outputs.stdout, 10).unwrap().text, "");
        let flags = rustix::fs::fcntl_getfl(&outputs.stdout).unwrap();
        assert!(flags.contains(OFlags::APPEND) && !flags.contains(OFlags::NONBLOCK));
    }

    #[test]
    fn output_is_cut_at_the_limit() {
        let mut outputs = Outputs::new().unwrap();
        io::Write::write_all(&mut outputs.stdout, b"abcdef").unwrap();
        let captured = read_output(&outputs.stdout, 4).unwrap();
        assert_eq!(captured, Captured { text: "abcd".into(), truncated: true });
    }
}
