//! The same pass and the same fail as `python -m doctest`, example by example: on modules of the
//! standard library of the very interpreter that runs the examples, and on a package of ours that
//! holds most of what doctest knows. `benches/doctest_fidelity` does the same on hundreds of files.

#[path = "support/program.rs"]
mod program;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Modules whose docstrings are alike in CPython 3.9 to 3.13.
const MODULES: [&str; 12] = [
    "_threading_local",
    "collections",
    "difflib",
    "fractions",
    "heapq",
    "http.cookies",
    "ipaddress",
    "json",
    "json.encoder",
    "pickletools",
    "statistics",
    "textwrap",
];
/// Steps by which truedoc takes an output for right that doctest does not: what is claimed is the
/// same value, or the same but for the digits that are not shown.
const LENIENT: [&str; 6] = ["value", "number", "ellipsis", "address", "white-space", "type-only"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn checked(files: &[PathBuf]) -> Value {
    let output = program::truedoc()
        .args(["check", "--no-expectations", "--quiet", "--format", "json"])
        .args(files)
        .current_dir(root())
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{said}");
    serde_json::from_slice(&output.stdout).expect("valid JSON")
}

/// The python that runs the examples.
fn python() -> String {
    let report = checked(&[root().join("tests/doctest_tree/notes.txt")]);
    report["interpreters"][0]["executable"].as_str().expect("a path").to_owned()
}

fn answer(python: &str, arguments: &[&str]) -> String {
    let output = Command::new(python)
        .args(arguments)
        .current_dir(root())
        .env_clear()
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONHASHSEED", "0")
        .env("LANG", "C.UTF-8")
        .env("LC_ALL", "C.UTF-8")
        .env("TZ", "UTC")
        .output()
        .expect("python starts");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What doctest finds in a file: line, source and outcome of each example.
fn doctest(python: &str, path: &Path, name: &str, root_folder: &str) -> Vec<(u64, String, String)> {
    let script = root().join("benches/doctest_fidelity/outcomes.py");
    let path = path.to_str().expect("UTF-8");
    let json = answer(python, &[script.to_str().expect("UTF-8"), path, name, root_folder]);
    let entries: Vec<Value> = serde_json::from_str(&json).expect("valid JSON");
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    entries
        .iter()
        .map(|entry| (entry["line"].as_u64().unwrap_or(0), text(entry, "source"), text(entry, "outcome")))
        .collect()
}

/// What truedoc says of each input of a document, by its line: a verdict and the step or reason of
/// it, or `silent`, `printed`, `raised` where nothing is claimed.
fn findings(document: &Value) -> BTreeMap<u64, (String, String)> {
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let mut found = BTreeMap::new();
    for example in list(document, "examples") {
        let lines: Vec<u64> =
            list(&example, "inputs").iter().filter_map(|input| input["line"].as_u64()).collect();
        for input in list(&example, "inputs") {
            let raised = input["raised"].as_str();
            let printed = input["output"].as_str().is_some_and(|output| !output.is_empty());
            let what = raised.map_or(if printed { "printed" } else { "silent" }, |_| "raised");
            found.insert(input["line"].as_u64().unwrap_or(0), (what.to_owned(), String::new()));
        }
        for mark in list(&example, "marks").iter().filter(|mark| mark["meaning"] == "skip") {
            found.insert(mark["line"].as_u64().unwrap_or(0), ("skipped".to_owned(), String::new()));
        }
        for claim in list(&example, "claims").iter().filter(|claim| claim["origin"] == "doctest") {
            let below = claim["line"].as_u64().unwrap_or(0);
            let line = lines.iter().copied().filter(|line| *line <= below).max().unwrap_or(0);
            let why = claim["match"].as_str().or(claim["reason"].as_str()).unwrap_or_default();
            let verdict = claim["verdict"].as_str().unwrap_or_default();
            found.insert(line, (verdict.to_owned(), why.to_owned()));
        }
    }
    found
}

fn agree(outcome: &str, finding: Option<&(String, String)>) -> bool {
    let Some((verdict, why)) = finding else { return false };
    match (outcome, verdict.as_str()) {
        ("passed", "confirmed" | "silent") | ("failed", "refuted" | "raised" | "printed") => true,
        ("failed", "confirmed") => LENIENT.contains(&why.as_str()),
        // It needs a name that nobody binds: wrong for doctest, not to be told for truedoc.
        ("failed", "undecided") => why == "needs-name",
        ("skipped", "skipped") => true,
        ("skipped", "undecided") => why == "marked",
        _ => false,
    }
}

/// Compares the outcomes on some files, each with its module and the folder that this is imported
/// from; gives how many examples passed and failed.
fn compare(python: &str, files: &[(PathBuf, String, String)]) -> (usize, usize) {
    let paths: Vec<PathBuf> = files.iter().map(|(path, ..)| path.clone()).collect();
    let report = checked(&paths);
    let documents = report["documents"].as_array().expect("documents");
    let (mut passed, mut failed, mut different) = (0, 0, Vec::new());
    for (path, name, folder) in files {
        let own = |document: &&Value| {
            let shown = root().join(document["path"].as_str().unwrap_or_default());
            shown.canonicalize().ok() == path.canonicalize().ok()
        };
        let found = documents.iter().find(own).map(findings).unwrap_or_default();
        for (line, source, outcome) in doctest(python, path, name, folder) {
            passed += usize::from(outcome == "passed");
            failed += usize::from(outcome == "failed");
            let finding = found.get(&line);
            if !agree(&outcome, finding) {
                different.push(format!("{}:{line}: {source:?} {outcome}, {finding:?}", path.display()));
            }
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
    (passed, failed)
}

#[test]
fn modules_of_the_standard_library() {
    let python = python();
    let folder = answer(&python, &["-c", "import sysconfig; print(sysconfig.get_path('stdlib'))"]);
    let file = |name: &str| {
        let path = Path::new(folder.trim()).join(name.replace('.', "/"));
        let package = path.join("__init__.py");
        let path = if package.is_file() { package } else { path.with_extension("py") };
        (path, name.to_owned(), String::new())
    };
    let (passed, _) = compare(&python, &MODULES.map(file));
    assert!(passed > 400, "only {passed} examples");
}

/// How many examples of the tree pass and fail, as it is written.
const EXPECTED: (usize, usize) = (58, 6);

fn tree(root_folder: &Path) -> Vec<(PathBuf, String, String)> {
    let file = |path: &str, name: &str| {
        (root_folder.join(path), name.to_owned(), root_folder.to_str().expect("UTF-8").to_owned())
    };
    vec![
        file("shapes/__init__.py", "shapes"),
        file("shapes/box.py", "shapes.box"),
        file("shapes/unit.py", "shapes.unit"),
        (root_folder.join("notes.txt"), String::new(), String::new()),
    ]
}

#[test]
fn all_that_doctest_knows() {
    let (passed, failed) = compare(&python(), &tree(&root().join("tests/doctest_tree")));
    assert_eq!((passed, failed), EXPECTED);
}

/// Also where the cage hides the folder.
#[test]
fn a_package_below_tmp_is_imported() {
    let folder = tempfile::Builder::new().tempdir_in("/tmp").expect("a folder");
    std::fs::create_dir(folder.path().join("shapes")).expect("a folder");
    for (path, ..) in tree(folder.path()) {
        let name = path.strip_prefix(folder.path()).expect("below");
        std::fs::copy(root().join("tests/doctest_tree").join(name), &path).expect("copied");
    }
    let (passed, failed) = compare(&python(), &tree(folder.path()));
    assert_eq!((passed, failed), EXPECTED);
}
