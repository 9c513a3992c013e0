//! RUN: one execution of one example under one interpreter.
//!
//! A [`Plan`] says what to execute and what to observe; a [`Run`] says what happened. Everything
//! in between (worker, zygotes, forks, the cage) is hidden behind [`Engine`], and nothing that an
//! example does can reach further than its own [`Run`].
//!
//! ```text
//! host (rayon) --socket--> zygote (one thread, warmed-up CPython, PID 1) --fork--> example
//!   engine.rs, start.rs       worker.rs, caged.rs, supervise.rs, usage.rs    example.rs, driver/
//!   schedule.rs, group.rs     zygote.rs (fork, memory), jail.rs (the cage)   observe.rs
//!   warmth.rs                 filter.rs, mounts.rs, landlock_rules.rs
//!   scratch.rs, services/     heap.rs
//! ```
//! What travels over the sockets is defined in `wire.rs`. `unsafe` code stands in `zygote.rs` and
//! `jail.rs` only.

mod ahead;
mod beginning;
mod caged;
mod engine;
mod example;
mod filter;
mod group;
mod heap;
mod held;
mod jail;
mod landlock_rules;
mod mounts;
mod observe;
mod processor;
mod run_error;
mod schedule;
mod scratch;
mod services;
mod start;
mod supervise;
mod test_result;
mod usage;
mod warmth;
mod wire;
mod worker;
mod zygote;

use std::path::PathBuf;
use std::time::Duration;

pub use ahead::{Ahead, Mentioned};
pub use engine::{Engine, EngineSettings, Event};
pub use run_error::RunError;
pub use scratch::remove_left_over;
pub use services::{Service, ServiceUse, ServicesOf};
pub use start::{default_python, own_files, set_home};
pub use test_result::{TestEnd, TestResult};
pub use worker::{Worker, serve_if_worker};

use serde::{Deserialize, Serialize};

use crate::interpreters::Python;
use crate::varying::Varying;

/// What one example needs to be executed and observed. Lines and columns are those of
/// [`Plan::program`] (lines 1-based, columns 0-based in UTF-8 bytes, as Python's `ast` counts).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What is executed.
    pub program: Program,
    /// Name of the file the program is written to in its own folder, `example.py` for most.
    pub file_name: String,
    /// Further files laid beside it before it starts: (name, content).
    pub files: Vec<(String, String)>,
    /// The module whose names are there when it starts, as `doctest` has them.
    #[serde(default)]
    pub module: Option<PlannedModule>,
    /// Programs executed before in the same `__main__`, each up to its first exception. What
    /// they print is dropped; nothing in them is observed.
    pub prelude: Vec<String>,
    /// What to observe while a module runs; empty for a session.
    pub probes: Vec<Probe>,
    /// Whether writes to `sys.stdout` are attributed to lines ([`Run::printed`]).
    pub watch_output: bool,
    /// Names of tests that are run when a module has come to its end: `test_total`,
    /// `TestCart::test_empty`. They find it imported by its own name, as those who run tests do that.
    #[serde(default)]
    pub tests: Vec<String>,
    /// Whether it is noted what the parts of an `assert` were that fails ([`Raised::explained`]).
    #[serde(default)]
    pub explains: bool,
    /// Limits of this run.
    pub limits: Limits,
    /// What the program is given from outside.
    #[serde(default)]
    pub given: Given,
    /// How long it took before, in milliseconds, so that long ones start first; 0 if unknown.
    #[serde(default)]
    pub expected_ms: u64,
    /// If it is proved to leave no trace, so that it may share a process: the modules that it can reach;
    /// see [`crate::traceless`].
    #[serde(skip)]
    pub traceless: Option<Vec<String>>,
    /// In which way its program may give another result the next time, where that was found out already.
    #[serde(skip)]
    pub varying: Option<Varying>,
    /// The number of the document that it is run for; none if it is for several or for none.
    #[serde(skip)]
    pub document: Option<usize>,
}

