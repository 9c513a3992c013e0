//! What a notebook stores of an earlier run of a cell: the value of its last expression, or the
//! exception it ended with. Printed text is an output block ([`super::output`]).

use ruff_python_ast::Stmt;
use ruff_text_size::Ranged;

use super::literal::is_value;
use super::{Claim, Expected, Force, Found, Kind, Origin, Target};
use crate::example::{Example, Stored};
use crate::python::{self, Names};
use crate::run::Watch;

/// Beginnings of values that IPython writes otherwise than `repr` does.
const OWN_SPELLING: &[&str] = &["<", "defaultdict(", "OrderedDict("];

/// Finds the claims in what is stored of a cell.
pub fn claims(example: &Example, found: &mut Found) {
    for stored in &example.stored {
        match stored {
            Stored::Value { line, text } => value(example, *line, text, found),
            Stored::Error { line, name, message } => found.claims.push(error(example, *line, name, message)),
        }
    }
}

/// The claim that the last expression has this value.
fn value(example: &Example, line: usize, text: &str, found: &mut Found) {
    let parsed = python::parse(&example.code);
    let Some(last @ Stmt::Expr(_)) = parsed.suite().last() else {
        return found.not_understood.push((line, text.to_owned()));
    };
    let lines_to = |at: usize| example.code[..at].matches('\n').count() + 1;
    let (start, end) = (last.range().start().to_usize(), last.range().end().to_usize());
    let column = start - example.code[..start].rfind('\n').map_or(0, |at| at + 1);
    let is_literal = is_value(text).is_some();
    let evaluated = if is_literal { vec![text.to_owned()] } else { Vec::new() };
    let probe = found.probe(lines_to(start), column, Watch::Value, evaluated);
    found.watch_output = true;
    let names = Names::of(std::slice::from_ref(last)).loaded.into_iter();
    found.claims.push(Claim {
        line,
        kind: Kind::Value,
        origin: Origin::Stored,
        subject: example.code[start..end].split_whitespace().collect::<Vec<_>>().join(" "),
        claimed: text.to_owned(),
        remark: None,
        force: if is_own_spelling(text) { Force::Guess } else { Force::Explicit },
        hedge: None,
        rule: "the value stored below a cell",
        expected: if is_literal { Expected::Value } else { Expected::Text(vec![text.to_owned()]) },
        target: Target {
            first: lines_to(start),
            last: lines_to(end),
            value: Some(probe),
            names: names.filter(|name| !python::is_builtin(name)).collect(),
            ..Target::default()
        },
    });
}

/// Whether IPython may have its own way of writing the value: objects without a literal, classes
/// by their bare names, some containers.
fn is_own_spelling(text: &str) -> bool {
    let is_name = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
        && text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && !matches!(text, "True" | "False" | "None");
    is_name || text.contains(" at 0x") || OWN_SPELLING.iter().any(|start| text.starts_with(start))
}

/// The claim that a cell ends with this exception.
fn error(example: &Example, line: usize, name: &str, message: &str) -> Claim {
    let claimed = if message.is_empty() { name.to_owned() } else { format!("{name}: {message}") };
    Claim {
        line,
        kind: Kind::Raises,
        origin: Origin::Stored,
        subject: "the cell".to_owned(),
        claimed,
        remark: None,
        force: Force::Explicit,
        hedge: None,
        rule: "the exception stored below a cell",
        expected: Expected::Exception {
            name: Some(name.rsplit('.').next().unwrap_or(name).to_owned()),
            message: Some(message.to_owned()).filter(|message| !message.is_empty()),
        },
        target: Target { first: 1, last: example.lines.len(), whole_output: true, ..Target::default() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::find;
    use crate::document::{Document, Format};
    use crate::example::extract;

    fn found(source: &str, outputs: &str) -> Found {
        let cell =
            format!(r#"{{"cells": [{{"cell_type": "code", "source": {source}, "outputs": [{outputs}]}}]}}"#);
        find(&extract(&Document::from_text("a.ipynb", Format::Notebook, &cell)).examples[0])
    }

    #[test]
    fn the_value_is_that_of_the_last_expression() {
        let output = r#"{"output_type": "execute_result", "data": {"text/plain": ["[1,\n", " 2]"]}}"#;
        let found = found(r#"["x = [1]\n", "x +\\\n", "  [2]"]"#, output);
        let claim = &found.claims[0];
        assert_eq!((claim.subject.as_str(), claim.claimed.as_str()), ("x +\\ [2]", "[1,\n 2]"));
        assert_eq!((claim.target.first, claim.target.last, claim.force), (2, 3, Force::Explicit));
        assert_eq!(found.probes[0].watch, Watch::Value);
    }

    #[test]
    fn spellings_of_ipython_are_not_held_against_a_value() {
        for (text, own) in [
            ("__main__.Point", true),
            ("<function __main__.f(x)>", true),
            ("[<Line2D at 0x7f>]", true),
            ("True", false),
            ("Point(x=1)", false),
            ("3.5", false),
        ] {
            assert_eq!(is_own_spelling(text), own, "{text}");
        }
    }

    #[test]
    fn an_error_is_a_claim_about_the_whole_cell() {
        let output = r#"{"output_type": "error", "ename": "KeyError", "evalue": "'a'", "traceback": []}"#;
        let claim = &found(r#""{}['a']""#, output).claims[0];
        assert_eq!((claim.kind, claim.claimed.as_str()), (Kind::Raises, "KeyError: 'a'"));
    }
}
