//! Text of documents and of examples as text of a page: nothing in it is read as markup, and what
//! cannot be seen is shown by its name.

use std::borrow::Cow;
use std::fmt::Write;

/// Text between tags or in an attribute in double quotes.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len() + 16);
    text.chars().for_each(|character| push(&mut written, character));
    Cow::Owned(written)
}

/// Text between tags. Characters that have no picture, steer the direction of the text or may not
/// stand in a page are shown by their number, each in an element of its own.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t')) {
        return escaped(text);
    }
    let mut written = String::with_capacity(text.len() + 64);
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let after = characters.peek().copied().unwrap_or(' ');
        if is_unseen(character) || (is_joiner(character) && (before.is_ascii() || after.is_ascii())) {
            let _ = write!(written, "<i class=u>U+{:04X}</i>", u32::from(character));
        } else {
            push(&mut written, character);
        }
        before = character;
    }
    Cow::Owned(written)
}

/// Text as the value of an attribute: characters that may not stand there become spaces.
pub(super) fn attribute(text: &str) -> String {
    let plain: String = text.chars().map(|c| if is_unseen(c) { ' ' } else { c }).collect();
    escaped(&plain).into_owned()
}

/// Text as a name within the page, for `id` and `href="#…"` alike: everything that an address
/// would write in another way is written as bytes in hexadecimal (`%20`).
pub(super) fn anchor(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b':' | b'-' | b'~' => {
                written.push(char::from(byte));
            }
            _ => {
                let _ = write!(written, "%{byte:02X}");
            }
        }
    }
    written
}

fn push(written: &mut String, character: char) {
    match character {
        '&' => written.push_str("&amp;"),
        '<' => written.push_str("&lt;"),
        '>' => written.push_str("&gt;"),
        '"' => written.push_str("&quot;"),
        '\'' => written.push_str("&#39;"),
        _ => written.push(character),
    }
}

/// Whether a character has no picture of its own, or changes how others are shown.
fn is_unseen(character: char) -> bool {
    let code = u32::from(character);
    (character.is_control() && !matches!(character, '\n' | '\t'))
        || matches!(
            character,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'
        )
        // Numbers that never become characters; no page may hold them.
        || matches!(code, 0xFDD0..=0xFDEF)
        || code & 0xFFFE == 0xFFFE
}

/// Whether a character joins its neighbours or keeps them apart, as scripts and emoji need it. Among
/// ASCII it only hides a difference.
fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200C}' | '\u{200D}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_stays_text() {
        assert_eq!(shown("</script><!-- & \"'"), "&lt;/script&gt;&lt;!-- &amp; &quot;&#39;");
        assert_eq!(shown("plain\ttext\n"), "plain\ttext\n");
        assert_eq!(attribute("a\u{0}\"b"), "a &quot;b");
    }

    #[test]
    fn what_cannot_be_seen_is_named() {
        assert_eq!(shown("a\u{0}\u{202e}<"), "a<i class=u>U+0000</i><i class=u>U+202E</i>&lt;");
        assert_eq!(shown("a\u{200d}b"), "a<i class=u>U+200D</i>b");
        assert_eq!(shown("👩\u{200d}🚀 é 日本"), "👩\u{200d}🚀 é 日本");
        assert_eq!(shown("\r\u{ffff}"), "<i class=u>U+000D</i><i class=u>U+FFFF</i>");
    }

    #[test]
    fn names_are_the_same_in_an_address() {
        assert_eq!(anchor("doc/my guide.md:3"), "doc/my%20guide.md:3");
        assert_eq!(anchor("guide/lists#2"), "guide/lists%232");
        assert_eq!(anchor("é%"), "%C3%A9%25");
    }
}
