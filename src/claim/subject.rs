//! What a comment speaks of: the statement before it, and what must be observed there.
//!
//! A trailing comment speaks of the last statement that ends on its line; comments below speak of
//! the statement above them. From the shape of the statement follows what its value is: that of
//! the expression, of the name just assigned, of the object changed in place, or what it prints.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::comment::{Meaning, Reading, read};
use super::literal::is_value;
use super::{Claim, Expected, Force, Found, Kind, Origin, Target};
use crate::example::Example;
use crate::python::{self, Names};
use crate::run::Watch;

/// Finds the claims in the comments of a module.
pub fn comments(example: &Example, found: &mut Found) {
    let code = example.code.as_str();
    let parsed = python::parse(code);
    let lines = LineIndex::new(code);
    let mut statements = Vec::new();
    collect(parsed.suite(), &lines, false, &mut statements);
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
}

/// A statement with its place and shape.
struct Place<'a> {
    statement: &'a Stmt,
    first: usize,
    last: usize,
    /// Column of its first character, in bytes.
    column: usize,
    /// Last line of its header, for statements with suites.
    header_last: Option<usize>,
    in_function: bool,
}

fn collect<'a>(body: &'a [Stmt], lines: &LineIndex, in_function: bool, places: &mut Vec<Place<'a>>) {
    for statement in body {
        let range = statement.range();
        let suites = suites(statement);
        let inner_start =
            suites.iter().filter_map(|suite| suite.first()).map(|first| lines.line(first.start())).min();
        let first = lines.line(range.start());
        places.push(Place {
            statement,
            first,
            last: lines.line(range.end()),
            column: lines.column(range.start()),
            header_last: inner_start.map(|line| line.saturating_sub(1).max(first)),
            in_function,
        });
        let in_function = in_function || matches!(statement, Stmt::FunctionDef(_));
        for suite in suites {
            collect(suite, lines, in_function, places);
        }
    }
}

fn suites(statement: &Stmt) -> Vec<&[Stmt]> {
    match statement {
        Stmt::FunctionDef(inner) => vec![&inner.body],
        Stmt::ClassDef(inner) => vec![&inner.body],
        Stmt::For(inner) => vec![&inner.body, &inner.orelse],
        Stmt::While(inner) => vec![&inner.body, &inner.orelse],
        Stmt::With(inner) => vec![&inner.body],
        Stmt::If(inner) => {
            let clauses = inner.elif_else_clauses.iter().map(|clause| &clause.body[..]);
            std::iter::once(&inner.body[..]).chain(clauses).collect()
        }
        Stmt::Try(inner) => {
            let handlers = inner.handlers.iter().map(|handler| match handler {
                ruff_python_ast::ExceptHandler::ExceptHandler(clause) => &clause.body[..],
            });
            let rest = [&inner.orelse[..], &inner.finalbody[..]];
            std::iter::once(&inner.body[..]).chain(handlers).chain(rest).collect()
        }
        Stmt::Match(inner) => inner.cases.iter().map(|case| &case.body[..]).collect(),
        _ => Vec::new(),
    }
}

struct Reader<'a, 'b> {
    example: &'a Example,
    code: &'a str,
    lines: &'a LineIndex<'a>,
    statements: &'a [Place<'a>],
    found: &'b mut Found,
}

