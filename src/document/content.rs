//! What the text of a document shows of its format, for files whose extension leaves it open.
//!
//! Only marks that no other format has count: a directive of reStructuredText, a source block of
//! AsciiDoc, a fence or heading of Markdown.

use super::Format;

/// Directives that stand in no text but reStructuredText.
const DIRECTIVES: &[&str] = &[
    "code-block::",
    "sourcecode::",
    "highlight::",
    "doctest::",
    "testcode::",
    "testsetup::",
    "literalinclude::",
    "toctree::",
    "automodule::",
    "versionadded::",
    "contents::",
];

/// The format that a text shows.
pub fn format(text: &str) -> Format {
    if looks_like_rst(text) {
        Format::Rst
    } else if looks_like_asciidoc(text) {
        Format::Asciidoc
    } else if looks_like_markdown(text) {
        Format::Markdown
    } else {
        Format::Text
    }
}

/// Whether a directive stands at the margin. A document with backtick fences may only show one.
fn looks_like_rst(text: &str) -> bool {
    let is_directive = |line: &str| {
        line.strip_prefix(".. ")
            .is_some_and(|rest| DIRECTIVES.iter().any(|name| rest.trim_start().starts_with(name)))
    };
    text.lines().any(is_directive) && !text.lines().any(|line| line.starts_with("```"))
}

/// Whether a source block opens: `[source,python]` and its delimiter on the next line.
fn looks_like_asciidoc(text: &str) -> bool {
    let is_style = |line: &str| {
        let line = line.trim_end();
        line.ends_with(']') && ["[source,", "[source%", "[,"].iter().any(|style| line.starts_with(style))
    };
    text.lines().zip(text.lines().skip(1)).any(|(line, below)| is_style(line) && below.trim_end() == "----")
}

/// Whether a text has fences or ATX headings. A single `#` counts only where the text begins with
/// it, since anywhere else it may be a Python comment.
fn looks_like_markdown(text: &str) -> bool {
    let is_heading = |line: &str| {
        let level = line.bytes().take_while(|&byte| byte == b'#').count();
        (2..=6).contains(&level) && line[level..].starts_with(' ')
    };
    let title = text.lines().find(|line| !line.trim().is_empty());
    title.is_some_and(|line| line.starts_with("# "))
        || text.lines().any(|line| {
            let line = line.trim_start_matches(' ');
            line.starts_with("```") || line.starts_with("~~~") || is_heading(line)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unmistakable_marks_count() {
        assert_eq!(format("Title\n~~~~~\n\n.. code-block:: python\n\n   x = 1\n"), Format::Rst);
        assert_eq!(format("Write this:\n\n```rst\n.. code-block:: python\n```\n"), Format::Markdown);
        assert_eq!(format("Write `.. code-block:: python` for code.\n"), Format::Text);
        assert_eq!(format("[source,python]\n----\nx = 1\n----\n"), Format::Asciidoc);
        assert_eq!(format("[source,python]\nis what one writes\n"), Format::Text);
    }
}
