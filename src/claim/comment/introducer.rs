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
const ARROWS: &[&str] = &["==>", "-->", "=>", "->", "→", "⇒", "➜", "⟹", "➡", ">>>", "==", "= "];

/// Words that announce what follows if a colon or an equals sign stands behind them.
const LABELS: &[(&str, Introducer)] = &[
    ("output", Introducer::Printed),
    ("outputs", Introducer::Printed),
    ("actual output", Introducer::Printed),
    ("prints", Introducer::Printed),
    ("print", Introducer::Printed),
    ("printed", Introducer::Printed),
    ("stdout", Introducer::Printed),
    ("displays", Introducer::Printed),
    ("expected output", Introducer::Printed),
    ("ausgabe", Introducer::Printed),
    ("gibt aus", Introducer::Printed),
    ("sortie", Introducer::Printed),
    ("affiche", Introducer::Printed),
    ("salida", Introducer::Printed),
    ("imprime", Introducer::Printed),
    ("muestra", Introducer::Printed),
    ("saída", Introducer::Printed),
    ("stampa", Introducer::Printed),
    ("uitvoer", Introducer::Printed),
    ("utdata", Introducer::Printed),
    ("çıktı", Introducer::Printed),
    ("вывод", Introducer::Printed),
    ("выведет", Introducer::Printed),
    ("выводит", Introducer::Printed),
    ("输出结果", Introducer::Printed),
    ("运行结果", Introducer::Printed),
    ("输出", Introducer::Printed),
    ("打印", Introducer::Printed),
    ("出力", Introducer::Printed),
    ("実行結果", Introducer::Printed),
    ("출력", Introducer::Printed),
    ("out", Introducer::Result),
    ("result", Introducer::Result),
    ("results", Introducer::Result),
    ("returns", Introducer::Result),
    ("return", Introducer::Result),
    ("return value", Introducer::Result),
    ("value", Introducer::Result),
    ("evaluates to", Introducer::Result),
    ("expected", Introducer::Result),
    ("expected result", Introducer::Result),
    ("actual", Introducer::Result),
    ("actual result", Introducer::Result),
    ("actually", Introducer::Result),
    ("ergebnis", Introducer::Result),
    ("résultat", Introducer::Result),
    ("resultado", Introducer::Result),
    ("risultato", Introducer::Result),
    ("resultaat", Introducer::Result),
    ("wynik", Introducer::Result),
    ("результат", Introducer::Result),
    ("结果", Introducer::Result),
    ("返回", Introducer::Result),
    ("結果", Introducer::Result),
    ("결과", Introducer::Result),
    ("raises", Introducer::Raises),
    ("throws", Introducer::Raises),
];

/// Words that announce what follows without a colon.
const VERBS: &[(&str, Introducer)] = &[
    ("prints out", Introducer::PrintsVerb),
    ("prints", Introducer::PrintsVerb),
    ("will print", Introducer::PrintsVerb),
    ("this prints", Introducer::PrintsVerb),
    ("outputs", Introducer::PrintsVerb),
    ("displays", Introducer::PrintsVerb),
    ("shows", Introducer::PrintsVerb),
    ("print", Introducer::PrintsVerb),
    ("affiche", Introducer::PrintsVerb),
    ("imprime", Introducer::PrintsVerb),
    ("muestra", Introducer::PrintsVerb),
    ("stampa", Introducer::PrintsVerb),
    ("выводит", Introducer::PrintsVerb),
    ("выведет", Introducer::PrintsVerb),
    ("输出", Introducer::PrintsVerb),
    ("打印", Introducer::PrintsVerb),
    ("returns", Introducer::ReturnsVerb),
    ("will return", Introducer::ReturnsVerb),
    ("this returns", Introducer::ReturnsVerb),
    ("yields", Introducer::ReturnsVerb),
    ("yield", Introducer::ReturnsVerb),
    ("gives", Introducer::ReturnsVerb),
    ("evaluates to", Introducer::ReturnsVerb),
    ("equals", Introducer::ReturnsVerb),
    ("is now", Introducer::ReturnsVerb),
    ("ergibt", Introducer::ReturnsVerb),
    ("liefert", Introducer::ReturnsVerb),
    ("renvoie", Introducer::ReturnsVerb),
    ("retourne", Introducer::ReturnsVerb),
    ("devuelve", Introducer::ReturnsVerb),
    ("retorna", Introducer::ReturnsVerb),
    ("restituisce", Introducer::ReturnsVerb),
    ("возвращает", Introducer::ReturnsVerb),
    ("вернёт", Introducer::ReturnsVerb),
    ("вернет", Introducer::ReturnsVerb),
    ("返回", Introducer::ReturnsVerb),
    ("raises", Introducer::Raises),
    ("raise", Introducer::Raises),
    ("will raise", Introducer::Raises),
    ("would raise", Introducer::Raises),
    ("throws", Introducer::Raises),
    ("fails with", Introducer::Raises),
    ("causes", Introducer::Raises),
    ("fails:", Introducer::Raises),
    ("this raises", Introducer::Raises),
    ("lève", Introducer::Raises),
    ("lanza", Introducer::Raises),
    ("wirft", Introducer::Raises),
    ("вызовет", Introducer::Raises),
    ("вызывает", Introducer::Raises),
    ("抛出", Introducer::Raises),
];