impl Reader<'_, '_> {
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
            (Some(place), Meaning::Claim(reading)) => self.claim(place, reading, line, Origin::Comment),
            (Some(place), Meaning::Words(words)) => match self.own_exception(&words) {
                Some(reading) => self.claim(place, reading, line, Origin::Comment),
                None => self.words(place, &[words], line, Origin::Comment),
            },
            (_, Meaning::NotUnderstood) => self.not_understood(line, text),
            _ => {}
        }
    }

    /// Comments on the lines below a statement.
    fn below(&mut self, line: usize, group: &[(usize, String)]) {
        let column = self.lines.column_of_text(line);
        let above = self
            .statements
            .iter()
            .filter(|place| place.last + 1 == line && place.column == column)
            .max_by_key(|place| place.first);
        let Some(place) = above else { return };
        if matches!(
            place.statement,
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) | Stmt::Import(_) | Stmt::ImportFrom(_)
        ) {
            return;
        }
        let texts: Vec<&str> = group.iter().map(|(_, text)| text.as_str()).collect();
        let followed = !self.lines.text(line + group.len()).trim().is_empty();
        match read(texts[0]) {
            Meaning::Introduces(kind) if texts.len() > 1 => {
                self.introduced(place, kind, line + 1, &texts[1..])
            }
            Meaning::Claim(mut reading) => {
                if followed && reading.kind == Kind::Raises {
                    // It may announce the statement that follows.
                    reading.force = Force::Guess;
                }
                let may_print = place.header_last.is_some() || is_call(place.statement);
                extend(&mut reading, &texts, may_print);
                self.claim(place, reading, line, Origin::NextLine);
            }
            Meaning::Words(words)
                if prints(place.statement).is_some()
                    || place.header_last.is_some()
                    || is_call(place.statement) =>
            {
                let readings = cumulative(&words, &texts);
                self.words(place, &readings, line, Origin::NextLine);
            }
            Meaning::Words(_) => self.spread_value(place, line, &texts),
            _ => {}
        }
    }

    /// A literal that is spread over several comment lines.
    fn spread_value(&mut self, place: &Place, line: usize, texts: &[&str]) {
        for count in 2..=texts.len().min(60) {
            let joined = joined(&texts[..count], "\n");
            if is_value(&joined).is_some() {
                if let Meaning::Claim(reading) = read(&format!("# {}", joined.replace('\n', " "))) {
                    self.claim(place, reading, line, Origin::NextLine);
                }
                return;
            }
        }
    }

    /// The lines below an introducer that stands alone.
    fn introduced(&mut self, place: &Place, kind: Kind, line: usize, texts: &[&str]) {
        if kind == Kind::Stdout {
            let text = joined(texts, "\n");
            let first = bare(texts[0]).to_owned();
            let reading = Reading {
                kind,
                expected: Expected::Text(vec![text.clone(), first]),
                claimed: text,
                remark: None,
                force: Force::Explicit,
                hedge: None,
                rule: "the comment lines below an introducer",
            };
            self.claim(place, reading, line, Origin::NextLine);
        } else if let Meaning::Claim(reading) = read(texts[0]) {
            self.claim(place, reading, line, Origin::NextLine);
        }
    }

    /// `Stale: 2 days old`, where the example defines a class `Stale`.
    fn own_exception(&self, words: &str) -> Option<Reading> {
        let (name, rest) = words.split_once(':').unwrap_or((words, ""));
        let is_class = |place: &Place| matches!(place.statement, Stmt::ClassDef(class) if class.name.as_str() == name && class.arguments.is_some());
        let message = Some(rest.trim().to_owned()).filter(|message| !message.is_empty());
        self.statements.iter().any(is_class).then(|| Reading {
            kind: Kind::Raises,
            expected: Expected::Exception { name: Some(name.to_owned()), message: message.clone() },
            claimed: words.to_owned(),
            remark: None,
            force: if message.is_some() { Force::Explicit } else { Force::Guess },
            hedge: None,
            rule: "an exception of the example's own",
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
        texts.extend(super::comment::asides(&first).into_iter().map(|(head, _)| head.to_owned()));
        let reading = Reading {
            kind: if prints(place.statement).is_some() { Kind::Stdout } else { Kind::Value },
            expected: Expected::Text(texts),
            claimed: first,
            remark: None,
            force: Force::Guess,
            hedge: None,
            rule: "words that equal what happened",
        };
        self.claim(place, reading, line, origin);
    }

    fn claim(&mut self, place: &Place, mut reading: Reading, line: usize, origin: Origin) {
        let Some(target) = self.target(place, &mut reading) else {
            if reading.force == Force::Explicit {
                self.not_understood(line, &reading.claimed);
            }
            return;
        };
        self.found.claims.push(Claim {
            line: self.example.document_line(line),
            kind: reading.kind,
            origin,
            subject: self.subject(place),
            claimed: reading.claimed,
            remark: reading.remark,
            force: reading.force,
            hedge: reading.hedge,
            rule: reading.rule,
            expected: reading.expected,
            target,
        });
    }

    fn not_understood(&mut self, line: usize, text: &str) {
        self.found
            .not_understood
            .push((self.example.document_line(line), text.trim_start_matches('#').trim().to_owned()));
    }

    /// The code of the statement on one line; of a statement with suites its header.
    fn subject(&self, place: &Place) -> String {
        let range = place.statement.range();
        let text = &self.code[range];
        let text = if place.header_last.is_some() { text.lines().next().unwrap_or_default() } else { text };
        let mut subject = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if subject.chars().count() > 120 {
            subject = subject.chars().take(117).chain("...".chars()).collect();
        }
        subject
    }

    /// What to observe for a claim at a statement; none where the claim makes no sense.
    fn target(&mut self, place: &Place, reading: &mut Reading) -> Option<Target> {
        let mut target = Target {
            first: place.first,
            last: place.last,
            names: loaded(place.statement),
            ..Target::default()
        };
        match reading.kind {
            Kind::Raises => {
                if matches!(place.statement, Stmt::FunctionDef(_)) {
                    return None;
                }
                let names = match &reading.expected {
                    Expected::Exception { name: Some(name), .. } => vec![name.clone()],
                    _ => Vec::new(),
                };
                target.outcome = Some(self.probe(place, Watch::Raises(names), Vec::new()));
                if let Stmt::Expr(_) = place.statement {
                    // `error.__cause__  # KeyError('id')`, `print(type(e).__name__)  # KeyError`:
                    // the words may also be the value, or what is printed.
                    self.found.watch_output = true;
                    let claimed = evaluable(&Reading { expected: Expected::Value, ..reading.clone() });
                    target.value = Some(self.probe(place, Watch::Value, claimed));
                }
                Some(target)
            }
            Kind::Works => {
                if matches!(place.statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_) | Stmt::Pass(_))
                    && place.in_function
                {
                    return None;
                }
                target.outcome = Some(self.probe(place, Watch::Ends, Vec::new()));
                Some(target)
            }
            Kind::Value | Kind::Stdout | Kind::Type => self.value_target(place, reading, target),
        }
    }

    fn value_target(&mut self, place: &Place, reading: &mut Reading, mut target: Target) -> Option<Target> {
        let claimed = evaluable(reading);
        if let Some(argument) = prints(place.statement) {
            reading.kind = Kind::Stdout;
            self.found.watch_output = true;
            target.argument = argument.then(|| self.probe(place, Watch::Argument, claimed));
            return Some(target);
        }
        if place.header_last.is_some() {
            // Only what a whole compound statement prints can be told below it.
            let below = matches!(
                place.statement,
                Stmt::For(_) | Stmt::While(_) | Stmt::With(_) | Stmt::If(_) | Stmt::Try(_) | Stmt::Match(_)
            );
            if !below || matches!(reading.expected, Expected::Near(_)) {
                return None;
            }
            if reading.rule == "a value" {
                reading.force = Force::Guess;
            }
            reading.kind = Kind::Stdout;
            self.found.watch_output = true;
            return Some(target);
        }
        let watched = self.watch(place, reading, &claimed, &mut target);
        watched.then_some(target)
    }

    /// Sets the probes for the value of a simple statement.
    fn watch(
        &mut self,
        place: &Place,
        reading: &mut Reading,
        claimed: &[String],
        target: &mut Target,
    ) -> bool {
        let claimed = || claimed.to_vec();
        match place.statement {
            Stmt::Expr(statement) => {
                self.found.watch_output = true;
                target.value = Some(self.probe(place, Watch::Value, claimed()));
                if let Some(receiver) = receiver(&statement.value, self.code) {
                    target.after = Some(self.probe(place, Watch::After(receiver), claimed()));
                }
                true
            }
            Stmt::Assign(statement) => {
                if reading.rule == "a value" && is_constant(&statement.value) {
                    reading.force = Force::Guess;
                }
                let changed = statement.targets.iter().find_map(|target| changed_object(target, self.code));
                target.value = Some(self.probe(place, Watch::Value, claimed()));
                if let Some(changed) = changed {
                    reading.force = Force::Guess;
                    target.after = Some(self.probe(place, Watch::After(changed), claimed()));
                }
                true
            }
            Stmt::AnnAssign(statement) => {
                let Some(value) = &statement.value else { return false };
                if reading.rule == "a value" && is_constant(value) {
                    reading.force = Force::Guess;
                }
                target.value = Some(self.probe(place, Watch::Value, claimed()));
                true
            }
            Stmt::AugAssign(_) => {
                target.value = Some(self.probe(place, Watch::Value, claimed()));
                true
            }
            Stmt::Return(statement) if statement.value.is_some() => {
                if statement.value.as_deref().is_some_and(is_constant) {
                    reading.force = Force::Guess;
                }
                target.value = Some(self.probe(place, Watch::Value, claimed()));
                true
            }
            Stmt::Delete(statement) => {
                let changed = statement.targets.iter().find_map(|target| changed_object(target, self.code));
                target.after = changed.map(|changed| self.probe(place, Watch::After(changed), claimed()));
                target.after.is_some()
            }
            // An import prints what its module prints.
            Stmt::Import(_) | Stmt::ImportFrom(_) => {
                self.found.watch_output = true;
                reading.kind == Kind::Stdout
            }
            _ => false,
        }
    }

    fn probe(&mut self, place: &Place, watch: Watch, claimed: Vec<String>) -> u32 {
        self.found.probe(place.first, place.column, watch, claimed)
    }
}

