//! How a line of an example stands in its document: what is around it there, and the same with
//! other text in its place.

use crate::document::{Document, Format};

/// What stands around a text on a line of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    before: String,
    after: String,
    string: Option<StringOfJson>,
}

/// A string of a notebook that takes a whole line.
#[derive(Clone, Debug, PartialEq, Eq)]
struct StringOfJson {
    indent: String,
    /// Whether the string ends with a newline.
    newline: bool,
    /// What stands behind its closing quote.
    end: String,
}

impl Frame {
    /// The frame of a text on a line (1-based), if it stands there letter by letter and in one place.
    pub fn of(document: &Document, line: usize, text: &str) -> Option<Frame> {
        let shown = document.line(line);
        if document.format != Format::Notebook {
            return around(shown, text).map(|(before, after)| Frame { before, after, string: None });
        }
        let indent = &shown[..shown.len() - shown.trim_start().len()];
        let literal = shown.trim().trim_end_matches(',');
        let end = &shown[indent.len() + literal.len()..];
        let decoded: String = serde_json::from_str(literal).ok()?;
        let content = decoded.strip_suffix('\n').unwrap_or(&decoded);
        let (before, after) = around(content, text)?;
        let newline = decoded.len() != content.len();
        let string = StringOfJson { indent: indent.to_owned(), newline, end: end.to_owned() };
        let frame = Frame { before, after, string: Some(string) };
        // Another way of escaping would show as a change that nobody asked for.
        (frame.around(text) == shown).then_some(frame)
    }

    /// The line with this text in the frame.
    pub fn around(&self, text: &str) -> String {
        let line = format!("{}{text}{}", self.before, self.after);
        match &self.string {
            None if text.is_empty() => line.trim_end().to_owned(),
            None => line,
            Some(string) => {
                let newline = if string.newline { "\n" } else { "" };
                let literal = serde_json::Value::from(format!("{line}{newline}"));
                format!("{}{literal}{}", string.indent, string.end)
            }
        }
    }

    /// The frame of a further line below: what stands behind the text belongs to this line alone.
    pub fn below(&self) -> Option<Frame> {
        // A line more in a notebook is an item more in a list.
        self.string.is_none().then(|| Frame { after: String::new(), ..self.clone() })
    }

    /// Whether only white space and marks of quotation stand before the text.
    pub fn is_margin(&self) -> bool {
        self.before.chars().all(|c| c.is_whitespace() || matches!(c, '>' | '|' | '#' | '*'))
    }
}

/// What stands before and behind a text: its only place, or the end of the line.
fn around(line: &str, text: &str) -> Option<(String, String)> {
    let split = |at: usize| (line[..at].to_owned(), line[at + text.len()..].to_owned());
    if text.is_empty() {
        return Some((line.to_owned(), String::new()));
    }
    let mut places = line.match_indices(text);
    match (places.next(), places.next()) {
        (Some((at, _)), None) => Some(split(at)),
        _ => line.strip_suffix(text).map(|before| split(before.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(format: Format, line: &str) -> Document {
        Document::from_text("a", format, line)
    }

    #[test]
    fn what_is_around_the_text_stays() {
        let quoted = document(Format::Markdown, "> >>> 1 + 1  ");
        assert_eq!(Frame::of(&quoted, 1, "1 + 1").unwrap().around("2 + 2"), "> >>> 2 + 2  ");
        assert_eq!(Frame::of(&quoted, 1, "1 + 2"), None);
        let twice = document(Format::Text, "3 is not 3");
        assert_eq!(Frame::of(&twice, 1, "3").unwrap().around("4"), "3 is not 4");
    }

    #[test]
    fn strings_of_a_notebook_are_written_as_they_were() {
        let line = "    \"x = \\\"é\\\"  # 1\\n\",";
        let notebook = document(Format::Notebook, line);
        let frame = Frame::of(&notebook, 1, "x = \"é\"  # 1").unwrap();
        assert_eq!(frame.around("y"), "    \"y\\n\",");
        assert_eq!(frame.below(), None);
        assert_eq!(Frame::of(&document(Format::Notebook, "\"\\u00e9\""), 1, "é"), None);
        assert_eq!(Frame::of(&document(Format::Notebook, "\"source\": \"x\""), 1, "x"), None);
    }
}
