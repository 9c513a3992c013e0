//! How a zygote watches over an example: time, output, idleness, and the sweep at its end.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, getpid};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{MemfdFlags, OFlags, fcntl_getfl, fcntl_setfl, memfd_create};

use super::jail::Folders;
use super::wire::{self, Message};
use super::zygote::SharedMemory;
use super::{Captured, Ending, Limits};

/// How often output and idleness are looked at.
const TICK: Duration = Duration::from_millis(50);
/// How long the continuation after an uncaught exception may take.
const CONTINUATION: Duration = Duration::from_secs(2);
/// Writing this many times what is kept ends a run.
const OUTPUT_FACTOR: u64 = 16;

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

    /// Empties both, or replaces one whose flags an example has changed.
    pub fn reset(&mut self) -> Result<(), SuperviseError> {
        for (file, name) in [(&mut self.stdout, "stdout"), (&mut self.stderr, "stderr")] {
            let flags = fcntl_getfl(&*file).map_err(|error| SuperviseError::FlagOutput(error.into()))?;
            if flags & !OFlags::from_bits_retain(0o100_000) == OFlags::RDWR | OFlags::APPEND {
                file.set_len(0).map_err(SuperviseError::EmptyOutput)?;
                io::Seek::rewind(file).map_err(SuperviseError::EmptyOutput)?;
            } else {
                *file = make_output(name)?;
            }
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
    Ok(Captured { text: String::from_utf8_lossy(&bytes).into_owned(), truncated: size > limit })
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
}

impl Watched<'_> {
    /// Waits for the end of the example, and of its continuation if it has one; kills what is left.
    pub fn watch(mut self) -> Result<Ending, SuperviseError> {
        let pidfd = open_pidfd(self.child)?;
        let killed = self.wait_within_limits(&pidfd);
        if !matches!(killed, Ok(None)) {
            // It exists until it is waited for, so the id is still its own.
            let _ = kill(self.child, Signal::SIGKILL);
        }
        let status = wait_for(self.child)?;
        let killed = killed?;
        if killed.is_none() {
            self.wait_for_continuation()?;
        }
        self.sweep();
        if let Some(ending) = killed {
            return Ok(ending);
        }
        if self.outputs.exceed(self.limits)? {
            return Ok(Ending::OutputLimit);
        }
        Ok(match status {
            WaitStatus::Exited(_, status) => Ending::Exited(status),
            WaitStatus::Signaled(_, signal, _) => Ending::Signaled(signal as i32),
            _ => Ending::Lost("waitpid told neither exit nor signal".to_owned()),
        })
    }

    /// None if the example ended by itself, else why it must be killed.
    fn wait_within_limits(&mut self, pidfd: &OwnedFd) -> Result<Option<Ending>, SuperviseError> {
        let mut deadline = Instant::now() + self.total_time;
        let mut is_under_way = false;
        let mut activity = Activity::default();
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
                return Ok(Some(Ending::TimedOut));
            }
            if self.outputs.exceed(self.limits)? {
                return Ok(Some(Ending::OutputLimit));
            }
            let processes = self.processes();
            if processes.len() as u64 > self.limits.processes.saturating_mul(2) {
                return Ok(Some(Ending::Signaled(Signal::SIGKILL as i32)));
            }
            if let Some(message) = activity.look(&processes) {
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

    fn wait_for_continuation(&mut self) -> Result<(), SuperviseError> {
        let Some(process) = self.memory.continuing() else { return Ok(()) };
        // What is no descendant of this zygote cannot be opened for waiting, and is nothing to wait for.
        if !matches!(waitpid(process, Some(WaitPidFlag::WNOHANG)), Ok(WaitStatus::StillAlive)) {
            return Ok(());
        }
        let Ok(pidfd) = open_pidfd(process) else { return Ok(()) };
        let deadline = Instant::now() + CONTINUATION;
        let mut activity = Activity::default();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || self.ended_within(&pidfd, left.min(TICK))? {
                return Ok(());
            }
            if let Some(message) = activity.look(&self.processes()) {
                wire::write_frame(self.host, &message).map_err(|_| SuperviseError::HostGone)?;
            }
        }
    }

    /// The processes of the example: all of the namespace, or the one that is known.
    fn processes(&self) -> Vec<i32> {
        if !self.pid_namespace {
            return vec![self.child.as_raw()];
        }
        let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
        let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        numbers.filter(|&process: &i32| process != 1).collect()
    }

    /// Kills every descendant of the example.
    fn sweep(&self) {
        // Signalling -1 reaches all processes of the namespace, or, outside one, all of the user's.
        if self.pid_namespace && getpid().as_raw() == 1 {
            while !matches!(waitpid(None, Some(WaitPidFlag::WNOHANG)), Err(Errno::ECHILD)) {
                let _ = kill(Pid::from_raw(-1), Signal::SIGKILL);
                if waitpid(None, None) == Err(Errno::ECHILD) {
                    break;
                }
            }
            return;
        }
        // A subreaper inherits orphans: kill its children until none come any more.
        for _ in 0..10_000 {
            for child in own_children() {
                let _ = kill(child, Signal::SIGKILL);
            }
            if matches!(waitpid(None, None), Err(Errno::ECHILD)) {
                return;
            }
        }
    }
}

