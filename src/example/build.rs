//! Puts a document's examples together: fences first, then what stands between them.

use std::borrow::Cow;

use super::asciidoc::Asciidoc;
use super::block::{Block, Extractor, Language};
use super::docstring::Docstrings;
use super::evidence::{Known, is_code_throughout};
use super::html::Html;
use super::inline::Span;
use super::markdown::Markdown;
use super::marks::{self, Directive, Scanned};
use super::notebook::Notebook;
use super::plain::{Found, FoundKind, Reader, dedent};
use super::rst::{self, Rst};
use super::table::Tables;
use super::{Example, Extraction, Form, OutputBlock, Rejection, inline, ipython, naming, output, session};
use crate::document::{Document, Format};
use crate::python;

/// How many lines with text may stand between an example and the block that shows its output: a
/// label and a short sentence. More is an explanation of its own.
const LABEL_LINES: usize = 3;

/// Finds every example of a document.
pub fn extract(document: &Document) -> Extraction {
    let lines: Vec<&str> = (1..=document.line_count()).map(|number| document.line(number)).collect();
    let mut builder = Builder {
        document,
        lines: &lines,
        known: Known::new(),
        spoken: Vec::new(),
        extraction: Extraction::default(),
        taken_to: 0,
        refused_since: false,
    };
    let extractor = extractor(document.format);
    let mut blocks = extractor.blocks(document);
    let Scanned { directives, mut hidden, mut notes } = marks::scan(document, &blocks);
    builder.spoken = directives.iter().map(Directive::lines).collect();
    builder.extraction.notes.append(&mut notes);
    blocks.append(&mut hidden);
    blocks.sort_by_key(|block| block.start_line);
    let reads_prose = extractor.reads_prose();
    let mut next = 1;
    for block in &blocks {
        if reads_prose {
            builder.between(next, block.start_line);
        }
        builder.block(block);
        next = block.end_line + 1;
    }
    if reads_prose {
        builder.between(next, lines.len() + 1);
    }
    builder.finish(&blocks, &directives, extractor)
}

/// The extractor for a format.
fn extractor(format: Format) -> &'static dyn Extractor {
    match format {
        Format::Markdown | Format::Text => &Markdown,
        Format::Rst => &Rst,
        Format::Asciidoc => &Asciidoc,
        Format::Notebook => &Notebook,
        Format::Html => &Html,
        Format::Python => &Docstrings,
    }
}

/// Rule name of a block whose language nothing names.
const UNNAMED: &str = "a block without a language that reads as Python";

struct Builder<'a> {
    document: &'a Document,
    lines: &'a [&'a str],
    known: Known,
    /// Lines of comments that speak to a tool: nothing is read there.
    spoken: Vec<(usize, usize)>,
    extraction: Extraction,
    /// The last line of the block that the last example was made of, its closing mark included.
    taken_to: usize,
    /// Whether a block was rejected since the last example.
    refused_since: bool,
}

