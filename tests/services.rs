//! Services: what a document declares is started beside its examples, in their cage, and nothing of it
//! is left afterwards. With Redis, PostgreSQL and their clients on the machine the documents of the
//! corpus run against the real servers; without them that is said, and fails with
//! `TRUEDOC_SERVICE_TESTS=required`.
#![allow(clippy::print_stderr, reason = "a test that is left out says so")]

#[path = "support/labels.rs"]
mod labels;
#[path = "support/processes.rs"]
mod processes;
#[path = "support/program.rs"]
mod program;
#[path = "support/project.rs"]
mod project;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use processes::refuse_namespaces;
use project::{Project, examples};
use serde_json::Value;

const SERVER: &str = include_str!("services/server.py");
const PORT: u16 = 7011;

/// A first example that knows how to ask the server, and those that ask it.
fn guide(asking: &[&str]) -> String {
    let ask = "import socket\n\ndef ask(word):\n    with socket.create_connection((\"localhost\", 7011)) as to:\n        \
               to.sendall(word.encode())\n        return to.makefile().readline().strip()\n";
    let blocks = asking.iter().map(|code| format!("\n```python\n{code}\n```\n"));
    format!("# Guide\n\n```python\n{ask}\n```\n{}", blocks.collect::<String>())
}

fn declared(rest: &str) -> String {
    format!(
        "version: 1\ndocument: guide.md\nservices:\n  - name: counter\n    port: {PORT}\n    readable: [server.py]\n    {rest}\n"
    )
}

/// A project whose guide declares a service that this command starts.
fn project(guide: &str, service: &str) -> Project {
    let project = Project::new(&[("guide.md", guide), ("server.py", SERVER)]);
    fs::create_dir(project.path().join("expectations")).unwrap();
    project.write("expectations/guide.yaml", &declared(service));
    project
}

/// The actual values of all claims, or the reason of those that have none.
fn actual(report: &Value) -> Vec<&str> {
    let claims = examples(report).into_iter().flat_map(|example| example["claims"].as_array().unwrap());
    claims.map(|claim| claim["actual"].as_str().or(claim["reason"].as_str()).unwrap_or_default()).collect()
}

const START: &str = "command: python3 {folder}/server.py {port}";

/// The processes of the machine whose command line has this in it.
fn running(words: &str) -> Vec<String> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let commands = entries.filter_map(|entry| fs::read_to_string(entry.path().join("cmdline")).ok());
    commands.map(|command| command.replace('\0', " ")).filter(|command| command.contains(words)).collect()
}

