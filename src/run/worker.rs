//! The worker and its zygotes: what truedoc does when it was started to be a python.
//!
//! The worker starts Python once, imports what examples are likely to import, and forks a zygote
//! for each connection that the host passes to it; `caged.rs` is what becomes of a zygote.

use std::ffi::OsString;
use std::io::{self, IoSliceMut};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid};
use pyo3::prelude::*;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};

use super::Interpreter;
use super::ahead::AheadOrder;
use super::caged::{serve_services, serve_zygote};
use super::example::Driver;
use super::heap;
use super::jail::JailError;
use super::processor;
use super::scratch;
use super::services::{Network, hold_network};
use super::supervise::{SuperviseError, kill_descendants, open_nowhere};
use super::usage;
use super::wire::{self, Introduction, WireError, WorkerHello};
use super::zygote::{self, ZygoteError, exit_now, with_python};

/// First argument of a process that is a worker and behaves as a python; then come the python, and
/// what [`Orders`] holds.
pub const MARKER: &str = "__truedoc_worker";
/// How often the worker looks for what lost zygotes left behind.
const LOOK_AFTER_ORPHANS: Duration = Duration::from_millis(500);

/// What a worker is told when it is started.
struct Orders {
    /// The connection to the host.
    control: UnixStream,
    /// The folder to remove when the host is gone.
    scratch: PathBuf,
    /// What is done before it forks.
    ahead: AheadOrder,
    /// Folders of packages that examples may import.
    packages: Vec<PathBuf>,
}

impl Orders {
    /// From arguments: the number of the connection, the folder, what is done ahead, the packages.
    fn read(mut arguments: impl Iterator<Item = OsString>) -> Option<Orders> {
        let control = zygote::take_open(arguments.next()?.to_str()?.parse().ok()?)?;
        let scratch = PathBuf::from(arguments.next()?);
        let ahead = AheadOrder::read(arguments.next()?.to_str()?)?;
        let packages = arguments.map(PathBuf::from).collect();
        Some(Orders { control: control.into(), scratch, ahead, packages })
    }
}

/// Exit status of a worker that does not understand its arguments.
const NOT_UNDERSTOOD: i32 = 2;

/// To be called first in `main`: if this process was started as a worker it never returns.
pub fn serve_if_worker() {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_none_or(|argument| argument != MARKER) {
        return;
    }
    let (Some(python), Some(orders)) = (arguments.next(), Orders::read(arguments)) else {
        exit_now(NOT_UNDERSTOOD)
    };
    // If it returns at all, Python could not be started.
    let _ = with_python(Path::new(&python), |py| serve_host(py, orders));
    exit_now(1)
}

/// Makes the python that loaded this module a worker; see `driver/become_worker.py`.
#[pyclass(frozen)]
pub struct Worker {
    arguments: Vec<OsString>,
}

#[pymethods]
impl Worker {
    #[new]
    fn new(arguments: Vec<OsString>) -> Self {
        Worker { arguments }
    }

    /// Called where it is the value of an attribute that is asked for. Never returns.
    fn __get__(&self, py: Python<'_>, _instance: Py<PyAny>, _owner: Py<PyAny>) {
        match Orders::read(self.arguments.iter().cloned()) {
            Some(orders) => serve_host(py, orders),
            None => exit_now(NOT_UNDERSTOOD),
        }
    }
}

/// Serves the host until it is gone, and ends the process.
fn serve_host(py: Python<'_>, orders: Orders) -> ! {
    let served = serve_worker(py, orders.control, &orders.ahead, &orders.packages);
    clear_away(&orders.scratch);
    exit_now(i32::from(served.is_err()))
}

