//! Comments that say a value: as Python writes it, nearly, or damaged on the way.

use ruff_python_ast::Expr;

use super::Reading;
use super::introducer::Introducer;
use super::remark::{cuts, is_symbol};
use crate::claim::literal::{ValueKind, is_value, open_ended};
use crate::claim::{Expected, Force, Kind};
use crate::python::parse_expression;

/// Rule name of a value that a comment says.
pub const VALUE: &str = "a value";

/// Rule name of a value behind a label such as `Output:`.
const LABELLED: &str = "a value behind a label of output";

/// Words behind a number that say when it holds, not what it is.
const SAYS_WHEN: &[&str] = &["if ", "when ", "unless ", "on ", "in ", "for ", "and ", "at ", "as "];

/// Rule name of what comes out for what goes in.
pub const MAPPED: &str = "what comes out for what goes in";

/// Rule name of a value behind words and an arrow.
pub const RESULT_OF_WORDS: &str = "a value behind words";

/// What stands between words and the value that they speak of, and whether it is an arrow.
const RESULT_MARKS: &[(&str, bool)] = &[
    (" => ", true),
    (" → ", true),
    (" -> ", true),
    (" = ", false),
    (": ", false),
    (" gives ", false),
    (" returns ", false),
];

/// Words that tell of one case among others.
const CONDITION_WORDS: &[&str] = &[
    "if",
    "when",
    "unless",
    "while",
    "for",
    "or",
    "would",
    "could",
    "should",
    "otherwise",
    "else",
    "default",
    "empty",
    "missing",
    "any",
    "no",
    "not",
    "without",
    "e",
    "g",
    "example",
    "like",
    "case",
    "instead",
];

/// What is put before an approximate number.
const NEARLY: &[&str] = &[
    "~",
    "≈",
    "about ",
    "approx. ",
    "approx ",
    "approximately ",
    "around ",
    "ca. ",
    "circa ",
    "nearly ",
    "almost ",
];

/// What remains of the parts of a container that were lost.
const GAPS: &[&str] = &["(, ", "[, ", "{, ", ", ,", ": ,", ": }", ", )", ", ]"];

/// Reads a value with its remark.
pub fn value(introducer: Option<Introducer>, text: &str) -> Option<Reading> {
    let text = text.trim_end_matches(|c: char| is_symbol(c) || c == ' ');
    let text = ["now ", "still "].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    let computed = || {
        result_of_words(text).filter(|_| text.split_once(" = ").is_some_and(|parts| is_arithmetic(parts.0)))
    };
    if introducer.is_none()
        && let Some(result) = computed()
    {
        return Some(result);
    }
    if let Some((kind, head, remark)) = split_value(text) {
        return Some(of_value(introducer, text, kind, head, remark));
    }
    result_of_words(text).filter(|reading| introducer.is_none() && reading.force == Force::Explicit)
}

/// Values that stand among words and may be what the words are about.
pub fn values_in_words(text: &str) -> Vec<String> {
    let behind = result_of_words(text).map(|reading| reading.claimed);
    behind.into_iter().chain(followed_by_words(text).map(str::to_owned)).collect()
}

fn of_value(
    introducer: Option<Introducer>,
    text: &str,
    kind: ValueKind,
    head: &str,
    remark: &str,
) -> Reading {
    if let Some(result) = mapped(text, head, remark) {
        return Reading { force: Force::Guess, rule: MAPPED, ..result };
    }
    let unmistakable = kind == ValueKind::Literal
        && !(introducer.is_none() && is_loose(head, remark, text))
        && !goes_on_with_value(remark);
    let force = if unmistakable { Force::Explicit } else { Force::Guess };
    let of = match introducer {
        Some(Introducer::Printed | Introducer::PrintsVerb) => Kind::Stdout,
        _ if is_class_repr(head) => Kind::Type,
        _ => Kind::Value,
    };
    // `4, 6` may be printed text as well as a tuple: both readings are kept where text is meant.
    let expected = if of == Kind::Stdout {
        Expected::Text(vec![text.to_owned(), head.to_owned()])
    } else {
        Expected::Value
    };
    let rule = if introducer == Some(Introducer::Printed) { LABELLED } else { VALUE };
    Reading::new(of, expected, head, Some(remark), force, rule)
}

