//! What a single line shows before anything is parsed: prose, a heading, a list item, a label, or
//! something that could be code. These tests are cheap: most lines of a document end here.

/// Keywords after which another word may follow.
const PREFIX_KEYWORDS: &[&str] = &[
    "and", "as", "assert", "async", "await", "case", "class", "def", "del", "elif", "else", "except", "for",
    "from", "global", "if", "import", "in", "is", "lambda", "match", "nonlocal", "not", "or", "raise",
    "return", "type", "while", "with", "yield",
];

/// Keywords that may follow a word.
const INFIX_KEYWORDS: &[&str] =
    &["and", "as", "else", "for", "from", "if", "import", "in", "is", "not", "or", "async"];

/// Programs whose command lines stand in documents beside Python.
const COMMANDS: &[&str] = &[
    "$",
    "%",
    "alembic",
    "apt",
    "apt-get",
    "brew",
    "cat",
    "cargo",
    "cd",
    "celery",
    "chmod",
    "conda",
    "cp",
    "curl",
    "deactivate",
    "django-admin",
    "docker",
    "docker-compose",
    "echo",
    "export",
    "flask",
    "git",
    "go",
    "gunicorn",
    "kubectl",
    "ls",
    "make",
    "mkdir",
    "mv",
    "node",
    "npm",
    "npx",
    "pip",
    "pip3",
    "pipenv",
    "pipx",
    "poetry",
    "psql",
    "py",
    "pytest",
    "python",
    "python2",
    "python3",
    "redis-cli",
    "rm",
    "source",
    "ssh",
    "sudo",
    "touch",
    "tox",
    "uv",
    "uvicorn",
    "uvx",
    "wget",
    "yarn",
];

/// Whether a line could begin a Python statement, as far as its first line shows. False means that
/// no Python parser would accept it.
pub fn could_be_code(line: &str) -> bool {
    let text = line.trim_start();
    let Some(first) = text.chars().next() else { return false };
    let opens = first.is_alphanumeric()
        || matches!(first, '_' | '@' | '[' | '(' | '{' | '"' | '\'' | '-' | '~' | '*' | '.');
    opens && !is_list_item(text) && !is_link(text) && !text.starts_with("```") && word_pairs(text) == Some(0)
}

/// So many pairs of words make a sentence of any line; nobody asks for more.
const SENTENCE: usize = 3;

/// How many times two words stand side by side where Python allows none (`standard library`), or
/// none if the line holds a character that code never holds outside strings and comments. Most lines
/// of a document are sentences, so counting stops at [`SENTENCE`].
pub fn word_pairs(line: &str) -> Option<usize> {
    let mut pairs = 0;
    let mut previous: Option<&str> = None;
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next().filter(|_| pairs < SENTENCE) {
        if first.is_alphanumeric() || first == '_' {
            let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            let (word, after) = rest.split_at(length);
            if after.starts_with(['"', '\'']) && word.len() <= 2 {
                rest = skip_string(after);
                previous = None;
                continue;
            }
            let separate = previous
                .is_some_and(|before| !PREFIX_KEYWORDS.contains(&before) && !INFIX_KEYWORDS.contains(&word));
            pairs += usize::from(separate);
            previous = Some(word);
            rest = after;
        } else if first == '#' {
            break;
        } else if first == '"' || first == '\'' {
            // A quote right behind a word is an apostrophe (`Python's`).
            pairs += usize::from(first == '\'' && previous.is_some());
            rest = skip_string(rest);
            previous = None;
        } else {
            if !first.is_ascii() || matches!(first, '$' | '?' | '`') {
                return None;
            }
            rest = &rest[1..];
            if first == '.' && previous.is_some() && rest.starts_with(' ') {
                pairs += 1;
            }
            if !first.is_ascii_whitespace() {
                previous = None;
            }
        }
    }
    Some(pairs)
}

/// The text behind the string literal that `text` begins with; an open string runs to the end.
fn skip_string(text: &str) -> &str {
    let quote = text.as_bytes()[0];
    let triple = [quote; 3];
    let bytes = text.as_bytes();
    if bytes.starts_with(&triple) {
        let inner = &text[3..];
        let close = inner.as_bytes().windows(3).position(|window| window == triple);
        return close.map_or("", |at| &inner[at + 3..]);
    }
    let mut at = 1;
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    text.get(at + 1..).unwrap_or("")
}

/// A bullet or a numbered item of a list, a quote or a table row.
pub fn is_list_item(line: &str) -> bool {
    let text = line.trim_start();
    let bullet = ["- ", "* ", "+ ", "• ", "> ", "|", "– ", "— "].iter().any(|mark| text.starts_with(mark));
    let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    bullet || (number.len() < text.len() && (number.starts_with(". ") || number.starts_with(") ")))
}

/// A heading of two or more hashes, which Markdown writes and Python comments seldom are.
pub fn is_deep_heading(line: &str) -> bool {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    (2..=6).contains(&level) && text.starts_with(' ') && !text.trim().is_empty()
}

/// A Markdown link or image at the start of a line.
fn is_link(line: &str) -> bool {
    let text = line.trim_start().trim_start_matches('!');
    text.starts_with('[') && text.contains("](")
}

