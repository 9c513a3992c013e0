//! Attacks between good neighbours, whose results must stay right.

use std::time::{Duration, Instant};

use truedoc::run::{Ending, Engine, EngineSettings, Limits, Plan, Run};

use crate::common::{alone, engine, run_source, settings, share};

/// What an attack should come to.
enum Expected {
    Exited(i32),
    Killed(i32),
    TimedOut,
    OutputLimit,
    /// Whatever: only the neighbours matter.
    Any,
}
use Expected::*;

const ATTACKS: &[(&str, Expected, &str)] = &[
    ("endless loop", TimedOut, "while True: pass"),
    (
        "loop that catches all",
        TimedOut,
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    ),
    ("sleep", TimedOut, "import time; time.sleep(1000)"),
    (
        "ignores signals",
        TimedOut,
        "import signal, time\nfor s in range(1, 65):\n    try: signal.signal(s, signal.SIG_IGN)\n    except (OSError, ValueError): pass\ntime.sleep(1000)",
    ),
    ("_exit", Exited(3), "import os; os._exit(3)"),
    ("segfault", Killed(11), "import ctypes; ctypes.string_at(0)"),
    ("abort", Killed(6), "import os; os.abort()"),
    ("1 GB of output", OutputLimit, "import sys\nfor _ in range(1024): sys.stdout.write('x' * 2**20)"),
    (
        "output through a descriptor",
        OutputLimit,
        "import os\nwhile True:\n    try: os.write(2, b'y' * 2**20)\n    except OSError: pass",
    ),
    ("exit", Exited(9), "import sys; sys.exit(9)"),
    ("fork bomb", Any, "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"),
    (
        "thread bomb",
        Any,
        "import threading, time\nwhile True:\n    try: threading.Thread(target=time.sleep, args=(100,), daemon=True).start()\n    except RuntimeError: break",
    ),
    ("closes all descriptors", Any, "import os\nos.closerange(0, 65536)"),
    (
        "kills everybody",
        Exited(0),
        "import os, signal\nfor target in (-1, 1, 0):\n    try: os.kill(target, 0 if target == 0 else signal.SIGKILL)\n    except OSError: pass",
    ),
    (
        "kills all numbers",
        Any,
        "import os\nfor n in range(1, 5000):\n    try: os.kill(n, 9) if n != os.getpid() else None\n    except OSError: pass",
    ),
    ("stops itself", TimedOut, "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"),
    (
        "deletes all",
        Any,
        "import os, shutil\nfor top in ('/tmp', '/dev/shm', '/usr', '/etc', '/root', '/home'): shutil.rmtree(top, ignore_errors=True)",
    ),
    (
        "daemon",
        Exited(0),
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        while True:\n            try: open('/tmp/example/daemon', 'a').write('x')\n            except OSError: pass\n    os._exit(0)",
    ),
    ("memory hog", Exited(1), "x = []\nwhile True: x.append(bytearray(10**8))"),
    (
        "garbage to all descriptors",
        Any,
        "import os\nfor n in range(3, 1024):\n    try: os.write(n, b'garbage' * 1000)\n    except OSError: pass",
    ),
    (
        "deep folders",
        Exited(0),
        "import os\nos.chdir('/tmp/example')\nfor _ in range(3000): os.mkdir('d'); os.chdir('d')",
    ),
    (
        "folder without permissions",
        Exited(0),
        "import os\nos.makedirs('a/b/c'); open('a/b/f', 'w').close(); os.chmod('a/b', 0); os.chmod('a', 0)",
    ),
    (
        "own folder replaced",
        Exited(0),
        "import os, shutil\nos.chdir('/tmp'); shutil.rmtree('/tmp/example'); os.symlink('/usr', '/tmp/example')",
    ),
    ("many files", Any, "for n in range(100000): open('/tmp/f%d' % n, 'w').close()"),
    (
        "full disk",
        Any,
        "n = 0\nwhile True:\n    with open('/tmp/big%d' % n, 'wb') as f: f.write(b'x' * 2**25)\n    n += 1",
    ),
    (
        "changes its limits and flags",
        Any,
        "import fcntl, os, resource\nfcntl.fcntl(1, fcntl.F_SETFL, os.O_NONBLOCK)\nos.lseek(1, 1000, 0)\nos.nice(19)\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))",
    ),
    ("truncates the output to a hole", Any, "import os\nos.ftruncate(1, 2**40)"),
    (
        "breaks the driver",
        Any,
        "import builtins, sys, os\nfor name in list(vars(builtins)):\n    if name not in ('__import__', 'name', 'vars', 'list'):\n        try: setattr(builtins, name, None)\n        except BaseException: break\nos.fork = os._exit = None\nsys.modules.clear()",
    ),
    (
        "unmounts and mounts",
        Any,
        "import ctypes\nlibc = ctypes.CDLL(None)\nassert libc.umount2(b'/tmp', 2) == -1\nassert libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) == -1\nassert libc.unshare(0x10000000) == -1\nassert libc.ptrace(16, 1, 0, 0) == -1",
    ),
    (
        "scribbles over its memory",
        Any,
        "import ctypes\nfor line in open('/proc/self/maps'):\n    part = line.split()\n    if 'rw-s' in line:\n        start, end = (int(n, 16) for n in part[0].split('-'))\n        ctypes.memset(start, 0xff, end - start)",
    ),
];