fn wait_until_gone(words: &str) {
    let deadline = Instant::now() + Duration::from_secs(15);
    while !running(words).is_empty() {
        assert!(Instant::now() < deadline, "still there: {:?}", running(words));
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_a_test_does_to_a_server_no_example_finds() {
    let test = "def test_count():\n    before = int(ask('count'))\n    assert int(ask('count')) == before";
    let project = project(&guide(&[test, "ask('count')  # 'x'", "ask('count')  # 'y'"]), START);
    let (plain, _) = project.report(&["--no-cache"]);
    let (with_tests, _) = project.report(&["--no-cache", "--run-tests"]);
    let of = |report: &Value| actual(report).into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(of(&plain).len(), 2);
    assert_eq!(of(&with_tests)[1..], of(&plain));
    let found = of(&with_tests)[0].clone();
    assert!(found.starts_with("assert ") && found.contains("ask('count')"), "{found}");
}

#[test]
fn what_an_example_does_to_a_server_the_next_one_finds() {
    // Whoever has all he needs goes on with the server as it is; each look at readiness is an answer, too.
    let alone = "import socket\nto = socket.create_connection((\"localhost\", 7011))\nto.sendall(b\"count\")\n\
                 to.makefile().readline()";
    let guide = guide(&[alone, alone]) + &guide(&["ask('count')  # '4'", "ask('count')  # '6'"])[9..];
    let guide = guide.replace("readline()\n```", "readline()  # 'x'\n```");
    let project = project(&guide, START);
    let (report, _) = project.report(&["--no-mends"]);
    // The server has been asked once by whoever waited for it.
    let counts = actual(&report);
    assert_eq!(counts[..2], ["'2\\n'", "'3\\n'"], "{counts:?}");
    // Those that need a name from above run after all of it, against a server that was started anew.
    assert_eq!(counts[2..], ["'4'", "'5'"], "{counts:?}");
    let verdicts: Vec<&Value> = examples(&report)
        .iter()
        .flat_map(|one| one["claims"].as_array().unwrap())
        .map(|claim| &claim["verdict"])
        .collect();
    assert_eq!(verdicts, ["refuted", "refuted", "confirmed", "refuted"]);
}

#[test]
fn a_service_is_in_a_cage_as_its_examples_are() {
    let secret = tempfile::tempdir_in(std::env::current_dir().unwrap().join("target")).unwrap();
    let secret = secret.path().join("secret.txt");
    fs::write(&secret, "hidden").unwrap();
    // Where the folder is out of sight it cannot even be refused.
    let asks = [
        "REFUSED = 'PermissionError', 'FileNotFoundError'\nask('user') != '0'  # True".to_owned(),
        "ask('capabilities')  # '0000000000000000'".to_owned(),
        "ask('processes')  # '1 2'".to_owned(),
        "ask('out')  # 'OSError'".to_owned(),
        format!("ask('read {}') in REFUSED  # True", secret.display()),
        format!("ask('write {}') in REFUSED  # True", secret.display()),
        "ask('read /etc/shadow')  # 'PermissionError'".to_owned(),
        "ask('write /tmp/mine')  # '1'".to_owned(),
        "import os\nos.path.exists('/tmp/mine'), os.path.exists('/tmp/counter')  # (False, False)".to_owned(),
        "ask('argument')  # 'two words'".to_owned(),
    ];
    let guide = guide(&asks.iter().map(String::as_str).collect::<Vec<_>>());
    let project = project(&guide, "command: python3 {folder}/server.py {port} 'two words'");
    let (report, status) = project.report(&["--no-mends"]);
    assert_eq!(status, Some(0), "{:?}", actual(&report));
    assert_eq!(report["summary"]["confirmed"], asks.len());
}

#[test]
fn examples_beside_services_reach_nobody_else() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let attempt =
        format!("import socket\nsocket.create_connection((\"127.0.0.1\", {port}))  # ConnectionRefusedError");
    let project = project(&guide(&[&attempt]), START);
    let (report, status) = project.report(&[]);
    assert_eq!((status, &report["summary"]["confirmed"]), (Some(0), &Value::from(1)), "{report}");
}

#[test]
fn nothing_of_a_service_is_left() {
    let mark = "left-over-of-a-run";
    let service = format!("command: python3 {{folder}}/server.py {{port}} {mark}");
    let guide = guide(&["import time\nask('count')\ntime.sleep(2)"]);
    let project = project(&guide, &service);
    let (report, _) = project.report(&[]);
    assert_eq!(examples(&report)[1]["status"], "ran");
    assert_eq!(running(mark), Vec::<String>::new());
    // Killed while the server serves, and with whoever might have cleared away.
    for together in [false, true] {
        let temporary = tempfile::tempdir().unwrap();
        let mut run = project.command(&["check"]).env("TMPDIR", temporary.path()).spawn().unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while running(mark).is_empty() {
            assert!(Instant::now() < deadline, "the service never started");
            std::thread::sleep(Duration::from_millis(5));
        }
        let workers = processes::children(run.id());
        run.kill().unwrap();
        for worker in workers.iter().filter(|_| together) {
            let _ = nix::sys::signal::kill(
                nix::unistd::Pid::from_raw(*worker as i32),
                nix::sys::signal::Signal::SIGKILL,
            );
        }
        run.wait().unwrap();
        wait_until_gone(mark);
    }
}

#[test]
fn why_a_service_is_not_there_is_told() {
    for (service, told) in [
        (
            "command: no-such-program-of-ours",
            "`no-such-program-of-ours`, a program of the service `counter`, is not there",
        ),
        (
            "command: python3 {folder}/server.py {port} x --fail",
            "exit status: 1 before it was ready; it said: the server does not like",
        ),
        (
            "command: python3 {folder}/server.py {port} x --silent\n    within: 500ms",
            "was not ready on port 7011 within 500ms; it said nothing",
        ),
        (
            "setup: [\"false\"]\n    command: python3 {folder}/server.py {port}",
            "the setup of the service `counter`, `false`, ended with exit status: 1",
        ),
        (
            "ready: \"false\"\n    within: 500ms\n    command: python3 {folder}/server.py {port}",
            "was not ready",
        ),
    ] {
        let project = project(&guide(&["ask('count')  # '2'"]), service);
        let (report, status) = project.report(&[]);
        assert_eq!(status, Some(0), "nothing is false");
        for example in examples(&report) {
            assert_eq!(
                (&example["status"], &example["reason"]),
                (&"skipped".into(), &"needs-service".into())
            );
            assert!(example["detail"].as_str().unwrap().contains(told), "{}", example["detail"]);
        }
        assert_eq!(actual(&report), ["needs-service"]);
        let shown = project.run(&["check"]);
        assert!(String::from_utf8_lossy(&shown.stdout).contains(told), "{shown:?}");
    }
}

#[test]
fn services_can_be_left_out_and_need_namespaces() {
    let project = project(&guide(&["ask('count')  # '2'"]), START);
    let (report, status) = project.report(&["--no-services"]);
    assert_eq!((status, actual(&report)), (Some(0), vec!["needs-service"]));
    let mut command = project.command(&["check", "--format", "json"]);
    let output = std::thread::scope(|scope| {
        let started = scope.spawn(|| {
            refuse_namespaces();
            command.output().unwrap()
        });
        started.join().unwrap()
    });
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(actual(&report), ["needs-service"]);
    let detail = examples(&report)[0]["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("a network of its own, which this machine refuses: user namespace"), "{detail}");
}

#[test]
fn what_is_declared_of_examples_that_could_not_run_is_left_open() {
    let project = project(&guide(&["ask('count')  # '7'"]), START);
    let line = guide(&["ask('count')  # '7'"]).lines().position(|line| line.contains("'7'")).unwrap() + 1;
    let known = declared(START) + &format!("claims:\n  - line: {line}\n    holds: false\n");
    project.write("expectations/guide.yaml", &known);
    for arguments in [&[][..], &["--no-services"]] {
        let (report, status) = project.report(arguments);
        assert_eq!(status, Some(0), "{arguments:?}: {}", report["unexpected"]);
    }
    let output = project.run(&["bless", "--check", "--no-services"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!said.contains("skipped"), "{said}");
}

#[test]
fn one_example_alone_finds_what_those_above_have_done() {
    let alone = "import socket\nto = socket.create_connection((\"localhost\", 7011))\nto.sendall(b\"count\")\n\
                 to.makefile().readline()";
    let project = project(&guide(&[alone, &format!("{alone}  # '3\\n'")]), START);
    let (report, status) = project.report(&["--only", "guide/guide#3"]);
    assert_eq!((status, actual(&report)), (Some(0), vec!["'3\\n'"]));
    assert_eq!(examples(&report).len(), 1);
}

#[test]
fn a_missing_server_is_named_with_host_and_port() {
    let guide = "```python\nimport socket\nto = socket.socket()\nto.connect((\"127.0.0.1\", 6379))\n```\n\n\
                 ```python\nfrom urllib.request import urlopen\nurlopen(\"http://db.example.org:5984/\")\n```\n";
    let project = Project::new(&[("guide.md", guide)]);
    let (report, _) = project.report(&[]);
    let all = examples(&report);
    let told: Vec<(&str, &str)> =
        all.iter().map(|one| (one["reason"].as_str().unwrap(), one["detail"].as_str().unwrap())).collect();
    assert_eq!(
        told,
        [
            ("needs-service", "127.0.0.1:6379: [Errno 111] Connection refused"),
            ("needs-service", "db.example.org:5984: no name resolution"),
        ]
    );
}

/// What the documents of the corpus need to run as they are meant; the python with the clients.
fn real_servers() -> Result<PathBuf, String> {
    let folders = ["/usr/bin", "/usr/local/bin"].map(Path::new);
    if !folders.iter().any(|folder| folder.join("redis-server").is_file()) {
        return Err("redis-server".to_owned());
    }
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    if !versions.map(|version| version.path()).any(|version| version.join("bin/initdb").is_file()) {
        return Err("PostgreSQL".to_owned());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"), PathBuf::from);
    let clients = target.join("packages/bin/python");
    if clients.is_file() {
        Ok(clients)
    } else {
        Err("their clients: run tests/packages/set_up.sh".to_owned())
    }
}

#[test]
fn the_corpus_runs_against_real_servers() {
    let python = match real_servers() {
        Ok(python) => python,
        Err(missing) => {
            let required = std::env::var_os("TRUEDOC_SERVICE_TESTS").is_some_and(|value| value == "required");
            assert!(!required, "{missing} is missing");
            eprintln!("NOT TESTED: services with real servers, for want of {missing}");
            return;
        }
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = program::truedoc()
        .args(["check", "--format", "json", "--python"])
        .arg(python)
        .args(["corpus/redis.md", "corpus/postgresql.md"])
        .current_dir(root)
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", report["unexpected"]);
    for name in ["redis", "postgresql"] {
        let label = fs::read_to_string(root.join(format!("corpus/labels/services/{name}.json"))).unwrap();
        let label: Value = serde_json::from_str(&label).unwrap();
        let documents = report["documents"].as_array().unwrap();
        let document = documents.iter().find(|one| one["path"].as_str().unwrap().contains(name)).unwrap();
        assert_eq!(labels::differences(document, &label), Vec::<String>::new());
    }
    assert_eq!(running("redis-server *:6379"), Vec::<String>::new());
}

#[test]
fn the_corpus_passes_without_servers() {
    let output = program::truedoc()
        .args(["check", "--format", "json", "--no-services", "corpus/redis.md", "corpus/postgresql.md"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", report["unexpected"]);
    assert!(examples(&report).iter().all(|one| one["reason"] == "needs-service"), "{report}");
}
