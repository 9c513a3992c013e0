//! Where a statement of unfenced code ends: logical lines (brackets, strings, backslashes) and the
//! indented suites below them, found without parsing, on any text.

/// How many lines one logical line may span; a bracket in prose that never closes must not make
/// the search quadratic.
const LONGEST_LOGICAL_LINE: usize = 200;

/// How many decorators a definition may have; a text of nothing but `@` lines must not make the
/// search quadratic either.
const MOST_DECORATORS: usize = 50;

/// A logical line: its last physical line and whether it opens a suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Logical {
    /// Index of its last physical line.
    pub last: usize,
    /// Whether its last character, comments aside, is a colon.
    pub opens_suite: bool,
}

/// Columns of white space at the start of a line; a tab reaches to the next multiple of eight.
pub fn indent(line: &str) -> usize {
    let mut column = 0;
    for byte in line.bytes() {
        match byte {
            b' ' => column += 1,
            b'\t' => column = (column / 8 + 1) * 8,
            _ => break,
        }
    }
    column
}

/// Whether a line holds a comment and nothing else.
pub fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// The logical line that begins at `first`, or none if a string or bracket stays open.
pub fn logical_line(lines: &[&str], first: usize) -> Option<Logical> {
    let mut scanner = Scanner::default();
    for (index, line) in lines.iter().enumerate().skip(first).take(LONGEST_LOGICAL_LINE) {
        scanner.line(line)?;
        if scanner.complete() {
            return Some(Logical { last: index, opens_suite: scanner.last == Some(b':') });
        }
    }
    None
}

/// Index of the last line of the statement that begins at `first`: decorators, suite and clauses
/// (`elif`, `except`, …) included, trailing blank lines and comments excluded.
pub fn statement_end(lines: &[&str], first: usize) -> Option<usize> {
    let base = indent(lines[first]);
    let mut head = first;
    let mut logical = logical_line(lines, head)?;
    let mut decorators = 0;
    while lines[head].trim_start().starts_with('@') {
        decorators += 1;
        if decorators > MOST_DECORATORS {
            return None;
        }
        head = next_code(lines, logical.last + 1).filter(|&next| indent(lines[next]) == base)?;
        logical = logical_line(lines, head)?;
    }
    let mut end = suite_end(lines, logical, base);
    if !logical.opens_suite && !starts_with_word(lines[head], &["if", "for", "while", "try", "async"]) {
        return Some(end);
    }
    while let Some(next) = next_code(lines, end + 1) {
        let is_clause = starts_with_word(lines[next], &["elif", "else", "except", "finally"]);
        if indent(lines[next]) != base || !is_clause {
            break;
        }
        let Some(clause) = logical_line(lines, next) else { break };
        if !clause.opens_suite && !lines[next].contains(':') {
            break;
        }
        end = suite_end(lines, clause, base);
    }
    Some(end)
}

/// Last line of the suite below a logical line, or the logical line's own end without one.
fn suite_end(lines: &[&str], head: Logical, base: usize) -> usize {
    let mut end = head.last;
    if !head.opens_suite {
        return end;
    }
    let mut index = head.last + 1;
    while index < lines.len() {
        let line = lines[index];
        if line.trim().is_empty() || (is_comment(line) && indent(line) <= base) {
            index += 1;
            continue;
        }
        if indent(line) <= base {
            break;
        }
        end = logical_line(lines, index).map_or(index, |logical| logical.last);
        index = end + 1;
    }
    end
}

/// The next line that is neither blank nor a comment.
fn next_code(lines: &[&str], from: usize) -> Option<usize> {
    (from..lines.len()).find(|&index| !lines[index].trim().is_empty() && !is_comment(lines[index]))
}

fn starts_with_word(line: &str, words: &[&str]) -> bool {
    let line = line.trim_start();
    words.iter().any(|word| {
        line.strip_prefix(word)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

/// Follows strings, brackets and backslashes over physical lines.
#[derive(Default)]
struct Scanner {
    depth: usize,
    triple: Option<u8>,
    continued: bool,
    last: Option<u8>,
}

impl Scanner {
    fn complete(&self) -> bool {
        self.depth == 0 && self.triple.is_none() && !self.continued
    }

    /// Reads one line; none if it cannot be part of a Python statement.
    fn line(&mut self, line: &str) -> Option<()> {
        let bytes = line.as_bytes();
        let mut at = 0;
        self.continued = false;
        while at < bytes.len() {
            if let Some(quote) = self.triple {
                at = self.inside_triple(bytes, at, quote);
                continue;
            }
            let byte = bytes[at];
            match byte {
                b'#' => break,
                b'"' | b'\'' => {
                    at = self.open_string(bytes, at, byte)?;
                    continue;
                }
                b'(' | b'[' | b'{' => self.depth += 1,
                b')' | b']' | b'}' => self.depth = self.depth.checked_sub(1)?,
                b'\\' if bytes[at + 1..].iter().all(u8::is_ascii_whitespace) => {
                    self.continued = true;
                    break;
                }
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                self.last = Some(byte);
            }
            at += 1;
        }
        Some(())
    }

    fn inside_triple(&mut self, bytes: &[u8], at: usize, quote: u8) -> usize {
        match bytes[at] {
            b'\\' => at + 2,
            _ if bytes[at..].starts_with(&[quote; 3]) => {
                self.triple = None;
                self.last = Some(quote);
                at + 3
            }
            _ => at + 1,
        }
    }

    fn open_string(&mut self, bytes: &[u8], at: usize, quote: u8) -> Option<usize> {
        if bytes[at..].starts_with(&[quote; 3]) {
            self.triple = Some(quote);
            return Some(at + 3);
        }
        let mut end = at + 1;
        while *bytes.get(end)? != quote {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        self.last = Some(quote);
        Some(end + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(text: &str) -> Option<usize> {
        statement_end(&text.lines().collect::<Vec<_>>(), 0)
    }

    #[test]
    fn brackets_strings_and_backslashes_continue_a_line() {
        assert_eq!(end("f(\n  1,\n)\nx"), Some(2));
        assert_eq!(end("s = '''a\n(\n'''\nx"), Some(2));
        assert_eq!(end("a = 1 + \\\n    2\nx"), Some(1));
        assert_eq!(end("a = 'it' # don't (\nx"), Some(0));
        assert_eq!(end("it's prose"), None);
        assert_eq!(end("a)"), None);
    }

    #[test]
    fn suites_clauses_and_decorators_belong_to_the_statement() {
        assert_eq!(end("@d\n\nclass A:\n    x = 1\n\n    y = 2\n\nz"), Some(5));
        assert_eq!(end("try:\n    a\n# note\n\nexcept E:\n    b\nelse: c\nd"), Some(6));
        assert_eq!(end("if a: b\nelse: c\nd"), Some(1));
        assert_eq!(end("def f():\n# at the margin\n    return 1\n# below\n"), Some(2));
        assert_eq!(end("x = 1\nelse nothing"), Some(0));
    }
}
