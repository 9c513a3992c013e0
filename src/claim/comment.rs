//! The words of a comment: is it a claim, of what, how surely, and what is the rest.
//!
//! A comment is read in this order: an introducer (`=>`, `Output:`, `raises`), a hedge (`Maybe`,
//! `~`), then the claim itself with its remark split off. What could be an explanation is a
//! [`Force::Guess`]; only what cannot be anything else is [`Force::Explicit`].

use super::literal::{ValueKind, is_value};
use super::{Expected, Force, Kind};
use crate::document::repaired;

/// A comment that was understood as a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What it is about.
    pub kind: Kind,
    /// What it expects.
    pub expected: Expected,
    /// The claim without introducer and remark.
    pub claimed: String,
    /// The rest.
    pub remark: Option<String>,
    /// Whether it can be refuted.
    pub force: Force,
    /// Words of uncertainty.
    pub hedge: Option<String>,
    /// The rule that understood it.
    pub rule: &'static str,
}

/// What a comment turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// A claim.
    Claim(Reading),
    /// It begins like a claim and could not be understood.
    NotUnderstood,
    /// An introducer alone (`# Output:`); the claim stands on the lines below.
    Introduces(Kind),
    /// Words that may be what is printed, or an explanation.
    Words(String),
}

/// Rule name of printed text.
pub const PRINTED: &str = "printed text behind an introducer";

/// Words that make a claim uncertain wherever they stand.
const HEDGES: &[&str] = &[
    "maybe",
    "might",
    "may vary",
    "may be",
    "may differ",
    "could be",
    "probably",
    "usually",
    "typically",
    "likely",
    "possibly",
    "often",
    "sometimes",
    "e.g.",
    "eg.",
    "for example",
    "something like",
    "similar to",
    "or similar",
    "varies",
    "vary",
    "random",
    "depends",
    "depending",
    "roughly",
    "implementation detail",
    "implementation-defined",
    "platform",
    "not guaranteed",
    "order not",
    "unordered",
    "arbitrary",
    "or so",
    "cpython only",
    "in cpython",
];

/// Marks that may be put before a claim and say nothing.
const MARKS: &[char] = &['✓', '✔', '✅', '❌', '✗', '✘', '⚠', '👉', '☑', '•', '\u{fe0f}'];

/// Reads the text of a comment, with its `#`.
pub fn read(comment: &str) -> Meaning {
    let raw = comment.trim_start();
    let Some(text) = raw.strip_prefix('#') else { return Meaning::NotUnderstood };
    let arrow = text.starts_with('>');
    let text = clean(&repaired(text.trim_start_matches('#')));
    let text = text.trim().trim_start_matches(MARKS).trim_start();
    let (introducer, rest) = if arrow {
        (Some(Introducer::Result), text.trim_start_matches('>').trim())
    } else {
        introducer(text)
    };
    if introducer.is_some() && rest.is_empty() {
        return Meaning::Introduces(introducer.map_or(Kind::Value, Introducer::kind));
    }
    let (hedge, rest) = hedge(rest);
    let mut meaning = claim(introducer, rest);
    if let Meaning::Claim(reading) = &mut meaning {
        reading.hedge = hedge.or_else(|| condition(reading));
        // "1-based" and "2 items" never come here; a hedged guess says nothing.
    }
    meaning
}

/// Curly quotes and fixed spaces as their plain forms.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '“' | '”' | '„' => '"',
            '‘' | '’' => '\'',
            '\u{a0}' | '\u{202f}' => ' ',
            other => other,
        })
        .filter(|c| !matches!(c, '\u{200b}' | '\u{feff}' | '\u{fe0f}'))
        .collect()
}

/// How a comment announces what follows.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Introducer {
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
    fn kind(self) -> Kind {
        match self {
            Introducer::Result | Introducer::ReturnsVerb => Kind::Value,
            Introducer::Printed | Introducer::PrintsVerb => Kind::Stdout,
            Introducer::Raises => Kind::Raises,
        }
    }
}

