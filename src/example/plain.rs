//! Plain code: Python that stands among prose without fence or prompt.
//!
//! The text is read from top to bottom into *runs*: statements and comments with nothing foreign
//! between them. A run is bounded by prose, headings, list items, tables, labels and other
//! languages. It is an example if its statements show strongly enough that they were written as
//! code ([`super::evidence`]); what parses by chance at its edges (a question number, a title such
//! as `Dict & Set`) is trimmed. Nothing here knows any particular document.

use std::collections::BTreeSet;

use super::evidence::{Known, Strength, strength};
use super::lexical::{
    Brokenness, brokenness, could_be_code, heading_text, is_config_section, is_deep_heading, word_pairs,
};
use super::statement::{indent, is_comment, statement_end};
use super::{OutputBlock, Rejection, output, session};
use crate::python::{self, Names};

/// Why something that parses is not taken.
const CHANCE: &str = "it parses, but could be prose, data or output";

/// How often each line may be read in vain as part of a suite, on average over the text.
const VAIN_READINGS: usize = 16;

/// A run of lines taken as code, or a session with prompts.
#[derive(Debug)]
pub struct Found {
    /// Indices of the first and last line of the code.
    pub first: usize,
    /// See [`Found::first`].
    pub last: usize,
    /// What it is.
    pub kind: FoundKind,
    /// Output that the document shows for it.
    pub output: Option<OutputBlock>,
}

/// What stands in a [`Found`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundKind {
    /// Statements; all but this many columns of indentation belong to the text around.
    Code {
        /// Columns to take off.
        indent: usize,
    },
    /// Prompts.
    Session,
}

/// One part of a run.
#[derive(Clone, Copy, Debug)]
struct Part {
    first: usize,
    last: usize,
    kind: PartKind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum PartKind {
    Comment,
    Statement(Strength),
    Broken(Brokenness),
}

/// Reads the lines between two fences (or a whole document without fences).
pub struct Reader<'a> {
    lines: &'a [&'a str],
    first_number: usize,
    known: &'a mut Known,
    parts: Vec<Part>,
    base: usize,
    found: Vec<Found>,
    rejected: Vec<Rejection>,
    /// How many lines were read as part of a suite that turned out to be no Python.
    vain: usize,
    /// The names that were not known before.
    bound: Vec<String>,
}

impl<'a> Reader<'a> {
    /// A reader of `lines`, the first of which is document line `first_number`. `known` holds the
    /// names that the document bound before, and takes those that are found here.
    pub fn new(lines: &'a [&'a str], first_number: usize, known: &'a mut Known) -> Reader<'a> {
        Reader {
            lines,
            first_number,
            known,
            parts: Vec::new(),
            base: 0,
            found: Vec::new(),
            rejected: Vec::new(),
            vain: 0,
            bound: Vec::new(),
        }
    }

    /// Everything found and everything looked at and not taken.
    pub fn read(mut self) -> (Vec<Found>, Vec<Rejection>) {
        self.read_all();
        (self.found, self.rejected)
    }

    /// Everything found, as a trial: the names bound here are forgotten again. (A trial with a copy of
    /// all names would take longer with every name that a document binds.)
    pub fn try_read(mut self) -> Vec<Found> {
        self.read_all();
        for name in &self.bound {
            self.known.remove(name);
        }
        self.found
    }

    fn read_all(&mut self) {
        let mut index = 0;
        while index < self.lines.len() {
            index = self.step(index);
        }
        self.finish_run();
    }

    fn bind(&mut self, names: BTreeSet<String>) {
        for name in names {
            if self.known.insert(name.clone()) {
                self.bound.push(name);
            }
        }
    }

    /// Reads what begins at a line and gives the index of the next line to read.
    fn step(&mut self, index: usize) -> usize {
        let line = self.lines[index];
        if line.trim().is_empty() {
            return index + 1;
        }
        if session::is_prompt(line) {
            self.finish_run();
            return self.take_session(index);
        }
        if is_config_section(line) && self.is_config(index) {
            self.finish_run();
            return self.skip_config(index);
        }
        if is_comment(line) {
            return self.take_comment(index);
        }
        if let Some(label) = output::label(line) {
            self.finish_run();
            return self.take_output(index, label);
        }
        if could_be_code(line)
            && let Some(next) = self.take_statement(index)
        {
            return next;
        }
        self.take_broken(index)
    }

