//! How strongly a parsed statement shows that it was written as code: a bare word parses, and so
//! does `Dict & Set`, but nobody writes `def f(x): …` into a sentence.

use std::collections::BTreeSet;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprCall, Stmt, StmtAnnAssign, StmtAssign};

use super::lexical::is_config_section;
use super::plain::{dedent, ends_with_semicolons};
use super::statement::indent;
use crate::python::{self, Names, is_builtin};

/// How strongly something shows that it is code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// It parses, and could be prose, data or output as well.
    Weak,
    /// It is code if something else speaks for it.
    Medium,
    /// It can only be code.
    Strong,
}

impl Strength {
    /// What it adds to the case for a run of lines; two points are enough.
    pub fn points(self) -> usize {
        self as usize
    }

    fn raised(self) -> Strength {
        if self == Strength::Weak { Strength::Medium } else { Strength::Strong }
    }
}

/// Names that the document bound before.
pub type Known = BTreeSet<String>;

/// The strength of statements that form one unit, given what stands behind them.
pub fn strength(statements: &[Stmt], source: &str, known: &Known) -> Strength {
    let plain = statements.iter().map(|statement| of_statement(statement, source, known)).max();
    let plain = plain.unwrap_or(Strength::Weak);
    let last = source.trim_end().lines().next_back().unwrap_or_default();
    let (_, comment) = super::lexical::split_comment(last);
    let says_little = statements.iter().all(|statement| match statement {
        Stmt::Expr(expression) => is_data(&expression.value) || expression.value.is_name_expr(),
        _ => false,
    });
    if comment.is_some() && !says_little { plain.raised() } else { plain }
}

/// Whether lines are valid Python as a whole and hold a call or what says as much.
pub fn is_code_throughout(lines: &[&str], known: &Known) -> bool {
    let columns = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(line)).min();
    let text = dedent(lines, columns.unwrap_or(0));
    !lines.iter().any(|line| is_config_section(line))
        && !ends_with_semicolons(lines)
        && python::parse_valid(&text).is_some_and(|parsed| {
            parsed.suite().iter().any(is_call) || strength(parsed.suite(), &text, known) >= Strength::Medium
        })
}

fn is_call(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Expr(expression) if expression.value.is_call_expr())
}

fn of_statement(statement: &Stmt, source: &str, known: &Known) -> Strength {
    use Strength::{Medium, Strong, Weak};
    let strong_if = |clear: bool| if clear { Strong } else { Medium };
    match statement {
        Stmt::Expr(expression) => of_expression(&expression.value, known),
        Stmt::Assign(assign) => of_assignment(assign, source, known),
        Stmt::AnnAssign(assign) => of_annotation(assign),
        Stmt::AugAssign(assign) => strong_if(all_known(&assign.target, known)),
        Stmt::Raise(raise) => strong_if(raise.exc.is_some()),
        Stmt::Assert(assert) => strong_if(!assert.test.is_name_expr()),
        Stmt::Return(_) | Stmt::Delete(_) | Stmt::Global(_) | Stmt::Nonlocal(_) => Medium,
        Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) | Stmt::IpyEscapeCommand(_) => Weak,
        _ => Strong,
    }
}

/// `DEBUG=True` is a line of an environment file, `future = placeholder` a remark.
fn of_assignment(assign: &StmtAssign, source: &str, known: &Known) -> Strength {
    let constant_of_environment = !source.contains(" = ")
        && assign.targets.iter().all(is_upper_case)
        && (assign.value.is_literal_expr() || assign.value.is_name_expr());
    let phrase = only_names(&assign.value) && !all_known(&assign.value, known);
    if constant_of_environment || phrase { Strength::Weak } else { Strength::Strong }
}

/// `name: str` declares a field; most words with a colon between them do not.
fn of_annotation(assign: &StmtAnnAssign) -> Strength {
    if assign.value.is_some() {
        return Strength::Strong;
    }
    match (&*assign.target, &*assign.annotation) {
        (Expr::Name(target), Expr::Name(kind))
            if is_builtin(&kind.id)
                && target.id.starts_with(|c: char| c.is_lowercase())
                && !is_builtin(&target.id) =>
        {
            Strength::Medium
        }
        _ => Strength::Weak,
    }
}

fn of_expression(expression: &Expr, known: &Known) -> Strength {
    use Strength::{Medium, Strong, Weak};
    match expression {
        Expr::Await(_) | Expr::Yield(_) | Expr::YieldFrom(_) => Strong,
        Expr::Call(call) => of_call(expression, call, known),
        Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) | Expr::Lambda(_) => {
            Medium
        }
        _ if expression.is_literal_expr() => Weak,
        _ if mentions_known(expression, known) && all_known(expression, known) => Strong,
        Expr::Compare(_) if !only_names(expression) && all_known(expression, known) => Medium,
        _ if contains_call(expression) && all_known(expression, known) => Medium,
        _ => Weak,
    }
}