fn own_children() -> Vec<Pid> {
    let path = format!("/proc/self/task/{}/children", getpid());
    let children = fs::read_to_string(path).unwrap_or_default();
    children.split_whitespace().filter_map(|number| number.parse().ok()).map(Pid::from_raw).collect()
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

/// Whether the processes of an example use the CPU, seen from tick to tick.
#[derive(Default)]
struct Activity {
    ticks: u64,
    idle_looks: u32,
    waiting: bool,
}

impl Activity {
    /// Looks once more; gives what the host should know if it changed.
    fn look(&mut self, processes: &[i32]) -> Option<Message> {
        let mut ticks = 0;
        let mut running = false;
        for process in processes {
            let Some((state, used)) =
                fs::read_to_string(format!("/proc/{process}/stat")).ok().as_deref().and_then(parse_stat)
            else {
                continue;
            };
            ticks += used;
            running |= matches!(state, 'R' | 'D');
        }
        let used = ticks.saturating_sub(std::mem::replace(&mut self.ticks, ticks));
        if running || used > 0 {
            self.idle_looks = 0;
            // A single tick may be a mere look at the clock.
            return (used > 1 && std::mem::take(&mut self.waiting)).then_some(Message::Busy);
        }
        self.idle_looks += 1;
        (self.idle_looks == 2 && !std::mem::replace(&mut self.waiting, true)).then_some(Message::Waiting)
    }
}

/// State and used CPU time, in clock ticks, of a line of `/proc/<pid>/stat`.
fn parse_stat(line: &str) -> Option<(char, u64)> {
    // The name of the command stands in parentheses and may hold anything, these too.
    let mut fields = line[line.rfind(')')? + 1..].split_whitespace();
    let state = fields.next()?.chars().next()?;
    let user: u64 = fields.nth(10)?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some((state, user + system))
}

/// Empties the folders of an example; false if something in them resists.
pub fn empty_folders(folders: &Folders) -> bool {
    let emptied = folders.emptied.iter().all(|folder| empty_folder(folder).is_ok());
    emptied && fs::create_dir(&folders.own).is_ok()
}

fn empty_folder(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if !entry.file_type()?.is_dir() {
            fs::remove_file(path)?;
        } else if fs::remove_dir_all(&path).is_err() {
            permit(&path, 0)?;
            fs::remove_dir_all(&path)?;
        }
    }
    Ok(())
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
    fn a_command_name_cannot_forge_a_stat_line() {
        let line = "7 (a) R 1 2) S 1 7 7 0 -1 4194304 100 0 0 0 3 4 0 0 20 0 1 0 1 1 1";
        assert_eq!(parse_stat(line), Some(('S', 7)));
        assert_eq!(parse_stat("nonsense"), None);
    }

    #[test]
    fn an_output_with_changed_flags_is_replaced() {
        let mut outputs = Outputs::new().unwrap();
        io::Write::write_all(&mut outputs.stdout, b"old").unwrap();
        fcntl_setfl(&outputs.stdout, OFlags::NONBLOCK).unwrap();
        outputs.reset().unwrap();
        assert_eq!(read_output(&outputs.stdout, 10).unwrap().text, "");
        assert!(fcntl_getfl(&outputs.stdout).unwrap().contains(OFlags::APPEND));
    }

    #[test]
    fn output_is_cut_at_the_limit() {
        let mut outputs = Outputs::new().unwrap();
        io::Write::write_all(&mut outputs.stdout, b"abcdef").unwrap();
        let captured = read_output(&outputs.stdout, 4).unwrap();
        assert_eq!(captured, Captured { text: "abcd".into(), truncated: true });
    }
}
