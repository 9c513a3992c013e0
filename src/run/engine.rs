//! The host side: starts the worker, asks it for zygotes, and drives them from a rayon pool.
//!
//! The host never initialises Python. It holds one connection to the worker, over which it passes
//! one end of a socket pair for each zygote it wants, and one connection to every zygote.

use std::io::{self, Read, Seek};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

use super::ahead::Ahead;
use super::beginning::early_imports;
use super::group::{Request, Shared, form_groups, run_group};
use super::run_error::RunError;
use super::schedule::{Slot, Slots, longest_first, queues};
use super::scratch::Scratch;
use super::services::{Kept, Service, ServicesOf, Stages};
use super::start::Start;
use super::warmth::{Group, Warmth};
use super::wire::{self, Introduction, Message, WireError, WorkerHello, ZygoteOrder};
use super::{Ending, Interpreter, Plan, Run, Sandbox};

use crate::lock::lock;

/// Zygotes beyond one per job, for examples that wait while others run.
const EXTRA_ZYGOTES: usize = 16;
/// How long a zygote may stay silent beyond the time limit of its example.
const GRACE: Duration = Duration::from_secs(60);
/// How long importing ahead may take.
const IMPORTING: Duration = Duration::from_secs(10);

/// How an [`Engine`] is set up.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// Examples that may use the CPU at once.
    pub jobs: usize,
    /// `PYTHONHASHSEED` of all examples.
    pub hash_seed: u32,
    /// Name of the folder in which every example runs.
    pub folder_name: String,
    /// The program of the python that runs the examples; by default that of [`super::default_python`].
    pub python: Option<PathBuf>,
    /// The truedoc program whose worker is started; the running one by default.
    pub program: Option<PathBuf>,
    /// Folders of packages whose modules examples in docstrings import. They are read before the cage
    /// closes; what is no source is readable from within, unless the cage hides it.
    pub packages: Vec<PathBuf>,
    /// Files and folders of the host that some example may read; see [`super::Given::readable`].
    pub readable: Vec<PathBuf>,
    /// What the worker does before it forks.
    pub ahead: Ahead,
    /// The services of documents that declare some.
    pub services: Vec<ServicesOf>,
    /// The file in which is remembered what examples import; none to remember nothing.
    pub imports: Option<PathBuf>,
    /// Whether the sandbox uses namespaces. Without them, as in many containers, the rest holds.
    pub namespaces: bool,
    /// Whether a sandbox with a layer missing is none.
    pub strict: bool,
}

impl Default for EngineSettings {
    fn default() -> Self {
        let jobs = std::thread::available_parallelism().map_or(1, usize::from);
        EngineSettings {
            jobs,
            hash_seed: 0,
            folder_name: "example".to_owned(),
            python: None,
            program: None,
            packages: Vec::new(),
            readable: Vec::new(),
            ahead: Ahead::default(),
            services: Vec::new(),
            imports: None,
            namespaces: true,
            strict: false,
        }
    }
}

/// What happens during [`Engine::run_all`]; the number is the index of the plan.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// It starts.
    Started {
        /// Index of the plan.
        plan: usize,
    },
    /// Its run is complete.
    Finished {
        /// Index of the plan.
        plan: usize,
        /// What it gave.
        run: &'a Run,
    },
}

/// Owns one worker process and its zygotes.
pub struct Engine {
    worker: Child,
    control: Mutex<UnixStream>,
    idle: Mutex<Vec<UnixStream>>,
    /// Zygotes that were asked for and have not answered yet.
    coming: Mutex<Vec<UnixStream>>,
    /// Idle zygotes that have imported ahead what `warmth` says.
    warm: Mutex<Vec<UnixStream>>,
    warmth: Warmth,
    slots: Slots,
    jobs: usize,
    strict: bool,
    order: ZygoteOrder,
    interpreter: Interpreter,
    import_paths: Vec<PathBuf>,
    sandbox: OnceLock<Sandbox>,
    stages: Stages,
    /// The services that its examples have beside them.
    kept: Option<Kept>,
    /// Removed when it is dropped.
    _scratch: Scratch,
}

