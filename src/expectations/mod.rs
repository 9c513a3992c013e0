//! EXPECTATIONS: what is declared about documents in `expectations/**/*.yaml`.
//!
//! ```yaml
//! version: 1
//! document: corpus/deliberate-errors.md   # matched at the end of the document's path
//! examples:
//!   - at: deliberate-errors/closures#1    # or `line: 41`, a line within the example
//!     outcome:
//!       raises: NameError                 # or: outcome: runs | syntax-error | timeout | crashed | skipped
//!     reason: shows the error on purpose
//! claims:
//!   - line: 44
//!     subject: funcs[0]()                 # optional; needed where a line has several claims
//!     holds: false
//!     reason: shows late binding wrongly on purpose
//! ```
//!
//! This is the only module that knows YAML. An expectation never changes a verdict: it marks what
//! is known, and every difference between it and reality fails the check, in either direction.

mod apply;
mod format;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use serde_yaml::{Error as YamlError, Location, Spanned};

use crate::document::shown;
use crate::located::{Located, advice_for_key};
use crate::settings::{Origin, Setting};
use format::{File, VERSION};

/// Everything declared in a folder.
#[derive(Debug, Default)]
pub struct Expectations {
    files: Vec<Source>,
}

/// One file of it.
#[derive(Debug)]
struct Source {
    path: String,
    file: File,
}

/// Why the expectations cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ExpectationError {
    /// The folder, or a file in it, cannot be read.
    #[error("the expectations `{path}` cannot be read: {cause}")]
    Unreadable {
        /// The file or folder as shown to the user.
        path: String,
        /// What the system says.
        cause: io::Error,
    },
    /// A file has a mistake.
    #[error(transparent)]
    Located(Box<Located>),
}

impl Expectations {
    /// Reads every `*.yaml` and `*.yml` file below a folder.
    pub fn load(folder: &Path) -> Result<Expectations, ExpectationError> {
        let mut files = Vec::new();
        for path in yaml_files(folder)? {
            let text = fs::read_to_string(&path)
                .map_err(|cause| ExpectationError::Unreadable { path: shown(&path), cause })?;
            files.push(Source::parse(&shown(&path), &text)?);
        }
        Ok(Expectations { files })
    }

    /// The expectations that the settings name: none where they are switched off, and none where the
    /// usual folder is not there.
    pub fn of_setting(folder: &Setting<Option<PathBuf>>) -> Result<Expectations, ExpectationError> {
        match &folder.value {
            Some(path) if folder.origin != Origin::Default || path.is_dir() => Expectations::load(path),
            _ => Ok(Expectations::default()),
        }
    }

    /// The expectations of one file, for tests and for callers that read files themselves.
    pub fn from_text(path: &str, text: &str) -> Result<Expectations, ExpectationError> {
        Ok(Expectations { files: vec![Source::parse(path, text)?] })
    }

    /// Number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>, ExpectationError> {
    let unreadable = |cause| ExpectationError::Unreadable { path: shown(folder), cause };
    let mut found = Vec::new();
    for entry in WalkBuilder::new(folder).standard_filters(false).hidden(true).build() {
        let entry = entry.map_err(|error| {
            let kind = error.io_error().map_or(io::ErrorKind::Other, io::Error::kind);
            unreadable(error.into_io_error().unwrap_or_else(|| io::Error::from(kind)))
        })?;
        let is_yaml = entry.path().extension().is_some_and(|name| name == "yaml" || name == "yml");
        if is_yaml && entry.path().is_file() {
            found.push(entry.into_path());
        }
    }
    found.sort();
    Ok(found)
}

impl Source {
    fn parse(path: &str, text: &str) -> Result<Source, ExpectationError> {
        let file: File = serde_yaml::from_str(text).map_err(|error| mistake(path, text, &error))?;
        let source = Source { path: path.to_owned(), file };
        source.validate(text)?;
        Ok(source)
    }

