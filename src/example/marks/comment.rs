//! The text of a comment between the blocks: `skip: next`, `pytest.mark.skipif(…)`,
//! `phmdoctest-setup`, `name: test_x; mark: xfail(raises=X)`, `truedoc: skip`, …

use std::time::Duration;

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;

use super::{Meaning, fence, reason, typo};
use crate::python;
use crate::settings::parse_duration;

/// Which examples a comment is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The next example, whatever stands between.
    Next,
    /// The block that stands directly below.
    Below,
    /// The example behind the block that stands directly below.
    AfterBelow,
    /// The example above.
    Above,
    /// All from here on.
    Start,
    /// None from here on.
    End,
    /// All of the document.
    Document,
}

impl Scope {
    /// Whether it is about a part of the document, inline code included.
    pub fn is_region(self) -> bool {
        matches!(self, Scope::Start | Scope::End | Scope::Document)
    }
}

/// What a comment says.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// Something that is understood.
    Marks {
        /// The tool whose dialect it is.
        dialect: &'static str,
        /// Its meanings, each with what it is about.
        meanings: Vec<(Scope, Meaning)>,
    },
    /// Code that readers do not see begins on the next line, in this language.
    Code {
        /// The tool whose dialect it is.
        dialect: &'static str,
        /// The language.
        language: String,
    },
    /// Nearly something that is understood: the spelling that was most likely meant.
    Nearly(String),
    /// Nothing about examples.
    Nothing,
}

/// Spellings that are understood, for the search for typos.
const SPELLINGS: &[&str] = &[
    "skip: next",
    "skip: start",
    "skip: end",
    "clear-namespace",
    "invisible-code-block: python",
    "invisible-code: py",
    "pytest.mark.skip",
    "pytest.mark.skipif",
    "pytest.mark.xfail",
    "pytest-codeblocks:cont",
    "pytest-codeblocks:skip",
    "pytest-codeblocks:skipif",
    "pytest-codeblocks:expected-output",
    "pytest-codeblocks:expect-error",
    "pytest-codeblocks:importorskip",
    "pytest-codeblocks:skipfile",
    "phmdoctest-skip",
    "phmdoctest-setup",
    "phmdoctest-teardown",
    "phmdoctest-share-names",
    "phmdoctest-clear-names",
    "pmd-metadata: notest",
    "pmd-metadata: continuation",
    "$mdx skip",
];

/// Our own words, each of which a comment `truedoc: …` may hold.
const OWN: &[&str] = &[
    "skip",
    "skip-start",
    "skip-end",
    "skip-file",
    "skip-if",
    "raises",
    "not-compared",
    "group",
    "continues",
    "hidden",
    "setup",
    "time-limit",
    "retry",
    "needs",
    "clear-names",
    "known-false",
    "output",
];

/// Reads the text of a comment, without its marks.
pub fn read(text: &str) -> Said {
    let text = text.trim();
    if let Some(said) = hidden_code(text).or_else(|| known(text)) {
        return said;
    }
    // What follows the words of a directive is its arguments.
    let head = text.split(['(', '"', '\n', '<', '>']).next().unwrap_or_default();
    let head = head.strip_suffix("if").unwrap_or(head).trim();
    typo::nearly(head, SPELLINGS).map_or(Said::Nothing, |meant| Said::Nearly(meant.to_owned()))
}

fn known(text: &str) -> Option<Said> {
    let prefixed = |prefix: &str| text.strip_prefix(prefix).map(str::trim);
    if let Some(rest) = prefixed("skip:") {
        return sybil_skip(rest);
    }
    if let Some(rest) = prefixed("truedoc:") {
        return Some(own(rest));
    }
    if text == "clear-namespace" {
        return Some(marks("sybil", [(Scope::Next, Meaning::ClearNames)]));
    }
    if let Some(rest) = prefixed("pytest.mark.") {
        return Some(marks("pytest-codeblocks", [(Scope::Below, pytest_mark(rest))]));
    }
    if let Some(rest) = prefixed("pytest-codeblocks:") {
        return codeblocks(rest).map(|meaning| marks("pytest-codeblocks", [meaning]));
    }
    if let Some(rest) = prefixed("phmdoctest-") {
        return phmdoctest(rest).map(|meaning| marks("phmdoctest", [meaning]));
    }
    if let Some(rest) = prefixed("pmd-metadata:") {
        let read = fence::of_words(rest, 0);
        let meanings = read.into_iter().map(|mark| (Scope::Below, mark.meaning)).collect::<Vec<_>>();
        return (!meanings.is_empty()).then(|| marks("pytest-markdown-docs", meanings));
    }
    if let Some(rest) = prefixed("$MDX") {
        return mdx(rest).map(|meaning| marks("mdx", [(Scope::Below, meaning)]));
    }
    markdown_pytest(text)
}

