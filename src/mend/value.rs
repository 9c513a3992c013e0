//! The true value of a refuted claim, put where the document has another one.
//!
//! Only what is certain is proposed: a claim that can be found letter by letter, and a value that is
//! the only one, was the same in two runs or cannot be another one, and says nothing of the machine.

use super::dialect::spellings;
use super::{block, comment};
use crate::claim::{Claim, Kind, Origin};
use crate::document::{Document, Format};
use crate::python;
use crate::run::{Raised, Run, Seen, Value};
use crate::varying::shows_address;
use crate::verdict::{Change, ExampleOutcome, Judged, LONGEST_ACTUAL, Mend, agree};

/// Rule name of the true value.
pub const TRUE_VALUE: &str = "true-value";

/// Why a claim is not put right, in one sentence.
pub type Refusal = &'static str;

/// Beginnings of paths that say where an example ran.
const PATHS: &[&str] = &["/tmp/", "/home/", "/root/", "/usr/", "/lib/", "site-packages"];

/// The change that makes a refuted claim true.
///
/// # Errors
/// If that is not certain; the reason.
pub fn propose(document: &Document, outcome: &ExampleOutcome, judged: &Judged) -> Result<Mend, Refusal> {
    let run = outcome.run.as_ref().ok_or("its example was not run")?;
    let actual = judged.actual.as_deref().ok_or("nothing was observed")?;
    refuse_claim(document, &judged.claim)?;
    refuse_actual(outcome, actual)?;
    if !agree(&judged.under) {
        return Err("it is not the same in all versions of Python that were asked for");
    }
    let raised = raised(run, actual);
    match (judged.claim.kind, raised) {
        (Kind::Raises, None) => return Err("nothing is raised; the code may be wrong as well as the claim"),
        (Kind::Raises, Some(_)) | (_, None) => {}
        (_, Some(_)) => return Err("the code raises an exception instead; the code may be wrong"),
    }
    refuse_several(run, &judged.claim, actual)?;
    let change = change(document, outcome, judged, actual, raised)?;
    if change.old == change.new {
        return Err("the document has this text already");
    }
    Ok(Mend {
        rule: TRUE_VALUE,
        sentence: format!("what is claimed here is really {}", in_one_line(actual)),
        changes: vec![change],
        proof: match outcome.fixed {
            true => "its code is proved to depend on nothing that varies".to_owned(),
            false => "two runs under different hash seeds gave the same".to_owned(),
        },
    })
}

fn change(
    document: &Document,
    outcome: &ExampleOutcome,
    judged: &Judged,
    actual: &str,
    raised: Option<&Raised>,
) -> Result<Change, Refusal> {
    let (example, claim) = (&outcome.example, &judged.claim);
    match claim.origin {
        Origin::Comment => {
            comment::behind(document, example, claim, &spellings(claim, &claim.claimed, actual, raised))
        }
        Origin::NextLine => comment::below(document, example, claim, actual, raised),
        Origin::OutputBlock | Origin::Doctest => block::shown(document, claim, actual, raised),
        Origin::Stored => block::stored(document, claim, actual),
        Origin::Sentence => Err("it stands in a sentence, whose words may depend on it"),
        Origin::PreviousLine => Err("it stands above its code, among what may be an explanation"),
        Origin::Test => Err("it says that a test passes; the code may be wrong as well as the test"),
        Origin::Declared | Origin::Mark => Err("its words do not stand in the document"),
    }
}

fn refuse_claim(document: &Document, claim: &Claim) -> Result<(), Refusal> {
    if claim.kind == Kind::Works {
        return Err("it says that the code works; there is no value to put there");
    }
    if claim.hedge.is_some() {
        return Err("the document says that it is not certain");
    }
    let line = document.line(claim.line);
    if document.format == Format::Html && line.contains(['<', '>', '&']) {
        return Err("its line holds markup of HTML");
    }
    Ok(())
}

fn refuse_actual(outcome: &ExampleOutcome, actual: &str) -> Result<(), Refusal> {
    if actual.chars().count() > LONGEST_ACTUAL {
        return Err("the true value is too long");
    }
    if actual.trim().is_empty() || actual == "nothing is printed" {
        return Err("nothing is printed");
    }
    if shows_address(actual.as_bytes()) {
        return Err("the true value holds an address of memory");
    }
    if PATHS.iter().any(|path| actual.contains(path) && !outcome.example.code.contains(path)) {
        return Err("the true value holds a path of this machine");
    }
    Ok(())
}

/// The exception that an observed text shows.
fn raised<'a>(run: &'a Run, actual: &str) -> Option<&'a Raised> {
    let recorded = run.records.iter().filter_map(|record| match &record.seen {
        Seen::Raised(raised) => Some(raised),
        _ => None,
    });
    let typed = run.inputs.iter().filter_map(|input| input.raised.as_ref());
    recorded.chain(typed).chain(&run.exception).find(|raised| raised.shown() == actual)
}

/// A statement that runs several times has several values, and one that prints has its text besides.
fn refuse_several(run: &Run, claim: &Claim, actual: &str) -> Result<(), Refusal> {
    let target = &claim.target;
    let seen = |probe: Option<u32>| -> Vec<&Value> {
        let records = run.records.iter().filter(move |record| probe.is_some() && Some(record.probe) == probe);
        let values = records.filter_map(|record| match &record.seen {
            Seen::Value(value) => Some(value),
            _ => None,
        });
        values.collect()
    };
    for probe in [target.value, target.argument, target.after] {
        let values = seen(probe);
        if values.iter().any(|value| value.repr != values[0].repr) {
            return Err("it has several values, as in a loop");
        }
    }
    let values = seen(target.value);
    let Some(value) = values.first().filter(|value| value.type_name != "NoneType") else { return Ok(()) };
    if value.repr != actual {
        return Err("the statement prints something and has a value, too");
    }
    let kind = shape(&claim.claimed);
    let changed = seen(target.after);
    let is_of_object = changed.first().is_some_and(|object| shape(&object.repr) == kind);
    if kind.is_some() && is_of_object && shape(&value.repr) != kind {
        return Err("the value, or the object that was changed, may be meant");
    }
    Ok(())
}

/// The kind of a literal.
fn shape(text: &str) -> Option<std::mem::Discriminant<ruff_python_ast::Expr>> {
    python::parse_expression(text).map(|expression| std::mem::discriminant(&expression))
}

fn in_one_line(text: &str) -> String {
    const MOST: usize = 80;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("`{}…`", &text[..at]),
        None => format!("`{text}`"),
    }
}
