//! Settings: `truedoc.toml` and what was typed, each value with its origin.
//!
//! The file is searched for in the working directory and then upward: `truedoc.toml`, or a
//! `pyproject.toml` with a table `[tool.truedoc]`. Arguments win over the file, the file over the
//! defaults. Paths in the file are meant relative to the folder it lies in.

mod file;
mod values;

use std::fmt;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use serde::Deserialize;

use crate::document::{WaveSize, shown};
use crate::located::Located;
use crate::packages::Requirement;
use crate::run::Limits;
use crate::select::{Selection, SelectionError};
use crate::shard::Shard;
use file::{File, Table, relative};

pub use values::{parse_duration, parse_size};

/// From where a setting has its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Built in.
    Default,
    /// A line of a settings file.
    File {
        /// The file as shown to the user.
        path: String,
        /// The line.
        line: usize,
    },
    /// An argument, by its name.
    Argument(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => formatter.write_str("default"),
            Origin::File { path, line } => write!(formatter, "{path}:{line}"),
            Origin::Argument(name) => formatter.write_str(name),
        }
    }
}

/// A value and from where it has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Its origin.
    pub origin: Origin,
}

impl<T> Setting<T> {
    fn default(value: T) -> Setting<T> {
        Setting { value, origin: Origin::Default }
    }

    /// Replaces the value where an argument was given.
    fn overrule(&mut self, value: Option<T>, name: &'static str) {
        if let Some(value) = value {
            *self = Setting { value, origin: Origin::Argument(name) };
        }
    }
}