/// Takes the introducer off a comment, if it has one.
pub fn introducer(text: &str) -> (Option<Introducer>, &str) {
    let found = arrow(text).or_else(|| label(text)).or_else(|| verb(text)).or_else(|| later(text));
    found.map_or((None, text), |(introducer, rest)| (Some(introducer), rest))
}

/// Whether a text is a word for output and no more (`# Output`).
pub fn is_bare_label(text: &str) -> bool {
    LABELS.iter().any(|&(word, introducer)| {
        introducer == Introducer::Printed && without_prefix(text, word).is_some_and(str::is_empty)
    })
}

/// Whether a comment announces its claim by a word, as one above its code has to.
pub fn is_announced(comment: &str) -> bool {
    let text = comment.trim_start_matches('#').trim();
    label(text).or_else(|| verb(text)).is_some()
}

/// Whether a text is a label for what was hoped for, or for what came instead.
pub fn is_expectation(text: &str) -> Option<bool> {
    let begins =
        |word: &str| without_prefix(text, word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    if ["expected", "expectation", "you might expect", "you would expect"].iter().any(|word| begins(word)) {
        return Some(true);
    }
    ["actual", "actually", "reality", "got", "but got", "instead", "in reality"]
        .iter()
        .any(|word| begins(word))
        .then_some(false)
}

fn arrow(text: &str) -> Option<(Introducer, &str)> {
    let rest = ARROWS.iter().find_map(|arrow| text.strip_prefix(arrow))?.trim_start();
    // `-> raises TypeError` and `=> Output: 3` are announced twice.
    let (inner, after) = introducer(rest);
    Some(inner.map_or((Introducer::Result, rest), |inner| (inner, after)))
}

/// `now prints True`, `still raises KeyError`.
fn later(text: &str) -> Option<(Introducer, &str)> {
    let rest = ["now ", "still ", "also ", "again "].iter().find_map(|word| without_prefix(text, word))?;
    verb(rest)
}

fn label(text: &str) -> Option<(Introducer, &str)> {
    LABELS.iter().find_map(|&(word, introducer)| {
        let rest = strip_number(without_prefix(text, word)?).trim_start();
        rest.strip_prefix([':', '：', '=']).map(|claim| (introducer, claim.trim()))
    })
}

fn verb(text: &str) -> Option<(Introducer, &str)> {
    VERBS.iter().find_map(|&(word, introducer)| {
        let rest = without_prefix(text, word)?;
        // Words of Chinese stand without blanks between them.
        let ends = rest.starts_with(' ') || word.chars().all(|c| c as u32 > 0x2e80);
        ends.then(|| (introducer, rest.trim()))
    })
}

/// A text without a beginning in small letters, in whatever case the text writes it.
fn without_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let mut rest = text.chars();
    for expected in prefix.chars() {
        let mut lower = rest.next()?.to_lowercase();
        if lower.next() != Some(expected) || lower.next().is_some() {
            return None;
        }
    }
    Some(rest.as_str())
}

/// Takes the counter off `Out[1]`.
fn strip_number(text: &str) -> &str {
    text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(text, |(_, rest)| rest)
}
