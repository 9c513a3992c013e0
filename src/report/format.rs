//! The formats of a report, and which rendering each of them is.

use std::io::{self, Write};

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::{
    Documents, Report, Sources, Style, concise, csv, events, github, gitlab, html, json, junit, sarif,
    terminal,
};
use crate::report::render_correctness;
use crate::verdict::{Outcome, Verdict};

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// A table, then each finding over the lines of its document.
    #[default]
    Full,
    /// One line for each finding.
    Concise,
    /// What happens, as it happens, as lines of JSON of the schema `truedoc/events/1`.
    Events,
    /// What is rendered from a [`Report`] alone, just made or stored.
    Rendered(Rendered),
}

/// A format that is rendered from a [`Report`]: a stored one gives the same bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Rendered {
    /// Everything, as JSON of the schema `truedoc/report/1`
    Json,
    /// A table in Markdown: claims and sentences, with what really is and how it was compared
    #[default]
    Markdown,
    /// The same table as comma-separated values
    Csv,
    /// A test for each claim, as XML in the flavour of Jenkins
    Junit,
    /// Results for code scanning and editors, SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// A code quality report of GitLab
    Gitlab,
    /// One page for a browser: the documents with the verdicts in the margin
    Html,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Format] {
        const ALL: [Format; 11] = [
            Format::Full,
            Format::Concise,
            Format::Rendered(Rendered::Json),
            Format::Events,
            Format::Rendered(Rendered::Markdown),
            Format::Rendered(Rendered::Csv),
            Format::Rendered(Rendered::Junit),
            Format::Rendered(Rendered::Sarif),
            Format::Rendered(Rendered::Github),
            Format::Rendered(Rendered::Gitlab),
            Format::Rendered(Rendered::Html),
        ];
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Format::Full => {
                let help = "A table, then each finding over the lines of its document";
                Some(PossibleValue::new("full").help(help))
            }
            Format::Concise => Some(PossibleValue::new("concise").help("One line for each finding")),
            Format::Events => {
                Some(PossibleValue::new("events").help("What happens, as it happens, as lines of JSON"))
            }
            Format::Rendered(format) => format.to_possible_value(),
        }
    }
}

/// Renders an outcome; events only as far as they are known in the end.
///
/// # Errors
/// If writing fails.
pub fn render(format: Format, outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    render_report(format, &Report::of(outcome), &Sources::of(outcome), style, writer)
}

/// Renders a report in any format. Where its documents are not in memory, they need not be for what is
/// written document by document: all but annotations, pages, and what lists problems or tests.
///
/// # Errors
/// If writing fails, or its documents cannot be read.
pub fn render_report<D: Documents>(
    format: Format,
    report: &Report<D>,
    sources: &Sources,
    style: &Style,
    writer: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Full => terminal::render(report, sources, style, writer),
        Format::Concise => concise::render(report, style, writer),
        Format::Events => events::render(report, writer),
        Format::Rendered(Rendered::Json) => json::render(report, writer),
        Format::Rendered(Rendered::Markdown) => render_correctness(report, &[], writer),
        Format::Rendered(Rendered::Csv) => csv::render(report, writer),
        Format::Rendered(format) => {
            let report = D::loaded(report)?;
            let read;
            let sources = match sources.are_read_late() {
                true => {
                    read = Sources::read(&report);
                    &read
                }
                false => sources,
            };
            render_again(format, &report, sources, &[], writer)
        }
    }
}

/// Renders a report; in Markdown only these verdicts, if any are given, and a page begins with them.
///
/// # Errors
/// If writing fails.
pub fn render_again(
    format: Rendered,
    report: &Report,
    sources: &Sources,
    only: &[Verdict],
    writer: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Rendered::Json => json::render(report, writer),
        Rendered::Markdown => render_correctness(report, only, writer),
        Rendered::Csv => csv::render(report, writer),
        Rendered::Junit => junit::render(report, writer),
        Rendered::Sarif => sarif::render(report, sources, writer),
        Rendered::Github => github::render(report, writer),
        Rendered::Gitlab => gitlab::render(report, writer),
        Rendered::Html => html::render(report, sources, only, writer),
    }
}
