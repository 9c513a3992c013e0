//! The settings file: where it is found, its keys, and its mistakes.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Isolate, Origin, SandboxMode, Setting, SettingsError};
use crate::document::shown;
use crate::located::{Located, advice_for_key, line_of};

/// The keys as they stand in the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Table {
    pub paths: Option<Spanned<Vec<PathBuf>>>,
    pub exclude: Option<Spanned<Vec<String>>>,
    pub jobs: Option<Spanned<NonZeroUsize>>,
    pub timeout: Option<Spanned<String>>,
    pub sandbox: Option<Spanned<SandboxMode>>,
    pub isolate: Option<Spanned<Isolate>>,
    pub memory: Option<Spanned<String>>,
    pub output_limit: Option<Spanned<String>>,
    pub expectations: Option<Spanned<PathBuf>>,
    pub baseline: Option<Spanned<PathBuf>>,
    pub python: Option<Spanned<Vec<String>>>,
    pub requirements: Option<Spanned<Vec<String>>>,
    pub install: Option<Spanned<bool>>,
    pub fail_fast: Option<Spanned<bool>>,
    pub run_tests: Option<Spanned<bool>>,
    pub slow_after: Option<Spanned<String>>,
    pub cache: Option<Spanned<bool>>,
}

/// The keys that [`Table`] knows.
const KEYS: [&str; 17] = [
    "paths",
    "exclude",
    "jobs",
    "timeout",
    "sandbox",
    "isolate",
    "memory",
    "output-limit",
    "expectations",
    "baseline",
    "python",
    "requirements",
    "install",
    "fail-fast",
    "run-tests",
    "slow-after",
    "cache",
];

#[derive(Deserialize)]
struct Pyproject {
    tool: Tool,
}

#[derive(Deserialize)]
struct Tool {
    truedoc: Table,
}

/// A settings file that was found.
pub(super) struct File {
    path: String,
    pub folder: PathBuf,
    pub location: PathBuf,
    text: String,
    is_pyproject: bool,
}

impl File {
    /// The nearest settings file, searched upward.
    pub fn find(working: &Path) -> Result<Option<File>, SettingsError> {
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

    pub fn open(path: &Path, working: &Path) -> Result<File, SettingsError> {
        let name = shown(&relative(path, working));
        let text = fs::read_to_string(path)
            .map_err(|cause| SettingsError::Unreadable { path: name.clone(), cause })?;
        let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
        let is_pyproject = path.file_name().is_some_and(|name| name == "pyproject.toml");
        Ok(File { path: name, folder, location: path.to_owned(), text, is_pyproject })
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

    pub fn parse(&self) -> Result<Table, SettingsError> {
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

    /// A python as it is asked for; a path is meant from the folder of the file.
    pub fn python(&self, text: &str) -> String {
        match text.contains('/') {
            true => self.folder.join(text).display().to_string(),
            false => text.to_owned(),
        }
    }

    /// Gives a setting the value that the file has for it, if any.
    pub fn set<T, V>(
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
        .replace("expected a boolean", "expected true or false")
        .replace("expected path string", "expected a path in quotes")
        .replace("invalid type: ", "wrong type: ")
}

/// A path as seen from a folder. Both are absolute.
pub(super) fn relative(path: &Path, from: &Path) -> PathBuf {
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
