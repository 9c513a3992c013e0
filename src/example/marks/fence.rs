//! Words and attributes behind the language of a fence.

use super::typo;
use super::{Mark, Meaning, reason};
use crate::document::Note;

/// Bare words that are understood, for the search for typos.
const WORDS: &[&str] =
    &["notest", "continuation", "ignore", "no_run", "should_panic", "compile_fail", "testIgnore"];

/// One word of an info string, with its value if it has one.
#[derive(Debug, PartialEq, Eq)]
struct Word<'a> {
    key: &'a str,
    value: Option<&'a str>,
    /// As it is written, value included.
    whole: &'a str,
}

/// The marks in the info string of a fence on this line, and its words that are nearly marks.
pub fn of_fence(info: &str, line: usize) -> (Vec<Mark>, Vec<Note>) {
    let mut marks = Vec::new();
    let mut notes = Vec::new();
    for word in words(info).iter().skip(1) {
        match mark(word, line) {
            Some(mark) => marks.push(mark),
            None if word.value.is_none() => {
                notes.extend(typo::nearly(word.key, WORDS).map(|meant| typo::note(line, word.key, meant)));
            }
            None => {}
        }
    }
    (marks, notes)
}

/// The marks in words that stand elsewhere as they would behind a language.
pub fn of_words(text: &str, line: usize) -> Vec<Mark> {
    words(text).iter().filter_map(|word| mark(word, line)).collect()
}

fn mark(word: &Word, line: usize) -> Option<Mark> {
    let (meaning, dialect) = match word.value {
        None => bare(word.key)?,
        Some(value) => attribute(word.key, value.trim())?,
    };
    Some(Mark::new(meaning, dialect, line, word.whole))
}

fn bare(key: &str) -> Option<(Meaning, &'static str)> {
    Some(match key {
        "notest" => (Meaning::Skip(String::new()), "pytest-markdown-docs"),
        "continuation" => (Meaning::Continues, "pytest-markdown-docs"),
        "ignore" => (Meaning::Skip(String::new()), "rustdoc"),
        "no_run" => (Meaning::Skip("no_run".to_owned()), "rustdoc"),
        "should_panic" => (Meaning::raises(None), "rustdoc"),
        "compile_fail" => (Meaning::raises(Some("SyntaxError")), "rustdoc"),
        "testIgnore" => (Meaning::Skip(String::new()), "doc-detective"),
        _ => return None,
    })
}

fn attribute(key: &str, value: &str) -> Option<(Meaning, &'static str)> {
    let version = || value.starts_with(|c: char| c.is_ascii_digit());
    Some(match key {
        "retry" => (Meaning::Retry(value.parse().ok()?), "pytest-markdown-docs"),
        "fixture" => (Meaning::Needs(format!("fixture {value}")), "pytest-markdown-docs"),
        "test" => match value.split_once(' ').unwrap_or((value, "")) {
            ("skip", why) => (Meaning::Skip(reason(why)), "pydantic"),
            ("xfail", why) => (Meaning::KnownFalse(reason(why)), "pydantic"),
            _ => return None,
        },
        "requires" if version() => (Meaning::skip_if(format!("python_version < \"{value}\"")), "pydantic"),
        "group" => (Meaning::Group(value.to_owned()), "pydantic"),
        "session" => (Meaning::Group(value.to_owned()), "markdown-exec"),
        "exec" => (Meaning::Noted, "markdown-exec"),
        "eval" if value.eq_ignore_ascii_case("false") => (Meaning::Skip(String::new()), "quarto"),
        "error" if value.eq_ignore_ascii_case("true") => {
            (Meaning::ExpectsException { name: None, must: false }, "quarto")
        }
        _ => return None,
    })
}

