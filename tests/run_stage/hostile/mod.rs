//! Attacks between good neighbours, in all the ways truedoc can find itself started: by root and by
//! a plain user, where namespaces are to be had and where they are not.
//!
//! Each test starts the test program once more as the user in question; that process runs the suite
//! and afterwards looks for what is left: processes, files, changes to files that are none of an
//! example's business.

mod attack;
mod exhaustion;
mod files;
mod interpreter;
mod memory;
mod namespaces;
mod network;
mod output;
mod proc;
mod processes;
mod runner;
mod signals;
mod time;
mod world;

use std::time::{Duration, Instant};

use truedoc::run::{Ending, Engine, EngineSettings, Limits, Plan, Run};
use truedoc::traceless::reach;

use attack::Attack;
use world::{World, changes, start_suite};

use crate::common::{alone, settings};

/// How the suite is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mode {
    /// The test that runs it.
    name: &'static str,
    as_root: bool,
    namespaces: bool,
}

#[test]
fn by_root() {
    run_as(Mode { name: "hostile::by_root", as_root: true, namespaces: true });
}

#[test]
fn by_root_without_namespaces() {
    run_as(Mode { name: "hostile::by_root_without_namespaces", as_root: true, namespaces: false });
}

#[test]
fn by_a_plain_user() {
    run_as(Mode { name: "hostile::by_a_plain_user", as_root: false, namespaces: true });
}

#[test]
fn by_a_plain_user_where_namespaces_are_refused() {
    let name = "hostile::by_a_plain_user_where_namespaces_are_refused";
    run_as(Mode { name, as_root: false, namespaces: false });
}

/// In the process that the test runner started, starts another; in that one, runs the suite.
fn run_as(mode: Mode) {
    match World::of_this_process() {
        Some(world) => run_suite(mode, &world),
        None => {
            let _machine = alone();
            start_suite(mode);
        }
    }
}

fn run_suite(mode: Mode, world: &World) {
    let start = Instant::now();
    // Whatever loses its parent becomes a child of this process, and is found at the end.
    nix::sys::prctl::set_child_subreaper(true).unwrap();
    let before = world.snapshot();
    // A plain user is refused them by the kernel, as in a container; root switches them off.
    let namespaces = mode.namespaces || !mode.as_root;
    let engine =
        Engine::start(&EngineSettings { namespaces, program: world.program(), ..settings() }).unwrap();
    if !is_fit(mode, &engine, world) {
        return;
    }
    let attacks: Vec<Attack> = all_attacks().into_iter().map(|attack| world.fill_in(attack)).collect();
    assert!(attacks.len() >= 70);
    let mut plans = Vec::new();
    for (index, attack) in attacks.iter().enumerate() {
        let traceless = reach(&attack.source);
        plans.push(Plan { limits: limits_for(attack), traceless, ..Plan::module(attack.source.as_str()) });
        plans.push(good(2 * index));
        plans.push(good(2 * index + 1));
    }
    let runs = engine.run_all(&plans, &|_| {});
    let mut problems = Vec::new();
    for (index, (attack, runs)) in attacks.iter().zip(runs.chunks(3)).enumerate() {
        problems.extend(wrong_with_attack(attack, &runs[0]));
        for (run, number) in runs[1..].iter().zip(2 * index..) {
            problems
                .extend(wrong_with_good(run, number).map(|wrong| format!("near {}: {wrong}", attack.name)));
        }
    }
    drop(engine);
    problems.extend(world.children_left().into_iter().map(|left| format!("a process is left: {left}")));
    problems.extend(world.files_left().into_iter().map(|left| format!("a file is left: {left}")));
    problems.extend(changes(&before, &world.snapshot()));
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
    let time = start.elapsed();
    println!("{} attacks, {} good examples in {time:.1?}", attacks.len(), 2 * attacks.len());
    assert!(time < Duration::from_secs(60), "{time:?}");
}

