//! The report as a page of HTML: one file that needs nothing else, and no network.
//!
//! All that can be read stands in the page as markup that comes from here; the script only filters,
//! searches and moves about, and in a large page makes elements of that markup once they are near. So
//! the page is complete without it, and what a document says is never made into markup by a program
//! in the browser. A policy in the page allows this very script and style by their checksums and
//! nothing else, should anything ever come through, and makes elements of no other text.

mod colour;
mod escape;
mod finding;
mod listing;
mod names;
mod overview;
mod parts;

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::alone::Asked;
use super::{Report, Sources};
use crate::verdict::Verdict;
use finding::Place;
use names::Names;
use overview::Numbers;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
/// The files of the script see each other and nothing outside.
const SCRIPT: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("script/findings.js"),
    include_str!("script/filters.js"),
    include_str!("script/places.js"),
    include_str!("script/keys.js"),
    include_str!("script/tools.js"),
    "})();",
);

/// Writes a report as a page. If any verdicts are given, the page begins with a filter for them, which
/// the reader can take away.
pub(super) fn render(
    report: &Report,
    sources: &Sources,
    only: &[Verdict],
    writer: &mut dyn Write,
) -> io::Result<()> {
    let mut rest = PAGE;
    while let Some((before, after)) = rest.split_once("{{") {
        writer.write_all(before.as_bytes())?;
        let (name, after) = after.split_once("}}").expect("the page closes each place");
        fill(name, report, sources, only, writer)?;
        rest = after;
    }
    writer.write_all(rest.as_bytes())
}

/// Writes what belongs in a place of the page.
fn fill(
    place: &str,
    report: &Report,
    sources: &Sources,
    only: &[Verdict],
    writer: &mut dyn Write,
) -> io::Result<()> {
    let numbers = || Numbers::of_all(report);
    match place {
        "root" => root(only, writer),
        "policy" => writer.write_all(policy().as_bytes()),
        "version" => writer.write_all(escape::attribute(&report.truedoc).as_bytes()),
        "title" => write!(writer, "truedoc: {}", overview::title(report)),
        "style" => writer.write_all(STYLE.as_bytes()),
        "script" => writer.write_all(SCRIPT.as_bytes()),
        "headline" => overview::headline(report, writer),
        "n-refuted" => write!(writer, "{}", numbers().refuted + numbers().known),
        "n-undecided" => write!(writer, "{}", numbers().undecided),
        "n-confirmed" => write!(writer, "{}", numbers().confirmed),
        "contents" => overview::contents(report, writer),
        "summary" => overview::summary(report, writer),
        "documents" => {
            let mut names = Names::default();
            let stored = listing::is_large(report, sources);
            report.documents.iter().try_for_each(|document| {
                let place = Place { document, asked: Asked::of(report) };
                listing::render_document(place, sources, stored, &mut names, writer)
            })
        }
        other => unreachable!("the page has no place `{other}`"),
    }
}

/// The filter that the page begins with.
fn root(only: &[Verdict], writer: &mut dyn Write) -> io::Result<()> {
    if only.is_empty() {
        return Ok(());
    }
    let only: Vec<String> = only.iter().map(word).collect();
    write!(writer, " data-only=\"{}\"", only.join(" "))
}

/// What the page may do: run its script, use its style.
fn policy() -> String {
    let checksum = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; \
         form-action 'none'; require-trusted-types-for 'script'; trusted-types truedoc",
        checksum(SCRIPT),
        checksum(STYLE)
    )
}

/// A word of the report as JSON has it: a verdict, a status, a kind, a form.
fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests;