    /// Checks what the types cannot say.
    fn validate(&self, text: &str) -> Result<(), ExpectationError> {
        let wrong = |location, message: &str| located(&self.path, text, location, message.to_owned());
        let version = &self.file.version;
        if version.value != VERSION {
            let message = format!("this is version {} of the format, and only 1 is known", version.value);
            return Err(wrong(version.referenced, &message).into());
        }
        if normalised(&self.file.document.value).is_empty() {
            return Err(wrong(self.file.document.referenced, "`document` names no file").into());
        }
        let unclear = |entry: &&Spanned<format::DeclaredExample>| {
            entry.value.at.is_some() == entry.value.line.is_some()
        };
        match self.file.examples.iter().find(unclear) {
            Some(entry) => {
                Err(wrong(entry.referenced, "an example is given by either `at` or `line`").into())
            }
            None => Ok(()),
        }
    }
}

impl From<Located> for ExpectationError {
    fn from(error: Located) -> Self {
        ExpectationError::Located(Box::new(error))
    }
}

/// A path as it is compared: with `/`, and without `./` and `../` in front.
fn normalised(path: &str) -> String {
    let path = path.replace('\\', "/");
    let parts = path.split('/').skip_while(|part| matches!(*part, "." | ".." | ""));
    parts.collect::<Vec<_>>().join("/")
}

fn mistake(path: &str, text: &str, error: &YamlError) -> Located {
    let location = error.location().unwrap_or(Location::UNKNOWN);
    let at = |message: String| located(path, text, location, message);
    match error.without_snippet() {
        YamlError::SerdeUnknownField { field, expected, .. } => {
            at(format!("unknown key `{field}`")).with_help(advice_for_key(field, expected))
        }
        YamlError::SerdeUnknownVariant { variant, expected, .. } => {
            at(format!("unknown outcome `{variant}`")).with_help(advice_for_key(variant, expected))
        }
        YamlError::SerdeMissingField { field, .. } => at(format!("the key `{field}` is missing")),
        YamlError::DuplicateMappingKey { key: Some(key), .. } => {
            at(format!("the key `{key}` stands here for the second time"))
        }
        other => {
            let rendered = other.to_string();
            let message = rendered.lines().next().unwrap_or_default();
            let message = message.split(" at line ").next().unwrap_or(message);
            let is_number = matches!(message, "invalid u64" | "invalid u32");
            at(if is_number { "a whole number is expected here" } else { message }.to_owned())
        }
    }
}

/// An error at a location of the parser, which gives only the start of maps and lists.
fn located(path: &str, text: &str, location: Location, message: String) -> Located {
    let start = location.span().byte_offset().unwrap_or(0) as usize;
    let length = location.span().byte_len().unwrap_or(0) as usize;
    Located::new(path, text, start..start + length, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(text: &str) -> String {
        Expectations::from_text("expectations/guide.yaml", text).unwrap_err().to_string()
    }

    #[test]
    fn mistakes_are_shown_where_they_stand() {
        let mistakes = [
            "version: 1\ndocument: a.md\nclaim: []\n",
            "version: 1\ndocument: a.md\nclaims:\n  - line: 3\n    holds: false\n    line: 4\n",
            "version: 2\ndocument: a.md\n",
            "version: 1\ndocument: a.md\nexamples:\n  - outcome: runs\n",
            "version: 1\ndocument: a.md\nexamples:\n  - line: 1\n    outcome: rusn\n",
            "version: 1\ndocument: a.md\nclaims:\n  - line: three\n    holds: false\n",
            "version: 1\ndocument: a.md\nclaims:\n  - holds: false\n",
            "version: 1\ndocument: ./\n",
            "version: [1\n",
            "",
        ];
        insta::assert_snapshot!(mistakes.map(error_of).join("\n\n"));
    }

    #[test]
    fn folders_are_read_with_all_below() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("deep")).unwrap();
        for name in ["b.yaml", "deep/a.yml", "notes.txt"] {
            fs::write(folder.path().join(name), "version: 1\ndocument: a.md\n").unwrap();
        }
        assert_eq!(Expectations::load(folder.path()).unwrap().len(), 2);
        let error = Expectations::load(&folder.path().join("gone")).unwrap_err();
        assert!(error.to_string().contains("cannot be read"), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(version: 1\n)?(document: |claims:\n  - |line: |[\\[{&*é🎉\t#\"' \n:-])*") {
            if let Err(error) = Expectations::from_text("a.yaml", &text) {
                error.to_string();
            }
        }
    }
}
