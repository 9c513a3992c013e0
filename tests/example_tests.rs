//! `--run-tests`: the tests that examples define become claims, and nothing else changes.

#![allow(clippy::print_stderr, reason = "a test that is left out says so")]
#[path = "support/project.rs"]
mod project;

use std::fs;
use std::path::{Path, PathBuf};

use project::{Project, examples, said};
use serde_json::Value;

const GUIDE: &str = "\
# Sums

```python
def total(items):
    return sum(items)
```

```python
def test_total():
    assert total([1, 2]) == 3

def test_wrong():
    assert total([1, 4]) == 6
```

```python
values = [1, 2]
assert max(values) == 3
```
";

/// The claims of a report that are tests: name, verdict, what was, the reason and the note.
fn tests(report: &Value) -> Vec<[String; 5]> {
    let keys = ["subject", "verdict", "actual", "reason", "note"];
    let claims = examples(report).into_iter().flat_map(|example| example["claims"].as_array().unwrap());
    let claims = claims.filter(|claim| claim["origin"] == "test");
    claims.map(|claim| keys.map(|key| claim[key].as_str().unwrap_or_default().to_owned())).collect()
}

/// Name, verdict and what was of each test.
fn short(report: &Value) -> Vec<String> {
    tests(report).iter().map(|[name, verdict, actual, ..]| format!("{name} {verdict} {actual}")).collect()
}

#[test]
fn tests_are_claims_only_when_they_are_asked_for() {
    let project = Project::new(&[("guide.md", GUIDE)]);
    let (plain, status) = project.report(&["guide.md"]);
    assert_eq!((tests(&plain).len(), status), (0, Some(0)));
    assert_eq!(plain["run_tests"], Value::Null);
    let expected = [
        "test_total confirmed test_total passes",
        "test_wrong refuted assert 5 == 6\n +  where 5 = total([1, 4])",
    ];
    for _ in 0..2 {
        let (report, status) = project.report(&["--run-tests", "guide.md"]);
        assert_eq!((short(&report), status), (expected.map(str::to_owned).to_vec(), Some(1)));
        assert_eq!(report["run_tests"], true);
    }
    project.write("truedoc.toml", "run-tests = true\n");
    let (report, status) = project.report(&["guide.md"]);
    assert_eq!((short(&report), status), (expected.map(str::to_owned).to_vec(), Some(1)));
    assert_eq!(report["run_tests"], Value::Null, "the file says it to every command");
    let (_, said) = said(&project.run(&["check", "--verbose", "guide.md"]));
    assert!(said.contains("setting run-tests = on (truedoc.toml:1)"), "{said}");
}

#[test]
fn what_was_found_stands_in_every_report() {
    let project = Project::new(&[("guide.md", GUIDE)]);
    let full = said(&project.run(&["check", "--run-tests", "guide.md"])).0;
    for part in [
        "the test `test_wrong` does not pass",
        "actual:   assert 5 == 6\n",
        " +  where 5 = total([1, 4])",
        "it fails at line 13",
        "run after `guide/sums#1`",
        "alone:    truedoc check --run-tests --only guide/sums#2 guide.md",
        "assert 2 == 3 + where 2 = max([1, 2])",
    ] {
        assert!(full.contains(part), "{part:?} is not in\n{full}");
    }
    let concise = said(&project.run(&["check", "--run-tests", "--format", "concise", "guide.md"])).0;
    let line =
        "guide.md:12: refuted: claimed test_wrong passes, actual assert 5 == 6 + where 5 = total([1, 4])";
    assert_eq!(concise.lines().next(), Some(line));
    let page = said(&project.run(&["check", "--run-tests", "--format", "html", "guide.md"])).0;
    assert!(page.contains("the test <code>test_wrong</code> does not pass"));
    assert!(page.contains("assert 5 == 6\n +  where 5 = total([1, 4])"));
    assert!(page.contains("truedoc check --run-tests --only guide/sums#2 guide.md"));
    assert!(page.contains("assert 2 == 3\n +  where 2 = max([1, 2])"));
}

#[test]
fn an_assertion_of_an_example_is_explained_without_the_option() {
    let project = Project::new(&[("guide.md", GUIDE)]);
    let (report, _) = project.report(&["guide.md"]);
    let example = examples(&report)[2];
    assert_eq!(example["status"], "raised");
    assert_eq!(example["exception"]["message"], "");
    assert_eq!(example["detail"], "assert 2 == 3\n +  where 2 = max([1, 2])");
    assert!(example["stderr"].as_str().unwrap().ends_with("\nAssertionError\n"), "{}", example["stderr"]);
}