impl Plan {
    /// The plan of a module in `example.py` that is run but not observed.
    pub fn module(source: impl Into<String>) -> Self {
        Plan {
            program: Program::Module(source.into()),
            file_name: "example.py".to_owned(),
            files: Vec::new(),
            module: None,
            prelude: Vec::new(),
            probes: Vec::new(),
            watch_output: false,
            tests: Vec::new(),
            explains: false,
            limits: Limits::default(),
            given: Given::default(),
            expected_ms: 0,
            traceless: None,
            varying: None,
            document: None,
        }
    }
}

/// Longest time for one run, so that deadlines stay representable.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

impl Plan {
    /// Wall-clock time for all of it: the programs of the prelude have as much each as the example
    /// itself, and what they take is not taken from it.
    pub fn total_time(&self) -> Duration {
        let programs = self.prelude.len() as u64 + 1;
        Duration::from_millis(self.limits.time_ms.saturating_mul(programs)).min(LONGEST)
    }
}

/// A module that is imported before an example starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedModule {
    /// The name it is imported by.
    pub name: String,
    /// Its file, which only the interpreter's own modules and installed ones are read from.
    pub path: String,
    /// The topmost folder of its package, one of [`EngineSettings::packages`].
    pub package: Option<String>,
    /// The name that `doctest` gives to the docstring; its inputs are named after it.
    pub test: String,
    /// For each input of the session the number that `doctest` gives to it.
    pub numbers: Vec<usize>,
    /// Its text, for a module that cannot be imported as part of its package.
    pub source: String,
}

/// What a program is given from outside; nothing for most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// Environment variables besides those that every example has.
    pub environment: Vec<(String, String)>,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Text on its standard input, no more than a pipe holds.
    pub stdin: String,
    /// The network it has.
    pub network: Network,
    /// What it may read besides.
    pub readable: Vec<Readable>,
    /// The services of its document, if that declares any.
    #[serde(default)]
    pub services: Option<ServiceUse>,
}

/// The network that an example has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Network {
    /// One of its own, in which it reaches nobody but itself.
    #[default]
    Loopback,
    /// Not even that.
    None,
}

/// A file or folder of the host that an example may read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readable {
    /// Where it really is; one of [`EngineSettings::readable`] or below one.
    pub path: PathBuf,
    /// The name by which the example finds it in its own folder, if it lies below the document's.
    pub name: Option<String>,
}

/// The text to execute, in one of the two ways Python reads code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Program {
    /// One compiled unit, as a file is.
    Module(String),
    /// Inputs compiled one at a time in `single` mode, as at a prompt.
    Session(Vec<String>),
}

impl Program {
    /// What is compiled, in its order.
    pub fn sources(&self) -> &[String] {
        match self {
            Program::Module(source) => std::slice::from_ref(source),
            Program::Session(inputs) => inputs,
        }
    }
}

/// Something to observe at one statement of a module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// Comes back in [`Record::probe`].
    pub id: u32,
    /// Line of the first character of the statement.
    pub line: u32,
    /// Column of the first character of the statement, in UTF-8 bytes.
    pub column: u32,
    /// What of the statement is observed.
    pub watch: Watch,
    /// Expressions that the document claims the value equals, evaluated beside the observed
    /// value only if they consist of literals, names, attributes, operators on numbers and calls
    /// of classes.
    pub claimed: Vec<String>,
}

/// What of a statement is observed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Watch {
    /// The value of an expression statement, of what is returned, or of what is assigned.
    Value,
    /// The value of the only positional argument of a call such as `print(x)`.
    Argument,
    /// The value of this expression right after the statement ended (`numbers` after
    /// `numbers.sort()`).
    After(String),
    /// That the statement ends, and how: by itself or by an exception. An exception whose type
    /// or base class bears one of these names (any, if empty) does not end the example.
    Raises(Vec<String>),
    /// That the statement ends without an exception.
    Ends,
}