/// The text of an ATX heading of any level.
pub fn heading_text(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    ((1..=6).contains(&level) && text.starts_with(' ')).then(|| text.trim().trim_end_matches('#').trim_end())
}

/// The header of a section in an INI or TOML file (`[project]`, `[tool.x-y]`).
pub fn is_config_section(line: &str) -> bool {
    let text = line.trim_end();
    let Some(name) =
        text.strip_prefix('[').and_then(|rest| rest.trim_end_matches(']').strip_prefix('[').or(Some(rest)))
    else {
        return false;
    };
    let name = name.trim_end_matches(']');
    text.ends_with(']')
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '"')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '"' | ':'))
}

/// How much a line that is no valid Python looks like code all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Brokenness {
    /// It reads as prose or as a shell command.
    Prose,
    /// It could be code if code stands right above and below.
    Possible,
    /// It was meant as Python.
    Meant,
}

/// Judges a line that does not parse.
pub fn brokenness(line: &str) -> Brokenness {
    let text = line.trim();
    if word_pairs(text) == Some(SENTENCE) {
        return Brokenness::Prose;
    }
    let (body, comment) = split_comment(text);
    let first = body.split_whitespace().next().unwrap_or_default();
    if COMMANDS.contains(&first) || is_list_item(text) || is_link(text) {
        return Brokenness::Prose;
    }
    let Some(pairs) = word_pairs(body) else { return Brokenness::Prose };
    if pairs > 2 || body.ends_with(['.', '?', '!', ';', ',']) {
        return Brokenness::Prose;
    }
    let header = ["def ", "class ", "async def "].iter().any(|word| body.starts_with(word))
        && body.contains(['(', ':']);
    let old_print = body.strip_prefix("print ").is_some_and(|rest| rest.starts_with(['"', '\'']));
    let assigned = body.split_once(" = ").is_some_and(|(target, value)| {
        word_pairs(target) == Some(0) && pairs <= 1 && value.contains(['(', '[', '{', '"', '\''])
    });
    // `print(x` and `a.b(x))`, but not `(label)=`.
    let name = body.find('(').map(|at| &body[..at]).unwrap_or_default();
    let named = name.ends_with(|c: char| c.is_alphanumeric() || c == '_')
        && name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let called = pairs == 0 && named && !body.contains(") ");
    if header || old_print || assigned || called {
        Brokenness::Meant
    } else if comment.is_some() || body.ends_with(':') || body.starts_with(['.', ')', ']', '}']) {
        Brokenness::Possible
    } else {
        Brokenness::Prose
    }
}

/// Splits a trailing comment from a line (a `#` after white space, outside simple strings).
pub fn split_comment(line: &str) -> (&str, Option<&str>) {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) if c == open && before != '\\' => quote = None,
            Some(_) => {}
            None if c == '"' || (c == '\'' && !before.is_alphanumeric()) => quote = Some(c),
            None if c == '#' && (before.is_whitespace() || at == 0) => {
                return (line[..at].trim_end(), Some(&line[at..]));
            }
            None => {}
        }
        before = c;
    }
    (line, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_seen_at_once() {
        for line in [
            "Standard library",
            "from scratch you build it",
            "with statement used for files",
            "class of a class",
            "Python's dict is a hash table.",
            "import time → must call it",
            "is it so? yes",
            "- item",
            "1. first",
            "| a | b |",
            "Use gc.collect() to force it",
        ] {
            assert!(!could_be_code(line), "{line}");
        }
    }

    #[test]
    fn code_passes() {
        for line in [
            "x = 1",
            "for k, v in d.items():",
            "a is not b",
            "print(f\"it's {x}\")  # don't — stop",
            "return x if y else z",
            "from a import b as c",
            "async with x as y:",
            "@decorator",
            "not x",
            "[x for x in y if x not in z]",
            "lambda: x",
            "s = r'\\d' + b\"x\"",
            "'it is' + \"prose in a string\"",
        ] {
            assert!(could_be_code(line), "{line}");
        }
    }

    #[test]
    fn broken_code_and_prose_differ() {
        assert_eq!(brokenness("print \"hello\""), Brokenness::Meant);
        assert_eq!(brokenness("tasks = [f(u) for u in 1000_urls]"), Brokenness::Meant);
        assert_eq!(brokenness("def f(x)"), Brokenness::Meant);
        assert_eq!(brokenness("set difference   # O(n)"), Brokenness::Possible);
        assert_eq!(brokenness("python -m venv .venv    # create"), Brokenness::Prose);
        assert_eq!(brokenness("Never call blocking code in here."), Brokenness::Prose);
        assert_eq!(brokenness("(label)="), Brokenness::Prose);
        assert_eq!(brokenness("![a](b.png)"), Brokenness::Prose);
        assert_eq!(brokenness("  [#1](https://x.y/1)"), Brokenness::Prose);
        assert_eq!(brokenness("I/O-bound tasks: use threads — fine"), Brokenness::Prose);
    }

    #[test]
    fn config_sections_are_no_lists() {
        assert!(
            is_config_section("[project]") && is_config_section("[tool.x-y]") && is_config_section("[[a.b]]")
        );
        assert!(!is_config_section("[1, 2]") && !is_config_section("[x for x in y]"));
    }
}
