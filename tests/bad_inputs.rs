//! What a user sees when the input is wrong: one clear sentence and an exit status, never a panic.

#[path = "support/program.rs"]
mod program;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A folder with files, away from any settings.
fn folder_with(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn truedoc(folder: &Path, arguments: &[&str]) -> Output {
    program::truedoc().args(arguments).current_dir(folder).output().unwrap()
}

/// Runs a check that must fail, and gives what it said.
#[track_caller]
fn failing(folder: &Path, arguments: &[&str], status: i32) -> String {
    let output = truedoc(folder, arguments);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(status), "{message}");
    assert!(message.starts_with("error: "), "{message}");
    assert!(!message.contains("panicked"), "{message}");
    message
}

#[track_caller]
fn one_sentence(message: &str, part: &str) {
    assert!(message.contains(part), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
}

#[test]
fn a_missing_path() {
    let folder = folder_with(&[]);
    let message = failing(folder.path(), &["check", "gone.md"], 2);
    one_sentence(&message, "`gone.md` does not exist");
}

#[test]
fn an_empty_folder() {
    let folder = folder_with(&[("code.rs", b"let x = 1;\n")]);
    one_sentence(&failing(folder.path(), &["check"], 3), "no documents in `.`");
    one_sentence(&failing(folder.path(), &["extract", "."], 3), "*.md");
}

#[test]
fn a_binary_file_named_as_markdown() {
    let folder = folder_with(&[("picture.md", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0")]);
    one_sentence(&failing(folder.path(), &["check", "."], 2), "`picture.md` is a binary file");
}

#[test]
fn a_line_of_50_megabytes() {
    let folder = folder_with(&[("long.md", &vec![b'x'; 50 << 20])]);
    let start = Instant::now();
    one_sentence(
        &failing(folder.path(), &["check", "."], 2),
        "`long.md` has a line of more than 1 MiB (line 1)",
    );
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn every_bad_document_is_named() {
    let folder = folder_with(&[("a.md", b"\0"), ("b.md", b"Words only.\n"), ("c.md", b"\0")]);
    let message = failing(folder.path(), &["check", "."], 2);
    assert_eq!(message.lines().count(), 2, "{message}");
    assert!(message.lines().all(|line| line.starts_with("error: ")), "{message}");
}

#[test]
fn a_setting_of_the_wrong_type() {
    let folder =
        folder_with(&[("truedoc.toml", b"paths = ['.']\njobs = 'two'\n"), ("a.md", b"Words only.\n")]);
    let message = failing(folder.path(), &["check"], 2);
    assert!(message.contains("truedoc.toml:2:8") && message.contains("^^^^^"), "{message}");
}

#[test]
fn an_unknown_setting() {
    let folder = folder_with(&[("truedoc.toml", b"tiemout = '1s'\n"), ("a.md", b"Words only.\n")]);
    let message = failing(folder.path(), &["check"], 2);
    assert!(message.contains("unknown key `tiemout`"), "{message}");
    assert!(message.contains("did you mean `timeout`?"), "{message}");
}

#[test]
fn a_mistake_in_the_expectations() {
    let folder = folder_with(&[("a.md", b"Words only.\n")]);
    fs::create_dir(folder.path().join("expectations")).unwrap();
    let text = "version: 1\ndocument: a.md\nclaim: []\n";
    fs::write(folder.path().join("expectations/a.yaml"), text).unwrap();
    let message = failing(folder.path(), &["check"], 2);
    assert!(message.contains("expectations/a.yaml:3:1"), "{message}");
}

/// Root may read everything, so the program runs without rights there.
#[test]
fn an_unreadable_file() {
    let folder = folder_with(&[("secret.md", b"Words only.\n")]);
    let secret = folder.path().join("secret.md");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    if fs::read(&secret).is_err() {
        let message = failing(folder.path(), &["check", "."], 2);
        one_sentence(&message, "`secret.md` cannot be read: permission denied");
        return;
    }
    // The program is copied, since its usual folder may be closed to others.
    let program = folder.path().join("program");
    fs::copy(env!("CARGO_BIN_EXE_truedoc"), &program).unwrap();
    let setpriv = ["--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all", "--"];
    let mut command = Command::new("setpriv");
    command.args(setpriv).arg(&program).args(["check", "."]).current_dir(folder.path());
    let Ok(output) = command.output() else {
        panic!("this test needs `setpriv` (util-linux) when it runs as root");
    };
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    one_sentence(&message, "`secret.md` cannot be read: permission denied");
}

#[test]
fn a_report_that_cannot_be_written() {
    let folder = folder_with(&[("a.md", b"Words only.\n")]);
    let message = failing(folder.path(), &["check", "--output", "gone/report.json"], 2);
    one_sentence(&message, "the folder `gone` does not exist");
}

#[test]
fn wrong_usage() {
    let folder = folder_with(&[]);
    let message = failing(folder.path(), &["check", "--timeout", "10"], 2);
    assert!(message.contains("write a number and a unit"), "{message}");
    failing(folder.path(), &["check", "--quiet", "--verbose"], 2);
    failing(folder.path(), &["chekc"], 2);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = folder_with(&[("a.md", b"Words only.\n")]);
    let mut command = program::truedoc();
    command.args(["extract", "."]).current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn colours_are_for_terminals() {
    let folder = folder_with(&[("a.md", b"Words only.\n")]);
    let output = truedoc(folder.path(), &["check", "--color", "always", "."]);
    assert!(output.stdout.contains(&0x1b));
    for arguments in [&["check", "."][..], &["check", "--color", "never", "."]] {
        let output = truedoc(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(3));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("nothing to check: no Python example in 1 document"), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
        assert!(output.stderr.is_empty(), "no progress bar where there is no terminal");
    }
}

#[test]
fn a_report_goes_to_its_file() {
    let folder = folder_with(&[("a.md", b"Words only.\n")]);
    let output = truedoc(folder.path(), &["check", "--format", "json", "--output", "report.json", "."]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(output.stdout, b"");
    let report = fs::read_to_string(folder.path().join("report.json")).unwrap();
    assert!(report.contains("\"schema\": \"truedoc/report/1\""), "{report}");
    assert!(report.contains("\"path\": \"a.md\""), "{report}");
}
