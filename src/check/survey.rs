//! What has to be known of all documents of a check before the first of them runs: what is selected,
//! which of them are left to another part, which packages their modules belong to, what is worth doing
//! ahead.

use std::collections::BTreeSet;
use std::path::PathBuf;

use rayon::prelude::*;

use super::{CheckError, CheckSettings};
use crate::document::{Document, Format, Outlines};
use crate::durations::Durations;
use crate::example::{self, Example, MENTION};
use crate::run::{Ahead, Mentioned};
use crate::select::{LastFailed, Selection};
use crate::settings::Isolate;
use crate::shard::{Cut, Part};
use crate::traceless::is_traceless;

/// Milliseconds that an example takes of which nothing is known.
const USUAL: u64 = 5;

/// One of so many examples is looked at to know how many of all may share a process.
const LOOKED_AT: usize = 16;

/// A wave of documents has so many parts, one of which is extracted in a moment.
const PARTS_OF_WAVE: u64 = 8;

/// What it takes to run the tests of examples.
const NEEDED_BY_TESTS: &str = "inspect";

/// Gathers it, from some documents after the other.
pub struct Survey<'a> {
    settings: &'a CheckSettings,
    /// Whether each pattern of the selection has matched something.
    is_matched: Vec<bool>,
    /// What failed last time, if only that is run.
    last_failed: Option<LastFailed>,
    failed: BTreeSet<(String, String)>,
    packages: BTreeSet<PathBuf>,
    /// What examples mention of what an interpreter may import ahead.
    mentioned: Mentioned,
    /// Of some examples: how many were looked at, and how many may share a process.
    sharing: (usize, usize),
    /// How many examples there are, if they are not counted.
    guessed: usize,
    /// The durations by which documents are shared, if they are.
    durations: Option<Durations>,
    sizes: Vec<Size>,
}

/// How large a document is.
#[derive(Clone, Copy, Default)]
pub struct Size {
    /// Milliseconds that its examples take.
    weight: u64,
    /// How many of them may be run.
    may_run: usize,
}

/// What came out.
#[derive(Default)]
pub struct Whole {
    /// What is run and shown.
    pub selection: Selection,
    /// What the reader should know of that.
    pub remark: Option<String>,
    /// The packages whose modules examples in docstrings belong to.
    pub packages: Vec<PathBuf>,
    /// What interpreters do before they fork.
    pub ahead: Ahead,
    /// Which part of the documents the check is about, if it is about one.
    pub part: Option<Part>,
    /// Whether each of the documents belongs to it.
    pub is_own: Vec<bool>,
}

/// The numbers of documents that are read together, and how many of their examples may be
/// run, if they were looked at.
pub struct Planned {
    pub documents: Vec<usize>,
    pub examples: usize,
}

/// Cuts documents that are not in memory at once into portions of waves. They are looked at where
/// something asks for what they hold, or it is to be told how many examples there are.
pub fn of_many(
    outlines: &Outlines,
    settings: &CheckSettings,
    is_told: bool,
) -> Result<(Whole, Vec<Planned>), CheckError> {
    let mut survey = Survey::new(settings);
    let mut portions = settings.wave.portions(outlines.sizes.iter().copied()).into_iter();
    if is_told || asks_for_all(outlines, settings) {
        for portion in portions {
            let documents = outlines.read(portion)?;
            let examples = extracted(&documents);
            survey.add(&documents, &numbered(&examples));
        }
    } else if let Some(portion) = portions.next() {
        let part = outlines.sizes[portion.clone()].iter().sum::<u64>().max(1);
        let examples = extracted(&outlines.read(portion)?);
        survey.guess(outlines, &numbered(&examples), outlines.sizes.iter().sum::<u64>() / part);
    }
    if let Some(is_matched) = survey.idle() {
        let documents = outlines.read(0..outlines.documents.len())?;
        let examples = extracted(&documents);
        return Err(settings.only.refused(is_matched, &documents, &numbered(&examples)).into());
    }
    let (whole, sizes) = survey.finish(&outlines.documents);
    let own: Vec<usize> = (0..sizes.len()).filter(|&at| whole.is_own[at]).collect();
    let portions = settings.wave.portions(own.iter().map(|&at| outlines.sizes[at]));
    let planned = portions.into_iter().map(|portion| Planned {
        examples: own[portion.clone()].iter().map(|&at| sizes[at].may_run).sum(),
        documents: own[portion].to_vec(),
    });
    Ok((whole, planned.collect()))
}

/// Whether it is worth while to start the interpreter while documents are extracted, although no more is
/// known by then than some of them show.
pub fn is_begun_early(outlines: &Outlines, settings: &CheckSettings, is_told: bool) -> bool {
    let much = settings.wave.bytes / PARTS_OF_WAVE;
    !is_told && outlines.sizes.iter().sum::<u64>() > much && !asks_for_all(outlines, settings)
}

