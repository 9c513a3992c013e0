//! The keeper: process 1 of the cage in which services run. It starts them, waits until they are
//! ready, and stops them when the host is gone.

use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::place::Place;
use super::{Service, Standing};
use crate::run::usage::{self, Usage};
use crate::run::{Limits, wire};

/// How often a service is looked at that is not ready yet.
const SOON: Duration = Duration::from_millis(20);
/// How often the services are looked at that serve.
const SOMETIMES: Duration = Duration::from_millis(500);
/// How long services may take to end by themselves.
const STOPPING: Duration = Duration::from_secs(3);
/// What all services of a document may take together.
const LIMITS: Limits = Limits { time_ms: u64::MAX, memory: 2 << 30, output: 1 << 20, processes: 512 };

/// Starts services one after the other below a folder, tells the host how they stand, and keeps them
/// until it is gone.
pub fn keep(services: &[Service], base: &Path, mut host: UnixStream) {
    let mut keeper = Keeper { base: base.to_owned(), host: &host, running: Vec::new() };
    let standing: Standing = services.iter().try_for_each(|service| keeper.start(service));
    let running = keeper.running;
    if wire::write_frame(&mut host, &standing).is_ok() && standing.is_ok() {
        watch(&host);
    }
    stop(running);
}

struct Keeper<'host> {
    base: PathBuf,
    host: &'host UnixStream,
    running: Vec<Child>,
}

impl Keeper<'_> {
    /// Starts a service and waits until it is ready.
    fn start(&mut self, service: &Service) -> Standing {
        let name = &service.name;
        let place = Place::make(&self.base, service)
            .map_err(|error| format!("the service `{name}` has no folder: {error}"))?;
        for words in &service.setup {
            let status = self.finish(service, &place, words)?;
            if !status.success() {
                let (words, said) = (words.join(" "), place.last_words());
                return Err(format!(
                    "the setup of the service `{name}`, `{words}`, ended with {status}{said}"
                ));
            }
        }
        let child = spawn(service, &place, &service.command)?;
        self.running.push(child);
        self.wait_until_ready(service, &place)
    }

    /// Runs a command to its end.
    fn finish(&self, service: &Service, place: &Place, words: &[String]) -> Result<ExitStatus, String> {
        let mut child = spawn(service, place, words)?;
        let deadline = deadline(service);
        loop {
            if let Ok(Some(status)) = child.try_wait() {
                return Ok(status);
            }
            let is_late = Instant::now() > deadline;
            if is_late || is_gone_within(self.host, SOON) {
                let _ = child.kill();
                let _ = child.wait();
                let (words, within) = (words.join(" "), Duration::from_millis(service.within_ms));
                let said = place.last_words();
                let name = &service.name;
                return Err(format!("`{words}` of the service `{name}` did not end within {within:?}{said}"));
            }
        }
    }

    fn wait_until_ready(&mut self, service: &Service, place: &Place) -> Standing {
        let (name, port, deadline) = (&service.name, service.port, deadline(service));
        while !is_gone_within(self.host, SOON) {
            if let Some(Ok(Some(status))) = self.running.last_mut().map(Child::try_wait) {
                let said = place.last_words();
                return Err(format!("the service `{name}` ended with {status} before it was ready{said}"));
            }
            let is_ready = match &service.ready {
                Some(words) => self.finish(service, place, words)?.success(),
                None => answers(port),
            };
            if is_ready {
                return Ok(());
            }
            if Instant::now() > deadline {
                break;
            }
        }
        let (within, said) = (Duration::from_millis(service.within_ms), place.last_words());
        Err(format!("the service `{name}` was not ready on port {port} within {within:?}{said}"))
    }
}

fn deadline(service: &Service) -> Instant {
    Instant::now() + Duration::from_millis(service.within_ms)
}

/// Whether somebody takes connections on a port of the loopback.
fn answers(port: u16) -> bool {
    let loopbacks = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    loopbacks.into_iter().any(|address| TcpStream::connect(SocketAddr::new(address, port)).is_ok())
}

/// Starts a command of a service; what it says goes to the log.
fn spawn(service: &Service, place: &Place, words: &[String]) -> Result<Child, String> {
    let words: Vec<String> = words.iter().map(|word| place.fill(word, service)).collect();
    let Some((name, arguments)) = words.split_first() else {
        return Err(format!("a command of the service `{}` is empty", service.name));
    };
    let program = place.program(name);
    let program = program
        .ok_or_else(|| format!("`{name}`, a program of the service `{}`, is not there", service.name))?;
    let log = || -> io::Result<File> { File::options().create(true).append(true).open(&place.log) };
    let spawned = log().and_then(|out| Ok((out, log()?))).and_then(|(out, err)| {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&place.data).process_group(0);
        command.env("PATH", &place.path).env("HOME", &place.data).envs(service.environment.iter().cloned());
        command.stdin(Stdio::null()).stdout(out).stderr(err).spawn()
    });
    spawned.map_err(|error| format!("`{name}` of the service `{}` cannot be started: {error}", service.name))
}

/// Waits until the host is gone, or the services take more than they may.
fn watch(host: &UnixStream) {
    let usage = Usage::new(&LIMITS, None);
    while !is_gone_within(host, SOMETIMES) && usage.exhausted(&usage::processes(true)).is_none() {}
}

/// Whether the host closes the connection within this time. It says nothing on it.
fn is_gone_within(host: &UnixStream, time: Duration) -> bool {
    let time = Timespec { tv_sec: time.as_secs() as i64, tv_nsec: i64::from(time.subsec_nanos()) };
    poll(&mut [PollFd::new(host, PollFlags::IN | PollFlags::RDHUP)], Some(&time)).is_ok_and(|ready| ready > 0)
}

/// Asks the services to end, the last first. What does not is killed with this process, for it is the
/// first of its namespace.
fn stop(mut running: Vec<Child>) {
    for child in running.iter().rev() {
        let _ = kill(Pid::from_raw(child.id() as i32), Signal::SIGTERM);
    }
    let deadline = Instant::now() + STOPPING;
    let mut is_over = || running.iter_mut().all(|child| !matches!(child.try_wait(), Ok(None)));
    while !is_over() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
}
