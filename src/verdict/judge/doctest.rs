//! What doctest takes for the same output, and no other step does: its marks for blank lines and for
//! anything at all mixed, characters written as escapes, `1` for `True`.

use crate::verdict::compare::Step;

/// What an author asks of doctest for one input.
#[derive(Debug, Default)]
pub struct Flags {
    ellipsis: bool,
    no_truth: bool,
    no_blank_line: bool,
}

impl Flags {
    /// The flags in the comments of an input.
    pub fn of<'a>(lines: impl Iterator<Item = &'a str>) -> Flags {
        let mut flags = Flags::default();
        for line in lines.filter(|line| line.contains("doctest:")) {
            flags.ellipsis |= line.contains("+ELLIPSIS");
            flags.no_truth |= line.contains("+DONT_ACCEPT_TRUE_FOR_1");
            flags.no_blank_line |= line.contains("+DONT_ACCEPT_BLANKLINE");
        }
        flags
    }
}

/// Compares an output as `doctest.OutputChecker` does.
pub fn output(claimed: &str, actual: &str, flags: &Flags) -> Option<Step> {
    if matches!((claimed.trim(), actual.trim()), ("1", "True") | ("0", "False")) {
        return (!flags.no_truth).then_some("true-for-1");
    }
    let (mut claimed, mut actual) = (escaped(claimed), escaped(actual));
    if !flags.no_blank_line {
        claimed = lines(&claimed, |line| line.trim_end() == "<BLANKLINE>");
        actual = lines(&actual, |line| line.trim().is_empty());
    }
    let (claimed, actual) = (squeezed(&claimed), squeezed(&actual));
    if claimed == actual {
        return Some("white-space");
    }
    // Dots alone would be true of anything; that has to be asked for.
    let dots = claimed.contains("...") && (flags.ellipsis || claimed.replace("...", "").trim().len() > 1);
    (dots && matches(&claimed, &actual)).then_some("ellipsis")
}

/// The text with the characters beyond ASCII as a string literal writes them.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character as u32 {
            0..0x80 => escaped.push(character),
            code @ 0x80..0x100 => escaped.push_str(&format!("\\x{code:02x}")),
            code @ 0x100..0x10000 => escaped.push_str(&format!("\\u{code:04x}")),
            code => escaped.push_str(&format!("\\U{code:08x}")),
        }
    }
    escaped
}

/// The text with some of its lines empty.
fn lines(text: &str, is_empty: impl Fn(&str) -> bool) -> String {
    let line = |line| if is_empty(line) { "" } else { line };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text is the claimed one with anything for each `...`.
fn matches(claimed: &str, actual: &str) -> bool {
    let pieces: Vec<&str> = claimed.split("...").collect();
    let [first, between @ .., last] = &pieces[..] else { return claimed == actual };
    let Some(rest) = actual.strip_prefix(first) else { return false };
    let Some(mut rest) = rest.strip_suffix(last) else { return false };
    for piece in between {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_agree_as_they_do_for_doctest() {
        let flagged = |line: &str| Flags::of(std::iter::once(line));
        for (claimed, actual, line, step) in [
            ("1", "True\n", "f()", Some("true-for-1")),
            ("0", "False\n", "f()", Some("true-for-1")),
            ("0", "True\n", "f()", None),
            ("1", "True\n", "f()  # doctest: +DONT_ACCEPT_TRUE_FOR_1", None),
            ("'\\xf6'", "'ö'\n", "f()", Some("white-space")),
            ("a ...\n<BLANKLINE>\nb", "a 1\n  \nb\n", "f()", Some("ellipsis")),
            ("a <BLANKLINE> b", "a b\n", "f()", None),
            ("a\n<BLANKLINE>\nb", "a\n\nb\n", "f()  # doctest: +DONT_ACCEPT_BLANKLINE", None),
            ("...", "x\n", "f()", None),
            ("...", "x\n", "f()  # doctest: +ELLIPSIS", Some("ellipsis")),
            ("ab...bc", "abc\n", "f()", None),
            ("a...", "b\n", "f()  # doctest: +ELLIPSIS", None),
        ] {
            assert_eq!(output(claimed, actual, &flagged(line)), step, "{claimed} | {actual} | {line}");
        }
    }
}
