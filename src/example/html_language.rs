//! The language of a `<pre>` block: from the class names that highlighters and site generators give
//! to it and to the elements around it.

use super::block::Language;

/// What stands before the language in a class name.
const PREFIXES: &[&str] =
    &["language-", "lang-", "highlight-source-", "highlight-text-", "highlight-", "brush:", "src-"];

/// Class names that say by themselves that a block is no Python.
const OTHERS: &[&str] = &[
    "bash",
    "c",
    "console",
    "cpp",
    "css",
    "diff",
    "go",
    "html",
    "ini",
    "java",
    "javascript",
    "js",
    "json",
    "powershell",
    "r",
    "ruby",
    "rust",
    "sh",
    "shell",
    "sql",
    "toml",
    "typescript",
    "xml",
    "yaml",
    "yml",
];

/// The info string for a block by the class names of its elements, the innermost first.
/// `highlighted` tells whether its words are marked up.
pub fn info<'a>(classes: impl Iterator<Item = &'a str>, highlighted: bool) -> String {
    for class in classes.flat_map(str::split_whitespace) {
        let class = class.trim_end_matches(';').to_ascii_lowercase();
        let prefixed = PREFIXES.iter().find_map(|prefix| class.strip_prefix(prefix));
        match prefixed {
            // Sphinx marks up such a block only where it reads as Python.
            Some("default") => return if highlighted { "python".to_owned() } else { String::new() },
            Some(named) if !named.is_empty() => return named.to_owned(),
            _ => {}
        }
        let alone = match Language::named(&class) {
            Language::Python => class != "code-cell",
            Language::Output => class.starts_with("output"),
            Language::Other => OTHERS.contains(&class.as_str()),
            Language::Unnamed
            | Language::ValidPython
            | Language::Markup
            | Language::Tied
            | Language::Ignored(_) => false,
        };
        if alone {
            return class;
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_many_generators() {
        for (classes, expected) in [
            (&["language-python"][..], "python"),
            (&["", "highlight", "highlight-python3 notranslate"], "python3"),
            (&["highlight-default notranslate"], "python"),
            (&["sourceCode python"], "python"),
            (&["brush: py;", "x"], "py"),
            (&["lang-py s-code-block"], "py"),
            (&["highlight highlight-source-shell"], "shell"),
            (&["code-fence bash"], "bash"),
            (&["output"], "output"),
            (&["content main"], ""),
        ] {
            assert_eq!(info(classes.iter().copied(), true), expected, "{classes:?}");
        }
        assert_eq!(info(["highlight-default"].into_iter(), false), "");
    }
}