fn introducer(text: &str) -> (Option<Introducer>, &str) {
    for arrow in ["==>", "-->", "=>", "->", "→", "⇒", "➜", "⟹", ">>>", "==", "= "] {
        if let Some(rest) = text.strip_prefix(arrow) {
            let rest = rest.trim_start();
            // `-> raises TypeError` and `=> Output: 3` are announced twice.
            let (inner, after) = introducer(rest);
            return if inner.is_some() { (inner, after) } else { (Some(Introducer::Result), rest) };
        }
    }
    let lower = text.to_lowercase();
    let labels: &[(&str, Introducer)] = &[
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
    for &(word, introducer) in labels {
        if let Some(rest) = lower.strip_prefix(word) {
            let start = text.len() - rest.len();
            let rest = text.get(start..).unwrap_or_default();
            let after = strip_number(rest).trim_start();
            if let Some(after) = after.strip_prefix([':', '：', '=']) {
                return (Some(introducer), after.trim());
            }
        }
    }
    let verbs: &[(&str, Introducer)] = &[
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
    for &(word, introducer) in verbs {
        if lower.strip_prefix(word).is_some_and(|rest| rest.starts_with(' ')) {
            return (Some(introducer), text[word.len()..].trim());
        }
    }
    (None, text)
}

/// Takes the counter off `Out[1]`.
fn strip_number(text: &str) -> &str {
    text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(text, |(_, rest)| rest)
}

/// Takes a leading hedge off, and finds one anywhere in the text.
fn hedge(text: &str) -> (Option<String>, &str) {
    let lower = text.to_lowercase();
    let words = HEDGES.iter().find(|hedge| has_words(&lower, hedge));
    let Some(hedge) = words else { return (None, text) };
    let rest = if lower.starts_with(hedge) {
        let rest = text.get(hedge.len()..).unwrap_or_default().trim_start_matches([' ', ':', ',']);
        rest.strip_prefix("be ").unwrap_or(rest)
    } else {
        text
    };
    (Some((*hedge).to_owned()), rest)
}

/// Whether the words stand in a text as words of their own.
fn has_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + words.len()..].chars().next();
        before.is_none_or(|c| !c.is_alphanumeric()) && after.is_none_or(|c| !c.is_alphanumeric())
    })
}

/// `True if …`, `5 on Linux`: the claim holds under a condition only.
fn condition(reading: &Reading) -> Option<String> {
    let remark = reading.remark.as_deref()?.to_lowercase();
    let conditions = [
        "if ",
        "when ",
        "unless ",
        "only if",
        "only when",
        "on linux",
        "on windows",
        "on mac",
        "on 64",
        "on 32",
        "in python",
        "in cpython",
        "before python",
        "since python",
        "until python",
        "for python",
    ];
    conditions.iter().find(|word| remark.starts_with(*word)).map(|word| word.trim().to_owned())
}

fn claim(introducer: Option<Introducer>, text: &str) -> Meaning {
    if let Some(reading) = exception(introducer, text) {
        return Meaning::Claim(reading);
    }
    if introducer == Some(Introducer::Raises) {
        return Meaning::Words(text.to_owned());
    }
    if introducer.is_none()
        && let Some(reading) = works(text)
    {
        return Meaning::Claim(reading);
    }
    if let Some(reading) = near(text) {
        return Meaning::Claim(reading);
    }
    if is_damaged(text) {
        return Meaning::Claim(reading(
            Kind::Value,
            Expected::Damaged,
            text,
            None,
            Force::Explicit,
            "a representation without its <…>",
        ));
    }
    if let Some(reading) = value(introducer, text) {
        return Meaning::Claim(reading);
    }
    match introducer {
        Some(Introducer::Printed) => Meaning::Claim(printed(text, Force::Explicit)),
        Some(Introducer::Result) => {
            Meaning::Claim(Reading { kind: Kind::Value, ..printed(text, result_force(text)) })
        }
        Some(Introducer::PrintsVerb | Introducer::ReturnsVerb) => Meaning::Claim(printed(text, Force::Guess)),
        _ => Meaning::Words(text.to_owned()),
    }
}

