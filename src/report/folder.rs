//! The examples as files, so that any other tool can read them: a folder for each document with one
//! `.py` for each example, which holds exactly its code, and an `index.json` that describes them.
//!
//! Writing again changes only what differs, and takes away what is gone: never a file that an
//! `index.json` of an earlier time does not list.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Extracted;
use super::beside::FileBeside;
use super::model::{Mark, Note, Rejected};
use super::text::counted;
use crate::digest;
use crate::document::shown;
use crate::example::{Example, Form};
use crate::exit::Exit;

/// The schema of an `index.json`.
const SCHEMA: &str = "truedoc/extract/1";
const INDEX: &str = "index.json";

/// Why the examples cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The system refuses to read or write something.
    #[error("the examples cannot be written to `{path}`: {cause}")]
    System {
        /// The file or folder.
        path: String,
        /// What the system says.
        cause: io::Error,
    },
    /// A file of somebody else stands where one of ours is to go.
    #[error(
        "`{path}` was not written by truedoc and would be replaced; move it away, or choose another --out"
    )]
    Foreign {
        /// The file.
        path: String,
    },
    /// Two documents would go to one folder.
    #[error("`{first}` and `{second}` would both be written to `{path}`; extract them one at a time")]
    Clash {
        /// A document.
        first: String,
        /// Another one.
        second: String,
        /// The folder.
        path: String,
    },
}

impl FolderError {
    /// The exit status it stands for.
    pub fn exit(&self) -> Exit {
        match self {
            FolderError::System { .. } => Exit::Trouble,
            FolderError::Foreign { .. } | FolderError::Clash { .. } => Exit::Usage,
        }
    }
}

/// How many files were touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// New files and files with new content.
    pub written: usize,
    /// Files left as they were.
    pub unchanged: usize,
    /// Files taken away.
    pub removed: usize,
}

/// An `index.json`.
#[derive(Serialize)]
struct Index<'a> {
    schema: &'static str,
    document: &'a str,
    sha256: &'a str,
    examples: Vec<Entry<'a>>,
    rejected: Vec<Rejected>,
    notes: Vec<Note>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    file: String,
    start_line: usize,
    end_line: usize,
    form: Form,
    section: Option<&'a str>,
    file_name: Option<&'a str>,
    marks: Vec<Mark>,
    rule: &'static str,
    sha256: String,
}

/// What an earlier time has left behind, as far as it matters here.
#[derive(Deserialize)]
struct Earlier {
    schema: String,
    document: String,
    examples: Vec<EarlierEntry>,
}

#[derive(Deserialize)]
struct EarlierEntry {
    file: String,
}

/// A document as it is to be written.
struct Planned<'a> {
    document: &'a str,
    folder: PathBuf,
    index: Vec<u8>,
    /// Names and contents of its examples.
    files: BTreeMap<String, &'a str>,
}

/// Writes the examples of documents that were found below some paths into a folder.
///
/// # Errors
/// If something cannot be read or written, or stands in the way. What is in the way is known before
/// anything is changed.
pub fn write_extracted(
    extracted: &[Extracted],
    paths: &[PathBuf],
    out: &Path,
) -> Result<Written, FolderError> {
    let planned = plan(extracted, out)?;
    let mut earlier = BTreeMap::new();
    find_earlier(out, &mut earlier).map_err(|cause| refused(out, cause))?;
    for document in &planned {
        document.check(earlier.get(&document.folder))?;
    }
    let mut written = Written::default();
    for document in &planned {
        document.write(earlier.get(&document.folder), &mut written)?;
    }
    let kept: BTreeSet<&PathBuf> = planned.iter().map(|document| &document.folder).collect();
    for (folder, gone) in earlier.iter().filter(|(folder, _)| !kept.contains(folder)) {
        if paths.iter().any(|path| clean(Path::new(&gone.document)).starts_with(clean(path))) {
            forget(folder, gone, out, &mut written)?;
        }
    }
    Ok(written)
}

/// One line that says what was written.
pub fn written_line(written: &Written, extracted: &[Extracted], out: &Path) -> String {
    let examples = counted(extracted.iter().map(|found| found.examples.len()).sum(), "example");
    let documents = counted(extracted.len(), "document");
    let Written { written, unchanged, removed } = written;
    format!(
        "{examples} of {documents} in `{}`: {} written, {unchanged} unchanged, {removed} removed",
        shown(out),
        counted(*written, "file")
    )
}