/// Whether the layers are there that this mode is about. Attacks that would do harm if none held
/// are not tried where a harmless one gets through.
fn is_fit(mode: Mode, engine: &Engine, world: &World) -> bool {
    let sandbox = engine.sandbox();
    if mode.namespaces != (sandbox.pid_namespace && sandbox.mount_namespace && sandbox.hidden_files) {
        println!("NOT TESTED: {}: namespaces are not as they should be here: {sandbox:?}", mode.name);
        assert!(mode.namespaces, "they were to be refused");
        return false;
    }
    if !mode.namespaces && sandbox.landlock != "full" {
        println!("NOT TESTED: {}: Landlock is not to be had in full here: {sandbox:?}", mode.name);
        return false;
    }
    let harmless = world.fill_in(attack::refused(
        "harmless",
        &[
            "lambda: os.kill(PARENT, 0)",
            "lambda: open('HOME/secret.txt', 'r+')",
            "lambda: open('HOME/new', 'w')",
            "lambda: os.chmod('HOME/secret.txt', 0o600)",
            "lambda: os.rename('HOME/secret.txt', 'HOME/moved.txt')",
        ],
    ));
    let run = engine.run_all(&[Plan::module(harmless.source)], &|_| {}).remove(0);
    assert_eq!(run.ending, Ending::Exited(0), "no attack is tried: {}", run.stderr.text);
    true
}

fn all_attacks() -> Vec<Attack> {
    [
        time::attacks(),
        memory::attacks(),
        processes::attacks(),
        output::attacks(),
        files::attacks(),
        network::attacks(),
        signals::attacks(),
        runner::attacks(),
        namespaces::attacks(),
        proc::attacks(),
        interpreter::attacks(),
        exhaustion::attacks(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn limits_for(attack: &Attack) -> Limits {
    // What ends by itself has plenty of time, so that a slow machine changes no ending.
    let time_ms = if attack.expected.is_timeout() { 600 } else { 6000 };
    Limits { time_ms, memory: 500 << 20, ..Limits::default() }
}

fn wrong_with_attack(attack: &Attack, run: &Run) -> Option<String> {
    let is_right = attack.expected.fits(&run.ending)
        && attack.left_behind.contains(&run.left_behind)
        && run.stdout.text.len() <= 3 << 20;
    let (name, expected, Run { ending, left_behind, stderr, .. }) = (attack.name, attack.expected, run);
    (!is_right).then(|| {
        format!(
            "{name}: {ending:?}, not {expected:?}; left {left_behind}, not {:?}; {}",
            attack.left_behind, stderr.text
        )
    })
}

/// A good example: one of several that need what attacks are after.
fn good(number: usize) -> Plan {
    let work = match number % 5 {
        0 => "import time; time.sleep(0.01); value = number",
        1 => {
            "import subprocess\nvalue = int(subprocess.run(['echo', str(number)], capture_output=True).stdout)"
        }
        2 => {
            "import threading\nvalues = []\nthread = threading.Thread(target=values.append, args=(number,))\nthread.start(); thread.join(); value = values[0]"
        }
        3 => {
            "import json\nwith open('file', 'w') as f: json.dump(number, f)\nvalue = json.load(open('file'))"
        }
        _ => {
            "import asyncio\nasync def later(): await asyncio.sleep(0); return number\nvalue = asyncio.run(later())"
        }
    };
    let source = format!(
        "import os\nassert os.listdir('.') == ['example.py'], os.listdir('.')\nassert os.getpriority(0, 0) == 0\n\
         number = {number}\n{work}\nprint('good', value, sum(range(1000)))\n"
    );
    let limits = Limits { time_ms: 20_000, ..Limits::default() };
    Plan { limits, ..Plan::module(source) }
}

fn wrong_with_good(run: &Run, number: usize) -> Option<String> {
    let is_right = run.ending == Ending::Exited(0)
        && run.stdout.text == format!("good {number} 499500\n")
        && run.stderr.text.is_empty()
        && run.left_behind == 0;
    (!is_right).then(|| {
        format!(
            "good {number}: {:?}, left {}; {} {}",
            run.ending, run.left_behind, run.stdout.text, run.stderr.text
        )
    })
}
