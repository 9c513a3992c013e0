//! Operators that markup ate: Markdown takes asterisks for emphasis, HTML takes `<` for a tag. What
//! is left is a gap between two operands, or parameters that are meant to take all arguments.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Parameter, Parameters};
use ruff_text_size::Ranged;

use super::candidate::{Broken, Candidate, Failure, edited};
use crate::python;

const ASTERISKS: &str = "lost-asterisks";

/// What may have stood in a gap, with the rule that it is of.
const OPERATORS: &[(&str, &str)] =
    &[("*", ASTERISKS), ("**", ASTERISKS), ("<", "lost-angle-brackets"), (">", "lost-angle-brackets")];

/// The code with each operator that may have been lost.
pub fn candidates(broken: &Broken) -> Vec<Candidate> {
    match broken.failure {
        Failure::Syntax => in_gaps(broken.code),
        Failure::Raised(_) if broken.failure.raised("TypeError").is_some() => of_parameters(broken.code),
        Failure::Raised(_) => Vec::new(),
    }
}

/// One operator in all gaps between operands.
fn in_gaps(code: &str) -> Vec<Candidate> {
    let gaps = gaps(code);
    if gaps.is_empty() {
        return Vec::new();
    }
    let filled = |&(operator, rule): &(&str, &'static str)| {
        let edits = gaps.iter().map(|gap| (gap.clone(), format!(" {operator} "))).collect();
        let sentence = format!("`{operator}` was lost between two operands");
        Candidate::of_code(rule, sentence, edited(code, edits))
    };
    OPERATORS.iter().map(filled).collect()
}

/// The gaps of several blanks between two operands on one line.
fn gaps(code: &str) -> Vec<std::ops::Range<usize>> {
    let parsed = python::parse(code);
    let is_operand = |kind: TokenKind| {
        matches!(kind, TokenKind::Name | TokenKind::Int | TokenKind::Float | TokenKind::Complex)
    };
    let ends = |kind: TokenKind| is_operand(kind) || matches!(kind, TokenKind::Rpar | TokenKind::Rsqb);
    let tokens: Vec<_> = parsed.tokens().iter().collect();
    let pairs = tokens.windows(2).filter(|pair| ends(pair[0].kind()) && is_operand(pair[1].kind()));
    let between = pairs.map(|pair| pair[0].end().to_usize()..pair[1].start().to_usize());
    between.filter(|gap| gap.len() > 1 && code[gap.clone()].chars().all(|c| c == ' ')).collect()
}

/// `def f(args, kwargs)` as `def f(*args, **kwargs)`: in definitions, and also where they are passed on.
fn of_parameters(code: &str) -> Vec<Candidate> {
    let parsed = python::parse(code);
    let mut found = Arguments::default();
    found.visit_body(parsed.suite());
    if found.taken.is_empty() {
        return Vec::new();
    }
    let insert = |places: &[(usize, &'static str)]| {
        let edits = places.iter().map(|&(at, stars)| (at..at, stars.to_owned())).collect();
        let sentence = "the asterisks of `*args` or `**kwargs` were lost";
        Candidate::of_code(ASTERISKS, sentence, edited(code, edits))
    };
    let all: Vec<_> = found.taken.iter().chain(&found.passed).copied().collect();
    let mut candidates = vec![insert(&found.taken), insert(&all)];
    candidates.dedup();
    candidates
}

/// Places of `args` and `kwargs` that lack asterisks.
#[derive(Default)]
struct Arguments {
    taken: Vec<(usize, &'static str)>,
    passed: Vec<(usize, &'static str)>,
}

fn stars(name: &str) -> Option<&'static str> {
    match name {
        "args" => Some("*"),
        "kwargs" | "kwds" => Some("**"),
        _ => None,
    }
}

impl<'a> Visitor<'a> for Arguments {
    fn visit_parameters(&mut self, parameters: &'a Parameters) {
        let plain = parameters.args.iter().filter(|parameter| parameter.default.is_none());
        for Parameter { name, range, .. } in plain.map(|parameter| &parameter.parameter) {
            self.taken.extend(stars(name).map(|stars| (range.start().to_usize(), stars)));
        }
        // Of `*args, **kwargs` the pair of asterisks that look like emphasis goes.
        if let Some(single) = &parameters.vararg
            && stars(&single.name) == Some("**")
        {
            self.taken.push((single.name.start().to_usize(), "*"));
        }
        visitor::walk_parameters(self, parameters);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Call(call) = expression {
            for name in call.arguments.args.iter().filter_map(Expr::as_name_expr) {
                self.passed.extend(stars(&name.id).map(|stars| (name.start().to_usize(), stars)));
            }
        }
        visitor::walk_expr(self, expression);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_with_each_operator() {
        let codes: Vec<String> =
            in_gaps("area = 3.14  r  r  # a  b\n").into_iter().map(|found| found.code).collect();
        assert_eq!(codes[0], "area = 3.14 * r * r  # a  b\n");
        assert_eq!(codes.len(), OPERATORS.len());
        assert_eq!(in_gaps("x = 'a  b'  # c  d\nreturn  x\n"), []);
    }

    #[test]
    fn parameters_get_their_asterisks_back() {
        let codes = |code| of_parameters(code).into_iter().map(|found| found.code).collect::<Vec<_>>();
        assert_eq!(
            codes("def f(args, kwargs):\n    return g(args, kwargs)\n"),
            [
                "def f(*args, **kwargs):\n    return g(args, kwargs)\n",
                "def f(*args, **kwargs):\n    return g(*args, **kwargs)\n"
            ]
        );
        assert_eq!(codes("def f(args, *kwargs): pass\n"), ["def f(*args, **kwargs): pass\n"]);
        assert_eq!(codes("def f(*args, **kwargs): pass\n"), Vec::<String>::new());
    }
}