    fn is_blank(&self, index: Option<usize>) -> bool {
        index.and_then(|index| self.lines.get(index)).is_none_or(|line| line.trim().is_empty())
    }

    /// Whether the line above belongs to the present run.
    fn continues(&self, index: usize) -> bool {
        self.parts.last().is_some_and(|part| part.last + 1 == index)
    }

    fn take_comment(&mut self, index: usize) -> usize {
        let line = self.lines[index];
        let below_blank = self.is_blank(Some(index + 1));
        let glued = self.continues(index) && !below_blank;
        if (is_deep_heading(line) && !glued) || (heading_text(line).is_some() && self.is_lone_heading(index))
        {
            self.finish_run();
        } else {
            let part = Part { first: index, last: index, kind: PartKind::Comment };
            self.parts.push(part);
        }
        index + 1
    }

    /// A single `# Title` between blank lines is a heading unless code goes on below it.
    fn is_lone_heading(&self, index: usize) -> bool {
        let lone = self.is_blank(index.checked_sub(1)) && self.is_blank(Some(index + 1));
        let next = self.lines[index + 1..].iter().find(|line| !line.trim().is_empty());
        lone && !(self.parts.iter().any(|part| part.kind != PartKind::Comment)
            && next.is_some_and(|line| is_comment(line) || could_be_code(line)))
    }

    /// Takes the statement that begins at a line; none if it is not valid Python.
    fn take_statement(&mut self, index: usize) -> Option<usize> {
        let end = statement_end(self.lines, index)?;
        let base = indent(self.lines[index]);
        let source = dedent(&self.lines[index..=end], base);
        let Some(parsed) = python::parse_valid(&source) else {
            return self.take_broken_suite(index, end, base).or_else(|| self.give_up(index, end));
        };
        let found = strength(parsed.suite(), &source, self.known);
        if found == Strength::Weak && self.stands_apart(index, end) {
            self.finish_run();
            // A lone word, number or path is no more than the text around it.
            if source.trim().contains(|c: char| c.is_whitespace() || "()[]{}=<>:\"'".contains(c)) {
                self.reject(index, end, CHANCE);
            }
            return Some(end + 1);
        }
        if found != Strength::Weak {
            self.bind(Names::of(parsed.suite()).global);
        }
        self.push(index, end, base, PartKind::Statement(found));
        Some(end + 1)
    }

    /// Whether a blank line or the edge of the text stands above or below.
    fn stands_apart(&self, first: usize, last: usize) -> bool {
        !self.continues(first) || self.is_blank(Some(last + 1))
    }

    /// A header of Python with an indented suite that does not parse was meant as code.
    fn take_broken_suite(&mut self, index: usize, end: usize, base: usize) -> Option<usize> {
        let header = dedent(&self.lines[index..=index], base);
        let meant = end > index
            && header.trim_end().ends_with(':')
            && (python::parse_valid(&format!("{} pass\n", header.trim_end())).is_some()
                || header.starts_with('@'));
        // Two words side by side are a slip (a lost operator), more are a sentence.
        let prose =
            self.lines[index..=end].iter().filter(|line| word_pairs(line).is_none_or(|pairs| pairs > 1));
        if !meant || prose.count() * 3 > end - index {
            return None;
        }
        self.push(index, end, base, PartKind::Broken(Brokenness::Meant));
        Some(end + 1)
    }

    /// Counts the lines of a suite that were read in vain. Each line of it may open a suite of its own,
    /// so a text that goes on like that is not read line by line again.
    fn give_up(&mut self, index: usize, end: usize) -> Option<usize> {
        self.vain += end - index;
        if end == index || self.vain <= self.lines.len() * VAIN_READINGS {
            return None;
        }
        self.finish_run();
        self.reject(
            index,
            end,
            "its lines are indented like code that does not parse, too deep to look at each",
        );
        Some(end + 1)
    }

