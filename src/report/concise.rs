//! One line for each finding, for editors and for `grep`.

use std::io::{self, Write};

use super::mend::in_short;
use super::model::{Claim, Document, Documents, Mend, Report};
use super::text::{counted, one_line};
use super::{Style, Verbosity, stopped, terminal, versions};
use crate::verdict::{Status, Verdict};

/// Characters of a value on the line.
const MAX_VALUE: usize = 120;

/// Writes `path:line: refuted: claimed X, actual Y` for each finding.
pub(super) fn render<D: Documents>(
    report: &Report<D>,
    style: &Style,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let mut findings = report.unexpected.len();
    report.documents.each(&mut |document| {
        let claims = document.examples.iter().flat_map(|example| &example.claims);
        findings += claims.filter(|claim| claim.fails()).count();
        render_document(document, style, writer)
    })?;
    for difference in &report.unexpected {
        writeln!(writer, "{}", terminal::difference(difference))?;
    }
    if style.verbosity > Verbosity::Quiet {
        writeln!(writer, "{}", found(report, findings))?;
    }
    Ok(())
}

fn render_document(document: &Document, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let is_verbose = style.verbosity == Verbosity::Verbose;
    let path = &document.path;
    for example in &document.examples {
        let shown = example.claims.iter().filter(|claim| claim.verdict == Verdict::Refuted);
        for claim in shown.filter(|claim| is_verbose || !claim.known) {
            writeln!(writer, "{path}:{}: {}", claim.line, refutation(claim))?;
        }
        if is_verbose && example.status != Status::Ran {
            let (word, detail) = stopped::ending(example);
            let (line, detail) = (example.start_line, one_line(&detail, MAX_VALUE));
            writeln!(writer, "{path}:{line}: {word}: {detail}{}", suffix(example.mend.as_ref()))?;
        }
    }
    Ok(())
}

fn refutation(claim: &Claim) -> String {
    let verdict = if claim.known { "refuted (known)" } else { "refuted" };
    let claimed = one_line(&claim.claimed, MAX_VALUE);
    let actual = claim.actual.as_deref().map_or("nothing".to_owned(), |actual| one_line(actual, MAX_VALUE));
    let versions = versions::of_claim(&claim.versions).map_or_else(String::new, |says| format!("; {says}"));
    format!("{verdict}: claimed {claimed}, actual {actual}{versions}{}", suffix(claim.mend.as_ref()))
}

fn suffix(mend: Option<&Mend>) -> String {
    mend.map_or_else(String::new, |mend| format!(" (mend: {})", one_line(&in_short(mend), MAX_VALUE)))
}

/// How many findings there are.
fn found<D>(report: &Report<D>, findings: usize) -> String {
    let found = match findings {
        0 => "no findings".to_owned(),
        number => counted(number, "finding"),
    };
    match report.interpreters.as_slice() {
        [] | [_] => found,
        several => format!("{found} under CPython {}", versions::listed(several)),
    }
}
