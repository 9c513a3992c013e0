//! What examples of one check import, the zygotes of the next one import ahead: it is quicker then, and
//! everything else is as before.
#![allow(clippy::print_stderr, reason = "a test that is left out says so")]

#[path = "support/project.rs"]
mod project;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use project::{Project, examples};
use serde_json::Value;

/// A guide with as many blocks of some code.
fn guide(code: &str, blocks: usize) -> String {
    let block = |number| format!("\n```python\nnumber = {number}\n{code}\n```\n");
    format!("# Guide\n{}", (0..blocks).map(block).collect::<String>())
}

fn remembered(project: &Project) -> Value {
    let file = project.cache.path().join("truedoc/imports.json");
    let text = fs::read_to_string(file).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    file["interpreters"].as_object().unwrap().values().next().unwrap().clone()
}

fn printed(report: &Value) -> Vec<&str> {
    examples(report).iter().map(|one| one["stdout"].as_str().unwrap()).collect()
}

/// A virtual environment in which these packages are installed.
fn environment(folder: &Path, packages: &[(&str, &str)]) -> PathBuf {
    let python = std::env::var("PYO3_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let made = Command::new(python).args(["-m", "venv", "--without-pip"]).arg(folder).status().unwrap();
    assert!(made.success());
    let python = folder.join("bin/python");
    let asked = Command::new(&python)
        .args(["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
        .output()
        .unwrap();
    let place = PathBuf::from(String::from_utf8(asked.stdout).unwrap().trim());
    for (name, source) in packages {
        fs::create_dir_all(place.join(name)).unwrap();
        fs::write(place.join(name).join("__init__.py"), source).unwrap();
    }
    python
}

const STATE: &str = "import sys, warnings, logging
print(sorted(sys.modules), sys.meta_path[-1], len(warnings.filters), sorted(logging.root.manager.loggerDict))
print(sorted(name for name in vars(sys.modules.get('xml', sys)) if name == 'dom'))";

#[test]
fn what_is_imported_ahead_shows_only_to_whoever_imports_it() {
    let importing = format!("import xml.dom.minidom, http.client\n{STATE}");
    let text = guide(&importing, 8) + &guide(STATE, 2)[8..];
    let project = Project::new(&[("guide.md", &text)]);
    let (first, _) = project.report(&["--no-cache", "--jobs", "2"]);
    let known = remembered(&project);
    assert!(known["roots"]["xml"].as_array().unwrap().contains(&"xml.dom.minidom".into()), "{known}");
    assert_eq!(known["refused"], Value::Array(Vec::new()));
    let (second, status) = project.report(&["--no-cache", "--jobs", "2"]);
    assert_eq!(status, Some(0));
    assert_eq!(printed(&second), printed(&first));
    let shown = printed(&second)[8].to_owned();
    assert!(!shown.contains("xml") && !shown.contains("'http'"), "{shown}");
    assert_eq!(remembered(&project), known, "nothing is new");
}

#[test]
fn what_leaves_a_trace_is_not_imported_ahead() {
    let packages = [
        (
            "starts_thread",
            "import threading, time\nthreading.Thread(target=time.sleep, args=(1,), daemon=True).start()",
        ),
        ("registers_exit", "import atexit\natexit.register(print, 'at the end')"),
        ("prints", "print('hello from the package')"),
        ("opens_file", "kept = open('/dev/null')"),
        ("writes_file", "open('settings.txt', 'w').close()"),
        ("changes_path", "import sys\nsys.path.append('/nowhere')"),
        ("ends_process", "import os\nif os.getpid() == 1:\n    os._exit(3)"),
        ("never_ends", "import os, time\nwhile os.getpid() == 1:\n    time.sleep(1)"),
        ("adds_filter", "import warnings\nwarnings.filterwarnings('ignore', message='of the package')"),
        ("harmless", "from harmless_too import VALUE"),
        ("harmless_too", "VALUE = 7"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let python = environment(folder.path(), &packages);
    let python = python.to_str().unwrap();
    for (name, _) in packages {
        let code = format!(
            "import {name}\n{STATE}\nimport os, threading\nprint(os.listdir(), threading.active_count())"
        );
        let project = Project::new(&[("guide.md", &(guide(&code, 3) + &guide(STATE, 1)[8..]))]);
        let arguments = ["--no-cache", "--python", python, "--jobs", "1"];
        let (first, _) = project.report(&arguments);
        let (second, status) = project.report(&arguments);
        assert_eq!((printed(&second), status), (printed(&first), Some(0)), "{name}");
        let refused = remembered(&project)["refused"].as_array().unwrap().clone();
        // What an import asks for at the end, and its filters of warnings, come back with it.
        let is_fit = name.starts_with("harmless") || ["adds_filter", "registers_exit"].contains(&name);
        assert_eq!(refused, if is_fit { Vec::new() } else { vec![Value::from(name)] }, "{name}");
    }
}

#[test]
fn what_packages_do_ahead_they_do_in_the_cage() {
    let secret = tempfile::tempdir_in(std::env::current_dir().unwrap().join("target")).unwrap();
    let secret = secret.path().join("secret.txt");
    fs::write(&secret, "hidden").unwrap();
    let source = format!(
        "import os, socket\n\ndef attempt(action):\n    try:\n        action()\n        return 'done'\n    except OSError:\n        \
         return 'refused'\n\nseen = [os.getpid() == 1, attempt(lambda: open({0:?})), \
         attempt(lambda: open({0:?}, 'w')), attempt(lambda: open('/etc/shadow')), \
         attempt(lambda: socket.create_connection(('192.0.2.1', 80), timeout=1))]",
        secret.display().to_string()
    );
    let folder = tempfile::tempdir().unwrap();
    let python = environment(folder.path(), &[("curious", &source)]);
    let project = Project::new(&[("guide.md", &guide("import curious\nprint(curious.seen)", 3))]);
    let arguments = ["--no-cache", "--python", python.to_str().unwrap(), "--jobs", "1"];
    let (first, _) = project.report(&arguments);
    let (second, _) = project.report(&arguments);
    let refused = "'refused', 'refused', 'refused', 'refused']\n";
    let (itself, ahead) = (format!("[False, {refused}"), format!("[True, {refused}"));
    assert_eq!(printed(&first), [itself.as_str(); 3]);
    assert_eq!(printed(&second), [ahead.as_str(); 3]);
}

#[test]
fn whoever_is_given_something_imports_for_himself() {
    let folder = tempfile::tempdir().unwrap();
    let python = environment(folder.path(), &[("looks", "import os\nseen = os.environ.get('LOOK')")]);
    let code = "import looks\nprint(looks.seen)";
    let project = Project::new(&[("guide.md", &guide(code, 4))]);
    fs::create_dir(project.path().join("expectations")).unwrap();
    project.write(
        "expectations/guide.yaml",
        "version: 1\ndocument: guide.md\nexamples:\n  - line: 5\n    settings: {environment: {LOOK: here}}\n",
    );
    for _ in 0..2 {
        let (report, _) =
            project.report(&["--no-cache", "--python", python.to_str().unwrap(), "--jobs", "1"]);
        assert_eq!(printed(&report), ["here\n", "None\n", "None\n", "None\n"]);
    }
}

/// Seconds of the CPU that a check takes, with all its processes.
fn seconds(project: &Project, python: &Path) -> f64 {
    let spent = || {
        let usage = nix::sys::resource::getrusage(nix::sys::resource::UsageWho::RUSAGE_CHILDREN).unwrap();
        let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
        seconds(usage.user_time()) + seconds(usage.system_time())
    };
    let before = spent();
    // Without the import they would share a process, which says nothing about it.
    let alone = ["--isolate", "always", "--jobs", "2", "--python", python.to_str().unwrap()];
    let output = project.run(&[&["check", "--no-cache"][..], &alone].concat());
    assert!(output.status.success());
    spent() - before
}

#[test]
fn packages_that_take_long_to_import_cost_it_once() {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"), PathBuf::from);
    let python = target.join("packages/bin/python");
    if !python.is_file() {
        eprintln!(
            "NOT TESTED: imports of real packages, for want of target/packages: run tests/packages/set_up.sh"
        );
        return;
    }
    let body = "def area(width, height):\n    return width * height\n\nprint(area(2, 3))";
    let without = Project::new(&[("guide.md", &guide(body, 200))]);
    let base = seconds(&without, &python);
    for import in ["import numpy", "from pydantic import BaseModel"] {
        let project = Project::new(&[("guide.md", &guide(&format!("{import}\n{body}"), 200))]);
        let (first, second) = (seconds(&project, &python), seconds(&project, &python));
        eprintln!("{import}: {first:.2} s, then {second:.2} s; without it {base:.2} s");
        assert_eq!(remembered(&project)["refused"], Value::Array(Vec::new()));
        // Measured quietly it is less than twice as much; other programs of the machine disturb.
        assert!(second < first / 2.0, "{import}: {first} s, then {second} s");
    }
}

#[test]
fn random_numbers_of_a_package_are_not_the_same_in_each_example() {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"), PathBuf::from);
    let python = target.join("packages/bin/python");
    if !python.is_file() {
        eprintln!("NOT TESTED: random numbers of numpy, for want of target/packages");
        return;
    }
    let code = "import numpy.random\nprint(numpy.random.random())";
    let project = Project::new(&[("guide.md", &guide(code, 6))]);
    for _ in 0..2 {
        let (report, _) =
            project.report(&["--no-cache", "--python", python.to_str().unwrap(), "--jobs", "1"]);
        let mut numbers = printed(&report);
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 6, "{numbers:?}");
    }
}

#[test]
fn what_running_tests_imports_is_not_imported_ahead() {
    let body = "import unittest\nclass A(unittest.TestCase):\n    def test_a(self):\n        import sqlite3\n        \
                self.assertEqual(sqlite3.apilevel, '2.0')";
    let roots = |options: &[&str]| {
        let project = Project::new(&[("guide.md", &guide(body, 6))]);
        for _ in 0..2 {
            assert!(project.run(&[&["check", "--no-cache", "guide.md"], options].concat()).status.success());
        }
        let remembered = remembered(&project);
        assert_eq!(remembered["refused"], Value::Array(Vec::new()));
        remembered["roots"].clone()
    };
    let plain = roots(&[]);
    assert!(plain["unittest"].is_array(), "{plain}");
    // What it takes to run tests is there already.
    let tested = roots(&["--run-tests"]);
    let names = |roots: &Value| roots.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&tested), names(&plain));
    assert!(!tested.to_string().contains("sqlite3"), "{tested}");
}

#[test]
fn what_comes_back_before_an_example_is_there_shows_to_nobody_else() {
    let lazy = "def __getattr__(name):
    print('asked for', name)
    if name != 'Thing':
        raise AttributeError(name)
    from lazy.part import Thing
    globals()['Thing'] = Thing
    return Thing";
    let folder = tempfile::tempdir().unwrap();
    let python = environment(folder.path(), &[("lazy", lazy)]);
    let place = fs::read_dir(folder.path().join("lib")).unwrap().next().unwrap().unwrap();
    let place = place.path().join("site-packages/lazy");
    fs::write(place.join("part.py"), "import html.parser\n\nclass Thing:\n    pass\n").unwrap();
    let look = "import sys\nprint([name for name in ('lazy', 'lazy.part', 'html.parser', 'json', 'string') \
                if name in sys.modules], 'Thing' in vars(sys.modules.get('lazy', sys)))";
    let starts = [
        "",
        "from lazy import Thing\n",
        "import lazy\n",
        "import json\nfrom lazy import Nothing, Thing\n",
        "from lazy import Thing\nimport json\n",
        "import json, string\n",
        "'Doc.'\nimport json\nfrom json import absent\n",
        "try:\n    from lazy import Nothing\nexcept ImportError:\n    import json\n",
        "",
    ];
    let programs = starts.map(|start| format!("import os\n{start}{look}\n"));
    let blocks = programs.each_ref().map(|program| format!("\n```python\n{program}```\n"));
    let project = Project::new(&[("guide.md", &format!("# Guide\n{}", blocks.concat()))]);
    let alone = programs.map(|program| {
        let output = Command::new(&python).args(["-c", &program]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    });
    let arguments = ["--no-cache", "--python", python.to_str().unwrap(), "--jobs", "1"];
    let (first, _) = project.report(&arguments);
    assert_eq!(printed(&first), alone);
    assert!(remembered(&project)["roots"]["lazy"].as_array().unwrap().contains(&"lazy.part".into()));
    let (second, _) = project.report(&arguments);
    assert_eq!(printed(&second), alone);
}