    /// A line that is no Python: prose ends the run; a slip among code belongs to it.
    fn take_broken(&mut self, index: usize) -> usize {
        let line = self.lines[index];
        let kind = brokenness(line);
        let base = indent(line);
        match kind {
            Brokenness::Meant => self.push(index, index, base.min(self.base), PartKind::Broken(kind)),
            Brokenness::Possible if self.continues(index) => {
                self.push(index, index, base.min(self.base), PartKind::Broken(kind));
            }
            _ => self.finish_run(),
        }
        index + 1
    }

    fn push(&mut self, first: usize, last: usize, base: usize, kind: PartKind) {
        let started = self.parts.iter().any(|part| part.kind != PartKind::Comment);
        if started && base != self.base && !(base > self.base && self.continues(first)) {
            self.finish_run();
        }
        if !self.parts.iter().any(|part| part.kind != PartKind::Comment) {
            self.base = base;
        }
        self.parts.push(Part { first, last, kind });
    }

    /// Ends the present run and decides on it.
    fn finish_run(&mut self) {
        let parts = trim(std::mem::take(&mut self.parts), self.lines);
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return };
        let (first, last) = (first.first, last.last);
        let points: usize = parts.iter().map(|part| part.kind.points()).sum();
        let labelled = self.is_introduced(first);
        let other_language = ends_with_semicolons(&self.lines[first..=last]);
        if other_language {
            self.reject(first, last, "its lines end with semicolons, as another language's do");
        } else if points >= 2 || (points == 1 && labelled) {
            self.found.push(Found { first, last, kind: FoundKind::Code { indent: self.base }, output: None });
        } else if parts.iter().any(|part| part.kind != PartKind::Comment) {
            self.reject(first, last, CHANCE);
        }
    }

    /// Whether the text above ends with a colon (`Example:`).
    fn is_introduced(&self, first: usize) -> bool {
        let above = self.lines[..first].iter().rev().find(|line| !line.trim().is_empty());
        above.is_some_and(|line| line.trim_end().ends_with([':', '：']))
    }

    fn reject(&mut self, first: usize, last: usize, reason: &str) {
        self.rejected.push(Rejection {
            start_line: self.first_number + first,
            end_line: self.first_number + last,
            reason: reason.to_owned(),
        });
    }

    /// Takes the prompts from a line on, with their outputs.
    fn take_session(&mut self, index: usize) -> usize {
        let mut end = index;
        let mut next = index;
        while next < self.lines.len() {
            if self.lines[next].trim().is_empty() {
                let resumes = (next..self.lines.len()).find(|&at| !self.lines[at].trim().is_empty());
                match resumes.filter(|&at| session::is_prompt(self.lines[at])) {
                    Some(at) => next = at,
                    None => break,
                }
            } else if is_deep_heading(self.lines[next]) {
                break;
            } else {
                end = next;
                next += 1;
            }
        }
        self.found.push(Found { first: index, last: end, kind: FoundKind::Session, output: None });
        end + 1
    }

    /// Takes the block below a label for output as the output of the example above it.
    fn take_output(&mut self, index: usize, label: output::Label) -> usize {
        let start = (index + 1..self.lines.len()).find(|&at| !self.lines[at].trim().is_empty());
        let (line, text, next) = match (label.inline, start) {
            (Some(inline), _) => (index, format!("{inline}\n"), index + 1),
            (None, Some(start)) => {
                let end =
                    (start..self.lines.len()).find(|&at| self.ends_output(at)).unwrap_or(self.lines.len());
                (start, dedent(&self.lines[start..end], indent(self.lines[start])), end)
            }
            (None, None) => return index + 1,
        };
        if text.is_empty() {
            return index + 1;
        }
        let above = self
            .found
            .last_mut()
            .filter(|found| self.lines[found.last + 1..index].iter().all(|line| line.trim().is_empty()));
        if let Some(found) = above {
            found.output =
                Some(OutputBlock { line: self.first_number + line, text, label: label.words, fenced: false });
        }
        next
    }

    fn ends_output(&self, index: usize) -> bool {
        let line = self.lines[index];
        line.trim().is_empty() || is_deep_heading(line) || session::is_prompt(line)
    }

    /// A bracketed name is a section of a configuration file if a setting or another section follows.
    fn is_config(&self, index: usize) -> bool {
        let next = self.lines[index + 1..].iter().find(|line| !line.trim().is_empty() && !is_comment(line));
        next.is_some_and(|line| is_setting(line) || is_config_section(line))
    }

    fn skip_config(&mut self, index: usize) -> usize {
        let mut next = index + 1;
        let mut open = 0_isize;
        while next < self.lines.len() {
            let line = self.lines[next];
            let belongs = open > 0 || line.trim().is_empty() || is_setting(line) || is_config_section(line);
            if !belongs {
                break;
            }
            open += line.matches('[').count() as isize - line.matches(']').count() as isize;
            next += 1;
        }
        self.reject(index, next - 1, "a configuration file");
        next
    }
}

