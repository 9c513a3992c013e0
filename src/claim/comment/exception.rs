//! Comments that say that an exception comes: `TypeError`, `raises ValueError: too big`, `error`.

use super::Reading;
use super::introducer::Introducer;
use super::remark::is_symbol;
use crate::claim::{Expected, Force, Kind};

/// Endings of the names of exception classes.
const ENDINGS: &[&str] = &[
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

/// Words for an exception without its name.
const SOME_EXCEPTION: &[&str] = &["error", "exception", "errors", "an error", "an exception"];

/// Words behind an exception that say when it comes, or go on with a sentence.
const CONDITIONS: &[&str] = &["if ", "when ", "unless ", "on ", "for ", "in ", "or ", "is ", "and ", "as "];

/// Reads that an exception comes, by its name or as just some exception.
pub fn exception(introducer: Option<Introducer>, text: &str) -> Option<Reading> {
    let stripped = ["a ", "an ", "the "]
        .iter()
        .find_map(|article| text.strip_prefix(article))
        .filter(|_| introducer.is_some())
        .unwrap_or(text);
    match exception_name(stripped) {
        Some((qualified, rest)) => Some(named(introducer == Some(Introducer::Raises), qualified, rest)),
        None => unnamed(introducer, stripped),
    }
}

/// The exception that a text begins with, and the text behind it.
pub fn exception_name(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(text.len());
    let qualified = text[..end].trim_end_matches('.');
    let name = qualified.rsplit('.').next().unwrap_or_default();
    let shaped =
        ENDINGS.iter().any(|ending| name.ends_with(ending)) && name.starts_with(|c: char| c.is_uppercase());
    // `Error` alone names no class; `re.error` and `sqlite3.Error` do.
    let of_module =
        qualified.contains('.') && matches!(name, "error" | "Error") && !text[end..].starts_with('(');
    let alone = matches!(name, "Error" | "Warning");
    ((shaped && !alone) || of_module).then_some((qualified, &text[qualified.len()..]))
}

/// `error`, `Exception: too big`.
fn unnamed(introducer: Option<Introducer>, text: &str) -> Option<Reading> {
    let lower = text.to_ascii_lowercase();
    let behind = SOME_EXCEPTION.iter().find_map(|word| lower.strip_prefix(word))?;
    let rest = &text[text.len() - behind.len()..];
    let message = rest.strip_prefix(':').map(str::trim).filter(|message| !message.is_empty());
    let ends = rest.trim_matches(['!', '.', ' ']).is_empty();
    let aside = rest.trim_start().starts_with(['(', '—', '–']) || rest.starts_with(" - ");
    let other_announced = introducer.is_some_and(|introducer| introducer != Introducer::Raises);
    if !(ends || message.is_some() || aside) || (other_announced && !ends) {
        return None;
    }
    let remark = if message.is_none() { Some(rest.trim()) } else { None };
    let expected = Expected::Exception { name: None, message: message.map(str::to_owned) };
    Some(Reading::new(Kind::Raises, expected, text, remark, Force::Explicit, "some exception"))
}

fn named(announced: bool, qualified: &str, rest: &str) -> Reading {
    let name = qualified.rsplit('.').next().unwrap_or(qualified).to_owned();
    let after = rest.trim_start();
    let message = message(rest);
    let force = if message.is_some() || is_sure(announced, after) { Force::Explicit } else { Force::Guess };
    let message = message.filter(|message| !message.is_empty()).map(str::to_owned);
    let claimed = match &message {
        Some(_) if rest.starts_with('(') => format!("{qualified}{rest}"),
        Some(message) => format!("{qualified}: {message}"),
        None => qualified.to_owned(),
    };
    let remark = match message {
        Some(_) => None,
        None => Some(after.trim_start_matches(['—', '–', '-', ',', ';', ' '])),
    };
    let expected = Expected::Exception { name: Some(name), message };
    Reading::new(Kind::Raises, expected, &claimed, remark, force, "an exception by name")
}

/// The message behind the name of an exception, as a traceback or a `repr` shows it.
fn message(rest: &str) -> Option<&str> {
    rest.strip_prefix(':').map(str::trim).or_else(|| {
        // `ValueError("bad")` as a repr
        let inner = rest.strip_prefix('(')?.strip_suffix(')')?;
        (inner.starts_with(['"', '\''])).then(|| inner.trim_matches(['"', '\'']))
    })
}

/// Whether the name of an exception, with this behind it, says no less than that it comes.
fn is_sure(announced: bool, after: &str) -> bool {
    let ends = after.is_empty() || matches!(after, "!" | ".");
    let aside = after.starts_with(['(', '—', '–', '-', ',', ';', '!', '←', '#'])
        || after.starts_with("->")
        || after.starts_with(is_symbol);
    let lower = after.to_ascii_lowercase();
    let conditional = CONDITIONS.iter().any(|word| lower.starts_with(word));
    ends || aside || (announced && !conditional)
}
