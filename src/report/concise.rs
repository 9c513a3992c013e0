//! One line for each finding, for editors and for `grep`.

use std::io::{self, Write};

use super::mend::in_short;
use super::text::{counted, one_line};
use super::{Style, Verbosity, stopped, terminal, versions};
use crate::exit::failures;
use crate::verdict::{Judged, Mend, Outcome, Status, Verdict};

/// Characters of a value on the line.
const MAX_VALUE: usize = 120;

/// Writes `path:line: refuted: claimed X, actual Y` for each finding.
pub(super) fn render(outcome: &Outcome, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let is_verbose = style.verbosity == Verbosity::Verbose;
    for found in &outcome.documents {
        let path = &found.document.path;
        for example in &found.examples {
            let shown = example.claims.iter().filter(|judged| judged.verdict == Verdict::Refuted);
            for judged in shown.filter(|judged| is_verbose || judged.known.is_none()) {
                writeln!(writer, "{path}:{}: {}", judged.claim.line, refutation(judged))?;
            }
            if is_verbose && example.status != Status::Ran {
                let (word, detail) = stopped::ending(example);
                writeln!(
                    writer,
                    "{path}:{}: {word}: {}{}",
                    example.example.start_line,
                    one_line(&detail, MAX_VALUE),
                    suffix(example.mend.as_ref())
                )?;
            }
        }
    }
    for difference in &outcome.unexpected {
        writeln!(writer, "{}", terminal::difference(difference))?;
    }
    if style.verbosity > Verbosity::Quiet {
        writeln!(writer, "{}", found(outcome))?;
    }
    Ok(())
}

fn refutation(judged: &Judged) -> String {
    let verdict = if judged.known.is_some() { "refuted (known)" } else { "refuted" };
    let claimed = one_line(&judged.claim.claimed, MAX_VALUE);
    let actual = judged.actual.as_deref().map_or("nothing".to_owned(), |actual| one_line(actual, MAX_VALUE));
    let versions = versions::of_claim(&judged.under).map_or_else(String::new, |says| format!("; {says}"));
    format!("{verdict}: claimed {claimed}, actual {actual}{versions}{}", suffix(judged.mend.as_ref()))
}

fn suffix(mend: Option<&Mend>) -> String {
    mend.map_or_else(String::new, |mend| format!(" (mend: {})", one_line(&in_short(mend), MAX_VALUE)))
}

fn found(outcome: &Outcome) -> String {
    let failures = failures(outcome);
    let found = match failures.refuted.len() + failures.unexpected.len() {
        0 => "no findings".to_owned(),
        number => counted(number, "finding"),
    };
    match outcome.interpreters.as_slice() {
        [] | [_] => found,
        several => format!("{found} under CPython {}", versions::listed(several)),
    }
}