/// Behind an arrow may stand an explanation (`-> O(n) because …`, `-> iterator`): many words, or
/// one in small letters, need not be a value.
fn result_force(text: &str) -> Force {
    let words = text.split_whitespace().filter(|word| word.chars().all(char::is_alphabetic)).count();
    let describes = text.chars().all(|c| c.is_lowercase());
    if words >= 2 || describes { Force::Guess } else { Force::Explicit }
}

fn reading(
    kind: Kind,
    expected: Expected,
    claimed: &str,
    remark: Option<&str>,
    force: Force,
    rule: &'static str,
) -> Reading {
    let remark = remark.map(str::to_owned).filter(|remark| !remark.is_empty());
    Reading { kind, expected, claimed: claimed.to_owned(), remark, force, hedge: None, rule }
}

fn printed(text: &str, force: Force) -> Reading {
    let mut readings = vec![text.to_owned()];
    let mut remark = None;
    // An explanation may go on in many ways; text that is meant as output only with an aside.
    let cuts = if force == Force::Guess { cuts(text).rev().collect() } else { asides(text) };
    for (head, tail) in cuts {
        readings.push(head.to_owned());
        remark = Some(tail);
    }
    let claimed = readings.last().cloned().unwrap_or_default();
    reading(
        Kind::Stdout,
        Expected::Text(readings),
        &claimed,
        remark,
        force,
        "printed text behind an introducer",
    )
}

/// The cuts at what is never part of a printed text: an aside in parentheses, behind a long dash,
/// an arrow, a second `#` or two blanks. The shortest claim stands last.
pub fn asides(text: &str) -> Vec<(&str, &str)> {
    let is_aside = |head: &str| {
        let between = &text[head.len()..];
        between.starts_with("  ")
            || [" (", " —", " –", " ←", " <-", " #", "—"].iter().any(|mark| between.starts_with(mark))
    };
    cuts(text).filter(|(head, _)| is_aside(head)).rev().collect()
}

/// Reads a value with its remark.
fn value(introducer: Option<Introducer>, text: &str) -> Option<Reading> {
    let whole = [(text, "")];
    let cut = whole.into_iter().chain(cuts(text).rev()).find_map(|(head, remark)| {
        let kind = if is_angle_repr(head) { Some(ValueKind::Literal) } else { is_value(head) };
        let open = head.ends_with("...") && super::literal::open_ended(head).is_some();
        kind.or(open.then_some(ValueKind::Literal)).map(|kind| (kind, head, remark))
    });
    let (kind, head, remark) = cut?;
    let unmistakable = kind == ValueKind::Literal && !(introducer.is_none() && is_loose(head, remark, text));
    let force = if unmistakable { Force::Explicit } else { Force::Guess };
    let of = match introducer {
        Some(Introducer::Printed | Introducer::PrintsVerb) => Kind::Stdout,
        _ if is_class_repr(head) => Kind::Type,
        _ => Kind::Value,
    };
    // `4, 6` may be printed text as well as a tuple: both readings are kept where text is meant.
    let expected = if of == Kind::Stdout {
        Expected::Text(vec![text.to_owned(), head.to_owned()])
    } else {
        Expected::Value
    };
    Some(reading(of, expected, head, Some(remark), force, "a value"))
}

/// A number or an empty container followed by a comma, a colon or a dash may begin an explanation
/// (`3, then stop`).
fn is_loose(head: &str, remark: &str, text: &str) -> bool {
    if remark.is_empty() {
        return false;
    }
    let between = &text[head.len()..text.len() - remark.len()];
    // `443 for https` and `False in Python 2` say when, not what.
    let says_when =
        ["if ", "when ", "unless ", "on ", "in ", "for "].iter().any(|word| remark.starts_with(word));
    if between.trim().is_empty() && says_when {
        return true;
    }
    let scalar = head.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    scalar && between.contains([',', ';', ':', '=', '.'])
}

