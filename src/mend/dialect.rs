//! How a true value is written in the manner of the claim that it takes the place of.

use ruff_python_ast::Expr;

use crate::claim::{Claim, Expected, Kind};
use crate::python;
use crate::run::Raised;

/// What may stand between printed lines that a claim writes on one line.
const JOINTS: &[&str] = &[", ", "; ", " / ", " | ", " → ", " -> ", " then ", " and ", " "];

/// The ways to write what really was, the one that is most like the claim first.
pub fn spellings(claim: &Claim, claimed: &str, actual: &str, raised: Option<&Raised>) -> Vec<String> {
    if let Some(raised) = raised {
        return vec![exception(claim, raised)];
    }
    let mut found = Vec::new();
    if let Some(quote) = quote(claimed) {
        found.extend(quoted(actual, quote, claim.kind));
    } else if python::parse_expression(claimed).is_none_or(|value| value.is_name_expr()) {
        found.extend(unquoted(actual));
    }
    if !claimed.contains('\n') && actual.trim_end().contains('\n') {
        found.extend(on_one_line(claimed, actual));
    }
    found.push(actual.to_owned());
    found.dedup();
    found
}

/// An exception, with its message where the claim has one.
fn exception(claim: &Claim, raised: &Raised) -> String {
    match &claim.expected {
        Expected::Exception { message: Some(_), .. } => raised.shown(),
        _ => raised.type_name.clone(),
    }
}

/// The quote of a text that is one plain string.
fn quote(claimed: &str) -> Option<char> {
    let quote = claimed.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let is_plain = claimed.len() >= 2
        && claimed.ends_with(quote)
        && !claimed.starts_with(&format!("{quote}{quote}{quote}"));
    (is_plain && matches!(python::parse_expression(claimed), Some(Expr::StringLiteral(_)))).then_some(quote)
}

/// What really was between such quotes: a string, or text that was printed.
fn quoted(actual: &str, with: char, kind: Kind) -> Option<String> {
    let text = match quote(actual) {
        Some(_) => &actual[1..actual.len() - 1],
        None if kind == Kind::Stdout => actual,
        None => return None,
    };
    (!text.contains(['\'', '"', '\\', '\n'])).then(|| format!("{with}{text}{with}"))
}

/// A string without its quotes.
fn unquoted(actual: &str) -> Option<String> {
    quote(actual)?;
    let text = &actual[1..actual.len() - 1];
    (!text.contains('\\') && !text.trim().is_empty()).then(|| text.to_owned())
}

/// Printed lines on one line, joined as the claim joins them.
fn on_one_line(claimed: &str, actual: &str) -> Option<String> {
    let lines: Vec<&str> = actual.trim_end().lines().collect();
    let joint = JOINTS.iter().find(|joint| claimed.contains(**joint))?;
    Some(lines.join(joint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn first(kind: Kind, claimed: &str, actual: &str) -> String {
        spellings(&fixture::claim(1, kind, "x", claimed), claimed, actual, None).remove(0)
    }

    #[test]
    fn quotes_and_joints_are_those_of_the_claim() {
        assert_eq!(first(Kind::Value, "\"a\"", "'b'"), "\"b\"");
        assert_eq!(first(Kind::Value, "'a'", "'b'"), "'b'");
        assert_eq!(first(Kind::Value, "a", "'b'"), "b");
        assert_eq!(first(Kind::Value, "\"a\"", "'b\"'"), "'b\"'");
        assert_eq!(first(Kind::Value, "\"a\"", "3"), "3");
        assert_eq!(first(Kind::Stdout, "\"a\"", "b"), "\"b\"");
        assert_eq!(first(Kind::Stdout, "1, 2", "1\n3\n"), "1, 3");
        assert_eq!(first(Kind::Stdout, "1", "2\n3"), "2\n3");
        assert_eq!(first(Kind::Value, "[1, 2]", "[1, 3]"), "[1, 3]");
    }

    #[test]
    fn an_exception_has_a_message_where_the_claim_has_one() {
        let raised = Raised { type_name: "KeyError".into(), message: "'x'".into(), ..Raised::default() };
        let claim = |message: Option<&str>| crate::claim::Claim {
            expected: Expected::Exception {
                name: Some("IndexError".into()),
                message: message.map(str::to_owned),
            },
            ..fixture::claim(1, Kind::Raises, "x", "IndexError")
        };
        assert_eq!(spellings(&claim(None), "IndexError", "", Some(&raised)), ["KeyError"]);
        assert_eq!(spellings(&claim(Some("y")), "IndexError: y", "", Some(&raised)), ["KeyError: 'x'"]);
    }
}