/// Limits of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Wall-clock time in milliseconds; what runs before the example does not count.
    pub time_ms: u64,
    /// Address space in bytes.
    pub memory: u64,
    /// Bytes kept of stdout and of stderr each; writing more than 16 times as many ends the run.
    pub output: u64,
    /// Processes and threads the example may have at once.
    pub processes: u64,
}

/// Files, pipes and sockets that each process of an example may have open.
pub const DESCRIPTORS: u64 = 1024;
/// Bytes that an example may write to files altogether.
pub const DISK: u64 = 256 << 20;

impl Default for Limits {
    fn default() -> Self {
        Limits { time_ms: 10_000, memory: 2 << 30, output: 1 << 20, processes: 128 }
    }
}

/// What happened when a [`Plan`] was executed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// How the process ended.
    pub ending: Ending,
    /// The exception that ended the program, `SystemExit` excepted. In a session: the first
    /// exception of any input.
    pub exception: Option<Raised>,
    /// What was written to file descriptor 1.
    pub stdout: Captured,
    /// What was written to file descriptor 2.
    pub stderr: Captured,
    /// Observations in the order in which they were made.
    pub records: Vec<Record>,
    /// Writes to `sys.stdout` with the lines they came from, if they were asked for.
    pub printed: Vec<Printed>,
    /// One for each input of a session that was reached.
    pub inputs: Vec<InputResult>,
    /// Wall-clock time from fork to the end of the last process.
    pub duration: Duration,
    /// Processes that went on after the example had ended, and were killed.
    pub left_behind: u32,
    /// What became of the tests that were started, in the order in which that was known.
    #[serde(default)]
    pub tests: Vec<TestResult>,
    /// The run in which the tests of the example were run.
    #[serde(skip)]
    pub test_run: Option<Box<Run>>,
    /// An operation that the sandbox refused, as far as it can be told from the exception.
    pub blocked: Option<String>,
    /// Whether it was not run now, but is known from an earlier check.
    #[serde(skip)]
    pub cached: bool,
    /// Installed modules that it imported and that its zygote had not imported ahead.
    #[serde(default)]
    pub imported: Vec<String>,
}

impl Run {
    /// All exceptions that were seen in it.
    pub fn raised(&self) -> impl Iterator<Item = &Raised> {
        let observed = self.records.iter().filter_map(|record| match &record.seen {
            Seen::Raised(raised) => Some(raised),
            _ => None,
        });
        let inputs = self.inputs.iter().filter_map(|input| input.raised.as_ref());
        self.exception.iter().chain(observed).chain(inputs)
    }
}

/// How the process of a run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// With this exit status.
    Exited(i32),
    /// By this signal.
    Signaled(i32),
    /// Killed at the limit of wall-clock time.
    TimedOut,
    /// Killed for writing too much.
    OutputLimit,
    /// Killed for taking too much of this, all its processes together.
    Exhausted(Exhausted),
    /// The program could not be compiled: message and line of the program.
    SyntaxError { message: String, line: u32 },
    /// Never started, or lost with its zygote: the reason.
    #[default]
    NotRun,
    /// Never started, because a service that its document declares is not there: the reason.
    WithoutService(String),
    /// truedoc's own trouble with this run, in one sentence.
    Lost(String),
}

/// What an example took too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exhausted {
    /// Memory.
    Memory,
    /// Processes and threads.
    Processes,
    /// Open files, pipes and sockets.
    Descriptors,
    /// Files and bytes on the disk.
    Disk,
}