/// Every way to split a text into a claim and a remark, shortest claim first. A remark stands in
/// parentheses or behind a dash, an arrow, a comma, a semicolon, a second `#` or two blanks.
pub fn cuts(text: &str) -> impl DoubleEndedIterator<Item = (&str, &str)> {
    let mut found = Vec::new();
    let mut quote: Option<char> = None;
    let mut depth = 0_i32;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let opens_remark = quote.is_none() && depth == 0 && at > 0;
        if opens_remark && let Some(length) = separator(&text[at..], before) {
            let arrows = ["<--", "<-", "-->", "->", "←", "→", "—", "–"];
            let tail = text[at + length..].trim();
            let tail = arrows.iter().find_map(|arrow| tail.strip_prefix(arrow)).unwrap_or(tail);
            let tail = unparenthesized(tail.trim());
            let head = text[..at].trim_end().trim_end_matches([',', ';', ':']);
            found.push((head, tail));
        }
        match (quote, c) {
            (Some(open), _) if c == open && before != '\\' => quote = None,
            (Some(_), _) => {}
            (None, '"') => quote = Some(c),
            // An apostrophe inside a word opens no string.
            (None, '\'') if !before.is_alphanumeric() => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        before = c;
    }
    found.dedup_by(|next, kept| next.0 == kept.0);
    found.into_iter()
}

/// Length of the separator that a text begins with.
fn separator(text: &str, before: char) -> Option<usize> {
    const MARKS: &[&str] =
        &[" - ", " -- ", " — ", " – ", " ← ", " <- ", " <-- ", " # ", " → ", " -> ", " => ", "! ", " //"];
    // The word that begins the remark stays part of it.
    const WORDS: &[&str] = &[" because ", " since ", " if ", " when ", " unless ", " on ", " in ", " for "];
    if let Some(mark) = MARKS.iter().find(|mark| text.starts_with(**mark)) {
        return Some(mark.len());
    }
    if WORDS.iter().any(|word| text.starts_with(word)) {
        return Some(1);
    }
    if text.starts_with(" (") || (text.starts_with('(') && before.is_whitespace()) {
        return text.find('(');
    }
    for mark in [", ", "; ", ". ", ": "] {
        if text.starts_with(mark) {
            return Some(mark.len());
        }
    }
    for mark in ['—', '–', '←', '#', ';', '!'] {
        if text.starts_with(mark) {
            return Some(mark.len_utf8());
        }
    }
    text.starts_with("  ").then_some(2)
}

/// A remark without the parentheses around all of it.
fn unparenthesized(tail: &str) -> &str {
    let Some(inner) = tail.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return tail };
    let mut depth = 0_i32;
    let balanced = inner.chars().all(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth >= 0
    });
    if balanced { inner } else { tail }
}

/// `<class 'int'>`, `<__main__.A object at 0x…>`, also inside containers.
fn is_angle_repr(text: &str) -> bool {
    let opens = text.starts_with('<') && text[1..].starts_with(|c: char| c.is_alphabetic() || c == '_');
    if opens && text.ends_with('>') && text.contains([' ', '.']) {
        return true;
    }
    text.contains('<') && is_value(&masked(text)).is_some_and(|kind| kind == ValueKind::Literal)
}

/// A text with each `<…>` as a string, so that the rest can be parsed.
fn masked(text: &str) -> String {
    let mut masked = String::new();
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '<' => {
                if depth == 0 {
                    masked.push_str("'<>'");
                }
                depth += 1;
            }
            '>' if depth > 0 => depth -= 1,
            _ if depth == 0 => masked.push(c),
            _ => {}
        }
    }
    masked
}

fn is_class_repr(text: &str) -> bool {
    text.starts_with("<class '") && text.ends_with("'>")
}

/// A container whose parts were lost with their angle brackets: `(, , )`, `{'a': , 'b': }`.
fn is_damaged(text: &str) -> bool {
    let enclosed = [('(', ')'), ('[', ']'), ('{', '}')]
        .iter()
        .any(|&(open, close)| text.starts_with(open) && text.ends_with(close));
    enclosed && ["(, ", "[, ", "{, ", ", ,", ": ,", ": }", ", )", ", ]"].iter().any(|gap| text.contains(gap))
}

