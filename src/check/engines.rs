//! The interpreters of a check under one python. They live as long as the check.

use std::sync::{Arc, Mutex, OnceLock};

use super::CheckSettings;
use crate::cache::{Cache, CachingEngine, Fleeting};
use crate::lock::lock;
use crate::run::{EngineSettings, RunError};

/// The engine that runs the examples, and the one that runs some of them once more, for one wave.
pub struct Engines {
    pub first: CachingEngine,
    second: OnceLock<CachingEngine>,
    second_of_all: Arc<SecondOfAll>,
}

/// The engine of second runs that all waves have.
struct SecondOfAll {
    started: Mutex<Option<CachingEngine>>,
    settings: EngineSettings,
    cache: Option<Arc<Cache>>,
}

impl Engines {
    /// # Errors
    /// If the first one does not start.
    pub fn start(settings: &CheckSettings) -> Result<Engines, RunError> {
        Ok(Engines {
            first: CachingEngine::start(&settings.engine, settings.cache.as_ref())?,
            second: OnceLock::new(),
            second_of_all: Arc::new(SecondOfAll {
                started: Mutex::new(None),
                settings: settings.for_second_run().engine,
                cache: settings.cache.clone(),
            }),
        })
    }

    /// The same interpreters for another wave.
    pub fn for_another(&self) -> Engines {
        Engines {
            first: self.first.for_another(),
            second: OnceLock::new(),
            second_of_all: Arc::clone(&self.second_of_all),
        }
    }

    /// The engine of second runs, which is started by the first of them, in about so many processes.
    ///
    /// # Errors
    /// If it does not start.
    pub fn second(&self, processes: usize) -> Result<&CachingEngine, RunError> {
        if let Some(second) = self.second.get() {
            return Ok(second);
        }
        let second = self.second_of_all.for_another(processes)?;
        Ok(self.second.get_or_init(|| second))
    }

    /// To be called when the wave has run, after which nothing waits for a second run any more: its documents
    /// of which something ran that may come out otherwise the next time.
    pub fn take_fleeting(&self) -> Fleeting {
        let of_each = self.all().map(CachingEngine::take_fleeting);
        of_each.fold(Fleeting::default(), |mut all, one| {
            all.append(one);
            all
        })
    }

    /// To be called when the wave has run.
    ///
    /// # Errors
    /// If an interpreter was needed and did not start.
    pub fn heed_loss(&self) -> Result<(), RunError> {
        self.all().try_for_each(CachingEngine::heed_loss)
    }

    fn all(&self) -> impl Iterator<Item = &CachingEngine> {
        std::iter::once(&self.first).chain(self.second.get())
    }
}

impl SecondOfAll {
    fn for_another(&self, processes: usize) -> Result<CachingEngine, RunError> {
        let mut started = lock(&self.started);
        let engine = match &mut *started {
            Some(engine) => engine,
            none => {
                let ahead = self.settings.ahead.for_processes(processes);
                let settings = EngineSettings { ahead, ..self.settings.clone() };
                none.insert(CachingEngine::start(&settings, self.cache.as_ref())?)
            }
        };
        Ok(engine.for_another())
    }
}