impl Builder<'_> {
    /// Reads the lines from `first` up to, not including, `end` (1-based) for plain code.
    fn between(&mut self, mut first: usize, end: usize) {
        for index in self.spoken.partition_point(|&(start, _)| start < first)..self.spoken.len() {
            let (start, last) = self.spoken[index];
            if start >= end {
                break;
            }
            self.text(first, start);
            first = last + 1;
        }
        self.text(first, end);
    }

    /// Reads lines that hold neither blocks nor comments.
    fn text(&mut self, first: usize, end: usize) {
        if first >= end {
            return;
        }
        let lines = &self.lines[first - 1..end - 1];
        let (found, mut rejected) = Reader::new(lines, first, &mut self.known).read();
        self.extraction.rejections.append(&mut rejected);
        for found in found {
            let example = self.plain(&found, lines, first);
            self.extraction.examples.push(example);
        }
    }

    fn plain(&self, found: &Found, lines: &[&str], first: usize) -> Example {
        let numbers = first + found.first..=first + found.last;
        let mut example = match found.kind {
            FoundKind::Code { indent } => Example {
                code: dedent(&lines[found.first..=found.last], indent),
                lines: numbers.clone().collect(),
                ..Example::new(Form::Plain, "statements that were written as code, bounded by other text")
            },
            FoundKind::Session => {
                let prompted: Vec<(usize, &str)> =
                    numbers.clone().zip(lines[found.first..].iter().copied()).collect();
                of_session(session::read(&prompted), "prompts")
            }
        };
        (example.start_line, example.end_line) = (*numbers.start(), *numbers.end());
        example.output = found.output.clone();
        example.file = naming::file_name(self.text_above(example.start_line), "", &example.code);
        example
    }

    /// The nearest line with text above a line.
    fn text_above(&self, line: usize) -> Option<&str> {
        let above = &self.lines[..line.saturating_sub(1).min(self.lines.len())];
        above.iter().rev().find(|line| !line.trim().is_empty()).copied()
    }

    /// The line with text right below a fence, at most one blank line between.
    fn text_below(&self, block: &Block) -> Option<(usize, String)> {
        let near = (block.end_line + 1..=block.end_line + 2).take_while(|&number| number <= self.lines.len());
        let number = near.into_iter().find(|&number| !self.lines[number - 1].trim().is_empty())?;
        (block.form == Form::Fenced)
            .then(|| (number, inline::beginning(self.lines[number - 1].trim()).to_owned()))
    }

    fn block(&mut self, block: &Block) {
        if let Some(span) = &block.inline {
            return self.inline(block, span);
        }
        if let Some(reason) = &block.refused {
            return self.reject(block, reason);
        }
        let session = ipython::as_session(block);
        let block = session.as_ref().unwrap_or(block);
        // Prompts in a string of valid code are no session.
        let prompts = block.body.iter().any(|(_, line)| session::is_prompt(line))
            && !(block.language == Language::Python && python::parse_valid(&block.text()).is_some());
        match block.language {
            Language::Markup | Language::Tied => {}
            Language::Ignored(reason) => self.reject(block, reason),
            _ if block.bounds().is_none() => self.reject(block, "it is empty"),
            Language::Python => self.take(block, prompts, "a block that names Python"),
            Language::Other => self.reject(block, "it names another language"),
            // `In [1]: x` is valid too, as an annotation.
            Language::ValidPython => {
                self.take(block, session.is_some(), "a directive whose content is valid Python");
            }
            _ if prompts => self.take(block, true, "prompts in a block"),
            // Below a sentence such as `This shows how to sort::` code stands as often as output.
            Language::Unnamed if block.form == Form::Directive && self.is_code_below_a_sentence(block) => {
                self.take(block, false, UNNAMED);
            }
            _ if self.is_output(block) => self.attach_output(block),
            Language::Unnamed if reads_as_python(block, &mut self.known) => {
                self.take(block, false, UNNAMED);
            }
            Language::Unnamed if is_literal_python(block, &self.known) => {
                self.take(block, false, "a literal block that is valid Python");
            }
            _ => self.reject(block, "it names no language and does not read as Python"),
        }
    }

    fn take(&mut self, block: &Block, prompts: bool, rule: &'static str) {
        let Some((start, end)) = block.bounds() else { return };
        let body = &block.body[start..=end];
        let mut example = if prompts { prompted(block, body, rule) } else { module(block, body, rule) };
        (example.start_line, example.end_line) = (body[0].0, body[body.len() - 1].0);
        let above = match &block.preceding {
            Some(text) => text.last().map(String::as_str),
            None => self.text_above(block.start_line.min(example.start_line)),
        };
        example.file = naming::file_name(above, &block.info, &example.code);
        example.output = block.output.clone();
        example.below = self.text_below(block);
        let (mut marks, mut notes) = marks::of_fence(&block.info, block.start_line);
        example.marks.append(&mut marks);
        example.marks.extend(block.marks.iter().cloned());
        self.extraction.notes.append(&mut notes);
        self.taken_to = block.end_line;
        example.section = block.section.clone();
        example.stored = block.stored.clone();
        example.module = block.module.clone();
        example.notes.extend(block.notes.iter().cloned());
        self.known.extend(python::names(&example.code).global.iter().cloned());
        self.refused_since = false;
        self.extraction.examples.push(example);
    }

    fn inline(&mut self, block: &Block, span: &Span) {
        self.extraction.examples.push(Example {
            code: format!("{}\n", span.code),
            lines: vec![block.start_line],
            start_line: block.start_line,
            end_line: block.start_line,
            sentence: span.after.clone(),
            section: block.section.clone(),
            ..Example::new(Form::Inline, span.rule)
        });
    }

    /// The number of the last example that is more than a span of text.
    fn above(&self) -> Option<usize> {
        self.extraction.examples.iter().rposition(|example| example.form != Form::Inline)
    }

    /// Whether a block shows the output of the example above: nothing stands between them but a
    /// label or a sentence that announces output.
    fn is_output(&self, block: &Block) -> bool {
        let Some(above) = self.above().map(|index| &self.extraction.examples[index]) else { return false };
        if block.preceding.is_some() && (self.refused_since || above.section != block.section) {
            return false;
        }
        let between = lines_between(self.lines, above.end_line.max(self.taken_to), block);
        above.output.is_none()
            && above.session.is_none()
            && (between.is_empty()
                || (between.len() <= LABEL_LINES && announces_output(between[between.len() - 1])))
    }

    /// Whether a block reads as Python and the line above is a sentence, no label for output.
    fn is_code_below_a_sentence(&mut self, block: &Block) -> bool {
        let above = (1..block.start_line).rev().map(|number| self.lines[number - 1]);
        let above = above.map(str::trim).find(|line| !line.is_empty() && *line != "::");
        above.is_none_or(|line| output::label(line).is_none()) && reads_as_python(block, &mut self.known)
    }

    fn attach_output(&mut self, block: &Block) {
        let Some(index) = self.above() else { return };
        let above = &mut self.extraction.examples[index];
        let between = lines_between(self.lines, above.end_line.max(self.taken_to), block);
        let label = between.last().map_or_else(String::new, |line| line.trim().to_owned());
        let line = block.bounds().map_or(block.start_line, |(first, _)| block.body[first].0);
        above.output = Some(OutputBlock { line, text: block.text(), label, fenced: true });
    }

    fn reject(&mut self, block: &Block, reason: &str) {
        self.refused_since = true;
        self.extraction.rejections.push(Rejection {
            start_line: block.start_line,
            end_line: block.end_line,
            reason: reason.to_owned(),
        });
    }

    fn finish(mut self, fences: &[Block], directives: &[Directive], extractor: &dyn Extractor) -> Extraction {
        let mut is_code = vec![false; self.lines.len() + 2];
        let blocks = self.extraction.examples.iter().map(|example| (example.start_line, example.end_line));
        let marked = fences.iter().filter(|block| block.language != Language::Markup);
        for (start, end) in blocks.chain(marked.map(|block| (block.start_line, block.end_line))) {
            is_code[start..=end].fill(true);
        }
        if extractor.reads_prose() {
            self.add_inline(&is_code);
        }
        let Extraction { examples, rejections, notes } = &mut self.extraction;
        examples.sort_by_key(|example| example.start_line);
        rejections.sort_by_key(|rejection| rejection.start_line);
        for example in examples.iter_mut().filter(|example| example.form != Form::Inline) {
            let (mut marks, mut near) = marks::of_code(example);
            example.marks.append(&mut marks);
            notes.append(&mut near);
        }
        notes.append(&mut marks::attach(directives, examples, fences));
        notes.sort_by_key(|note| note.line);
        let sections = naming::sections(self.document, &|line| is_code[line]);
        naming::name(self.document, examples, &sections);
        self.extraction
    }

    fn add_inline(&mut self, is_code: &[bool]) {
        let mut tables = Tables::default();
        for (index, line) in self.lines.iter().enumerate().filter(|(index, _)| !is_code[index + 1]) {
            let below = self
                .lines
                .get(index + 1)
                .filter(|_| !is_code[index + 2])
                .map_or("", |line| inline::beginning(line.trim()));
            let plain = match self.document.format {
                Format::Rst => rst::without_roles(line),
                _ => Cow::Borrowed(*line),
            };
            let results = tables.row(line);
            for span in inline::spans(&plain) {
                let cell = results.get(span.code.as_str()).map(|cell| inline::beginning(cell).to_owned());
                self.extraction.examples.push(Example {
                    code: format!("{}\n", span.code),
                    lines: vec![index + 1],
                    start_line: index + 1,
                    end_line: index + 1,
                    sentence: format!("{} {below}", span.after.trim_end()),
                    cell,
                    ..Example::new(Form::Inline, span.rule)
                });
            }
        }
    }
}

