//! Values written as Python: what counts as one, and when two of them are the same value.

use ruff_python_ast::{Expr, Number, Operator, UnaryOp};

/// Callables with lower-case names that stand in the `repr` of common values.
const CONSTRUCTORS: &[&str] = &[
    "array",
    "bytearray",
    "bytes",
    "date",
    "datetime",
    "defaultdict",
    "deque",
    "dict",
    "dict_items",
    "dict_keys",
    "dict_values",
    "frozenset",
    "mappingproxy",
    "namespace",
    "range",
    "set",
    "slice",
    "time",
    "timedelta",
    "timezone",
    "odict_keys",
    "odict_items",
    "count",
    "repeat",
];

/// How surely an expression in a comment is a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueKind {
    /// It is one only if the names in it mean something in the example (`[D, B, object]`).
    WithNames,
    /// A literal or a `repr` of common shape: unmistakable.
    Literal,
}

/// Whether a text is a value, and how surely.
pub fn is_value(text: &str) -> Option<ValueKind> {
    if crate::example::split_comment(text).1.is_some() {
        return None;
    }
    kind(&crate::python::parse_expression(text)?)
}

fn kind(expression: &Expr) -> Option<ValueKind> {
    match expression {
        Expr::List(list) => all(list.elts.iter()),
        Expr::Set(set) => all(set.elts.iter()),
        // `True, always` is a value with a remark.
        Expr::Tuple(tuple) => {
            all(tuple.elts.iter()).filter(|kind| tuple.parenthesized || *kind == ValueKind::Literal)
        }
        Expr::Dict(dict) => {
            let keys = dict.items.iter().map(|item| item.key.as_ref()).collect::<Option<Vec<_>>>()?;
            all(keys.into_iter().chain(dict.items.iter().map(|item| &item.value)))
        }
        Expr::UnaryOp(operation) if matches!(operation.op, UnaryOp::USub | UnaryOp::UAdd) => {
            matches!(&*operation.operand, Expr::NumberLiteral(_)).then_some(ValueKind::Literal)
        }
        // 1+2j
        Expr::BinOp(operation) if matches!(operation.op, Operator::Add | Operator::Sub) => {
            let imaginary = matches!(&*operation.right, Expr::NumberLiteral(number) if matches!(number.value, Number::Complex { .. }));
            if imaginary { kind(&operation.left) } else { None }
        }
        Expr::Call(call) => {
            let name = last_name(&call.func)?;
            // `O(1)` is a complexity.
            let constructs =
                (name.starts_with(char::is_uppercase) && name.len() > 1) || CONSTRUCTORS.contains(&name);
            let arguments = call
                .arguments
                .args
                .iter()
                .chain(call.arguments.keywords.iter().map(|keyword| &keyword.value));
            if constructs { all(arguments) } else { None }
        }
        Expr::Name(_) => None,
        Expr::Attribute(_) => None,
        Expr::FString(_) | Expr::TString(_) => None,
        _ => expression.is_literal_expr().then_some(ValueKind::Literal),
    }
}

/// Inside containers and calls names may stand.
fn all<'a>(parts: impl Iterator<Item = &'a Expr>) -> Option<ValueKind> {
    parts
        .map(|part| match part {
            Expr::Name(_) | Expr::Attribute(_) => Some(ValueKind::WithNames),
            other => kind(other),
        })
        .try_fold(ValueKind::Literal, |least, part| part.map(|part| least.min(part)))
}

/// Names, attributes and constant subscripts: evaluating them once more has no effect.
pub fn is_path(expression: &Expr) -> bool {
    match expression {
        Expr::Name(_) => true,
        Expr::Attribute(attribute) => is_path(&attribute.value),
        Expr::Subscript(subscript) => is_path(&subscript.value) && subscript.slice.is_literal_expr(),
        _ => false,
    }
}

fn last_name(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}

/// Whether two texts write the same value: spacing, quote style, number notation, and the order of
/// sets and dicts do not matter; types do.
pub fn same_value(one: &str, other: &str) -> bool {
    let (Some(one), Some(other)) =
        (crate::python::parse_expression(one), crate::python::parse_expression(other))
    else {
        return false;
    };
    same(&one, &other)
}

