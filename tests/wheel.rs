//! The wheel, as a user has it: installed with pip into a fresh virtual environment of each Python of
//! this machine, in a folder and with a PATH that know nothing of Rust. `.ci/run` builds it first.

#![allow(clippy::print_stderr, reason = "a test that is left out says so")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rayon::prelude::*;
use serde_json::Value;
use truedoc::interpreters::{Places, Python, find};

const GUIDE: &str =
    "```python\nimport sys\nlen('abc')  # 3\nlen('abc')  # 4\nsys.prefix != sys.base_prefix  # True\n```\n";
const MOST_BYTES: u64 = 15_000_000;

/// The wheel that `TRUEDOC_WHEEL` names.
fn wheel() -> Option<PathBuf> {
    let wheel = std::env::var_os("TRUEDOC_WHEEL").map(PathBuf::from);
    if wheel.is_none() {
        eprintln!("NOT TESTED: TRUEDOC_WHEEL names no wheel (`.ci/run` builds one)");
    }
    wheel
}

fn pythons() -> Vec<Python> {
    let places = Places::of_machine(None);
    let find = |version: &&str| match find(version, &places) {
        Ok(python) => Some(python),
        Err(error) => {
            eprintln!("NOT TESTED: {error}");
            None
        }
    };
    ["3.9", "3.10", "3.11", "3.12", "3.13"].iter().filter_map(find).collect()
}

fn run(program: &Path, arguments: &[&str], folder: &Path) -> Output {
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", folder)
        .env("LANG", "C.UTF-8")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Installs the wheel into an environment of its own, and gives the folder of its programs.
fn installed(wheel: &Path, python: &Python, folder: &Path) -> PathBuf {
    fs::write(folder.join("guide.md"), GUIDE).unwrap();
    let made = run(&python.executable, &["-m", "venv", "venv"], folder);
    assert!(made.status.success(), "{python:?}: {}", text(&made.stderr));
    let programs = folder.join("venv/bin");
    let install = ["-m", "pip", "install", "--quiet", "--no-index", wheel.to_str().unwrap()];
    let output = run(&programs.join("python"), &install, folder);
    assert!(output.status.success(), "{python:?}: {}", text(&output.stderr));
    programs
}

fn verdicts(report: &Value) -> Vec<&str> {
    let claims = report["documents"][0]["examples"][0]["claims"].as_array().unwrap();
    claims.iter().map(|claim| claim["verdict"].as_str().unwrap()).collect()
}

fn check_installed(wheel: &Path, python: &Python) {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let programs = installed(wheel, python, folder);
    let own = programs.join("python");
    let check = ["check", "--format", "json", "guide.md"];
    let by_module = [&["-m", "truedoc"][..], &check].concat();
    for output in [run(&programs.join("truedoc"), &check, folder), run(&own, &by_module, folder)] {
        assert_eq!(output.status.code(), Some(1), "{python:?}: {}", text(&output.stderr));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let interpreter = &report["interpreters"][0];
        assert_eq!(interpreter["executable"].as_str(), own.to_str(), "it runs with its own environment");
        assert_eq!(interpreter["version"], python.version.as_str());
        assert_eq!(verdicts(&report), ["confirmed", "refuted", "confirmed"], "{python:?}");
        assert_eq!(report["sandbox"]["seccomp"], true);
    }
    let help = run(&own, &["-m", "truedoc", "--version"], folder);
    assert_eq!(
        (help.status.code(), text(&help.stdout)),
        (Some(0), format!("truedoc {}\n", env!("CARGO_PKG_VERSION")))
    );
    let wrong = run(&programs.join("truedoc"), &["check", "absent.md"], folder);
    assert_eq!(wrong.status.code(), Some(2), "{}", text(&wrong.stderr));
    assert!(text(&wrong.stderr).starts_with("error: "), "{}", text(&wrong.stderr));
}

#[test]
fn one_wheel_installs_and_checks_under_every_python() {
    let Some(wheel) = wheel() else { return };
    let size = fs::metadata(&wheel).unwrap().len();
    assert!(size < MOST_BYTES, "the wheel has {size} bytes");
    let name = wheel.file_name().unwrap().to_str().unwrap();
    assert!(name.contains("-cp39-abi3-"), "{name}");
    pythons().par_iter().for_each(|python| check_installed(&wheel, python));
}

#[test]
fn an_installed_truedoc_runs_other_pythons_too() {
    let Some(wheel) = wheel() else { return };
    let pythons = pythons();
    let (Some(first), Some(last)) = (pythons.first(), pythons.last()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let programs = installed(&wheel, last, folder.path());
    let program = first.executable.to_str().unwrap();
    let arguments = ["check", "--format", "json", "--python", program, "--python", "venv", "guide.md"];
    let output = run(&programs.join("truedoc"), &arguments, folder.path());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let versions: Vec<&str> = report["interpreters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|interpreter| interpreter["version"].as_str().unwrap())
        .collect();
    assert_eq!(versions, [first.version.as_str(), last.version.as_str()]);
}

#[test]
fn ctrl_c_ends_it() {
    let Some(wheel) = wheel() else { return };
    let Some(python) = pythons().pop() else { return };
    let folder = tempfile::tempdir().unwrap();
    let programs = installed(&wheel, &python, folder.path());
    fs::write(folder.path().join("guide.md"), "```python\nimport time\ntime.sleep(60)\n```\n").unwrap();
    let mut checking = Command::new(programs.join("truedoc"))
        .args(["check", "--timeout", "60s", "guide.md"])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_secs(3));
    let process = nix::unistd::Pid::from_raw(checking.id() as i32);
    let started = std::time::Instant::now();
    nix::sys::signal::kill(process, nix::sys::signal::Signal::SIGINT).unwrap();
    assert!(!checking.wait().unwrap().success());
    assert!(started.elapsed() < std::time::Duration::from_secs(10), "{:?}", started.elapsed());
}
