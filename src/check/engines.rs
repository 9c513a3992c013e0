//! The interpreters of a check under one python. They live as long as the check.

use std::sync::{Arc, OnceLock};

use super::CheckSettings;
use crate::cache::{Cache, CachingEngine, Fleeting};
use crate::run::{EngineSettings, RunError};

/// The engine that runs the examples, and the one that runs some of them once more.
pub struct Engines {
    pub first: CachingEngine,
    second: OnceLock<CachingEngine>,
    settings_of_second: EngineSettings,
    cache: Option<Arc<Cache>>,
}

impl Engines {
    /// # Errors
    /// If the first one does not start.
    pub fn start(settings: &CheckSettings) -> Result<Engines, RunError> {
        Ok(Engines {
            first: CachingEngine::start(&settings.engine, settings.cache.as_ref())?,
            second: OnceLock::new(),
            settings_of_second: settings.for_second_run().engine,
            cache: settings.cache.clone(),
        })
    }

    /// The engine of second runs, which is started by the first of them, in about so many processes.
    ///
    /// # Errors
    /// If it does not start.
    pub fn second(&self, processes: usize) -> Result<&CachingEngine, RunError> {
        if let Some(second) = self.second.get() {
            return Ok(second);
        }
        let ahead = self.settings_of_second.ahead.for_processes(processes);
        let settings = EngineSettings { ahead, ..self.settings_of_second.clone() };
        let started = CachingEngine::start(&settings, self.cache.as_ref())?;
        Ok(self.second.get_or_init(|| started))
    }

    /// To be called when a wave has run, after which nothing waits for a second run any more: its documents
    /// of which something ran that may come out otherwise the next time.
    pub fn take_fleeting(&self) -> Fleeting {
        let of_each = self.all().map(CachingEngine::take_fleeting);
        of_each.fold(Fleeting::default(), |mut all, one| {
            all.append(one);
            all
        })
    }

    /// Whether an interpreter was needed and did not start, which [`Engines::finish`] tells.
    pub fn is_lost(&self) -> bool {
        self.all().any(CachingEngine::is_lost)
    }

    fn all(&self) -> impl Iterator<Item = &CachingEngine> {
        std::iter::once(&self.first).chain(self.second.get())
    }

    /// To be called when all is run.
    ///
    /// # Errors
    /// If an interpreter was needed and did not start.
    pub fn finish(self) -> Result<(), RunError> {
        self.first.finish()?;
        self.second.into_inner().map_or(Ok(()), CachingEngine::finish)
    }
}
