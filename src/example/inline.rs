//! Inline code: backtick spans that are complete Python beyond a name, and sentences that begin
//! with an import and go on to use it (`import math → call math.sqrt(16)`).

use ruff_python_ast::{CmpOp, Expr, ExprCompare, Operator, Stmt, StmtAssign};

use crate::python::{self, Names};

/// Code found inside one line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The code as one line.
    pub code: String,
    /// The rule that took it.
    pub rule: &'static str,
    /// The text of the line behind it.
    pub after: String,
}

/// Rule name of a backtick span.
pub const BACKTICKS: &str = "a backtick span that is complete Python";
/// Rule name of a call without arguments, which names a function and is not run.
pub const MENTION: &str = "a backtick span that mentions a function";
/// Rule name of an import with its use in one sentence.
pub const SENTENCE: &str = "a sentence that begins with an import and uses it";

/// Bytes of the text behind a span that are kept.
const LONGEST_SENTENCE: usize = 1000;

/// The inline code of a line.
pub fn spans(line: &str) -> Vec<Span> {
    let mut spans: Vec<Span> =
        backticks(line).into_iter().filter_map(|(code, after)| span(code, after)).collect();
    spans.extend(sentence(line).map(|code| Span { code, rule: SENTENCE, after: String::new() }));
    spans
}

/// The texts between equal runs of backticks, each with the text behind it.
pub fn backticks(line: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        let ticks = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let inner = &rest[start + ticks..];
        let mut from = 0;
        let close = loop {
            let Some(at) = inner[from..].find('`').map(|at| at + from) else { break None };
            let length = inner[at..].len() - inner[at..].trim_start_matches('`').len();
            if length == ticks {
                break Some(at);
            }
            from = at + length;
        };
        let Some(close) = close else { break };
        rest = &inner[close + ticks..];
        found.push((inner[..close].trim(), rest));
    }
    found
}

/// Complete Python that says more than a name: no bare names, attributes, keywords or hyphenated
/// words. An empty call (`f()`) only mentions the function.
pub fn span(code: &str, after: &str) -> Option<Span> {
    let parsed = python::parse_valid(code)?;
    let statements = parsed.suite();
    let says = statements.iter().any(|statement| match statement {
        Stmt::Expr(expression) => says_something(&expression.value),
        Stmt::AnnAssign(assign) => assign.value.is_some(),
        Stmt::Assign(assign) => statements.len() > 1 || !is_setting(assign, code),
        Stmt::Return(_)
        | Stmt::Pass(_)
        | Stmt::Break(_)
        | Stmt::Continue(_)
        | Stmt::Global(_)
        | Stmt::Nonlocal(_)
        | Stmt::Delete(_)
        | Stmt::Raise(_)
        | Stmt::Assert(_) => statements.len() > 1,
        _ => true,
    });
    let mentions = matches!(&statements[..], [Stmt::Expr(only)] if only.value.is_call_expr());
    let rule = if says { BACKTICKS } else { MENTION };
    (says || mentions).then(|| Span { code: code.to_owned(), rule, after: beginning(after).to_owned() })
}

/// As much of a text as a sentence may have: a line of many spans must not be kept behind each.
pub fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_SENTENCE)]
}

/// Whether an assignment is an argument (`strict=True`), a variable of the environment or a setting of
/// another language (`lazy = true`) rather than a statement.
fn is_setting(assign: &StmtAssign, code: &str) -> bool {
    let argument = matches!(&assign.targets[..], [Expr::Name(_)]) && !code.contains(" =");
    let foreign =
        matches!(&*assign.value, Expr::Name(name) if matches!(name.id.as_str(), "true" | "false" | "null"));
    argument || foreign
}

fn says_something(expression: &Expr) -> bool {
    match expression {
        Expr::Call(call) => {
            !call.arguments.args.is_empty() || !call.arguments.keywords.is_empty() || !is_mention(&call.func)
        }
        // Hyphenated names (`docker-compose.yml`, `utf-8`) parse as differences.
        Expr::BinOp(operation) => {
            let last = operation.op == Operator::Sub && operation.right.is_number_literal_expr();
            !is_hyphenated(if last { &operation.left } else { expression })
        }
        // So do options of commands (`--verbose`) and names without their path (`~pathlib.Path`).
        Expr::UnaryOp(operation) => says_something(&operation.operand),
        Expr::Compare(comparison) => !orders_a_type(comparison),
        Expr::List(list) => !are_mentions(&list.elts),
        Expr::Dict(dict) => !dict.items.is_empty(),
        Expr::Set(set) => !are_mentions(&set.elts),
        Expr::Tuple(tuple) => tuple.parenthesized && !are_mentions(&tuple.elts),
        Expr::Name(_) | Expr::Attribute(_) | Expr::Yield(_) | Expr::YieldFrom(_) | Expr::Await(_) => false,
        _ => !expression.is_literal_expr(),
    }
}

