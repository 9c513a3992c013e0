//! DOCUMENT: one source file, found, decoded and cut into lines.
//!
//! [`walk()`] finds the files, [`read`] decodes one, and a [`Corpus`] holds those of a check. Whatever
//! a file holds, the result is either a [`Document`] whose notes name what was damaged, or one
//! sentence that says why it cannot be read.

mod content;
mod corpus;
mod damage;
mod decode;
mod rewrite;
mod walk;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::digest;
use crate::exit::Exit;

pub use corpus::{Corpus, Outlines, WaveSize};
pub use damage::repaired;
pub use rewrite::{NewLines, rewritten};
pub use walk::{Exclusions, walk};

/// Bytes that a document may have.
pub const MAX_DOCUMENT: u64 = 64 << 20;

/// Bytes that one line of a document may have.
pub const MAX_LINE: usize = 1 << 20;

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Markdown.
    Markdown,
    /// reStructuredText.
    Rst,
    /// AsciiDoc.
    Asciidoc,
    /// Plain text; fences in it are understood all the same.
    Text,
    /// A Jupyter notebook.
    Notebook,
    /// A page in HTML.
    Html,
    /// A Python file, whose docstrings are read.
    Python,
}

/// File name extensions that [`walk`] takes in a folder, with the format they stand for. `Text` is
/// only a first guess: [`Format::of`] looks at the content too.
const EXTENSIONS: [(&str, Format); 15] = [
    ("md", Format::Markdown),
    ("markdown", Format::Markdown),
    ("mdx", Format::Markdown),
    ("rst", Format::Rst),
    ("rest", Format::Rst),
    ("adoc", Format::Asciidoc),
    ("asciidoc", Format::Asciidoc),
    ("asc", Format::Asciidoc),
    ("txt", Format::Text),
    ("text", Format::Text),
    ("ipynb", Format::Notebook),
    ("html", Format::Html),
    ("htm", Format::Html),
    ("py", Format::Python),
    ("pyi", Format::Python),
];

impl Format {
    /// The format that the extension of a path stands for; none if it is not known.
    pub fn of_extension(path: &Path) -> Option<Format> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        EXTENSIONS.iter().find(|(known, _)| *known == extension).map(|&(_, format)| format)
    }

    /// The format of a document: by the extension, and by the content where that leaves it open.
    pub fn of(path: &Path, text: &str) -> Format {
        match Format::of_extension(path) {
            Some(Format::Text) | None => content::format(text),
            Some(format) => format,
        }
    }

    /// Whether programs write it, so that its lines may have any length (an image in a notebook).
    fn is_generated(self) -> bool {
        matches!(self, Format::Notebook | Format::Html)
    }
}

/// Something about a document that its reader should know (damaged encoding, replaced bytes).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// First line it is about (1-based).
    pub line: usize,
    /// One sentence.
    pub message: String,
}

/// Why documents cannot be found or read: the place, the cause and what to do.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// A path that does not exist.
    #[error("`{path}` does not exist; check the spelling of the path")]
    Missing {
        /// The path as typed.
        path: String,
    },
    /// A file or folder that cannot be opened or read.
    #[error("`{path}` cannot be read: {cause}")]
    Unreadable {
        /// The path as shown to the user.
        path: String,
        /// What the system says.
        cause: String,
    },
    /// A path that is neither a file nor a folder.
    #[error("`{path}` is no regular file; give truedoc files and folders")]
    NotAFile {
        /// The path as shown to the user.
        path: String,
    },
    /// A file that is no text.
    #[error("`{path}` is a binary file ({sign}); exclude it, or save it as UTF-8 text")]
    Binary {
        /// The path as shown to the user.
        path: String,
        /// What shows it.
        sign: String,
    },
    /// A file past [`MAX_DOCUMENT`].
    #[error("`{path}` is larger than 64 MiB; split it, or exclude it")]
    TooLarge {
        /// The path as shown to the user.
        path: String,
    },
    /// A line past [`MAX_LINE`].
    #[error("`{path}` has a line of more than 1 MiB (line {line}), which no document needs; exclude it")]
    LineTooLong {
        /// The path as shown to the user.
        path: String,
        /// Its number.
        line: usize,
    },
    /// A file that is another one than was read.
    #[error("`{path}` was changed in the meantime; start again")]
    Changed {
        /// The path as shown to the user.
        path: String,
    },
    /// A file whose text cannot be turned back into its bytes.
    #[error("`{path}` cannot be written as {encoding} without a loss; save it as UTF-8")]
    Unwritable {
        /// The path as shown to the user.
        path: String,
        /// The encoding it was read as.
        encoding: &'static str,
    },
    /// A pattern of `exclude` that cannot be understood.
    #[error("`{pattern}` is no valid pattern to exclude: {cause}")]
    Pattern {
        /// The pattern as typed.
        pattern: String,
        /// What is wrong with it.
        cause: String,
    },
    /// Nothing to read below the paths given.
    #[error("no documents in {paths}; truedoc looks for files named {extensions}")]
    Nothing {
        /// The paths as typed.
        paths: String,
        /// The extensions it looks for.
        extensions: String,
    },
}

impl DocumentError {
    /// [`DocumentError::Nothing`] for these paths.
    fn nothing(paths: &[PathBuf]) -> DocumentError {
        let listed = |items: Vec<String>| items.join(", ");
        DocumentError::Nothing {
            paths: listed(paths.iter().map(|path| format!("`{}`", shown(path))).collect()),
            extensions: listed(EXTENSIONS.iter().map(|(name, _)| format!("*.{name}")).collect()),
        }
    }

    /// Whether it says that nothing was found, which has an exit status of its own.
    pub fn is_nothing(&self) -> bool {
        matches!(self, DocumentError::Nothing { .. })
    }