/// Whether a document lies in the folder that examples are written to: it is one of them.
pub fn lies_in(document: &str, out: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).ok();
    match (real(Path::new(document)), real(out)) {
        (Some(document), Some(out)) => document.starts_with(out),
        _ => false,
    }
}

fn plan<'a>(extracted: &'a [Extracted], out: &Path) -> Result<Vec<Planned<'a>>, FolderError> {
    let mut planned: Vec<Planned> = extracted.iter().map(|found| Planned::of(found, out)).collect();
    planned.sort_by(|left, right| left.folder.cmp(&right.folder));
    if let Some([first, second]) = planned.array_windows().find(|[one, other]| one.folder == other.folder) {
        return Err(FolderError::Clash {
            first: first.document.to_owned(),
            second: second.document.to_owned(),
            path: shown(&first.folder),
        });
    }
    Ok(planned)
}

impl<'a> Planned<'a> {
    fn of(found: &'a Extracted, out: &Path) -> Planned<'a> {
        let document = &found.document;
        let entries: Vec<Entry> = found.examples.iter().map(Entry::of).collect();
        let codes = found.examples.iter().map(|example| example.code.as_str());
        let files = entries.iter().map(|entry| entry.file.clone()).zip(codes).collect();
        let index = Index {
            schema: SCHEMA,
            document: &document.path,
            sha256: &document.sha256,
            examples: entries,
            rejected: found.rejections.iter().map(Rejected::of).collect(),
            notes: document.notes.iter().map(Note::of).collect(),
        };
        let mut index = serde_json::to_vec_pretty(&index).expect("texts and numbers can be written as JSON");
        index.push(b'\n');
        Planned { document: &document.path, folder: out.join(folder_of(&document.path)), index, files }
    }

    /// Whether nothing stands in the way of its files.
    fn check(&self, earlier: Option<&Earlier>) -> Result<(), FolderError> {
        let foreign = |path: &Path| Err(FolderError::Foreign { path: shown(path) });
        let index = self.folder.join(INDEX);
        if earlier.is_none() && fs::symlink_metadata(&index).is_ok() {
            return foreign(&index);
        }
        let ours: BTreeSet<&str> = earlier.into_iter().flat_map(Earlier::files).collect();
        for (name, code) in self.files.iter().filter(|(name, _)| !ours.contains(name.as_str())) {
            let path = self.folder.join(name);
            if fs::symlink_metadata(&path).is_ok() && !holds(&path, code.as_bytes()) {
                return foreign(&path);
            }
        }
        Ok(())
    }

    /// Writes its files. What is gone goes first and the index comes before the examples, so that
    /// whatever is left of an interruption is listed in an index.
    fn write(&self, earlier: Option<&Earlier>, written: &mut Written) -> Result<(), FolderError> {
        fs::create_dir_all(&self.folder).map_err(|cause| refused(&self.folder, cause))?;
        for name in earlier.into_iter().flat_map(Earlier::files) {
            if !self.files.contains_key(name) {
                remove(&self.folder.join(name), written)?;
            }
        }
        put(&self.folder.join(INDEX), &self.index, written)?;
        for (name, code) in &self.files {
            put(&self.folder.join(name), code.as_bytes(), written)?;
        }
        Ok(())
    }
}

impl<'a> Entry<'a> {
    fn of(example: &'a Example) -> Entry<'a> {
        Entry {
            id: &example.id,
            file: file_of(&example.id),
            start_line: example.start_line,
            end_line: example.end_line,
            form: example.form,
            section: example.section.as_deref(),
            file_name: example.file.as_deref(),
            marks: example.marks.iter().map(Mark::of).collect(),
            rule: example.rule,
            sha256: digest::sha256(example.code.as_bytes()),
        }
    }
}

impl Earlier {
    /// The files it lists. An index that names files elsewhere is not believed.
    fn files(&self) -> impl Iterator<Item = &str> {
        let plain = |name: &&str| name.ends_with(".py") && !name.contains(['/', '\\', '\0']);
        self.examples.iter().map(|entry| entry.file.as_str()).filter(plain)
    }
}

/// The file of an example: the part of its id behind the document (`lists#2` becomes `lists-2.py`).
/// Sections hold letters, digits, `-` and `~`, so that no two ids become one name.
fn file_of(id: &str) -> String {
    let within = id.rsplit_once('/').map_or(id, |(_, within)| within);
    format!("{}.py", within.replace('#', "-"))
}

/// The folder of a document: its own path, made safe. A path that had to be changed carries a part
/// of its checksum, so that no other becomes the same.
fn folder_of(document: &str) -> PathBuf {
    let mut parts: Vec<String> = Vec::new();
    let mut changed = false;
    for component in Path::new(document).components() {
        match component {
            Component::Normal(name) => {
                let name = name.to_string_lossy();
                let safe = name.replace(|c: char| c.is_control() || "<>:\"|?*\\".contains(c), "_");
                let safe = safe.trim_end_matches([' ', '.']).to_owned();
                changed |= safe != name;
                parts.push(if safe.is_empty() { "_".to_owned() } else { safe });
            }
            Component::CurDir => {}
            _ => changed = true,
        }
    }
    let mut last = parts.pop().unwrap_or_else(|| "_".to_owned());
    if changed {
        last = format!("{last}-{}", &digest::sha256(document.as_bytes())[..8]);
    }
    parts.into_iter().chain([last]).collect()
}

/// Finds every index of an earlier time in a folder, by the folder it lies in. Links are not followed.
fn find_earlier(folder: &Path, found: &mut BTreeMap<PathBuf, Earlier>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            find_earlier(&entry.path(), found)?;
        } else if kind.is_file() && entry.file_name() == INDEX {
            let earlier = serde_json::from_slice::<Earlier>(&fs::read(entry.path())?).ok();
            if let Some(earlier) = earlier.filter(|earlier| earlier.schema == SCHEMA) {
                found.insert(folder.to_owned(), earlier);
            }
        }
    }
    Ok(())
}

