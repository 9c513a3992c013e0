//! One engine for all tests of a process, and short ways to make plans.

use std::sync::{OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use truedoc::run::{Engine, EngineSettings, Plan, Probe, Program, Run, Seen, Watch};

/// Settings with the program under test as the worker.
pub fn settings() -> EngineSettings {
    EngineSettings {
        program: Some(env!("CARGO_BIN_EXE_truedoc").into()),
        jobs: 2,
        ..EngineSettings::default()
    }
}

/// A fork bomb leaves little of the machine to anybody for the seconds it lives, also to the tests
/// that compare times or wait for a server. So attacks run alone: they hold this for writing.
static MACHINE: RwLock<()> = RwLock::new(());

/// Shares the machine with other tests, but with no attack.
pub fn share() -> RwLockReadGuard<'static, ()> {
    MACHINE.read().unwrap_or_else(PoisonError::into_inner)
}

/// Has the machine to itself.
pub fn alone() -> RwLockWriteGuard<'static, ()> {
    MACHINE.write().unwrap_or_else(PoisonError::into_inner)
}

/// The engine that the tests of this process share.
pub fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::start(&settings()).expect("the engine starts"))
}

/// Runs one plan.
pub fn run(plan: Plan) -> Run {
    let _shared = share();
    engine().run_all(&[plan], &|_| {}).remove(0)
}

/// Runs one module that nobody observes.
pub fn run_source(source: &str) -> Run {
    run(Plan::module(source))
}

/// A session of these inputs.
pub fn session(inputs: &[&str]) -> Plan {
    let inputs = inputs.iter().map(|&input| input.to_owned()).collect();
    Plan { program: Program::Session(inputs), ..Plan::module("") }
}

/// A probe at a place, with its line as id.
pub fn probe(line: u32, column: u32, watch: Watch) -> Probe {
    Probe { id: line * 100 + column, line, column, watch, claimed: Vec::new() }
}

/// Runs a module with these probes.
pub fn observe(source: &str, probes: Vec<Probe>) -> Run {
    run(Plan { probes, ..Plan::module(source) })
}

/// What was seen, in few words: `line.column: repr`, `!Type`, `ended`, with `~` after the end.
pub fn summary(run: &Run) -> Vec<String> {
    let shown = run.records.iter().map(|record| {
        let seen = match &record.seen {
            Seen::Value(value) => value.repr.clone(),
            Seen::Raised(raised) => format!("!{}", raised.type_name),
            Seen::Ended => "ended".to_owned(),
        };
        let after = if record.after_end { "~" } else { "" };
        format!("{}.{}{after}: {seen}", record.probe / 100, record.probe % 100)
    });
    shown.collect()
}

/// The second number of the interpreter's version.
pub fn minor_version() -> u32 {
    engine().interpreter().version.split('.').nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}
