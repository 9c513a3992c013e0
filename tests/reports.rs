//! Reports for machines, from a document to the file: one run gives as many as are wanted, a stored
//! report gives the same, events come while examples run, and what is written is valid in the eyes of
//! schemas and readers that are not ours (`tests/validators/`).

#![allow(clippy::print_stderr, reason = "a test that is left out says so")]
#[path = "support/program.rs"]
mod program;

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use clap::ValueEnum;
use serde_json::Value;
use truedoc::report::Format;

/// A document with claims true, false and undecided, and with an example that does not run.
const GUIDE: &str = "# Numbers\n\n```python\nx = 257\nx + 1  # 258\nx + 2  # 258\nx.real  # usually 257\n```\n\n```python\n1 / 0\n```\n\n```python\nimport no_such_package_at_all\n```\n";

/// Each format that is rendered from a report, with the file that [`write_all`] writes it to.
const RENDERED: [(&str, &str); 7] = [
    ("json", "report.json"),
    ("markdown", "report.md"),
    ("csv", "report.csv"),
    ("junit", "junit.xml"),
    ("sarif", "truedoc.sarif"),
    ("github", "annotations.txt"),
    ("gitlab", "gitlab.json"),
];

fn truedoc(folder: &Path) -> Command {
    let mut command = program::truedoc();
    command.current_dir(folder);
    for name in ["GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"] {
        command.env_remove(name);
    }
    command
}

fn with_guide() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("guide.md"), GUIDE).unwrap();
    folder
}

/// Checks with every format at once; the reports lie in `out`.
fn write_all(folder: &Path, out: &Path, arguments: &[&str]) -> Output {
    let mut command = truedoc(folder);
    command.args(["check", "--quiet"]).args(arguments);
    for (format, file) in RENDERED.into_iter().chain([("events", "events.jsonl")]) {
        command.arg(format!("--report={format}={}", out.join(file).display()));
    }
    command.output().unwrap()
}

#[test]
fn a_stored_report_gives_the_same_bytes() {
    let (folder, out) = (with_guide(), tempfile::tempdir().unwrap());
    write_all(folder.path(), out.path(), &["guide.md"]);
    for (format, file) in RENDERED {
        let again = truedoc(folder.path())
            .args(["report", "--format", format])
            .arg(out.path().join("report.json"))
            .output()
            .unwrap();
        let written = fs::read(out.path().join(file)).unwrap();
        assert!(!written.is_empty(), "{format}");
        assert_eq!(String::from_utf8_lossy(&again.stdout), String::from_utf8_lossy(&written), "{format}");
    }
}

#[test]
fn the_exit_status_does_not_depend_on_the_format() {
    let folder = with_guide();
    fs::write(folder.path().join("true.md"), "`1 + 1` is `2`.\n").unwrap();
    fs::write(folder.path().join("none.md"), "No code.\n").unwrap();
    let formats = RENDERED.iter().map(|(format, _)| *format).chain(["full", "concise", "events"]);
    for format in formats {
        for (document, status) in [("guide.md", 1), ("true.md", 0), ("none.md", 3)] {
            let output =
                truedoc(folder.path()).args(["check", "--format", format, document]).output().unwrap();
            assert_eq!(output.status.code(), Some(status), "{format} {document}");
        }
    }
}

#[test]
fn the_terminal_is_as_ever_beside_other_reports() {
    let (folder, out) = (with_guide(), tempfile::tempdir().unwrap());
    let alone = truedoc(folder.path()).args(["check", "--quiet", "guide.md"]).output().unwrap();
    let beside = write_all(folder.path(), out.path(), &["guide.md"]);
    assert_eq!(String::from_utf8_lossy(&beside.stdout), String::from_utf8_lossy(&alone.stdout));
    assert_eq!(beside.status.code(), alone.status.code());
}

#[test]
fn a_report_that_cannot_be_written_is_known_before_anything_runs() {
    let folder = with_guide();
    for (arguments, said) in [
        (["--report=junit=gone/a.xml", "--report=json=b.json"], "gone"),
        (["--report=junit=a.xml", "--report=sarif=a.xml"], "two reports would go to `a.xml`"),
        (["--report=junit=a.xml", "--output=a.xml"], "two reports would go to `a.xml`"),
        (["--report=xunit=a.xml", "--quiet"], "`xunit` is no format"),
    ] {
        let output = truedoc(folder.path()).args(["check", "guide.md"]).args(arguments).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(said), "{error}");
        assert!(!folder.path().join("b.json").exists() && !folder.path().join("a.xml").exists());
    }
}