/// `"abc" -> 3`: what goes in and what comes out. The result is what comes out.
fn mapped(text: &str, head: &str, remark: &str) -> Option<Reading> {
    let between = between(text, head, remark);
    let arrow = ["->", "→", "=>"].iter().any(|arrow| between.contains(arrow));
    if !arrow || remark.is_empty() {
        return None;
    }
    let (kind, result, rest) = split_value(remark)?;
    Some(of_value(None, remark, kind, result, rest))
}

/// What stands between a value and its remark, which may have lost its parentheses.
fn between<'a>(text: &'a str, head: &str, remark: &str) -> &'a str {
    let rest = &text[head.len()..];
    rest.rfind(remark).map_or(rest, |at| &rest[..at])
}

/// `1 and 2`, `0 = 0`: the remark is a value of its own.
fn goes_on_with_value(remark: &str) -> bool {
    remark.strip_prefix("and ").is_some_and(|rest| split_value(rest).is_some())
}

/// `5 not included`: what is denied is no other value (`2 not 3`) but something about this one.
fn is_denied(remark: &str) -> bool {
    let rest = ["not ", "but not ", "but "].iter().find_map(|word| remark.strip_prefix(word));
    rest.is_some_and(|rest| split_value(rest).is_none())
}

/// A value behind words and an arrow or a colon: `the list from behind => [3, 2]`.
fn result_of_words(text: &str) -> Option<Reading> {
    let (head, tail, arrow) = RESULT_MARKS.iter().find_map(|&(mark, arrow)| {
        let (head, tail) = text.split_once(mark)?;
        Some((head.trim(), tail.trim(), arrow))
    })?;
    let (kind, value, remark) = split_value(tail)?;
    let expected = Expected::Text(vec![value.to_owned(), text.to_owned()]);
    let said = Reading::new(Kind::Value, expected, value, Some(remark), Force::Guess, RESULT_OF_WORDS);
    if is_arithmetic(head) {
        let force = if remark.is_empty() { Force::Explicit } else { Force::Guess };
        return Some(Reading { force, ..said });
    }
    let words: Vec<&str> = head.split_whitespace().collect();
    let lower = head.to_ascii_lowercase();
    let conditional = lower.split(|c: char| !c.is_alphanumeric()).any(|word| CONDITION_WORDS.contains(&word));
    let is_number = value.parse::<f64>().is_ok();
    let sure = arrow
        && words.len() >= 3
        && kind == ValueKind::Literal
        && !conditional
        && !is_number
        && remark.is_empty()
        && head.starts_with(char::is_alphabetic);
    let force = if sure { Force::Explicit } else { Force::Guess };
    Some(Reading { force, ..said })
}

/// `10 / 4`: numbers and operators.
fn is_arithmetic(text: &str) -> bool {
    fn of(expression: &Expr) -> bool {
        match expression {
            Expr::BinOp(operation) => is_operand(&operation.left) && is_operand(&operation.right),
            _ => false,
        }
    }
    fn is_operand(expression: &Expr) -> bool {
        expression.is_number_literal_expr() || of(expression)
    }
    parse_expression(text).is_some_and(|expression| of(&expression))
}

/// `[1, 2] sorted`: a value with words right behind it, which may make it something else.
fn followed_by_words(text: &str) -> Option<&str> {
    let heads = text
        .match_indices(' ')
        .filter(|(at, _)| text[at + 1..].starts_with(char::is_alphabetic))
        .map(|(at, _)| &text[..at]);
    heads.filter(|head| head.parse::<f64>().is_err()).find(|head| is_value(head) == Some(ValueKind::Literal))
}