/// What was typed and wins over the settings file.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Files and folders; empty if none was given.
    pub paths: Vec<PathBuf>,
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--jobs`.
    pub jobs: Option<NonZeroUsize>,
    /// `--timeout`.
    pub timeout: Option<Duration>,
    /// `--sandbox`.
    pub sandbox: Option<SandboxMode>,
    /// `--isolate`.
    pub isolate: Option<Isolate>,
    /// `--no-expectations`.
    pub no_expectations: bool,
    /// `--no-services`.
    pub no_services: bool,
    /// `--no-mends`.
    pub no_mends: bool,
    /// `--only`.
    pub only: Vec<String>,
    /// `--last-failed`.
    pub last_failed: bool,
    /// `--fail-fast`.
    pub fail_fast: bool,
    /// `--run-tests`.
    pub run_tests: bool,
    /// `--baseline`.
    pub baseline: Option<PathBuf>,
    /// `--python`.
    pub python: Vec<String>,
    /// `--with`.
    pub with: Vec<Requirement>,
    /// `--install`.
    pub install: bool,
    /// `--force-exclude`.
    pub force_exclude: bool,
    /// `--no-cache`.
    pub no_cache: bool,
    /// `--shard`.
    pub shard: Option<Shard>,
}

/// What happens where the machine refuses a layer of the sandbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum SandboxMode {
    /// The others hold, and the report names it
    #[default]
    Auto,
    /// Nothing is run
    Strict,
}

impl SandboxMode {
    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            SandboxMode::Auto => "auto",
            SandboxMode::Strict => "strict",
        }
    }
}

/// Which examples have a process of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Isolate {
    /// All but those that are proved to leave no trace, many of which share one
    #[default]
    Auto,
    /// All
    Always,
}

impl Isolate {
    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Isolate::Auto => "auto",
            Isolate::Always => "always",
        }
    }
}

/// The settings as meant.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder that patterns are relative to: that of the settings file, or the working one.
    pub root: PathBuf,
    /// The settings file, if there is one.
    pub file: Option<PathBuf>,
    /// Files and folders to read.
    pub paths: Setting<Vec<PathBuf>>,
    /// Patterns of what to leave out below folders.
    pub exclude: Setting<Vec<String>>,
    /// Whether these patterns also hold for files that are named themselves.
    pub force_exclude: bool,
    /// Examples run at once.
    pub jobs: Setting<usize>,
    /// Wall-clock time of one example.
    pub timeout: Setting<Duration>,
    /// Whether a sandbox with a layer missing will do.
    pub sandbox: Setting<SandboxMode>,
    /// Which examples have a process of their own.
    pub isolate: Setting<Isolate>,
    /// Bytes of memory of one example.
    pub memory: Setting<u64>,
    /// Bytes kept of what one example prints.
    pub output_limit: Setting<u64>,
    /// The folder of the expectations; none if they are not to be read.
    pub expectations: Setting<Option<PathBuf>>,
    /// Whether services are started that expectations declare.
    pub services: Setting<bool>,
    /// Whether mends are looked for.
    pub mends: Setting<bool>,
    /// What is run and shown.
    pub only: Setting<Selection>,
    /// Whether only what failed last time is run.
    pub last_failed: bool,
    /// Whether no example starts after the first refutation.
    pub fail_fast: Setting<bool>,
    /// Whether the tests that examples define are run.
    pub run_tests: Setting<bool>,
    /// Time from which on an example is called slow.
    pub slow_after: Setting<Duration>,
    /// The file of the refutations that are put up with for now; none if there is none.
    pub baseline: Setting<Option<PathBuf>>,
    /// The pythons that run the examples, as they are asked for; the default one if none is.
    pub python: Setting<Vec<String>>,
    /// Whether results of unchanged examples are taken from the cache.
    pub cache: Setting<bool>,
    /// What is installed for the examples.
    pub requirements: Setting<Vec<Requirement>>,
    /// Whether all that examples import is installed, too.
    pub install: Setting<bool>,
    /// The part of the documents that is checked; none for all of them.
    pub shard: Option<Shard>,
    /// How much of many documents is in memory at once; not for users.
    pub wave: WaveSize,
    /// Set from outside, it lets no further example start.
    pub interrupt: Arc<AtomicBool>,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("the settings file `{path}` cannot be read: {cause}")]
    Unreadable {
        /// The file as shown to the user.
        path: String,
        /// What the system says.
        cause: io::Error,
    },
    /// The file has a mistake.
    #[error(transparent)]
    Located(Box<Located>),
    /// A pattern of `--only` is none.
    #[error(transparent)]
    Selection(#[from] SelectionError),
}

impl From<Located> for SettingsError {
    fn from(error: Located) -> Self {
        SettingsError::Located(Box::new(error))
    }
}

impl Settings {
    /// The settings for a command typed in a folder.
    pub fn resolve(overrides: Overrides, working: &Path) -> Result<Settings, SettingsError> {
        let file = match &overrides.config {
            Some(path) => Some(File::open(&working.join(path), working)?),
            None => File::find(working)?,
        };
        let mut settings = Settings::defaults(working);
        if let Some(file) = file {
            settings.root = file.folder.clone();
            settings.file = Some(file.location.clone());
            let table = file.parse()?;
            settings.take(table, &file, working)?;
        }
        let paths = Some(overrides.paths).filter(|paths| !paths.is_empty());
        settings.paths.overrule(paths, "argument");
        settings.jobs.overrule(overrides.jobs.map(NonZeroUsize::get), "--jobs");
        settings.timeout.overrule(overrides.timeout, "--timeout");
        settings.sandbox.overrule(overrides.sandbox, "--sandbox");
        settings.isolate.overrule(overrides.isolate, "--isolate");
        settings.expectations.overrule(overrides.no_expectations.then_some(None), "--no-expectations");
        settings.services.overrule(overrides.no_services.then_some(false), "--no-services");
        settings.mends.overrule(overrides.no_mends.then_some(false), "--no-mends");
        let is_given = !overrides.only.is_empty();
        settings.only.overrule(is_given.then(|| Selection::parse(&overrides.only)).transpose()?, "--only");
        settings.last_failed = overrides.last_failed;
        settings.shard = overrides.shard;
        settings.force_exclude = overrides.force_exclude;
        settings.fail_fast.overrule(overrides.fail_fast.then_some(true), "--fail-fast");
        settings.run_tests.overrule(overrides.run_tests.then_some(true), "--run-tests");
        settings.baseline.overrule(overrides.baseline.map(Some), "--baseline");
        let pythons = Some(overrides.python).filter(|pythons| !pythons.is_empty());
        settings.python.overrule(pythons, "--python");
        settings.cache.overrule(overrides.no_cache.then_some(false), "--no-cache");
        // What is typed comes in addition: the documents need what the file says all the same.
        let both = [&settings.requirements.value[..], &overrides.with].concat();
        settings.requirements.overrule((!overrides.with.is_empty()).then_some(both), "--with");
        settings.install.overrule(overrides.install.then_some(true), "--install");
        if settings.slow_after.origin == Origin::Default {
            settings.slow_after.value = settings.timeout.value / 2;
        }
        Ok(settings)
    }

    /// The pythons that were asked for on the command line.
    pub fn typed_pythons(&self) -> Vec<String> {
        match self.python.origin {
            Origin::Argument(_) => self.python.value.clone(),
            Origin::Default | Origin::File { .. } => Vec::new(),
        }
    }

    /// What is to be installed because the command line says so, in its words.
    pub fn typed_packages(&self) -> Vec<String> {
        let mut words = Vec::new();
        if matches!(self.install.origin, Origin::Argument(_)) {
            words.push("--install".to_owned());
        }
        if matches!(self.requirements.origin, Origin::Argument(_)) {
            let both = |one: &Requirement| ["--with".to_owned(), one.text().to_owned()];
            words.extend(self.requirements.value.iter().flat_map(both));
        }
        words
    }

    fn defaults(working: &Path) -> Settings {
        let limits = Limits::default();
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Settings {
            root: working.to_owned(),
            file: None,
            paths: Setting::default(vec![PathBuf::from(".")]),
            exclude: Setting::default(Vec::new()),
            force_exclude: false,
            jobs: Setting::default(cores),
            timeout: Setting::default(Duration::from_millis(limits.time_ms)),
            sandbox: Setting::default(SandboxMode::Auto),
            isolate: Setting::default(Isolate::Auto),
            memory: Setting::default(limits.memory),
            output_limit: Setting::default(limits.output),
            expectations: Setting::default(Some(PathBuf::from("expectations"))),
            services: Setting::default(true),
            mends: Setting::default(true),
            only: Setting::default(Selection::default()),
            last_failed: false,
            fail_fast: Setting::default(false),
            run_tests: Setting::default(false),
            slow_after: Setting::default(Duration::from_millis(limits.time_ms / 2)),
            baseline: Setting::default(None),
            python: Setting::default(Vec::new()),
            cache: Setting::default(true),
            requirements: Setting::default(Vec::new()),
            install: Setting::default(false),
            shard: None,
            wave: WaveSize::default(),
            interrupt: Arc::default(),
        }
    }

    /// Takes what a settings file says.
    fn take(&mut self, table: Table, file: &File, working: &Path) -> Result<(), SettingsError> {
        let here = |path: &PathBuf| relative(&file.folder.join(path), working);
        if self.expectations.origin == Origin::Default {
            self.expectations.value = Some(here(&PathBuf::from("expectations")));
        }
        file.set(&mut self.paths, table.paths, |paths| Ok(paths.iter().map(here).collect()))?;
        file.set(&mut self.exclude, table.exclude, |patterns| Ok(patterns.clone()))?;
        file.set(&mut self.jobs, table.jobs, |jobs| Ok(jobs.get()))?;
        file.set(&mut self.timeout, table.timeout, |text| parse_duration(text))?;
        file.set(&mut self.sandbox, table.sandbox, |mode| Ok(*mode))?;
        file.set(&mut self.isolate, table.isolate, |mode| Ok(*mode))?;
        file.set(&mut self.memory, table.memory, |text| parse_size(text))?;
        file.set(&mut self.output_limit, table.output_limit, |text| parse_size(text))?;
        file.set(&mut self.expectations, table.expectations, |path| Ok(Some(here(path))))?;
        file.set(&mut self.baseline, table.baseline, |path| Ok(Some(here(path))))?;
        file.set(&mut self.python, table.python, |pythons| {
            Ok(pythons.iter().map(|text| file.python(text)).collect())
        })?;
        file.set(&mut self.requirements, table.requirements, |texts| {
            texts.iter().map(|text| Requirement::parse(text)).collect()
        })?;
        file.set(&mut self.install, table.install, |on| Ok(*on))?;
        file.set(&mut self.fail_fast, table.fail_fast, |on| Ok(*on))?;
        file.set(&mut self.run_tests, table.run_tests, |on| Ok(*on))?;
        file.set(&mut self.slow_after, table.slow_after, |text| parse_duration(text))?;
        file.set(&mut self.cache, table.cache, |on| Ok(*on))?;
        Ok(())
    }

    /// The limits of each example.
    pub fn limits(&self) -> Limits {
        Limits {
            time_ms: u64::try_from(self.timeout.value.as_millis()).unwrap_or(u64::MAX),
            memory: self.memory.value,
            output: self.output_limit.value,
            ..Limits::default()
        }
    }

    /// Writes each setting with its origin.
    pub fn explain(&self, writer: &mut dyn Write) -> io::Result<()> {
        let list = |paths: &[PathBuf]| paths.iter().map(|path| shown(path)).collect::<Vec<_>>().join(" ");
        let path = |path: &Option<PathBuf>| path.as_deref().map_or("none".to_owned(), shown);
        let on = |on: bool| if on { "on" } else { "off" };
        let time = |time: Duration| format!("{time:?}");
        let mut line = |name: &str, value: &str, origin: &Origin| {
            writeln!(writer, "setting {name} = {value} ({origin})")
        };
        line("paths", &list(&self.paths.value), &self.paths.origin)?;
        line("exclude", &self.exclude.value.join(" "), &self.exclude.origin)?;
        line("jobs", &self.jobs.value.to_string(), &self.jobs.origin)?;
        line("timeout", &time(self.timeout.value), &self.timeout.origin)?;
        line("sandbox", self.sandbox.value.name(), &self.sandbox.origin)?;
        line("isolate", self.isolate.value.name(), &self.isolate.origin)?;
        line("memory", &self.memory.value.to_string(), &self.memory.origin)?;
        line("output-limit", &self.output_limit.value.to_string(), &self.output_limit.origin)?;
        line("expectations", &path(&self.expectations.value), &self.expectations.origin)?;
        line("baseline", &path(&self.baseline.value), &self.baseline.origin)?;
        line("python", &self.python.value.join(" "), &self.python.origin)?;
        let requirements: Vec<&str> = self.requirements.value.iter().map(Requirement::text).collect();
        line("requirements", &requirements.join(" "), &self.requirements.origin)?;
        line("install", on(self.install.value), &self.install.origin)?;
        line("only", &self.only.value.to_string(), &self.only.origin)?;
        line("fail-fast", on(self.fail_fast.value), &self.fail_fast.origin)?;
        line("run-tests", on(self.run_tests.value), &self.run_tests.origin)?;
        line("slow-after", &time(self.slow_after.value), &self.slow_after.origin)?;
        line("services", on(self.services.value), &self.services.origin)?;
        line("mends", on(self.mends.value), &self.mends.origin)?;
        line("cache", on(self.cache.value), &self.cache.origin)
    }
}

#[cfg(test)]
mod tests;
