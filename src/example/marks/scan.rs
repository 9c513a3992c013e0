//! Finds the comments of a document that speak of its examples, and the code hidden in them.
//!
//! A comment counts where it begins its line, so that a document may quote one in backticks:
//! `<!-- … -->` of Markdown and HTML, `{/* … */}` of MDX, `.. …` of reStructuredText and `% …` of
//! MyST. What stands inside the blocks of a document is left alone.

use super::comment::{Said, Scope, read};
use super::{Mark, Meaning, typo};
use crate::document::{Document, Note};
use crate::example::Form;
use crate::example::block::{Block, Extractor};
use crate::example::markdown::Markdown;

/// What comments say, in the order of their lines.
#[derive(Debug, Default)]
pub struct Scanned {
    /// Marks with what they are about.
    pub directives: Vec<Directive>,
    /// Code that readers do not see.
    pub hidden: Vec<Block>,
    /// Comments that are nearly directives.
    pub notes: Vec<Note>,
}

/// A mark that stands apart from the example it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Directive {
    /// Which examples it is about.
    pub scope: Scope,
    /// Last document line of the comment.
    pub end_line: usize,
    /// What it says.
    pub mark: Mark,
}

impl Directive {
    /// First and last document line of its comment, without the code that it hides.
    pub fn lines(&self) -> (usize, usize) {
        (self.mark.line, self.end_line.max(self.mark.line))
    }
}

/// A comment of a document.
struct Comment {
    first: usize,
    last: usize,
    /// Its text without its marks.
    text: String,
}

/// Reads the comments between these blocks of a document.
pub fn scan(document: &Document, blocks: &[Block]) -> Scanned {
    let mut scanned = Scanned::default();
    let mut finder = Finder { document, unclosed: None };
    let mut line = 1;
    for block in blocks {
        line = finder.find(line, block.start_line, &mut scanned).max(block.end_line + 1);
    }
    finder.find(line, document.line_count() + 1, &mut scanned);
    scanned
}

/// Finds the comments between two blocks.
struct Finder<'a> {
    document: &'a Document,
    /// What closes no comment before this line: looking again from each of its openings would
    /// take long.
    unclosed: Option<(usize, &'static str)>,
}

impl Finder<'_> {
    /// Takes the comments from one line on to another, and gives the line that follows the last.
    fn find(&mut self, first: usize, end: usize, scanned: &mut Scanned) -> usize {
        let mut line = first;
        while line < end {
            match self.comment(line, end) {
                Some(comment) => {
                    line = comment.last + 1;
                    scanned.take(self.document, &comment);
                }
                None => line += 1,
            }
        }
        line
    }

    /// The comment that begins on a line and ends before another one.
    fn comment(&mut self, first: usize, end: usize) -> Option<Comment> {
        let start = self.document.line(first).trim_start_matches([' ', '\t', '>']);
        if let Some((rest, close)) = opens(start) {
            if self.unclosed == Some((end, close)) {
                return None;
            }
            let found = delimited(self.document, first, end, rest, close);
            if found.is_none() {
                self.unclosed = Some((end, close));
            }
            return found;
        }
        if let Some(rest) = start.strip_prefix(".. ") {
            // Directives of reStructuredText itself have two colons.
            return (!rest.contains("::")).then(|| indented(self.document, first, end, rest));
        }
        start.strip_prefix("% ").map(|rest| prefixed(self.document, first, end, rest))
    }
}

/// The rest of a line that opens a comment, and what closes it.
fn opens(start: &str) -> Option<(&str, &'static str)> {
    let html = start.strip_prefix("<!--").map(|rest| (rest.trim_start_matches('-'), "-->"));
    html.or_else(|| start.strip_prefix("{/*").map(|rest| (rest, "*/}")))
}

fn delimited(document: &Document, first: usize, end: usize, rest: &str, close: &str) -> Option<Comment> {
    let mut text = String::new();
    let mut line = rest;
    for number in first..end {
        if number > first {
            line = document.line(number);
        }
        if let Some(at) = line.find(close) {
            text.push_str(line[..at].trim_end_matches('-'));
            return Some(Comment { first, last: number, text });
        }
        text.push_str(line);
        text.push('\n');
    }
    None
}

/// A comment of reStructuredText goes on over the indented lines below it.
fn indented(document: &Document, first: usize, end: usize, rest: &str) -> Comment {
    let column = document.line(first).len() - document.line(first).trim_start().len();
    let mut last = first;
    let mut text = format!("{rest}\n");
    let mut blank = 0;
    for number in first + 1..end {
        let line = document.line(number);
        if line.trim().is_empty() {
            blank += 1;
        } else if line.len() - line.trim_start().len() > column {
            text.push_str(&"\n".repeat(blank));
            text.push_str(line);
            text.push('\n');
            (last, blank) = (number, 0);
        } else {
            break;
        }
    }
    Comment { first, last, text }
}

/// A comment of MyST goes on over the lines that begin as it does.
fn prefixed(document: &Document, first: usize, end: usize, rest: &str) -> Comment {
    let more = (first + 1..end).map(|number| (number, document.line(number)));
    let more = more.take_while(|(_, line)| line.starts_with('%'));
    let mut comment = Comment { first, last: first, text: format!("{rest}\n") };
    // Only hidden code has more than one line; other lines are comments of their own.
    if matches!(read(rest), Said::Code { .. }) {
        for (number, line) in more {
            comment.text.push_str(line[1..].strip_prefix(' ').unwrap_or(&line[1..]));
            comment.text.push('\n');
            comment.last = number;
        }
    }
    comment
}