/// Whether the examples of all documents have to be known before the first of them runs.
fn asks_for_all(outlines: &Outlines, settings: &CheckSettings) -> bool {
    let has_modules = outlines.documents.iter().any(|document| document.format == Format::Python);
    has_modules || !settings.only.runs_everything() || settings.last_failed || settings.shard.is_some()
}

fn extracted(documents: &[Document]) -> Vec<Vec<Example>> {
    documents.par_iter().map(|document| example::extract(document).examples).collect()
}

fn numbered(examples: &[Vec<Example>]) -> Vec<(usize, &Example)> {
    let numbered = examples.iter().enumerate();
    numbered.flat_map(|(number, examples)| examples.iter().map(move |example| (number, example))).collect()
}

impl<'a> Survey<'a> {
    pub fn new(settings: &'a CheckSettings) -> Survey<'a> {
        let root = settings.remember.as_deref().filter(|_| settings.last_failed);
        let mut mentioned = Mentioned::default();
        if settings.run_tests {
            mentioned.add(NEEDED_BY_TESTS);
        }
        Survey {
            settings,
            is_matched: Vec::new(),
            last_failed: root.map(LastFailed::of),
            failed: BTreeSet::new(),
            packages: BTreeSet::new(),
            mentioned,
            sharing: (0, 0),
            guessed: 0,
            durations: settings.shard.map(|_| Durations::of_user()),
            sizes: Vec::new(),
        }
    }

    /// Looks at the next documents and their examples, each with the number of its document.
    pub fn add(&mut self, documents: &[Document], examples: &[(usize, &Example)]) {
        self.settings.only.match_all(documents, examples, &mut self.is_matched);
        if let Some(last_failed) = &self.last_failed {
            self.failed.append(&mut last_failed.among(documents, examples));
        }
        let before = self.sizes.len();
        self.sizes.resize(before + documents.len(), Size::default());
        self.look_who_shares(examples);
        for &(number, example) in examples {
            self.mentioned.add(&example.code);
            let size = &mut self.sizes[before + number];
            let may_run =
                example.rule != MENTION && self.settings.only.takes(&documents[number].path, example);
            size.may_run += usize::from(may_run);
            if let Some(durations) = &self.durations {
                size.weight += durations.expected_ms(&example.code).max(USUAL);
            }
            if let Some(package) = example.module.as_ref().and_then(|module| module.package.as_ref())
                && !self.packages.contains(package)
            {
                self.packages.insert(package.clone());
            }
        }
    }

    fn look_who_shares(&mut self, examples: &[(usize, &Example)]) {
        for (_, example) in examples.iter().step_by(LOOKED_AT) {
            let may_share = self.settings.isolate == Isolate::Auto && is_traceless(&example.code);
            self.sharing = (self.sharing.0 + 1, self.sharing.1 + usize::from(may_share));
        }
    }

    /// Looks at some examples of which there are so many times more in documents that are not looked at.
    fn guess(&mut self, outlines: &Outlines, examples: &[(usize, &Example)], times: u64) {
        outlines.words.iter().for_each(|word| self.mentioned.add(word));
        self.look_who_shares(examples);
        self.guessed = examples.len().saturating_mul(usize::try_from(times).unwrap_or(usize::MAX));
    }

    /// Which patterns of the selection have matched something, if one has not.
    pub fn idle(&self) -> Option<&[bool]> {
        self.is_matched.contains(&false).then_some(&self.is_matched)
    }

    /// Says what is to be run of these documents, which are all there are.
    pub fn finish(mut self, documents: &[Document]) -> (Whole, Vec<Size>) {
        self.sizes.resize(documents.len(), Size::default());
        let only = self.settings.only.clone();
        let (selection, remark) = match self.last_failed {
            None => (only, None),
            Some(_) if self.failed.is_empty() => {
                (only, Some("nothing of this failed last time, so all of it is checked".to_owned()))
            }
            Some(_) => (only.exactly(self.failed), None),
        };
        let weights: Vec<u64> = self.sizes.iter().map(|size| size.weight).collect();
        let cut = self.settings.shard.map(|shard| (shard, Cut::new(documents, &weights, shard.of)));
        let is_own = |at| cut.as_ref().is_none_or(|(shard, cut)| cut.has(*shard, at));
        let (looked_at, may_share) = self.sharing;
        let examples = self.guessed + self.sizes.iter().map(|size| size.may_run).sum::<usize>();
        let apart = examples * (looked_at - may_share) / looked_at.max(1);
        let whole = Whole {
            ahead: self.mentioned.ahead(examples, apart),
            selection,
            remark,
            packages: self.packages.into_iter().collect(),
            is_own: (0..documents.len()).map(is_own).collect(),
            part: cut.as_ref().map(|(shard, cut)| cut.part(*shard, &described(self.settings))),
        };
        (whole, self.sizes)
    }
}

/// The settings on which verdicts depend. The pythons are in the report themselves.
fn described(settings: &CheckSettings) -> String {
    let CheckSettings { limits, mends, only, fail_fast, run_tests, .. } = settings;
    format!("{limits:?} {mends} {only} {fail_fast} {run_tests} {}", settings.engine.strict)
}
