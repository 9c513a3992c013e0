//! What the cage is and does, one layer at a time.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use truedoc::run::{Ending, Engine, EngineSettings, Event, Limits, Plan, RunError};

use crate::common::{alone, engine, run_source, settings, share};
use crate::processes::children;

fn small_limits() -> Limits {
    Limits { time_ms: 1500, memory: 400 << 20, ..Limits::default() }
}

#[test]
fn secrets_cannot_be_read_and_the_network_is_away() {
    let run = run_source("open('/etc/shadow').read()");
    assert_eq!(run.blocked.as_deref(), Some("open /etc/shadow: permission denied"), "{}", run.stderr.text);
    let run = run_source("import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=2)");
    assert_eq!(run.blocked.as_deref(), Some("network: unreachable"), "{}", run.stderr.text);
    let home =
        std::env::var("HOME").ok().filter(|home| !home.starts_with("/tmp")).unwrap_or_else(|| "/root".into());
    let run = run_source(&format!("import os\nos.listdir({home:?})"));
    assert!(run.blocked.is_some(), "{:?}", run.stdout);
    let run = run_source("open('/usr/x', 'w')");
    assert!(run.blocked.is_some());
    let run = run_source("open('/proc/1/environ').read()");
    assert!(run.blocked.is_some());
    let run = run_source("open('gone.txt')");
    assert_eq!(run.blocked, None);
    let run = run_source(
        "print([l for l in open('/proc/self/status') if l[:3] == 'Cap' and l.split()[1].strip('0')])\nimport os\nprint(os.getuid() != 0, len([p for p in os.listdir('/proc') if p.isdigit()]))",
    );
    assert_eq!(run.stdout.text, "[]\nTrue 2\n");
}

#[test]
fn waiting_examples_do_not_hold_up_others() {
    let _machine = alone();
    let engine = engine();
    let mut plans: Vec<Plan> = (0..8).map(|_| Plan::module("import time; time.sleep(1.5)")).collect();
    plans.extend((0..8).map(|_| Plan::module("print(1)")));
    let start = Instant::now();
    let runs = engine.run_all(&plans, &|_| {});
    assert!(runs.iter().all(|run| run.ending == Ending::Exited(0)));
    // One after the other on two slots they would take six seconds.
    assert!(start.elapsed() < Duration::from_millis(4500), "{:?}", start.elapsed());
}

#[test]
fn examples_start_in_their_order() {
    let _shared = share();
    let engine = Engine::start(&EngineSettings { jobs: 1, ..settings() }).unwrap();
    let plans: Vec<Plan> = (0..40).map(|_| Plan::module("pass")).collect();
    let started = Mutex::new(Vec::new());
    engine.run_all(&plans, &|event| {
        if let Event::Started { plan } = event {
            started.lock().unwrap().push(plan);
        }
    });
    assert_eq!(started.into_inner().unwrap(), (0..40).collect::<Vec<_>>());
}

#[test]
fn the_sandbox_says_what_it_is() {
    let sandbox = engine().sandbox();
    assert_eq!(sandbox.network, "none");
    assert!(["full", "partial", "none"].contains(&sandbox.landlock.as_str()));
    assert_eq!(
        sandbox.missing.is_empty(),
        sandbox.pid_namespace && sandbox.mount_namespace && sandbox.seccomp,
        "{sandbox:?}"
    );
    assert!(engine().interpreter().id.starts_with("cpython-3."));
}

