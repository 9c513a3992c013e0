//! What goes wrong around truedoc: readers that leave, disks that are full, places that cannot be
//! written, others that do the same at the same time, and very many examples.

#![allow(clippy::print_stdout, reason = "a test that is left out says so")]

#[path = "support/project.rs"]
mod project;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use project::{Project, said};
use serde_json::Value;

const FALSE: &str = "```python\n1 + 1  # 3\n```\n";

/// A document with so many findings that their report fills a pipe.
fn long_document() -> String {
    let mut text = String::from("# Many\n\n");
    for number in 0..100 {
        let long = "spam ".repeat(60);
        let _ = write!(text, "```python\n\"{number}\"  # '{long}'\n```\n\n");
    }
    text
}

#[test]
fn a_reader_that_leaves_is_no_trouble() {
    let project = Project::new(&[("many.md", &long_document())]);
    project.run(&["check", "--no-mends", "--format", "json", "--output", "report.json"]);
    fs::write(project.path().join("empty.json"), {
        let text = fs::read_to_string(project.path().join("report.json")).unwrap();
        let mut report: Value = serde_json::from_str(&text).unwrap();
        report["documents"] = Value::Array(Vec::new());
        report.to_string()
    })
    .unwrap();
    let commands = [
        ("check --no-mends --verbose", 1),
        ("check --no-mends --format concise", 1),
        ("check --no-mends --format json", 1),
        ("extract", 0),
        ("fix --diff", 1),
        ("report report.json", 0),
        ("diff empty.json report.json", 1),
        ("completions bash", 0),
        ("man", 0),
    ];
    for (command, status) in commands {
        let script = format!(
            "'{}' {command} | head -c 10 >/dev/null; echo ${{PIPESTATUS[0]}}",
            env!("CARGO_BIN_EXE_truedoc")
        );
        let mut shell = Command::new("bash");
        shell.args(["-c", &script]).current_dir(project.path()).env_remove("GITHUB_ACTIONS");
        let output = shell.env("XDG_CACHE_HOME", project.cache.path()).output().unwrap();
        let (stdout, stderr) = said(&output);
        assert_eq!(stdout, format!("{status}\n"), "{command}: {stderr}");
        assert!(!stderr.contains("error") && !stderr.contains("roken pipe"), "{command}: {stderr}");
    }
}

#[test]
fn a_standard_output_that_is_full_is_told() {
    let project = Project::new(&[("a.md", FALSE)]);
    for arguments in [&["check"][..], &["check", "--format", "json"], &["extract"], &["man"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = project.command(arguments).stdout(full).stderr(Stdio::piped()).output().unwrap();
        let (_, stderr) = said(&output);
        assert_eq!(output.status.code(), Some(4), "{arguments:?}: {stderr}");
        assert_eq!(
            stderr,
            "error: standard output cannot be written: No space left on device (os error 28)\n"
        );
    }
}

/// A file system of a few pages, mounted for a test and taken away after it.
struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// A disk below a project; none, which is said, where nothing may be mounted.
    fn mount(project: &Project) -> Option<SmallDisk> {
        let folder = project.cache.path().join("disk");
        fs::create_dir(&folder).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
            .arg(&folder)
            .stderr(Stdio::null())
            .status();
        if !mounted.is_ok_and(|status| status.success()) {
            println!("NOT TESTED: nothing can be mounted here, so there is no full and no read-only disk");
            return None;
        }
        Some(SmallDisk { folder })
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    /// Fills the disk up to its last byte.
    fn fill(&self) {
        let block = vec![b'x'; 4096];
        let mut file = fs::File::create(self.folder.join("filler")).unwrap();
        while std::io::Write::write_all(&mut file, &block).is_ok() {}
    }

    fn make_read_only(&self) {
        let remounted = Command::new("mount").args(["-o", "remount,ro"]).arg(&self.folder).status().unwrap();
        assert!(remounted.success());
    }

    /// The files of the disk with what they hold, but for what fills it.
    fn files(&self) -> Vec<(String, String)> {
        let mut found = files_below(&self.folder);
        found.retain(|(name, _)| !name.ends_with("filler"));
        found
    }
}

fn files_below(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            found.extend(files_below(&entry.path()));
        } else {
            let text = String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned();
            found.push((entry.path().to_str().unwrap().to_owned(), text));
        }
    }
    found.sort();
    found
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.folder).status();
    }
}

