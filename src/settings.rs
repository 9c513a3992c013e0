//! Settings: `truedoc.toml` and what was typed, each value with its origin.
//!
//! The file is searched for in the working directory and then upward: `truedoc.toml`, or a
//! `pyproject.toml` with a table `[tool.truedoc]`. Arguments win over the file, the file over the
//! defaults. Paths in the file are meant relative to the folder it lies in.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::document::shown;
use crate::located::{Located, advice_for_key, line_of};
use crate::run::Limits;

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
    /// `--no-expectations`.
    pub no_expectations: bool,
    /// `--no-mends`.
    pub no_mends: bool,
}

/// The settings as meant.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder that patterns are relative to: that of the settings file, or the working one.
    pub root: PathBuf,
    /// Files and folders to read.
    pub paths: Setting<Vec<PathBuf>>,
    /// Patterns of what to leave out below folders.
    pub exclude: Setting<Vec<String>>,
    /// Examples run at once.
    pub jobs: Setting<usize>,
    /// Wall-clock time of one example.
    pub timeout: Setting<Duration>,
    /// Bytes of memory of one example.
    pub memory: Setting<u64>,
    /// Bytes kept of what one example prints.
    pub output_limit: Setting<u64>,
    /// The folder of the expectations; none if they are not to be read.
    pub expectations: Setting<Option<PathBuf>>,
    /// Whether mends are looked for.
    pub mends: Setting<bool>,
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
}

impl From<Located> for SettingsError {
    fn from(error: Located) -> Self {
        SettingsError::Located(Box::new(error))
    }
}

/// The keys as they stand in the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Table {
    paths: Option<Spanned<Vec<PathBuf>>>,
    exclude: Option<Spanned<Vec<String>>>,
    jobs: Option<Spanned<NonZeroUsize>>,
    timeout: Option<Spanned<String>>,
    memory: Option<Spanned<String>>,
    output_limit: Option<Spanned<String>>,
    expectations: Option<Spanned<PathBuf>>,
}

/// The keys that [`Table`] knows.
const KEYS: [&str; 7] = ["paths", "exclude", "jobs", "timeout", "memory", "output-limit", "expectations"];

#[derive(Deserialize)]
struct Pyproject {
    tool: Tool,
}

#[derive(Deserialize)]
struct Tool {
    truedoc: Table,
}

/// A settings file that was found.
struct File {
    path: String,
    folder: PathBuf,
    text: String,
    is_pyproject: bool,
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
            let table = file.parse()?;
            settings.take(table, &file, working)?;
        }
        let paths = Some(overrides.paths).filter(|paths| !paths.is_empty());
        settings.paths.overrule(paths, "argument");
        settings.jobs.overrule(overrides.jobs.map(NonZeroUsize::get), "--jobs");
        settings.timeout.overrule(overrides.timeout, "--timeout");
        settings.expectations.overrule(overrides.no_expectations.then_some(None), "--no-expectations");
        settings.mends.overrule(overrides.no_mends.then_some(false), "--no-mends");
        Ok(settings)
    }

    fn defaults(working: &Path) -> Settings {
        let limits = Limits::default();
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Settings {
            root: working.to_owned(),
            paths: Setting::default(vec![PathBuf::from(".")]),
            exclude: Setting::default(Vec::new()),
            jobs: Setting::default(cores),
            timeout: Setting::default(Duration::from_millis(limits.time_ms)),
            memory: Setting::default(limits.memory),
            output_limit: Setting::default(limits.output),
            expectations: Setting::default(Some(PathBuf::from("expectations"))),
            mends: Setting::default(true),
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
        file.set(&mut self.memory, table.memory, |text| parse_size(text))?;
        file.set(&mut self.output_limit, table.output_limit, |text| parse_size(text))?;
        file.set(&mut self.expectations, table.expectations, |path| Ok(Some(here(path))))?;
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
        let expectations = self.expectations.value.as_deref().map_or("none".to_owned(), shown);
        let timeout = format!("{:?}", self.timeout.value);
        let mut line = |name: &str, value: &str, origin: &Origin| {
            writeln!(writer, "setting {name} = {value} ({origin})")
        };
        line("paths", &list(&self.paths.value), &self.paths.origin)?;
        line("exclude", &self.exclude.value.join(" "), &self.exclude.origin)?;
        line("jobs", &self.jobs.value.to_string(), &self.jobs.origin)?;
        line("timeout", &timeout, &self.timeout.origin)?;
        line("memory", &self.memory.value.to_string(), &self.memory.origin)?;
        line("output-limit", &self.output_limit.value.to_string(), &self.output_limit.origin)?;
        line("expectations", &expectations, &self.expectations.origin)?;
        line("mends", if self.mends.value { "on" } else { "off" }, &self.mends.origin)
    }
}

