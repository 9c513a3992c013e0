//! Damage that text may have suffered before it came to us: characters that were decoded in the
//! wrong encoding and saved again, and invisible characters that Python does not accept in code.

use std::borrow::Cow;
use std::sync::LazyLock;

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1252};

use super::Note;

/// Notes on the damage in a text, at most one of each sort.
pub(super) fn notes(text: &str) -> Vec<Note> {
    if text.is_ascii() {
        return Vec::new();
    }
    let mut mojibake = Vec::new();
    let mut invisible = Vec::new();
    for (index, line) in text.split('\n').enumerate().filter(|(_, line)| !line.is_ascii()) {
        mojibake.extend(misread_as(line).map(|encoding| (index + 1, encoding)));
        if line.contains(is_invisible) {
            invisible.push(index + 1);
        }
    }
    let mojibake = mojibake.first().map(|&(line, encoding)| Note {
        line,
        message: format!(
            "holds UTF-8 that was once read as {encoding} ({}); its code was run as it stands wherever Python accepts it",
            lines_counted(mojibake.len())
        ),
    });
    let invisible = invisible.first().map(|&line| Note {
        line,
        message: format!(
            "holds no-break spaces or invisible characters ({}), which Python refuses in code",
            lines_counted(invisible.len())
        ),
    });
    mojibake.into_iter().chain(invisible).collect()
}

/// A text with its misread runs as they were meant: for reading the words of a comment, and for code
/// that Python refuses as it stands. Code that is valid runs as it stands.
pub fn repaired(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut repaired = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|character: char| !character.is_ascii()) {
        let length = rest[start..].find(|character: char| character.is_ascii()).unwrap_or(rest.len() - start);
        let (before, run, after) = (&rest[..start], &rest[start..start + length], &rest[start + length..]);
        repaired.push_str(before);
        let meant = MISREADINGS.iter().find_map(|reading| reading.meant(run));
        repaired.push_str(meant.as_deref().unwrap_or(run));
        rest = after;
    }
    repaired.push_str(rest);
    Cow::Owned(repaired)
}

fn lines_counted(count: usize) -> String {
    if count == 1 { "1 line".to_owned() } else { format!("{count} lines") }
}

/// No-break and zero-width characters. The zero-width joiner is left out: emoji are made with it.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{A0}' | '\u{AD}' | '\u{200B}' | '\u{200C}' | '\u{202F}' | '\u{2060}' | '\u{FEFF}')
}

/// The encoding that a line was wrongly read in, if one of its runs of non-ASCII characters makes
/// sense as UTF-8 when it is encoded back.
fn misread_as(line: &str) -> Option<&'static str> {
    line.split(|character: char| character.is_ascii())
        .filter(|run| !run.is_empty())
        .find_map(|run| MISREADINGS.iter().find(|reading| reading.explains(run)).map(|reading| reading.name))
}

/// A single-byte encoding in which UTF-8 is often misread.
struct Misreading {
    name: &'static str,
    /// The characters of the bytes 0x80 to 0xFF, sorted.
    bytes: Vec<(char, u8)>,
}

static MISREADINGS: LazyLock<[Misreading; 3]> = LazyLock::new(|| {
    [
        Misreading::of("Windows-1252", WINDOWS_1252),
        Misreading {
            name: "Latin-1",
            bytes: (0x80..=0xFF).map(|byte: u8| (char::from(byte), byte)).collect(),
        },
        Misreading::of("Mac Roman", MACINTOSH),
    ]
});

impl Misreading {
    fn of(name: &'static str, encoding: &'static Encoding) -> Misreading {
        let character = |byte: u8| encoding.decode_without_bom_handling(&[byte]).0.chars().next();
        let mut bytes: Vec<_> =
            (0x80..=0xFF).filter_map(|byte| character(byte).map(|character| (character, byte))).collect();
        bytes.sort_unstable();
        Misreading { name, bytes }
    }

    /// Whether a run is UTF-8 when encoded back, with characters that documents have.
    fn explains(&self, run: &str) -> bool {
        self.meant(run).is_some()
    }

    /// What a run was before it was misread.
    fn meant(&self, run: &str) -> Option<String> {
        let encoded: Option<Vec<u8>> = run
            .chars()
            .map(|character| {
                let found = self.bytes.binary_search_by_key(&character, |&(known, _)| known).ok()?;
                Some(self.bytes[found].1)
            })
            .collect();
        String::from_utf8(encoded?).ok().filter(|text| text.chars().all(is_usual))
    }
}

/// Characters that documents have. It keeps two accented letters that happen to be the bytes of
/// something rare from being taken for damage.
fn is_usual(character: char) -> bool {
    matches!(u32::from(character), 0xA0..=0x17F | 0x370..=0x4FF | 0x2000..=0x2BFF | 0x3000..=0x9FFF
        | 0xAC00..=0xD7A3 | 0xFE00..=0xFE0F | 0xFEFF | 0x1F000..=0x1FAFF)
}