impl PartKind {
    fn points(self) -> usize {
        match self {
            PartKind::Statement(strength) => strength.points(),
            PartKind::Broken(Brokenness::Meant) => 1,
            PartKind::Broken(_) | PartKind::Comment => 0,
        }
    }

    /// Whether it may stand at the edge of an example.
    fn bears_an_edge(self) -> bool {
        !matches!(
            self,
            PartKind::Statement(Strength::Weak) | PartKind::Broken(Brokenness::Possible | Brokenness::Prose)
        )
    }
}

/// Takes off what stands at the edges by chance, and comments that something foreign cut off.
fn trim(mut parts: Vec<Part>, lines: &[&str]) -> Vec<Part> {
    let is_code = |part: &Part| part.kind != PartKind::Comment;
    while let Some(last) = parts.iter().rposition(is_code) {
        if parts[last].kind.bears_an_edge() {
            break;
        }
        parts.truncate(last);
    }
    while let Some(first) = parts.iter().position(is_code) {
        if parts[first].kind.bears_an_edge() {
            break;
        }
        parts.drain(..=first);
    }
    if !parts.iter().any(is_code) {
        return Vec::new();
    }
    drop_headings_at_the_end(&mut parts, lines);
    parts
}

/// A comment behind the code that stands alone between blank lines reads as the next heading.
fn drop_headings_at_the_end(parts: &mut Vec<Part>, lines: &[&str]) {
    let blank =
        |index: Option<usize>| index.and_then(|at| lines.get(at)).is_none_or(|line| line.trim().is_empty());
    while let Some(last) = parts.last() {
        let lone = last.kind == PartKind::Comment
            && blank(last.first.checked_sub(1))
            && blank(Some(last.last + 1))
            && last.last + 1 < lines.len();
        if !lone {
            break;
        }
        parts.pop();
    }
}

fn is_setting(line: &str) -> bool {
    line.split_once('=').is_some_and(|(key, value)| {
        let key = key.trim();
        !value.starts_with('=')
            && !key.is_empty()
            && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '"'))
    })
}

/// Whether most lines end with a semicolon, as those of other languages do.
pub fn ends_with_semicolons(lines: &[&str]) -> bool {
    let code = lines.iter().filter(|line| !line.trim().is_empty() && !is_comment(line));
    let (ending, all) = code
        .fold((0, 0), |(ending, all), line| (ending + usize::from(line.trim_end().ends_with(';')), all + 1));
    ending * 2 > all
}

/// The lines without `columns` columns of indentation, each ending with a newline. Lines with less
/// lose what they have.
pub fn dedent(lines: &[&str], columns: usize) -> String {
    let mut text = String::new();
    for line in lines {
        let mut column = 0;
        let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
        let mut cut = 0;
        for byte in line[..blank].bytes() {
            if column >= columns {
                break;
            }
            column = if byte == b'\t' { (column / 8 + 1) * 8 } else { column + 1 };
            cut += 1;
        }
        text.push_str(&line[cut..]);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests;