impl File {
    /// The nearest settings file, searched upward.
    fn find(working: &Path) -> Result<Option<File>, SettingsError> {
        for folder in working.ancestors() {
            let own = folder.join("truedoc.toml");
            if own.is_file() {
                return File::open(&own, working).map(Some);
            }
            let pyproject = folder.join("pyproject.toml");
            if pyproject.is_file() {
                let file = File::open(&pyproject, working)?;
                if file.own_table().is_some() {
                    return Ok(Some(file));
                }
            }
        }
        Ok(None)
    }

    fn open(path: &Path, working: &Path) -> Result<File, SettingsError> {
        let name = shown(&relative(path, working));
        let text = fs::read_to_string(path)
            .map_err(|cause| SettingsError::Unreadable { path: name.clone(), cause })?;
        let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
        let is_pyproject = path.file_name().is_some_and(|name| name == "pyproject.toml");
        Ok(File { path: name, folder, text, is_pyproject })
    }

    /// The keys of our table in a `pyproject.toml`. A file that is no TOML has none: it is for
    /// others to complain about.
    fn own_table(&self) -> Option<DeTable<'_>> {
        let mut table = DeTable::parse(&self.text).ok()?.into_inner();
        for key in ["tool", "truedoc"] {
            let DeValue::Table(inner) = table.remove(key)?.into_inner() else { return None };
            table = inner;
        }
        Some(table)
    }

    fn parse(&self) -> Result<Table, SettingsError> {
        let whole = DeTable::parse(&self.text).map_err(|error| self.mistake(&error))?.into_inner();
        let table = if self.is_pyproject { self.own_table() } else { Some(whole) };
        let Some(table) = table else {
            return Err(
                Located::new(&self.path, &self.text, 0..0, "there is no table `[tool.truedoc]`").into()
            );
        };
        if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.get_ref().as_ref())) {
            let message = format!("unknown key `{}`", key.get_ref());
            let error = Located::new(&self.path, &self.text, key.span(), message);
            return Err(error.with_help(advice_for_key(key.get_ref(), &KEYS)).into());
        }
        let parsed = if self.is_pyproject {
            toml::from_str(&self.text).map(|file: Pyproject| file.tool.truedoc)
        } else {
            toml::from_str(&self.text)
        };
        parsed.map_err(|error| self.mistake(&error).into())
    }

    fn mistake(&self, error: &toml::de::Error) -> Located {
        let message = in_plain_words(error.message());
        Located::new(&self.path, &self.text, error.span().unwrap_or(0..0), message)
    }

    /// Gives a setting the value that the file has for it, if any.
    fn set<T, V>(
        &self,
        setting: &mut Setting<V>,
        found: Option<Spanned<T>>,
        convert: impl Fn(&T) -> Result<V, String>,
    ) -> Result<(), SettingsError> {
        let Some(found) = found else { return Ok(()) };
        let value = convert(found.get_ref())
            .map_err(|message| Located::new(&self.path, &self.text, found.span(), message))?;
        let line = line_of(&self.text, found.span().start);
        *setting = Setting { value, origin: Origin::File { path: self.path.clone(), line } };
        Ok(())
    }
}

/// The message of the parser without the names of Rust's types.
fn in_plain_words(message: &str) -> String {
    message
        .replace("expected a nonzero usize", "expected a whole number of at least 1")
        .replace("expected a sequence", "expected a list")
        .replace("expected a string", "expected a text in quotes")
        .replace("expected path string", "expected a path in quotes")
        .replace("invalid type: ", "wrong type: ")
}

/// A duration as people write it: `500ms`, `10s`, `1.5m`.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong =
        || format!("`{text}` is no duration; write a number and a unit, as in `500ms`, `10s` or `2m`");
    let (number, unit) = split_unit(text);
    let factor = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" | "min" => 60.0,
        _ => return Err(wrong()),
    };
    let seconds = number.parse::<f64>().map_err(|_| wrong())? * factor;
    let duration = Duration::try_from_secs_f64(seconds).map_err(|_| wrong())?;
    if duration < Duration::from_millis(1) {
        return Err(format!("`{text}` is too short; one millisecond is the least"));
    }
    Ok(duration)
}

/// A size as people write it: `512MiB`, `2GiB`, `64KiB`.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is no size; write a whole number and a unit, as in `512MiB` or `2GiB`");
    let (number, unit) = split_unit(text);
    let shift = match unit {
        "B" => 0,
        "KiB" => 10,
        "MiB" => 20,
        "GiB" => 30,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(1 << shift).filter(|&bytes| bytes > 0).ok_or_else(wrong)
}

fn split_unit(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|character: char| !character.is_ascii_digit() && character != '.');
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    (number, unit.trim_start())
}