/// A call of something known is code, unless it may only mention what it names.
fn of_call(expression: &Expr, call: &ExprCall, known: &Known) -> Strength {
    use Strength::{Medium, Strong, Weak};
    let root = root_name(&call.func);
    let is_bound = root.is_some_and(|name| known.contains(name));
    let is_known = is_bound || matches!(&*call.func, Expr::Name(name) if is_builtin(&name.id));
    let arguments = &call.arguments;
    let only_mentions = arguments.keywords.is_empty() && arguments.args.iter().all(Expr::is_name_expr);
    match (is_known, only_mentions) {
        // `len()` in a list of functions is a mention.
        (true, true) if arguments.args.is_empty() && !is_bound => {
            if root == Some("print") {
                Medium
            } else {
                Weak
            }
        }
        // `users(id, name)` is the row of a table, whatever `users` was before.
        (true, true) if !all_known(expression, known) => Weak,
        (true, _) => Strong,
        (false, true) => Weak,
        (false, false) => Medium,
    }
}

/// Whether an expression is a literal through and through, as printed values are.
fn is_data(expression: &Expr) -> bool {
    match expression {
        Expr::List(list) => list.elts.iter().all(is_data),
        Expr::Tuple(tuple) => tuple.elts.iter().all(is_data),
        Expr::Set(set) => set.elts.iter().all(is_data),
        Expr::Dict(dict) => {
            dict.items.iter().all(|item| item.key.as_ref().is_none_or(is_data) && is_data(&item.value))
        }
        Expr::UnaryOp(operation) => is_data(&operation.operand),
        _ => expression.is_literal_expr(),
    }
}

fn is_upper_case(expression: &Expr) -> bool {
    matches!(expression, Expr::Name(name) if !name.id.chars().any(char::is_lowercase))
}

/// Whether every name is bound by the document or by Python.
fn all_known(expression: &Expr, known: &Known) -> bool {
    let mut names = Names::default();
    names.visit_expr(expression);
    names.free().all(|name| known.contains(name))
}

/// Whether some name is one that the document bound.
fn mentions_known(expression: &Expr, known: &Known) -> bool {
    let mut names = Names::default();
    names.visit_expr(expression);
    names.loaded.iter().any(|name| known.contains(name))
}

/// Whether an expression consists of names and operators alone, as some phrases do
/// (`Site - packages`).
fn only_names(expression: &Expr) -> bool {
    match expression {
        Expr::Name(_) | Expr::NoneLiteral(_) | Expr::EllipsisLiteral(_) => true,
        Expr::BinOp(operation) => only_names(&operation.left) && only_names(&operation.right),
        Expr::UnaryOp(operation) => only_names(&operation.operand),
        Expr::BoolOp(operation) => operation.values.iter().all(only_names),
        Expr::Compare(comparison) => {
            only_names(&comparison.left) && comparison.comparators.iter().all(only_names)
        }
        Expr::Tuple(tuple) => !tuple.parenthesized && tuple.elts.iter().all(only_names),
        _ => false,
    }
}

fn contains_call(expression: &Expr) -> bool {
    struct Calls(bool);
    impl<'a> Visitor<'a> for Calls {
        fn visit_expr(&mut self, expression: &'a Expr) {
            self.0 |= expression.is_call_expr();
            visitor::walk_expr(self, expression);
        }
    }
    let mut calls = Calls(false);
    calls.visit_expr(expression);
    calls.0
}

fn root_name(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => root_name(&attribute.value),
        Expr::Subscript(subscript) => root_name(&subscript.value),
        Expr::Call(call) => root_name(&call.func),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(source: &str) -> Strength {
        let known = Known::from(["x".to_owned(), "numbers".to_owned()]);
        let parsed = crate::python::parse_valid(source).expect("valid");
        strength(parsed.suite(), source, &known)
    }

    #[test]
    fn what_parses_as_prose_is_weak() {
        for source in [
            "Site - packages",
            "Types, Scopes & Names",
            "42",
            "users(id, name)",
            "List: [x]",
            "None",
            "\"quoted\"",
            "DEBUG=True",
            "future = placeholder",
            "list",
            "gc.collect()",
            "open()",
        ] {
            assert_eq!(of(source), Strength::Weak, "{source}");
        }
    }

    #[test]
    fn what_only_code_says_is_strong() {
        for source in [
            "import math",
            "def f(): pass",
            "a = [1, 2]",
            "print(1)",
            "x == y == x if x else x",
            "numbers.sort()",
            "x",
            "sorted([2])",
            "raise ValueError('a')",
            "p = Point(1)",
            "x.y  # 3",
            "await f()",
        ] {
            let strong = of(source);
            assert!(strong == Strength::Strong || source.starts_with("x =="), "{source}: {strong:?}");
        }
    }

    #[test]
    fn a_comment_behind_speaks_for_code() {
        assert_eq!(of("0.1 + 0.2"), Strength::Weak);
        assert_eq!(of("0.1 + 0.2  # 0.30000000000000004"), Strength::Medium);
        assert_eq!(of("f(1)  # 2"), Strength::Strong);
        assert_eq!(of("deactivate  # leave"), Strength::Weak);
    }
}
