//! Examples beside services: what one of them changes in a server, the next one finds there. So they run
//! in the order of their document, and one that needs names of earlier ones runs after all that stand
//! above it, in one process and against services that were started anew: as if the document had been
//! executed up to there, once.

use std::collections::BTreeSet;

use super::Case;
use crate::document::{Document, Note};
use crate::example::Form;
use crate::run::{Ending, Run};

/// Notes on each document whose services are not there, in full, for an example says it in a few words.
pub fn note(cases: &[Case], runs: &[Option<Run>], documents: &mut [Document]) {
    let mut noted = BTreeSet::new();
    for (case, run) in cases.iter().zip(runs) {
        if let Some(Ending::WithoutService(reason)) = run.as_ref().map(|run| &run.ending)
            && noted.insert(case.document)
        {
            let message = format!("its examples are not run: {reason}");
            documents[case.document].notes.insert(0, Note { line: 1, message });
        }
    }
}

/// In what order cases run: first all that share nothing, then, each by itself, those beside services.
pub fn batches(cases: &[Case], which: &[usize]) -> Vec<Vec<usize>> {
    let (beside, alone): (Vec<usize>, Vec<usize>) =
        which.iter().partition(|&&index| cases[index].given.services.is_some());
    let first = Some(alone).filter(|alone| !alone.is_empty() || beside.is_empty());
    first.into_iter().chain(beside.into_iter().map(|index| vec![index])).collect()
}

/// Whether a case runs after all before it, and so begins with new services.
pub fn begin_anew(case: &mut Case, anew: bool) {
    if let Some(used) = &mut case.given.services {
        used.anew = anew;
    }
}

/// All above a case whose effects are still there.
pub fn all_before(cases: &[Case], index: usize) -> BTreeSet<usize> {
    (0..index).filter(|&at| is_before(cases, at, index)).collect()
}

/// The cases with these numbers, and before each that goes on with what is in its services, those that
/// have put it there.
pub fn with_those_before(cases: &[Case], which: &[usize]) -> Vec<usize> {
    let begins_anew = |index: usize| cases[index].given.services.as_ref().is_none_or(|used| used.anew);
    let mut all: BTreeSet<usize> = which.iter().copied().collect();
    for &index in which.iter().filter(|&&index| !begins_anew(index)) {
        for at in (0..index).rev().filter(|&at| is_before(cases, at, index)) {
            all.insert(at);
            if begins_anew(at) {
                break;
            }
        }
    }
    all.into_iter().collect()
}

/// Whether a case runs before another of its document, and is no remark in a sentence.
fn is_before(cases: &[Case], at: usize, index: usize) -> bool {
    let (case, document) = (&cases[at], cases[index].document);
    let runs = case.skipped.is_none() && !case.is_marked();
    at < index && case.document == document && case.example.form != Form::Inline && runs
}
