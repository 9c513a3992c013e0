//! The parts of a check (`check --shard`) put together to the report of the whole.

use std::collections::BTreeSet;

use super::{Difference, LeftOut, Report, Shard};
use crate::exit::Exit;
use crate::report::Counts;
use crate::verdict::BaselineCounts;

/// Why reports are not the parts of one check.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// A report of a whole check.
    #[error("`{0}` is no part of a check; parts are made with `truedoc check --shard 1/4`, `2/4` and so on")]
    NoPart(String),
    /// Something in which all parts of a check are alike.
    #[error("`{one}` and `{other}` are parts of different checks: {what} differ")]
    Different {
        /// A file.
        one: String,
        /// Another one.
        other: String,
        /// What is not the same.
        what: &'static str,
    },
    /// A part that is there twice.
    #[error("`{one}` and `{other}` are the same part, {number} of {of}")]
    Doubled {
        /// A file.
        one: String,
        /// Another one.
        other: String,
        /// The number of the part.
        number: usize,
        /// How many there should be.
        of: usize,
    },
    /// Parts that are not there.
    #[error("of {of} parts {} missing: {}", if missing.len() == 1 { "one is" } else { "some are" },
        missing.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Missing {
        /// Their numbers.
        missing: Vec<usize>,
        /// How many there should be.
        of: usize,
    },
}

impl Report {
    /// The report of a check whose parts these are, each with the name of its file.
    ///
    /// # Errors
    /// If they are not exactly the parts of one check.
    pub fn merge(parts: Vec<(String, Report)>) -> Result<Report, MergeError> {
        verify(&parts)?;
        let mut parts = parts.into_iter().map(|(_, report)| report);
        let Some(mut whole) = parts.next() else {
            return Err(MergeError::Missing { missing: vec![1], of: 1 });
        };
        whole.shard = None;
        for part in parts {
            let documents = whole.absorb(part);
            whole.documents.extend(documents);
        }
        whole.documents.sort_by(|one, other| one.path.cmp(&other.path));
        whole.settle();
        Ok(whole)
    }
}

impl<D> Report<D> {
    /// Takes in what another report of the same check says of other documents, and gives those.
    pub fn absorb<E>(&mut self, part: Report<E>) -> E {
        // Where a check was stopped, not every python has got to every document.
        if part.interpreters.len() >= self.interpreters.len() {
            (self.interpreters, self.sandbox) = (part.interpreters, part.sandbox);
        }
        self.unexpected.extend(part.unexpected);
        self.summary = self.summary.add(part.summary);
        self.left_out = self.left_out.add(part.left_out);
        self.baseline = BaselineCounts::sum([self.baseline, part.baseline]);
        let nothing = Some(Exit::Nothing as u8);
        self.exit =
            [self.exit, part.exit].into_iter().filter(|exit| *exit != nothing).max().unwrap_or(nothing);
        part.documents
    }

    /// To be called when everything was taken in.
    pub fn settle(&mut self) {
        put_in_order(&mut self.unexpected);
        self.summary.unexpected = self.unexpected.len();
        let is_well = [Exit::Well, Exit::Nothing].iter().any(|&exit| self.exit == Some(exit as u8));
        if is_well && self.shard.is_none() {
            let exit = if self.summary.is_nothing() { Exit::Nothing } else { Exit::Well };
            self.exit = Some(exit as u8);
        }
    }
}