/// The words of an info string: `python title="a b" retry:3`, `{.python continuation}`, `py,ignore`.
fn words(info: &str) -> Vec<Word<'_>> {
    let separates = |c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}' | ';');
    let mut words = Vec::new();
    let mut rest = info.trim_start_matches(separates);
    while !rest.is_empty() {
        let end = rest.find(|c: char| separates(c) || matches!(c, '=' | ':')).unwrap_or(rest.len());
        let (key, behind) = rest.split_at(end);
        let (value, length) = match behind.chars().next() {
            Some('=' | ':') => {
                let (value, length) = value(&behind[1..]);
                (Some(value), 1 + length)
            }
            _ => (None, 0),
        };
        words.push(Word { key: key.trim_start_matches('.'), value, whole: &rest[..end + length] });
        rest = rest[end + length..].trim_start_matches(separates);
    }
    words
}

/// The value at the start of a text, without quotes, and its length with them.
fn value(text: &str) -> (&str, usize) {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let inner = &text[1..];
        let end = inner.find(quote).unwrap_or(inner.len());
        return (&inner[..end], (end + 2).min(text.len()));
    }
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, ',' | '}')).unwrap_or(text.len());
    (&text[..end], end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::slice::from_ref;

    fn meanings(info: &str) -> Vec<Meaning> {
        of_fence(info, 1).0.into_iter().map(|mark| mark.meaning).collect()
    }

    #[test]
    fn every_dialect_behind_a_language() {
        let skip = |why: &str| Meaning::Skip(why.to_owned());
        let table = [
            ("python notest", "pytest-markdown-docs", skip("")),
            ("{.python continuation}", "pytest-markdown-docs", Meaning::Continues),
            ("python retry:3", "pytest-markdown-docs", Meaning::Retry(3)),
            ("python fixture:tmp", "pytest-markdown-docs", Meaning::Needs("fixture tmp".into())),
            ("py {test=\"skip - no network\" lint=\"skip\"}", "pydantic", skip("no network")),
            ("py test=\"skip\"", "pydantic", skip("")),
            ("python {test='xfail - a bug'}", "pydantic", Meaning::KnownFalse("a bug".into())),
            ("py requires=\"3.10\"", "pydantic", Meaning::skip_if("python_version < \"3.10\"")),
            ("py group=\"g\"", "pydantic", Meaning::Group("g".into())),
            ("python,ignore", "rustdoc", skip("")),
            ("python,no_run", "rustdoc", skip("no_run")),
            ("py should_panic", "rustdoc", Meaning::raises(None)),
            ("py compile_fail", "rustdoc", Meaning::raises(Some("SyntaxError"))),
            ("python testIgnore", "doc-detective", skip("")),
            ("{python eval=FALSE}", "quarto", skip("")),
        ];
        for (info, dialect, meaning) in table {
            let (marks, notes) = of_fence(info, 4);
            assert_eq!(notes, [], "{info}");
            let [mark] = from_ref(&marks[0]) else { unreachable!() };
            assert_eq!((mark.dialect, &mark.meaning, mark.line), (dialect, &meaning, 4), "{info}");
        }
        let session = meanings("python exec=\"on\" session=\"x\" id=\"y\"");
        assert_eq!(session, [Meaning::Noted, Meaning::Group("x".into())]);
    }

    #[test]
    fn unknown_words_change_nothing_and_near_ones_are_reported() {
        for info in ["python title=\"notest here\"", "python hl_lines=\"2\"", "notest", "py linenums", ""] {
            assert_eq!(of_fence(info, 1), (Vec::new(), Vec::new()), "{info}");
        }
        let (marks, notes) = of_fence("python notset", 7);
        assert_eq!(marks, []);
        assert_eq!(notes[0].line, 7);
        assert!(notes[0].message.contains("`notest`"), "{}", notes[0].message);
    }

    #[test]
    fn odd_info_strings_do_no_harm() {
        for info in ["python a=\"", "=", ":::", "py x='é", "{", "py é=é,,}"] {
            of_fence(info, 1);
        }
    }
}
