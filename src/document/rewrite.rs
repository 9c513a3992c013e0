//! From changed lines back to bytes: the encoding, the byte order mark and the line ends of a file
//! stay what they are.

use std::ops::Range;
use std::path::Path;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::{Document, DocumentError, decode, read_bounded, shown};
use crate::digest;

/// Lines in the place of others: the first line (1-based), how many, and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLines {
    /// The first line, from 1.
    pub line: usize,
    /// How many lines go.
    pub height: usize,
    /// The lines that come.
    pub lines: Vec<String>,
}

/// The bytes of a document's file with some lines changed; the changes in the order of their lines.
///
/// # Errors
/// If the file cannot be read, is another one by now, or cannot be written in its encoding.
pub fn rewritten(document: &Document, changes: &[NewLines]) -> Result<Vec<u8>, DocumentError> {
    let path = Path::new(&document.path);
    let bytes = read_bounded(path)?;
    if digest::sha256(&bytes) != document.sha256 {
        return Err(DocumentError::Changed { path: shown(path) });
    }
    let unwritable = || DocumentError::Unwritable { path: shown(path), encoding: document.encoding };
    let decoded = decode::decode(&bytes).map_err(|_| unwritable())?;
    let encoding = Encoding::for_label(document.encoding.as_bytes()).ok_or_else(unwritable)?;
    let body = encoded(&decoded.text, encoding).ok_or_else(unwritable)?;
    // What does not come back as it was would be changed in places that nobody looked at.
    let mark = bytes.strip_suffix(body.as_slice()).ok_or_else(unwritable)?;
    let changed = encoded(&changed(&decoded.text, changes), encoding).ok_or_else(unwritable)?;
    Ok([mark, changed.as_slice()].concat())
}

/// A text in an encoding, if that has all of its characters.
fn encoded(text: &str, encoding: &'static Encoding) -> Option<Vec<u8>> {
    if encoding == UTF_8 {
        return Some(text.as_bytes().to_vec());
    }
    // The encoder of the crate writes UTF-8 for UTF-16, as browsers do.
    if encoding == UTF_16LE {
        return Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    }
    if encoding == UTF_16BE {
        return Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    }
    let (bytes, _, has_unmappable) = encoding.encode(text);
    (!has_unmappable).then(|| bytes.into_owned())
}

/// A text with whatever line ends, with some lines changed. A new line ends as the one it stands
/// behind or takes the place of.
fn changed(text: &str, changes: &[NewLines]) -> String {
    let lines = lines(text);
    let mut changed = String::with_capacity(text.len());
    let mut next = 0;
    for change in changes {
        let first = change.line - 1;
        let last = first + change.height - 1;
        changed.push_str(&text[lines[next].0.start..lines[first].0.start]);
        let usual = &text[lines[first].1.clone()];
        for (index, line) in change.lines.iter().enumerate() {
            let is_last = index + 1 == change.lines.len();
            let end = if is_last { &text[lines[last].1.clone()] } else { usual };
            let end = if end.is_empty() && !is_last { "\n" } else { end };
            changed.push_str(line);
            changed.push_str(end);
        }
        next = last + 1;
    }
    if let Some((line, _)) = lines.get(next) {
        changed.push_str(&text[line.start..]);
    }
    changed
}

/// The bytes of each line, and of its end.
fn lines(text: &str) -> Vec<(Range<usize>, Range<usize>)> {
    let mut found = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let length = text[start..].find(['\n', '\r']);
        let end = length.map_or(text.len(), |length| start + length);
        let after = match &text[end..] {
            rest if rest.starts_with("\r\n") => end + 2,
            "" => end,
            _ => end + 1,
        };
        found.push((start..end, end..after));
        start = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(line: usize, height: usize, lines: &[&str]) -> NewLines {
        NewLines { line, height, lines: lines.iter().map(|line| (*line).to_owned()).collect() }
    }

    #[test]
    fn lines_end_as_they_did() {
        let text = "a\r\nb\nc\rd";
        assert_eq!(changed(text, &[line(1, 1, &["x"]), line(3, 1, &["y"])]), "x\r\nb\ny\rd");
        assert_eq!(changed(text, &[line(1, 2, &["x", "y", "z"])]), "x\r\ny\r\nz\nc\rd");
        assert_eq!(changed(text, &[line(4, 1, &["x", "y"])]), "a\r\nb\nc\rx\ny");
        assert_eq!(changed(text, &[]), text);
    }

    fn written(bytes: &[u8]) -> Result<Vec<u8>, DocumentError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, bytes).unwrap();
        rewritten(&super::super::read(&path).unwrap(), &[line(2, 1, &["é2"])])
    }

    #[test]
    fn encoding_and_mark_stay() {
        let utf_16 = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        assert_eq!(written(b"\xEF\xBB\xBFa\r\nb\r\n").unwrap(), "\u{FEFF}a\r\né2\r\n".as_bytes());
        let marked = [b"\xFF\xFE".as_slice(), &utf_16("a\nb\n")].concat();
        assert_eq!(written(&marked).unwrap(), [b"\xFF\xFE".as_slice(), &utf_16("a\né2\n")].concat());
        assert_eq!(written(b"caf\xE9 au lait\nb\n").unwrap(), b"caf\xE9 au lait\n\xE92\n");
    }

    #[test]
    fn damaged_files_are_not_written() {
        let error = written(
            "grün süß öl äh üb für\n"
                .as_bytes()
                .iter()
                .copied()
                .chain(*b"\xFF\n")
                .collect::<Vec<_>>()
                .as_slice(),
        );
        assert!(matches!(error, Err(DocumentError::Unwritable { .. })), "{error:?}");
    }

    #[test]
    fn a_file_that_changed_since_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, "a\nb\n").unwrap();
        let document = super::super::read(&path).unwrap();
        std::fs::write(&path, "a\nc\n").unwrap();
        assert!(matches!(rewritten(&document, &[]), Err(DocumentError::Changed { .. })));
    }

    proptest::proptest! {
        #[test]
        fn lines_that_stay_as_they_are_change_nothing(
            text in "(a|b|é|\r\n|\n|\r){1,30}",
            start in 0_usize..30,
            height in 1_usize..4,
        ) {
            let all = lines(&text);
            let first = start % all.len();
            let same = &all[first..(first + height).min(all.len())];
            let texts: Vec<&str> = same.iter().map(|(line, _)| &text[line.clone()]).collect();
            let ends = same.iter().map(|(_, end)| &text[end.clone()]);
            let are_alike = ends.collect::<std::collections::BTreeSet<_>>().len() == 1;
            let written = changed(&text, &[line(first + 1, same.len(), &texts)]);
            proptest::prop_assume!(are_alike);
            proptest::prop_assert_eq!(written, text);
        }
    }
}