/// `~56`, `≈ 3.1`, `about 5`.
fn near(text: &str) -> Option<Reading> {
    let lower = text.to_lowercase();
    let marks = [
        "~",
        "≈",
        "about ",
        "approx. ",
        "approx ",
        "approximately ",
        "around ",
        "ca. ",
        "circa ",
        "nearly ",
        "almost ",
    ];
    let mark = marks.iter().find(|mark| lower.starts_with(**mark))?;
    let rest = text.get(mark.len()..)?.trim_start();
    let digits =
        rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_' | ','))).unwrap_or(rest.len());
    let number: f64 = rest[..digits].trim_end_matches(['.', ',']).replace(['_', ','], "").parse().ok()?;
    let mut reading =
        reading(Kind::Value, Expected::Near(number), text, None, Force::Guess, "an approximate number");
    reading.remark = Some(rest[digits..].trim().to_owned()).filter(|rest| !rest.is_empty());
    Some(reading)
}

/// `works`, `OK`, `no KeyError`, also behind a dash.
fn works(text: &str) -> Option<Reading> {
    let parts = std::iter::once(text)
        .chain(text.split(" — ").skip(1))
        .chain(text.split(" - ").skip(1))
        .chain(text.split(" – ").skip(1));
    for part in parts {
        let part = part.trim_start_matches(MARKS).trim();
        let lower = part.to_lowercase();
        for word in [
            "works",
            "work",
            "ok",
            "okay",
            "fine",
            "valid",
            "allowed",
            "legal",
            "no error",
            "no errors",
            "no exception",
            "no problem",
            "succeeds",
            "all good",
            "passes",
        ] {
            let Some(rest) = lower.strip_prefix(word) else { continue };
            let rest = rest.trim_start_matches([' ', '!', '.', ',', ';', ':', '—', '–', '-', '✓', '✅']);
            let ends =
                lower.len() == word.len() || !lower[word.len()..].starts_with(|c: char| c.is_alphanumeric());
            let conditional = ["if", "only", "when", "because of", "like", "as long"]
                .iter()
                .any(|word| rest.starts_with(word));
            let says_more = rest.starts_with(|c: char| c.is_alphabetic())
                && ![
                    "too", "fine", "as well", "again", "now", "since", "because", "with", "on", "for",
                    "even", "here", "also", "in",
                ]
                .iter()
                .any(|word| rest.starts_with(word));
            let after = lower[word.len()..].trim_start();
            let aside = after.starts_with(['—', '–', '-', ',', ';', '!', '.', ':'])
                || (after.starts_with('(') && after.ends_with(')'));
            let object = after.starts_with('(') && !after.ends_with(')');
            if ends && !conditional && !object && (!says_more || aside) {
                let remark = part.get(word.len()..).map(str::trim);
                return Some(reading(
                    Kind::Works,
                    Expected::Works,
                    part.get(..word.len()).unwrap_or(part),
                    remark,
                    Force::Explicit,
                    "that it works",
                ));
            }
        }
        if let Some(rest) =
            lower.strip_prefix("no ").filter(|_| exception_name(part.get(3..).unwrap_or_default()).is_some())
        {
            let name = exception_name(&part[3..]).map_or(0, |(name, _)| name.len());
            let remark = rest.get(name..).map(str::trim).unwrap_or_default().to_owned();
            return Some(reading(
                Kind::Works,
                Expected::Works,
                &part[..3 + name],
                Some(&remark),
                Force::Explicit,
                "that an exception does not come",
            ));
        }
    }
    None
}

/// The exception that a text begins with, and the text behind it.
fn exception_name(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(text.len());
    let qualified = text[..end].trim_end_matches('.');
    let name = qualified.rsplit('.').next().unwrap_or_default();
    let known = [
        "Error",
        "Exception",
        "Warning",
        "StopIteration",
        "StopAsyncIteration",
        "KeyboardInterrupt",
        "SystemExit",
        "GeneratorExit",
        "ExceptionGroup",
    ];
    let shaped =
        known.iter().any(|ending| name.ends_with(ending)) && name.starts_with(|c: char| c.is_uppercase());
    // `Error` alone names no class.
    (shaped && name != "Error" && name != "Warning").then_some((qualified, &text[qualified.len()..]))
}

