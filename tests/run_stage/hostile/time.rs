//! Attacks on time: to run for ever, in every way there is.

use super::attack::{Attack, Expected::*, attack};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack("endless loop", TimedOut, "while True: pass"),
        attack(
            "a loop that catches all",
            TimedOut,
            "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        ),
        attack("sleep", TimedOut, "import time; time.sleep(1000)"),
        attack(
            "sleep with all signals ignored",
            TimedOut,
            "import signal, time\nfor s in range(1, 65):\n    try: signal.signal(s, signal.SIG_IGN)\n    except (OSError, ValueError): pass\ntime.sleep(1000)",
        ),
        attack("one long step in C", TimedOut, "10 ** 10 ** 9"),
        attack("a regular expression that explodes", TimedOut, "import re; re.match('(a*)*b', 'a' * 40)"),
        attack(
            "a thread that does not end",
            TimedOut,
            "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()",
        ),
        attack(
            "an exit handler that sleeps",
            TimedOut,
            "import atexit, time; atexit.register(time.sleep, 1000)",
        ),
        attack(
            "a finalizer that loops",
            TimedOut,
            "class C:\n    def __del__(self):\n        while True: pass\nc = C()",
        ),
        attack(
            "a deadlock",
            TimedOut,
            "import threading\nlock = threading.Lock(); lock.acquire(); lock.acquire()",
        ),
        attack(
            "waits for a child that waits",
            TimedOut,
            "import os, time\nif os.fork() == 0:\n    time.sleep(1000)\nos.wait()",
        ),
        attack("reads what never comes", TimedOut, "import os\nr, w = os.pipe()\nos.read(r, 1)"),
        attack(
            "a pipe with a name that nobody writes to",
            TimedOut,
            "import os\nos.mkfifo('pipe')\nopen('pipe')",
        ),
        attack("stops itself", TimedOut, "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"),
        attack(
            "a continuation that does not end",
            Exited(1),
            "import os, time\nif os.fork() == 0:\n    time.sleep(1000)\n1 / 0",
        )
        .leaving(1),
    ]
}