/// An exception as it was raised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// Class name, without module.
    pub type_name: String,
    /// Class name with its module, as a traceback shows it (`json.decoder.JSONDecodeError`).
    pub qualified: String,
    /// Names of all base classes, `object` excepted, the class itself first.
    pub bases: Vec<String>,
    /// `str()` of the exception.
    pub message: String,
    /// Innermost line of the program in its traceback; 0 if none is known.
    pub line: u32,
    /// The name a `NameError` or `ModuleNotFoundError` is about, the file of an `OSError`.
    pub name: Option<String>,
    /// `errno` of an `OSError`.
    pub errno: Option<i32>,
    /// Where a server was missing, as `host:port`, if that is the reason; empty if the place is not known.
    #[serde(default)]
    pub server: Option<String>,
    /// What an `assert` found that failed, on several lines; none if that was not asked for.
    #[serde(default)]
    pub explained: Option<String>,
}

impl Raised {
    /// It as the last line of its traceback shows it.
    pub fn shown(&self) -> String {
        if self.message.is_empty() {
            self.type_name.clone()
        } else {
            format!("{}: {}", self.type_name, self.message)
        }
    }
}

/// Bytes that a process wrote, decoded, and whether there was more than is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captured {
    /// The text, invalid UTF-8 replaced.
    pub text: String,
    /// Whether more was written.
    pub truncated: bool,
}

/// One observation made by a [`Probe`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// [`Probe::id`].
    pub probe: u32,
    /// What was observed.
    pub seen: Seen,
    /// Whether it was made after the exception that ended the example (design, rule 4).
    pub after_end: bool,
}

/// What a probe saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// A value.
    Value(Value),
    /// The statement raised.
    Raised(Raised),
    /// The statement ended by itself.
    Ended,
}

/// A value, rendered at once and cut at a bounded size.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// `repr()`, at most 64 KiB; the error if it raised.
    pub repr: String,
    /// `str()` where it differs from `repr()`.
    pub text: Option<String>,
    /// Class name of the value.
    pub type_name: String,
    /// `__name__` of the value where it is a class or function.
    pub name: Option<String>,
    /// For each of [`Probe::claimed`]: whether it is the same value (`==` and the same type), or
    /// none if it could not be evaluated.
    pub equals: Vec<Option<Equality>>,
}

/// How a claimed value compared with the observed one inside the example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Equality {
    /// Equal and of the same type, throughout for the built-in containers.
    Same,
    /// Equal, but of another type (`OrderedDict` and `dict`, `1` and `True`).
    OtherType,
    /// Not equal.
    Different,
}

/// Text written to `sys.stdout`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    /// Lines of the program on the stack of the write, innermost first.
    pub lines: Vec<u32>,
    /// The text.
    pub text: String,
    /// Whether it was written after the exception that ended the example.
    pub after_end: bool,
}

/// What one input at a prompt gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputResult {
    /// What it printed, the echo of its value included.
    pub output: String,
    /// The exception it ended with.
    pub raised: Option<Raised>,
}

/// Which layers of the sandbox are active; part of every report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sandbox {
    /// `full`, `partial` or `none`.
    pub landlock: String,
    /// Whether the filter of system calls is installed.
    pub seccomp: bool,
    /// `none` (own network namespace, loopback only) or `open`.
    pub network: String,
    /// Whether the example sees its own processes only.
    pub pid_namespace: bool,
    /// Whether it has its own mounts, with a private `/tmp`.
    pub mount_namespace: bool,
    /// Whether the rest of the file system, with the sockets in it, is out of sight.
    pub hidden_files: bool,
    /// Layers the machine refused, each with the reason.
    pub missing: Vec<String>,
}

/// The interpreter that runs the examples.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interpreter {
    /// `cpython-3.11.7`.
    pub id: String,
    /// `3.11.7`.
    pub version: String,
    /// Path of the python program it behaves as.
    pub executable: String,
}

impl From<&Python> for Interpreter {
    fn from(python: &Python) -> Self {
        Interpreter {
            id: format!("cpython-{}", python.version),
            version: python.version.clone(),
            executable: python.executable.to_string_lossy().into_owned(),
        }
    }
}
