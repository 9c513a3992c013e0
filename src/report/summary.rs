//! One line that sums up a check.

use super::terminal::{BAD, GOOD};
use super::text::{counted, tally};
use super::{Counts, Style};
use crate::exit::examples;
use crate::verdict::{BaselineCounts, Outcome, Verdict};

/// One line that sums up, beginning with whether all is well.
pub(super) fn summary_line(outcome: &Outcome, style: &Style) -> String {
    let counts = Counts::of(outcome);
    let documents = counted(counts.documents, "document");
    if counts.examples == 0 && counts.sentences == 0 && counts.unexpected == 0 {
        return format!("{}: no Python example in {documents}", style.paint(BAD, "nothing to check"));
    }
    let verdict = if !outcome.failed() { style.paint(GOOD, "passed") } else { style.paint(BAD, "failed") };
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
    parts.push(format!("{} undecided{}", counts.undecided, undecided_reasons(outcome)));
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
    format!("{verdict}: {}; {}{cached}{}", parts[0], parts[1..].join(", "), left_out(outcome))
}

/// What the check left out because it was told to.
fn left_out(outcome: &Outcome) -> String {
    let course = &outcome.course;
    let mut parts = Vec::new();
    if let Some(part) = &course.part {
        parts.push(format!("part {}", part.shard));
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
    if let Some(BaselineCounts { known, new, mended }) = course.baseline {
        parts.push(format!("of the baseline: {known} known, {new} new, {mended} mended"));
    }
    if parts.is_empty() { String::new() } else { format!("; {}", parts.join(", ")) }
}

fn undecided_reasons(outcome: &Outcome) -> String {
    let claims = examples(outcome).flat_map(|example| &example.claims);
    let undecided = claims.filter(|judged| judged.verdict == Verdict::Undecided);
    let reasons = tally(undecided.filter_map(|judged| judged.reason.as_deref()));
    if reasons.is_empty() { reasons } else { format!(" ({reasons})") }
}
