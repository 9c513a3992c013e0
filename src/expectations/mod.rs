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
//!   - line: 50
//!     value: "[1, 2]"                     # what the document does not state itself
//! prose:
//!   - line: 60                            # a hint; the quote is found wherever it stands
//!     quote: small integers are cached
//!     fact: small-int-cache               # of a file in expectations/facts/
//! ```
//!
//! This is the only module that knows YAML. An expectation never changes a verdict: it marks what
//! is known, and every difference between it and reality fails the check, in either direction.

mod apply;
mod bless;
mod edit;
mod fact;
mod format;
mod instruct;
mod locate;
mod prose;
mod quote;
mod service;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use rayon::prelude::*;
use serde_yaml::{Error as YamlError, Location, Spanned};

use crate::document::{Document, shown};
use crate::located::{Located, advice_for_key, nearest};
use crate::settings::{Origin, Setting, parse_duration, parse_size};
use fact::FactsFile;
use format::{File, VERSION};

pub use bless::{Change, Proposal};
pub use fact::{Contrast, Fact, Version};
pub use instruct::{DeclaredValue, Instruction};
pub use locate::content_hash;
pub use prose::Tie;

/// Name of the folder, within that of the expectations, whose files hold facts.
const FACTS: &str = "facts";

/// Most bytes of a standard input: as much as a pipe holds without anybody reading.
const LONGEST_STDIN: usize = 60_000;

/// Most words of a sentence that a quote may have: it is to point to the sentence, not to repeat it.
const LONGEST_QUOTE: usize = 15;

/// Everything declared in a folder.
#[derive(Debug, Default)]
pub struct Expectations {
    files: Vec<Source>,
    facts: Vec<Fact>,
}

/// One file of it.
#[derive(Debug)]
struct Source {
    /// As shown to the user.
    path: String,
    location: PathBuf,
    text: String,
    file: File,
    /// The paths of the documents that it may be about, once that was settled among all of a check.
    settled: Option<Vec<String>>,
}

