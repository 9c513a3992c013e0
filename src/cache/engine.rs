//! Runs plans as an [`Engine`] does, and takes from the cache what is kept there. The interpreter is
//! started when the first plan needs it, so that a check of nothing new starts none.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use rayon::prelude::*;

use super::Cache;
use super::identity::{Description, Keys, key_of_description, surroundings};
use super::store::Key;
use super::worth::{self, Worth, worth};
use crate::lock::lock;
use crate::run::{Ending, Engine, EngineSettings, Event, Interpreter, Plan, Run, RunError, Sandbox};

/// An engine with a cache before it, for one part of a check: others may have it at the same time.
pub struct CachingEngine {
    shared: Arc<Shared>,
    unproved: Mutex<Unproved>,
    /// What of all that ran is not kept.
    fleeting: Mutex<Fleeting>,
}

/// What all parts of a check have in common.
struct Shared {
    settings: EngineSettings,
    /// The engine, or why it did not start.
    started: OnceLock<Result<Engine, Arc<RunError>>>,
    kept: Option<Kept>,
}

/// Results that wait for a second run that gives the same, with their documents.
type Unproved = HashMap<Key, (Vec<u8>, Option<usize>)>;

/// What an engine has to do with the cache.
struct Kept {
    cache: Arc<Cache>,
    key_of_description: Key,
    description: Description,
    keys: Keys,
    /// Whether the interpreter turned out to be another one than is described.
    is_outdated: AtomicBool,
}

/// The documents of which something ran that is not kept: it may come out otherwise the next time.
#[derive(Debug, Default)]
pub struct Fleeting {
    documents: BTreeSet<usize>,
    /// Whether that may be any of them.
    any: bool,
}

impl Fleeting {
    fn add(&mut self, document: Option<usize>) {
        match document {
            Some(document) => drop(self.documents.insert(document)),
            None => self.any = true,
        }
    }

    /// Takes in what another engine ran.
    pub fn append(&mut self, mut other: Fleeting) {
        self.documents.append(&mut other.documents);
        self.any |= other.any;
    }

    /// Whether the document with this number may be among them.
    pub fn holds(&self, document: usize) -> bool {
        self.any || self.documents.contains(&document)
    }
}

