//! What to observe for which statement.

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::Ranged;

use super::Reader;
use super::place::Place;
use crate::claim::comment::{MAPPED, RESULT_OF_WORDS, Reading, VALUE};
use crate::claim::literal::{is_path, is_value, same_value};
use crate::claim::{Expected, Force, Kind, Target};
use crate::python::{self, Names};
use crate::run::Watch;

impl Reader<'_, '_> {
    /// What to observe for a claim at a statement; none where the claim makes no sense.
    pub fn target(&mut self, place: &Place, reading: &mut Reading) -> Option<Target> {
        let target = Target {
            first: place.first,
            last: place.last,
            names: loaded(place.statement),
            ..Target::default()
        };
        match reading.kind {
            Kind::Raises => self.raises_target(place, reading, target),
            Kind::Works => self.works_target(place, target),
            Kind::Value | Kind::Stdout | Kind::Type => self.value_target(place, reading, target),
        }
    }

    /// What to observe for what is said of an object after a statement.
    pub fn state_target(&mut self, place: &Place, object: &str, reading: &Reading) -> Target {
        let claimed = evaluable(reading);
        Target {
            first: place.first,
            last: place.last,
            names: loaded(place.statement),
            after: Some(self.probe(place, Watch::After(object.to_owned()), claimed)),
            ..Target::default()
        }
    }

    fn raises_target(&mut self, place: &Place, reading: &Reading, mut target: Target) -> Option<Target> {
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

    fn works_target(&mut self, place: &Place, mut target: Target) -> Option<Target> {
        // What does nothing by itself, where it may never be reached, shows nothing.
        if place.in_function
            && matches!(place.statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_) | Stmt::Pass(_))
        {
            return None;
        }
        target.outcome = Some(self.probe(place, Watch::Ends, Vec::new()));
        Some(target)
    }

    fn value_target(&mut self, place: &Place, reading: &mut Reading, mut target: Target) -> Option<Target> {
        let may_print = prints(place.statement).is_some() || is_call(place.statement);
        if may_print && reading.expected == Expected::Value && reading.whole != reading.claimed {
            // `print(1, "and", 2)  # 1 and 2`
            reading.expected = Expected::Text(vec![reading.claimed.clone(), reading.whole.clone()]);
        }
        if reading.rule == RESULT_OF_WORDS
            && (place.in_function || !matches!(place.statement, Stmt::Expr(_) | Stmt::Assign(_)))
        {
            reading.force = Force::Guess;
        }
        // `double(2)  # 2 -> 4`
        if reading.rule == MAPPED
            && place.column == 0
            && is_call(place.statement)
            && self.is_argument(place, reading)
        {
            reading.force = Force::Explicit;
        }
        if yields(place.statement) {
            reading.force = Force::Guess;
        }
        let claimed = evaluable(reading);
        if let Some(argument) = prints(place.statement) {
            reading.kind = Kind::Stdout;
            self.found.watch_output = true;
            target.argument = argument.then(|| self.probe(place, Watch::Argument, claimed));
            return Some(target);
        }
        if place.header_last.is_some() {
            return self.may_print(place, reading).then_some(target);
        }
        self.watch(place, reading, &claimed, &mut target).then_some(target)
    }

    /// Whether what goes in, as a comment says, is the only argument of the call behind which it stands.
    fn is_argument(&self, place: &Place, reading: &Reading) -> bool {
        let Stmt::Expr(statement) = place.statement else { return false };
        let Expr::Call(call) = &*statement.value else { return false };
        let [only] = &*call.arguments.args else { return false };
        let input =
            ["->", "→", "=>"].iter().find_map(|arrow| reading.whole.split_once(arrow)).map(|parts| parts.0);
        input.is_some_and(|input| same_value(input.trim(), &self.code[only.range()]))
    }

    /// Of a compound statement only what all of it prints can be told below it; whether it can.
    fn may_print(&mut self, place: &Place, reading: &mut Reading) -> bool {
        let is_block = matches!(
            place.statement,
            Stmt::For(_) | Stmt::While(_) | Stmt::With(_) | Stmt::If(_) | Stmt::Try(_) | Stmt::Match(_)
        );
        if !is_block || matches!(reading.expected, Expected::Near(_)) {
            return false;
        }
        // `# Output: 1, 2` can be nothing else; what goes on (`1, 2, ...`) may be only its beginning.
        if matches!(reading.rule, VALUE | RESULT_OF_WORDS) || reading.claimed.contains("...") {
            reading.force = Force::Guess;
        }
        reading.kind = Kind::Stdout;
        self.found.watch_output = true;
        true
    }

