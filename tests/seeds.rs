//! The real documents, where they are at hand: they are not part of the repository. Facts about
//! them are recorded here; their text is not.

#![allow(clippy::print_stderr, reason = "a test that is left out says so")]
#[path = "support/program.rs"]
mod program;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if folder.join("seeds").is_dir() {
        return Some(folder);
    }
    eprintln!("NOT TESTED: ../shared/seeds is not here");
    None
}

fn report(shared: &Path) -> (Vec<u8>, Duration) {
    let started = Instant::now();
    let output = program::truedoc()
        .args(["check", "--no-expectations", "--format", "json"])
        .arg(shared.join("seeds"))
        .output()
        .expect("it starts");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    (output.stdout, started.elapsed())
}

#[test]
fn all_documents_are_judged_in_time_and_as_labelled() {
    let Some(shared) = shared() else { return };
    let (json, took) = report(&shared);
    let report: Value = serde_json::from_slice(&json).expect("valid JSON");
    let documents = report["documents"].as_array().expect("documents");
    assert_eq!(documents.len(), 5);
    assert!(took < Duration::from_secs(20), "it took {took:?}");
    let in_003 = documents
        .iter()
        .find(|document| document["path"].as_str().is_some_and(|path| path.contains("/003_")))
        .expect("003");
    let claim = in_003["examples"]
        .as_array()
        .expect("examples")
        .iter()
        .flat_map(|example| example["claims"].as_array().expect("claims"))
        .find(|claim| claim["line"] == 35)
        .expect("a claim on line 35");
    assert_eq!((claim["verdict"].as_str(), claim["actual"].as_str()), (Some("refuted"), Some("True")));
    hold_against_the_yardstick(&shared, &json);
}

fn hold_against_the_yardstick(shared: &Path, json: &[u8]) {
    let score = shared.join("yardstick/score.py");
    if !score.is_file() {
        eprintln!("NOT TESTED: ../shared/yardstick is not here");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("report.json");
    std::fs::write(&path, json).expect("written");
    let mut labels: Vec<PathBuf> = std::fs::read_dir(shared.join("yardstick/labels"))
        .expect("labels")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    labels.sort();
    let floors = [
        "extract_f1=0.99",
        "blocks_found=0.97",
        "inline_recall=0.95",
        "claims_found=0.97",
        "verdicts_right=0.98",
        "refuted_found=1",
        "false_refutations=0",
        "status_right=0.97",
    ];
    let output = Command::new("python3")
        .arg(score)
        .arg(path)
        .args(labels)
        .args(floors.iter().flat_map(|floor| ["--min", floor]))
        .arg("--show")
        .output()
        .expect("python3 starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn with_their_expectations_the_documents_pass_and_their_sentences_are_judged() {
    let Some(shared) = shared() else { return };
    let output = program::truedoc()
        .args(["check", "--no-mends", "--format", "json"])
        .arg(shared.join("seeds"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("it starts");
    let report: Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
    assert_eq!(report["unexpected"], Value::Array(Vec::new()));
    assert_eq!(output.status.code(), Some(0));
    let sentences: Vec<&Value> = report["documents"]
        .as_array()
        .expect("documents")
        .iter()
        .flat_map(|document| document["prose"].as_array().expect("sentences"))
        .collect();
    let facts: std::collections::BTreeSet<&str> =
        sentences.iter().filter_map(|sentence| sentence["fact"].as_str()).collect();
    assert!(sentences.len() >= 700 && facts.len() >= 250, "{} by {} facts", sentences.len(), facts.len());
}

/// A variable that lets uv be found, where the tests have one: to install all that the documents import takes
/// pip a while. (Small things are installed with pip; see tests/packages.rs.)
fn with_uv(project: &Path) -> Option<(&'static str, String)> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"));
    let uv = target.join("packages/bin/uv").canonicalize().ok()?;
    let folder = project.join("tools");
    std::fs::create_dir(&folder).expect("a folder");
    std::os::unix::fs::symlink(uv, folder.join("uv")).expect("a link");
    let path = std::env::var("PATH").unwrap_or_default();
    Some(("PATH", format!("{}:{path}", folder.display())))
}

/// What the documents say with all packages that they import: how each example ended for want of what,
/// and the verdicts of its claims.
fn with_packages(
    shared: &Path,
    project: &Path,
    variables: &[(&str, String)],
) -> Result<Vec<(String, String, Vec<String>)>, String> {
    let mut command = program::truedoc();
    command.args([
        "check",
        "--install",
        "--no-expectations",
        "--no-mends",
        "--timeout",
        "60s",
        "--format",
        "json",
    ]);
    command.arg(shared.join("seeds")).current_dir(project).env("XDG_CACHE_HOME", project.join("cache"));
    let output = command.envs(variables.iter().cloned()).output().expect("it starts");
    let Ok(report) = serde_json::from_slice::<Value>(&output.stdout) else {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let documents = report["documents"].as_array().expect("documents").iter();
    let examples = documents.flat_map(|document| document["examples"].as_array().expect("examples"));
    let told = examples.map(|example| {
        let claims = example["claims"].as_array().expect("claims").iter();
        let needs = text(&example["reason"]) == "needs-package";
        let needed = if needs { text(&example["detail"]) } else { String::new() };
        (text(&example["id"]), needed, claims.map(|claim| text(&claim["verdict"])).collect())
    });
    Ok(told.collect())
}

#[test]
fn no_example_misses_a_package_that_can_be_had() {
    let Some(shared) = shared() else { return };
    let shared = shared.canonicalize().expect("it is there");
    let project = tempfile::tempdir().expect("a temporary folder");
    let mut variables: Vec<_> = with_uv(project.path()).into_iter().collect();
    let first = match with_packages(&shared, project.path(), &variables) {
        Err(said) if said.contains("reaches no index") || said.contains("has no pip") => {
            eprintln!("NOT TESTED: packages cannot be installed here: {said}");
            return;
        }
        first => first.expect("a report"),
    };
    let missing: Vec<&str> =
        first.iter().map(|(_, needed, _)| needed.as_str()).filter(|needed| !needed.is_empty()).collect();
    assert_eq!(missing, Vec::<&str>::new());
    // Again from the lock file and the wheels that are kept, without any index.
    std::fs::remove_dir_all(project.path().join("cache/truedoc/venvs")).expect("environments were made");
    let nowhere = [("PIP_NO_INDEX", "1"), ("PIP_FIND_LINKS", "/nowhere"), ("UV_OFFLINE", "1")];
    variables.extend(nowhere.map(|(name, value)| (name, value.to_owned())));
    let again = with_packages(&shared, project.path(), &variables).expect("a report");
    assert_eq!(again, first);
}
