//! A check goes through its documents in waves, no more than two of which are under way: what is known of
//! one is given away before others begin, so that memory does not grow with the documents. Interpreters live over all of them.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::survey::{Planned, Whole};
use super::{Case, CheckError, CheckSettings, Engines, cases, run_under};
use crate::baseline::Mended;
use crate::document::{Document, WaveSize};
use crate::durations::Durations;
use crate::example::{Example, Rejection};
use crate::expectations::Expectations;
use crate::lock::lock;
use crate::report::Progress;
use crate::select::LastFailed;
use crate::verdict::{self, Course, Outcome};

/// Waves that run at once, if their documents are in memory anyway.
const MOST_AT_ONCE: usize = 2;

/// Documents that are checked together, with what was extracted of them.
pub struct Wave {
    /// The documents as they were read.
    read: Vec<Document>,
    /// The same with what extraction has to say.
    pub documents: Vec<Document>,
    pub cases: Vec<Case>,
    pub rejections: Vec<Vec<Rejection>>,
}

impl Wave {
    pub fn of(read: Vec<Document>) -> Wave {
        let mut documents = read.clone();
        let (cases, rejections) = cases(&mut documents);
        Wave { read, documents, cases, rejections }
    }

    /// Its examples, each with the number of its document.
    pub fn examples(&self) -> Vec<(usize, &Example)> {
        self.cases.iter().map(|case| (case.document, &case.example)).collect()
    }

    /// All of these documents as one wave; nothing if they have more examples than it may have.
    pub fn of_few(documents: &[Document], size: WaveSize) -> Option<Wave> {
        if documents.iter().map(|document| document.text.len() as u64).sum::<u64>() > size.bytes {
            return None;
        }
        let mut wave = Wave::of(Vec::new());
        for portion in size.portions(documents.iter().map(|document| document.text.len() as u64)) {
            let next = Wave::of(documents[portion].to_vec());
            if wave.cases.len() + next.cases.len() > size.examples {
                return None;
            }
            wave.append(next);
        }
        Some(wave)
    }

    /// Whether others would be too many for it.
    pub fn is_full_with(&self, next: &Wave, size: WaveSize) -> bool {
        let bytes =
            self.read.iter().chain(&next.read).map(|document| document.text.len() as u64).sum::<u64>();
        self.cases.len() + next.cases.len() > size.examples || bytes > size.bytes
    }

    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// Takes in the documents of another one behind its own.
    pub fn append(&mut self, next: Wave) {
        let before = self.documents.len();
        self.read.extend(next.read);
        self.documents.extend(next.documents);
        self.cases
            .extend(next.cases.into_iter().map(|case| Case { document: before + case.document, ..case }));
        self.rejections.extend(next.rejections);
    }

    /// The same with nothing but the own documents of a part.
    pub fn of_part(self, whole: &Whole) -> Wave {
        if whole.part.is_none() {
            return self;
        }
        let own = self.read.into_iter().zip(&whole.is_own).filter(|(_, is_own)| **is_own);
        Wave::of(own.map(|(document, _)| document).collect())
    }
}

/// The waves that portions of documents make: each takes in as many as it may have. There is always one.
pub struct Waves<P> {
    portions: P,
    size: WaveSize,
    /// What the next one begins with; nothing behind the last one.
    begun: Option<Wave>,
}

impl<P, E> Waves<P>
where
    P: Iterator<Item = Result<Wave, E>>,
{
    pub fn of_portions(portions: P, size: WaveSize) -> Waves<P> {
        Waves { portions, size, begun: Some(Wave::of(Vec::new())) }
    }
}

impl<P, E> Iterator for Waves<P>
where
    P: Iterator<Item = Result<Wave, E>>,
{
    type Item = Result<Wave, E>;

    fn next(&mut self) -> Option<Result<Wave, E>> {
        let mut wave = self.begun.take()?;
        for portion in self.portions.by_ref() {
            match portion {
                Ok(next) if wave.is_empty() || !wave.is_full_with(&next, self.size) => wave.append(next),
                Ok(next) => {
                    self.begun = Some(next);
                    break;
                }
                Err(error) => return Some(Err(error)),
            }
        }
        Some(Ok(wave))
    }
}

/// What a wave has in common with the others.
pub struct Common<'a> {
    pub expectations: &'a Expectations,
    pub progress: &'a Progress,
    pub whole: Whole,
    /// Whether it was announced what will run, which else is done by the only wave.
    pub is_announced: bool,
    /// Whether something in an earlier wave lets nothing more start.
    pub is_stopped: AtomicBool,
    pub durations: Mutex<Durations>,
}

/// A check on its way through the waves.
pub struct Check<'a> {
    settings: &'a CheckSettings,
    common: Common<'a>,
    /// The interpreters that were needed so far, in the order of the pythons.
    engines: Mutex<Vec<Engines>>,
    /// What its reader should know before anything is run.
    remarks: Mutex<Vec<String>>,
    mended: Mutex<Mended>,
}