#[test]
fn a_test_that_ends_its_process_is_told_from_those_that_were_not_reached() {
    let code = |body: &str| {
        format!("```python\ndef test_a(): pass\n\ndef test_b():\n    {body}\n\ndef test_c(): pass\n```\n\n")
    };
    let text = [
        code("import os; os._exit(7)"),
        code("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"),
        code("while True: pass"),
        code("missing()"),
        code("open('nothing.txt')"),
        code("raise SystemExit"),
    ];
    let project = Project::new(&[("guide.md", &text.concat())]);
    let (report, _) = project.report(&["--run-tests", "--timeout", "1s", "guide.md"]);
    let found: Vec<String> = tests(&report)
        .iter()
        .map(|[_, verdict, actual, reason, _]| format!("{verdict} {actual} {reason}"))
        .collect();
    let passed = |name| format!("confirmed test_{name} passes ");
    let not_reached = || "undecided  not-reached".to_owned();
    let expected = [
        [passed("a"), "refuted it ends the process with status 7 ".to_owned(), not_reached()],
        [passed("a"), "refuted it is killed by SIGSEGV ".to_owned(), not_reached()],
        [passed("a"), "undecided  timeout".to_owned(), "undecided  timeout".to_owned()],
        [
            passed("a"),
            "undecided NameError: name 'missing' is not defined needs-name".to_owned(),
            passed("c"),
        ],
        [
            passed("a"),
            "undecided FileNotFoundError: [Errno 2] No such file or directory: 'nothing.txt' needs-file"
                .to_owned(),
            passed("c"),
        ],
        [passed("a"), "refuted SystemExit it fails at line 50".to_owned(), passed("c")],
    ];
    assert_eq!(found, expected.concat());
    let statuses: Vec<&Value> = examples(&report).iter().map(|example| &example["status"]).collect();
    assert_eq!(statuses, ["ran"; 6]);
}

#[test]
fn an_example_runs_first_and_as_a_file() {
    let text = "\
```python
import unittest
class A(unittest.TestCase):
    def test_a(self):
        print('a test')
unittest.main()
```

```python
def test_never():
    assert False
1 / 0
```

```python
int('x')  # ValueError
def test_late(): pass
```
";
    let project = Project::new(&[("guide.md", text)]);
    let (report, _) = project.report(&["--run-tests", "guide.md"]);
    let found = examples(&report);
    assert_eq!((&found[0]["stdout"], &found[0]["exit_code"]), (&"a test\n".into(), &0.into()));
    assert!(found[0]["stderr"].as_str().unwrap().contains("Ran 1 test in"), "{}", found[0]["stderr"]);
    assert_eq!(found[1]["status"], "raised");
    assert_eq!(
        short(&report),
        [
            "A::test_a confirmed A::test_a passes",
            "test_never undecided ZeroDivisionError: division by zero",
            "test_late confirmed test_late passes",
        ]
    );
}

#[test]
fn parts_of_a_check_with_tests_are_parts_of_another_one() {
    let project = Project::new(&[("a.md", GUIDE), ("b.md", GUIDE)]);
    let part = |number: &str, options: &[&str]| {
        let file = project.path().join(format!("{number}.json"));
        let shard = format!("{number}/2");
        let arguments = [&["--shard", &shard, "a.md", "b.md"], options].concat();
        fs::write(&file, serde_json::to_vec(&project.report(&arguments).0).unwrap()).unwrap();
        file.display().to_string()
    };
    let (one, two) = (part("1", &["--run-tests"]), part("2", &["--run-tests"]));
    let merged = project.run(&["report", "--format", "json", &one, &two]);
    let merged: Value = serde_json::from_slice(&merged.stdout).unwrap();
    assert_eq!(tests(&merged).len(), 4);
    let other = part("2", &[]);
    assert_eq!(project.run(&["report", &one, &other]).status.code(), Some(2));
}

#[test]
fn the_first_test_that_fails_ends_a_check_that_is_to_end_there() {
    let project = Project::new(&[("guide.md", GUIDE)]);
    let (report, status) = project.report(&["--run-tests", "--fail-fast", "guide.md"]);
    assert_eq!(status, Some(1));
    assert_eq!(short(&report)[1], "test_wrong refuted assert 5 == 6\n +  where 5 = total([1, 4])");
}

#[test]
fn a_failed_test_is_no_value_to_put_right() {
    let project = Project::new(&[("guide.md", GUIDE), ("truedoc.toml", "run-tests = true\n")]);
    let output = project.run(&["fix", "--diff", "guide.md"]);
    assert_eq!(output.status.code(), Some(1), "{:?}", said(&output));
    assert_eq!(fs::read_to_string(project.path().join("guide.md")).unwrap(), GUIDE);
}

/// The python of `tests/packages/set_up.sh`, which has pytest; none where that was not run.
fn with_pytest() -> Option<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"), PathBuf::from);
    let python = target.join("packages/bin/python");
    let found = python.is_file().then_some(python);
    if found.is_none() {
        eprintln!("NOT TESTED: tests that need pytest; run tests/packages/set_up.sh first");
    }
    found
}

const FIXTURES: &str = "\
```python
import pytest

@pytest.fixture
def cart():
    yield ['apple']
    assert not closed

closed = False

def price(name):
    return {'apple': 3}[name]
```

## Using them

```python
import pytest

@pytest.fixture
def full(cart, tmp_path):
    (tmp_path / 'x').write_text('a')
    return cart + ['pear']

def test_full(full):
    assert len(full) == 2

def test_printed(full, capsys):
    print('hi')
    assert capsys.readouterr().out == 'ho\\n'

@pytest.mark.parametrize('name, expected', [('apple', 3), ('pear', 4), ('kiwi', 5)])
def test_price(name, expected):
    assert price(name) == expected

@pytest.mark.parametrize('n', [1, 2])
def test_cases(n):
    assert n

def test_raises():
    with pytest.raises(KeyError):
        price('apple')

@pytest.mark.skip(reason='not yet')
def test_marked(): assert False

def test_skips():
    pytest.skip('no time')

@pytest.mark.xfail
def test_expected(): assert False

@pytest.mark.xfail
def test_unexpected(): pass

@pytest.mark.xfail(strict=True)
def test_strict(): pass

def test_client(client): pass

async def test_async(full):
    assert len(full) == 3

def test_environment(monkeypatch):
    import os
    monkeypatch.setenv('A', '1')
    assert os.environ['A'] == '1'

class TestA:
    @pytest.fixture(autouse=True)
    def begin(self):
        self.x = 1

    def test_x(self):
        assert self.x == 2
```
";

#[test]
fn what_needs_pytest_runs_with_pytest() {
    let Some(python) = with_pytest() else { return };
    let project = Project::new(&[("guide.md", FIXTURES)]);
    let arguments = ["--run-tests", "--python", python.to_str().unwrap(), "guide.md"];
    let (report, _) = project.report(&arguments);
    let found: Vec<String> = tests(&report)
        .iter()
        .map(|[name, verdict, actual, reason, note]| {
            let note = note.trim_end_matches("run after `guide/top#1`").trim_end_matches("; ");
            let actual = actual.lines().next().filter(|_| verdict != "confirmed").unwrap_or_default();
            [name, verdict, actual, reason, note].join(" | ")
        })
        .collect();
    assert_eq!(
        found,
        [
            "test_full | confirmed |  |  | ",
            "test_printed | refuted | assert 'hi\\n' == 'ho\\n' | it fails at line 30 | ",
            "test_price | refuted | [pear-4] KeyError: 'pear' | it fails at line 34; 2 of 3 cases fail | ",
            "test_cases | confirmed |  |  | ",
            "test_raises | refuted | Failed: DID NOT RAISE <class 'KeyError'> | it fails at line 41 | ",
            "test_marked | undecided |  | marked | skipped: not yet",
            "test_skips | undecided |  | marked | skipped: no time",
            "test_expected | confirmed |  |  | it fails, as its author says",
            "test_unexpected | confirmed |  |  | ",
            "test_strict | refuted | AssertionError: it passes, and its author says that it fails |  | ",
            "test_client | undecided |  | needs-fixture | `client`, which nothing here defines",
            "test_async | refuted | assert 2 == 3 | it fails at line 62 | ",
            "test_environment | confirmed |  |  | ",
            "TestA::test_x | refuted | assert 1 == 2 | it fails at line 75 | ",
        ]
        .map(|expected| expected.replace("DID NOT RAISE <class 'KeyError'>", &did_not_raise(&found)))
    );
}

