//! `truedoc init`: looks at a folder and writes a `truedoc.toml` for it, in which only that is set
//! which has to differ from the defaults.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::document::{self, DocumentError, Exclusions, Format, shown};
use crate::example::{self, Form};
use crate::report::text::counted;

/// The file that is written.
const NAME: &str = "truedoc.toml";

/// Folders that hold no documents of one's own, wherever they lie. Hidden ones are never walked.
const FOREIGN: [&str; 12] = [
    "__pycache__",
    "_build",
    "build",
    "dist",
    "env",
    "node_modules",
    "site",
    "site-packages",
    "target",
    "third_party",
    "vendor",
    "venv",
];

/// Why no settings are written.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// There are some.
    #[error("`{path}` is there already, and is left as it is; edit it, or remove it first")]
    Exists {
        /// The file as shown to the user.
        path: String,
    },
    /// The folder cannot be walked.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The file cannot be written.
    #[error("`{path}` cannot be written: {cause}")]
    Write {
        /// The file as shown to the user.
        path: String,
        /// What the system says.
        cause: io::Error,
    },
}

/// What a folder holds.
#[derive(Debug, Default)]
pub struct Survey {
    /// Documents by how they are written.
    pub documents: BTreeMap<String, usize>,
    /// Documents that hold an example.
    pub with_examples: usize,
    /// Examples by how they stand in their documents.
    pub examples: BTreeMap<&'static str, usize>,
    /// Patterns of what to leave out, each with the reason.
    pub exclude: Vec<(String, String)>,
}

impl Survey {
    /// Looks at a folder.
    ///
    /// # Errors
    /// If it cannot be walked. That nothing was found in it is none.
    pub fn of(folder: &Path) -> Result<Survey, InitError> {
        let paths = match document::walk(&[folder.to_owned()], &Exclusions::none()) {
            Err(error) if error.is_nothing() => Vec::new(),
            walked => walked?,
        };
        let mut survey = Survey::default();
        let (foreign, own): (Vec<PathBuf>, Vec<PathBuf>) =
            paths.into_iter().partition(|path| foreign(folder, path).is_some());
        let folders: BTreeSet<&str> = foreign.iter().filter_map(|path| self::foreign(folder, path)).collect();
        for name in folders {
            survey.exclude.push((format!("{name}/"), "not written here".to_owned()));
        }
        let looked: Vec<_> = own.par_iter().map(|path| (path, look(path))).collect();
        for (path, found) in looked {
            match found {
                Ok((format, forms)) => survey.count(format, &forms),
                Err(error) => {
                    let inside = path.strip_prefix(folder).unwrap_or(path);
                    survey.exclude.push((format!("/{}", shown(inside)), error.to_string()));
                }
            }
        }
        Ok(survey)
    }

    fn count(&mut self, format: Format, forms: &[Form]) {
        // A Python file is a document only where it holds examples.
        if forms.is_empty() && format == Format::Python {
            return;
        }
        *self.documents.entry(format!("{format:?}").to_lowercase()).or_default() += 1;
        self.with_examples += usize::from(!forms.is_empty());
        for form in forms {
            *self.examples.entry(in_words(*form)).or_default() += 1;
        }
    }

    /// Number of examples.
    pub fn total(&self) -> usize {
        self.examples.values().sum()
    }

    /// One sentence that says what was found.
    pub fn sentence(&self) -> String {
        let documents: usize = self.documents.values().sum();
        let kinds: Vec<_> = self.documents.iter().map(|(name, number)| format!("{number} {name}")).collect();
        let forms: Vec<_> = self.examples.iter().map(|(name, number)| format!("{number} {name}")).collect();
        let listed = |words: Vec<String>| match words.is_empty() {
            true => String::new(),
            false => format!(" ({})", words.join(", ")),
        };
        let examples = counted(self.total(), "Python example");
        format!("{}{} with {examples}{}", counted(documents, "document"), listed(kinds), listed(forms))
    }

    /// The text of the settings.
    pub fn settings(&self) -> String {
        let mut text = format!(
            "# Settings of truedoc, which `truedoc check` reads from this folder and below.\n\
             # When they were written there were {}.\n",
            self.sentence()
        );
        if !self.exclude.is_empty() {
            text.push_str("\n# Left out, written as in a .gitignore.\nexclude = [\n");
            for (pattern, reason) in &self.exclude {
                let pattern = toml::Value::String(pattern.clone());
                let reason = reason.lines().collect::<Vec<_>>().join(" ");
                text.push_str(&format!("    {pattern}, # {reason}\n"));
            }
            text.push_str("]\n");
        }
        text.push_str(DEFAULTS);
        text
    }
}

/// What the settings are without being set.
const DEFAULTS: &str = "
# All others have their defaults:
# paths = [\".\"]                   # documents, and folders to search for them
# timeout = \"10s\"                 # wall-clock time of one example
# memory = \"2GiB\"                 # memory of one example
# output-limit = \"1MiB\"           # what is kept of what an example prints
# expectations = \"expectations\"   # what is wrong on purpose, each with its reason
# baseline = \"baseline.json\"      # what is wrong for now; there is none by default
# fail-fast = false               # whether to stop at the first refutation
# slow-after = \"5s\"               # from when on an example is called slow; half of timeout
# cache = true                    # whether results of unchanged examples are kept and used
";

