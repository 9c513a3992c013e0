//! Corrections in the text of a document: those that do not touch the same lines, and where a line
//! stands afterwards.

use super::{Correction, FixedDocument};
use crate::document::{Document, NewLines};

/// Takes the corrections that keep apart from each other, in the order of their lines; the others
/// are left.
pub fn keep_apart(fixed: &mut FixedDocument, mut corrections: Vec<Correction>) {
    corrections.sort_by_key(|correction| correction.change.line);
    let mut free = 1;
    for correction in corrections {
        if correction.change.line < free {
            fixed.leave(&correction, "another correction changes the same lines");
        } else {
            free = correction.change.line + correction.change.height();
            fixed.corrections.push(correction);
        }
    }
    fixed.left.sort_by_key(|left| left.line);
}

/// The text of a document with corrections.
pub fn corrected(document: &Document, corrections: &[Correction]) -> String {
    let mut text = String::with_capacity(document.text.len());
    let mut line = 1;
    for Correction { change, .. } in corrections {
        text.push_str(&document.text[document.line_start(line)..document.line_start(change.line)]);
        line = change.line + change.height();
        text.push_str(&change.new);
        // The last line may have no end.
        if document.line_start(line) < document.text.len() || document.text.ends_with('\n') {
            text.push('\n');
        }
    }
    text.push_str(&document.text[document.line_start(line)..]);
    text
}

/// The corrections as lines to write.
pub fn new_lines(corrections: &[Correction]) -> Vec<NewLines> {
    let lines = |Correction { change, .. }: &Correction| NewLines {
        line: change.line,
        height: change.height(),
        lines: change.new.split('\n').map(str::to_owned).collect(),
    };
    corrections.iter().map(lines).collect()
}

/// The line on which a line of the document stands after the corrections.
pub fn moved(line: usize, corrections: &[Correction]) -> usize {
    let above = corrections.iter().map(|correction| &correction.change);
    let above = above.filter(|change| change.line + change.height() <= line);
    above.fold(line, |line, change| line + change.new_height() - change.height())
}
