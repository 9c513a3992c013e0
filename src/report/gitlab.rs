//! Problems as GitLab's code quality report: what a merge request shows beside its lines.

use std::io::{self, Write};

use serde::Serialize;

use super::Report;
use super::problem::{Level, problems};

#[derive(Serialize)]
struct Issue<'a> {
    description: &'a str,
    check_name: &'static str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// Writes what is wrong and not known. GitLab compares the fingerprints with those of the target
/// branch, so that a merge request shows what it brings in and what it puts right.
pub(super) fn render(report: &Report, writer: &mut dyn Write) -> io::Result<()> {
    let problems = problems(report);
    let issues = problems.iter().filter(|problem| problem.known.is_none()).map(|problem| Issue {
        description: &problem.message,
        check_name: problem.rule.id(),
        fingerprint: &problem.fingerprint,
        severity: match problem.level {
            Level::Error => "major",
            Level::Warning => "minor",
            Level::Note => "info",
        },
        location: Location {
            // Only paths within the repository are shown; they are written without `./`.
            path: problem.path.trim_start_matches("./"),
            lines: Lines { begin: problem.lines.0, end: problem.lines.1 },
        },
    });
    serde_json::to_writer_pretty(&mut *writer, &issues.collect::<Vec<_>>())?;
    writeln!(writer)
}
