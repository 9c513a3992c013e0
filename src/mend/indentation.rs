//! Indentation that was lost, doubled or mixed.

use super::candidate::{Broken, Candidate, Failure, is_valid};

const RULE: &str = "indentation";

/// Columns of one step.
const STEP: usize = 4;

/// The code with its indentation put right in each way that Python accepts.
pub fn candidates(broken: &Broken) -> Vec<Candidate> {
    if !matches!(broken.failure, Failure::Syntax) {
        return Vec::new();
    }
    let code = broken.code;
    let ways = [
        ("tabs and blanks are mixed", with_tabs_as(code, 4)),
        ("tabs and blanks are mixed", with_tabs_as(code, 8)),
        ("the indentation of a line fits no line above", fitted(code)),
        ("the indentation below a colon was lost", indented(code, false)),
        ("the indentation below a colon was lost", indented(code, true)),
    ];
    let mut candidates: Vec<Candidate> = ways
        .into_iter()
        .filter(|(_, changed)| changed != code && is_valid(changed))
        .map(|(sentence, changed)| Candidate::of_code(RULE, sentence, changed))
        .collect();
    candidates.dedup_by(|next, kept| next.code == kept.code);
    candidates
}

fn with_tabs_as(code: &str, width: usize) -> String {
    let expanded = |line: &str| {
        let text = line.trim_start();
        let mut columns = 0;
        for c in line[..line.len() - text.len()].chars() {
            columns += if c == '\t' { width - columns % width } else { 1 };
        }
        format!("{}{text}\n", " ".repeat(columns))
    };
    code.lines().map(expanded).collect()
}

/// Each line in the nearest column that a line above allows: one deeper only below a colon.
fn fitted(code: &str) -> String {
    let mut levels: Vec<(usize, usize)> = Vec::new();
    let mut opens = true;
    let mut text = String::new();
    for line in code.lines() {
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with('#') {
            text.push_str(line);
            text.push('\n');
            continue;
        }
        let column = line.len() - line.trim_start().len();
        if levels.is_empty() {
            levels.push((column, 0));
        } else if opens && levels.last().is_some_and(|&(last, _)| column > last) {
            levels.push((column, levels.len() * STEP));
        } else {
            let near = (0..levels.len()).min_by_key(|&at| levels[at].0.abs_diff(column)).unwrap_or(0);
            levels.truncate(near + 1);
        }
        opens = is_header(bare);
        let indent = levels.last().map_or(0, |&(_, indent)| indent);
        text.push_str(&format!("{}{bare}\n", " ".repeat(indent)));
    }
    text
}

/// Lines below a colon one step deeper: the next one, or all up to a blank line or the next header.
fn indented(code: &str, all: bool) -> String {
    let mut text = String::new();
    let mut extra = 0;
    // The column of a header whose suite is not deeper than itself.
    let mut header: Option<usize> = None;
    for line in code.lines() {
        let bare = line.trim();
        let column = line.len() - line.trim_start().len();
        let is_below = header.is_some_and(|at| column <= at) && !bare.is_empty();
        let is_end = bare.is_empty() || (all && header.is_none() && is_header(bare));
        if is_end && header.is_none() {
            extra = 0;
        }
        if is_below {
            extra += STEP;
        }
        text.push_str(&" ".repeat(if bare.is_empty() { 0 } else { extra }));
        text.push_str(line);
        text.push('\n');
        if is_header(bare) {
            header = Some(column);
        } else if !bare.is_empty() {
            if !all && is_below {
                extra = 0;
            }
            header = None;
        }
    }
    text
}

/// Whether a line opens a suite on the lines below.
fn is_header(line: &str) -> bool {
    let (code, _) = crate::example::split_comment(line);
    code.trim_end().ends_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_take_the_column_that_fits() {
        assert_eq!(fitted("x = 1\n  y = 2\n"), "x = 1\ny = 2\n");
        assert_eq!(fitted("if x:\n    a\n   b\nc\n"), "if x:\n    a\n    b\nc\n");
        assert_eq!(with_tabs_as("if x:\n\ta\n    b\n", 4), "if x:\n    a\n    b\n");
    }

    #[test]
    fn lost_indentation_comes_back_in_two_ways() {
        let code = "for x in y:\nprint(x)\nz = 1\n";
        assert_eq!(indented(code, false), "for x in y:\n    print(x)\nz = 1\n");
        assert_eq!(indented(code, true), "for x in y:\n    print(x)\n    z = 1\n");
        assert_eq!(
            indented("def f(x):\nif x:\nreturn 1\n\nf(1)\n", false),
            "def f(x):\n    if x:\n        return 1\n\nf(1)\n"
        );
    }
}