/// A path as seen from a folder. Both are absolute.
fn relative(path: &Path, from: &Path) -> PathBuf {
    let clean = |path: &Path| -> Vec<_> {
        path.components()
            .filter(|part| !matches!(part, Component::CurDir))
            .map(|part| part.as_os_str().to_owned())
            .collect()
    };
    let (path, from) = (clean(path), clean(from));
    let common = path.iter().zip(&from).take_while(|(left, right)| left == right).count();
    let up = std::iter::repeat_n("..".into(), from.len() - common);
    let found: PathBuf = up.chain(path.into_iter().skip(common)).collect();
    if found.as_os_str().is_empty() { PathBuf::from(".") } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn error_of(text: &str) -> String {
        let folder = folder_with(&[("truedoc.toml", text)]);
        Settings::resolve(Overrides::default(), folder.path()).unwrap_err().to_string()
    }

    #[test]
    fn arguments_win_over_the_file_and_the_file_over_defaults() {
        let folder = folder_with(&[(
            "truedoc.toml",
            "paths = ['docs']\njobs = 3\ntimeout = '1.5s'\noutput-limit = '64KiB'\n",
        )]);
        let overrides = Overrides { jobs: NonZeroUsize::new(7), ..Overrides::default() };
        let settings = Settings::resolve(overrides, folder.path()).unwrap();
        let at = |line| Origin::File { path: "truedoc.toml".to_owned(), line };
        assert_eq!(settings.paths, Setting { value: vec!["docs".into()], origin: at(1) });
        assert_eq!(settings.jobs, Setting { value: 7, origin: Origin::Argument("--jobs") });
        assert_eq!(settings.timeout, Setting { value: Duration::from_millis(1500), origin: at(3) });
        assert_eq!(settings.memory.origin, Origin::Default);
        assert_eq!(settings.limits().output, 64 << 10);
        let mut text = Vec::new();
        settings.explain(&mut text).unwrap();
        assert!(String::from_utf8(text).unwrap().contains("setting timeout = 1.5s (truedoc.toml:3)\n"));
    }

    #[test]
    fn the_file_is_found_upward_and_its_paths_are_its_own() {
        let folder = folder_with(&[("truedoc.toml", "paths = ['docs', '.']\n"), ("a/b/x.md", "")]);
        let settings = Settings::resolve(Overrides::default(), &folder.path().join("a/b")).unwrap();
        assert_eq!(settings.paths.value, [PathBuf::from("../../docs"), PathBuf::from("../..")]);
        assert_eq!(settings.expectations.value, Some("../../expectations".into()));
        assert_eq!(settings.paths.origin.to_string(), "../../truedoc.toml:1");
    }

    #[test]
    fn a_table_in_pyproject_counts() {
        let text = "[project]\nname = 'x'\n\n[tool.truedoc]\njobs = 5\n";
        let folder = folder_with(&[("pyproject.toml", text), ("a/pyproject.toml", "[project]\n")]);
        let settings = Settings::resolve(Overrides::default(), &folder.path().join("a")).unwrap();
        assert_eq!(settings.jobs.value, 5);
        assert_eq!(settings.jobs.origin.to_string(), "../pyproject.toml:5");
        let folder = folder_with(&[("pyproject.toml", "[tool.truedoc]\njbos = 5\n")]);
        let error = Settings::resolve(Overrides::default(), folder.path()).unwrap_err();
        assert!(error.to_string().contains("did you mean `jobs`?"), "{error}");
    }

    #[test]
    fn mistakes_are_shown_where_they_stand() {
        let mistakes = [
            "jobs = 2\ntiemout = \"10s\"\n",
            "jobs = \"two\"\n",
            "timeout = \"10\"\n",
            "jobs = 2\npaths = [\n",
            "jobs = 0\n",
            "paths = \"docs\"\n",
            "paths = [1]\n",
            "exclude = [true]\n",
            "expectations = 3\n",
            "memory = \"2GB\"\n",
        ];
        insta::assert_snapshot!(mistakes.map(error_of).join("\n\n"));
        assert!(error_of("timeout = 10\n").contains("truedoc.toml:1:11"));
    }

    #[test]
    fn a_missing_file_is_named() {
        let overrides = Overrides { config: Some("gone.toml".into()), ..Overrides::default() };
        let folder = folder_with(&[("pyproject.toml", "[project]\n")]);
        let error = Settings::resolve(overrides, folder.path()).unwrap_err();
        assert!(error.to_string().starts_with("the settings file `gone.toml` cannot be read"), "{error}");
        let overrides = Overrides { config: Some("pyproject.toml".into()), ..Overrides::default() };
        let error = Settings::resolve(overrides, folder.path()).unwrap_err();
        assert!(error.to_string().contains("no table `[tool.truedoc]`"), "{error}");
    }

    #[test]
    fn durations_and_sizes_need_their_unit() {
        assert_eq!(parse_duration("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(parse_duration("2 m"), Ok(Duration::from_secs(120)));
        for wrong in ["", "10", "s", "-1s", "1e400s", "0s", "nans", "1.2.3s"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse_size("2GiB"), Ok(2 << 30));
        for wrong in ["", "10", "1.5GiB", "0B", "99999999999999GiB"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}
