//! A proved mend as help: the changed lines as a small difference, and how it was proved.

use annotate_snippets::{Group, Level, Patch, Snippet};

use super::model::{Change, Mend};
use super::text::visible;
use crate::document::Document;
use crate::mend::TRUE_VALUE;

/// Changed lines that are shown; the report as JSON has all of them.
const MOST_CHANGES: usize = 6;

/// The group of a diagnostic that shows a mend, and how it was proved.
pub(super) fn help<'a>(document: &'a Document, mend: &'a Mend) -> Group<'a> {
    let mut proof = format!("proved: {}", mend.proof);
    proof.extend(not_shown(mend).map(|more| format!("\n{more}")));
    let title = Level::HELP.primary_title(visible(&mend.sentence));
    title.element(difference(document, mend)).element(Level::NOTE.no_name().message(proof))
}

/// The group of a diagnostic that shows the true value in the place of the false one.
pub(super) fn true_value<'a>(document: &'a Document, mend: &'a Mend) -> Group<'a> {
    let title = Level::HELP.primary_title("`truedoc fix` puts the true value there");
    let group = title.element(difference(document, mend));
    match not_shown(mend) {
        Some(more) => group.element(Level::NOTE.no_name().message(more)),
        None => group,
    }
}

/// The changed lines, as far as they are shown.
fn difference<'a>(document: &'a Document, mend: &'a Mend) -> Snippet<'a, Patch<'a>> {
    let shown = &mend.changes[..mend.changes.len().min(MOST_CHANGES)];
    let first = shown.first().map_or(1, |change| change.line);
    let last = shown.last().map_or(first, |change| change.line + change.height() - 1);
    let start = document.line_start(first);
    let source = &document.text[start..document.line_start(last) + document.line(last).len()];
    let patches = shown.iter().filter_map(|change| patch(document, change, start));
    Snippet::source(source).path(document.path.as_str()).line_start(first).fold(true).patches(patches)
}

fn not_shown(mend: &Mend) -> Option<String> {
    let more = mend.changes.len().checked_sub(MOST_CHANGES).filter(|&more| more > 0)?;
    Some(format!("and {more} more lines"))
}

/// The part of a line that changes; none where the document does not hold the line as it is told.
fn patch<'a>(document: &Document, change: &'a Change, start: usize) -> Option<Patch<'a>> {
    let at = document.line_start(change.line);
    if !document.text[at..].starts_with(&change.old) {
        return None;
    }
    let (old, new) = (change.old.as_str(), change.new.as_str());
    let mut suffix = common(old.chars().rev(), new.chars().rev());
    if new.len() - suffix > 0 && old.len() == suffix {
        return Some(Patch::new(at - start..at - start, &new[..new.len() - suffix]));
    }
    let prefix = common(old.chars(), new.chars());
    if prefix + suffix >= new.len() {
        // What only goes away would not be seen.
        return Some(Patch::new(at - start..at + old.len() - start, new));
    }
    suffix = suffix.min(old.len() - prefix).min(new.len() - prefix);
    while !(old.is_char_boundary(old.len() - suffix) && new.is_char_boundary(new.len() - suffix)) {
        suffix -= 1;
    }
    let range = at + prefix - start..at + old.len() - suffix - start;
    Some(Patch::new(range, &new[prefix..new.len() - suffix]))
}

/// Bytes of what two texts begin with in common.
fn common(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    one.zip(other).take_while(|(one, other)| one == other).map(|(one, _)| one.len_utf8()).sum()
}

/// A mend in a few words, for a line.
pub(super) fn in_short(mend: &Mend) -> String {
    if mend.rule == TRUE_VALUE { "truedoc fix".to_owned() } else { mend.sentence.clone() }
}
