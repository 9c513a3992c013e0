//! Programs that must give the bytes and the status of the same interpreter run as
//! `python example.py`: under the embedded interpreter, and under every CPython of this machine.

mod programs;

use std::path::Path;
use std::process::Command;

use truedoc::interpreters::{Places, Python};
use truedoc::run::{Ending, Engine, EngineSettings, Plan, Run};

use crate::common::{engine, run, settings, share};
use programs::{KNOWN, PROGRAMS, Program};

/// How a program ended, with status or signal, and what it wrote to stdout and stderr.
type Shown = (Ending, String, String);

/// What the plain interpreter gives.
fn plain(source: &str, python: &Path) -> Shown {
    use std::os::unix::process::ExitStatusExt;
    // The same path as in the sandbox, for it stands in every traceback: reached by a private mount
    // there, and here by replacing it in what was written.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("example.py");
    std::fs::write(&path, source).unwrap();
    let tools = python.parent().unwrap().display().to_string();
    // Whoever runs the tests may ignore some signals, as `nohup` does.
    let output = Command::new("env")
        .arg("--default-signal")
        .args([python, &path])
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", format!("{tools}:/usr/local/bin:/usr/bin:/bin"))
        .env("PYTHONHASHSEED", "0")
        .env("TZ", "UTC")
        .env("LANG", "C.UTF-8")
        .env("LC_ALL", "C.UTF-8")
        .env("HOME", folder.path())
        .env("PWD", folder.path())
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let ending = match output.status.code() {
        Some(code) => Ending::Exited(code),
        None => Ending::Signaled(output.status.signal().unwrap()),
    };
    let own = folder.path().display().to_string();
    let text = |bytes: &[u8]| hide(&String::from_utf8_lossy(bytes).replace(&own, "/tmp/example"));
    (ending, text(&output.stdout), text(&output.stderr))
}

fn sandboxed(run: Run) -> Shown {
    let ending = match run.ending {
        Ending::SyntaxError { .. } => Ending::Exited(1),
        ending => ending,
    };
    (ending, hide(&run.stdout.text), hide(&run.stderr.text))
}

/// The text without addresses of objects.
fn hide(text: &str) -> String {
    let mut parts = text.split("at 0x");
    let first = parts.next().unwrap_or_default().to_owned();
    parts
        .fold(first, |whole, part| whole + "at 0x" + part.trim_start_matches(|c: char| c.is_ascii_hexdigit()))
}

fn check_embedded(name: &str) {
    let program = PROGRAMS.iter().find(|program| program.name == name).unwrap();
    let interpreter = engine().interpreter();
    let minor = minor(&interpreter.version);
    if minor >= program.since {
        let got = sandboxed(run(Plan::module(program.source)));
        let expected = plain(program.source, Path::new(&interpreter.executable));
        match is_known(name, minor) {
            true => assert_ne!(got, expected, "{name} is known to differ"),
            false => assert_eq!(got, expected, "{name}"),
        }
    }
}

fn is_known(name: &str, minor: u32) -> bool {
    let applies = |minors: &[u32]| minors.is_empty() || minors.contains(&minor);
    KNOWN.iter().any(|(known, minors, _)| *known == name && applies(minors))
}

fn minor(version: &str) -> u32 {
    version.split('.').nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// All programs under every CPython of this minor version that the machine has.
fn check_version(wanted: u32) {
    let pythons = Places::of_machine(None).pythons();
    let pythons: Vec<Python> =
        pythons.into_iter().filter(|python| minor(&python.version) == wanted).collect();
    if pythons.is_empty() {
        println!("NOT TESTED: there is no CPython 3.{wanted} here");
    }
    for python in pythons {
        let differences = differences(&python);
        assert!(differences.is_empty(), "{python:?}: {}", differences.join("\n"));
    }
}

fn differences(python: &Python) -> Vec<String> {
    let _shared = share();
    let programs: Vec<&Program> =
        PROGRAMS.iter().filter(|program| minor(&python.version) >= program.since).collect();
    let settings = EngineSettings { python: Some(python.executable.clone()), ..settings() };
    let engine = Engine::start(&settings).unwrap();
    let plans: Vec<Plan> = programs.iter().map(|program| Plan::module(program.source)).collect();
    let runs = engine.run_all(&plans, &|_| {});
    let compare = |(program, run): (&&Program, Run)| {
        let (got, expected) = (sandboxed(run), plain(program.source, &python.executable));
        let is_known = is_known(program.name, minor(&python.version));
        let word = if is_known { "is known to differ" } else { "differs" };
        (is_known == (got == expected))
            .then(|| format!("{} {word}\n got      {got:?}\n expected {expected:?}", program.name))
    };
    programs.iter().zip(runs).filter_map(compare).collect()
}

#[test]
fn the_documentation_lists_what_differs() {
    let documented = std::fs::read_to_string("docs/fidelity.md").unwrap();
    let rows = documented.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let known: Vec<&str> = KNOWN.iter().map(|(name, ..)| *name).collect();
    assert_eq!(rows.collect::<Vec<_>>(), known);
    assert!(documented.contains(&format!("holds {} programs", PROGRAMS.len())), "{}", PROGRAMS.len());
}

macro_rules! versions {
    ($($name:ident: $minor:literal;)*) => {
        $(#[test] fn $name() { check_version($minor); })*
    };
}

versions! {
    every_program_on_3_9: 9;
    every_program_on_3_10: 10;
    every_program_on_3_11: 11;
    every_program_on_3_12: 12;
    every_program_on_3_13: 13;
    every_program_on_3_14: 14;
}

#[test]
fn a_virtual_environment_is_behaved_as() {
    let _shared = crate::common::share();
    let folder = tempfile::tempdir().unwrap();
    let venv = folder.path().join("venv");
    let made = Command::new(&engine().interpreter().executable)
        .args(["-m", "venv", "--without-pip"])
        .arg(&venv)
        .status()
        .unwrap();
    assert!(made.success());
    let python = venv.join("bin/python");
    let engine = Engine::start(&EngineSettings { python: Some(python.clone()), ..settings() }).unwrap();
    let plan = Plan::module("import sys; print(sys.executable, sys.prefix, sys.prefix != sys.base_prefix)");
    let run = engine.run_all(&[plan], &|_| {}).remove(0);
    assert_eq!(run.stdout.text, format!("{} {} True\n", python.display(), venv.display()), "{run:?}");
    let missing = EngineSettings { python: Some(folder.path().join("none")), ..settings() };
    let error = Engine::start(&missing).err().unwrap().to_string();
    assert!(error.starts_with("cannot run ") && error.contains("none"), "{error}");
}