/// What a file is about.
enum Meant {
    /// No document that is there.
    None,
    /// The one with this number.
    Only(usize),
    /// It could be any with these paths, so it is about none.
    Several(Vec<String>),
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
        let mut texts = Vec::new();
        for path in yaml_files(folder)? {
            let text = fs::read_to_string(&path)
                .map_err(|cause| ExpectationError::Unreadable { path: shown(&path), cause })?;
            let holds_facts = path.strip_prefix(folder).is_ok_and(|inner| inner.starts_with(FACTS));
            texts.push((path, text, holds_facts));
        }
        let (of_facts, of_documents): (Vec<_>, Vec<_>) =
            texts.into_par_iter().partition(|(.., holds_facts)| *holds_facts);
        let mut expectations = Expectations::default();
        // Documents speak of facts, so those come first.
        let facts = of_facts.par_iter().map(|(path, text, _)| FactsFile::read(&shown(path), text));
        for ((path, text, _), file) in of_facts.iter().zip(facts.collect::<Vec<_>>()) {
            expectations.add_facts(&shown(path), text, file?)?;
        }
        let sources = of_documents.into_par_iter().map(|(path, text, _)| Source::read(path, text));
        for source in sources.collect::<Vec<_>>() {
            expectations.add_document(source?)?;
        }
        Ok(expectations)
    }

    fn add_facts(&mut self, path: &str, text: &str, file: FactsFile) -> Result<(), ExpectationError> {
        let wrong =
            |location, message: String| ExpectationError::from(located(path, text, location, message));
        known_version(&file.version).map_err(|message| wrong(file.version.referenced, message))?;
        for written in file.facts {
            let (line, at) = (written.referenced.line() as usize, written.value.id.referenced);
            let fact = written.value.understood(path, line);
            let fact = fact.map_err(|(location, message)| wrong(location, message))?;
            if let Some(other) = self.fact(&fact.id) {
                let (file, line) = &other.place;
                return Err(wrong(at, format!("the fact `{}` stands already in {file}:{line}", fact.id)));
            }
            self.facts.push(fact);
        }
        Ok(())
    }

    fn add_document(&mut self, source: Source) -> Result<(), ExpectationError> {
        let Source { path, text, .. } = &source;
        for declared in source.file.prose.iter().map(|declared| &declared.value.fact) {
            if self.fact(&declared.value).is_none() {
                let known: Vec<&str> = self.facts.iter().map(|fact| fact.id.as_str()).collect();
                let message = format!("there is no fact `{}`", declared.value);
                let error = located(path, text, declared.referenced, message);
                return Err(error.with_help(advice_for_fact(&declared.value, &known)).into());
            }
        }
        self.files.push(source);
        Ok(())
    }

    /// All facts.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// The fact with this id.
    pub fn fact(&self, id: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.id == id)
    }

    /// The files that are about one of these documents, each with its number. A file that fits
    /// several is about none of them; [`Expectations::apply`] says so.
    fn about<'a>(&'a self, documents: &[&Document]) -> Vec<(&'a Source, usize)> {
        let found = self.files.iter().map(|source| (source, source.meant(documents)));
        found
            .filter_map(|(source, meant)| match meant {
                Meant::Only(number) => Some((source, number)),
                Meant::None | Meant::Several(_) => None,
            })
            .collect()
    }

    /// Whether a file may be about this document.
    pub fn may_mean(&self, document: &Document) -> bool {
        self.files.iter().any(|source| !source.matching(&[document]).is_empty())
    }

    /// Settles which documents the files are about, before they are looked at part by part.
    pub fn settle(&mut self, documents: &[&Document]) {
        for source in &mut self.files {
            let matching = source.matching(documents).into_iter();
            source.settled = Some(matching.map(|number| documents[number].path.clone()).collect());
        }
    }

    /// The expectations that the settings name: none where they are switched off, and none where the
    /// usual folder is not there.
    pub fn of_setting(folder: &Setting<Option<PathBuf>>) -> Result<Expectations, ExpectationError> {
        match &folder.value {
            Some(path) if folder.origin != Origin::Default || path.is_dir() => Expectations::load(path),
            _ => Ok(Expectations::default()),
        }
    }

    /// The files that a setting stands for, whatever they hold.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn files_of(folder: &Setting<Option<PathBuf>>) -> Result<Vec<PathBuf>, ExpectationError> {
        folder.value.as_deref().filter(|folder| folder.is_dir()).map_or(Ok(Vec::new()), yaml_files)
    }

    /// The expectations of one file, for tests and for callers that read files themselves.
    pub fn from_text(path: &str, text: &str) -> Result<Expectations, ExpectationError> {
        let mut expectations = Expectations::default();
        expectations.add_document(Source::read(PathBuf::from(path), text.to_owned())?)?;
        Ok(expectations)
    }

    /// Number of files about documents.
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

impl FactsFile {
    fn read(path: &str, text: &str) -> Result<FactsFile, ExpectationError> {
        Ok(serde_yaml::from_str(text).map_err(|error| mistake(path, text, &error))?)
    }
}

impl Source {
    fn read(location: PathBuf, text: String) -> Result<Source, ExpectationError> {
        let path = shown(&location);
        let file: File = serde_yaml::from_str(&text).map_err(|error| mistake(&path, &text, &error))?;
        let source = Source { path, location, text, file, settled: None };
        source.validate()?;
        Ok(source)
    }

    /// Checks what the types cannot say.
    fn validate(&self) -> Result<(), ExpectationError> {
        let wrong = |location, message: &str| located(&self.path, &self.text, location, message.to_owned());
        let version = &self.file.version;
        known_version(version).map_err(|message| wrong(version.referenced, &message))?;
        if normalised(&self.file.document.value).is_empty() {
            return Err(wrong(self.file.document.referenced, "`document` names no file").into());
        }
        let unclear = |entry: &&Spanned<format::DeclaredExample>| {
            entry.value.at.is_some() == entry.value.line.is_some()
        };
        if let Some(entry) = self.file.examples.iter().find(unclear) {
            return Err(wrong(entry.referenced, "an example is given by either `at` or `line`").into());
        }
        let of_examples = self.file.examples.iter().filter_map(|entry| entry.value.settings.as_ref());
        for settings in of_examples.chain([&self.file.settings]) {
            settings.validate().map_err(|(location, message)| wrong(location, &message))?;
        }
        service::validate(&self.file.services).map_err(|(location, message)| wrong(location, &message))?;
        let says_nothing = |entry: &&Spanned<format::DeclaredClaim>| {
            entry.value.holds.is_some() == entry.value.value.is_some()
        };
        if let Some(entry) = self.file.claims.iter().find(says_nothing) {
            return Err(wrong(entry.referenced, "a claim has either `holds` or a `value`").into());
        }
        let is_long = |entry: &&Spanned<format::DeclaredQuote>| {
            entry.value.quote.split_whitespace().count() > LONGEST_QUOTE
        };
        if let Some(entry) = self.file.prose.iter().find(is_long) {
            let message = format!("a quote has at most {LONGEST_QUOTE} words");
            return Err(wrong(entry.referenced, &message).into());
        }
        Ok(())
    }