fn marks(dialect: &'static str, meanings: impl IntoIterator<Item = (Scope, Meaning)>) -> Said {
    Said::Marks { dialect, meanings: meanings.into_iter().collect() }
}

/// `invisible-code-block: python` and the code below it.
fn hidden_code(text: &str) -> Option<Said> {
    let (head, _) = text.split_once('\n').unwrap_or((text, ""));
    for (dialect, prefix) in
        [("sybil", "invisible-code-block:"), ("sybil", "invisible-code:"), ("truedoc", "truedoc: hidden")]
    {
        if let Some(language) = head.strip_prefix(prefix) {
            let language = if language.trim().is_empty() { "python" } else { language.trim() };
            return Some(Said::Code { dialect, language: language.to_owned() });
        }
    }
    None
}

/// `next`, `start "why"`, `end`, `next if(condition, reason="why")`.
fn sybil_skip(text: &str) -> Option<Said> {
    let (action, rest) = text.split_at(text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len()));
    let scope = match action {
        "next" => Scope::Next,
        "start" => Scope::Start,
        "end" => Scope::End,
        _ => return None,
    };
    let rest = rest.trim();
    let meaning = match rest.strip_prefix("if") {
        Some(call) => conditional(call)?,
        None => Meaning::Skip(reason(rest)),
    };
    Some(marks("sybil", [(scope, meaning)]))
}

/// `(condition, reason="why")`.
fn conditional(call: &str) -> Option<Meaning> {
    let arguments = Arguments::read(call)?;
    let condition = arguments.positional.first()?.clone();
    Some(Meaning::SkipIf { condition, reason: arguments.named("reason").unwrap_or_default() })
}

/// A mark of pytest, without `pytest.mark.`.
fn pytest_mark(text: &str) -> Meaning {
    let (name, call) = text.split_at(text.find('(').unwrap_or(text.len()));
    let arguments = Arguments::read(call).unwrap_or_default();
    let why = arguments.named("reason").unwrap_or_default();
    let number = arguments.first().and_then(|text| text.parse::<f64>().ok());
    match name.trim() {
        "skip" => Meaning::Skip(if why.is_empty() { arguments.first().unwrap_or_default() } else { why }),
        "skipif" => match arguments.positional.first() {
            Some(condition) => Meaning::SkipIf { condition: unquoted(condition), reason: why },
            None => Meaning::Skip(why),
        },
        "xfail" => match arguments.named("raises") {
            Some(name) => Meaning::raises(Some(&name)),
            None => Meaning::KnownFalse(why),
        },
        "timeout" => number
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
            .map_or(Meaning::Noted, Meaning::TimeLimit),
        "flaky" => {
            let times = arguments.named("reruns").and_then(|times| times.parse().ok());
            times.or(number.map(|number| number as u32)).map_or(Meaning::Noted, Meaning::Retry)
        }
        _ => Meaning::Noted,
    }
}

fn codeblocks(text: &str) -> Option<(Scope, Meaning)> {
    let (word, call) = text.split_at(text.find('(').unwrap_or(text.len()));
    let argument = || call.trim_matches(['(', ')', ' ']).to_owned();
    Some(match word.trim() {
        "skip" => (Scope::Below, Meaning::Skip(String::new())),
        "skipif" => (Scope::Below, conditional(call)?),
        "cont" | "cont-nofence" => (Scope::Below, Meaning::Continues),
        "expected-output" | "expected-output-ignore-whitespace" => (Scope::Above, Meaning::Output),
        "expect-error" | "expect-exception" => (Scope::Below, Meaning::raises(None)),
        "xfail" => (Scope::Below, Meaning::KnownFalse(String::new())),
        "importorskip" => (Scope::Below, Meaning::Needs(argument())),
        "skipfile" => (Scope::Document, Meaning::Skip(String::new())),
        _ => return None,
    })
}

fn phmdoctest(text: &str) -> Option<(Scope, Meaning)> {
    if let Some(mark) = text.strip_prefix("mark.") {
        let meaning = match mark.strip_prefix("skipif<") {
            Some(version) => Meaning::skip_if(format!("python_version < \"{}\"", version.trim())),
            None => pytest_mark(mark),
        };
        return Some((Scope::Below, meaning));
    }
    Some(match text.split_whitespace().next()? {
        "skip" => (Scope::Below, Meaning::Skip(String::new())),
        "setup" | "share-names" => (Scope::Below, Meaning::Setup),
        "clear-names" => (Scope::AfterBelow, Meaning::ClearNames),
        "teardown" | "label" => (Scope::Below, Meaning::Noted),
        _ => return None,
    })
}

