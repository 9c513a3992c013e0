//! Any Python: a version is found, several run in one check, and what they say is told apart.

#![allow(clippy::print_stderr, reason = "a test that is left out says so")]
#[path = "support/program.rs"]
mod program;

#[path = "support/project.rs"]
mod project;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use project::{Project, examples};
use serde_json::Value;
use truedoc::interpreters::{Places, Python};

/// The versions that truedoc promises to run.
const PROMISED: [&str; 5] = ["3.9", "3.10", "3.11", "3.12", "3.13"];

/// Those of them that are on this machine, as arguments.
fn at_hand() -> Vec<(&'static str, Python)> {
    let places = Places::of_machine(None);
    let found: Vec<_> = PROMISED
        .into_iter()
        .filter_map(|version| Some((version, truedoc::interpreters::find(version, &places).ok()?)))
        .collect();
    for version in PROMISED.iter().filter(|version| found.iter().all(|(one, _)| one != *version)) {
        eprintln!("NOT TESTED: there is no CPython {version} here");
    }
    found
}

fn arguments<'a>(versions: &[(&'a str, Python)]) -> Vec<&'a str> {
    versions.iter().flat_map(|(version, _)| ["--python", *version]).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Minor version and what stands under a key, for each entry of `versions`.
fn by_minor(value: &Value, key: &str) -> BTreeMap<u32, String> {
    let entries = value["versions"].as_array().into_iter().flatten();
    entries
        .map(|entry| {
            let minor = text(&entry["interpreter"]).split('.').nth(1).unwrap().parse().unwrap();
            (minor, text(&entry[key]).to_owned())
        })
        .collect()
}

const GUIDE: &str = "\
# Changes

```python
match [1]:
    case [x]:
        print(x)  # 1
```

```python
import asyncio
asyncio.coroutine  # AttributeError
```

```python
len('abc')  # 3
len('abc')  # 4
```
";

#[test]
fn each_version_has_its_verdict() {
    let versions = at_hand();
    if versions.len() < 2 {
        eprintln!("NOT TESTED: several versions in one check need two Pythons");
        return;
    }
    let project = Project::new(&[("guide.md", GUIDE)]);
    let arguments = arguments(&versions);
    let (report, status) = project.report(&[&arguments, &["guide.md"][..]].concat());
    assert_eq!(status, Some(1));
    let ids: Vec<&str> =
        report["interpreters"].as_array().unwrap().iter().map(|one| text(&one["version"])).collect();
    assert_eq!(ids, versions.iter().map(|(_, python)| python.version.as_str()).collect::<Vec<_>>());
    let examples = examples(&report);
    // The `match` statement came with 3.10, `asyncio.coroutine` went with 3.11.
    for (minor, status) in by_minor(examples[0], "status") {
        assert_eq!(status, if minor < 10 { "syntax-error" } else { "ran" }, "3.{minor}");
    }
    for (minor, verdict) in by_minor(&examples[0]["claims"][0], "verdict") {
        assert_eq!(verdict, if minor < 10 { "undecided" } else { "confirmed" }, "3.{minor}");
    }
    let gone = by_minor(&examples[1]["claims"][0], "verdict");
    for (minor, verdict) in &gone {
        assert_eq!(verdict, if *minor < 11 { "refuted" } else { "confirmed" }, "3.{minor}");
    }
    let anywhere = if gone.contains_key(&9) || gone.contains_key(&10) { "refuted" } else { "confirmed" };
    assert_eq!(examples[1]["claims"][0]["verdict"], anywhere);
    let claims = &examples[2]["claims"];
    assert!(by_minor(&claims[0], "verdict").values().all(|verdict| verdict == "confirmed"));
    assert!(by_minor(&claims[1], "actual").values().all(|actual| actual == "3"));
    assert_eq!(by_minor(&claims[1], "actual").len(), versions.len());
    assert!(!claims[1]["mend"].is_null(), "a value that is the same everywhere is certain");
}

