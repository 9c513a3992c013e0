//! What a comment speaks of: the statement before it, and what must be observed there.
//!
//! A trailing comment speaks of the last statement that ends on its line; comments below speak of
//! the statement above them. From the shape of the statement follows what its value is: that of
//! the expression, of the name just assigned, of the object changed in place, or what it prints.

mod lines;
mod place;
#[cfg(test)]
mod tests;
mod watch;

use ruff_python_ast::Stmt;
use ruff_python_ast::token::TokenKind;
use ruff_text_size::{Ranged, TextRange};

use super::comment::{
    Meaning, PRINTED, Reading, State, asides, is_announced, is_expectation, read, values_in_words,
};
use super::sentence::said_below;
use super::{Expected, Force, Found, Kind, Origin};
use crate::example::Example;
use crate::python::{self, Names};
use lines::{bare, cumulative, extend, joined, spread_literal};
use place::{LineIndex, Place, places};
use watch::{is_call, prints};

/// How much of the code of a statement is shown in a report, in characters.
const SUBJECT_WIDTH: usize = 120;

/// Finds the claims in the comments of a module.
pub fn comments(example: &Example, found: &mut Found) {
    let code = example.code.as_str();
    let parsed = python::parse(code);
    let lines = LineIndex::new(code);
    let statements = places(parsed.suite(), &lines);
    let comments: Vec<TextRange> = parsed
        .tokens()
        .iter()
        .filter(|token| token.kind() == TokenKind::Comment)
        .map(Ranged::range)
        .collect();
    let mut reader = Reader { example, code, lines: &lines, statements: &statements, found };
    let mut index = 0;
    while index < comments.len() {
        let line = lines.line(comments[index].start());
        if lines.text_before(comments[index].start()).trim().is_empty() {
            let group = reader.group(&comments[index..]);
            reader.below(line, &group);
            index += group.len();
        } else {
            reader.trailing(line, comments[index]);
            index += 1;
        }
    }
    reader.sentence_below();
}

/// Of comment lines that say what one hopes for and then what comes, those that say what comes,
/// and how many lines stand before them.
fn without_hopes(group: &[(usize, String)]) -> (usize, &[(usize, String)]) {
    let says = |text: &str| is_expectation(bare(text).trim());
    let hope = group.iter().position(|(_, text)| says(text) == Some(true));
    let comes = group.iter().position(|(_, text)| says(text) == Some(false));
    match (hope, comes) {
        (Some(hope), Some(comes)) if hope < comes => (comes, &group[comes..]),
        _ => (0, group),
    }
}

/// Whether a label with lines below it announces output without doubt: it has its colon, or what
/// follows begins as a value does.
fn shows_output(texts: &[&str]) -> bool {
    let value = |c: char| c.is_ascii_digit() || matches!(c, '"' | '\'' | '[' | '{' | '(' | '-');
    bare(texts[0]).ends_with([':', '：', '=', '>']) || bare(texts[1]).trim_start().starts_with(value)
}

/// Whether what is said of objects is about a statement: not the text that it prints, nor a string
/// that has other names in it.
fn is_about(place: &Place, states: &[State]) -> bool {
    let is_named = || {
        let names = Names::of(std::slice::from_ref(place.statement));
        states.iter().any(|state| {
            names.loaded.contains(root(&state.object)) || names.bound.contains(root(&state.object))
        })
    };
    prints(place.statement).is_none() && (!matches!(place.statement, Stmt::Expr(_)) || is_named())
}

/// The name that an object is reached by.
fn root(object: &str) -> &str {
    object.split(['.', '[']).next().unwrap_or_default()
}

/// Adds the claim that the statement on a document line is worth this, or prints it; whether there
/// is such a statement.
pub fn declared(example: &Example, found: &mut Found, line: usize, value: &str) -> bool {
    let code = example.code.as_str();
    let parsed = python::parse(code);
    let lines = LineIndex::new(code);
    let statements = places(parsed.suite(), &lines);
    let covers = |place: &&Place| {
        (example.document_line(place.first)..=example.document_line(place.last)).contains(&line)
    };
    let Some(place) = statements.iter().filter(covers).min_by_key(|place| place.last - place.first) else {
        return false;
    };
    let before = found.claims.len();
    let mut reader = Reader { example, code, lines: &lines, statements: &statements, found };
    let code_line = place.first + line.saturating_sub(example.document_line(place.first));
    reader.claim(place, Reading::declared(value), code_line, Origin::Declared);
    found.claims.len() > before
}