/// The lines with text between an example's end (its closing block excluded) and a block.
fn lines_between<'a>(lines: &[&'a str], taken_to: usize, block: &'a Block) -> Vec<&'a str> {
    if let Some(text) = &block.preceding {
        return text.iter().map(String::as_str).collect();
    }
    let is_fence = |line: &str| {
        line.trim_start_matches([' ', '>']).starts_with("```")
            || line.trim_start_matches([' ', '>']).starts_with("~~~")
    };
    (taken_to + 1..block.start_line)
        .map(|number| lines[number - 1])
        .filter(|line| !line.trim_start_matches([' ', '>']).trim().is_empty() && !is_fence(line))
        .collect()
}

/// Whether a plain reading of the block takes all of its lines.
fn reads_as_python(block: &Block, known: &mut Known) -> bool {
    let lines: Vec<&str> = block.body.iter().map(|(_, line)| line.as_str()).collect();
    let found = Reader::new(&lines, 1, known).try_read();
    let Some((first, last)) = block.bounds() else { return false };
    matches!(&found[..], [only] if only.first == first && only.last == last)
}

/// Whether a literal block of reStructuredText is valid Python as a whole. Where nothing else is
/// said Python is the language of such blocks, so a single statement or call is enough.
fn is_literal_python(block: &Block, known: &Known) -> bool {
    let lines: Vec<&str> = block.body.iter().map(|(_, line)| line.as_str()).collect();
    matches!(block.form, Form::Directive | Form::Docstring) && is_code_throughout(&lines, known)
}

