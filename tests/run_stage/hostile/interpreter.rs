//! Attacks on the state of the interpreter, from which the next example is forked.

use super::attack::{Attack, Expected::*, attack};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack(
            "breaks the driver",
            Any,
            "import builtins, sys, os\nfor name in list(vars(builtins)):\n    if name not in ('__import__', 'name', 'vars', 'list'):\n        try: setattr(builtins, name, None)\n        except BaseException: break\nos.fork = os._exit = None\nsys.modules.clear()",
        ),
        attack("_exit", Exited(3), "import os; os._exit(3)"),
        attack("exit", Exited(9), "import sys; sys.exit(9)"),
        attack("exits with a huge number", Exited(255), "import sys; sys.exit(10**100)"),
        attack(
            "replaces modules",
            Exited(0),
            "import sys, os, json, collections\nos.listdir = json.dumps = collections.Counter = lambda *a, **k: 'attack'\nsys.modules['os'] = sys.modules['json'] = None\nsys.path[:] = ['/nowhere']; sys.meta_path.clear(); sys.path_hooks.clear()",
        ),
        attack(
            "replaces modules on the disk of its folder",
            Exited(0),
            "for name in ('json', 'collections', 'os', 'site', 'sitecustomize', 'encodings'): open(name + '.py', 'w').write('raise SystemExit(66)')\nimport json",
        ),
        attack(
            "traces, profiles and audits everything",
            Exited(0),
            "import sys, threading\ndef hook(*a): return hook\nsys.settrace(hook); sys.setprofile(hook); threading.settrace(hook)\nsys.addaudithook(lambda *a: None)\nsys.setswitchinterval(1e-9)\nsys.setrecursionlimit(60)",
        ),
        attack(
            "an audit hook that refuses all",
            Any,
            "import sys\ndef hook(event, arguments): raise RuntimeError(event)\nsys.addaudithook(hook)",
        ),
        attack(
            "garbage that comes back to life",
            Exited(0),
            "import gc\nkept = []\nclass C:\n    def __del__(self): kept.append(self)\nc = C(); c.c = c\ndel c\ngc.set_threshold(1)",
        ),
        attack(
            "threads that run on at the end",
            Exited(0),
            "import threading, time\ndef work():\n    while True: time.sleep(0); [object() for _ in range(100)]\nfor _ in range(4): threading.Thread(target=work, daemon=True).start()",
        ),
        attack("deep recursion of data", Any, "x = []\nfor _ in range(10**6): x = [x]\nprint(len(repr(x)))"),
        attack(
            "an exception that cannot be shown",
            Exited(1),
            "class E(Exception):\n    def __str__(self): raise SystemExit(66)\n    __repr__ = __str__\nraise E",
        ),
        attack(
            "an excepthook that exits",
            Exited(1),
            "import sys\nsys.excepthook = lambda *a: sys.stdout.write('hook\\n')\n1 / 0",
        ),
        attack("writes over its own code", Any, "import ctypes\nctypes.memset(id(None), 0, 16)\nNone"),
    ]
}