/// Puts what each command would replace on a disk, has something happen to the disk, and gives what
/// each command then says. Nothing of the disk may have changed.
fn refused(project: &Project, disk: &SmallDisk, happen: impl Fn(&SmallDisk)) -> Vec<(String, Output)> {
    let guide = "```python\n1 + 1  # 33333333\n```\n".repeat(120);
    project.write("guide.md", &guide);
    project.run(&["check", "--no-mends", "--format", "json", "--output", "report.json"]);
    fs::write(disk.path("guide.md"), FALSE.repeat(3)).unwrap();
    fs::write(disk.path("old.json"), "old").unwrap();
    fs::create_dir(disk.path("settings")).unwrap();
    project.run(&[
        "check",
        "--no-mends",
        "--baseline",
        &disk.path("known.json"),
        "--update-baseline",
        "guide.md",
    ]);
    let before = disk.files();
    assert_eq!(before.len(), 3, "{before:?}");
    happen(disk);
    let old = disk.path("old.json");
    let commands: Vec<Vec<String>> = [
        vec!["check", "--no-mends", "--format", "json", "--output", &old, "guide.md"],
        vec!["check", "--no-mends", "--report", &format!("json={old}"), "guide.md"],
        vec![
            "check",
            "--no-mends",
            "--baseline",
            &disk.path("known.json"),
            "--update-baseline",
            "report.json",
        ],
        vec!["report", "report.json", "--output", &old],
        vec!["diff", "report.json", "report.json", "--format", "json", "--output", &old],
        vec!["fix", &disk.path("guide.md")],
        vec!["init", &disk.path("settings")],
        vec!["extract", "--out", &disk.path("examples"), "guide.md"],
        vec!["man", "--out", &disk.path("man")],
    ]
    .into_iter()
    .map(|words| words.into_iter().map(str::to_owned).collect())
    .collect();
    let mut outputs = Vec::new();
    for command in commands {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let output = project.run(&words);
        let (stdout, stderr) = said(&output);
        let shown = format!("{}\n{stdout}{stderr}", command.join(" "));
        let now = disk.files();
        let kept: Vec<_> = before.iter().filter(|file| !now.contains(file)).collect();
        assert!(kept.is_empty(), "{kept:?} was changed by {shown}");
        let half: Vec<_> = now.iter().filter(|file| !before.contains(file)).collect();
        assert!(half.iter().all(|(name, text)| is_whole(name, text)), "{half:?} was left by {shown}");
        outputs.push((shown, output));
    }
    outputs
}

/// Whether a file that a command could still write is a whole one: pages and examples are many, each
/// written as a whole.
fn is_whole(name: &str, text: &str) -> bool {
    let is_one_of_many = name.contains("/examples/") || name.contains("/man/");
    is_one_of_many && !name.contains(".truedoc-") && text.ends_with('\n')
}

#[test]
fn a_full_disk_is_told_and_leaves_what_was_there() {
    let project = Project::new(&[]);
    let Some(disk) = SmallDisk::mount(&project) else { return };
    for (shown, output) in refused(&project, &disk, SmallDisk::fill) {
        let stderr = said(&output).1;
        assert!(matches!(output.status.code(), Some(2 | 4)), "{:?} of {shown}", output.status);
        assert!(stderr.starts_with("error: ") && stderr.contains("No space left on device"), "{shown}");
        assert!(!stderr.contains(".truedoc-"), "{shown}");
    }
}

#[test]
fn a_read_only_disk_is_told_before_anything_runs() {
    let project = Project::new(&[]);
    let Some(disk) = SmallDisk::mount(&project) else { return };
    for (shown, output) in refused(&project, &disk, SmallDisk::make_read_only) {
        let stderr = said(&output).1;
        assert!(matches!(output.status.code(), Some(2 | 4)), "{:?} of {shown}", output.status);
        assert!(stderr.starts_with("error: ") && stderr.to_lowercase().contains("read-only file"), "{shown}");
        assert_eq!(stderr.lines().count(), 1, "{shown}");
    }
}