#[test]
fn the_report_says_where_it_holds() {
    let versions = at_hand();
    if versions.len() < PROMISED.len() {
        return;
    }
    let project = Project::new(&[("guide.md", GUIDE)]);
    let output = project.run(&[&["check"], &arguments(&versions)[..], &["guide.md"]].concat());
    let shown = String::from_utf8(output.stdout).unwrap();
    for expected in [
        "versions: refuted on 3.9 and 3.10 (`no exception`), holds on 3.11-3.13",
        "guide.md:4: guide/changes#1: syntax error on 3.9, ran on 3.10-3.13",
        "guide.md:6: `print(x)`: undecided on 3.9 (not-reached), holds on 3.10-3.13",
    ] {
        assert!(shown.contains(expected), "{expected} is not in:\n{shown}");
    }
    let alone = "truedoc check --python 3.9 --python 3.10 --python 3.11 --python 3.12 --python 3.13 --only guide/changes#2 guide.md";
    assert!(shown.contains(alone), "{shown}");
    let concise = [&["check", "--format", "concise"], &arguments(&versions)[..], &["guide.md"]].concat();
    let concise = String::from_utf8(project.run(&concise).stdout).unwrap();
    let lines: Vec<&str> = concise.lines().collect();
    assert!(
        lines[0].ends_with("; refuted on 3.9 and 3.10 (`no exception`), holds on 3.11-3.13"),
        "{concise}"
    );
    assert!(lines[1].contains("; refuted on 3.9-3.13 (`3`)"), "{concise}");
    assert!(lines[2].starts_with("2 findings under CPython 3.9."), "{concise}");
    let arguments = [&["check", "--format", "json", "--output", "report.json"], &arguments(&versions)[..]];
    project.run(&[&arguments.concat()[..], &["guide.md"]].concat());
    let table = String::from_utf8(project.run(&["report", "report.json"]).stdout).unwrap();
    project.run(&["report", "report.json", "--format", "html", "--output", "page.html"]);
    let page = std::fs::read_to_string(project.folder.path().join("page.html")).unwrap();
    assert!(page.contains(alone), "a stored report knows its pythons");
    assert!(table.contains("refuted on 3.9 and 3.10 (\\`no exception\\`), holds on 3.11-3.13"), "{table}");
    let fixed = project.run(&["fix", "--diff", "--python", "3.9", "--python", "3.13", "guide.md"]);
    let left = String::from_utf8(fixed.stderr).unwrap();
    assert!(left.contains("not the same in all versions of Python"), "{left}");
}

#[test]
fn the_settings_file_names_pythons_and_a_virtual_environment_is_one() {
    let versions = at_hand();
    let Some((version, python)) = versions.first() else { return };
    let project = Project::new(&[("guide.md", "```python\n1 + 1  # 2\n```\n")]);
    let made = Command::new(&python.executable)
        .args(["-m", "venv", "--without-pip", "environments/here"])
        .current_dir(project.path())
        .status()
        .unwrap();
    assert!(made.success());
    project.write("truedoc.toml", &format!("python = [\"{version}\", \"environments/here\"]\n"));
    let (report, status) = project.report(&["guide.md"]);
    assert_eq!(status, Some(0));
    let interpreters = report["interpreters"].as_array().unwrap();
    let program = project.path().join("environments/here/bin/python");
    assert_eq!(interpreters[1]["executable"], program.to_str().unwrap());
    assert_eq!(text(&interpreters[1]["id"]), format!("{}-2", text(&interpreters[0]["id"])));
    let (report, _) = project.report(&["--python", version, "guide.md"]);
    assert_eq!(report["interpreters"].as_array().unwrap().len(), 1, "an argument wins over the file");
    assert!(examples(&report)[0].get("versions").is_none());
}

