//! What a forked zygote does: enters its cage, and then runs what the host asks for, one plan or one
//! group of plans after the other, each in a fork of itself.

use std::convert::Infallible;
use std::fs::File;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nix::unistd::ForkResult;
use pyo3::prelude::*;

use super::example::{Driver, Place, become_example, become_group};
use super::group::{Left, Request, Shared};
use super::heap;
use super::jail::{self, Cell, Folders, Namespaces};
use super::observe::{self, Entry, Report};
use super::processor::Processors;
use super::services::{KeeperOrder, Network, Standing, keep};
use super::supervise::{
    Ended, OUTPUT_FACTOR, OutOfMemory, Outputs, Watched, empty_folders, open_nowhere, place_standard,
    read_bytes, read_output,
};
use super::wire::{self, Message, ZygoteOrder};
use super::worker::ServeError;
use super::zygote::{self, SharedMemory, exit_now};
use super::{Captured, Ending, InputResult, Limits, Plan, Run, Sandbox};

/// A zygote that stands in its cage.
struct Caged {
    cell: Cell,
    folders: Folders,
    sandbox: Sandbox,
    outputs: Outputs,
    /// Their standard input.
    nowhere: File,
    out_of_memory: OutOfMemory,
    /// Whether nothing is left of the examples before.
    is_clean: bool,
    /// Those that its examples may use, if it has settled on one itself.
    processors: Option<Processors>,
}

impl Caged {
    /// Where its examples run.
    fn place(&self) -> Place<'_> {
        Place { cell: &self.cell, folder: &self.folders.own, own_tmp: self.sandbox.mount_namespace }
    }
}

/// Starts services in a cage, and keeps them.
pub fn serve_services(
    py: Python<'_>,
    driver: &Driver,
    network: Option<&Network>,
    mut host: UnixStream,
) -> Result<(), ServeError> {
    let order: KeeperOrder = wire::read_frame(&mut host, wire::MAX_PLAN)?;
    let caged = enter_cage(py, driver, &order.cage, network, true).and_then(|caged| {
        caged.cell.enter_for_services(order.services.iter().flat_map(|service| &service.readable))?;
        Ok(caged)
    });
    let standing: Standing = match caged {
        // Without these they could be reached from elsewhere, or outlive the run.
        Ok(caged) if caged.sandbox.pid_namespace && caged.sandbox.hidden_files => {
            keep(&order.services, &caged.folders.own, host);
            return Ok(());
        }
        Ok(caged) => Err(format!("services need namespaces: {}", caged.sandbox.missing.join("; "))),
        Err(error) => Err(format!("the sandbox of the services could not be set up: {error}")),
    };
    wire::write_frame(&mut host, &standing).map_err(ServeError::Answer)
}

/// Serves the host from within a cage; `number` tells zygotes of a worker apart.
pub fn serve_zygote(
    py: Python<'_>,
    driver: &Driver,
    network: Option<&Network>,
    mut host: UnixStream,
    number: usize,
) -> Result<Infallible, ServeError> {
    let order: ZygoteOrder = wire::read_frame(&mut host, wire::MAX_HELLO)?;
    let mut caged = match enter_cage(py, driver, &order, network, false) {
        Ok(caged) => caged,
        Err(error) => {
            wire::write_frame(&mut host, &Message::Failed(error.to_string())).map_err(ServeError::Answer)?;
            return Err(error);
        }
    };
    if !order.ahead.is_empty() {
        // Packages run no less confined than examples.
        caged.cell.enter_with_zygote(&order.readable)?;
        let unfit = driver.warm(py, &order.ahead, &caged.folders.own).map_err(ServeError::ImportAhead)?;
        if let Some(package) = unfit {
            wire::write_frame(&mut host, &Message::Unfit(package)).map_err(ServeError::Answer)?;
            exit_now(0);
        }
        heap::fill_holes();
    }
    caged.processors = Processors::settle(number);
    let memory = observe::share_memory()?;
    // Without it examples would find another home; they do not start less well for that.
    let _ = driver.settle(py, &caged.place());
    wire::write_frame(&mut host, &Message::Ready(caged.sandbox.clone())).map_err(ServeError::Answer)?;
    loop {
        let request: Request<Plan> = wire::read_frame(&mut host, wire::MAX_PLAN)?;
        let mut compiled = Vec::new();
        let served = match &request {
            Request::Alone(plan, imports) => {
                // Whatever is not back by then comes with the import itself.
                let _ = driver.begin_with(py, imports);
                let (run, files) = serve_plan(py, driver, &mut caged, memory, &mut host, plan)?;
                compiled = files;
                Served::Alone(Box::new(run))
            }
            Request::Together(plans) => {
                let _ = driver.begin_with(py, &[]);
                Served::Together(serve_group(py, driver, &mut caged, memory, &mut host, plans)?)
            }
        };
        let worn_out = !empty_folders(&caged.folders) || !caged.is_clean;
        let answer = match served {
            Served::Alone(run) => Message::Done { run, worn_out },
            Served::Together(shared) => Message::Shared { shared, worn_out },
        };
        wire::write_frame(&mut host, &answer).map_err(ServeError::Answer)?;
        driver.keep_compiled(py, compiled);
    }
}