    /// The error for a path that the system refused.
    fn of_io(path: &Path, error: &io::Error) -> DocumentError {
        let path = shown(path);
        match error.kind() {
            io::ErrorKind::NotFound => DocumentError::Missing { path },
            io::ErrorKind::PermissionDenied => {
                DocumentError::Unreadable { path, cause: "permission denied".to_owned() }
            }
            _ => DocumentError::Unreadable { path, cause: error.to_string() },
        }
    }
}

/// All errors of a set of documents, one sentence on a line each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct DocumentErrors(pub Vec<DocumentError>);

impl DocumentErrors {
    /// The exit status they stand for: that nothing was found has its own.
    pub fn exit(&self) -> Exit {
        if self.0.iter().all(DocumentError::is_nothing) { Exit::Nothing } else { Exit::Usage }
    }
}

/// A path as shown to the user: with `/` between its parts and without `./` in front.
pub fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() };
    match text.trim_start_matches("./") {
        "" => ".".to_owned(),
        stripped => stripped.to_owned(),
    }
}

/// Reads one document.
pub fn read(path: &Path) -> Result<Document, DocumentError> {
    let bytes = read_bounded(path)?;
    let decoded = decode::decode(&bytes).map_err(|sign| DocumentError::Binary { path: shown(path), sign })?;
    let text = decode::normalise_newlines(decoded.text);
    let mut document = Document::assemble(shown(path), Format::of(path, &text), text);
    let too_long = document.first_line_longer_than(MAX_LINE).filter(|_| !document.format.is_generated());
    if let Some(line) = too_long {
        return Err(DocumentError::LineTooLong { path: shown(path), line });
    }
    document.sha256 = digest::sha256(&bytes);
    document.encoding = decoded.encoding;
    document.notes.extend(decoded.note);
    document.notes.extend(damage::notes(&document.text));
    document.notes.sort_by_key(|note| note.line);
    Ok(document)
}

/// Finds and reads the documents that paths stand for.
pub fn load(paths: &[PathBuf], exclusions: &Exclusions) -> Result<Vec<Document>, DocumentErrors> {
    match Corpus::open(paths, exclusions, WaveSize::WHOLE)? {
        Corpus::Few(documents) => Ok(documents),
        Corpus::Many(outlines) => outlines.read(0..outlines.documents.len()),
    }
}

/// The bytes of a file. It is read up to the limit and not asked for its size, because what
/// answers may be a device or still growing.
fn read_bounded(path: &Path) -> Result<Vec<u8>, DocumentError> {
    let failed = |error: io::Error| DocumentError::of_io(path, &error);
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(DocumentError::NotAFile { path: shown(path) });
    }
    let mut bytes = Vec::with_capacity(metadata.len().min(MAX_DOCUMENT) as usize + 1);
    file.take(MAX_DOCUMENT + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_DOCUMENT {
        return Err(DocumentError::TooLarge { path: shown(path) });
    }
    Ok(bytes)
}

/// One source file.
#[derive(Clone, Debug)]
pub struct Document {
    /// Path as shown to the user, with `/` between its parts.
    pub path: String,
    /// How it is written.
    pub format: Format,
    /// The decoded text; every line ends with `\n` alone, whatever the file has.
    pub text: String,
    /// SHA-256 of the bytes of the file, in hexadecimal.
    pub sha256: String,
    /// Name of the encoding it was decoded from.
    pub encoding: &'static str,
    /// What its reader should know.
    pub notes: Vec<Note>,
    /// Whether it was named itself, and not only a folder it lies in.
    pub named: bool,
    line_starts: Vec<usize>,
}

impl Document {
    /// A document from decoded text, for tests and for callers that read files themselves.
    pub fn from_text(path: &str, format: Format, text: &str) -> Document {
        Document::assemble(path.to_owned(), format, decode::normalise_newlines(text.to_owned()))
    }

    /// A document from text whose lines end with `\n` alone.
    fn assemble(path: String, format: Format, text: String) -> Document {
        let line_starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .filter(|&at| at < text.len() || at == 0)
            .collect();
        Document {
            path,
            format,
            text,
            sha256: String::new(),
            encoding: "UTF-8",
            notes: Vec::new(),
            named: false,
            line_starts,
        }
    }

    /// What is known of it besides its text.
    #[must_use]
    pub fn without_text(self) -> Document {
        Document { text: String::new(), notes: Vec::new(), line_starts: vec![0], ..self }
    }

    /// Whether it is listed although it holds no example: code is a document only where it has
    /// some.
    pub fn is_listed_without_examples(&self) -> bool {
        self.named || self.format != Format::Python
    }

    /// Number of lines.
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }

    /// Text of a line (1-based) without its newline; empty past the end.
    pub fn line(&self, number: usize) -> &str {
        let Some(&start) = number.checked_sub(1).and_then(|index| self.line_starts.get(index)) else {
            return "";
        };
        let end = self.line_starts.get(number).map_or(self.text.len(), |&next| next);
        self.text[start..end].trim_end_matches('\n')
    }

    /// Line (1-based) that holds a byte of [`Document::text`].
    pub fn line_of(&self, byte: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= byte)
    }

    /// Byte of [`Document::text`] at which a line (1-based) begins.
    pub fn line_start(&self, number: usize) -> usize {
        self.line_starts.get(number.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }

    fn first_line_longer_than(&self, limit: usize) -> Option<usize> {
        let ends = self.line_starts.iter().skip(1).copied().chain([self.text.len()]);
        self.line_starts.iter().zip(ends).position(|(start, end)| end - start > limit).map(|at| at + 1)
    }
}

#[cfg(test)]
mod tests;