/// The longest beginning of a text that is a value, and the remark behind it.
pub fn split_value(text: &str) -> Option<(ValueKind, &str, &str)> {
    let whole = [(text, "")];
    whole.into_iter().chain(cuts(text).rev()).find_map(|(head, remark)| {
        let kind = if is_angle_repr(head) { Some(ValueKind::Literal) } else { is_value(head) };
        let open = head.ends_with("...") && open_ended(head).is_some();
        kind.or(open.then_some(ValueKind::Literal)).map(|kind| (kind, head, remark))
    })
}

/// A number or an empty container followed by a comma, a colon or a dash may begin an explanation
/// (`3, then stop`); so may any value with an equals sign behind it.
fn is_loose(head: &str, remark: &str, text: &str) -> bool {
    if remark.is_empty() {
        return false;
    }
    let between = between(text, head, remark);
    // `443 for https` and `False in Python 2` say when, not what.
    let says_when = SAYS_WHEN.iter().any(|word| remark.starts_with(word));
    if (between.trim().is_empty() && (says_when || is_denied(remark))) || between.contains('=') {
        return true;
    }
    let scalar = head.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    // `42 - 2` is worked out first.
    if scalar && between.trim() == "-" && remark.starts_with(|c: char| c.is_ascii_digit()) {
        return true;
    }
    scalar && between.contains([',', ';', ':', '.'])
}

/// `<class 'int'>`, `<__main__.A object at 0x…>`, also inside containers.
fn is_angle_repr(text: &str) -> bool {
    let opens = text.starts_with('<') && text[1..].starts_with(|c: char| c.is_alphabetic() || c == '_');
    if opens && text.ends_with('>') && text.contains([' ', '.']) {
        return true;
    }
    let masked = if text.contains('<') { masked(text) } else { None };
    masked.is_some_and(|masked| is_value(&masked) == Some(ValueKind::Literal))
}

/// A text with each `<…>` as a string, so that the rest can be parsed; none where one is not closed
/// or holds no name (`<-- see`).
fn masked(text: &str) -> Option<String> {
    let mut masked = String::new();
    let mut depth = 0_usize;
    let begins = |rest: &str| rest.starts_with(|c: char| c.is_alphabetic() || c == '_');
    for (at, c) in text.char_indices() {
        match c {
            '<' if !begins(&text[at + 1..]) => return None,
            '<' => {
                if depth == 0 {
                    masked.push_str("'<>'");
                }
                depth += 1;
            }
            '>' if depth > 0 => depth -= 1,
            _ if depth == 0 => masked.push(c),
            _ => {}
        }
    }
    (depth == 0).then_some(masked)
}

fn is_class_repr(text: &str) -> bool {
    text.starts_with("<class '") && text.ends_with("'>")
}

/// `~56`, `≈ 3.1`, `about 5`.
pub fn near(text: &str) -> Option<Reading> {
    let lower = text.to_ascii_lowercase();
    let mark = NEARLY.iter().find(|mark| lower.starts_with(**mark))?;
    let rest = text.get(mark.len()..)?.trim_start();
    let digits =
        rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_' | ','))).unwrap_or(rest.len());
    let number: f64 = rest[..digits].trim_end_matches(['.', ',']).replace(['_', ','], "").parse().ok()?;
    let remark = Some(rest[digits..].trim());
    let expected = Expected::Near(number);
    Some(Reading::new(Kind::Value, expected, text, remark, Force::Guess, "an approximate number"))
}

/// A container whose parts were lost with their angle brackets: `(, , )`, `{'a': , 'b': }`.
pub fn damaged(text: &str) -> Option<Reading> {
    let enclosed = [('(', ')'), ('[', ']'), ('{', '}')]
        .iter()
        .any(|&(open, close)| text.starts_with(open) && text.ends_with(close));
    let has_gaps = GAPS.iter().any(|gap| text.contains(gap));
    let rule = "a representation without its <…>";
    (enclosed && has_gaps)
        .then(|| Reading::new(Kind::Value, Expected::Damaged, text, None, Force::Explicit, rule))
}