/// Takes away what was written for a document that is gone, and the folders that are then empty.
fn forget(folder: &Path, gone: &Earlier, out: &Path, written: &mut Written) -> Result<(), FolderError> {
    for name in gone.files().chain([INDEX]) {
        remove(&folder.join(name), written)?;
    }
    for empty in folder.ancestors().take_while(|folder| folder.starts_with(out) && *folder != out) {
        if fs::remove_dir(empty).is_err() {
            break;
        }
    }
    Ok(())
}

fn remove(path: &Path, written: &mut Written) -> Result<(), FolderError> {
    match fs::remove_file(path) {
        Ok(()) => written.removed += 1,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(cause) => return Err(refused(path, cause)),
    }
    Ok(())
}

/// Puts a file in place as a whole, unless it is there already.
fn put(path: &Path, content: &[u8], written: &mut Written) -> Result<(), FolderError> {
    if holds(path, content) {
        written.unchanged += 1;
        return Ok(());
    }
    let place = || -> io::Result<()> {
        let mut file = FileBeside::new(path, &fs::Permissions::from_mode(0o666))?;
        file.write_all(content)?;
        file.persist(path)
    };
    place().map_err(|cause| refused(path, cause))?;
    written.written += 1;
    Ok(())
}

fn holds(path: &Path, content: &[u8]) -> bool {
    let same_size =
        fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() == content.len() as u64);
    same_size && fs::read(path).is_ok_and(|found| found == content)
}

fn refused(path: &Path, cause: io::Error) -> FolderError {
    FolderError::System { path: shown(path), cause }
}

/// A path without `.` parts, so that `./docs` is the start of `docs/a.md`.
fn clean(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_become_file_names() {
        assert_eq!(file_of("guide/lists-and-more#2"), "lists-and-more-2.py");
        assert_eq!(file_of("guide/usage~2#inline10"), "usage~2-inline10.py");
        assert_eq!(file_of("a/b/top#1"), "top-1.py");
    }

    #[test]
    fn paths_become_folders_that_stay_apart() {
        assert_eq!(folder_of("docs/guide.md"), Path::new("docs/guide.md"));
        assert_eq!(folder_of("./docs/guide.md"), Path::new("docs/guide.md"));
        let safe = folder_of("../docs/what?.md");
        assert!(safe.starts_with("docs") && safe != folder_of("docs/what?.md"), "{safe:?}");
        assert!(safe.to_str().unwrap().starts_with("docs/what_.md-"), "{safe:?}");
        assert!(folder_of("/a/b.md").is_relative());
        assert_ne!(folder_of("/a/b.md"), folder_of("a/b.md"));
    }

    #[test]
    fn an_index_that_reaches_elsewhere_is_not_believed() {
        let entry = |file: &str| EarlierEntry { file: file.to_owned() };
        let examples = vec![entry("../../a.py"), entry("/a.py"), entry("a.txt"), entry("a-1.py")];
        let earlier = Earlier { schema: SCHEMA.to_owned(), document: "a.md".to_owned(), examples };
        assert_eq!(earlier.files().collect::<Vec<_>>(), ["a-1.py"]);
    }
}