#[test]
fn a_python_that_is_not_there_is_told_in_one_sentence() {
    let project = Project::new(&[("guide.md", "```python\n1 + 1  # 2\n```\n")]);
    for (wanted, said) in [
        ("3.99", "error: no Python 3.99 was found; there "),
        ("newest", "error: `newest` is no python: write a version such as `3.12`"),
        ("./nowhere", "error: cannot run "),
        (".", "error: the folder . is no virtual environment: there is no `bin/python` in it"),
    ] {
        let output = project.run(&["check", "--python", wanted, "guide.md"]);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), stderr.lines().count()), (Some(2), 1), "{stderr}");
        assert!(stderr.starts_with(said), "{stderr}");
    }
}

#[test]
fn facts_are_tested_in_each_version() {
    let versions = at_hand();
    if versions.len() < 2 {
        return;
    }
    let facts = "version: 1\nfacts:\n  - id: match\n    statement: There is a match statement.\n    probe: |\n      try:\n          compile('match 1:\\n  case 1: pass', '', 'exec'); print(True)\n      except SyntaxError:\n          print(False)\n    prints: \"True\"\n    contrast:\n      probe: print(1)\n      prints: \"1\"\n    since: \"3.10\"\n    source: PEP 634\n";
    let project = Project::new(&[]);
    std::fs::create_dir_all(project.path().join("expectations/facts")).unwrap();
    project.write("expectations/facts/syntax.yaml", facts);
    let output = project.run(&[&["facts", "--json"], &arguments(&versions)[..]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    for entry in report["facts"][0]["versions"].as_array().unwrap() {
        let is_old = text(&entry["python"]).starts_with("3.9.");
        assert_eq!(entry["shown"], if is_old { "other-version" } else { "holds" });
    }
}

/// A difference between versions in a document, by its line, and the change of Python that explains it.
type Explained = (&'static str, u64, &'static str);

/// Everything that is not the same in all versions: (document, line, what each says).
fn differences(report: &Value) -> Vec<(String, u64, String)> {
    let mut found = Vec::new();
    let says = |value: &Value| {
        let entries = value["versions"].as_array().into_iter().flatten();
        // A package that one installation has and another has not is no change of Python.
        let needs_package = |entry: &&Value| text(&entry["reason"]) != "needs-package";
        let mut says: Vec<String> = entries
            .filter(needs_package)
            .map(|entry| format!("{}{} {}", text(&entry["status"]), text(&entry["verdict"]), entry["reason"]))
            .collect();
        says.sort();
        says.dedup();
        says
    };
    for document in report["documents"].as_array().unwrap() {
        let path = text(&document["path"]).rsplit('/').next().unwrap().to_owned();
        for example in document["examples"].as_array().unwrap() {
            if says(example).len() > 1 {
                found.push((
                    path.clone(),
                    example["start_line"].as_u64().unwrap(),
                    format!("{:?}", says(example)),
                ));
            }
            let lacks = |entry: &Value| text(&entry["reason"]) == "needs-package";
            if example["versions"].as_array().unwrap().iter().any(lacks) {
                continue;
            }
            for claim in example["claims"].as_array().unwrap() {
                if says(claim).len() > 1 {
                    found.push((path.clone(), claim["line"].as_u64().unwrap(), format!("{:?}", says(claim))));
                }
            }
        }
    }
    found
}

fn check_all(versions: &[(&str, Python)], paths: &Path) -> Value {
    let output = program::truedoc()
        // One example counts long, and versions differ in speed.
        .args(["check", "--no-expectations", "--no-mends", "--timeout", "60s", "--format", "json"])
        .args(arguments(versions))
        .arg(paths)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

fn hold_against(found: &[(String, u64, String)], explained: &[Explained]) {
    let is_explained = |(path, line, _): &&(String, u64, String)| {
        explained.iter().any(|(document, at, _)| path.starts_with(document) && at == line)
    };
    let unexplained: Vec<_> = found.iter().filter(|one| !is_explained(one)).collect();
    assert!(unexplained.is_empty(), "{unexplained:#?}");
}

/// The corpus is written so that it is the same everywhere (`corpus/labels/verify.py`).
#[test]
fn the_corpus_is_the_same_in_all_versions() {
    let versions = at_hand();
    if versions.len() < 2 {
        return;
    }
    hold_against(&differences(&check_all(&versions, Path::new("corpus"))), &[]);
}

/// The real documents, where they are at hand; only what differs is recorded here.
#[test]
fn what_differs_in_real_documents_is_a_change_of_python() {
    let versions = at_hand();
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seeds");
    if versions.len() < 2 || !seeds.is_dir() {
        eprintln!("NOT TESTED: ../shared/seeds, or a second Python, is not here");
        return;
    }
    let explained: &[Explained] = &[
        ("003_", 336, "`except*` is a syntax error before 3.11"),
        ("003_", 637, "an instance takes 56 bytes in 3.11, and 48 before and after"),
    ];
    let found = differences(&check_all(&versions, &seeds));
    hold_against(&found, explained);
    if versions.len() == PROMISED.len() {
        assert_eq!(found.len(), explained.len(), "{found:#?}");
    }
}

#[test]
fn tests_run_under_each_python() {
    let versions = at_hand();
    let guide = "```python\nimport sys\ndef test_new():\n    assert sys.version_info[:2] >= (3, 11)\n\n\
                 def test_sum():\n    assert sum([1, 2]) == 4\n```\n";
    let project = Project::new(&[("guide.md", guide)]);
    let (report, _) = project.report(&[&["--run-tests", "guide.md"], &arguments(&versions)[..]].concat());
    let claims = examples(&report)[0]["claims"].as_array().unwrap();
    for (minor, verdict) in by_minor(&claims[0], "verdict") {
        assert_eq!(verdict, if minor >= 11 { "confirmed" } else { "refuted" }, "3.{minor}");
    }
    for (minor, actual) in by_minor(&claims[1], "actual") {
        assert_eq!(actual, "assert 3 == 4\n +  where 3 = sum([1, 2])", "3.{minor}");
    }
    let listed = versions.len() > 1;
    assert_eq!(by_minor(&claims[1], "verdict").len(), if listed { versions.len() } else { 0 });
}

/// Installations as uv and conda lay them out, in a home where nothing else is.
#[test]
fn a_version_is_found_where_uv_and_conda_put_it() {
    let default = truedoc::run::default_python().unwrap().version;
    let root_of = |python: &Python| Some(python.executable.parent()?.parent()?.to_owned());
    let is_of_system = |root: &Path| root == Path::new("/usr") || !root.join("bin/python").exists();
    let found =
        at_hand().into_iter().filter(|(_, python)| python.version != default).find_map(|(_, python)| {
            let root = root_of(&python).filter(|root| !is_of_system(root))?;
            Some((python.version, root))
        });
    let Some((version, root)) = found else {
        eprintln!("NOT TESTED: there is no second CPython here that has a folder of its own");
        return;
    };
    let code = "```python\nimport ctypes, ssl, sys\nprint(sys.prefix)\n```\n";
    for layout in [
        format!(".local/share/uv/python/cpython-{version}-linux-x86_64-gnu"),
        format!("data/uv/python/cpython-{version}-linux-x86_64-gnu"),
        "miniconda3".to_owned(),
        "miniforge3/envs/docs".to_owned(),
    ] {
        let project = Project::new(&[("guide.md", code)]);
        let home = project.path().join("home");
        let place = home.join(&layout);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(&root, &place).unwrap();
        let mut command = project.command(&["check", "--format", "json", "--python", &version, "guide.md"]);
        let data = layout.starts_with("data/").then(|| home.join("data"));
        command
            .env_clear()
            .env("HOME", &home)
            .env("PATH", "/nowhere")
            .env("XDG_CACHE_HOME", project.cache.path());
        command.envs(data.map(|data| ("XDG_DATA_HOME", data)));
        let output = command.output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{layout}: {}", String::from_utf8_lossy(&output.stderr)));
        let executable = place.join("bin/python").display().to_string();
        assert_eq!(text(&report["interpreters"][0]["executable"]), executable);
        assert_eq!(text(&examples(&report)[0]["stdout"]).trim_end(), place.display().to_string());
    }
}
