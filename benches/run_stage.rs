//! 1,000 typical examples through the engine, as bare forks of a warm interpreter, and as fresh python
//! processes, two at a time each.
//!
//! `cargo bench --bench run_stage [COUNT] [cage]`; with `cage` only the bare forks are compared. A program of its own rather than a criterion bench: the
//! worker and its two comparisons are processes, and one pass is the measurement.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use truedoc::run::{Ending, Engine, EngineSettings, Plan, Probe, Watch};

const TYPICAL: &str = r#"from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Dict, List, Optional

@dataclass(order=True)
class Item:
    name: str
    price: float = 0.0
    tags: List[str] = field(default_factory=list)

@lru_cache(maxsize=None)
def fib(n: int) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)

words = "the quick brown fox jumps over the lazy dog the end".split()
counts = Counter(words)
groups: Dict[int, List[str]] = defaultdict(list)
for word in words: groups[len(word)].append(word)
assert fib(30) == 832040
print(f"{counts['the']} {sorted(groups)} {Item('NAME', 2.5)}")
"#;

fn main() {
    let count = std::env::args().nth(1).and_then(|argument| argument.parse().ok()).unwrap_or(1000);
    let sources: Vec<String> =
        (0..count).map(|index| TYPICAL.replace("NAME", &format!("n{index}"))).collect();
    if std::env::args().any(|argument| argument == "cage") {
        let engine = start();
        let plans: Vec<Plan> = sources.iter().map(Plan::module).collect();
        return compare_with_bare_forks(&engine.interpreter().executable, &plans);
    }
    let engine_start = Instant::now();
    let engine = start();
    println!("engine start: {:.1?}; sandbox: {:?}", engine_start.elapsed(), engine.sandbox());
    let plans: Vec<Plan> = sources.iter().map(Plan::module).collect();
    let plain = timed(|| run(&engine, &plans));
    let observed: Vec<Plan> = sources.iter().map(|source| observed(source)).collect();
    let watched = timed(|| run(&engine, &observed));
    let empty: Vec<Plan> = sources.iter().map(|_| Plan::module("\n")).collect();
    let nothing = timed(|| run(&engine, &empty));
    let python = &engine.interpreter().executable;
    let fresh = timed(|| run_fresh(python, &sources));
    for (name, time) in
        [("plain", plain), ("observed", watched), ("empty", nothing), ("fresh processes", fresh)]
    {
        let each = time.as_secs_f64() * 1e3 / count as f64;
        println!(
            "{name:>16}: {time:>8.2?}, {each:.2} ms each, {:.2} of fresh",
            time.as_secs_f64() / fresh.as_secs_f64()
        );
    }
    compare_with_bare_forks(&engine.interpreter().executable, &plans);
}

/// The full cage against bare forks, both in turns. What counts is the time that processors worked:
/// the clock also shows what else the machine does.
fn compare_with_bare_forks(python: &str, plans: &[Plan]) {
    const ROUNDS: usize = 5;
    let count = plans.len() as f64;
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let bare = worked(|| run_bare(python, plans.len())).less(worked(|| run_bare(python, 0)));
            let caged = worked(|| run(&start(), plans)).less(worked(|| run(&start(), &[])));
            println!("  a bare fork {}, in the cage {}", bare.each(count), caged.each(count));
            caged.seconds / bare.seconds
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    println!("the cage costs {:.2} of a bare fork (median of {ROUNDS}, processor time)", ratios[ROUNDS / 2]);
}

/// What some work cost.
struct Work {
    /// Processor time.
    seconds: f64,
    /// Pages that were not at hand.
    faults: f64,
}

impl Work {
    fn less(self, start: Work) -> Work {
        Work { seconds: self.seconds - start.seconds, faults: self.faults - start.faults }
    }

    fn each(&self, count: f64) -> String {
        format!("{:.2} ms and {:.0} page faults", self.seconds * 1e3 / count, self.faults / count)
    }
}

/// What all that some work starts and waits for cost.
fn worked(work: impl FnOnce()) -> Work {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;
    let now = || {
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("it is known");
        let time = usage.user_time() + usage.system_time();
        Work { seconds: time.num_microseconds() as f64 / 1e6, faults: usage.minor_page_faults() as f64 }
    };
    let before = now();
    work();
    now().less(before)
}

fn start() -> Engine {
    let program = Some(env!("CARGO_BIN_EXE_truedoc").into());
    Engine::start(&EngineSettings { jobs: 2, program, ..EngineSettings::default() }).expect("it starts")
}

/// Bare forks of two warm interpreters at a time.
fn run_bare(python: &str, count: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("example.py");
    std::fs::write(&path, TYPICAL).expect("written");
    let start = || {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/bare_fork.py");
        Command::new(python).arg(script).arg(&path).arg((count / 2).to_string()).spawn().expect("it starts")
    };
    for mut process in [start(), start()] {
        assert!(process.wait().is_ok_and(|status| status.success()));
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn run(engine: &Engine, plans: &[Plan]) {
    let runs = engine.run_all(plans, &|_| {});
    assert!(runs.iter().all(|run| run.ending == Ending::Exited(0)), "an example failed: {:?}", runs.first());
}

fn observed(source: &str) -> Plan {
    let probe = |id, line, watch| Probe { id, line, column: 0, watch, claimed: vec!["1".to_owned()] };
    let probes = vec![probe(0, 17, Watch::Value), probe(1, 20, Watch::Ends), probe(2, 21, Watch::Argument)];
    Plan { probes, watch_output: true, ..Plan::module(source) }
}

/// Fresh processes, two at a time.
fn run_fresh(python: &str, sources: &[String]) {
    let folder = tempfile::tempdir().expect("a folder");
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let (next, folder) = (&next, folder.path());
            scope.spawn(move || {
                let path = folder.join(format!("example{thread}.py"));
                while let Some(source) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
                    std::fs::write(&path, source).expect("written");
                    let status = Command::new(python).arg(&path).stdout(Stdio::null()).status();
                    assert!(status.is_ok_and(|status| status.success()));
                }
            });
        }
    });
}