/// As in a container that forbids namespaces. (No attack that a missing namespace would let out.)
#[test]
fn without_namespaces_the_rest_holds() {
    let _shared = share();
    let engine = Engine::start(&EngineSettings { namespaces: false, ..settings() }).unwrap();
    let sandbox = engine.sandbox().clone();
    assert!(!sandbox.pid_namespace && !sandbox.mount_namespace && sandbox.seccomp, "{sandbox:?}");
    assert_eq!(sandbox.network, "none");
    let sources = [
        "print('fine')",
        "import socket; socket.socket()",
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(1)\n        print('late', flush=True)\n    os._exit(0)\nprint('main')",
        "import os, tempfile\nprint(os.listdir('.'), os.path.dirname(tempfile.mkdtemp()) == os.getcwd())",
        "while True: pass",
        "open('/etc/shadow')",
        "import os\nfor target in (-1,):\n    try: os.kill(target, 0)\n    except PermissionError: print('refused')",
    ];
    let plans: Vec<Plan> =
        sources.iter().map(|&source| Plan { limits: small_limits(), ..Plan::module(source) }).collect();
    let runs = engine.run_all(&plans, &|_| {});
    let outputs: Vec<&str> = runs.iter().map(|run| run.stdout.text.as_str()).collect();
    assert_eq!(outputs, ["fine\n", "", "main\n", "['example.py'] True\n", "", "", "refused\n"], "{runs:?}");
    assert_eq!(runs[4].ending, Ending::TimedOut);
    assert!(runs[1].blocked.is_some(), "{:?}", runs[1]);
    if sandbox.landlock != "none" {
        assert!(runs[5].blocked.is_some(), "{:?}", runs[5]);
    }
}

#[test]
fn a_strict_sandbox_is_whole_or_none() {
    let _shared = share();
    let is_whole = engine().sandbox().missing.is_empty();
    match Engine::start(&EngineSettings { strict: true, ..settings() }) {
        Ok(_) => assert!(is_whole),
        Err(RunError::Incomplete(missing)) => assert!(!is_whole, "{missing:?}"),
        Err(error) => panic!("{error}"),
    }
    let without = Engine::start(&EngineSettings { strict: true, namespaces: false, ..settings() });
    let Err(RunError::Incomplete(missing)) = without else { panic!("it ran without namespaces") };
    assert!(missing.iter().any(|layer| layer.starts_with("namespaces")), "{missing:?}");
}

/// Some systems let everybody make a user namespace and then refuse what one needs it for. Here the
/// table of users cannot be written.
#[test]
fn namespaces_that_cannot_be_furnished_are_left_out() {
    use nix::mount::{MsFlags, mount};
    if !nix::unistd::Uid::effective().is_root() {
        println!("NOT TESTED: only root can make /proc read-only");
        return;
    }
    let _shared = share();
    let runs = std::thread::scope(|scope| {
        let confined = scope.spawn(|| {
            let none = None::<&str>;
            nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWNS).unwrap();
            mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_PRIVATE, none).unwrap();
            let read_only = MsFlags::MS_BIND | MsFlags::MS_REMOUNT | MsFlags::MS_RDONLY;
            mount(none, "/proc", none, read_only, none).unwrap();
            let engine = Engine::start(&settings()).unwrap();
            let missing = engine.sandbox().missing.join("; ");
            assert!(missing.starts_with("namespaces: writing /proc/self/setgroups"), "{missing}");
            engine.run_all(&[Plan::module("print('fine')"), Plan::module("open('/etc/shadow')")], &|_| {})
        });
        confined.join().unwrap()
    });
    assert_eq!(runs[0].stdout.text, "fine\n");
    assert!(runs[1].blocked.is_some(), "{:?}", runs[1]);
}

/// The children of a process as soon as it has any.
fn first_children(parent: u32) -> Vec<u32> {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let found = children(parent);
        if !found.is_empty() {
            return found;
        }
        assert!(Instant::now() < deadline, "no zygote came up");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_lost_zygote_costs_a_second_attempt_and_nothing_else() {
    // No other test starts an engine meanwhile: ours is the youngest worker.
    let _machine = alone();
    let engine = Engine::start(&settings()).unwrap();
    let worker = children(std::process::id()).into_iter().max().unwrap();
    let plan = Plan::module("import time; time.sleep(0.7); print('done')");
    let runs = std::thread::scope(|scope| {
        let running = scope.spawn(|| engine.run_all(&[plan.clone(), plan.clone()], &|_| {}));
        let zygotes = first_children(worker);
        let zygote = nix::unistd::Pid::from_raw(zygotes[0] as i32);
        nix::sys::signal::kill(zygote, nix::sys::signal::Signal::SIGKILL).unwrap();
        running.join().unwrap()
    });
    assert!(
        runs.iter().all(|run| run.ending == Ending::Exited(0) && run.stdout.text == "done\n"),
        "{runs:?}"
    );
    drop(engine);
    assert!(!std::path::Path::new(&format!("/proc/{worker}")).exists());
}
