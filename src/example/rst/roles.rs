//! Inline markup of reStructuredText beside code: roles and links, whose backticks hold no code.

use std::borrow::Cow;

/// Roles whose text is code.
const CODE_ROLES: &[&str] = &["code", "python", "py", "literal"];

/// A line in which roles (`` :math:`a + b` ``) and links (`` `text <url>`_ ``) are plain text. The
/// text of a role for code stays between backticks.
pub fn without_roles(line: &str) -> Cow<'_, str> {
    if !line.contains(":`") && !line.contains("`_") {
        return Cow::Borrowed(line);
    }
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(open) = rest.find('`') {
        let (before, span) = rest.split_at(open);
        let ticks = span.len() - span.trim_start_matches('`').len();
        let Some(inner) = span[ticks..].find(&span[..ticks]).map(|close| &span[ticks..ticks + close]) else {
            break;
        };
        let mut after = &span[inner.len() + 2 * ticks..];
        let (head, role) = split_role(before);
        if ticks == 1 && role.is_some_and(|role| !CODE_ROLES.contains(&role)) {
            text.push_str(head);
            text.push_str(inner.split(" <").next().unwrap_or(inner));
        } else if ticks == 1 && after.starts_with('_') {
            text.push_str(before);
            text.push_str(inner.split(" <").next().unwrap_or(inner));
            after = after.trim_start_matches('_');
        } else {
            text.push_str(head);
            text.push_str(&span[..inner.len() + 2 * ticks]);
        }
        rest = after;
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// Splits the role from the text before a backtick (`see :py:func:`).
fn split_role(before: &str) -> (&str, Option<&str>) {
    let Some(name) = before.strip_suffix(':') else { return (before, None) };
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, ':' | '-' | '_' | '+' | '.');
    let start = name.trim_end_matches(is_part).len();
    match name[start..].strip_prefix(':') {
        Some(role) => (&before[..start], Some(role)),
        None => (before, None),
    }
}

#[cfg(test)]
mod tests {
    use super::without_roles;

    #[test]
    fn only_code_keeps_its_backticks() {
        for (line, plain) in [
            ("``a`` is :obj:`True`.", "``a`` is True."),
            ("see :py:func:`len(x) <len>` and :math:`a + b`", "see len(x) and a + b"),
            (":code:`x = 1` and `x == 1`", "`x = 1` and `x == 1`"),
            ("`f(x) <https://x.org>`_ and ``g(y)``", "f(x) and ``g(y)``"),
            ("odd :x:`y", "odd :x:`y"),
        ] {
            assert_eq!(without_roles(line), plain);
        }
    }
}