#[test]
fn events_come_while_examples_run() {
    let folder = tempfile::tempdir().unwrap();
    let text = "```python\nprint('first')\n```\n\n```python\nimport time\ntime.sleep(3)\n```\n";
    fs::write(folder.path().join("slow.md"), text).unwrap();
    let start = Instant::now();
    let mut child = truedoc(folder.path())
        .args(["check", "--quiet", "--jobs", "2", "--format", "events", "slow.md"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = Vec::new();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    for line in stdout.lines() {
        let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
        told.push((event["event"].as_str().unwrap().to_owned(), event, start.elapsed()));
    }
    child.wait().unwrap();
    let names: Vec<&str> = told.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names[0], "run-started");
    assert_eq!(names[names.len() - 2..], ["document-finished", "run-finished"]);
    let ends: Vec<_> = told.iter().filter(|(name, ..)| name == "example-finished").collect();
    assert_eq!(ends.len(), 2, "{names:?}");
    // The first was told at its own end, and not with the second or with the verdicts.
    let apart = ends[1].2 - ends[0].2;
    assert!(apart.as_secs_f64() > 1.5, "{apart:?}");
    assert_eq!(ends[0].1["example"], "slow/top#1");
}

#[test]
fn whoever_has_seen_enough_events_may_go() {
    let folder = with_guide();
    let mut child = truedoc(folder.path())
        .args(["check", "--quiet", "--format", "events", "guide.md"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("run-started"), "{first}");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing_half_written() {
    let (folder, out) = (with_guide(), tempfile::tempdir().unwrap());
    for arguments in [
        ["--format=events", "--output=/dev/full"],
        ["--report=events=/dev/full", "--format=concise"],
        ["--report=junit=/dev/full", "--format=concise"],
        ["--format=sarif", "--output=/dev/full"],
    ] {
        let other = out.path().join("gitlab.json");
        let output = truedoc(folder.path())
            .args(["check", "guide.md"])
            .args(arguments)
            .arg(format!("--report=gitlab={}", other.display()))
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(4), "{arguments:?}: {error}");
        assert!(error.contains("No space left on device"), "{error}");
        assert!(other.exists(), "{arguments:?}: one report that fails does not keep the others from it");
        fs::remove_file(other).unwrap();
    }
}

#[test]
fn a_job_of_github_is_annotated_without_being_asked() {
    let folder = with_guide();
    let summary = folder.path().join("summary.md");
    fs::write(&summary, "before\n").unwrap();
    let output = truedoc(folder.path())
        .args(["check", "--quiet", "guide.md"])
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", &summary)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let token = text.lines().next().unwrap().strip_prefix("::stop-commands::").unwrap();
    let (report, annotations) = text.split_once(&format!("\n::{token}::\n")).unwrap();
    assert!(report.contains("claimed here"), "{report}");
    assert!(annotations.starts_with("::error file=guide.md,line=6,"), "{annotations}");
    let summary = fs::read_to_string(&summary).unwrap();
    assert!(summary.starts_with("before\n## truedoc: failed, 1 finding\n"), "{summary}");
    let asked = truedoc(folder.path())
        .args(["check", "--format", "concise", "guide.md"])
        .env("GITHUB_ACTIONS", "true")
        .output()
        .unwrap();
    assert!(!String::from_utf8_lossy(&asked.stdout).contains("::"), "another format was asked for");
}

/// `docs/formats.md` tells of every format that there is, and of no other.
#[test]
fn every_format_is_told_of() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/formats.md");
    let page = fs::read_to_string(page).unwrap();
    let table = page.split("| format |").nth(1).unwrap().split("\n\n").next().unwrap();
    let mut told: Vec<&str> = table.lines().skip(2).map(|row| row.split('`').nth(1).unwrap()).collect();
    let names = Format::value_variants().iter().map(|format| format.to_possible_value().unwrap());
    let mut known: Vec<String> = names.map(|value| value.get_name().to_owned()).collect();
    told.sort_unstable();
    known.sort_unstable();
    assert_eq!(told, known);
}

/// The python of `tests/validators/set_up.sh`; none where that was not run.
fn validators() -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?.join("validators/bin/python");
    let found = python.is_file().then_some(python);
    if found.is_none() {
        eprintln!("NOT TESTED: reports are not validated; run tests/validators/set_up.sh first");
    }
    found
}