/// The name of the folder that makes a path foreign.
fn foreign<'a>(folder: &Path, path: &'a Path) -> Option<&'a str> {
    let inside = path.strip_prefix(folder).ok()?.parent()?;
    let mut names = inside.components().filter_map(|part| part.as_os_str().to_str());
    names.find(|name| FOREIGN.contains(name))
}

/// How a document is written, and how its examples stand in it.
fn look(path: &Path) -> Result<(Format, Vec<Form>), DocumentError> {
    let document = document::read(path)?;
    let examples = example::extract(&document).examples;
    Ok((document.format, examples.iter().map(|example| example.form).collect()))
}

fn in_words(form: Form) -> &'static str {
    match form {
        Form::Fenced => "fenced",
        Form::Plain => "among prose",
        Form::Doctest => "at prompts",
        Form::Directive => "in directives",
        Form::Cell => "in cells",
        Form::Docstring => "in docstrings",
        Form::Inline => "inline",
    }
}

/// Looks at a folder and writes its settings; what is there is never overwritten.
///
/// # Errors
/// If there are settings already, or the folder or the file refuses.
pub fn init(folder: &Path) -> Result<(Survey, PathBuf), InitError> {
    let path = folder.join(NAME);
    let exists = || InitError::Exists { path: shown(&path) };
    if fs::symlink_metadata(&path).is_ok() {
        return Err(exists());
    }
    let survey = Survey::of(folder)?;
    write_new(&path, &survey.settings()).map_err(|cause| match cause.kind() {
        io::ErrorKind::AlreadyExists => exists(),
        _ => InitError::Write { path: shown(&path), cause },
    })?;
    Ok((survey, path))
}

/// Writes a file that is not there yet, as a whole.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    let made = builder.prefix(".truedoc-").permissions(Permissions::from_mode(0o666)).tempfile_in(folder);
    // The error of the crate names its temporary file, which means nothing to a user.
    let plain = |error: io::Error| error.raw_os_error().map_or(error, io::Error::from_raw_os_error);
    let mut file = made.map_err(plain)?;
    file.as_file_mut().write_all(text.as_bytes())?;
    file.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Overrides, Settings};

    fn folder_with(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        folder
    }

    #[test]
    fn what_is_written_is_read_and_leaves_out_what_cannot_be_checked() {
        let folder = folder_with(&[
            ("README.md", b"```python\n1 + 1  # 2\n```\n\nAlso `2 + 2`.\n"),
            ("docs/a.rst", b">>> 1\n1\n"),
            ("docs/image.txt", b"\x00\x01\x02\x00"),
            ("node_modules/x/README.md", b"```python\n1\n```\n"),
            ("src/none.py", b"x = 1\n"),
        ]);
        let (survey, path) = init(folder.path()).unwrap();
        assert_eq!((survey.total(), survey.with_examples), (3, 2));
        assert_eq!(
            survey.sentence(),
            "2 documents (1 markdown, 1 rst) with 3 Python examples (1 at prompts, 1 fenced, 1 inline)"
        );
        let settings = Settings::resolve(Overrides::default(), folder.path()).unwrap();
        assert_eq!(settings.exclude.value, ["node_modules/", "/docs/image.txt"]);
        let written = fs::read_to_string(path).unwrap();
        let read = toml::from_str::<toml::Table>(&written).unwrap();
        assert_eq!(read.keys().collect::<Vec<_>>(), ["exclude"], "only what differs is set");
    }

    #[test]
    fn the_defaults_that_are_named_are_the_defaults() {
        let folder = folder_with(&[]);
        let uncommented: String = DEFAULTS
            .lines()
            .filter(|line| line.contains(" = ") && !line.contains("baseline"))
            .map(|line| format!("{}\n", line.trim_start_matches("# ")))
            .collect();
        assert_eq!(uncommented.lines().count(), 8);
        let defaults = Settings::resolve(Overrides::default(), folder.path()).unwrap();
        fs::write(folder.path().join(NAME), uncommented).unwrap();
        let set = Settings::resolve(Overrides::default(), folder.path()).unwrap();
        let shown = |settings: &Settings| {
            let mut text = Vec::new();
            settings.explain(&mut text).unwrap();
            let text = String::from_utf8(text).unwrap();
            text.lines().map(|line| line.rsplit_once(" (").unwrap().0.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(shown(&set), shown(&defaults));
    }

    #[test]
    fn nothing_is_ever_overwritten() {
        let folder = folder_with(&[("truedoc.toml", b"jobs = 1\n")]);
        assert!(matches!(init(folder.path()), Err(InitError::Exists { .. })));
        assert_eq!(fs::read_to_string(folder.path().join(NAME)).unwrap(), "jobs = 1\n");
        let empty = folder_with(&[]);
        let (survey, path) = init(empty.path()).unwrap();
        assert_eq!(survey.sentence(), "0 documents with 0 Python examples");
        assert!(toml::from_str::<toml::Table>(&fs::read_to_string(path).unwrap()).unwrap().is_empty());
    }
}
