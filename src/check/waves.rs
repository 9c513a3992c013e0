//! A check goes through its documents in waves: what is known of one is given away before the next
//! begins, so that memory does not grow with the documents. Interpreters live over all of them.

use std::collections::BTreeSet;

use super::survey::{Planned, Whole};
use super::{Case, CheckError, CheckSettings, Engines, cases, run_under};
use crate::baseline::Mended;
use crate::document::{Document, WaveSize};
use crate::example::{Example, Rejection};
use crate::expectations::Expectations;
use crate::report::Progress;
use crate::select::LastFailed;
use crate::verdict::{self, Course, Outcome};

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

/// What a wave has in common with the others.
pub struct Common<'a> {
    pub expectations: &'a Expectations,
    pub progress: &'a Progress,
    pub whole: Whole,
    /// Whether it was announced what will run, which else is done by the only wave.
    pub is_announced: bool,
    /// Whether something in an earlier wave lets nothing more start.
    pub is_stopped: bool,
}

/// A check on its way through the waves.
pub struct Check<'a> {
    settings: &'a CheckSettings,
    common: Common<'a>,
    /// The interpreters that were needed so far, in the order of the pythons.
    engines: Vec<Engines>,
    /// What its reader should know before anything is run.
    remarks: Vec<String>,
    mended: Mended,
}

impl<'a> Check<'a> {
    pub fn new(
        settings: &'a CheckSettings,
        expectations: &'a Expectations,
        progress: &'a Progress,
        whole: Whole,
    ) -> Check<'a> {
        let remarks = settings.remarks.iter().chain(&whole.remark).cloned().collect();
        let common = Common { expectations, progress, whole, is_announced: false, is_stopped: false };
        Check { settings, common, engines: Vec::new(), remarks, mended: Mended::default() }
    }

    /// Says what will be run of these documents.
    pub fn announce(&mut self, documents: &[Document], planned: &[Planned]) -> Result<(), CheckError> {
        let settings = self.settings.with_whole(&self.common.whole);
        let interpreters = settings.interpreters(self.engine(0, &settings)?);
        let numbers = planned.iter().flat_map(|portion| &portion.documents);
        let own: Vec<&Document> = numbers.map(|&number| &documents[number]).collect();
        let examples = planned.iter().map(|portion| portion.examples).sum();
        self.common.progress.begin(&interpreters, &own, examples);
        self.common.progress.expect_more(examples * settings.other_pythons.len());
        self.common.is_announced = true;
        Ok(())
    }

    /// Runs and judges the examples of a wave under each python, and holds them against what is
    /// declared.
    pub fn run(&mut self, wave: Wave) -> Result<Outcome, CheckError> {
        let mut outcome = self.run_under_each_python(wave)?;
        outcome.course.remarks.splice(..0, self.remarks.drain(..));
        self.common.expectations.apply(&mut outcome);
        if let Some(baseline) = &self.settings.baseline {
            self.mended.append(baseline.apply(&mut outcome));
        }
        outcome.put_in_order();
        self.remember(&mut outcome);
        self.common.whole.selection.narrow(&mut outcome);
        Ok(outcome)
    }

    fn run_under_each_python(&mut self, wave: Wave) -> Result<Outcome, CheckError> {
        let has_others = !self.settings.other_pythons.is_empty();
        let read = if has_others { wave.read.clone() } else { Vec::new() };
        let mut wave = Some(wave);
        let mut outcomes = Vec::new();
        for (number, settings) in self.settings.for_each_python().enumerate() {
            let settings = settings.with_whole(&self.common.whole);
            self.engine(number, &settings)?;
            let wave = wave.take().unwrap_or_else(|| Wave::of(read.clone()));
            let outcome = run_under(wave, &settings, &self.engines[number], &self.common)?;
            if self.engines[number].is_lost() {
                self.engines.swap_remove(number).finish()?;
            }
            self.common.is_stopped |= outcome.course.not_started > 0;
            outcomes.push(outcome);
            if self.common.is_stopped {
                break;
            }
        }
        if let Some(cache) = &self.settings.cache {
            cache.save_much();
        }
        let Some(outcome) = verdict::merge(outcomes) else { unreachable!("there is a first python") };
        Ok(outcome)
    }

    /// The interpreters under the python with this number, which are started when they are needed.
    fn engine(&mut self, number: usize, settings: &CheckSettings) -> Result<&Engines, CheckError> {
        if self.engines.len() == number {
            self.engines.push(Engines::start(settings)?);
        }
        Ok(&self.engines[number])
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
    pub fn finish(self) -> Result<Outcome, CheckError> {
        for engines in self.engines {
            engines.finish()?;
        }
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
        let ran_everything = self.common.whole.selection.runs_everything() && !self.common.is_stopped;
        if let Some(baseline) = self.settings.baseline.as_ref().filter(|_| ran_everything) {
            let mut mended = self.mended;
            baseline.add_gone(&mut mended);
            mended.tell(&mut rest);
        }
        Ok(rest)
    }
}
