//! How what is claimed is compared with what really was: in steps, from strict to lenient. The
//! name of the step that matched stands in the report, so that every leniency is visible.

use crate::claim::{elements, open_ended, same_value};
use crate::run::{Equality, Raised, Value};

/// Name of a comparison step.
pub type Step = &'static str;

/// Whether a claimed and an actual text agree.
type Same = fn(&str, &str) -> bool;

/// Compares texts, as a reader would.
pub fn text(claimed: &str, actual: &str) -> Option<Step> {
    let steps: [(Step, Same); 12] = [
        ("exact", exact),
        ("white-space", white_space),
        ("blank-line", blank_line),
        ("value", same_value),
        ("quotes", quotes),
        ("ellipsis", ellipsis),
        ("number", numbers),
        ("quotes", quoted_loosely),
        ("by-line", line_by_line),
        ("joined-lines", joined_lines),
        ("address", addresses),
        ("module-prefix", module_prefix),
    ];
    steps.into_iter().find(|(_, same)| same(claimed, actual)).map(|(name, _)| name)
}

fn exact(claimed: &str, actual: &str) -> bool {
    trimmed(claimed).eq(trimmed(actual))
}

/// Lines without trailing blanks, and without blank lines at the end.
fn trimmed(text: &str) -> impl Iterator<Item = &str> {
    text.trim_end().lines().map(str::trim_end)
}

fn white_space(claimed: &str, actual: &str) -> bool {
    claimed.split_whitespace().eq(actual.split_whitespace())
}

/// doctest's mark for a blank line in expected output.
fn blank_line(claimed: &str, actual: &str) -> bool {
    claimed.contains("<BLANKLINE>") && exact(&claimed.replace("<BLANKLINE>", ""), actual)
}

/// A string that the claim quotes and the output does not (`"B"` for a printed B).
fn quotes(claimed: &str, actual: &str) -> bool {
    same_value(claimed, &quoted(actual.trim_end_matches('\n')))
}

/// A quoted claim whose content agrees but for blanks, digits or `...`.
fn quoted_loosely(claimed: &str, actual: &str) -> bool {
    let content =
        ['"', '\''].iter().find_map(|&quote| claimed.trim().strip_prefix(quote)?.strip_suffix(quote));
    let steps: [Same; 3] = [white_space, ellipsis, numbers];
    content.is_some_and(|content| !content.is_empty() && steps.iter().any(|same| same(content, actual)))
}

/// Several lines of which each agrees by itself.
fn line_by_line(claimed: &str, actual: &str) -> bool {
    let (claimed, actual): (Vec<&str>, Vec<&str>) = (trimmed(claimed).collect(), trimmed(actual).collect());
    let steps: [Same; 3] = [exact, same_value, numbers];
    claimed.len() > 1
        && claimed.len() == actual.len()
        && claimed.iter().zip(&actual).all(|(one, other)| steps.iter().any(|same| same(one, other)))
}

/// A text as a Python string literal.
fn quoted(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => literal.extend(['\\', c]),
            '\n' => literal.push_str("\\n"),
            other => literal.push(other),
        }
    }
    literal + "\""
}

/// `...` in the claim stands for any text, as doctest's ELLIPSIS does.
pub fn ellipsis(claimed: &str, actual: &str) -> bool {
    let claimed = claimed.replace('…', "...");
    if !claimed.contains("...") || claimed.replace("...", "").trim().len() < 2 {
        return false;
    }
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (claimed, actual) = (squeeze(&claimed), squeeze(actual));
    let pieces: Vec<&str> = claimed.split("...").map(str::trim).collect();
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return false };
    let Some(mut rest) = actual.strip_prefix(first) else { return false };
    for piece in &pieces[1..pieces.len() - 1] {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

/// Numbers may differ beyond the digits that the claim shows; everything else is the same.
fn numbers(claimed: &str, actual: &str) -> bool {
    let (claimed, actual) = (pieces(claimed), pieces(actual));
    claimed.len() == actual.len()
        && claimed.iter().zip(&actual).all(|(claim, real)| claim == real || within_shown_digits(claim, real))
}

/// Cuts a text into numbers and what stands between them, runs of white space as one blank.
fn pieces(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut in_number = false;
    let mut before = ' ';
    for c in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        let digit =
            c.is_ascii_digit() && !before.is_alphabetic() || (in_number && (c == '.' || c.is_ascii_digit()));
        match found.last_mut() {
            Some(last) if digit == in_number => last.push(c),
            _ => found.push(c.to_string()),
        }
        in_number = digit;
        before = c;
    }
    found
}