impl CachingEngine {
    /// An engine that keeps results in a cache, if there is one. It is started at once where nothing is
    /// known of it.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start(settings: &EngineSettings, cache: Option<&Arc<Cache>>) -> Result<CachingEngine, RunError> {
        let known = cache.and_then(|cache| Some((Arc::clone(cache), surroundings(settings)?)));
        let Some((cache, surroundings)) = known else {
            let started = OnceLock::from(Ok(Engine::start(settings)?));
            return Ok(CachingEngine::with(settings, started, None));
        };
        let key_of_description = key_of_description(&surroundings);
        let started = OnceLock::new();
        let description = match cache.description(&key_of_description) {
            Some(description) => description,
            None => {
                let engine = Engine::start(settings)?;
                let description = Description::of(&engine);
                cache.describe(key_of_description, &description);
                let _ = started.set(Ok(engine));
                description
            }
        };
        let keys = Keys::new(&surroundings, &description, settings);
        let kept = Kept { cache, key_of_description, description, keys, is_outdated: AtomicBool::new(false) };
        Ok(CachingEngine::with(settings, started, Some(kept)))
    }

    fn with(
        settings: &EngineSettings,
        started: OnceLock<Result<Engine, Arc<RunError>>>,
        kept: Option<Kept>,
    ) -> CachingEngine {
        CachingEngine::of(Arc::new(Shared { settings: settings.clone(), started, kept }))
    }

    fn of(shared: Arc<Shared>) -> CachingEngine {
        CachingEngine { shared, unproved: Mutex::default(), fleeting: Mutex::default() }
    }

    /// The same engine for another part of the check.
    pub fn for_another(&self) -> CachingEngine {
        CachingEngine::of(Arc::clone(&self.shared))
    }

    /// The interpreter that runs the examples.
    pub fn interpreter(&self) -> &Interpreter {
        self.running().map_or_else(|| &self.description().interpreter, Engine::interpreter)
    }

    /// The layers of the sandbox that are active.
    pub fn sandbox(&self) -> &Sandbox {
        self.running().map_or_else(|| &self.description().sandbox, Engine::sandbox)
    }

    /// Runs all plans, as [`Engine::run_all`] does.
    pub fn run_all(&self, plans: &[Plan]) -> Vec<Run> {
        self.run_until(plans, &|_| {}, &|| false)
    }

    /// Runs all plans until it is stopped, as [`Engine::run_until`] does, those first that are kept.
    /// Where the interpreter does not start, which [`CachingEngine::heed_loss`] says, they are lost.
    pub fn run_until(
        &self,
        plans: &[Plan],
        on_event: &(dyn Fn(Event<'_>) + Sync),
        is_stopped: &(dyn Fn() -> bool + Sync),
    ) -> Vec<Run> {
        let kept = self.kept().filter(|kept| !kept.is_outdated.load(Ordering::Relaxed));
        let Some(kept) = kept else { return self.run_anew(plans, on_event, is_stopped) };
        let found: Vec<(Key, Option<Run>)> =
            plans.par_iter().map(|plan| kept.keys.of(plan)).map(|key| (key, kept.cache.run(&key))).collect();
        let mut missing = Vec::new();
        let mut runs: Vec<Run> = plans.iter().map(|_| Run::default()).collect();
        let mut keys = Vec::new();
        for (plan, (key, run)) in found.into_iter().enumerate() {
            match run {
                Some(_) if is_stopped() => {}
                Some(run) => {
                    on_event(Event::Started { plan });
                    on_event(Event::Finished { plan, run: &run });
                    runs[plan] = run;
                }
                None => {
                    missing.push(plan);
                    keys.push(key);
                }
            }
        }
        if missing.is_empty() || is_stopped() {
            return runs;
        }
        let fresh = self.run_missing(plans, &missing, on_event, is_stopped);
        for ((&plan, key), run) in missing.iter().zip(keys).zip(fresh) {
            self.keep(kept, &plans[plan], key, &run);
            runs[plan] = run;
        }
        runs
    }

    /// Says of the result of a plan whether a second run gave the same.
    pub fn prove(&self, plan: &Plan, is_same: bool) {
        let Some(kept) = self.kept() else { return };
        let key = kept.keys.of(plan);
        match (lock(&self.unproved).remove(&key), is_same) {
            (Some((bytes, _)), true) => kept.cache.put_bytes(key, bytes),
            (_, true) => {}
            (_, false) => {
                kept.cache.forget(&key);
                lock(&self.fleeting).add(plan.document);
            }
        }
    }

    /// Whether two runs of the same example, the other one by another engine, gave the same.
    pub fn is_same(&self, run: &Run, other: &CachingEngine, other_run: &Run) -> bool {
        let folders = [self, other].map(|engine| engine.shared.settings.folder_name.as_str());
        worth::is_same(run, other_run, folders)
    }

    /// The documents of this part of which something ran since the last time that is not kept. Lets go of
    /// results that no second run was made for.
    pub fn take_fleeting(&self) -> Fleeting {
        if self.kept().is_none() {
            return Fleeting { any: true, ..Fleeting::default() };
        }
        let mut fleeting = std::mem::take(&mut *lock(&self.fleeting));
        lock(&self.unproved).drain().for_each(|(_, (_, document))| fleeting.add(document));
        fleeting
    }

    /// To be called when all is run.
    ///
    /// # Errors
    /// If the interpreter was needed and did not start.
    pub fn heed_loss(&self) -> Result<(), RunError> {
        match self.shared.started.get() {
            Some(Err(loss)) => Err(RunError::Told(Arc::clone(loss))),
            _ => Ok(()),
        }
    }

    fn kept(&self) -> Option<&Kept> {
        self.shared.kept.as_ref()
    }

    fn running(&self) -> Option<&Engine> {
        self.shared.started.get().and_then(|started| started.as_ref().ok())
    }

    fn description(&self) -> &Description {
        let Some(kept) = self.kept() else { unreachable!("without a cache an engine is started at once") };
        &kept.description
    }

    fn run_missing(
        &self,
        plans: &[Plan],
        missing: &[usize],
        on_event: &(dyn Fn(Event<'_>) + Sync),
        is_stopped: &(dyn Fn() -> bool + Sync),
    ) -> Vec<Run> {
        if missing.len() == plans.len() {
            return self.run_anew(plans, on_event, is_stopped);
        }
        let missing_plans: Vec<Plan> = missing.iter().map(|&plan| plans[plan].clone()).collect();
        let on_event = |event: Event<'_>| match event {
            Event::Started { plan } => on_event(Event::Started { plan: missing[plan] }),
            Event::Finished { plan, run } => on_event(Event::Finished { plan: missing[plan], run }),
        };
        self.run_anew(&missing_plans, &on_event, is_stopped)
    }

    fn run_anew(
        &self,
        plans: &[Plan],
        on_event: &(dyn Fn(Event<'_>) + Sync),
        is_stopped: &(dyn Fn() -> bool + Sync),
    ) -> Vec<Run> {
        match self.shared.started.get_or_init(|| self.shared.start_late().map_err(Arc::new)) {
            Ok(engine) => engine.run_until(plans, on_event, is_stopped),
            Err(loss) => {
                let lost = || Run { ending: Ending::Lost(loss.to_string()), ..Run::default() };
                plans.iter().map(|_| lost()).collect()
            }
        }
    }

    /// Keeps a result if it would come out the same the next time.
    fn keep(&self, kept: &Kept, plan: &Plan, key: Key, run: &Run) {
        let is_known = !kept.is_outdated.load(Ordering::Relaxed);
        let bytes = is_known.then(|| serde_json::to_vec(run).ok()).flatten().unwrap_or_default();
        let worth = if bytes.is_empty() { Worth::Never } else { worth(plan, run, &bytes) };
        match worth {
            Worth::Kept => kept.cache.put_bytes(key, bytes),
            Worth::IfProved => drop(lock(&self.unproved).insert(key, (bytes, plan.document))),
            Worth::Never => lock(&self.fleeting).add(plan.document),
        }
    }
}

impl Shared {
    /// Starts an interpreter that is described, and takes the description back if it is another one by
    /// now: what is kept was not given by this one.
    fn start_late(&self) -> Result<Engine, RunError> {
        let engine = Engine::start(&self.settings)?;
        if let Some(kept) = &self.kept {
            let Description { interpreter, sandbox, .. } = &kept.description;
            if interpreter != engine.interpreter() || sandbox != engine.sandbox() {
                kept.is_outdated.store(true, Ordering::Relaxed);
                kept.cache.forget_description(&kept.key_of_description);
            }
        }
        Ok(engine)
    }
}
