//! The code in the text of a docstring: prompts, fences, `::` blocks and code directives.
//!
//! All prompts of a docstring are one session, as they are one test for `doctest`.

use super::block::{Block, Language};
use super::{Form, session};

/// Directives whose content is code, with the language of those that name none.
const DIRECTIVES: &[(&str, &str)] = &[
    ("code-block", ""),
    ("code", ""),
    ("sourcecode", ""),
    ("doctest", "python"),
    ("ipython", "python"),
    ("testcode", "python"),
    ("testsetup", "python"),
    ("testoutput", "output"),
];

/// The blocks in the lines of a docstring, in their order.
pub fn blocks(lines: &[(usize, String)]) -> Vec<Block> {
    let mut scanner = Scanner { lines, session: Vec::new(), preceding: Vec::new(), blocks: Vec::new() };
    let mut index = 0;
    while index < lines.len() {
        index = scanner.step(index);
    }
    let session = scanner.prompts();
    scanner.blocks.extend(session);
    scanner.blocks.sort_by_key(|block| block.start_line);
    scanner.blocks
}

struct Scanner<'a> {
    lines: &'a [(usize, String)],
    /// The lines that belong to no other block.
    session: Vec<(usize, String)>,
    /// The text since the last block.
    preceding: Vec<String>,
    blocks: Vec<Block>,
}

impl Scanner<'_> {
    /// Reads what begins at a line and gives the index of the next.
    fn step(&mut self, index: usize) -> usize {
        let (_, line) = &self.lines[index];
        if let Some(mark) = fence(line) {
            let info = line.trim_start()[mark.len()..].trim().to_owned();
            let close = self.lines[index + 1..].iter().position(|(_, line)| closes(line, mark));
            let end = close.map_or(self.lines.len(), |at| index + 1 + at);
            let next = (end + 1).min(self.lines.len());
            self.block(&info, index..next, index + 1..end);
            return next;
        }
        if let Some(info) = directive(line) {
            let body = self.indented(index);
            let options = self.lines[body.clone()].iter().take_while(|(_, line)| is_option(line)).count();
            self.block(&info, index..body.end, body.start + options..body.end);
            return body.end;
        }
        self.text(index);
        let parted = self.lines.get(index + 1).is_some_and(|(_, line)| line.trim().is_empty());
        if is_literal_mark(line) && parted {
            let body = self.indented(index);
            if !body.is_empty() {
                self.block("", body.clone(), body.clone());
            }
            return body.end;
        }
        index + 1
    }

    /// The lines below one that are indented deeper, blank lines at the end excluded.
    fn indented(&self, index: usize) -> std::ops::Range<usize> {
        let base = indent(&self.lines[index].1);
        let mut end = index + 1;
        for (at, (_, line)) in self.lines.iter().enumerate().skip(index + 1) {
            if !line.trim().is_empty() {
                if indent(line) <= base {
                    break;
                }
                end = at + 1;
            }
        }
        index + 1..end
    }

    fn text(&mut self, index: usize) {
        let (number, line) = &self.lines[index];
        if !line.trim().is_empty() {
            self.preceding.push(line.clone());
        }
        self.session.push((*number, line.clone()));
    }

    /// Takes the lines `body` of the block that `whole` is; prompts in it join the session.
    fn block(&mut self, info: &str, whole: std::ops::Range<usize>, body: std::ops::Range<usize>) {
        let prompts = self.lines[body.clone()].iter().any(|(_, line)| session::is_prompt(line));
        for index in whole.clone() {
            let (number, line) = &self.lines[index];
            let kept = prompts && body.contains(&index);
            self.session.push((*number, if kept { line.clone() } else { String::new() }));
        }
        let preceding = std::mem::take(&mut self.preceding);
        if prompts {
            return;
        }
        self.blocks.push(Block {
            start_line: self.lines[whole.start].0,
            end_line: self.lines[whole.end - 1].0,
            body: dedented(&self.lines[body]),
            preceding: Some(preceding),
            ..Block::new(Form::Docstring, info)
        });
    }

    /// All prompts with their outputs as one block.
    fn prompts(&self) -> Option<Block> {
        let lines: Vec<(usize, &str)> =
            self.session.iter().map(|(number, line)| (*number, line.as_str())).collect();
        let first = lines.iter().position(|(_, line)| session::is_prompt(line))?;
        let end_line = session::read(&lines[first..]).end_line;
        let start_line = lines[first].0;
        let body = self.session[first..].iter().filter(|(number, _)| *number <= end_line);
        Some(Block {
            language: Language::Python,
            start_line,
            end_line,
            body: body.cloned().collect(),
            preceding: Some(Vec::new()),
            ..Block::new(Form::Docstring, "")
        })
    }
}

/// The lines without the indentation they have in common, and without blank lines above them.
fn dedented(lines: &[(usize, String)]) -> Vec<(usize, String)> {
    let has_text = |line: &&(usize, String)| !line.1.trim().is_empty();
    let margin = lines.iter().filter(has_text).map(|(_, line)| indent(line)).min().unwrap_or(0);
    let kept = lines.iter().skip_while(|line| !has_text(line));
    kept.map(|(number, line)| (*number, line.get(margin..).unwrap_or_default().to_owned())).collect()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The mark of a line that opens a fence.
fn fence(line: &str) -> Option<&str> {
    let text = line.trim_start();
    let mark = text.len() - text.trim_start_matches('`').len();
    let mark = if mark == 0 { text.len() - text.trim_start_matches('~').len() } else { mark };
    (mark >= 3 && !text[mark..].contains('`')).then(|| &text[..mark])
}

fn closes(line: &str, mark: &str) -> bool {
    let text = line.trim();
    text.starts_with(mark) && text.bytes().all(|byte| byte == mark.as_bytes()[0])
}

/// The language that a directive for code gives to its content.
fn directive(line: &str) -> Option<String> {
    let (name, info) = line.trim_start().strip_prefix(".. ")?.split_once("::")?;
    let (_, language) = DIRECTIVES.iter().find(|(known, _)| *known == name.trim())?;
    Some(if language.is_empty() { info.trim().to_owned() } else { (*language).to_owned() })
}

fn is_option(line: &str) -> bool {
    line.trim_start().strip_prefix(':').is_some_and(|rest| rest.contains(':'))
}

fn is_literal_mark(line: &str) -> bool {
    line.trim_end().ends_with("::") && !line.trim_start().starts_with("..")
}