/// Enters the cage, in a network of its own or in a shared one, for examples or for services.
fn enter_cage(
    py: Python<'_>,
    driver: &Driver,
    order: &ZygoteOrder,
    network: Option<&Network>,
    serves: bool,
) -> Result<Caged, ServeError> {
    let readable = driver.readable_paths();
    let mut sandbox = Sandbox { missing: order.refused.clone(), ..Sandbox::default() };
    let is_nobody = jail::renounce_root(readable)?;
    let namespaces = if order.namespaces {
        network.map(Network::join).transpose()?;
        jail::enter_namespaces(network.is_some(), &mut sandbox)?
    } else {
        if order.refused.is_empty() {
            sandbox.missing.push("namespaces: switched off".to_owned());
        }
        Namespaces::default()
    };
    if namespaces.pid {
        // Only a child enters the new namespace; it is its init, and this process is done.
        if let ForkResult::Parent { .. } = zygote::fork(py)? {
            exit_now(0);
        }
    } else {
        // The sweep finds orphans among the children of this process.
        let _ = nix::sys::prctl::set_child_subreaper(true);
    }
    let seen: Vec<PathBuf> = readable.iter().chain(&order.readable).cloned().collect();
    let folders = jail::furnish(namespaces, &seen, order, &mut sandbox)?;
    // Data of packages is read from their folders, where these are to be seen from within.
    let readable: Vec<PathBuf> = readable.iter().chain(driver.packages()).cloned().collect();
    let cell = Cell::prepare(namespaces, &readable, &folders, &mut sandbox)?;
    // What the filter denies from here on.
    let outputs = Outputs::new()?;
    let nowhere = open_nowhere().map_err(ServeError::OpenNowhere)?;
    jail::lock_down(namespaces, is_nobody, serves, &mut sandbox)?;
    Ok(Caged {
        cell,
        folders,
        sandbox,
        outputs,
        nowhere,
        out_of_memory: OutOfMemory::new(),
        is_clean: true,
        processors: None,
    })
}

/// What a zygote has run.
enum Served {
    Alone(Box<Run>),
    Together(Shared),
}

/// Runs a plan; gives also the modules of packages that it had to compile.
fn serve_plan(
    py: Python<'_>,
    driver: &Driver,
    caged: &mut Caged,
    memory: &SharedMemory,
    host: &mut UnixStream,
    plan: &Plan,
) -> Result<(Run, Vec<String>), ServeError> {
    let start = Instant::now();
    let become_it = |place: &Place<'_>| become_example(py, driver, plan, place);
    let Ended { ending, left_behind, .. } =
        fork_and_watch(py, caged, memory, host, (&plan.limits, plan.total_time()), become_it)?;
    let mut run = Run { ending, left_behind, duration: start.elapsed(), ..Run::default() };
    run.stdout = read_output(&caged.outputs.stdout, plan.limits.output)?;
    run.stderr = read_output(&caged.outputs.stderr, plan.limits.output)?;
    let compiled = take_report(&mut run, observe::read_report(memory), 0);
    Ok((run, compiled))
}

/// Runs several plans in one process, all with the same limits.
fn serve_group(
    py: Python<'_>,
    driver: &Driver,
    caged: &mut Caged,
    memory: &SharedMemory,
    host: &mut UnixStream,
    plans: &[(Plan, Vec<String>)],
) -> Result<Shared, ServeError> {
    let Some((first, _)) = plans.first() else { return Ok(Shared::default()) };
    let limits = &first.limits;
    let become_them = |place: &Place<'_>| become_group(py, driver, plans, place);
    let time = Duration::from_millis(limits.time_ms);
    let ended = fork_and_watch(py, caged, memory, host, (limits, time), become_them)?;
    let mut shared = Shared { runs: Vec::new(), left: Left::Amiss };
    if ended.left_behind > 0 {
        return Ok(shared);
    }
    let most = limits.output.saturating_mul(OUTPUT_FACTOR);
    let (stdout, _) = read_bytes(&caged.outputs.stdout, most)?;
    let (stderr, _) = read_bytes(&caged.outputs.stderr, most)?;
    let (complete, after) = observe::read_reports(memory);
    let (mut from_stdout, mut from_stderr) = (0, 0);
    for (report, end) in complete.into_iter().take(plans.len()) {
        let outputs = (
            cut(&stdout, from_stdout, end.stdout, limits.output),
            cut(&stderr, from_stderr, end.stderr, limits.output),
        );
        // More than is kept is for an example alone to be told.
        let (Some(stdout), Some(stderr)) = outputs else { return Ok(shared) };
        let ending = Ending::Exited(end.status);
        let mut run = Run { ending, stdout, stderr, duration: end.duration, ..Run::default() };
        take_report(&mut run, report, from_stdout);
        shared.runs.push(run);
        (from_stdout, from_stderr) = (end.stdout, end.stderr);
    }
    shared.left = match ended.ending {
        _ if shared.runs.len() == plans.len() => Left::Complete,
        Ending::Exited(0) if after.entries.iter().any(|entry| matches!(entry, Entry::ByItself)) => {
            Left::ByItself
        }
        // It ended of its own accord right after one that is complete.
        Ending::Exited(0)
            if after.entries.is_empty() && after.printed.is_empty() && !shared.runs.is_empty() =>
        {
            Left::Complete
        }
        _ => Left::Amiss,
    };
    Ok(shared)
}

