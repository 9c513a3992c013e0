//! Attacks by processes: too many of them, or such as do not go away.

use super::attack::{Attack, Expected::*, Limit, attack, refused};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack(
            "a fork bomb",
            Either(&[TimedOut, Exhausted(Limit::Processes), Killed(9)]),
            "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
        ),
        attack(
            "a fork bomb of short lives",
            Either(&[TimedOut, Exited(0), Exhausted(Limit::Processes)]),
            "import os\nfor _ in range(3000):\n    try:\n        if os.fork() == 0:\n            if os.fork() == 0: os.setsid()\n            os._exit(0)\n    except OSError: pass",
        )
        .leaving_at_most(128),
        attack(
            "a thread bomb",
            Either(&[Exited(0), Exhausted(Limit::Processes), TimedOut]),
            "import threading, time\nwhile True:\n    try: threading.Thread(target=time.sleep, args=(100,), daemon=True).start()\n    except RuntimeError: break",
        ),
        attack(
            "a daemon by a double fork",
            Exited(0),
            "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        while True:\n            try: open('daemon', 'a').write('x')\n            except OSError: pass\n    os._exit(0)",
        )
        .leaving(1),
        attack(
            "a fork in an exit handler",
            Exited(0),
            "import atexit, os, time\n@atexit.register\ndef last():\n    if os.fork() == 0:\n        os.setsid(); time.sleep(1000)",
        )
        .leaving(1),
        attack(
            "a fork in a finalizer",
            Exited(0),
            "import os, time\nclass C:\n    def __del__(self, os=os, time=time):\n        if os.fork() == 0: time.sleep(1000)\nc = C()",
        )
        .leaving(1),
        attack(
            "children that ignore the end of their parent",
            Exited(0),
            "import os, signal, time\nfor _ in range(5):\n    if os.fork() == 0:\n        for s in (1, 2, 15): signal.signal(s, signal.SIG_IGN)\n        os.closerange(0, 100)\n        time.sleep(1000)",
        )
        .leaving(5),
        attack(
            "a child of its own that adopts orphans",
            Exited(0),
            "import ctypes, os, time\nctypes.CDLL(None).prctl(36, 1, 0, 0, 0)\nfor _ in range(3):\n    if os.fork() == 0:\n        if os.fork() == 0: time.sleep(1000)\n        os._exit(0)",
        )
        .leaving(3),
        attack("os._exit in a thread", Exited(7), "import os, threading, time\nthreading.Thread(target=os._exit, args=(7,)).start()\ntime.sleep(1000)"),
        attack("becomes another program", Exited(5), "import os; os.execv('/bin/sh', ['sh', '-c', 'exit 5'])"),
        refused(
            "programs that run as root",
            &[
                "lambda: gain() or setuid_program()",
                "lambda: gain() or os.setuid(0)",
                "lambda: gain() or os.setgid(0)",
                "lambda: os.setgroups([0])",
            ],
        ),
        attack(
            "huge arguments and environment",
            Exited(0),
            "import subprocess, sys\ntry: subprocess.run([sys.executable, '-c', 'pass'] + ['x' * 100000] * 50, env={'A': 'y' * 120000})\nexcept OSError: pass",
        ),
    ]
}
