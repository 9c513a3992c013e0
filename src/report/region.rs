//! The part of a document that is meant.

use std::ops::Range;

use crate::document::Document;

/// The bytes of a line of a document that hold a text: the last place, because in `x = 1  # 1` the
/// comment is meant; the line without blanks around it if the text is not there or empty.
pub(super) fn of_text(document: &Document, line: usize, text: &str) -> Range<usize> {
    let line = line.clamp(1, document.line_count());
    let (start, shown) = (document.line_start(line), document.line(line));
    if let Some(at) = shown.rfind(text).filter(|_| !text.is_empty()) {
        return start + at..start + at + text.len();
    }
    let indent = shown.len() - shown.trim_start().len();
    start + indent..start + shown.trim_end().len().max(indent)
}