/// Whether a line above a block says that output follows.
fn announces_output(line: &str) -> bool {
    let lower = line.to_lowercase();
    output::label(line).is_some()
        || (lower.starts_with("<!--") && lower.contains("output"))
        || (lower.trim_end().ends_with([':', '：'])
            && ["output", "print", "result", "displays", "shows", "produces", "gives"]
                .iter()
                .any(|word| lower.contains(word)))
}

/// The example of a block with prompts.
fn prompted(block: &Block, body: &[(usize, String)], rule: &'static str) -> Example {
    let lines: Vec<(usize, &str)> = body.iter().map(|(number, line)| (*number, line.as_str())).collect();
    let form = if block.form == Form::Docstring { Form::Docstring } else { Form::Doctest };
    Example { form, ..of_session(session::read(&lines), rule) }
}

/// The example of a block without prompts.
fn module(block: &Block, body: &[(usize, String)], rule: &'static str) -> Example {
    let texts: Vec<&str> = body.iter().map(|(_, line)| line.as_str()).collect();
    let filled = texts.iter().filter(|line| !line.trim().is_empty());
    let columns = filled.map(|line| super::statement::indent(line)).min();
    Example {
        code: dedent(&texts, columns.unwrap_or(0)),
        lines: body.iter().map(|(number, _)| *number).collect(),
        ..Example::new(block.form, rule)
    }
}

fn of_session(read: session::Session, rule: &'static str) -> Example {
    let notes = match read.unprompted {
        0 => Vec::new(),
        count => {
            vec![format!("{count} lines without a `...` prompt are read as part of the input above them")]
        }
    };
    Example {
        code: read.code,
        lines: read.lines,
        session: Some(read.inputs),
        notes,
        ..Example::new(Form::Doctest, rule)
    }
}
