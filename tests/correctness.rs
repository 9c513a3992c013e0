//! `docs/correctness.md` is the correctness table of the corpus. After a change of the corpus or of
//! what is found in it, run this once with TRUEDOC_WRITE_DOCS=1.

#![allow(clippy::print_stderr, reason = "a test that is left out says so")]
#[path = "support/program.rs"]
mod program;

use std::path::Path;

#[test]
fn the_table_of_the_corpus_is_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let report = folder.path().join("report.json");
    let truedoc = |arguments: &[&str]| {
        let output = program::truedoc().args(arguments).current_dir(root).output().expect("it starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let path = report.to_str().expect("a path in UTF-8");
    // Alike on machines with and without the servers that documents of the corpus talk to.
    truedoc(&["check", "--quiet", "--no-mends", "--no-services", "--format", "json", "--output", path]);
    let table = truedoc(&["report", path]);
    let page = root.join("docs/correctness.md");
    if std::env::var_os("TRUEDOC_WRITE_DOCS").is_some() {
        std::fs::write(&page, &table).expect("written");
    }
    let stored = std::fs::read_to_string(&page).expect("docs/correctness.md");
    let version = |text: &str| {
        let line = text.lines().nth(2).unwrap_or_default();
        line.split(". ").next().unwrap_or_default().rsplit_once('.').map(|(minor, _)| minor.to_owned())
    };
    // Messages of exceptions differ between versions of Python, and claims that depend on it.
    if version(&stored) != version(&table) {
        eprintln!("NOT TESTED: docs/correctness.md is of another version of Python");
        return;
    }
    let differing = stored.lines().skip(3).zip(table.lines().skip(3)).find(|(stored, fresh)| stored != fresh);
    assert_eq!(differing, None, "run it with TRUEDOC_WRITE_DOCS=1");
    assert_eq!(stored.lines().count(), table.lines().count(), "run it with TRUEDOC_WRITE_DOCS=1");
}
