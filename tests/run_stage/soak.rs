//! Very many examples in one run: what they need must not pile up, neither in this process nor in
//! the worker and its zygotes, neither as memory nor as descriptors nor as files.

use std::fs;
use std::path::Path;
use std::process::Command;

use truedoc::run::{Ending, Engine, Limits, Plan};

use crate::common::{alone, settings};
use crate::processes::descendants;

const EXAMPLES: usize = 20_000;
const BATCH: usize = 1_000;
/// Anonymous memory by which one half may differ from the other. (The arenas of threads fill up later where
/// the machine is busy.)
const TOLERATED_KIB: u64 = 3 << 10;

/// Examples of many kinds, each a little different from all others.
fn plan(number: usize) -> Plan {
    let source = match number % 50 {
        0 => "import subprocess; subprocess.run(['true'])".to_owned(),
        1 => "import tempfile; tempfile.mkdtemp(); open('file', 'w').write('x' * 10000)".to_owned(),
        2 => "import threading; t = threading.Thread(target=print); t.start(); t.join()".to_owned(),
        // What it leaves is given a moment to end by itself, so there are few of these.
        3 if number % 500 == 3 => "import os, time\nif os.fork() == 0: time.sleep(1000)".to_owned(),
        4 => "import os; os.kill(os.getpid(), 9)".to_owned(),
        5 => "data = bytearray(3_000_000)".to_owned(),
        6 => format!("raise ValueError({number})"),
        7 => format!("print('x' * {})", 10 * number),
        8 => "import multiprocessing.shared_memory as m; m.SharedMemory(create=True, size=100000)".to_owned(),
        9 => format!("class C{number}: pass\nprint(C{number}())"),
        _ => format!("name_{number} = [n * n for n in range({})]\nprint(sum(name_{number}))", number % 97),
    };
    Plan { limits: Limits { time_ms: 20_000, ..Limits::default() }, ..Plan::module(source) }
}

/// In the environment of the process that does it: its own folder for temporary files.
const FOLDER: &str = "TRUEDOC_SOAK_FOLDER";

#[test]
fn twenty_thousand_examples_leave_nothing_behind() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return soak(Path::new(&folder));
    }
    let _machine = alone();
    let temporary = tempfile::tempdir_in("/var/tmp").unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "soak::twenty_thousand_examples_leave_nothing_behind", "--nocapture"])
        .env(FOLDER, temporary.path())
        .env("TMPDIR", temporary.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().filter(|line| line.contains("examples")).for_each(|line| println!("{line}"));
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("1 passed"), "it did not run: {text}");
}

fn soak(temporary: &Path) {
    let engine = Engine::start(&settings()).unwrap();
    let mut seen: Vec<State> = Vec::new();
    for batch in 0..EXAMPLES / BATCH {
        let plans: Vec<Plan> = (batch * BATCH..(batch + 1) * BATCH).map(plan).collect();
        let runs = engine.run_all(&plans, &|_| {});
        let strange = |(number, run): &(usize, &truedoc::run::Run)| match number % 50 {
            4 => run.ending != Ending::Signaled(9),
            6 => run.ending != Ending::Exited(1),
            _ => run.ending != Ending::Exited(0),
        };
        let strange: Vec<_> = runs.iter().enumerate().filter(strange).collect();
        assert!(strange.is_empty(), "{strange:?}");
        drop(runs);
        seen.push(State::now(temporary));
    }
    let (early, late) = (&seen[2], seen.last().unwrap());
    println!("after {} examples {early:?}; after {EXAMPLES} {late:?}", 3 * BATCH);
    assert!(late.descriptors <= early.descriptors, "{seen:#?}");
    assert!(late.processes <= early.processes, "{seen:#?}");
    assert!(late.files <= early.files, "{seen:#?}");
    // Caches and the allocator's arenas have filled up half-way; from then on nothing may grow.
    let mean = |states: &[State], part: fn(&State) -> u64| {
        states.iter().map(part).sum::<u64>() / states.len() as u64
    };
    for part in [|state: &State| state.host_kib, |state: &State| state.largest_kib] {
        let (half, end) = (mean(&seen[8..13], part), mean(&seen[15..], part));
        assert!(end <= half + TOLERATED_KIB, "{half} KiB, then {end} KiB: {seen:#?}");
    }
    drop(engine);
    assert_eq!(fs::read_dir(temporary).unwrap().count(), 0, "the folder of the run is left");
}

/// What this process and its descendants hold.
#[derive(Debug)]
struct State {
    /// Anonymous memory of this process.
    host_kib: u64,
    /// Anonymous memory of the largest of its descendants: worker and zygotes.
    largest_kib: u64,
    processes: usize,
    /// Open in all of them.
    descriptors: usize,
    /// In the temporary folder.
    files: usize,
}

impl State {
    fn now(temporary: &Path) -> State {
        let own = std::process::id();
        let family = descendants(own);
        let descriptors =
            |process: u32| fs::read_dir(format!("/proc/{process}/fd")).map_or(0, Iterator::count);
        State {
            host_kib: anonymous_kib(own),
            largest_kib: family.iter().map(|&process| anonymous_kib(process)).max().unwrap_or(0),
            processes: family.len(),
            descriptors: family.iter().map(|&process| descriptors(process)).sum::<usize>() + descriptors(own),
            files: ignore::WalkBuilder::new(temporary).standard_filters(false).build().count(),
        }
    }
}

fn anonymous_kib(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