    /// Sets the probes for the value of a simple statement; whether it has one.
    fn watch(
        &mut self,
        place: &Place,
        reading: &mut Reading,
        claimed: &[String],
        target: &mut Target,
    ) -> bool {
        match place.statement {
            Stmt::Expr(statement) => {
                self.found.watch_output = true;
                self.watch_value(place, claimed, target);
                self.watch_object(place, receiver(&statement.value, self.code), claimed, target);
            }
            Stmt::Assign(statement) => {
                doubt_repetition(reading, &statement.value);
                self.watch_value(place, claimed, target);
                let changed = changed_object(&statement.targets, self.code);
                if self.watch_object(place, changed, claimed, target) {
                    reading.force = Force::Guess;
                }
            }
            Stmt::AugAssign(statement) => {
                self.watch_value(place, claimed, target);
                let changed = changed_object(std::slice::from_ref(&statement.target), self.code);
                self.watch_object(place, changed, claimed, target);
            }
            Stmt::Delete(statement) => {
                let changed = changed_object(&statement.targets, self.code);
                return self.watch_object(place, changed, claimed, target);
            }
            // An import prints what its module prints.
            Stmt::Import(_) | Stmt::ImportFrom(_) => {
                self.found.watch_output = true;
                return reading.kind == Kind::Stdout;
            }
            _ => return self.watch_optional_value(place, reading, claimed, target),
        }
        true
    }

    /// Watches the value of a statement that may do without; whether it has one.
    fn watch_optional_value(
        &mut self,
        place: &Place,
        reading: &mut Reading,
        claimed: &[String],
        target: &mut Target,
    ) -> bool {
        match place.statement {
            Stmt::AnnAssign(statement) => {
                let Some(value) = &statement.value else { return false };
                doubt_repetition(reading, value);
            }
            Stmt::Return(statement) => {
                let Some(value) = &statement.value else { return false };
                if is_constant(value) {
                    reading.force = Force::Guess;
                }
            }
            _ => return false,
        }
        self.watch_value(place, claimed, target);
        true
    }

    fn watch_value(&mut self, place: &Place, claimed: &[String], target: &mut Target) {
        target.value = Some(self.probe(place, Watch::Value, claimed.to_vec()));
    }

    /// Watches an object that the statement may change in place, if there is one.
    fn watch_object(
        &mut self,
        place: &Place,
        object: Option<String>,
        claimed: &[String],
        target: &mut Target,
    ) -> bool {
        target.after = object.map(|object| self.probe(place, Watch::After(object), claimed.to_vec()));
        target.after.is_some()
    }

    fn probe(&mut self, place: &Place, watch: Watch, claimed: Vec<String>) -> u32 {
        self.found.probe(place.first, place.column, watch, claimed)
    }
}

/// Whether a statement hands a value out of a generator: what the caller gets is not seen.
fn yields(statement: &Stmt) -> bool {
    let value = match statement {
        Stmt::Expr(inner) => &inner.value,
        Stmt::Assign(inner) => &inner.value,
        _ => return false,
    };
    matches!(**value, Expr::Yield(_) | Expr::YieldFrom(_))
}

/// A value that is written out in the code is seldom repeated in the comment behind it.
fn doubt_repetition(reading: &mut Reading, assigned: &Expr) {
    if matches!(reading.rule, VALUE | RESULT_OF_WORDS) && is_constant(assigned) {
        reading.force = Force::Guess;
    }
}

/// Whether a statement is a call of `print`, and whether that has exactly one argument.
pub fn prints(statement: &Stmt) -> Option<bool> {
    let Stmt::Expr(statement) = statement else { return None };
    let Expr::Call(call) = &*statement.value else { return None };
    let named = matches!(&*call.func, Expr::Name(name) if matches!(name.id.as_str(), "print" | "pprint"));
    let single = call.arguments.args.len() == 1
        && call.arguments.keywords.is_empty()
        && !call.arguments.args[0].is_starred_expr();
    named.then_some(single)
}

/// Whether a statement is a call: it may print.
pub fn is_call(statement: &Stmt) -> bool {
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

/// The object that a change of a part of it changes (`d` in `d['a'] = 1`).
fn changed_object(targets: &[Expr], code: &str) -> Option<String> {
    let object = |target: &Expr| {
        let object = match target {
            Expr::Subscript(subscript) => &subscript.value,
            Expr::Attribute(attribute) => &attribute.value,
            _ => return None,
        };
        is_path(object).then(|| code[object.range()].to_owned())
    };
    targets.iter().find_map(object)
}

/// Whether an assigned value is written out.
fn is_constant(expression: &Expr) -> bool {
    match expression {
        Expr::List(_) | Expr::Dict(_) | Expr::Set(_) | Expr::Tuple(_) | Expr::Lambda(_) | Expr::Name(_) => {
            true
        }
        Expr::UnaryOp(operation) => is_constant(&operation.operand),
        _ => expression.is_literal_expr(),
    }
}

/// The names that a statement uses and Python does not have.
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
