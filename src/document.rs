//! DOCUMENT: one source file, found, decoded and cut into lines.

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Markdown.
    Markdown,
    /// Plain text; fences in it are understood all the same.
    Text,
}

/// Something about a document that its reader should know (damaged encoding, replaced bytes).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Note {
    /// First line it is about (1-based).
    pub line: usize,
    /// One sentence.
    pub message: String,
}

/// One source file.
#[derive(Debug)]
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
    line_starts: Vec<usize>,
}

impl Document {
    /// A document from decoded text, for tests and for callers that read files themselves.
    pub fn from_text(path: &str, format: Format, text: &str) -> Document {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let line_starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .filter(|&at| at < text.len() || at == 0)
            .collect();
        Document {
            path: path.to_owned(),
            format,
            text,
            sha256: String::new(),
            encoding: "UTF-8",
            notes: Vec::new(),
            line_starts,
        }
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
}