impl Engine {
    /// Starts the worker and a first zygote.
    pub fn start(settings: &EngineSettings) -> Result<Engine, RunError> {
        Engine::start_beside(settings, &[])
    }

    /// The same with services in the network of its examples.
    pub(super) fn start_beside(settings: &EngineSettings, services: &[Service]) -> Result<Engine, RunError> {
        let start = Start::choose(settings.python.as_deref(), settings.program.as_deref())?;
        let scratch = Scratch::new().map_err(RunError::MakeScratch)?;
        let (worker, control, Introduction { interpreter, import_paths }) =
            start_worker(&start, settings, scratch.path())?;
        let order = ZygoteOrder {
            scratch: scratch.path().to_string_lossy().into_owned(),
            folder_name: settings.folder_name.clone(),
            namespaces: settings.namespaces,
            readable: settings.readable.clone(),
            refused: Vec::new(),
            ahead: Vec::new(),
        };
        let mut engine = Engine {
            worker,
            control: Mutex::new(control),
            idle: Mutex::new(Vec::new()),
            coming: Mutex::new(Vec::new()),
            warm: Mutex::new(Vec::new()),
            warmth: Warmth::of(settings.imports.as_deref(), start.python()),
            slots: Slots::new(settings.jobs),
            jobs: settings.jobs.max(1),
            strict: settings.strict,
            order,
            interpreter,
            import_paths,
            sandbox: OnceLock::new(),
            stages: Stages::new(settings),
            kept: None,
            _scratch: scratch,
        };
        if !services.is_empty() {
            engine.kept = Some(Kept::start(services, &engine.order, |purpose| engine.connect(purpose))?);
        }
        let zygote = engine.start_first_zygotes(settings.ahead.zygotes(engine.jobs))?;
        lock(&engine.idle).push(zygote);
        Ok(engine)
    }

    /// The interpreter that runs the examples.
    pub fn interpreter(&self) -> &Interpreter {
        &self.interpreter
    }

    /// Where examples import from, besides their own folder.
    pub fn import_paths(&self) -> &[PathBuf] {
        &self.import_paths
    }

    /// The layers of the sandbox that are active.
    pub fn sandbox(&self) -> &Sandbox {
        static NONE: OnceLock<Sandbox> = OnceLock::new();
        self.sandbox.get().unwrap_or_else(|| NONE.get_or_init(Sandbox::default))
    }

