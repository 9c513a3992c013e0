//! From bytes to text: byte order marks, UTF-16 with and without one, and text in old encodings.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use super::Note;

/// Bytes from the start of a file that are looked at to tell what it is.
const SAMPLE: usize = 64 << 10;

/// Decoded text and how it was come by.
pub(super) struct Decoded {
    pub text: String,
    pub encoding: &'static str,
    pub note: Option<Note>,
}

/// Decodes the bytes of a file, or says what shows that they are no text.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, String> {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return decode_bytes(rest);
    }
    match utf_16_of(bytes) {
        Some((encoding, rest)) => decode_utf_16(encoding, rest),
        None => decode_bytes(bytes),
    }
}

/// The UTF-16 encoding of a file and its bytes after the byte order mark, if it has one. Without a
/// mark, text is recognised by the NUL that stands in every other byte of it.
fn utf_16_of(bytes: &[u8]) -> Option<(&'static Encoding, &[u8])> {
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return Some((UTF_16LE, rest));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return Some((UTF_16BE, rest));
    }
    let pairs = || bytes[..bytes.len().min(SAMPLE)].chunks_exact(2);
    let count = pairs().len();
    let first = pairs().filter(|pair| pair[0] == 0).count();
    let second = pairs().filter(|pair| pair[1] == 0).count();
    match () {
        () if count < 2 => None,
        () if second * 10 >= count * 4 && first * 20 <= count => Some((UTF_16LE, bytes)),
        () if first * 10 >= count * 4 && second * 20 <= count => Some((UTF_16BE, bytes)),
        () => None,
    }
}

fn decode_utf_16(encoding: &'static Encoding, bytes: &[u8]) -> Result<Decoded, String> {
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    if let Some(at) = text.find('\0') {
        return Err(nul_sign(text.as_bytes(), at));
    }
    let note = damaged.then(|| Note {
        line: text.find('\u{FFFD}').map_or(1, |at| line_at(text.as_bytes(), at)),
        message: format!("is {} with damaged characters, which were replaced", encoding.name()),
    });
    Ok(Decoded { text: text.into_owned(), encoding: encoding.name(), note })
}

/// Decodes bytes that are not UTF-16.
fn decode_bytes(bytes: &[u8]) -> Result<Decoded, String> {
    if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
        return Err(nul_sign(bytes, at));
    }
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    if sample.iter().filter(|&&byte| is_control(byte)).count() * 20 > sample.len() {
        return Err("many control characters".to_owned());
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Decoded { text: text.to_owned(), encoding: "UTF-8", note: None }),
        Err(error) => Ok(decode_damaged(bytes, line_at(bytes, error.valid_up_to()))),
    }
}

/// Control characters that text has no use for; the escape character starts colours in recorded
/// terminal output.
fn is_control(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B)) || byte == 0x7F
}

fn nul_sign(bytes: &[u8], at: usize) -> String {
    format!("a NUL byte in line {}", line_at(bytes, at))
}

/// Decodes bytes that are no valid UTF-8. Where most of what is not ASCII is valid UTF-8, a few
/// bytes are damaged and the rest is better kept as it is; otherwise the encoding is guessed.
fn decode_damaged(bytes: &[u8], line: usize) -> Decoded {
    let (mut valid, mut invalid) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    if valid > 4 * invalid {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let message = format!("is UTF-8 with {invalid} damaged places, which were replaced");
        return Decoded { text, encoding: "UTF-8", note: Some(Note { line, message }) };
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let message = format!("is not UTF-8 from this line on and was read as {}", encoding.name());
    Decoded { text: text.into_owned(), encoding: encoding.name(), note: Some(Note { line, message }) }
}

/// Line (1-based) of a byte, whatever the lines end with.
fn line_at(bytes: &[u8], at: usize) -> usize {
    let before = &bytes[..at];
    let newlines = before.iter().filter(|&&byte| byte == b'\n').count();
    let lone_returns = before.windows(2).filter(|pair| pair[0] == b'\r' && pair[1] != b'\n').count();
    1 + newlines + lone_returns + usize::from(before.ends_with(b"\r") && bytes[at] != b'\n')
}

/// The text with every line ending with `\n` alone.
pub(super) fn normalise_newlines(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}
