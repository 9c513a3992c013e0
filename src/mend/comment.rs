//! A value in a comment: behind code, or on the lines below it.
//!
//! A place in a comment is taken only if the comment, with the new text there, is read as a claim of
//! exactly that text with the same remark, and only if no other place would do as well.

use ruff_python_ast::token::TokenKind;
use ruff_text_size::Ranged;

use super::dialect::spellings;
use super::frame::Frame;
use super::value::Refusal;
use crate::claim::comment::{Meaning, read};
use crate::claim::{Claim, Expected};
use crate::document::Document;
use crate::example::{Example, split_comment};
use crate::python;
use crate::run::Raised;
use crate::verdict::Change;

const NOT_FOUND: Refusal = "its text does not stand in the document letter by letter";
const AMBIGUOUS: Refusal = "the new text would be read otherwise there, or could stand in two places";
const SEVERAL_LINES: Refusal = "what is printed has several lines, and the comment has one";

/// A claim in a comment behind code.
pub fn behind(
    document: &Document,
    example: &Example,
    claim: &Claim,
    spellings: &[String],
) -> Result<Change, Refusal> {
    let (index, code) = code_line(example, claim.line).ok_or(NOT_FOUND)?;
    let at = comment_start(example, index, code).ok_or(NOT_FOUND)?;
    let frame = Frame::of(document, claim.line, code).ok_or(NOT_FOUND)?;
    let comment = rewritten(&code[at..], claim, spellings)?;
    Ok(Change {
        line: claim.line,
        old: document.line(claim.line).to_owned(),
        new: frame.around(&format!("{}{comment}", &code[..at])),
    })
}

/// The line of the code on a document line, and its number from 0.
fn code_line(example: &Example, line: usize) -> Option<(usize, &str)> {
    let index = example.lines.iter().position(|&at| at == line)?;
    Some((index, example.code.split('\n').nth(index)?))
}

/// The byte of a line of code at which its comment begins.
fn comment_start(example: &Example, index: usize, code: &str) -> Option<usize> {
    if example.session.is_some() {
        let (_, comment) = split_comment(code);
        return comment.map(|comment| code.len() - comment.len());
    }
    let start: usize = example.code.split_inclusive('\n').take(index).map(str::len).sum();
    let parsed = python::parse(&example.code);
    let mut comments = parsed.tokens().iter().filter(|token| token.kind() == TokenKind::Comment);
    let found = comments.find(|token| (start..start + code.len()).contains(&token.start().to_usize()))?;
    Some(found.start().to_usize() - start)
}

/// A comment with the first of the spellings that has exactly one place in it.
fn rewritten(comment: &str, claim: &Claim, spellings: &[String]) -> Result<String, Refusal> {
    let old = reading(comment).ok_or(NOT_FOUND)?;
    let mut refusal = if comment.contains(&claim.claimed) { AMBIGUOUS } else { NOT_FOUND };
    for written in spellings {
        if written.contains('\n') {
            refusal = SEVERAL_LINES;
            continue;
        }
        let places = comment.match_indices(&claim.claimed).map(|(at, _)| {
            let behind = &comment[at + claim.claimed.len()..];
            format!("{}{written}{}", &comment[..at], realigned(behind, &claim.claimed, written))
        });
        let wanted = (old.0, written.clone(), old.2.clone());
        let mut fitting: Vec<String> = places.filter(|new| reading(new).as_ref() == Some(&wanted)).collect();
        match fitting.len() {
            0 => {}
            1 => return Ok(fitting.remove(0)),
            _ => refusal = AMBIGUOUS,
        }
    }
    Err(refusal)
}

/// What a comment claims: of what, the text, and the remark on it.
fn reading(comment: &str) -> Option<(Option<crate::claim::Kind>, String, Option<String>)> {
    match read(comment) {
        Meaning::Claim(reading) => Some((Some(reading.kind), reading.claimed, reading.remark)),
        Meaning::Words(words) => Some((None, words, None)),
        _ => None,
    }
}

/// A remark that is set apart by more blanks than it needs stays in its column.
fn realigned(behind: &str, claimed: &str, written: &str) -> String {
    const LEAST: usize = 2;
    let remark = behind.trim_start_matches(' ');
    let blanks = behind.len() - remark.len();
    if blanks <= LEAST || remark.is_empty() {
        return behind.to_owned();
    }
    let column = claimed.chars().count() + blanks;
    let blanks = column.saturating_sub(written.chars().count()).max(LEAST);
    format!("{}{remark}", " ".repeat(blanks))
}

