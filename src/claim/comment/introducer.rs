//! How a comment announces its claim: an arrow, a label with its colon, a verb.

use crate::claim::Kind;

/// How a comment announces what follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Introducer {
    /// `=>`, `->`, `Result:`: a value or text.
    Result,
    /// `Output:`, `prints:`: printed text.
    Printed,
    /// `prints`, without colon: printed text, or an explanation.
    PrintsVerb,
    /// `returns`: a value, or an explanation.
    ReturnsVerb,
    /// `raises`: an exception, or an explanation.
    Raises,
}

impl Introducer {
    /// What a claim is about that is announced so.
    pub fn kind(self) -> Kind {
        match self {
            Introducer::Result | Introducer::ReturnsVerb => Kind::Value,
            Introducer::Printed | Introducer::PrintsVerb => Kind::Stdout,
            Introducer::Raises => Kind::Raises,
        }
    }
}

/// Marks that announce a result, longest first where one begins another.
const ARROWS: &[&str] = &["==>", "-->", "=>", "->", "→", "⇒", "➜", "⟹", ">>>", "==", "= "];

/// Words that announce what follows if a colon or an equals sign stands behind them.
const LABELS: &[(&str, Introducer)] = &[
    ("output", Introducer::Printed),
    ("outputs", Introducer::Printed),
    ("prints", Introducer::Printed),
    ("print", Introducer::Printed),
    ("printed", Introducer::Printed),
    ("stdout", Introducer::Printed),
    ("displays", Introducer::Printed),
    ("expected output", Introducer::Printed),
    ("ausgabe", Introducer::Printed),
    ("sortie", Introducer::Printed),
    ("salida", Introducer::Printed),
    ("输出", Introducer::Printed),
    ("out", Introducer::Result),
    ("result", Introducer::Result),
    ("results", Introducer::Result),
    ("returns", Introducer::Result),
    ("return", Introducer::Result),
    ("return value", Introducer::Result),
    ("value", Introducer::Result),
    ("evaluates to", Introducer::Result),
    ("expected", Introducer::Result),
    ("raises", Introducer::Raises),
    ("throws", Introducer::Raises),
];

/// Words that announce what follows without a colon.
const VERBS: &[(&str, Introducer)] = &[
    ("prints", Introducer::PrintsVerb),
    ("will print", Introducer::PrintsVerb),
    ("outputs", Introducer::PrintsVerb),
    ("displays", Introducer::PrintsVerb),
    ("shows", Introducer::PrintsVerb),
    ("print", Introducer::PrintsVerb),
    ("returns", Introducer::ReturnsVerb),
    ("will return", Introducer::ReturnsVerb),
    ("gives", Introducer::ReturnsVerb),
    ("evaluates to", Introducer::ReturnsVerb),
    ("equals", Introducer::ReturnsVerb),
    ("is now", Introducer::ReturnsVerb),
    ("raises", Introducer::Raises),
    ("raise", Introducer::Raises),
    ("will raise", Introducer::Raises),
    ("would raise", Introducer::Raises),
    ("throws", Introducer::Raises),
    ("fails with", Introducer::Raises),
    ("causes", Introducer::Raises),
    ("fails:", Introducer::Raises),
    ("this raises", Introducer::Raises),
];

/// Takes the introducer off a comment, if it has one.
pub fn introducer(text: &str) -> (Option<Introducer>, &str) {
    let found = arrow(text).or_else(|| label(text)).or_else(|| verb(text));
    found.map_or((None, text), |(introducer, rest)| (Some(introducer), rest))
}

fn arrow(text: &str) -> Option<(Introducer, &str)> {
    let rest = ARROWS.iter().find_map(|arrow| text.strip_prefix(arrow))?.trim_start();
    // `-> raises TypeError` and `=> Output: 3` are announced twice.
    let (inner, after) = introducer(rest);
    Some(inner.map_or((Introducer::Result, rest), |inner| (inner, after)))
}

fn label(text: &str) -> Option<(Introducer, &str)> {
    let lower = text.to_ascii_lowercase();
    LABELS.iter().find_map(|&(word, introducer)| {
        let start = text.len() - lower.strip_prefix(word)?.len();
        let rest = strip_number(text.get(start..).unwrap_or_default()).trim_start();
        rest.strip_prefix([':', '：', '=']).map(|claim| (introducer, claim.trim()))
    })
}

fn verb(text: &str) -> Option<(Introducer, &str)> {
    let lower = text.to_ascii_lowercase();
    let is_said = |word: &str| lower.strip_prefix(word).is_some_and(|rest| rest.starts_with(' '));
    let &(word, introducer) = VERBS.iter().find(|(word, _)| is_said(word))?;
    Some((introducer, text[word.len()..].trim()))
}

/// Takes the counter off `Out[1]`.
fn strip_number(text: &str) -> &str {
    text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(text, |(_, rest)| rest)
}
