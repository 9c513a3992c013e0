//! The programs of the fidelity suite.

/// A program, and the minor version of CPython 3 whose syntax or library it needs.
pub struct Program {
    pub name: &'static str,
    pub since: u32,
    pub source: &'static str,
}

/// What cannot be as it is without truedoc: the program, the minor versions in which it differs (all if
/// none), and why. `docs/fidelity.md` lists them.
pub const KNOWN: &[(&str, &[u32], &str)] = &[
    ("null_byte", &[], "code comes from a document, not from a file: there it is text"),
    (
        "thread_at_exit",
        &[12],
        "CPython 3.12 refuses new threads in exit handlers; here the interpreter never ends",
    ),
    ("fork_at_exit", &[12], "CPython 3.12 refuses to fork in exit handlers"),
    ("closed_stdout_descriptor", &[13], "the words of the message"),
];

macro_rules! programs {
    ($($name:ident $(since $since:literal)?: $source:expr;)*) => {
        /// All programs.
        pub const PROGRAMS: &[Program] = &[$(Program {
            name: stringify!($name),
            since: [9 $(, $since)?][[9 $(, $since)?].len() - 1],
            source: $source,
        }),*];

        /// Each of them under the interpreter that is embedded.
        mod embedded {
            $(#[test] fn $name() { super::super::check_embedded(stringify!($name)); })*
        }
    };
}

programs! {
    interpreter_state: "\
import sys, os
print(sys.argv, getattr(sys, 'orig_argv', None), sys.executable, sys.prefix, sys.base_prefix, sys.flags, sys.path)
print(__name__, sorted(globals()), __file__, __builtins__, type(__loader__), __spec__, __doc__)
print(sys._getframe().f_back, sys.modules['__main__'].__dict__ is globals(), os.getcwd())
print(sorted(os.environ.items()))
print(hash('a'), sys.getrecursionlimit(), sys.stdout.encoding, sys.stdin.read())
";
    processors: "import os\nprint(sorted(os.sched_getaffinity(0)), os.cpu_count())\n";
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
    frames: "import inspect, sys, traceback\ndef f():\n    return [frame.function for frame in inspect.stack()], len(traceback.extract_stack())\nprint(f(), [frame.f_code.co_name for frame in sys._current_frames().values()])\ntraceback.print_stack()\n";
    depth_of_recursion: "import sys\ndef depth(n):\n    try:\n        return depth(n + 1)\n    except RecursionError as error:\n        return n, str(error)\nprint(depth(0), sys.getrecursionlimit())\nclass A:\n    def __eq__(self, other): return self == other\ntry: A() == A()\nexcept RecursionError as error: print(error)\n";
    import_system: "import sys\nprint(sys.meta_path[-3:], sys.path_hooks, sorted(sys.path_importer_cache))\nprint(sys.dont_write_bytecode, sys.pycache_prefix, sys.warnoptions, sys._xoptions, sys.implementation)\n";
    standard_streams: "import os, sys\nfor stream in sys.stdin, sys.stdout, sys.stderr:\n    print(stream.name, stream.mode, stream.encoding, stream.errors, stream.isatty(), stream.line_buffering, stream.fileno())\nprint(sys.stdin.seekable(), sys.stdin.read(), sys.stdin is sys.__stdin__, os.get_inheritable(0))\n";
    signal_handlers: "import signal, sys\nfor number in sorted(signal.valid_signals()):\n    handler = signal.getsignal(number)\n    if handler != signal.SIG_DFL: print(number, handler)\nprint(signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.getitimer(signal.ITIMER_REAL))\n";
    closed_stdout_descriptor: "import os\nprint('lost')\nos.close(1)\n";
    closed_stderr: "import os\nos.close(2)\nprint('kept')\n1/0\n";
    exit_by_false_and_bytes: "import sys, atexit\natexit.register(lambda: print('handler'))\nsys.exit(False)\n";
    exit_by_own_class: "class Leave(SystemExit): pass\nraise Leave(3)\n";
    exit_by_negative_number: "import sys\nsys.exit(-1)\n";
    exit_by_text_to_stderr: "import sys\nclass T:\n    def __str__(self): return 'own text'\nsys.exit(T())\n";
    exit_by_quit: "print(quit, exit)\nquit(4)\n";
    exit_within_exit_handler: "import atexit, sys\natexit.register(print, 'later')\natexit.register(sys.exit, 5)\nprint('main')\n";
    exit_in_thread: "import threading, sys\nthread = threading.Thread(target=sys.exit, args=(3,))\nthread.start(); thread.join()\nprint('on')\n";
    exit_within_try: "import sys\ntry:\n    sys.exit('text')\nfinally:\n    print('finally')\n";
    exit_handlers_of_threads: "import atexit, threading, concurrent.futures\natexit.register(print, 'handler')\ngate = threading.Event()\npool = concurrent.futures.ThreadPoolExecutor(2)\nfuture = pool.submit(lambda: (gate.wait(), print('in pool')))\nthreading.Thread(target=lambda: (future.result(), print('in thread'))).start()\nprint('main ends')\ngate.set()\n";
    submit_at_exit: "import atexit, concurrent.futures, threading\npool = concurrent.futures.ThreadPoolExecutor(1)\npool.submit(print, 'first').result()\ndef late():\n    try: print(pool.submit(print, 'late'))\n    except RuntimeError as error: print('refused', error)\natexit.register(late)\n";
    thread_at_exit: "import atexit, threading\ndef late():\n    try:\n        thread = threading.Thread(target=print, args=('late',))\n        thread.start(); thread.join()\n    except RuntimeError as error:\n        print('refused', error)\natexit.register(late)\n";
    fork_at_exit: "import atexit, os\ndef late():\n    try:\n        child = os.fork()\n        if child == 0: os._exit(3)\n        print(os.waitpid(child, 0)[1])\n    except Exception as error:\n        print(type(error).__name__, error)\natexit.register(late)\n";
    finalize_at_exit: "import weakref, tempfile, os\nclass A: pass\na = A()\nweakref.finalize(a, print, 'finalized')\nfolder = tempfile.TemporaryDirectory()\nprint(os.path.isdir(folder.name))\n";
    generators_at_exit: "def numbers():\n    try:\n        yield 1\n        yield 2\n    finally:\n        print('closed')\ng = numbers()\nprint(next(g))\n";
    coroutine_never_awaited: "import asyncio\nasync def f(): pass\nf()\nprint('on')\n";
    asyncio_exception_and_cancel: "import asyncio\nasync def fail(): raise ValueError('in task')\nasync def main():\n    task = asyncio.create_task(fail(), name='failing')\n    await asyncio.sleep(0.01)\n    sleeper = asyncio.create_task(asyncio.sleep(10))\n    await asyncio.sleep(0)\n    sleeper.cancel()\n    try: await sleeper\n    except asyncio.CancelledError: print('cancelled')\n    try: await asyncio.wait_for(asyncio.sleep(5), 0.01)\n    except asyncio.TimeoutError as error: print(type(error))\n    await task\nasyncio.run(main())\n";
    asyncio_subprocess: "import asyncio, sys\nasync def main():\n    process = await asyncio.create_subprocess_exec(sys.executable, '-c', 'print(input()[::-1])',\n        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)\n    print(await process.communicate(b'abc\\n'), process.returncode)\nasyncio.run(main())\n";
    multiprocessing_forkserver: "import multiprocessing as mp\ndef square(n): return n * n\nif __name__ == '__main__':\n    with mp.get_context('forkserver').Pool(1) as pool:\n        print(pool.map(square, range(3)))\n";
    multiprocessing_queue_and_exit_code: "import multiprocessing as mp, sys\ndef work(queue):\n    queue.put('from child')\n    sys.exit(7)\nif __name__ == '__main__':\n    queue = mp.Queue()\n    process = mp.Process(target=work, args=(queue,))\n    process.start()\n    print(queue.get()); process.join(); print(process.exitcode, process.name)\n";
    multiprocessing_manager: "import multiprocessing as mp\nif __name__ == '__main__':\n    with mp.Manager() as manager:\n        shared = manager.dict(a=1)\n        shared['b'] = 2\n        print(dict(shared))\n";
    fork_and_exit: "import os, sys\nprint('before', flush=True)\nchild = os.fork()\nif child == 0:\n    print('child')\n    sys.exit(9)\nprint(os.waitpid(child, 0)[1] >> 8)\n";
    tracing: "import sys\nevents = []\ndef trace(frame, event, argument):\n    events.append((event, frame.f_code.co_name, frame.f_lineno))\n    return trace\ndef f():\n    x = 1\n    return x\nsys.settrace(trace); f(); sys.settrace(None)\nprint(events)\n";
    disassembly: "import dis\ndef f(a, b=2):\n    for c in range(a): b += c\n    return f'{b!r}'\ndis.dis(f)\n";
    compiled_by_hand: "code = compile('x = 1\\ny = x +\\n' if False else 'def g():\\n    raise KeyError(\"k\")\\ng()', '<text>', 'exec')\nexec(code)\n";
    exception_with_bad_text: "class E(Exception):\n    def __str__(self): raise ValueError('no text')\nraise E\n";
    exception_of_several_lines: "raise ValueError('first\\nsecond')\n";
    exception_in_nested_class: "class A:\n    class B(Exception):\n        pass\ndef f():\n    raise A.B('x', 1)\nf()\n";
    name_suggestions: "import collections\nvalue = 1\ntry:\n    collections.namedtuples\nexcept AttributeError as error:\n    print(error)\nprint(vlaue)\n";
    cause_is_suppressed: "try:\n    {}['a']\nexcept KeyError:\n    raise RuntimeError('only this') from None\n";
    exception_while_handling: "def f():\n    try:\n        int('x')\n    finally:\n        [][1]\nf()\n";
    assertion_with_message: "x = [1]\nassert x == [2], f'{x} is not [2]'\n";
    import_error_of_own_name: "from json import lods\n";
    circular_import_of_itself: "import example\nprint(example.__name__, __name__)\n";
    unknown_module: "import nothing_of_this_name\n";
    syntax_error_in_string: "x = 'abc\nprint(x)\n";
    syntax_error_of_keyword: "for = 3\n";
    syntax_error_in_f_string: "x = 1\nprint(f'{x +}')\n";
    syntax_error_of_return: "print(1)\nreturn 2\n";
    tabs_and_spaces: "if True:\n	x = 1\n        y = 2\n";
    null_byte: "x = 1\n\0\n";
    invalid_escape: "print('\\d', len('\\d'))\n";
    future_annotations: "from __future__ import annotations\ndef f(x: undefined) -> int: ...\nprint(f.__annotations__, __annotations__)\n";
    module_annotations: "x: int = 1\ny: 'str'\nprint(__annotations__)\n";
    module_docstring: "'''What it is.'''\nprint(__doc__)\nimport inspect, sys\nprint(inspect.getdoc(sys.modules[__name__]))\n";
    builtins_replaced: "import builtins\nbuiltins.len = lambda _: 'replaced'\nbuiltins.print, show = None, print\nshow(len([1]))\n";
    standard_output_replaced: "import io, sys, contextlib\nwith contextlib.redirect_stdout(io.StringIO()) as text: print('inside')\nsys.stdout.write(text.getvalue().upper())\nsys.stdout = None\nprint('lost')\n";
    unraisable_hook: "import sys\nsys.unraisablehook = lambda event: print('hook', event.exc_value, event.object.__name__)\nclass D:\n    def __del__(self): raise ValueError('in del')\nD()\n";
    thread_hook: "import threading\nthreading.excepthook = lambda args: print('hook', args.exc_value)\nthread = threading.Thread(target=lambda: 1/0)\nthread.start(); thread.join()\n";
    display_hook: "import sys\nsys.displayhook(3)\nexec(compile('6*7', '<x>', 'single'))\n";
    breakpoint_without_input: "x = 1\nbreakpoint()\nprint('after')\n";
    help_text: "def f(a, *, b=1):\n    'Says it.'\nhelp(f)\n";
    sqlite_and_zlib: "import sqlite3, zlib\ndb = sqlite3.connect(':memory:')\ndb.execute('create table t(a)'); db.execute('insert into t values (1)')\nprint(db.execute('select a + 1 from t').fetchall(), zlib.crc32(b'x'))\n";
    ctypes_calls: "import ctypes\nlibc = ctypes.CDLL(None)\nprint(libc.abs(-3), ctypes.pythonapi.Py_IsInitialized())\n";
    run_as_script_by_runpy: "import runpy, sys\nopen('other.py', 'w').write('print(__name__, __file__)')\nrunpy.run_path('other.py', run_name='__main__')\n";
    resource_limits: "import resource\nprint(resource.getrlimit(resource.RLIMIT_STACK)[0] > 0)\n";
    locale_and_time: "import locale, time, datetime\nprint(locale.getlocale(), time.tzname, locale.getpreferredencoding(), datetime.datetime.fromtimestamp(0))\n";
    match_statement since 10: "def f(x):\n    match x:\n        case [a, *rest] if rest: return a, rest\n        case {'k': v}: return v\n        case str() | None: return 'text'\nprint(f([1, 2]), f({'k': 3}), f(None), f(4))\n";
    parenthesized_with since 10: "import contextlib\nwith (contextlib.nullcontext(1) as a, contextlib.nullcontext(2) as b):\n    print(a, b)\nprint(int | str, isinstance(1, int | str))\n";
    exception_group since 11: "try:\n    raise ExceptionGroup('several', [ValueError(1), TypeError('t')])\nexcept* ValueError as group:\n    print(group.exceptions)\n";
    exception_notes since 11: "try:\n    1/0\nexcept ZeroDivisionError as error:\n    error.add_note('a note')\n    raise\n";
    task_group since 11: "import asyncio\nasync def fail(): raise ValueError('task')\nasync def main():\n    async with asyncio.TaskGroup() as group:\n        group.create_task(fail())\nasyncio.run(main())\n";
    type_statement since 12: "type Pair[T] = tuple[T, T]\ndef first[T](pair: Pair[T]) -> T: return pair[0]\nclass Box[T: int]: pass\nprint(Pair, first((1, 2)), Box.__type_params__, first.__type_params__)\n";
    nested_f_string since 12: "names = ['a', 'b']\nprint(f\"{', '.join(f\"{name!r}\" for name in names)}\")\n";
    type_defaults since 13: "class Box[T = int]: pass\nprint(Box.__type_params__[0].__default__)\nimport copy\nprint(copy.replace)\n";
}
