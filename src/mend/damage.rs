//! Mends code that was damaged on its way into the document, so that it runs as it was meant.
//!
//! Word processors and web pages turn spaces into no-break spaces and straight quotes into curly
//! ones, and add characters without a width; Python refuses all of them in code. Code that is valid
//! as it stands is never touched, and neither is code whose document says that it is refused.
//! Indentation that is lost is not guessed.

use super::changes::changes;
use crate::document::{Document, Note, repaired};
use crate::example::Example;
use crate::python;
use crate::verdict::Mend;

/// Gives code with its damaged characters mended; its lines stay the same.
type Mending = fn(&str) -> String;

/// What the ways of mending do, the mildest first.
const WAYS: [(&str, Mending); 3] = [
    ("no-break spaces as spaces and without invisible characters", spaced),
    ("text that was read in a wrong encoding as it was meant", reread),
    ("curly quotes as straight ones, and plain spaces", requoted),
];

/// Mends an example that Python refuses, in the mildest way that makes it valid, and says so on the
/// example. Returns the note for its document and the mend, or `None` if nothing was changed.
pub fn mend(document: &Document, example: &mut Example) -> Option<(Note, Mend)> {
    if example.code.is_ascii() || is_meant_to_fail(example) || python::parse_valid(&example.code).is_some() {
        return None;
    }
    let (what, way) = WAYS.into_iter().find(|(_, way)| python::parse_valid(&way(&example.code)).is_some())?;
    let code = way(&example.code);
    let mend = Mend {
        rule: "damaged-characters",
        sentence: "the code holds characters that Python refuses".to_owned(),
        changes: changes(document, example, &code, &[]),
        proof: format!("it was run with {what}"),
    };
    example.code = code;
    for input in example.session.iter_mut().flatten() {
        input.source = way(&input.source);
    }
    example.notes.push(format!("run with {what}: Python refuses it as it stands"));
    let message = format!("the example {} was run with {what}: Python refuses it as it stands", example.id);
    Some((Note { line: example.start_line, message }, mend))
}

/// Whether the document shows that Python refuses the code.
pub fn is_meant_to_fail(example: &Example) -> bool {
    let outputs = example.output.iter().map(|output| &*output.text);
    let expected = example.session.iter().flatten().filter_map(|input| input.expected.as_ref());
    [&*example.code, &*example.sentence]
        .into_iter()
        .chain(outputs)
        .chain(expected.map(|(_, text)| &**text))
        .any(|text| text.contains("SyntaxError") || text.contains("invalid "))
}

fn spaced(code: &str) -> String {
    code.chars()
        .filter(|character| {
            !matches!(character, '\u{AD}' | '\u{200B}' | '\u{200C}' | '\u{2060}' | '\u{FEFF}')
        })
        .map(
            |character| if matches!(character, '\u{A0}' | '\u{2007}' | '\u{202F}') { ' ' } else { character },
        )
        .collect()
}

/// Rereads before it looks for spaces: a misread run may hold one.
fn reread(code: &str) -> String {
    spaced(&repaired(code))
}

fn requoted(code: &str) -> String {
    reread(code)
        .chars()
        .map(|character| match character {
            '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{2032}' => '\'',
            '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{2033}' => '"',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;
    use crate::example;

    /// The code of the one example of a document after mending, and how many notes that gave.
    fn mended(body: &str) -> (String, usize) {
        let text = format!("```python\n{body}\n```\n");
        let document = Document::from_text("guide.md", Format::Markdown, &text);
        let mut example = example::extract(&document).examples.remove(0);
        let mend = mend(&document, &mut example);
        let changed = mend.as_ref().map_or(0, |(_, mend)| mend.changes.len());
        assert_eq!(changed, example.notes.len());
        (example.code, example.notes.len())
    }

    #[test]
    fn mends_spaces_quotes_and_invisible_characters() {
        for (damaged, meant) in [
            ("if x:\n\u{A0}\u{A0}\u{A0} y = 1", "if x:\n    y = 1\n"),
            ("x\u{200B} = 1", "x = 1\n"),
            ("print(\u{201C}hello\u{201D})", "print(\"hello\")\n"),
            ("print(\u{2018}hello\u{2019})", "print('hello')\n"),
            ("print(\u{E2}\u{20AC}\u{153}hello\u{E2}\u{20AC}\u{153})", "print(\"hello\")\n"),
        ] {
            assert_eq!(mended(damaged), (meant.to_owned(), 1), "{damaged}");
        }
    }

    #[test]
    fn mends_a_session_and_its_inputs_alike() {
        let text = ">>> x\u{A0}= 2\n>>> x + 1\n3\n";
        let document = Document::from_text("guide.txt", Format::Text, text);
        let mut example = example::extract(&document).examples.remove(0);
        assert!(mend(&document, &mut example).is_some());
        assert_eq!(example.code, "x = 2\nx + 1\n");
        assert_eq!(example.session.unwrap()[0].source.trim_end(), "x = 2");
    }

    #[test]
    fn leaves_valid_code_alone() {
        for body in ["s = \"it\u{2019}s\u{A0}late\"", "x = 1  # \u{201C}one\u{201D}", "if x:\ny = 1"] {
            assert_eq!(mended(body), (format!("{body}\n"), 0));
        }
    }

    #[test]
    fn leaves_code_alone_that_is_shown_to_be_refused() {
        let body = "print(\u{201C}hello\u{201D})  # SyntaxError";
        assert_eq!(mended(body), (format!("{body}\n"), 0));
    }
}