/// What the validators say of the reports of a check in a folder: whether all is well, and the words.
fn validated(python: &Path, folder: &Path, out: &Path) -> (bool, String) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/validators/validate.py");
    let output = Command::new(python).arg(script).arg(out).current_dir(folder).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn reports_of_the_corpus_are_valid() {
    let Some(python) = validators() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for arguments in [&["corpus", "README.md"][..], &["--no-expectations", "corpus"]] {
        let out = tempfile::tempdir().unwrap();
        write_all(root, out.path(), arguments);
        let (is_valid, said) = validated(&python, root, out.path());
        assert!(is_valid, "{arguments:?}\n{said}");
    }
}

#[test]
fn reports_of_hostile_documents_are_valid() {
    let Some(python) = validators() else { return };
    let (folder, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let write = |name: &OsStr, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
    let hostile = "# ]]> <b>&amp; 🎉\n\n```python\nprint('a\\x00\\x1b[2J]]>\\u202e\\ufffe%0A::error::x')  # ]]> \u{1b}[2J🎉 <!-- &lt; %0A\nlen('é')  # 2 ::error::, \"quoted\" 'both'\n'=1+1'  # '=2+2'\n'@x' + '-'  # '+y'\n```\n\nOutput:\n\n```\n::error::stop\u{7}\u{b}\u{c}\n##[error]x\n```\n";
    write("a b#?%:ü🎉.md".as_ref(), hostile.as_bytes());
    write("=1+1.md".as_ref(), hostile.replace('\n', "\r\n").as_bytes());
    write("::error file=x,line=1::.md".as_ref(), hostile.as_bytes());
    write(OsStr::from_bytes(b"not\xffutf8.md"), b"`1` is `2`\n\xff\xfe `1+1` is `3`\n");
    write("latin.txt".as_ref(), b"x = 'caf\xe9'\nx  # 'th\xe9'\n");
    let long = format!(
        "```python\n'x' * 100000  # '{}'\nprint('y' * 90000)  # {}\n```\n",
        "z".repeat(90_000),
        "y".repeat(500)
    );
    write("long.md".as_ref(), long.as_bytes());
    let output = write_all(folder.path(), out.path(), &["."]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let (is_valid, said) = validated(&python, folder.path(), out.path());
    assert!(is_valid, "{said}");
    let report: Value = serde_json::from_slice(&fs::read(out.path().join("report.json")).unwrap()).unwrap();
    assert!(report["summary"]["refuted"].as_u64().unwrap() >= 12, "{}", report["summary"]);
}

#[test]
fn the_validators_see_what_is_wrong() {
    let Some(python) = validators() else { return };
    let (folder, out) = (with_guide(), tempfile::tempdir().unwrap());
    write_all(folder.path(), out.path(), &["guide.md"]);
    let (is_valid, said) = validated(&python, folder.path(), out.path());
    assert!(is_valid, "{said}");
    for (file, right, wrong) in [
        ("report.json", "\"sha256\": \"", "\"sha256\": \"x"),
        ("events.jsonl", "\"ending\":\"exited\"", "\"ending\":\"gone\""),
        ("junit.xml", "<testcase ", "<testcase line=\"3\" "),
        ("junit.xml", "failures=\"1\"", "failures=\"2\""),
        ("truedoc.sarif", "\"startLine\": 6", "\"startLine\": 0"),
        ("gitlab.json", "\"severity\": \"major\"", "\"severity\": \"bad\""),
        ("report.csv", "guide.md,6,", "guide.md,7,"),
    ] {
        let path = out.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(right), "{file}: {text}");
        fs::write(&path, text.replace(right, wrong)).unwrap();
        let (is_valid, said) = validated(&python, folder.path(), out.path());
        assert!(!is_valid, "{file} with {wrong}: {said}");
        fs::write(&path, text).unwrap();
    }
}