fn same(one: &Expr, other: &Expr) -> bool {
    match (one, other) {
        (Expr::List(a), Expr::List(b)) => same_sequence(&a.elts, &b.elts),
        (Expr::Tuple(a), Expr::Tuple(b)) => same_sequence(&a.elts, &b.elts),
        (Expr::Set(a), Expr::Set(b)) => {
            a.elts.len() == b.elts.len() && a.elts.iter().all(|x| b.elts.iter().any(|y| same(x, y)))
        }
        (Expr::Dict(a), Expr::Dict(b)) => {
            a.items.len() == b.items.len()
                && a.items.iter().all(|x| {
                    b.items.iter().any(|y| match (&x.key, &y.key) {
                        (Some(key), Some(other)) => same(key, other) && same(&x.value, &y.value),
                        _ => false,
                    })
                })
        }
        (Expr::StringLiteral(a), Expr::StringLiteral(b)) => a.value.to_str() == b.value.to_str(),
        (Expr::BytesLiteral(a), Expr::BytesLiteral(b)) => a.value.bytes().eq(b.value.bytes()),
        (Expr::NumberLiteral(a), Expr::NumberLiteral(b)) => same_number(&a.value, &b.value),
        (Expr::BooleanLiteral(a), Expr::BooleanLiteral(b)) => a.value == b.value,
        (Expr::NoneLiteral(_), Expr::NoneLiteral(_))
        | (Expr::EllipsisLiteral(_), Expr::EllipsisLiteral(_)) => true,
        (Expr::UnaryOp(a), Expr::UnaryOp(b)) => a.op == b.op && same(&a.operand, &b.operand),
        (Expr::BinOp(a), Expr::BinOp(b)) => {
            a.op == b.op && same(&a.left, &b.left) && same(&a.right, &b.right)
        }
        (Expr::Name(a), Expr::Name(b)) => a.id == b.id,
        (Expr::Call(a), Expr::Call(b)) => {
            last_name(&a.func) == last_name(&b.func)
                && last_name(&a.func).is_some()
                && same_sequence(&a.arguments.args, &b.arguments.args)
                && a.arguments.keywords.len() == b.arguments.keywords.len()
                && a.arguments.keywords.iter().all(|x| {
                    b.arguments.keywords.iter().any(|y| {
                        x.arg.as_ref().map(|name| name.as_str()) == y.arg.as_ref().map(|name| name.as_str())
                            && same(&x.value, &y.value)
                    })
                })
        }
        _ => false,
    }
}

fn same_sequence(one: &[Expr], other: &[Expr]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| same(a, b))
}

fn same_number(one: &Number, other: &Number) -> bool {
    match (one, other) {
        (Number::Int(a), Number::Int(b)) => a == b,
        (Number::Float(a), Number::Float(b)) => a == b,
        (Number::Complex { real: a, imag: b }, Number::Complex { real: c, imag: d }) => a == c && b == d,
        _ => false,
    }
}

/// The elements of a list or tuple as texts, and whether it ends in `...`.
pub fn open_ended(text: &str) -> Option<Vec<String>> {
    let text = text.trim().trim_end_matches('…').trim_end();
    let text = text
        .strip_suffix("...]")
        .or_else(|| text.strip_suffix("...)"))
        .or_else(|| text.strip_suffix("..."))
        .unwrap_or(text);
    let inner = text.trim_end().strip_suffix(',')?.trim_start_matches(['[', '(']);
    elements(&format!("[{inner}]"))
}

/// The elements of a list or tuple as texts.
pub fn elements(text: &str) -> Option<Vec<String>> {
    let expression = crate::python::parse_expression(text)?;
    let parts = match &expression {
        Expr::List(list) => &list.elts,
        Expr::Tuple(tuple) => &tuple.elts,
        _ => return None,
    };
    use ruff_text_size::Ranged;
    Some(parts.iter().map(|part| text[part.range()].to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_reprs_are_values() {
        for text in [
            "1",
            "-2.5",
            "'a'",
            "None",
            "[1, 'b']",
            "{1: (2,)}",
            "Counter({'a': 1})",
            "datetime.date(2024, 1, 2)",
            "set()",
            "1+2j",
            "b'x'",
            "1, 2, 3",
            "Point(x=1, y=2)",
        ] {
            assert_eq!(is_value(text), Some(ValueKind::Literal), "{text}");
        }
        assert_eq!(is_value("[D, B, object]"), Some(ValueKind::WithNames));
        for text in [
            "name",
            "a.b",
            "True (always)",
            "len(x)",
            "1 + 2",
            "O(1)(2)",
            "x == y",
            "by length",
            "True/False",
            "True, always",
        ] {
            assert_eq!(is_value(text), None, "{text}");
        }
    }

    #[test]
    fn sameness_ignores_notation_and_keeps_types() {
        for (one, other) in [
            ("[1,2]", "[1, 2]"),
            ("'a'", "\"a\""),
            ("{2, 1}", "{1, 2}"),
            ("{'b': 1, 'a': 2}", "{'a': 2, 'b': 1}"),
            ("1_000", "1000"),
            ("0x10", "16"),
            ("collections.Counter({'a': 1})", "Counter({'a': 1})"),
        ] {
            assert!(same_value(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("[1]", "(1,)"),
            ("1", "1.0"),
            ("True", "1"),
            ("'1'", "1"),
            ("[1, 2]", "[2, 1]"),
            ("OrderedDict({'a': 1})", "{'a': 1}"),
            ("[1]", "[1, 1]"),
        ] {
            assert!(!same_value(one, other), "{one} {other}");
        }
    }

    #[test]
    fn open_ends() {
        assert_eq!(open_ended("1, 4, 9, ...").unwrap(), ["1", "4", "9"]);
        assert_eq!(open_ended("[0, 1, ...]").unwrap(), ["0", "1"]);
        assert_eq!(open_ended("1, 2"), None);
    }
}