impl Scanned {
    fn take(&mut self, document: &Document, comment: &Comment) {
        let words = comment.text.trim().lines().next().unwrap_or_default().trim();
        match read(&comment.text) {
            Said::Marks { dialect, meanings } => {
                self.take_fences(document, comment);
                let end_line = if self.holds_code(comment) { comment.first - 1 } else { comment.last };
                let words = comment.text_without_code();
                self.directives.extend(meanings.into_iter().map(|(scope, meaning)| Directive {
                    scope,
                    end_line,
                    mark: Mark::new(meaning, dialect, comment.first, &words),
                }));
            }
            Said::Code { dialect, language } => {
                let block = comment.code(&language);
                self.hide(block, dialect, words);
            }
            Said::Nearly(meant) => self.notes.push(typo::note(comment.first, words, &meant)),
            Said::Nothing => self.take_fences(document, comment),
        }
    }

    /// Takes the fences inside a comment.
    fn take_fences(&mut self, document: &Document, comment: &Comment) {
        if !comment.text.contains("```") && !comment.text.contains("~~~") {
            return;
        }
        let inner = Document::from_text(&document.path, document.format, &comment.text);
        for mut block in Markdown.blocks(&inner) {
            let shift = comment.first - 1;
            block.start_line += shift;
            block.end_line += shift;
            block.body.iter_mut().for_each(|(line, _)| *line += shift);
            self.hide(block, "html", "a fence in a comment");
        }
    }

    fn hide(&mut self, mut block: Block, dialect: &'static str, words: &str) {
        block.marks.push(Mark::new(Meaning::Hidden, dialect, block.start_line, words));
        self.hidden.push(block);
    }

    /// Whether the code that a comment hides was taken.
    fn holds_code(&self, comment: &Comment) -> bool {
        self.hidden.last().is_some_and(|block| block.start_line >= comment.first)
    }
}

impl Comment {
    /// The code below the first line of the text.
    fn code(&self, language: &str) -> Block {
        // The text may begin with blank lines before the words that make it code.
        let head = self.text.lines().take_while(|line| line.trim().is_empty()).count();
        let lines = self.text.lines().enumerate().skip(head + 1);
        let body = lines.map(|(index, line)| (self.first + index, line.to_owned())).collect();
        Block { start_line: self.first, end_line: self.last, body, ..Block::new(Form::Fenced, language) }
    }

    fn text_without_code(&self) -> String {
        let lines = self.text.lines().take_while(|line| !line.trim_start().starts_with(['`', '~']));
        lines.flat_map(|line| [line, "\n"]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;

    fn scanned(text: &str) -> Scanned {
        let document = Document::from_text("a.md", Format::Markdown, text);
        scan(&document, &Markdown.blocks(&document))
    }

    fn code(block: &Block) -> (usize, String) {
        (block.body[0].0, block.text())
    }

    #[test]
    fn comments_of_every_markup_are_found() {
        for (text, end_line) in [
            ("<!-- skip: next -->\n", 1),
            ("<!--\nskip: next\n-->\n", 3),
            ("  > <!--- skip: next --->\n", 1),
            ("{/* skip: next */}\n", 1),
            (".. skip: next\n", 1),
            ("% skip: next\n", 1),
        ] {
            let found = scanned(text);
            assert_eq!(found.directives.len(), 1, "{text}");
            assert_eq!(found.directives[0].end_line, end_line, "{text}");
            assert_eq!(found.directives[0].mark.words, "skip: next", "{text}");
        }
    }

    #[test]
    fn comments_elsewhere_are_left_alone() {
        for text in [
            "`<!-- skip: next -->`\n",
            "Write <!-- skip: next -->.\n",
            "```html\n<!-- skip: next -->\n```\n",
            "<!-- skip: next\n",
            ".. code-block:: python\n\n    x = 1\n",
            "```\n% skip: next\n```\n",
        ] {
            let found = scanned(text);
            assert_eq!((found.directives.len(), found.hidden.len()), (0, 0), "{text}");
        }
    }

    #[test]
    fn many_comments_that_are_never_closed_take_no_time() {
        let started = std::time::Instant::now();
        scanned(&"<!-- open\n".repeat(50_000));
        assert!(started.elapsed().as_secs() < 5);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "([<>!.%{}/*` \\-]|skip: next|name: test|:::|```|invisible-code: py|[a-zé(,=\"+#]|\n){0,60}") {
            let found = crate::example::extract(&Document::from_text("a.md", Format::Markdown, &text));
            for example in found.examples {
                proptest::prop_assert_eq!(example.lines.len(), example.code.lines().count());
            }
        }
    }

    #[test]
    fn hidden_code_keeps_its_lines() {
        for (text, line) in [
            ("a\n<!-- invisible-code-block: python\nx = 1\n-->\n", 3),
            ("<!--\ninvisible-code-block: python\nx = 1\n-->\n", 3),
            ("a\n<!--\n```python\nx = 1\n```\n-->\n", 4),
            ("% invisible-code-block: python\n% x = 1\n", 2),
            (".. invisible-code-block: python\n\n    x = 1\n\na\n", 3),
        ] {
            let found = scanned(text);
            let [block] = &found.hidden[..] else { panic!("{text}: {found:?}") };
            let (start, code) = code(block);
            let at = block.body.iter().position(|(_, text)| text.contains('x')).unwrap();
            assert_eq!((start + at, code.trim()), (line, "x = 1"), "{text}");
            assert_eq!(block.marks[0].meaning, Meaning::Hidden);
        }
    }

    #[test]
    fn a_comment_may_name_the_code_that_it_hides() {
        let found = scanned("x\n\n<!-- name: test_a\n```python\nx = 1\n```\n-->\n");
        assert_eq!(found.hidden[0].start_line, 4);
        assert_eq!(found.directives[0].end_line, 2);
        assert_eq!(found.directives[0].mark.words, "name: test_a");
    }
}