/// Whether a statement is a call of `print`, and whether that has exactly one argument.
fn prints(statement: &Stmt) -> Option<bool> {
    let Stmt::Expr(statement) = statement else { return None };
    let Expr::Call(call) = &*statement.value else { return None };
    let named = matches!(&*call.func, Expr::Name(name) if matches!(name.id.as_str(), "print" | "pprint"));
    let single = call.arguments.args.len() == 1
        && call.arguments.keywords.is_empty()
        && !call.arguments.args[0].is_starred_expr();
    named.then_some(single)
}

fn is_call(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Expr(statement) if statement.value.is_call_expr())
}

/// The object whose method is called: it may be changed in place.
fn receiver(expression: &Expr, code: &str) -> Option<String> {
    let expression = match expression {
        Expr::Await(inner) => &inner.value,
        other => other,
    };
    let Expr::Call(call) = expression else { return None };
    match &*call.func {
        Expr::Attribute(attribute) if is_path(&attribute.value) => {
            Some(code[attribute.value.range()].to_owned())
        }
        // `shuffle(cards)`, `heapify(heap)`
        _ => call
            .arguments
            .args
            .first()
            .filter(|first| first.is_name_expr())
            .map(|first| code[first.range()].to_owned()),
    }
}

/// Names, attributes and constant subscripts: evaluating them once more has no effect.
fn is_path(expression: &Expr) -> bool {
    match expression {
        Expr::Name(_) => true,
        Expr::Attribute(attribute) => is_path(&attribute.value),
        Expr::Subscript(subscript) => is_path(&subscript.value) && subscript.slice.is_literal_expr(),
        _ => false,
    }
}