/// How this version of pytest says that nothing was raised.
fn did_not_raise(found: &[String]) -> String {
    let said = found.iter().find_map(|line| line.split("Failed: ").nth(1)).expect("it is among them");
    let said = said.split(" | ").next().unwrap_or_default();
    assert!(said.starts_with("DID NOT RAISE") && said.contains("KeyError"), "{said}");
    said.to_owned()
}

#[test]
fn a_document_may_show_the_fixtures_of_a_folder() {
    let Some(python) = with_pytest() else { return };
    let text = "\
`conftest.py`:

```python
import pytest

@pytest.fixture
def client():
    return {'status': 200}
```

`test_status.py`:

```python
def test_status(client):
    assert client['status'] == 200

def test_other(client):
    assert client['status'] == 404
```
";
    let project = Project::new(&[("guide.md", text)]);
    let (report, _) = project.report(&["--run-tests", "--python", python.to_str().unwrap(), "guide.md"]);
    assert_eq!(
        short(&report),
        ["test_status confirmed test_status passes", "test_other refuted assert 200 == 404"]
    );
}

#[test]
fn without_pytest_it_is_said_what_is_missing() {
    let text = "```python\ndef test_a(tmp_path): pass\ndef test_b(): pass\n```\n";
    let project = Project::new(&[("guide.md", text)]);
    let (report, status) = project.report(&["--run-tests", "guide.md"]);
    let [[_, verdict, _, reason, note], other] = &tests(&report)[..] else { panic!("two tests") };
    assert_eq!([verdict, reason], ["undecided", "needs-package"]);
    assert_eq!(note, "pytest, which gives it `tmp_path`");
    assert_eq!((other[1].as_str(), status), ("confirmed", Some(0)));
}
