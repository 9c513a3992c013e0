//! Which example and which claim of an old report is which of a new one.
//!
//! In one document, examples are matched by the hash of their code, then by their id, then by how
//! alike their code is. What is left over is matched by its hash across documents: it was moved, or
//! its document renamed.

use std::collections::{BTreeMap, VecDeque};

use similar::TextDiff;

use super::Found;
use crate::report::model::{Claim, Example, Report};

/// How alike the code of two examples has to be to be taken for the same, from 0 to 1.
const ALIKE: f32 = 0.6;

/// Examples of one document that are compared each with each; with more left over, that would take
/// long and tell little.
const MOST_COMPARED: usize = 60;

/// An example of the old report and the same one of the new.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    pub old: Option<Found<'a>>,
    pub new: Option<Found<'a>>,
}

/// All examples of both reports in the order of the new one, those that vanished last.
pub fn examples<'a>(old: &'a Report, new: &'a Report) -> Vec<Pair<'a>> {
    let mut before: BTreeMap<&str, Vec<Option<&Example>>> = BTreeMap::new();
    for document in &old.documents {
        before.entry(&document.path).or_default().extend(document.examples.iter().map(Some));
    }
    let mut pairs: Vec<Pair> = Vec::new();
    for document in &new.documents {
        let path = document.path.as_str();
        let mut nothing = Vec::new();
        let candidates = before.get_mut(path).unwrap_or(&mut nothing);
        let matched = within(candidates, &document.examples);
        pairs.extend(document.examples.iter().zip(matched).map(|(example, found)| Pair {
            old: found.map(|found| (path, found)),
            new: Some((path, example)),
        }));
    }
    let mut left: BTreeMap<&str, VecDeque<Found>> = BTreeMap::new();
    for (&path, examples) in &before {
        for example in examples.iter().flatten() {
            left.entry(&example.hash).or_default().push_back((path, example));
        }
    }
    for pair in pairs.iter_mut().filter(|pair| pair.old.is_none()) {
        let moved = pair.new.and_then(|(_, example)| left.get_mut(example.hash.as_str()));
        pair.old = moved.and_then(VecDeque::pop_front);
    }
    let mut vanished: Vec<Found> = left.into_values().flatten().collect();
    vanished.sort_by_key(|(path, example)| (*path, example.start_line));
    pairs.extend(vanished.into_iter().map(|found| Pair { old: Some(found), new: None }));
    pairs
}

/// For each new example of a document the old one, which is taken out of the old ones.
fn within<'a>(old: &mut [Option<&'a Example>], new: &[Example]) -> Vec<Option<&'a Example>> {
    let mut found: Vec<Option<&Example>> = vec![None; new.len()];
    match_by(old, new, &mut found, |old, new| old.hash == new.hash);
    match_by(old, new, &mut found, |old, new| old.id == new.id);
    let open: Vec<usize> = (0..new.len()).filter(|&at| found[at].is_none()).collect();
    if open.len() > MOST_COMPARED || old.iter().flatten().count() > MOST_COMPARED {
        return found;
    }
    for at in open {
        let ratio = |old: &Example| TextDiff::from_lines(&old.code, &new[at].code).ratio();
        let ratios = old.iter().enumerate().filter_map(|(index, old)| Some((ratio((*old)?), index)));
        let best =
            ratios.filter(|(ratio, _)| *ratio >= ALIKE).max_by(|left, right| left.0.total_cmp(&right.0));
        found[at] = best.and_then(|(_, index)| old[index].take());
    }
    found
}

/// Gives each new one that has none yet the first old one that is the same, and takes that out.
fn match_by<'a, T>(
    old: &mut [Option<&'a T>],
    new: &[T],
    found: &mut [Option<&'a T>],
    is_same: impl Fn(&T, &T) -> bool,
) {
    for (new, found) in new.iter().zip(found).filter(|(_, found)| found.is_none()) {
        let same = old.iter_mut().find(|old| old.is_some_and(|old| is_same(old, new)));
        *found = same.and_then(Option::take);
    }
}

/// The claims of two forms of an example, matched: by what they claim of what, then by what they are
/// about, then by the line of the example they stand on.
pub fn claims<'a>(old: &'a Example, new: &'a Example) -> Vec<(Option<&'a Claim>, Option<&'a Claim>)> {
    let mut before: Vec<Option<&Claim>> = old.claims.iter().map(Some).collect();
    let mut found: Vec<Option<&Claim>> = vec![None; new.claims.len()];
    let same_words = |left: &str, right: &str| left.split_whitespace().eq(right.split_whitespace());
    let is_about =
        |left: &Claim, right: &Claim| left.kind == right.kind && same_words(&left.subject, &right.subject);
    match_by(&mut before, &new.claims, &mut found, |left, right| {
        is_about(left, right) && same_words(&left.claimed, &right.claimed)
    });
    match_by(&mut before, &new.claims, &mut found, is_about);
    let line = |claim: &Claim, example: &Example| claim.line.saturating_sub(example.start_line);
    match_by(&mut before, &new.claims, &mut found, |left, right| {
        left.kind == right.kind && line(left, old) == line(right, new)
    });
    let matched = found.into_iter().zip(&new.claims).map(|(old, new)| (old, Some(new)));
    matched.chain(before.into_iter().flatten().map(|old| (Some(old), None))).collect()
}
