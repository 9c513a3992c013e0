//! Output that a document shows: in a block below an example, below a prompt, or stored in a notebook.

use super::frame::Frame;
use super::value::Refusal;
use crate::claim::{Claim, Kind, Origin};
use crate::document::{Document, Format};
use crate::run::Raised;
use crate::verdict::Change;

const NOT_FOUND: Refusal = "its text does not stand in the document letter by letter";
const MORE_LINES: Refusal = "a notebook would get more or fewer lines";

/// doctest's mark for a blank line.
const BLANK: &str = "<BLANKLINE>";

/// Output in a block, or below a prompt.
pub fn shown(
    document: &Document,
    claim: &Claim,
    actual: &str,
    raised: Option<&Raised>,
) -> Result<Change, Refusal> {
    let old: Vec<&str> = claim.claimed.lines().collect();
    let (first, new) = match raised {
        // Of a traceback only its last line says what was raised.
        Some(raised) => {
            let at = exception_line(&old).ok_or(NOT_FOUND)?;
            (at, shown_exception(old[at], raised))
        }
        None if claim.kind == Kind::Raises => return Err(NOT_FOUND),
        None => (0, actual.trim_end().to_owned()),
    };
    let new: Vec<&str> = new.lines().map(str::trim_end).collect();
    let marked = claim.origin == Origin::Doctest || old.iter().any(|line| line.trim() == BLANK);
    let new = new.into_iter().map(|line| if marked && line.is_empty() { BLANK } else { line }).collect();
    replaced(document, claim.line + first, &old[first..], new)
}

/// The line of a traceback that says what was raised.
fn exception_line(lines: &[&str]) -> Option<usize> {
    let head = lines.iter().position(|line| line.trim_start().starts_with("Traceback ("))?;
    let is_exception =
        |line: &&str| !line.starts_with([' ', '\t']) && !line.trim().is_empty() && line.trim() != "...";
    lines[head + 1..].iter().position(is_exception).map(|at| head + 1 + at)
}

/// An exception as a traceback ends with it; a message that the document leaves out is left out.
fn shown_exception(old: &str, raised: &Raised) -> String {
    let name = if raised.qualified.starts_with("__main__.") || raised.qualified.is_empty() {
        &raised.type_name
    } else {
        &raised.qualified
    };
    if raised.message.is_empty() || !old.contains(':') {
        return name.clone();
    }
    format!("{name}: {}", raised.message)
}

/// The value or text that a notebook stores.
pub fn stored(document: &Document, claim: &Claim, actual: &str) -> Result<Change, Refusal> {
    if claim.kind == Kind::Raises {
        return Err("a notebook stores the whole traceback; run it again instead");
    }
    let old: Vec<&str> = claim.claimed.lines().collect();
    replaced(document, claim.line, &old, actual.trim_end().lines().collect())
}

/// Other lines in the place of those that stand from a document line on.
fn replaced(document: &Document, line: usize, old: &[&str], new: Vec<&str>) -> Result<Change, Refusal> {
    let frame_at = |(at, text): (usize, &&str)| Frame::of(document, line + at, text);
    let frames: Vec<Frame> = old.iter().enumerate().map(frame_at).collect::<Option<_>>().ok_or(NOT_FOUND)?;
    let first = frames.first().ok_or(NOT_FOUND)?;
    if document.format == Format::Notebook && new.len() != old.len() {
        return Err(MORE_LINES);
    }
    if new.len() > 1 && !first.is_margin() {
        return Err("the output has several lines, and its line in the document has words, too");
    }
    let mut lines = Vec::new();
    for (index, text) in new.into_iter().enumerate() {
        let old_line = old.get(index).filter(|old| **old == text);
        lines.push(match (old_line, frames.get(index)) {
            (Some(_), _) => document.line(line + index).to_owned(),
            (None, Some(frame)) if document.format == Format::Notebook => frame.around(text),
            (None, _) if index == 0 => first.around(text),
            (None, _) => first.below().ok_or(MORE_LINES)?.around(text),
        });
    }
    let old = (line..line + old.len()).map(|line| document.line(line)).collect::<Vec<_>>();
    Ok(Change { line, old: old.join("\n"), new: lines.join("\n") })
}