/// Reads the comments of an example and finds for each the statement it speaks of.
struct Reader<'a, 'b> {
    example: &'a Example,
    code: &'a str,
    lines: &'a LineIndex<'a>,
    statements: &'a [Place<'a>],
    found: &'b mut Found,
}

impl<'a> Reader<'a, '_> {
    /// Full-line comments on consecutive lines, in one column.
    fn group(&self, comments: &[TextRange]) -> Vec<(usize, String)> {
        let first = self.lines.line(comments[0].start());
        let column = self.lines.column(comments[0].start());
        comments
            .iter()
            .enumerate()
            .take_while(|(index, range)| {
                let alone = self.lines.text_before(range.start()).trim().is_empty();
                alone
                    && self.lines.line(range.start()) == first + index
                    && self.lines.column(range.start()) == column
            })
            .map(|(index, range)| (first + index, self.code[*range].to_owned()))
            .collect()
    }

    /// A comment behind code on the same line.
    fn trailing(&mut self, line: usize, range: TextRange) {
        let text = &self.code[range];
        let ending = self
            .statements
            .iter()
            .filter(|place| place.last == line && place.header_last.is_none())
            .max_by_key(|place| (place.first, place.column));
        let header = self.statements.iter().find(|place| {
            place.header_last.is_some_and(|last| (place.first..=last).contains(&line))
                && !matches!(place.statement, Stmt::FunctionDef(_))
        });
        match (ending.or(header), read(text)) {
            (Some(place), Meaning::Claim(reading)) => {
                let remark = reading.remark.clone();
                self.claim(place, reading, line, Origin::Comment);
                // `3 and items is now [1, 2]`
                if let Some(Meaning::States(states)) = remark.map(|remark| read(&format!("# {remark}"))) {
                    self.states(place, states, line, Origin::Comment);
                }
            }
            (Some(place), Meaning::States(states)) if is_about(place, &states) => {
                self.states(place, states, line, Origin::Comment);
            }
            (Some(place), Meaning::States(states)) => {
                self.words(place, &[bare(text).trim().to_owned()], line, Origin::Comment);
                if prints(place.statement).is_none() {
                    self.states(place, states, line, Origin::Comment);
                }
            }
            (Some(place), Meaning::Words(words)) => match self.own_exception(&words) {
                Some(reading) => self.claim(place, reading, line, Origin::Comment),
                None => self.words(place, &[words, bare(text).trim().to_owned()], line, Origin::Comment),
            },
            (_, Meaning::NotUnderstood) => self.not_understood(line, text),
            _ => {}
        }
    }

    /// What objects are after a statement. Beyond doubt it is only where the statement names the
    /// object and runs once.
    fn states(&mut self, place: &Place, states: Vec<State>, line: usize, origin: Origin) {
        let is_header = place.header_last.is_some() && origin == Origin::Comment;
        if is_header || matches!(place.statement, Stmt::Return(_)) {
            return;
        }
        let names = Names::of(std::slice::from_ref(place.statement));
        for State { object, mut reading } in states {
            let is_named = names.loaded.contains(root(&object)) || names.bound.contains(root(&object));
            if !is_named || place.column > 0 || origin != Origin::Comment {
                reading.force = Force::Guess;
            }
            self.found.watch_output |= is_call(place.statement);
            let target = self.state_target(place, &object, &reading);
            let line = self.example.document_line(line);
            self.found.claims.push(reading.into_claim(line, origin, object, target));
        }
    }

    /// Comments on the lines below a statement.
    fn below(&mut self, line: usize, group: &[(usize, String)]) {
        let Some(place) = self.above(line) else { return self.before(line, group) };
        let (skipped, group) = without_hopes(group);
        let line = line + skipped;
        let texts: Vec<&str> = group.iter().map(|(_, text)| text.as_str()).collect();
        let may_print = place.header_last.is_some() || is_call(place.statement);
        match read(texts[0]) {
            Meaning::Introduces(kind) if texts.len() > 1 => {
                let force = if shows_output(&texts) { Force::Explicit } else { Force::Guess };
                self.introduced(place, kind, line + 1, &texts[1..], force);
            }
            Meaning::Claim(mut reading) => {
                let followed = !self.lines.text(line + group.len()).trim().is_empty();
                if followed && reading.kind == Kind::Raises {
                    // It may announce the statement that follows.
                    reading.force = Force::Guess;
                }
                if reading.kind == Kind::Value && self.is_said_already(place) {
                    reading.force = Force::Guess;
                }
                extend(&mut reading, &texts, may_print);
                self.claim(place, reading, line, Origin::NextLine);
            }
            Meaning::Words(words) if may_print || prints(place.statement).is_some() => {
                self.words(place, &cumulative(&words, &texts), line, Origin::NextLine);
            }
            Meaning::States(states) => {
                if may_print {
                    self.words(place, &cumulative(bare(texts[0]), &texts), line, Origin::NextLine);
                }
                self.states(place, states, line, Origin::NextLine);
            }
            Meaning::Words(_) => self.spread_value(place, line, &texts),
            Meaning::Introduces(_) | Meaning::NotUnderstood => {}
        }
    }

    /// What the line of text below the block says comes of it: of its last statement, or of all of it.
    /// Of several statements that may print, it is not known which are meant.
    fn sentence_below(&mut self) {
        let Some((line, text)) = self.example.below.as_ref().filter(|_| self.example.output.is_none()) else {
            return;
        };
        let own = |place: &&Place| place.column == 0;
        let Some(mut reading) = said_below(text) else { return };
        let Some(place) = self.statements.iter().rfind(own) else { return };
        let tells = |place: &&Place| {
            place.column == 0 && (place.header_last.is_some() || matches!(place.statement, Stmt::Expr(_)))
        };
        let defines = |place: &&Place| matches!(place.statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_));
        if self.statements.iter().filter(|place| tells(place) && !defines(place)).count() > 1 {
            reading.force = Force::Guess;
        }
        if let Some(target) = self.target(place, &mut reading) {
            let claim = reading.into_claim(*line, Origin::Sentence, self.subject(place), target);
            self.found.claims.push(claim);
        }
    }

    /// A comment above its code, that announces what comes: `# prints 3` before `print(1 + 2)`.
    fn before(&mut self, line: usize, group: &[(usize, String)]) {
        let [(_, text)] = group else { return };
        let below = |place: &&Place| place.first == line + 1 && matches!(place.statement, Stmt::Expr(_));
        let Some(place) = self.statements.iter().find(below).filter(|_| is_announced(text)) else { return };
        let stands_alone = self.lines.text(place.last + 1).trim().is_empty();
        if let Meaning::Claim(mut reading) = read(text) {
            if !stands_alone || reading.remark.is_some() || reading.rule == PRINTED {
                reading.force = Force::Guess;
            }
            self.claim(place, reading, line, Origin::PreviousLine);
        }
    }

    /// Whether a comment behind a statement says already what comes of it.
    fn is_said_already(&self, place: &Place) -> bool {
        self.found.claims.iter().any(|claim| {
            claim.origin == Origin::Comment
                && claim.force == Force::Explicit
                && (claim.target.first, claim.target.last) == (place.first, place.last)
        })
    }

    /// The statement that comments speak of which begin on a line; definitions and imports have
    /// no value that a comment below could tell.
    fn above(&self, line: usize) -> Option<&'a Place<'a>> {
        let column = self.lines.column_of_text(line);
        let ends_above = |place: &&Place| place.last + 1 == line && place.column == column;
        let place = self.statements.iter().filter(ends_above).max_by_key(|place| place.first)?;
        let has_no_value = matches!(
            place.statement,
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) | Stmt::Import(_) | Stmt::ImportFrom(_)
        );
        (!has_no_value).then_some(place)
    }

    /// A literal that is spread over several comment lines.
    fn spread_value(&mut self, place: &Place, line: usize, texts: &[&str]) {
        let Some(literal) = spread_literal(texts) else { return };
        if let Meaning::Claim(reading) = read(&format!("# {literal}")) {
            self.claim(place, reading, line, Origin::NextLine);
        }
    }

    /// The lines below an introducer that stands alone.
    fn introduced(&mut self, place: &Place, kind: Kind, line: usize, texts: &[&str], force: Force) {
        if kind == Kind::Stdout {
            let text = joined(texts);
            let first = bare(texts[0]).to_owned();
            let reading = Reading {
                kind,
                expected: Expected::Text(vec![text.clone(), first]),
                claimed: text,
                remark: None,
                force,
                hedge: None,
                rule: "the comment lines below an introducer",
                whole: String::new(),
            };
            self.claim(place, reading, line, Origin::NextLine);
        } else if let Meaning::Claim(reading) = read(texts[0]) {
            self.claim(place, reading, line, Origin::NextLine);
        }
    }

    /// `Stale: 2 days old`, where the example defines a class `Stale`.
    fn own_exception(&self, words: &str) -> Option<Reading> {
        let (name, rest) = words.split_once(':').unwrap_or((words, ""));
        // What inherits from nothing is no exception.
        let is_class = |place: &Place| match place.statement {
            Stmt::ClassDef(class) => class.name.as_str() == name && class.arguments.is_some(),
            _ => false,
        };
        let message = Some(rest.trim().to_owned()).filter(|message| !message.is_empty());
        self.statements.iter().any(is_class).then(|| Reading {
            kind: Kind::Raises,
            expected: Expected::Exception { name: Some(name.to_owned()), message: message.clone() },
            claimed: words.to_owned(),
            remark: None,
            force: if message.is_some() { Force::Explicit } else { Force::Guess },
            hedge: None,
            rule: "an exception of the example's own",
            whole: String::new(),
        })
    }

    /// Words that may be what is printed.
    fn words(&mut self, place: &Place, readings: &[String], line: usize, origin: Origin) {
        let first = readings.first().cloned().unwrap_or_default();
        if first.is_empty() || place.header_last.is_some() && origin == Origin::Comment {
            return;
        }
        let mut texts = readings.to_vec();
        // `5 characters` says 5.
        let number = first.split(' ').next().filter(|word| word.parse::<f64>().is_ok());
        texts.extend(number.map(str::to_owned));
        texts.extend(asides(&first).into_iter().map(|(head, _)| head.to_owned()));
        texts.extend(values_in_words(&first));
        let reading = Reading {
            kind: if prints(place.statement).is_some() { Kind::Stdout } else { Kind::Value },
            expected: Expected::Text(texts),
            claimed: first,
            remark: None,
            force: Force::Guess,
            hedge: None,
            rule: "words that equal what happened",
            whole: String::new(),
        };
        self.claim(place, reading, line, origin);
    }

    /// Adds the claim of a reading; where it makes no sense at its statement, it is not understood.
    fn claim(&mut self, place: &Place, mut reading: Reading, line: usize, origin: Origin) {
        let Some(target) = self.target(place, &mut reading) else {
            if reading.force == Force::Explicit {
                self.not_understood(line, &reading.claimed);
            }
            return;
        };
        let line = self.example.document_line(line);
        let claim = reading.into_claim(line, origin, self.subject(place), target);
        self.found.claims.push(claim);
    }

    fn not_understood(&mut self, line: usize, text: &str) {
        self.found
            .not_understood
            .push((self.example.document_line(line), text.trim_start_matches('#').trim().to_owned()));
    }

    /// The code of the statement on one line; of a statement with suites its header, of a `pass`
    /// the header of the suite that it fills.
    fn subject(&self, place: &Place) -> String {
        let filled = matches!(place.statement, Stmt::Pass(_)).then(|| self.around(place)).flatten();
        let place = filled.unwrap_or(place);
        let text = &self.code[place.statement.range()];
        let text = if place.header_last.is_some() { text.lines().next().unwrap_or_default() } else { text };
        let mut subject = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if subject.chars().count() > SUBJECT_WIDTH {
            subject = subject.chars().take(SUBJECT_WIDTH - 3).chain("...".chars()).collect();
        }
        subject
    }

    /// The innermost statement with suites that a statement stands in.
    fn around(&self, place: &Place) -> Option<&Place<'_>> {
        let holds = |outer: &&Place| {
            outer.header_last.is_some() && outer.first <= place.first && outer.last >= place.last
        };
        self.statements.iter().filter(holds).max_by_key(|outer| outer.first)
    }
}