/// The object that an assignment to a part of it changes (`d` in `d['a'] = 1`).
fn changed_object(target: &Expr, code: &str) -> Option<String> {
    let object = match target {
        Expr::Subscript(subscript) => &subscript.value,
        Expr::Attribute(attribute) => &attribute.value,
        _ => return None,
    };
    is_path(object).then(|| code[object.range()].to_owned())
}

/// Whether an assigned value is written out: a comment behind it seldom repeats it.
fn is_constant(expression: &Expr) -> bool {
    match expression {
        Expr::List(_) | Expr::Dict(_) | Expr::Set(_) | Expr::Tuple(_) | Expr::Lambda(_) | Expr::Name(_) => {
            true
        }
        Expr::UnaryOp(operation) => is_constant(&operation.operand),
        _ => expression.is_literal_expr(),
    }
}

fn loaded(statement: &Stmt) -> Vec<String> {
    Names::of(std::slice::from_ref(statement))
        .loaded
        .into_iter()
        .filter(|name| !python::is_builtin(name))
        .collect()
}

/// The claimed value where the example itself can evaluate it.
fn evaluable(reading: &Reading) -> Vec<String> {
    let texts: Vec<&str> = match &reading.expected {
        Expected::Value => vec![&reading.claimed],
        Expected::Text(texts) => texts.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        if is_value(text).is_some() && !found.iter().any(|known| known == text) {
            found.push(text.to_owned());
        }
    }
    found
}

/// Adds the readings that take the comment lines below as further printed lines.
fn extend(reading: &mut Reading, texts: &[&str], may_print: bool) {
    if reading.expected == Expected::Value && texts.len() > 1 && may_print {
        reading.expected = Expected::Text(vec![reading.claimed.clone()]);
    }
    if let Expected::Text(readings) = &mut reading.expected {
        let head = readings.first().cloned().unwrap_or_default();
        for count in 2..=texts.len().min(60) {
            readings.push(format!("{head}\n{}", joined(&texts[1..count], "\n")));
        }
    }
}

/// The words alone, and with each further comment line as printed lines.
fn cumulative(words: &str, texts: &[&str]) -> Vec<String> {
    let mut readings = vec![words.to_owned()];
    for count in 2..=texts.len().min(60) {
        readings.push(joined(&texts[..count], "\n"));
    }
    readings
}

fn joined(texts: &[&str], separator: &str) -> String {
    texts.iter().map(|text| bare(text)).collect::<Vec<_>>().join(separator)
}

/// A comment line without its `#` and one blank, or `#>`.
fn bare(text: &str) -> &str {
    let text = text.strip_prefix("#>").unwrap_or_else(|| text.trim_start_matches('#'));
    text.strip_prefix(' ').unwrap_or(text).trim_end()
}

/// Lines and columns of byte offsets.
struct LineIndex<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> LineIndex<'a> {
    fn new(text: &'a str) -> LineIndex<'a> {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        LineIndex { text, starts }
    }

    /// Line (1-based) of an offset.
    fn line(&self, at: TextSize) -> usize {
        self.starts.partition_point(|&start| start <= at.to_usize())
    }

    /// Column (0-based, bytes) of an offset.
    fn column(&self, at: TextSize) -> usize {
        at.to_usize() - self.starts[self.line(at) - 1]
    }

    fn text_before(&self, at: TextSize) -> &'a str {
        &self.text[self.starts[self.line(at) - 1]..at.to_usize()]
    }

    fn text(&self, line: usize) -> &'a str {
        self.text.lines().nth(line.saturating_sub(1)).unwrap_or_default()
    }

    fn column_of_text(&self, line: usize) -> usize {
        let text = self.text(line);
        text.len() - text.trim_start().len()
    }
}