/// As in a job in the background, or below `nohup`.
#[test]
fn signals_that_truedoc_was_told_to_ignore_reach_examples() {
    let interrupts =
        "```python\nimport os, signal\nos.kill(os.getpid(), signal.SIGINT)  # KeyboardInterrupt\n```\n";
    let looks = "```python\nimport signal\nsignal.getsignal(signal.SIGHUP).name  # 'SIG_DFL'\n```\n";
    let project = Project::new(&[("signals.md", &format!("{interrupts}\n{looks}"))]);
    for python in ["3.11", "3.12"] {
        let script =
            format!("trap '' INT HUP QUIT TERM; '{}' check --python {python}", env!("CARGO_BIN_EXE_truedoc"));
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).current_dir(project.path()).env("XDG_CACHE_HOME", project.cache.path());
        let output = shell.output().unwrap();
        let (stdout, stderr) = said(&output);
        if stderr.contains("no Python 3.") {
            println!("NOT TESTED: {stderr}");
            continue;
        }
        assert!(stdout.contains("2 claims: 2 confirmed"), "{stdout}{stderr}");
    }
}

#[test]
fn reports_written_at_once_are_whole() {
    let project = Project::new(&[("a.md", FALSE), ("b.md", &FALSE.repeat(20))]);
    let start = |document: &&str| {
        let arguments = ["check", "--no-mends", "--format", "json", "--output", "report.json", document];
        let mut command = project.command(&arguments);
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    for child in ["a.md", "b.md", "a.md", "b.md"].iter().map(start).collect::<Vec<_>>() {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", said(&output).1);
    }
    let report = fs::read_to_string(project.path().join("report.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&report).unwrap()["schema"], "truedoc/report/1");
    let mut left: Vec<_> = files_below(project.path()).into_iter().map(|(name, _)| name).collect();
    left.retain(|name| !name.ends_with(".md") && !name.ends_with("/report.json"));
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn corrections_at_once_give_the_corrected_document() {
    let project = Project::new(&[("a.md", &FALSE.repeat(10))]);
    let start = |_| {
        let mut command = project.command(&["fix", "a.md"]);
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    for child in (0..3).map(start).collect::<Vec<_>>() {
        let output = child.wait_with_output().unwrap();
        let stderr = said(&output).1;
        // Who comes late finds another document than was read, or nothing left to do.
        let is_well = output.status.success() || stderr.contains("was changed in the meantime");
        assert!(is_well, "{:?}: {stderr}", output.status);
    }
    let fixed = fs::read_to_string(project.path().join("a.md")).unwrap();
    assert_eq!(fixed, FALSE.replace("# 3", "# 2").repeat(10));
    assert_eq!(files_below(project.path()).len(), 1, "nothing is left behind");
}

/// Documents with 5,000 examples, of which every tenth makes a false claim.
#[test]
fn five_thousand_examples_are_checked_and_can_be_read() {
    let names: Vec<String> = (0..100).map(|number| format!("d{number:02}.md")).collect();
    let document = |number: usize| {
        let mut text = format!("# Document {number}\n\n");
        for example in 0..50 {
            let claimed = if example % 10 == 0 { -1 } else { example + 1 };
            let _ = write!(text, "```python\nx = {example}\nx + 1  # {claimed}\n```\n\n");
        }
        text
    };
    let texts: Vec<String> = (0..100).map(document).collect();
    let files: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    let project = Project::new(&files);
    let start = Instant::now();
    let output = project.run(&["check", "--no-mends"]);
    let took = start.elapsed();
    let (stdout, stderr) = said(&output);
    assert_eq!((output.status.code(), stderr.as_str()), (Some(1), ""));
    let lines: Vec<&str> = stdout.lines().collect();
    let summary = "failed: 5000 examples in 100 documents, 5000 ran, 5000 with claims; 5000 claims: 4500 confirmed, \
                   500 refuted, 0 undecided";
    assert_eq!((lines[0], *lines.last().unwrap()), (summary, summary));
    assert!(lines.len() < 450, "{} lines", lines.len());
    assert!(stdout.contains("\nand 470 more that are refuted\n"), "{stdout}");
    // Without optimisation, on a machine that does other things as well; it is a tenth of it otherwise.
    assert!(took.as_secs() < 240, "{took:?}");
    println!("5,000 examples in {took:.1?}, {} lines", lines.len());
}
