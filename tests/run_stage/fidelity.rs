//! Programs that must give the bytes and the status of the same interpreter run as
//! `python example.py`.

use std::path::Path;
use std::process::Command;

use truedoc::run::{Ending, Engine, EngineSettings, Plan, Run};

use crate::common::{engine, run, settings};

/// What the plain interpreter gives: status or signal, stdout, stderr.
fn plain(source: &str) -> (Ending, String, String) {
    use std::os::unix::process::ExitStatusExt;
    // The same path as in the sandbox, for it stands in every traceback: reached by a private mount
    // there, and here by replacing it in what was written.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("example.py");
    std::fs::write(&path, source).unwrap();
    let python = &engine().interpreter().executable;
    let tools = Path::new(python).parent().unwrap().display().to_string();
    let output = Command::new(python)
        .arg(&path)
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", format!("{tools}:/usr/local/bin:/usr/bin:/bin"))
        .env("PYTHONHASHSEED", "0")
        .env("TZ", "UTC")
        .env("LANG", "C.UTF-8")
        .env("LC_ALL", "C.UTF-8")
        .env("HOME", folder.path())
        .env("PWD", folder.path())
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let ending = match output.status.code() {
        Some(code) => Ending::Exited(code),
        None => Ending::Signaled(output.status.signal().unwrap()),
    };
    let own = folder.path().display().to_string();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&own, "/tmp/example");
    (ending, text(&output.stdout), text(&output.stderr))
}

fn sandboxed(source: &str) -> (Ending, String, String) {
    let Run { ending, stdout, stderr, .. } = run(Plan::module(source));
    // Without a mount namespace the folder is another one.
    (ending, stdout.text, stderr.text)
}

/// The text without addresses of objects.
fn hide(text: &str) -> String {
    let mut parts = text.split("at 0x");
    let first = parts.next().unwrap_or_default().to_owned();
    parts
        .fold(first, |whole, part| whole + "at 0x" + part.trim_start_matches(|c: char| c.is_ascii_hexdigit()))
}

fn check(name: &str, source: &str) {
    let (expected, got) = (plain(source), sandboxed(source));
    let got = match got.0 {
        Ending::SyntaxError { .. } => (Ending::Exited(1), got.1, got.2),
        _ => got,
    };
    let without_addresses =
        |(ending, stdout, stderr): (Ending, String, String)| (ending, hide(&stdout), hide(&stderr));
    assert_eq!(without_addresses(got), without_addresses(expected), "{name}");
}