    /// Runs all plans, those expected to take longest first, and gives the results in the order
    /// of the plans. What goes wrong with a single run is told by its ending.
    pub fn run_all(&self, plans: &[Plan], on_event: &(dyn Fn(Event<'_>) + Sync)) -> Vec<Run> {
        self.run_until(plans, on_event, &|| false)
    }

    /// The same until it is stopped: what has not started by then never does, and ends as
    /// [`Ending::NotRun`] without an event.
    pub fn run_until(
        &self,
        plans: &[Plan],
        on_event: &(dyn Fn(Event<'_>) + Sync),
        is_stopped: &(dyn Fn() -> bool + Sync),
    ) -> Vec<Run> {
        let (groups, apart) = form_groups(plans, self.jobs);
        let queues = queues(plans, &apart);
        let pool = match self.threads_for(groups.len(), queues.len()) {
            Ok(pool) => pool,
            Err(error) => {
                let reason = format!("no threads to run examples from: {error}");
                return plans.iter().map(|_| lost(&reason)).collect();
            }
        };
        if self.warmth.choose(plans, self.jobs) {
            // Those there are lack what is new.
            lock(&self.warm).clear();
        }
        let runs: Vec<OnceLock<Run>> = plans.iter().map(|_| OnceLock::new()).collect();
        let done = |index: usize, run: Run| {
            on_event(Event::Started { plan: index });
            on_event(Event::Finished { plan: index, run: runs[index].get_or_init(|| run) });
        };
        let alone = |index: usize, mut slot: Slot<'_>| {
            // It is held until the end is told, which may be what stops all others.
            if is_stopped() {
                return;
            }
            on_event(Event::Started { plan: index });
            let run = runs[index].get_or_init(|| self.run_one(&plans[index], &mut slot));
            on_event(Event::Finished { plan: index, run });
        };
        let together = |group: &[usize]| {
            let slot = self.slots.take();
            if is_stopped() { Some(Shared::default()) } else { self.run_together(plans, group, slot) }
        };
        let expected = |queue: &Vec<usize>| queue.iter().map(|&index| plans[index].expected_ms).sum();
        let order = Mutex::new(longest_first(queues.iter().map(expected)).into_iter());
        pool.in_place_scope_fifo(|scope| {
            let (alone, together, done) = (&alone, &together, &done);
            let (order, queues) = (&order, &queues);
            for group in &groups {
                let alone = |index| alone(index, self.slots.take());
                scope.spawn_fifo(move |_| run_group(group, together, alone, done));
            }
            for _ in queues {
                scope.spawn_fifo(move |_| {
                    // Whose turn it is, is known once somebody can start: threads come as they like.
                    let mut slot = Some(self.slots.take());
                    let next = lock(order).next();
                    for &index in next.into_iter().flat_map(|next| &queues[next]) {
                        alone(index, slot.take().unwrap_or_else(|| self.slots.take()));
                    }
                });
            }
        });
        runs.into_iter().map(|run| run.into_inner().unwrap_or_default()).collect()
    }

    /// Threads that run so many groups, and so many queues of examples alone.
    fn threads_for(&self, groups: usize, queues: usize) -> Result<ThreadPool, ThreadPoolBuildError> {
        // Only examples alone may wait for something, and let others run meanwhile.
        let most = if queues == 0 { self.jobs } else { self.jobs + EXTRA_ZYGOTES };
        ThreadPoolBuilder::new().num_threads((groups + queues).clamp(1, most)).build()
    }

    /// Runs these plans in one process, if all goes well; nothing if the zygote is lost.
    fn run_together(&self, plans: &[Plan], group: &[usize], mut slot: Slot<'_>) -> Option<Shared> {
        let request = Request::Together(group.iter().map(|&index| member(&plans[index])).collect());
        let zygote = lock(&self.idle).pop();
        let zygote = zygote.map_or_else(|| self.next_zygote(), Ok).ok()?;
        let time = Duration::from_millis(plans[*group.first()?].limits.time_ms);
        match self.converse(zygote, &request, time, &mut slot, &self.idle) {
            Ok(Message::Shared { shared, .. }) => Some(shared),
            _ => None,
        }
    }

    /// Runs one plan; with a zygote that dies it is tried once more in a new one.
    pub(super) fn run_one(&self, plan: &Plan, slot: &mut Slot<'_>) -> Run {
        if let (Some(used), None) = (&plan.given.services, &self.kept) {
            return self.stages.run(plan, used, slot);
        }
        let mut reason = String::new();
        let request = Request::Alone(plan, early_imports(plan));
        for attempt in 0..2 {
            slot.take_again();
            let is_warm = attempt == 0 && self.warmth.serves(plan);
            let pool = if is_warm { &self.warm } else { &self.idle };
            let pooled = if attempt == 0 { lock(pool).pop() } else { None };
            let start = || if is_warm { self.start_warm_zygote() } else { self.next_zygote() };
            let zygote = match pooled.map_or_else(start, Ok) {
                Ok(zygote) => zygote,
                Err(error) => {
                    reason = error.to_string();
                    continue;
                }
            };
            match self.converse(zygote, &request, plan.total_time(), slot, pool) {
                Ok(Message::Done { mut run, .. }) => {
                    // No part of what the example did: it is missing once they are imported ahead.
                    self.warmth.learn(plan, &std::mem::take(&mut run.imported));
                    return *run;
                }
                Ok(_) => reason = "the zygote answered something else".to_owned(),
                Err(error) => reason = format!("the zygote was lost: {error}"),
            }
        }
        lost(&reason)
    }

    /// Has a zygote run what takes at most this long, and puts it back into its pool if it is fit for
    /// more; gives its answer.
    fn converse(
        &self,
        mut zygote: UnixStream,
        request: &Request<&Plan>,
        time: Duration,
        slot: &mut Slot<'_>,
        pool: &Mutex<Vec<UnixStream>>,
    ) -> Result<Message, WireError> {
        let silence = time + GRACE;
        zygote.set_read_timeout(Some(silence)).map_err(WireError::Read)?;
        wire::write_frame(&mut zygote, request).map_err(WireError::Read)?;
        let last_moment = Instant::now() + silence;
        loop {
            match wire::read_frame(&mut zygote, wire::MAX_ANSWER)? {
                Message::Waiting => slot.release(),
                Message::Busy => slot.take_again(),
                answer @ (Message::Done { worn_out, .. } | Message::Shared { worn_out, .. }) => {
                    if !worn_out {
                        lock(pool).push(zygote);
                    }
                    return Ok(answer);
                }
                Message::Ready(_) | Message::Failed(_) | Message::Unfit(_) => return Err(WireError::Closed),
            }
            if Instant::now() > last_moment {
                return Err(WireError::Read(io::ErrorKind::TimedOut.into()));
            }
        }
    }

    /// Asks for so many zygotes, and waits for the first of them. Where a machine promises namespaces but then
    /// refuses what belongs to them (as some do for users that are not root), the rest of the cage holds
    /// without them.
    fn start_first_zygotes(&mut self, number: usize) -> Result<UnixStream, RunError> {
        let first = self.ask_for_zygote(&[])?;
        let others = (1..number).map(|_| self.ask_for_zygote(&[]));
        *lock(&self.coming) = others.collect::<Result<_, _>>()?;
        let started = match self.hear_zygote(first) {
            Err(RunError::Cage(reason)) if self.order.namespaces && self.kept.is_none() => {
                lock(&self.coming).clear();
                self.order.namespaces = false;
                self.order.refused.push(format!("namespaces: {reason}"));
                self.start_zygote(&[])
            }
            started => started,
        }?;
        let missing = &self.sandbox().missing;
        match self.strict && !missing.is_empty() {
            true => Err(RunError::Incomplete(missing.clone())),
            false => Ok(started),
        }
    }

    /// One that imports ahead what is chosen, or, where that goes wrong in any way, nothing.
    fn start_warm_zygote(&self) -> Result<UnixStream, RunError> {
        loop {
            let ahead = self.warmth.chosen();
            match self.start_zygote(&ahead) {
                Err(RunError::Unfit(package)) if ahead.iter().any(|group| group.root == package) => {
                    self.warmth.refuse(Some(&package));
                }
                Err(_) if !ahead.is_empty() => self.warmth.refuse(None),
                started => return started,
            }
        }
    }

    /// A zygote that stands in its cage: one that is coming, or one more.
    fn next_zygote(&self) -> Result<UnixStream, RunError> {
        let coming = lock(&self.coming).pop();
        coming.and_then(|zygote| self.hear_zygote(zygote).ok()).map_or_else(|| self.start_zygote(&[]), Ok)
    }

    /// Asks the worker for one more zygote and waits until it stands in its cage.
    fn start_zygote(&self, ahead: &[Group]) -> Result<UnixStream, RunError> {
        self.hear_zygote(self.ask_for_zygote(ahead)?)
    }

    fn ask_for_zygote(&self, ahead: &[Group]) -> Result<UnixStream, RunError> {
        let mut ours = self.connect(wire::ZYGOTE)?;
        let patience = if ahead.is_empty() { GRACE } else { IMPORTING };
        ours.set_read_timeout(Some(patience)).map_err(RunError::SetTimeout)?;
        let order = ZygoteOrder { ahead: ahead.to_vec(), ..self.order.clone() };
        wire::write_frame(&mut ours, &order).map_err(RunError::OrderZygote)?;
        Ok(ours)
    }

    /// Waits until a zygote stands in its cage.
    fn hear_zygote(&self, mut ours: UnixStream) -> Result<UnixStream, RunError> {
        match wire::read_frame(&mut ours, wire::MAX_HELLO).map_err(RunError::ZygoteLost)? {
            Message::Ready(sandbox) => {
                let _ = self.sandbox.set(sandbox);
                Ok(ours)
            }
            Message::Failed(reason) => Err(RunError::Cage(reason)),
            Message::Unfit(package) => Err(RunError::Unfit(package)),
            _ => Err(RunError::ZygoteLost(WireError::Closed)),
        }
    }
}

impl Engine {
    /// A connection to a new fork of the worker, made for this purpose.
    fn connect(&self, purpose: u8) -> Result<UnixStream, RunError> {
        let (ours, theirs) = UnixStream::pair().map_err(RunError::SocketPair)?;
        let control = lock(&self.control);
        let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut rights = SendAncillaryBuffer::new(&mut space);
        let descriptors = [theirs.as_fd()];
        rights.push(SendAncillaryMessage::ScmRights(&descriptors));
        sendmsg(&*control, &[io::IoSlice::new(&[purpose])], &mut rights, SendFlags::NOSIGNAL)
            .map_err(|error| RunError::PassConnection(error.into()))?;
        Ok(ours)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // Worker and zygotes end when their connections close.
        lock(&self.coming).clear();
        lock(&self.idle).clear();
        lock(&self.warm).clear();
        self.warmth.save();
        self.kept = None;
        let _ = lock(&self.control).shutdown(std::net::Shutdown::Both);
        let _ = self.worker.wait();
    }
}

/// Starts the worker and hears that it is ready.
fn start_worker(
    start: &Start,
    settings: &EngineSettings,
    scratch: &Path,
) -> Result<(Child, UnixStream, Introduction), RunError> {
    let (mut control, theirs) = UnixStream::pair().map_err(RunError::SocketPair)?;
    let mut stderr = tempfile::tempfile_in(scratch).map_err(RunError::MakeScratch)?;
    let heard = stderr.try_clone().map_err(RunError::MakeScratch)?;
    let mut command = start.command(OwnedFd::from(theirs), scratch, &settings.ahead, &settings.packages)?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(heard);
    set_environment(&mut command, &start.python().executable, settings);
    let spawned = command.spawn();
    let program = command.get_program().into();
    let mut worker = spawned.map_err(|source| RunError::SpawnWorker { program, source })?;
    // The command still holds the other end of the connection; without it a dead worker is heard.
    drop(command);
    match hear_worker(&mut control, &mut stderr, &start.python().version) {
        Ok(introduction) => Ok((worker, control, introduction)),
        Err(error) => {
            // It may hang rather than have ended; how it ends does not matter any more.
            let _ = worker.kill();
            let _ = worker.wait();
            Err(error)
        }
    }
}

/// The first words of the worker.
fn hear_worker(
    control: &mut UnixStream,
    stderr: &mut std::fs::File,
    expected: &str,
) -> Result<Introduction, RunError> {
    control.set_read_timeout(Some(GRACE)).map_err(RunError::SetTimeout)?;
    match wire::read_frame(control, wire::MAX_HELLO) {
        Ok(WorkerHello::Ready(introduction)) if introduction.interpreter.version == expected => {
            Ok(introduction)
        }
        Ok(WorkerHello::Ready(introduction)) => {
            let running = introduction.interpreter.version;
            Err(RunError::OtherPython { built: expected.to_owned(), running })
        }
        Ok(WorkerHello::Failed(reason)) => Err(RunError::StartPython(reason)),
        Err(reason) => {
            let mut said = Vec::new();
            let _ = stderr.rewind();
            let _ = stderr.take(4096).read_to_end(&mut said);
            let stderr = String::from_utf8_lossy(&said).trim().to_owned();
            Err(RunError::WorkerLost { reason, stderr })
        }
    }
}

/// The environment of all examples: nothing is inherited, so that runs are alike everywhere.
fn set_environment(command: &mut Command, python: &Path, settings: &EngineSettings) {
    let tools = python.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    command
        .env_clear()
        .env("PATH", format!("{tools}:/usr/local/bin:/usr/bin:/bin"))
        .env("PYTHONHASHSEED", settings.hash_seed.to_string())
        // Known before the first example, or `site` would ask the user database for it.
        .env("HOME", Path::new(super::mounts::PRIVATE).join(&settings.folder_name))
        .env("TZ", "UTC")
        .env("LANG", "C.UTF-8")
        .env("LC_ALL", "C.UTF-8");
}

/// A plan as one of a group.
fn member(plan: &Plan) -> (&Plan, Vec<String>) {
    (plan, plan.traceless.clone().unwrap_or_default())
}

fn lost(reason: &str) -> Run {
    Run { ending: Ending::Lost(reason.to_owned()), ..Run::default() }
}