fn exception(introducer: Option<Introducer>, text: &str) -> Option<Reading> {
    let announced = introducer == Some(Introducer::Raises);
    let stripped = ["a ", "an ", "the "]
        .iter()
        .find_map(|article| text.strip_prefix(article))
        .filter(|_| announced || introducer.is_some())
        .unwrap_or(text);
    if let Some((qualified, rest)) = exception_name(stripped) {
        return named_exception(announced, qualified, rest);
    }
    let lower = stripped.to_lowercase();
    let generic = ["error", "exception", "errors", "an error", "an exception"]
        .iter()
        .find_map(|word| lower.strip_prefix(word))?;
    let rest = &stripped[stripped.len() - generic.len()..];
    let message = rest.strip_prefix(':').map(str::trim).filter(|message| !message.is_empty());
    let ends = rest.trim_matches(['!', '.', ' ']).is_empty();
    let aside = rest.trim_start().starts_with(['(', '—', '–']) || rest.starts_with(" - ");
    if !(ends || message.is_some() || aside)
        || introducer.is_some_and(|other| other != Introducer::Raises && !ends)
    {
        return None;
    }
    let expected = Expected::Exception { name: None, message: message.map(str::to_owned) };
    let remark = if message.is_none() { Some(rest.trim()) } else { None };
    Some(reading(Kind::Raises, expected, stripped, remark, Force::Explicit, "some exception"))
}