fn small_limits() -> Limits {
    Limits { time_ms: 1500, memory: 400 << 20, ..Limits::default() }
}

#[test]
fn attacks_leave_the_neighbours_alone() {
    let mut plans = Vec::new();
    for (index, (_, _, source)) in ATTACKS.iter().enumerate() {
        plans.push(Plan { limits: small_limits(), ..Plan::module(*source) });
        plans.push(good(index));
        plans.push(good(index + 1000));
    }
    let _machine = alone();
    let start = Instant::now();
    let runs = engine().run_all(&plans, &|_| {});
    for (index, (name, expected, _)) in ATTACKS.iter().enumerate() {
        check_good(&runs[3 * index + 1], index, name);
        check_good(&runs[3 * index + 2], index + 1000, name);
        let run = &runs[3 * index];
        let fits = match expected {
            Exited(status) => run.ending == Ending::Exited(*status),
            Killed(signal) => run.ending == Ending::Signaled(*signal),
            TimedOut => run.ending == Ending::TimedOut,
            OutputLimit => run.ending == Ending::OutputLimit,
            Any => !matches!(run.ending, Ending::NotRun | Ending::Lost(_)),
        };
        assert!(fits, "{name}: {:?} {}", run.ending, run.stderr.text);
        assert!(run.stdout.text.len() <= 1 << 20, "{name}");
    }
    assert!(start.elapsed() < Duration::from_secs(120));
    assert!(!std::path::Path::new("/tmp/example").exists());
}

fn good(number: usize) -> Plan {
    let source = format!(
        "import os, collections, time\nassert os.listdir('.') == ['example.py'], os.listdir('.')\n\
         assert os.listdir('/tmp') == ['example']\ntime.sleep(0.01)\nprint('good', {number}, sum(range(1000)))\n"
    );
    Plan::module(source)
}

fn check_good(run: &Run, number: usize, near: &str) {
    assert_eq!(run.ending, Ending::Exited(0), "near {near}: {}", run.stderr.text);
    assert_eq!(run.stdout.text, format!("good {number} 499500\n"), "near {near}");
    assert_eq!(run.stderr.text, "", "near {near}");
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

/// Processes whose parent is `parent`.
fn children_of(parent: u32) -> Vec<u32> {
    let stat = |process: u32| std::fs::read_to_string(format!("/proc/{process}/stat")).ok();
    let parent_in = |line: &str| line[line.rfind(')')? + 1..].split_whitespace().nth(1)?.parse::<u32>().ok();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.filter(|&process| stat(process).is_some_and(|line| parent_in(&line) == Some(parent))).collect()
}

/// The children of a process as soon as it has any.
fn first_children_of(parent: u32) -> Vec<u32> {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let children = children_of(parent);
        if !children.is_empty() {
            return children;
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
    let worker = children_of(std::process::id()).into_iter().max().unwrap();
    let plan = Plan::module("import time; time.sleep(0.7); print('done')");
    let runs = std::thread::scope(|scope| {
        let running = scope.spawn(|| engine.run_all(&[plan.clone(), plan.clone()], &|_| {}));
        let zygotes = first_children_of(worker);
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