fn within_shown_digits(claimed: &str, actual: &str) -> bool {
    let (Some((_, digits)), Some((_, all))) = (claimed.split_once('.'), actual.split_once('.')) else {
        return false;
    };
    let (Ok(claim), Ok(real)) = (claimed.parse::<f64>(), actual.parse::<f64>()) else { return false };
    let unit = 10_f64.powi(-(digits.len() as i32));
    !digits.is_empty() && digits.len() < all.len() && (claim - real).abs() <= unit * 0.500_001
}

/// Several printed lines that the claim writes on one, joined by blanks, commas or the like.
fn joined_lines(claimed: &str, actual: &str) -> bool {
    let lines: Vec<&str> = actual.trim_end().lines().collect();
    if lines.len() < 2 || claimed.contains('\n') {
        return false;
    }
    let squeeze = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let claimed = squeeze(claimed);
    [",", ";", "/", "|", "→", "->", "then", "and"].iter().any(|joint| claimed == squeeze(&lines.join(joint)))
}

/// Memory addresses differ from run to run, and many a document leaves them out.
fn addresses(claimed: &str, actual: &str) -> bool {
    let plain = |text: &str| {
        mask_addresses(&without_bare_addresses(text)).replace(" at 0x", "").replace("__main__.", "")
    };
    actual.contains("0x") && claimed.contains('<') && exact(&plain(claimed), &plain(actual))
}

/// ` at 10042ed0>` without the `0x` before it.
fn without_bare_addresses(text: &str) -> String {
    let mut parts = text.split(" at ");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        let is_address = digits >= 6 && part[digits..].starts_with('>');
        plain.push_str(if is_address { "" } else { " at " });
        plain.push_str(if is_address { &part[digits..] } else { part });
    }
    plain
}

/// Whether two runs gave the same, memory addresses aside.
pub fn same_actual(one: Option<&str>, other: Option<&str>) -> bool {
    one.map(mask_addresses) == other.map(mask_addresses)
}

fn mask_addresses(text: &str) -> String {
    let mut masked = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("0x") {
        masked.push_str(&rest[..at + 2]);
        rest = rest[at + 2..].trim_start_matches(|c: char| c.is_ascii_hexdigit() || matches!(c, '.' | '…'));
    }
    masked + rest
}

/// `<class 'A'>` for `<class '__main__.A'>`.
fn module_prefix(claimed: &str, actual: &str) -> bool {
    actual.contains("__main__.") && exact(&claimed.replace("__main__.", ""), &actual.replace("__main__.", ""))
}

/// Compares a claimed value with an observed one.
pub fn value(claimed: &str, value: &Value) -> Option<Step> {
    if trimmed(claimed).eq(trimmed(&value.repr)) {
        return Some("exact");
    }
    // What the example itself found weighs more than how texts look.
    match value.equals.first() {
        Some(Some(Equality::Same)) => return Some("value"),
        Some(Some(Equality::OtherType)) => return None,
        _ => {}
    }
    text(claimed, &value.repr)
        .or_else(|| shown_as_text(claimed, value))
        .or_else(|| grouped_digits(claimed, value))
        .or_else(|| items(claimed, &value.repr))
        .or_else(|| class_of(claimed, value))
}

/// The claim gives `str()` of an object that has no literal (`2024-01-02` for a date).
fn shown_as_text(claimed: &str, value: &Value) -> Option<Step> {
    let text = value.text.as_deref()?;
    let is_literal = crate::claim::is_value(claimed).is_some();
    (!is_literal && white_space(claimed, text)).then_some("text")
}

/// Whether a claim that is another value as it stands is the content of a string (`3.14` for
/// `'3.14'`).
pub fn is_content(claimed: &str, value: &Value) -> bool {
    value.type_name == "str" && value.text.as_deref() == Some(claimed)
}

/// Digits in groups are a number with separators, not a tuple (`1,234` for `'1,234'`).
fn grouped_digits(claimed: &str, value: &Value) -> Option<Step> {
    let grouped =
        claimed.contains(',') && claimed.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.'));
    (grouped && is_content(claimed, value)).then_some("text")
}

/// The first items of a sequence with an open end, or its items without brackets.
fn items(claimed: &str, repr: &str) -> Option<Step> {
    let real = elements(repr)?;
    if let Some(shown) = open_ended(claimed) {
        let same = shown.len() <= real.len()
            && shown.iter().zip(&real).all(|(claim, real)| text(claim, real).is_some());
        return same.then_some("open-end");
    }
    let bare = !claimed.starts_with(['[', '(', '{']) && claimed.contains(',');
    let shown = elements(&format!("[{claimed}]")).filter(|_| bare)?;
    let unquoted = |real: &str| real.trim_matches(['\'', '"']).to_owned();
    let alike = |claim: &str, real: &str| text(claim, real).is_some() || claim == unquoted(real);
    let same = shown.len() == real.len() && shown.iter().zip(&real).all(|(claim, real)| alike(claim, real));
    same.then_some("items")
}

