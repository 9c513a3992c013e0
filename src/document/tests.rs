use std::fs;

use proptest::prelude::*;

use super::*;

fn read_bytes(bytes: &[u8]) -> Result<Document, DocumentError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("guide.md");
    fs::write(&path, bytes).unwrap();
    read(&path)
}

fn utf_16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

#[test]
fn every_unicode_encoding_gives_the_same_text() {
    let text = "# Título\n\n```python\nx = 'ü'\n```\n";
    let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), "UTF-8"),
        (marked(b"\xEF\xBB\xBF", text.as_bytes().to_vec()), "UTF-8"),
        (marked(b"\xFF\xFE", utf_16(text, u16::to_le_bytes)), "UTF-16LE"),
        (marked(b"\xFE\xFF", utf_16(text, u16::to_be_bytes)), "UTF-16BE"),
        (utf_16(text, u16::to_le_bytes), "UTF-16LE"),
        (utf_16(text, u16::to_be_bytes), "UTF-16BE"),
    ] {
        let document = read_bytes(&bytes).unwrap();
        assert_eq!((document.text.as_str(), document.encoding), (text, encoding));
        assert_eq!(document.notes, []);
    }
}

#[test]
fn lines_end_with_a_newline_alone() {
    let document = read_bytes(b"a\r\nb\rc\nd").unwrap();
    assert_eq!(document.text, "a\nb\nc\nd");
    assert_eq!(document.line(2), "b");
    assert_eq!(document.line_count(), 4);
}

#[test]
fn the_hash_is_that_of_the_bytes() {
    let document = read_bytes(b"abc").unwrap();
    assert_eq!(document.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn old_encodings_are_read_with_a_note() {
    let document = read_bytes(b"plain\r\nna\xEFve caf\xE9, d\xE9j\xE0 vu\n").unwrap();
    assert_eq!(document.line(2), "naïve café, déjà vu");
    assert_eq!(document.encoding, "windows-1252");
    assert_eq!(document.notes[0].line, 2);
    assert!(document.notes[0].message.contains("windows-1252"), "{:?}", document.notes);
}

#[test]
fn a_damaged_byte_in_utf_8_leaves_the_rest_alone() {
    let mut bytes = "é è ü ö ä\n".as_bytes().to_vec();
    bytes.extend(b"bad \xFF byte\n");
    let document = read_bytes(&bytes).unwrap();
    assert_eq!(document.text, "é è ü ö ä\nbad \u{FFFD} byte\n");
    assert_eq!(document.notes[0].line, 2);
}

#[test]
fn binary_files_are_refused() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    assert!(read_bytes(png).unwrap_err().to_string().contains("is a binary file"));
    let noise: Vec<u8> = (1..=255).collect();
    assert!(read_bytes(&noise).unwrap_err().to_string().contains("control characters"));
}

#[test]
fn a_very_long_line_is_refused() {
    let mut bytes = b"short\n".to_vec();
    bytes.resize(MAX_LINE + 10, b'x');
    let message = read_bytes(&bytes).unwrap_err().to_string();
    assert!(message.contains("(line 2)"), "{message}");
}

#[test]
fn mojibake_is_noted_once_with_its_encoding() {
    for (text, encoding) in [
        ("fine\nit’s café\n", None),
        ("fine\nitâ€™s\nitâ€™s\n", Some("Windows-1252")),
        ("fine\nit\u{e2}\u{80}\u{99}s\nx\u{c2}\u{80}\u{e2}\u{80}\u{99}\n", Some("Latin-1")),
        ("fine\nit‚Äôs\nand‚Äôs\n", Some("Mac Roman")),
        ("Grüße aus Köln, naïve œuvre, Ελληνικά, 日本語 🎉\n", None),
    ] {
        let notes = damage::notes(text);
        assert_eq!(notes.len(), usize::from(encoding.is_some()), "{text} {notes:?}");
        if let Some(encoding) = encoding {
            assert_eq!(notes[0].line, 2);
            assert!(notes[0].message.contains(encoding), "{notes:?}");
        }
    }
}

#[test]
fn invisible_characters_are_noted() {
    let notes = damage::notes("a\nb\u{A0}c\nd\u{200B}\n");
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0].line, 2);
    assert!(notes[0].message.contains("2 lines"), "{notes:?}");
}

#[test]
fn the_format_follows_extension_and_content() {
    let of = |path: &str, text: &str| Format::of(Path::new(path), text);
    assert_eq!(of("a.md", "plain"), Format::Markdown);
    assert_eq!(of("a.txt", "x = 1  # comment\n# comment\n"), Format::Text);
    assert_eq!(of("a.txt", "words\n```python\n"), Format::Markdown);
    assert_eq!(of("README", "## Heading\n"), Format::Markdown);
    assert_eq!(of("a.MD", ""), Format::Markdown);
}

#[test]
fn folders_are_walked_and_files_taken_as_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("deep/skipped")).unwrap();
    for name in ["b.md", "a.txt", "deep/c.markdown", "deep/skipped/d.md", ".hidden.md", "code.py", "out.md"] {
        fs::write(at(name), "text").unwrap();
    }
    fs::write(at(".gitignore"), "out.md\n").unwrap();
    std::os::unix::fs::symlink(folder.path(), at("deep/loop")).unwrap();
    let exclusions = Exclusions::new(folder.path(), &["deep/skipped/".to_owned()]).unwrap();
    let paths = [folder.path().to_owned(), at("b.md"), at("code.py"), at("deep/../b.md")];
    let found = walk(&paths, &exclusions).unwrap();
    let names: Vec<_> = found.iter().map(|path| shown(path.strip_prefix(folder.path()).unwrap())).collect();
    assert_eq!(names, ["a.txt", "b.md", "code.py", "deep/c.markdown"]);
}

#[test]
fn paths_without_documents_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let none = Exclusions::none();
    let error = walk(&[folder.path().to_owned()], &none).unwrap_err();
    assert!(error.is_nothing() && error.to_string().contains("*.md"), "{error}");
    let error = walk(&[folder.path().join("missing.md")], &none).unwrap_err();
    assert!(error.to_string().contains("missing.md` does not exist"), "{error}");
}

proptest! {
    #[test]
    fn lines_are_never_lost(text in "(\\PC|\n|\r|\r\n){0,80}") {
        let document = Document::from_text("a.md", Format::Text, &text);
        let mut joined: Vec<_> = (1..=document.line_count()).map(|number| document.line(number)).collect();
        if document.text.ends_with('\n') {
            joined.push("");
        }
        prop_assert_eq!(joined.join("\n"), document.text.clone());
        for (at, _) in document.text.char_indices() {
            let line = document.line_of(at);
            prop_assert!(document.line_start(line) <= at);
            prop_assert!(line == document.line_count() || at < document.line_start(line + 1));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(decoded) = decode::decode(&bytes) {
            damage::notes(&decode::normalise_newlines(decoded.text));
        }
    }

    #[test]
    fn non_ascii_bytes_are_read(bytes in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), 0x20u8..], 0..200)) {
        if let Ok(decoded) = decode::decode(&bytes) {
            let lines = 1 + decode::normalise_newlines(decoded.text).matches('\n').count();
            prop_assert!(decoded.note.is_none_or(|note| note.line <= lines));
        }
    }
}
