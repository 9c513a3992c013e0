//! One line that sums up a check.

use super::Style;
use super::model::{Document, Report};
use super::terminal::{BAD, GOOD};
use super::text::{Tally, counted};
use crate::exit::Exit;
use crate::verdict::{BaselineCounts, Verdict};

/// Why claims are undecided, with how many are for each reason.
#[derive(Default)]
pub(super) struct Reasons(Tally);

impl Reasons {
    pub(super) fn add(&mut self, document: &Document) {
        let claims = document.examples.iter().flat_map(|example| &example.claims);
        let undecided = claims.filter(|claim| claim.verdict == Verdict::Undecided);
        undecided.filter_map(|claim| claim.reason.as_deref()).for_each(|reason| self.0.add(reason));
    }
}

/// One line that sums up, beginning with whether all is well.
pub(super) fn summary_line<D>(report: &Report<D>, reasons: &Reasons, style: &Style) -> String {
    let counts = &report.summary;
    let documents = counted(counts.documents, "document");
    if counts.examples == 0 && counts.sentences == 0 && counts.unexpected == 0 {
        return format!("{}: no Python example in {documents}", style.paint(BAD, "nothing to check"));
    }
    let has_failed = report.exit == Some(Exit::Failed as u8);
    let verdict = if has_failed { style.paint(BAD, "failed") } else { style.paint(GOOD, "passed") };
    let mut parts = vec![
        format!(
            "{} in {documents}, {} ran{}, {} with claims",
            counted(counts.examples, "example"),
            counts.ran,
            if counts.ran_after_others > 0 {
                format!(" ({} only after others)", counts.ran_after_others)
            } else {
                String::new()
            },
            counts.with_claims
        ),
        format!("{}: {} confirmed", counted(counts.claims, "claim"), counts.confirmed),
    ];
    let known = if counts.known > 0 { format!(" ({} known)", counts.known) } else { String::new() };
    parts.push(format!("{} refuted{known}", counts.refuted));
    let Reasons(reasons) = reasons;
    let why = if reasons.is_empty() { String::new() } else { format!(" ({reasons})") };
    parts.push(format!("{} undecided{why}", counts.undecided));
    if counts.sentences > 0 {
        let refuted = counts.sentences_refuted;
        let sentences = counted(counts.sentences, "sentence");
        parts.push(format!(
            "{sentences} judged ({} confirmed, {refuted} refuted)",
            counts.sentences_confirmed
        ));
    }
    if counts.not_understood > 0 {
        parts.push(format!("{} not understood", counted(counts.not_understood, "comment")));
    }
    if counts.unexpected > 0 {
        parts.push(format!("{} from the expectations", counted(counts.unexpected, "difference")));
    }
    let cached = match counts.cached {
        0 => String::new(),
        cached => format!("; {cached} of {} from the cache", counted(counts.examples, "example")),
    };
    format!("{verdict}: {}; {}{cached}{}", parts[0], parts[1..].join(", "), left_out(report))
}

/// What the check left out because it was told to.
fn left_out<D>(report: &Report<D>) -> String {
    let course = &report.left_out;
    let mut parts = Vec::new();
    if let Some(shard) = &report.shard {
        parts.push(format!("part {} of {}", shard.number, shard.of));
    }
    if course.not_selected > 0 {
        parts.push(format!("{} not selected", counted(course.not_selected, "example")));
    }
    if course.not_started > 0 {
        parts.push(format!("{} not run after the first refutation", counted(course.not_started, "example")));
    }
    if course.claims_hidden > 0 {
        let failing = match course.failures_hidden {
            0 => String::new(),
            number => format!(" ({number} of them refuted)"),
        };
        parts.push(format!("{} not shown{failing}", counted(course.claims_hidden, "claim")));
    }
    if let Some(BaselineCounts { known, new, mended }) = report.baseline {
        parts.push(format!("of the baseline: {known} known, {new} new, {mended} mended"));
    }
    if parts.is_empty() { String::new() } else { format!("; {}", parts.join(", ")) }
}