/// The name of the class or function that the value is, or of its class.
fn class_of(claimed: &str, value: &Value) -> Option<Step> {
    let class = claimed.strip_prefix("<class '").and_then(|rest| rest.strip_suffix("'>")).unwrap_or(claimed);
    let class = class.rsplit('.').next().unwrap_or(class);
    if value.name.as_deref() == Some(claimed) {
        return Some("name");
    }
    (value.type_name == class).then_some("type")
}

/// Whether a representation without its `<…>` parts is what the claim shows.
pub fn damaged(claimed: &str, repr: &str) -> bool {
    let mut depth = 0_usize;
    let stripped: String = repr
        .chars()
        .filter(|&c| {
            depth += usize::from(c == '<');
            let keep = depth == 0;
            depth = depth.saturating_sub(usize::from(c == '>'));
            keep
        })
        .collect();
    white_space(claimed, &stripped)
}

/// Whether a number in the value is near the claimed one: within a tenth.
pub fn near(claimed: f64, value: &str) -> bool {
    let number = value.trim().trim_matches(['\'', '"']).parse::<f64>();
    number.is_ok_and(|number| (number - claimed).abs() <= claimed.abs() * 0.1)
}

/// Compares an exception with a claimed class and message; none if the class is another.
pub fn exception(name: Option<&str>, message: Option<&str>, raised: &Raised) -> Option<Step> {
    let same_class = name.is_none_or(|name| raised.type_name == name);
    if !same_class && !raised.bases.iter().any(|base| Some(base.as_str()) == name) {
        return None;
    }
    let Some(message) = message else {
        return Some(match (name, same_class) {
            (None, _) => "some-exception",
            (_, true) => "type",
            (_, false) => "base-class",
        });
    };
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (claimed, real) = (plain(message), plain(&raised.message));
    if claimed == real {
        return Some("exact");
    }
    let bare = |text: &str| text.trim_end_matches(['.', '!', '…']).trim_matches(['\'', '"']).to_lowercase();
    let (claimed_bare, real_bare) = (bare(&claimed), bare(&real));
    let contained = !claimed_bare.is_empty()
        && !real_bare.is_empty()
        && (real_bare.contains(&claimed_bare) || claimed_bare.contains(&real_bare));
    if contained || ellipsis(&claimed, &real) {
        return Some("message-part");
    }
    // The class alone counts, and the report says so.
    Some(if name.is_none() { "some-exception" } else { "type-only" })
}

/// Whether a text that does not agree was meant as the output all the same: the same but for
/// blanks and commas, or the same lines in another order.
pub fn nearly(claimed: &str, actual: &str) -> bool {
    let squeeze = |text: &str| {
        text.chars().filter(|c| !c.is_whitespace() && !matches!(c, ',' | ';')).collect::<String>()
    };
    let letters = squeeze(claimed);
    (letters.chars().count() > 1 && letters == squeeze(actual))
        || (claimed.contains('\n') && any_order(claimed, actual))
}

/// Whether a text of several words has just the words of another, in another order.
pub fn same_words(claimed: &str, actual: &str) -> bool {
    let sorted = |text: &str| {
        let mut words: Vec<String> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        words.sort();
        words
    };
    let words = sorted(claimed);
    words.len() > 1 && words == sorted(actual)
}

/// Whether a text was meant as the lines that are printed one after the other: it has as many parts
/// as there are lines, and half of them agree.
pub fn nearly_series(claimed: &str, actual: &str) -> bool {
    let lines: Vec<&str> = actual.trim_end().lines().collect();
    let Some(parts) = elements(&format!("[{claimed}]")).filter(|parts| parts.len() == lines.len()) else {
        return false;
    };
    let agree = parts.iter().zip(&lines).filter(|(part, line)| text(part, line).is_some()).count();
    lines.len() > 1 && 2 * agree >= lines.len()
}

