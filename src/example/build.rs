//! Puts a document's examples together: fences first, then what stands between them.

use std::borrow::Cow;

use ruff_python_ast::Stmt;

use super::asciidoc::Asciidoc;
use super::block::{Block, Extractor, Language};
use super::evidence::{Known, Strength, strength};
use super::lexical::is_config_section;
use super::markdown::Markdown;
use super::marks::{self, Directive, Scanned};
use super::plain::{Found, FoundKind, Reader, dedent, ends_with_semicolons};
use super::rst::{self, Rst};
use super::{Example, Extraction, Form, OutputBlock, Rejection, inline, ipython, naming, output, session};
use crate::document::{Document, Format};
use crate::python::{self, Names};

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
    builder.finish(&blocks, &directives, reads_prose)
}

/// The extractor for a format.
fn extractor(format: Format) -> &'static dyn Extractor {
    match format {
        Format::Markdown | Format::Text => &Markdown,
        Format::Rst => &Rst,
        Format::Asciidoc => &Asciidoc,
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
                ..empty(Form::Plain, "statements that were written as code, bounded by other text")
            },
            FoundKind::Session => {
                let prompted: Vec<(usize, &str)> =
                    numbers.clone().zip(lines[found.first..].iter().copied()).collect();
                of_session(session::read(&prompted), "prompts")
            }
        };
        (example.start_line, example.end_line) = (*numbers.start(), *numbers.end());
        example.output = found.output.clone();
        example.file =
            naming::file_name(self.document, example.start_line, example.start_line, "", &example.code);
        example
    }

    fn block(&mut self, block: &Block) {
        let session = ipython::as_session(block);
        let block = session.as_ref().unwrap_or(block);
        let prompts = block.body.iter().any(|(_, line)| session::is_prompt(line));
        match block.language {
            Language::Markup | Language::Tied => {}
            Language::Ignored(reason) => self.reject(block, reason),
            _ if block.bounds().is_none() => self.reject(block, "it is empty"),
            Language::Python => self.take(block, prompts, "a block that names Python"),
            Language::Other => self.reject(block, "it names another language"),
            _ if prompts => self.take(block, true, "prompts in a block"),
            // Below a sentence such as `This shows how to sort::` code stands as often as output.
            Language::Unnamed if block.form == Form::Directive && self.is_code_below_a_sentence(block) => {
                self.take(block, false, UNNAMED);
            }
            _ if self.is_output(block) => self.attach_output(block),
            Language::Unnamed if reads_as_python(block, &self.known) => {
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
        let mut example = if prompts {
            let lines: Vec<(usize, &str)> =
                body.iter().map(|(number, line)| (*number, line.as_str())).collect();
            of_session(session::read(&lines), rule)
        } else {
            let texts: Vec<&str> = body.iter().map(|(_, line)| line.as_str()).collect();
            let columns = texts
                .iter()
                .filter(|line| !line.trim().is_empty())
                .map(|line| super::statement::indent(line))
                .min();
            Example {
                code: dedent(&texts, columns.unwrap_or(0)),
                lines: body.iter().map(|(number, _)| *number).collect(),
                ..empty(block.form, rule)
            }
        };
        (example.start_line, example.end_line) = (body[0].0, body[body.len() - 1].0);
        example.file = naming::file_name(
            self.document,
            example.start_line,
            block.start_line,
            &block.info,
            &example.code,
        );
        example.output = block.output.clone();
        let (mut marks, mut notes) = marks::of_fence(&block.info, block.start_line);
        example.marks.append(&mut marks);
        example.marks.extend(block.marks.iter().cloned());
        self.extraction.notes.append(&mut notes);
        self.taken_to = block.end_line;
        let parsed = python::parse(&example.code);
        self.known.extend(Names::of(parsed.suite()).global);
        self.extraction.examples.push(example);
    }

    /// Whether a block shows the output of the example above: nothing stands between them but a
    /// label or a sentence that announces output.
    fn is_output(&self, block: &Block) -> bool {
        let Some(above) = self.extraction.examples.last() else { return false };
        let between = self.lines_between(above, block);
        above.output.is_none()
            && above.session.is_none()
            && (between.is_empty() || (between.len() <= 3 && announces_output(between[between.len() - 1])))
    }

    /// Whether a block reads as Python and the line above is a sentence, no label for output.
    fn is_code_below_a_sentence(&self, block: &Block) -> bool {
        let above = (1..block.start_line).rev().map(|number| self.lines[number - 1]);
        let above = above.map(str::trim).find(|line| !line.is_empty() && *line != "::");
        above.is_none_or(|line| output::label(line).is_none()) && reads_as_python(block, &self.known)
    }

    fn attach_output(&mut self, block: &Block) {
        let label = {
            let above = &self.extraction.examples[self.extraction.examples.len() - 1];
            self.lines_between(above, block).last().map_or_else(String::new, |line| line.trim().to_owned())
        };
        let line = block.bounds().map_or(block.start_line, |(first, _)| block.body[first].0);
        if let Some(above) = self.extraction.examples.last_mut() {
            above.output = Some(OutputBlock { line, text: block.text(), label, fenced: true });
        }
    }

    /// The lines with text between an example's end (its closing block excluded) and a block.
    fn lines_between(&self, above: &Example, block: &Block) -> Vec<&str> {
        let is_fence = |line: &str| {
            line.trim_start_matches([' ', '>']).starts_with("```")
                || line.trim_start_matches([' ', '>']).starts_with("~~~")
        };
        (above.end_line.max(self.taken_to) + 1..block.start_line)
            .map(|number| self.lines[number - 1])
            .filter(|line| !line.trim().is_empty() && !is_fence(line))
            .collect()
    }

    fn reject(&mut self, block: &Block, reason: &str) {
        self.extraction.rejections.push(Rejection {
            start_line: block.start_line,
            end_line: block.end_line,
            reason: reason.to_owned(),
        });
    }

    fn finish(mut self, fences: &[Block], directives: &[Directive], reads_prose: bool) -> Extraction {
        let mut is_code = vec![false; self.lines.len() + 2];
        let blocks = self.extraction.examples.iter().map(|example| (example.start_line, example.end_line));
        let marked = fences.iter().filter(|block| block.language != Language::Markup);
        for (start, end) in blocks.chain(marked.map(|block| (block.start_line, block.end_line))) {
            is_code[start..=end].fill(true);
        }
        if reads_prose {
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
        for (index, line) in self.lines.iter().enumerate().filter(|(index, _)| !is_code[index + 1]) {
            let below =
                self.lines.get(index + 1).filter(|_| !is_code[index + 2]).map_or("", |line| line.trim());
            let plain = match self.document.format {
                Format::Rst => rst::without_roles(line),
                _ => Cow::Borrowed(*line),
            };
            for span in inline::spans(&plain) {
                self.extraction.examples.push(Example {
                    code: format!("{}\n", span.code),
                    lines: vec![index + 1],
                    start_line: index + 1,
                    end_line: index + 1,
                    sentence: format!("{} {below}", span.after.trim_end()),
                    ..empty(Form::Inline, span.rule)
                });
            }
        }
    }
}

/// Whether a plain reading of the block takes all of its lines.
fn reads_as_python(block: &Block, known: &Known) -> bool {
    let lines: Vec<&str> = block.body.iter().map(|(_, line)| line.as_str()).collect();
    let (found, _) = Reader::new(&lines, 1, &mut known.clone()).read();
    let Some((first, last)) = block.bounds() else { return false };
    matches!(&found[..], [only] if only.first == first && only.last == last)
}

/// Whether a literal block of reStructuredText is valid Python as a whole. Where nothing else is
/// said Python is the language of such blocks, so a single statement or call is enough.
fn is_literal_python(block: &Block, known: &Known) -> bool {
    let lines: Vec<&str> = block.body.iter().map(|(_, line)| line.as_str()).collect();
    let text = block.text();
    block.form == Form::Directive
        && !lines.iter().any(|line| is_config_section(line))
        && !ends_with_semicolons(&lines)
        && python::parse_valid(&text).is_some_and(|parsed| {
            parsed.suite().iter().any(is_call) || strength(parsed.suite(), &text, known) >= Strength::Medium
        })
}

fn is_call(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Expr(expression) if expression.value.is_call_expr())
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

fn of_session(read: session::Session, rule: &'static str) -> Example {
    Example { code: read.code, lines: read.lines, session: Some(read.inputs), ..empty(Form::Doctest, rule) }
}

fn empty(form: Form, rule: &'static str) -> Example {
    Example {
        id: String::new(),
        section: None,
        file: None,
        form,
        code: String::new(),
        lines: Vec::new(),
        start_line: 0,
        end_line: 0,
        session: None,
        output: None,
        sentence: String::new(),
        marks: Vec::new(),
        rule,
    }
}