impl<'a> Check<'a> {
    pub fn new(
        settings: &'a CheckSettings,
        expectations: &'a Expectations,
        progress: &'a Progress,
        whole: Whole,
    ) -> Check<'a> {
        let remarks: Vec<String> = settings.remarks.iter().chain(&whole.remark).cloned().collect();
        let common = Common {
            expectations,
            progress,
            whole,
            is_announced: false,
            is_stopped: AtomicBool::new(false),
            durations: Mutex::new(Durations::of_user()),
        };
        Check {
            settings,
            common,
            engines: Mutex::default(),
            remarks: Mutex::new(remarks),
            mended: Mutex::default(),
        }
    }

    /// Says what will be run of these documents.
    pub fn announce(&mut self, documents: &[Document], planned: &[Planned]) -> Result<(), CheckError> {
        let settings = self.settings.with_whole(&self.common.whole);
        let interpreters = settings.interpreters(&self.engines(0, &settings)?);
        let numbers = planned.iter().flat_map(|portion| &portion.documents);
        let own: Vec<&Document> = numbers.map(|&number| &documents[number]).collect();
        let examples = planned.iter().map(|portion| portion.examples).sum();
        self.common.progress.begin(&interpreters, &own, examples);
        self.common.progress.expect_more(examples * settings.other_pythons.len());
        self.common.is_announced = true;
        Ok(())
    }

    /// How many waves may run at once: the next one uses what the one before leaves idle. Where the first
    /// refutation ends the check, nothing may have started behind it.
    pub fn waves_at_once(&self) -> usize {
        if self.settings.fail_fast { 1 } else { MOST_AT_ONCE }
    }

    /// Runs and judges the examples of a wave under each python.
    pub fn run(&self, wave: Wave) -> Result<Outcome, CheckError> {
        let has_others = !self.settings.other_pythons.is_empty();
        let read = if has_others { wave.read.clone() } else { Vec::new() };
        let mut wave = Some(wave);
        let mut outcomes = Vec::new();
        for (number, settings) in self.settings.for_each_python().enumerate() {
            let settings = settings.with_whole(&self.common.whole);
            let engines = self.engines(number, &settings)?;
            let wave = wave.take().unwrap_or_else(|| Wave::of(read.clone()));
            let outcome = run_under(wave, &settings, &engines, &self.common)?;
            engines.heed_loss()?;
            self.common.is_stopped.fetch_or(outcome.course.not_started > 0, Ordering::Relaxed);
            outcomes.push(outcome);
            if self.common.is_stopped.load(Ordering::Relaxed) {
                break;
            }
        }
        if let Some(cache) = &self.settings.cache {
            cache.save_much();
        }
        let Some(outcome) = verdict::merge(outcomes) else { unreachable!("there is a first python") };
        Ok(outcome)
    }

    /// Holds what a wave gave against what is declared. To be called for one after the other, in their order.
    pub fn conclude(&self, mut outcome: Outcome) -> Outcome {
        outcome.course.remarks.splice(..0, lock(&self.remarks).drain(..));
        self.common.expectations.apply(&mut outcome);
        if let Some(baseline) = &self.settings.baseline {
            lock(&self.mended).append(baseline.apply(&mut outcome));
        }
        outcome.put_in_order();
        self.remember(&mut outcome);
        self.common.whole.selection.narrow(&mut outcome);
        outcome
    }

    /// The interpreters under the python with this number, which are started when they are needed, for a wave.
    fn engines(&self, number: usize, settings: &CheckSettings) -> Result<Engines, CheckError> {
        let mut engines = lock(&self.engines);
        if engines.len() == number {
            engines.push(Engines::start(settings)?);
        }
        Ok(engines[number].for_another())
    }

    /// Remembers for the next check what failed. A check does not fail because that cannot be written.
    fn remember(&self, outcome: &mut Outcome) {
        let Some(root) = &self.settings.remember else { return };
        let selection = &self.common.whole.selection;
        let ids: BTreeSet<(&str, &str)> = outcome
            .documents
            .iter()
            .flat_map(|found| found.examples.iter().map(|one| (found.document.path.as_str(), one)))
            .filter(|(path, one)| one.run.is_some() && selection.takes(path, &one.example))
            .map(|(path, one)| (path, one.example.id.as_str()))
            .collect();
        let ran = |path: &str, example: &Example| ids.contains(&(path, example.id.as_str()));
        if let Err(error) = LastFailed::of(root).record(outcome, &ran) {
            let remark = error.to_string();
            outcome.course.remarks.push(remark);
        }
    }

    /// What is known only when all waves are over: an outcome of no documents.
    pub fn finish(self) -> Outcome {
        let mut rest = Outcome {
            interpreters: Vec::new(),
            pythons: Vec::new(),
            packages: Vec::new(),
            run_tests: false,
            sandbox: Default::default(),
            documents: Vec::new(),
            unexpected: Vec::new(),
            course: Course::default(),
        };
        let is_stopped = self.common.is_stopped.into_inner();
        let ran_everything = self.common.whole.selection.runs_everything() && !is_stopped;
        if let Some(baseline) = self.settings.baseline.as_ref().filter(|_| ran_everything) {
            let mut mended = self.mended.into_inner().unwrap_or_else(PoisonError::into_inner);
            baseline.add_gone(&mut mended);
            mended.tell(&mut rest);
        }
        rest
    }
}