/// Part of an output by byte positions; none if it is longer than is kept of one example.
fn cut(bytes: &[u8], start: u64, end: u64, limit: u64) -> Option<Captured> {
    let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end).ok()?);
    let part = bytes.get(start..end).filter(|part| part.len() as u64 <= limit)?;
    Some(Captured { text: String::from_utf8_lossy(part).into_owned(), truncated: false })
}

/// Forks a process that becomes what is asked for, with these limits, and watches over it to its end.
fn fork_and_watch(
    py: Python<'_>,
    caged: &mut Caged,
    memory: &SharedMemory,
    host: &mut UnixStream,
    (limits, total_time): (&Limits, Duration),
    become_it: impl FnOnce(&Place<'_>),
) -> Result<Ended, ServeError> {
    memory.clear()?;
    caged.outputs.reset()?;
    let outputs = &caged.outputs;
    let child = match zygote::fork(py)? {
        ForkResult::Child => {
            if let Some(processors) = caged.processors {
                processors.use_all();
            }
            if let Err(error) = place_standard(caged.nowhere.as_fd(), outputs) {
                observe::report_trouble(error.to_string());
                exit_now(1);
            }
            become_it(&caged.place());
            exit_now(0)
        }
        ForkResult::Parent { child } => child,
    };
    let pid_namespace = caged.sandbox.pid_namespace;
    let unbounded_folder = if caged.sandbox.mount_namespace { None } else { caged.folders.own.parent() };
    let out_of_memory = &mut caged.out_of_memory;
    let watched = Watched {
        child,
        limits,
        total_time,
        outputs,
        memory,
        host,
        pid_namespace,
        unbounded_folder,
        out_of_memory,
    };
    let ended = watched.watch()?;
    caged.is_clean &= ended.swept;
    Ok(ended)
}

/// Fills in what the example reported about itself; gives the modules that it had to compile.
/// Positions in the output count from `origin`.
fn take_report(run: &mut Run, report: Report, origin: u64) -> Vec<String> {
    let mut compiled = Vec::new();
    let mut heard = 0;
    run.printed = report.printed;
    for entry in report.entries {
        match entry {
            Entry::Record(record) => run.records.push(record),
            Entry::Exception(raised) => run.exception = Some(raised),
            Entry::Blocked(operation) => run.blocked = Some(operation),
            Entry::Syntax { message, line } => {
                if run.ending == Ending::Exited(1) {
                    run.ending = Ending::SyntaxError { message, line };
                }
            }
            Entry::Input { start, end, raised } => {
                // The output is cut into pieces, each of which counts once: else an example could
                // claim a million inputs that printed all of it.
                let (start, end) = (start.saturating_sub(origin).max(heard), end.saturating_sub(origin));
                heard = heard.max(end);
                run.inputs.push(InputResult { output: slice_output(&run.stdout, start, end), raised });
            }
            Entry::Test(result) => run.tests.push(result),
            Entry::Imported(modules) => run.imported = modules,
            Entry::Compiled(file) => compiled.push(file),
            Entry::Trouble(reason) => run.ending = Ending::Lost(reason),
            Entry::Complete(_) | Entry::ByItself => {}
        }
    }
    compiled
}

/// Part of the output by byte positions, as far as it was kept.
fn slice_output(captured: &Captured, start: u64, end: u64) -> String {
    let bytes = captured.text.as_bytes();
    let bound = |position: u64| usize::try_from(position).unwrap_or(usize::MAX).min(bytes.len());
    let (start, end) = (bound(start), bound(end));
    String::from_utf8_lossy(bytes.get(start..end).unwrap_or_default()).into_owned()
}