    /// What the file is about among some documents.
    fn meant(&self, documents: &[&Document]) -> Meant {
        let paths = |numbers: &[usize]| numbers.iter().map(|&at| documents[at].path.clone()).collect();
        match &self.settled {
            Some(paths) if paths.len() > 1 => Meant::Several(paths.clone()),
            Some(paths) => {
                let is_meant = |document: &&Document| paths.contains(&document.path);
                documents.iter().position(is_meant).map_or(Meant::None, Meant::Only)
            }
            None => match self.matching(documents).as_slice() {
                [] => Meant::None,
                &[number] => Meant::Only(number),
                several => Meant::Several(paths(several)),
            },
        }
    }

    /// The numbers of the documents that the file may be about: by the end of the path, or by the
    /// content.
    fn matching(&self, documents: &[&Document]) -> Vec<usize> {
        let declared = normalised(&self.file.document.value);
        let numbers = |is_meant: &dyn Fn(&Document) -> bool| -> Vec<usize> {
            (0..documents.len()).filter(|&number| is_meant(documents[number])).collect()
        };
        // A whole path is also the end of longer ones, and could not be written any longer.
        let whole = numbers(&|document| normalised(&document.path) == declared);
        let ends = numbers(&|document| is_end_of(&declared, &document.path));
        let alike = numbers(&|document| self.file.sha256.as_deref() == Some(&document.sha256));
        [whole, ends, alike].into_iter().find(|found| !found.is_empty()).unwrap_or_default()
    }
}

impl From<Located> for ExpectationError {
    fn from(error: Located) -> Self {
        ExpectationError::Located(Box::new(error))
    }
}

impl format::ExampleSettings {
    /// What is wrong with a value, and where.
    fn validate(&self) -> Result<(), (Location, String)> {
        let at = |written: &Spanned<String>, message: String| (written.referenced, message);
        if let Some(time) = &self.time {
            parse_duration(&time.value).map_err(|message| at(time, message))?;
        }
        if let Some(memory) = &self.memory {
            parse_size(&memory.value).map_err(|message| at(memory, message))?;
        }
        match self.stdin.as_ref().filter(|text| text.value.len() > LONGEST_STDIN) {
            Some(text) => Err(at(text, format!("standard input has at most {LONGEST_STDIN} bytes"))),
            None => Ok(()),
        }
    }
}

fn known_version(version: &Spanned<u32>) -> Result<(), String> {
    if version.value == VERSION {
        return Ok(());
    }
    Err(format!("this is version {} of the format, and only 1 is known", version.value))
}

fn advice_for_fact(id: &str, known: &[&str]) -> String {
    if known.is_empty() {
        return format!("facts stand in the folder `{FACTS}` of the expectations");
    }
    match nearest(id, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("{} facts are known, none of a similar name", known.len()),
    }
}

/// Whether a declared path is the end of a document's path, in whole parts.
fn is_end_of(declared: &str, path: &str) -> bool {
    let path = normalised(path);
    path.strip_suffix(declared).is_some_and(|before| before.is_empty() || before.ends_with('/'))
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

    /// The schemas that editors complete by are those of the format. After a change of it, run this
    /// once with TRUEDOC_WRITE_SCHEMAS=1.
    #[test]
    fn the_published_schemas_are_those_of_the_format() {
        let schemas = [
            ("expectations-1.json", schemars::schema_for!(format::File)),
            ("facts-1.json", schemars::schema_for!(FactsFile)),
            ("baseline-1.json", schemars::schema_for!(crate::baseline::File)),
            ("diff-1.json", schemars::schema_for!(crate::diff::Diff)),
        ];
        for (name, schema) in schemas {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
            let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
            if std::env::var_os("TRUEDOC_WRITE_SCHEMAS").is_some() {
                fs::write(&path, &text).unwrap();
            }
            assert_eq!(fs::read_to_string(&path).unwrap_or_default(), text, "schemas/{name}");
        }
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