/// A claim in the comment lines below a statement.
pub fn below(
    document: &Document,
    example: &Example,
    claim: &Claim,
    actual: &str,
    raised: Option<&Raised>,
) -> Result<Change, Refusal> {
    let claimed = meant(claim, actual)?;
    let actual = actual.trim_end();
    if !claimed.contains('\n') {
        let claim = Claim { claimed: claimed.to_owned(), ..claim.clone() };
        let single = behind(document, example, &claim, &spellings(&claim, claimed, actual, raised));
        if single != Err(SEVERAL_LINES) || claim.rule != INTRODUCED {
            return single;
        }
    }
    let (first, _) = code_line(example, claim.line).ok_or(NOT_FOUND)?;
    let codes: Vec<&str> = example.code.split('\n').skip(first).collect();
    let mut heads = Vec::new();
    for (index, text) in claimed.lines().enumerate() {
        let code = codes.get(index).map(|code| code.trim_end()).ok_or(NOT_FOUND)?;
        let head = code.strip_suffix(text.trim_end()).filter(|head| head.trim_start().starts_with('#'));
        heads.push((code, head.ok_or(NOT_FOUND)?));
    }
    let frames: Option<Vec<Frame>> =
        heads.iter().enumerate().map(|(at, (code, _))| Frame::of(document, claim.line + at, code)).collect();
    let frames = frames.ok_or(NOT_FOUND)?;
    // An introducer stands before the first line only.
    let (last, frame) = (heads[heads.len() - 1].1, &frames[frames.len() - 1]);
    let mut lines = Vec::new();
    for (index, text) in actual.lines().map(str::trim_end).enumerate() {
        let head = heads.get(index).map_or(last, |(_, head)| head);
        let head = if text.is_empty() { head.trim_end().to_owned() } else { spaced(head) };
        let frame =
            frames.get(index).cloned().or_else(|| frame.below()).ok_or("a notebook would get more lines")?;
        lines.push(frame.around(&format!("{head}{text}")));
    }
    let old = (claim.line..claim.line + heads.len()).map(|line| document.line(line)).collect::<Vec<_>>();
    Ok(Change { line: claim.line, old: old.join("\n"), new: lines.join("\n") })
}

/// What stands before the text of a comment line; a line that was blank has no blank behind its mark.
fn spaced(head: &str) -> String {
    if head.ends_with(['#', '>']) { format!("{head} ") } else { head.to_owned() }
}

/// Rule name of comment lines below an introducer that stands alone.
const INTRODUCED: &str = "the comment lines below an introducer";

/// Of several readings of comment lines the one that has as many lines as were printed.
fn meant<'a>(claim: &'a Claim, actual: &str) -> Result<&'a str, Refusal> {
    let readings: &[String] = match &claim.expected {
        Expected::Text(readings) => readings,
        _ => &[],
    };
    let is_open = readings.iter().any(|reading| reading.contains('\n'));
    let height = actual.trim_end().lines().count();
    match readings.iter().find(|reading| reading.lines().count() == height) {
        Some(reading) if is_open => Ok(reading),
        None if is_open && claim.rule != INTRODUCED => {
            Err("it cannot be told how many of the comment lines are meant")
        }
        _ => Ok(&claim.claimed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::Kind;
    use crate::fixture;

    fn written(comment: &str, claimed: &str, new: &[&str]) -> Result<String, Refusal> {
        let claim = fixture::claim(1, Kind::Value, "x", claimed);
        let spellings: Vec<String> = new.iter().map(|new| (*new).to_owned()).collect();
        rewritten(comment, &claim, &spellings)
    }

    #[test]
    fn the_only_place_that_reads_back_is_taken() {
        for (comment, claimed, new, wanted) in [
            ("# 3", "3", "4", "# 4"),
            ("# => 3 (3 of them)", "3", "4", "# => 4 (3 of them)"),
            ("# Out[3]: 3", "3", "4", "# Out[3]: 4"),
            ("# ✅ True, as True as can be", "True", "False", "# ✅ False, as True as can be"),
            ("# returns [1, 2] — a list", "[1, 2]", "[2]", "# returns [2] — a list"),
            ("# 'a'     # really", "'a'", "'abc'", "# 'abc'   # really"),
            ("# raises KeyError", "KeyError", "IndexError", "# raises IndexError"),
        ] {
            assert_eq!(written(comment, claimed, &[new]).as_deref(), Ok(wanted), "{comment}");
        }
    }

    #[test]
    fn text_that_would_be_read_otherwise_is_refused() {
        assert_eq!(written("# 3", "3", &["<A object>, or so"]), Err(AMBIGUOUS));
        assert_eq!(written("# 3", "4", &["5"]), Err(NOT_FOUND));
        assert_eq!(written("# 3", "3", &["1\n2"]), Err(SEVERAL_LINES));
        assert_eq!(written("# \"a\"", "\"a\"", &["1\n2", "'b'"]).as_deref(), Ok("# 'b'"));
    }

    #[test]
    fn of_several_lines_as_many_are_meant_as_were_printed() {
        let mut claim = fixture::claim(1, Kind::Stdout, "x", "0");
        claim.expected = Expected::Text(vec!["0".into(), "0\n1".into(), "0\n1\n3".into()]);
        assert_eq!(meant(&claim, "5\n6\n"), Ok("0\n1"));
        assert!(meant(&claim, "1\n2\n3\n4\n").is_err());
        claim.expected = Expected::Text(vec!["0".into()]);
        assert_eq!(meant(&claim, "1\n2"), Ok("0"));
    }
}