/// Whether a type stands for its values, which types have no order for (`int >= 0`).
fn orders_a_type(comparison: &ExprCompare) -> bool {
    let is_order = |operator: &CmpOp| matches!(operator, CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE);
    let is_type =
        |side: &Expr| matches!(side, Expr::Name(name) if matches!(name.id.as_str(), "int" | "float" | "str"));
    comparison.ops.iter().any(is_order)
        && (is_type(&comparison.left) || comparison.comparators.iter().any(is_type))
}

/// Whether brackets hold nothing but names, as placeholders do (`[OPTIONS]`, `(node, degree)`).
fn are_mentions(elements: &[Expr]) -> bool {
    elements.iter().all(is_mention)
}

fn is_hyphenated(expression: &Expr) -> bool {
    match expression {
        Expr::UnaryOp(operation) => is_hyphenated(&operation.operand),
        Expr::BinOp(operation) => is_hyphenated(&operation.left) && is_hyphenated(&operation.right),
        _ => is_mention(expression),
    }
}

/// Whether what is called is just a dotted name.
fn is_mention(function: &Expr) -> bool {
    match function {
        Expr::Name(_) => true,
        Expr::Attribute(attribute) => is_mention(&attribute.value),
        _ => false,
    }
}

/// The import that a sentence begins with, joined with the calls of the sentence that use what it
/// binds.
fn sentence(line: &str) -> Option<String> {
    let text = line.trim();
    if !text.starts_with("import ") && !text.starts_with("from ") {
        return None;
    }
    let (import, rest) = text.match_indices(' ').find_map(|(at, _)| {
        let (head, tail) = (&text[..at], text[at..].trim_start());
        let is_mark =
            tail.starts_with(|c: char| !c.is_ascii()) || tail.starts_with("->") || tail.starts_with("=>");
        is_mark.then_some((head, tail))
    })?;
    let parsed = python::parse_valid(import)?;
    let bound = Names::of(parsed.suite()).global;
    let calls: Vec<&str> = calls(rest)
        .into_iter()
        .filter(|call| {
            let root = call.split(['.', '(']).next().unwrap_or_default();
            bound.contains(root) && python::parse_expression(call).is_some_and(|call| says_something(&call))
        })
        .collect();
    (!calls.is_empty()).then(|| format!("{import}; {}", calls.join("; ")))
}

/// Everything in a text that has the shape of a call with arguments.
fn calls(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = text[from..].find('(').map(|at| at + from) {
        let name = text[..open].rfind(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
        let start = name.map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
        let mut depth = 0;
        let close = text[open..].char_indices().find_map(|(at, c)| {
            depth += match c {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            (depth == 0).then_some(open + at + 1)
        });
        let Some(close) = close else { break };
        if start < open {
            found.push(&text[start..close]);
        }
        from = close;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(line: &str) -> Vec<String> {
        spans(line).into_iter().map(|span| span.code).collect()
    }

    #[test]
    fn complete_python_is_taken_and_mentions_are_not() {
        assert_eq!(
            codes("Try `a = [1]; a.append(2)` or `len(\"x\")`, not `len()`, `r`, `is-a`, `copy.copy`, `[]`."),
            ["a = [1]; a.append(2)", "len(\"x\")", "len()"]
        );
        assert_eq!(
            codes(
                "With `a == b` and ``x = `y` `` and `import math` and `pip install x` and `return` and `docker-compose.yml`."
            ),
            ["a == b", "import math"]
        );
    }

    #[test]
    fn options_arguments_and_placeholders_are_no_code() {
        assert_eq!(
            codes("`--verbose`, `-a -b`, `{func}`~a.b``, `~pathlib.Path`, `key=True`, `LANG=C`, `x = true`"),
            Vec::<String>::new()
        );
        assert_eq!(
            codes("`[OPTIONS]`, `{name}`, `(node, degree)`, `-x`, `-1`, `de_DE.utf-8`, `int >= 0`"),
            Vec::<String>::new()
        );
        assert_eq!(
            codes("`not f(1)`, `-len(x)`, `x = True`, `a=1; a`, `a.b=1`, `[x, 1]`, `{1}`, `not (a == b)`"),
            ["not f(1)", "-len(x)", "x = True", "a=1; a", "a.b=1", "[x, 1]", "{1}", "not (a == b)"]
        );
    }

    #[test]
    fn an_import_with_its_use_makes_one_example() {
        assert_eq!(
            codes("import math → Must call with prefix: math.sqrt(16)."),
            ["import math; math.sqrt(16)"]
        );
        assert_eq!(
            codes("from math import sqrt ‚Üí direct: sqrt(4) or cos(0)"),
            ["from math import sqrt; sqrt(4)"]
        );
        assert_eq!(codes("import this → read it"), Vec::<String>::new());
        assert_eq!(codes("from here to there → walk(2)"), Vec::<String>::new());
    }
}