fn verify(parts: &[(String, Report)]) -> Result<(), MergeError> {
    let part = |(file, report): &(String, Report)| {
        report.shard.clone().ok_or_else(|| MergeError::NoPart(file.clone()))
    };
    let shards: Vec<Shard> = parts.iter().map(part).collect::<Result<_, _>>()?;
    let Some(((first, one), shard)) = parts.first().zip(shards.first()) else { return Ok(()) };
    for ((file, other), found) in parts.iter().zip(&shards).skip(1) {
        let what = match () {
            () if one.truedoc != other.truedoc => "the versions of truedoc",
            () if one.interpreters != other.interpreters => "the interpreters",
            () if one.sandbox != other.sandbox => "the layers of the sandbox",
            () if shard.of != found.of => "the numbers of parts",
            () if shard.whole != found.whole => "the documents, the settings, or the known durations",
            () => continue,
        };
        return Err(MergeError::Different { one: first.clone(), other: file.clone(), what });
    }
    for (at, found) in shards.iter().enumerate() {
        if let Some(same) = shards[..at].iter().position(|other| other.number == found.number) {
            let (one, other) = (parts[same].0.clone(), parts[at].0.clone());
            return Err(MergeError::Doubled { one, other, number: found.number, of: found.of });
        }
    }
    let there: BTreeSet<usize> = shards.iter().map(|shard| shard.number).collect();
    let missing: Vec<usize> = (1..=shard.of).filter(|number| !there.contains(number)).collect();
    if missing.is_empty() { Ok(()) } else { Err(MergeError::Missing { missing, of: shard.of }) }
}

/// The order in which a check has them, each once: one that is about no document of the check is found
/// by every part.
fn put_in_order(unexpected: &mut Vec<Difference>) {
    let key = |one: &Difference| {
        let Difference { file, line, document, document_line, message } = one.clone();
        (file, line, document, document_line, message)
    };
    unexpected.sort_by_cached_key(key);
    unexpected.dedup();
}

impl LeftOut {
    fn add(self, other: LeftOut) -> LeftOut {
        LeftOut {
            not_selected: self.not_selected + other.not_selected,
            not_started: self.not_started + other.not_started,
            claims_hidden: self.claims_hidden + other.claims_hidden,
            failures_hidden: self.failures_hidden + other.failures_hidden,
        }
    }
}

impl Counts {
    /// Whether there was nothing to check.
    fn is_nothing(&self) -> bool {
        self.examples == 0 && self.sentences == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    /// The parts of a check in which each document is a part.
    fn parts() -> (Report, Vec<(String, Report)>) {
        let outcome = fixture::outcome();
        let whole = Report::of(&outcome);
        let of = whole.documents.len();
        let part = |at: usize| {
            let mut report = whole.clone();
            report.documents = vec![whole.documents[at].clone()];
            report.summary = whole.documents[at].summary;
            report.unexpected.retain(|one| one.document.as_ref() == Some(&whole.documents[at].path));
            report.shard = Some(Shard { number: at + 1, of, whole: "w".to_owned() });
            (format!("{at}.json"), report)
        };
        let parts = (0..of).map(part).collect();
        (whole, parts)
    }

    #[test]
    fn the_parts_in_any_order_are_the_whole() {
        let (mut whole, mut parts) = parts();
        whole.unexpected.retain(|one| one.document.is_some());
        whole.summary.unexpected = whole.unexpected.len();
        assert!(parts.len() > 1);
        parts.reverse();
        assert_eq!(Report::merge(parts).unwrap(), whole);
    }

    #[test]
    fn parts_of_different_checks_are_refused() {
        let change = |change: &dyn Fn(&mut Report)| {
            let (_, mut parts) = parts();
            change(&mut parts[1].1);
            Report::merge(parts).unwrap_err().to_string()
        };
        assert!(change(&|part| part.truedoc = "9".to_owned()).ends_with("the versions of truedoc differ"));
        assert!(change(&|part| part.interpreters.clear()).ends_with("the interpreters differ"));
        assert!(change(&|part| part.sandbox.seccomp = false).ends_with("the layers of the sandbox differ"));
        assert!(change(&|part| part.shard = None).starts_with("`1.json` is no part of a check"));
        let whole = |part: &mut Report| part.shard.as_mut().unwrap().whole = "v".to_owned();
        assert!(change(&whole).contains("the settings"));
        let number = |part: &mut Report| part.shard.as_mut().unwrap().number = 1;
        assert!(change(&number).starts_with("`0.json` and `1.json` are the same part, 1 of "));
        let (_, mut parts) = parts();
        parts.remove(0);
        let error = Report::merge(parts).unwrap_err().to_string();
        assert!(error.ends_with("one is missing: 1"), "{error}");
    }
}