fn mdx(text: &str) -> Option<Meaning> {
    match text.split(['=', ' ', ',']).next()? {
        "skip" => Some(Meaning::Skip(String::new())),
        "non-deterministic" => Some(Meaning::NotCompared),
        _ => Some(Meaning::Noted),
    }
}

/// `name: test_x; fixtures: tmp_path; mark: xfail(raises=X)`, on one line or several.
fn markdown_pytest(text: &str) -> Option<Said> {
    let mut meanings = Vec::new();
    let lines = text.lines().take_while(|line| !line.trim_start().starts_with(['`', '~']));
    let fields = lines.flat_map(|line| line.split(';')).filter_map(|field| field.split_once(':'));
    for (key, value) in fields {
        let value = value.trim();
        match key.trim() {
            "name" if value.starts_with("test") => meanings.push(Meaning::Group(value.to_owned())),
            "fixtures" | "fixture" => meanings.push(Meaning::Needs(format!("fixture {value}"))),
            "mark" => meanings.push(pytest_mark(value)),
            "subprocess" | "case" => meanings.push(Meaning::Noted),
            _ => {}
        }
    }
    let named = matches!(meanings.first(), Some(Meaning::Group(_)));
    named.then(|| marks("markdown-pytest", meanings.into_iter().map(|meaning| (Scope::Below, meaning))))
}

/// Our own words: `truedoc: skip - why`, `truedoc: raises ValueError`.
fn own(text: &str) -> Said {
    let (word, rest) =
        text.split_at(text.find(|c: char| c.is_whitespace() || c == ':').unwrap_or(text.len()));
    let why = reason(rest);
    let needs_words = matches!(word, "skip-if" | "group" | "time-limit" | "retry" | "needs");
    let meaning = match word {
        "skip" | "skip-start" | "skip-end" | "skip-file" => Meaning::Skip(why),
        "skip-if" => Meaning::skip_if(rest.trim()),
        "raises" => Meaning::raises(Some(&why)),
        "not-compared" => Meaning::NotCompared,
        "group" => Meaning::Group(why),
        "continues" => Meaning::Continues,
        "setup" => Meaning::Setup,
        "time-limit" => parse_duration(&why).map_or(Meaning::Noted, Meaning::TimeLimit),
        "retry" => why.parse().map_or(Meaning::Noted, Meaning::Retry),
        "needs" => Meaning::Needs(why),
        "clear-names" => Meaning::ClearNames,
        "known-false" => Meaning::KnownFalse(why),
        "output" => Meaning::Output,
        _ => return Said::Nearly(format!("truedoc: {}", typo::nearly(word, OWN).unwrap_or("skip"))),
    };
    if meaning == Meaning::Noted || (needs_words && rest.trim().is_empty()) {
        let sample = match word {
            "time-limit" => "5s",
            "retry" => "3",
            "skip-if" => "sys.platform == \"win32\"",
            _ => "name",
        };
        return Said::Nearly(format!("truedoc: {word} {sample}"));
    }
    let scope = match word {
        "skip-start" => Scope::Start,
        "skip-end" => Scope::End,
        "skip-file" => Scope::Document,
        "output" => Scope::Above,
        _ => Scope::Next,
    };
    marks("truedoc", [(scope, meaning)])
}

/// The arguments of a call, as they are written.
#[derive(Debug, Default)]
struct Arguments {
    positional: Vec<String>,
    named: Vec<(String, String)>,
}

impl Arguments {
    /// Reads `(a, b="c")`.
    fn read(call: &str) -> Option<Arguments> {
        let source = format!("f{}", call.trim());
        let Expr::Call(call) = python::parse_expression(&source)? else { return None };
        let text = |expression: &Expr| source[expression.range()].to_owned();
        let named =
            call.arguments.keywords.iter().filter_map(|keyword| {
                Some((keyword.arg.as_ref()?.to_string(), unquoted(&text(&keyword.value))))
            });
        Some(Arguments { positional: call.arguments.args.iter().map(text).collect(), named: named.collect() })
    }

    fn first(&self) -> Option<String> {
        self.positional.first().map(|text| unquoted(text))
    }

    fn named(&self, name: &str) -> Option<String> {
        self.named.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }
}

/// The text of a string, or anything else as it is written.
fn unquoted(text: &str) -> String {
    match python::parse_expression(text) {
        Some(Expr::StringLiteral(literal)) => literal.value.to_str().to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