macro_rules! programs {
    ($($name:ident: $source:expr;)*) => {
        $(#[test] fn $name() { check(stringify!($name), $source); })*
    };
}

programs! {
    interpreter_state: "\
import sys, os
print(sys.argv, sys.orig_argv, sys.executable, sys.prefix, sys.base_prefix, sys.flags, sys.path)
print(__name__, sorted(globals()), __file__, __builtins__, type(__loader__), __spec__, __doc__)
print(sys._getframe().f_back, sys.modules['__main__'].__dict__ is globals(), os.getcwd())
print(sorted(os.environ.items()))
print(hash('a'), sys.getrecursionlimit(), sys.stdout.encoding, sys.stdin.read())
";
    loaded_modules: "import sys\nprint(sorted(sys.modules))\n";
    loaded_modules_after_imports: "import collections, json, asyncio, dataclasses, typing, sys\nprint(sorted(sys.modules))\n";
    missing_submodule_importlib: "import importlib\nimportlib.util\n";
    missing_submodule_concurrent: "import concurrent\nconcurrent.futures\n";
    missing_submodule_xml: "import xml\nprint(hasattr(xml, 'etree'))\nimport os.path, email\nemail.message\n";
    traceback_of_nested_calls: "def f(x):\n    return g(x) + 1\ndef g(x):\n    return x['a']['b']\nprint('before')\nf({'a': 3})\n";
    traceback_of_chained_exceptions: "try:\n    1/0\nexcept ZeroDivisionError as error:\n    raise ValueError('outer') from error\n";
    traceback_in_stdlib: "import json\njson.loads('{')\n";
    syntax_error: "print('never')\nx = (1,\ny = 2\n";
    indentation_error: "def f():\nreturn 1\n";
    syntax_warning: "x = 1\nprint(x is 1)\nassert (x, 'always')\n";
    recursion_error: "import sys\nsys.setrecursionlimit(200)\ndef f(n): return f(n + 1)\nf(0)\n";
    exit_by_number: "import sys\nprint('x', end='')\nsys.exit(7)\n";
    exit_by_text: "raise SystemExit('the reason')\n";
    exit_by_large_number: "raise SystemExit(1000)\n";
    exit_by_none: "import sys\nsys.exit()\n";
    exit_by_tuple: "import sys\nsys.exit((1, 2))\n";
    exit_without_flush: "import os\nprint('lost')\nos._exit(5)\n";
    exit_by_signal: "import os, signal\nprint('x', flush=True)\nos.kill(os.getpid(), signal.SIGTERM)\n";
    exit_by_abort: "import os\nos.abort()\n";
    keyboard_interrupt: "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(5)\n";
    alarm: "import signal, time\nsignal.signal(signal.SIGALRM, lambda *_: print('rang'))\nsignal.setitimer(signal.ITIMER_REAL, 0.05)\ntime.sleep(0.2)\n";
    exit_handlers: "import atexit\natexit.register(print, 'first')\natexit.register(lambda: 1/0)\natexit.register(print, 'last')\nprint('main')\n";
    finalizers_at_exit: "class D:\n    def __init__(self, n): self.n = n\n    def __del__(self): print('del', self.n)\nd = D(1)\ne = D(2)\ne.me = e\nprint('end')\n";
    unraisable: "class D:\n    def __del__(self): raise ValueError('in del')\nD()\nprint('on')\n";
    excepthook: "import sys\nsys.excepthook = lambda kind, value, trace: print('hook', kind.__name__, value)\n1/0\n";
    threads: "import threading, time\ndef work(n):\n    time.sleep(0.2 * (n + 1))\n    print('thread', n)\nthreads = [threading.Thread(target=work, args=(n,)) for n in range(3)]\n[t.start() for t in threads]\nprint('main ends', threading.main_thread().name)\n";
    thread_exception: "import threading\ndef work(): 1/0\nthread = threading.Thread(target=work, name='worker')\nthread.start(); thread.join()\nprint('on')\n";
    daemon_thread: "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\nprint('end')\n";
    asyncio_run: "import asyncio\nasync def main():\n    await asyncio.sleep(0.01)\n    results = await asyncio.gather(*(asyncio.sleep(0.01, n) for n in range(3)))\n    print(results)\nasyncio.run(main())\n";
    asyncio_server: "import asyncio\nasync def handle(reader, writer):\n    writer.write((await reader.readline()).upper()); await writer.drain(); writer.close()\nasync def main():\n    server = await asyncio.start_server(handle, '127.0.0.1', 0)\n    port = server.sockets[0].getsockname()[1]\n    reader, writer = await asyncio.open_connection('127.0.0.1', port)\n    writer.write(b'hello\\n')\n    print(await reader.readline()); writer.close(); server.close()\nasyncio.run(main())\n";
    subprocesses: "import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', 'print(6 * 7)'], capture_output=True, text=True))\nprint(subprocess.check_output(['echo', 'hi']))\nsubprocess.run(['sh', '-c', 'echo direct; exit 3'])\n";
    multiprocessing_fork: "import multiprocessing as mp\ndef square(n): return n * n\nif __name__ == '__main__':\n    with mp.get_context('fork').Pool(2) as pool:\n        print(pool.map(square, range(5)))\n";
    multiprocessing_spawn: "import multiprocessing as mp\ndef square(n): return n * n\nif __name__ == '__main__':\n    with mp.get_context('spawn').Pool(1) as pool:\n        print(pool.map(square, range(3)))\n";
    process_pool: "from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor\ndef square(n): return n * n\nif __name__ == '__main__':\n    with ProcessPoolExecutor(2) as pool: print(list(pool.map(square, range(4))))\n    with ThreadPoolExecutor(2) as pool: print(list(pool.map(square, range(4))))\n";
    shared_memory: "from multiprocessing import shared_memory\nm = shared_memory.SharedMemory(create=True, size=16)\nm.buf[0] = 7\nprint(m.buf[0]); m.close(); m.unlink()\n";
    source_of_functions: "import inspect\ndef f(x):\n    # comment\n    return x\nprint(inspect.getsource(f), inspect.getfile(f))\n";
    pickle_of_main: "import pickle\nclass A:\n    def __init__(self): self.x = 1\nprint(pickle.loads(pickle.dumps(A())).x, pickle.dumps(A))\n";
    dataclass_and_enum: "import dataclasses, enum\n@dataclasses.dataclass(order=True)\nclass P:\n    x: int\n    y: list = dataclasses.field(default_factory=list)\nclass C(enum.Enum):\n    A = enum.auto()\nprint(P(1), P(1) < P(2), C.A, repr(P))\n";
    warnings_shown: "import warnings\nwarnings.warn('old', DeprecationWarning)\nwarnings.warn('user')\ndef f(): warnings.warn('deep', stacklevel=2)\nf()\nf()\n";
    warnings_filtered: "import warnings\nwarnings.simplefilter('error')\nwarnings.warn('now an error')\n";
    logging_output: "import logging\nlogging.basicConfig(level=logging.INFO)\nlogging.info('info %d', 3)\nlogging.getLogger('x').warning('warn')\n";
    input_at_end_of_file: "input('prompt: ')\n";
    closed_stdout: "import sys\nprint('a')\nsys.stdout.close()\n";
    no_newline_at_end: "print('x', end='')";
    unicode_output: "print('äöü €', '\\ud800'.encode('utf-8', 'surrogatepass'))\nprint('\\ud800')\n";
    temp_files: "import tempfile, os\nwith tempfile.NamedTemporaryFile('w+', suffix='.txt') as f:\n    f.write('x'); f.flush()\n    print(os.path.getsize(f.name), tempfile.gettempdir())\n";
    files_in_own_folder: "import os\nopen('new.txt', 'w').write('1')\nprint(sorted(os.listdir('.')))\nprint(open(__file__).read()[:9])\n";
    main_guard_and_reimport: "import importlib\nif __name__ == '__main__':\n    module = importlib.import_module('example')\n    print(module.__name__)\nelse:\n    print('imported')\n";
    generators_and_context: "import contextlib\n@contextlib.contextmanager\ndef c():\n    print('in')\n    try: yield 1\n    finally: print('out')\nwith c() as x: print(x)\ng = (i for i in range(3))\nnext(g)\nprint(list(g))\n";
    gc_and_weakref: "import gc, weakref\nclass A: pass\na = A(); a.me = a\nr = weakref.ref(a, lambda _: print('gone'))\ndel a\nprint(gc.collect() > 0, r())\nprint(gc.isenabled(), gc.get_threshold())\n";
    decimal_and_random: "import random, decimal\nrandom.seed(3)\nprint(random.random(), decimal.Decimal(1) / 3, decimal.getcontext().prec)\n";
    stack_overflow: "import sys\nsys.setrecursionlimit(10**9)\ndef f(): f.__call__()\nclass A:\n    def __repr__(self): return repr(self)\nrepr(A())\n";
}

#[test]
fn a_virtual_environment_is_behaved_as() {
    let _shared = crate::common::share();
    let folder = tempfile::tempdir().unwrap();
    let venv = folder.path().join("venv");
    let made = Command::new(&engine().interpreter().executable)
        .args(["-m", "venv", "--without-pip"])
        .arg(&venv)
        .status()
        .unwrap();
    assert!(made.success());
    let python = venv.join("bin/python");
    let engine = Engine::start(&EngineSettings { python: Some(python.clone()), ..settings() }).unwrap();
    let plan = Plan::module("import sys; print(sys.executable, sys.prefix, sys.prefix != sys.base_prefix)");
    let run = engine.run_all(&[plan], &|_| {}).remove(0);
    assert_eq!(run.stdout.text, format!("{} {} True\n", python.display(), venv.display()), "{run:?}");
    let missing = EngineSettings { python: Some(folder.path().join("none")), ..settings() };
    let error = Engine::start(&missing).err().unwrap().to_string();
    assert!(error.starts_with("cannot run ") && error.contains("none"), "{error}");
}