fn named_exception(announced: bool, qualified: &str, rest: &str) -> Option<Reading> {
    let name = qualified.rsplit('.').next().unwrap_or(qualified).to_owned();
    let after = rest.trim_start();
    let message = rest.strip_prefix(':').map(str::trim).or_else(|| {
        // `ValueError("bad")` as a repr
        let inner = rest.strip_prefix('(')?.strip_suffix(')')?;
        (inner.starts_with(['"', '\''])).then(|| inner.trim_matches(['"', '\'']))
    });
    let ends = after.is_empty() || matches!(after, "!" | ".");
    let aside = after.starts_with(['(', '—', '–', '-', ',', ';', '!', '←', '#']) || after.starts_with("->");
    let lower = after.to_lowercase();
    let conditional = ["if ", "when ", "unless ", "on ", "for ", "in ", "or ", "is ", "and ", "as "]
        .iter()
        .any(|word| lower.starts_with(word));
    let force = match message {
        Some(_) => Force::Explicit,
        None if ends || aside => Force::Explicit,
        None if announced && !conditional => Force::Explicit,
        None => Force::Guess,
    };
    let message = message.filter(|message| !message.is_empty()).map(str::to_owned);
    let claimed = match &message {
        Some(_) if rest.starts_with('(') => format!("{qualified}{rest}"),
        Some(message) => format!("{qualified}: {message}"),
        None => qualified.to_owned(),
    };
    let remark = if message.is_none() {
        Some(after.trim_start_matches(['—', '–', '-', ',', ';', ' ']))
    } else {
        None
    };
    Some(reading(
        Kind::Raises,
        Expected::Exception { name: Some(name), message },
        &claimed,
        remark,
        force,
        "an exception by name",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim_of(comment: &str) -> Reading {
        match read(comment) {
            Meaning::Claim(reading) => reading,
            other => panic!("{comment}: {other:?}"),
        }
    }

    #[test]
    fn values_with_their_remarks() {
        for (comment, claimed, remark) in [
            ("# True", "True", None),
            ("# True  (same object)", "True", Some("same object")),
            ("# [1, 2] — list is shared", "[1, 2]", Some("list is shared")),
            ("# 5.0 # works on floats too", "5.0", Some("works on floats too")),
            ("# {'a': 1}  <- changed", "{'a': 1}", Some("changed")),
            ("# [1, 2]  ← unexpected!", "[1, 2]", Some("unexpected!")),
            ("# => 3", "3", None),
            ("#> (1, 2)", "(1, 2)", None),
            ("# -> 'x'", "'x'", None),
            ("# Out[3]: 7", "7", None),
            ("# returns 4", "4", None),
            ("# 2 (one for 'a', one for the argument)", "2", Some("one for 'a', one for the argument")),
            ("# False, because they differ", "False", Some("because they differ")),
            ("# 1, 4, 9, ...", "1, 4, 9, ...", None),
            ("# <class 'int'>", "<class 'int'>", None),
            ("# ✅ True", "True", None),
            ("# “fr”  (from prefs)", "\"fr\"", Some("from prefs")),
        ] {
            let reading = claim_of(comment);
            assert_eq!((reading.claimed.as_str(), reading.remark.as_deref()), (claimed, remark), "{comment}");
            assert_eq!(reading.force, Force::Explicit, "{comment}");
        }
    }

    #[test]
    fn explanations_are_words_or_guesses() {
        for comment in [
            "# by length",
            "# in-place modification",
            "# 10% discount",
            "# O(1)",
            "# 5 seconds",
            "# 2. then this",
            "# creates LOCAL x",
            "# TODO",
            "# x == y",
            "# raises the bar",
            "# row 0, col 1 — passes (0, 1) as the key",
            "# Error handling",
            "# works only if y",
        ] {
            match read(comment) {
                Meaning::Words(_) => {}
                Meaning::Claim(reading) if reading.force == Force::Guess => {}
                other => panic!("{comment}: {other:?}"),
            }
        }
        for comment in ["# 443 for https", "# False in Python 2", "# -> iterator", "# 1 if ok else 0"] {
            assert_eq!(claim_of(comment).force, Force::Guess, "{comment}");
        }
        assert_eq!(claim_of("# 3, then stop").force, Force::Guess);
        assert_eq!(claim_of("# [D, B, object]").force, Force::Guess);
        assert_eq!(claim_of("# KeyError if missing").force, Force::Guess);
    }

    #[test]
    fn exceptions() {
        let expect = |comment: &str, name: Option<&str>, message: Option<&str>| {
            let reading = claim_of(comment);
            let expected =
                Expected::Exception { name: name.map(str::to_owned), message: message.map(str::to_owned) };
            assert_eq!((reading.kind, &reading.expected), (Kind::Raises, &expected), "{comment}");
            assert_eq!(reading.force, Force::Explicit, "{comment}");
        };
        expect("# TypeError", Some("TypeError"), None);
        expect("# raises ValueError: too big", Some("ValueError"), Some("too big"));
        expect("# => raises a TypeError", Some("TypeError"), None);
        expect("# AttributeError!", Some("AttributeError"), None);
        expect("# KeyError: 'x'", Some("KeyError"), Some("'x'"));
        expect("# json.JSONDecodeError", Some("JSONDecodeError"), None);
        expect("# Error: Can't do that", None, Some("Can't do that"));
        expect("# error", None, None);
        expect("# ❌ StopIteration (exhausted)", Some("StopIteration"), None);
        expect("# raises an exception", None, None);
    }

    #[test]
    fn works_hedges_and_approximations() {
        for comment in [
            "# works",
            "# OK",
            "# no KeyError",
            "# tuple as key — OK (hashable)",
            "# no KeyError — default is empty list",
            "# works — satisfies the protocol",
            "# fine",
        ] {
            assert_eq!(claim_of(comment).kind, Kind::Works, "{comment}");
        }
        assert_eq!(claim_of("# Maybe True (may be shared) — no").hedge.as_deref(), Some("maybe"));
        assert_eq!(claim_of("# Maybe True").claimed, "True");
        assert_eq!(claim_of("# True if imported before").hedge.as_deref(), Some("if"));
        assert_eq!(claim_of("# ~56 (smaller)").expected, Expected::Near(56.0));
        assert_eq!(claim_of("# (, , , )").expected, Expected::Damaged);
        assert_eq!(claim_of("# {'A': , 'B': }").expected, Expected::Damaged);
    }

    #[test]
    fn printed_text() {
        let reading = claim_of("# Output: Hello! My name is John");
        assert_eq!((reading.kind, reading.force), (Kind::Stdout, Force::Explicit));
        assert_eq!(claim_of("# prints: A C B D  (cooperative)").claimed, "A C B D");
        assert_eq!(claim_of("# prints \"B\" (first in order)").claimed, "\"B\"");
        assert_eq!(claim_of("# prints the value of x").force, Force::Guess);
        assert_eq!(read("# Output:"), Meaning::Introduces(Kind::Stdout));
        assert_eq!(claim_of("# Output: 4, 6").expected, Expected::Text(vec!["4, 6".into(), "4, 6".into()]));
    }
}