/// Why a worker or zygote ends.
#[derive(Debug, thiserror::Error)]
pub(super) enum ServeError {
    #[error("/dev/null: {0}")]
    OpenNowhere(#[source] io::Error),
    #[error("opening the namespaces of the network: {0}")]
    OpenNetwork(#[source] io::Error),
    #[error("importing ahead: {0}")]
    ImportAhead(#[source] PyErr),
    #[error("recvmsg: {0}")]
    Receive(#[source] io::Error),
    #[error("the host is gone: {0}")]
    Answer(#[source] io::Error),
    #[error(transparent)]
    Wire(#[from] WireError),
    #[error(transparent)]
    Zygote(#[from] ZygoteError),
    #[error(transparent)]
    Jail(#[from] JailError),
    #[error(transparent)]
    Supervise(#[from] SuperviseError),
}

fn serve_worker(
    py: Python<'_>,
    mut control: UnixStream,
    ahead: &AheadOrder,
    packages: &[PathBuf],
) -> Result<(), ServeError> {
    // Both are best effort: a Ctrl-C at the terminal is for the host, and orphans are reaped here.
    let _ = nix::unistd::setsid();
    let _ = nix::sys::prctl::set_child_subreaper(true);
    let prepared = Driver::load(py, ahead, packages).and_then(|driver| Ok((describe(py)?, driver)));
    let hello = match &prepared {
        Ok((introduction, _)) => WorkerHello::Ready(introduction.clone()),
        Err(error) => WorkerHello::Failed(error.to_string()),
    };
    wire::write_frame(&mut control, &hello).map_err(ServeError::Answer)?;
    let Ok((_, driver)) = prepared else { return Ok(()) };
    if ahead.rounds > 0 {
        heap::fill_holes();
    }
    let nowhere = open_nowhere().map_err(ServeError::OpenNowhere)?;
    zygote::place_descriptor(nowhere.as_fd(), 2)?;
    let mut zygotes = Vec::new();
    let first_number = processor::first_number();
    let mut network = None;
    loop {
        while !is_readable_within(&control, LOOK_AFTER_ORPHANS)? {
            reap();
            kill_orphans(&zygotes);
        }
        let Some((purpose, connection)) = receive_connection(&control)? else { return Ok(()) };
        let zygote = match zygote::fork(py)? {
            ForkResult::Child => {
                drop(control);
                // Nobody is left to be told unless it concerned the cage, which was told already.
                let number = first_number + zygotes.len();
                let _ = serve(py, &driver, purpose, network, connection.into(), number);
                exit_now(0);
            }
            ForkResult::Parent { child } => child,
        };
        if purpose == wire::NETWORK {
            network = Some(zygote);
        }
        zygotes.push(zygote);
        drop(connection);
        reap();
    }
}

/// What a fork of the worker does with the connection it was made for.
fn serve(
    py: Python<'_>,
    driver: &Driver,
    purpose: u8,
    network: Option<Pid>,
    host: UnixStream,
    number: usize,
) -> Result<(), ServeError> {
    let network = network.map(Network::of).transpose().map_err(ServeError::OpenNetwork)?;
    match purpose {
        wire::NETWORK => hold_network(driver.readable_paths(), host),
        wire::KEEPER => serve_services(py, driver, network.as_ref(), host)?,
        _ => match serve_zygote(py, driver, network.as_ref(), host, number)? {},
    }
    Ok(())
}

/// The host is gone, perhaps without a word: zygotes notice it too, and end with all they have.
/// What is not gone after a while is killed, and then nobody needs the folder any more.
fn clear_away(scratch: &Path) {
    let deadline = Instant::now() + Duration::from_secs(5);
    while Instant::now() < deadline {
        match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            Err(Errno::ECHILD) => break,
            Ok(WaitStatus::StillAlive) => std::thread::sleep(Duration::from_millis(2)),
            _ => {}
        }
    }
    for _ in 0..1000 {
        if kill_descendants() {
            break;
        }
    }
    let _ = scratch::remove(scratch);
}

fn describe(py: Python<'_>) -> PyResult<Introduction> {
    let version = py.version_info();
    let version = format!("{}.{}.{}", version.major, version.minor, version.patch);
    let sys = py.import("sys")?;
    let interpreter = Interpreter {
        id: format!("cpython-{version}"),
        version,
        executable: sys.getattr("executable")?.extract()?,
    };
    let import_paths: Vec<String> = sys.getattr("path")?.extract().unwrap_or_default();
    let import_paths = import_paths.into_iter().filter(|path| !path.is_empty()).map(PathBuf::from);
    Ok(Introduction { interpreter, import_paths: import_paths.collect() })
}

/// The next connection that the host passes, and what it is for; none when it is done.
fn receive_connection(control: &UnixStream) -> Result<Option<(u8, OwnedFd)>, ServeError> {
    loop {
        let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut rights = RecvAncillaryBuffer::new(&mut space);
        let mut byte = [0];
        let received =
            recvmsg(control, &mut [IoSliceMut::new(&mut byte)], &mut rights, RecvFlags::CMSG_CLOEXEC);
        match received {
            Ok(message) if message.bytes == 0 => return Ok(None),
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(ServeError::Receive(error.into())),
        }
        for message in rights.drain() {
            if let RecvAncillaryMessage::ScmRights(mut descriptors) = message
                && let Some(descriptor) = descriptors.next()
            {
                return Ok(Some((byte[0], descriptor)));
            }
        }
    }
}

/// Zygotes that have ended become zombies of the worker.
fn reap() {
    while waitpid(None, Some(WaitPidFlag::WNOHANG)).is_ok_and(|status| status != WaitStatus::StillAlive) {}
}

fn is_readable_within(control: &UnixStream, time: Duration) -> Result<bool, ServeError> {
    let time = Timespec { tv_sec: time.as_secs() as i64, tv_nsec: i64::from(time.subsec_nanos()) };
    match poll(&mut [PollFd::new(control, PollFlags::IN)], Some(&time)) {
        Ok(ready) => Ok(ready > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(ServeError::Receive(error.into())),
    }
}

/// Kills what a zygote without a PID namespace left behind when it was killed itself. Such orphans
/// become children of the worker; and so does, of its own accord, a zygote that is the init of a
/// namespace, which shows by the two numbers it has.
fn kill_orphans(zygotes: &[Pid]) {
    for child in usage::own_children() {
        let status = std::fs::read_to_string(format!("/proc/{child}/status")).unwrap_or_default();
        let numbers = status.lines().find_map(|line| line.strip_prefix("NSpid:"));
        let is_plain = numbers.is_some_and(|numbers| numbers.split_whitespace().count() == depth_of_worker());
        if is_plain && !zygotes.contains(&child) {
            let _ = nix::sys::signal::kill(child, nix::sys::signal::Signal::SIGKILL);
        }
    }
}

/// How many numbers this process has: one for each PID namespace around it.
fn depth_of_worker() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let numbers = status.lines().find_map(|line| line.strip_prefix("NSpid:"));
    numbers.map_or(0, |numbers| numbers.split_whitespace().count())
}