/// The same lines in another order.
pub fn any_order(claimed: &str, actual: &str) -> bool {
    let sorted = |text: &str| {
        let mut lines: Vec<String> = trimmed(text).map(str::to_owned).collect();
        lines.sort();
        lines
    };
    sorted(claimed) == sorted(actual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_has_two_sides() {
        for (claimed, actual, step) in [
            ("4 6", "4 6\n", Some("exact")),
            ("4, 6", "4 6\n", None),
            ("a b", "ab", None),
            ("one\\ntwo", "one\ntwo\n", None),
            ("K L M N", "K\nL\nM\nN\n", Some("white-space")),
            ("K L M", "K\nL\nM\nN\n", None),
            ("[1,2]", "[1, 2]", Some("value")),
            ("[1,2]", "(1, 2)", None),
            ("{2, 1}", "{1, 2}", Some("value")),
            ("\"B\"", "B\n", Some("quotes")),
            ("\"B\"", "C\n", None),
            ("a ... z", "a b c z", Some("ellipsis")),
            ("a ... z", "a b c", None),
            ("78.5", "78.53981", Some("number")),
            ("78.4", "78.53981", None),
            ("78.53981", "78.5", None),
            ("5", "5.0", None),
            ("1, 2, 3", "1\n2\n3\n", Some("joined-lines")),
            ("1, 2, 4", "1\n2\n3\n", None),
            ("<A object at 0x7f...>", "<A object at 0x55aa>", Some("address")),
            ("<A object at 0x7f01>", "<A object at 0x55aa>", Some("address")),
            ("<A object>", "<__main__.A object at 0x55aa>", Some("address")),
            ("<B object at 0x7f01>", "<A object at 0x55aa>", None),
            ("[<A object at 0x16D07CC>]", "[<A object at 0x55aa>]\n", Some("address")),
            ("<function f at 10042ed0>", "<function f at 0x55aa>", Some("address")),
            ("<function f at 10042ed0>", "<function g at 0x55aa>", None),
            ("'[0, 1, ..., 81]'", "[0, 1, 4, 81]\n", Some("quotes")),
            ("'[0, ..., 80]'", "[0, 1, 4, 81]\n", None),
            ("{1, 2}\n0.33", "{2, 1}\n0.3333\n", Some("by-line")),
            ("{1, 2}\n0.33", "{2, 1}\n0.4\n", None),
            ("A(y=2, x=1)", "A(x=1, y=2)", Some("value")),
            ("A(y=1, x=2)", "A(x=1, y=2)", None),
            ("<class 'A'>", "<class '__main__.A'>", Some("module-prefix")),
            ("a\n<BLANKLINE>\nb", "a\n\nb\n", Some("white-space")),
        ] {
            let found = text(claimed, actual);
            assert!(
                found == step || claimed.contains("BLANKLINE") && found.is_some(),
                "{claimed} | {actual}: {found:?}"
            );
        }
    }

    fn seen(repr: &str, type_name: &str, equals: Option<Equality>) -> Value {
        Value { repr: repr.into(), type_name: type_name.into(), equals: vec![equals], ..Value::default() }
    }

    #[test]
    fn values_keep_their_types() {
        assert_eq!(
            value("OrderedDict([('x', 3)])", &seen("{'x': 3}", "dict", Some(Equality::OtherType))),
            None
        );
        assert_eq!(
            value("Path('/x')", &seen("PosixPath('/x')", "PosixPath", Some(Equality::Same))),
            Some("value")
        );
        assert_eq!(value("1, 4, ...", &seen("[1, 4, 9]", "list", None)), Some("open-end"));
        assert_eq!(value("a, b", &seen("['a', 'b']", "list", None)), Some("items"));
        assert_eq!(value("1, 4", &seen("[1, 4]", "list", None)), Some("items"));
        assert_eq!(value("<class 'int'>", &seen("5", "int", None)), Some("type"));
        assert_eq!(value("3", &seen("3.0", "float", Some(Equality::OtherType))), None);
    }

    #[test]
    fn exceptions_by_class_and_message() {
        let raised = Raised {
            type_name: "KeyError".into(),
            bases: vec!["KeyError".into(), "LookupError".into(), "Exception".into()],
            message: "'x'".into(),
            ..Raised::default()
        };
        assert_eq!(exception(Some("KeyError"), None, &raised), Some("type"));
        assert_eq!(exception(Some("LookupError"), None, &raised), Some("base-class"));
        assert_eq!(exception(Some("KeyError"), Some("'x'"), &raised), Some("exact"));
        assert_eq!(exception(Some("KeyError"), Some("no such key"), &raised), Some("type-only"));
        assert_eq!(exception(Some("ValueError"), None, &raised), None);
        assert_eq!(exception(None, Some("Can't"), &raised), Some("some-exception"));
    }

    #[test]
    fn damage_and_nearness() {
        assert!(damaged("(, , )", "(<class 'A'>, <class 'B'>, <class 'object'>)"));
        assert!(!damaged("(, )", "(<class 'A'>, 1)"));
        assert!(near(56.0, "52") && !near(56.0, "48"));
        assert!(any_order("b\na", "a\nb\n") && !any_order("a", "a\nb"));
    }
}
