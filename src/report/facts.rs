//! Facts and what their probes showed, as text or as data.

use std::io::{self, Write};

use serde::Serialize;

use super::text::{counted, one_line};
use super::{Style, Verbosity};
use crate::check::{CheckedFact, Shown};

/// The schema that [`render_facts_json`] writes.
const SCHEMA: &str = "truedoc/facts/1";

#[derive(Serialize)]
struct Facts<'a> {
    schema: &'static str,
    python: &'a str,
    facts: Vec<FactReport<'a>>,
}

#[derive(Serialize)]
struct FactReport<'a> {
    id: &'a str,
    statement: &'a str,
    source: &'a str,
    remark: Option<&'a str>,
    probe: &'a str,
    prints: &'a str,
    contrast: ContrastReport<'a>,
    since: Option<String>,
    until: Option<String>,
    file: &'a str,
    line: usize,
    /// `holds`, `other-version` or `broken`.
    shown: &'static str,
    actual: &'a str,
    /// What it showed under each python, if there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    versions: Vec<ShownUnder<'a>>,
}

#[derive(Serialize)]
struct ShownUnder<'a> {
    python: &'a str,
    shown: &'static str,
    actual: &'a str,
}

#[derive(Serialize)]
struct ContrastReport<'a> {
    probe: &'a str,
    prints: &'a str,
}

impl<'a> FactReport<'a> {
    fn of(checked: &'a CheckedFact, versions: Vec<ShownUnder<'a>>) -> Self {
        let fact = &checked.fact;
        let (shown, actual) = in_a_word(&checked.shown);
        FactReport {
            id: &fact.id,
            statement: &fact.statement,
            source: &fact.source,
            remark: fact.remark.as_deref(),
            probe: &fact.probe,
            prints: &fact.prints,
            contrast: ContrastReport { probe: &fact.contrast.probe, prints: &fact.contrast.prints },
            since: fact.since.map(|version| version.to_string()),
            until: fact.until.map(|version| version.to_string()),
            file: &fact.place.0,
            line: fact.place.1,
            shown,
            actual,
            versions,
        }
    }
}

fn in_a_word(shown: &Shown) -> (&'static str, &str) {
    match shown {
        Shown::Holds(actual) => ("holds", actual),
        Shown::NotHere(actual) => ("other-version", actual),
        Shown::Broken(_, actual) => ("broken", actual),
    }
}

/// Writes all facts as JSON. Each list begins with the version of a python, and holds the same facts;
/// what is said beside `versions` is that of the first.
///
/// # Errors
/// If writing fails.
pub fn render_facts_json(checked: &[(String, Vec<CheckedFact>)], writer: &mut dyn Write) -> io::Result<()> {
    let under = |at: usize| {
        let shown = checked.iter().map(|(python, checked)| {
            let (shown, actual) = in_a_word(&checked[at].shown);
            ShownUnder { python, shown, actual }
        });
        shown.collect::<Vec<_>>()
    };
    let several = checked.len() > 1;
    let (python, facts) = checked.first().map_or(("", &[][..]), |(python, facts)| (python, facts));
    let facts = facts
        .iter()
        .enumerate()
        .map(|(at, checked)| FactReport::of(checked, if several { under(at) } else { Vec::new() }));
    let facts = Facts { schema: SCHEMA, python, facts: facts.collect() };
    serde_json::to_writer_pretty(&mut *writer, &facts)?;
    writeln!(writer)
}

/// Writes the facts that are not as stated, all of them where more is to be said, and a line that
/// sums up.
///
/// # Errors
/// If writing fails.
pub fn render_facts(
    version: &str,
    checked: &[CheckedFact],
    style: &Style,
    writer: &mut dyn Write,
) -> io::Result<()> {
    for CheckedFact { fact, shown } in checked {
        let (file, line) = &fact.place;
        match shown {
            Shown::Broken(what, _) => {
                writeln!(
                    writer,
                    "{file}:{line}: the fact `{}` is not as stated: {}",
                    fact.id,
                    one_line(what, 400)
                )?;
            }
            _ if style.verbosity < Verbosity::Verbose => {}
            Shown::Holds(_) => writeln!(writer, "{}: holds. {}", fact.id, fact.statement)?,
            Shown::NotHere(_) => {
                writeln!(writer, "{}: holds {} only. {}", fact.id, fact.versions(), fact.statement)?
            }
        }
    }
    if style.verbosity > Verbosity::Quiet {
        let count = |is: &dyn Fn(&Shown) -> bool| checked.iter().filter(|checked| is(&checked.shown)).count();
        writeln!(
            writer,
            "{} under Python {version}: {} hold, {} are of other versions, {} are not as stated",
            counted(checked.len(), "fact"),
            count(&|shown| matches!(shown, Shown::Holds(_))),
            count(&|shown| matches!(shown, Shown::NotHere(_))),
            count(&|shown| matches!(shown, Shown::Broken(..))),
        )?;
    }
    Ok(())
}
