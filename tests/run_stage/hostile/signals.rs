//! Attacks by signals.

use super::attack::{Attack, Expected::*, attack, refused};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack(
            "kills everybody",
            Exited(0),
            "import os, signal\nfor target in (-1, 1, os.getppid(), PARENT):\n    try: os.kill(target, signal.SIGKILL)\n    except OSError: pass",
        ),
        attack(
            "kills all numbers",
            Exited(0),
            "import os\nfor n in range(1, 5000):\n    try: os.kill(n, 9) if n != os.getpid() else None\n    except OSError: pass",
        ),
        attack("kills itself", Killed(9), "import os; os.kill(os.getpid(), 9)"),
        attack("abort", Killed(6), "import os; os.abort()"),
        attack("kills its own group", Killed(15), "import os, signal; os.killpg(0, signal.SIGTERM)"),
        attack(
            "a storm of signals to its own group",
            Exited(0),
            "import os, signal\nfor s in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGCHLD, signal.SIGURG, signal.SIGWINCH): signal.signal(s, signal.SIG_IGN)\nfor _ in range(20000):\n    os.killpg(0, signal.SIGUSR1); os.killpg(0, signal.SIGCHLD)",
        ),
        refused(
            "stops and signals the runner",
            &[
                "lambda: os.kill(PARENT, signal.SIGSTOP)",
                "lambda: os.kill(PARENT, 0)",
                "lambda: os.kill(os.getppid(), signal.SIGSTOP)",
                "lambda: os.kill(os.getppid(), signal.SIGCONT)",
                "lambda: os.killpg(os.getpgid(os.getppid()) or must_not(), signal.SIGSTOP)",
                "lambda: c('tgkill', os.getppid(), os.getppid(), 19)",
            ],
        ),
        attack(
            "signals that queue up",
            Exited(0),
            "import ctypes, os, signal\nlibc = ctypes.CDLL(None)\nsignal.pthread_sigmask(signal.SIG_BLOCK, [40])\nn = 0\nwhile libc.sigqueue(os.getpid(), 40, None) == 0 and n < 200000: n += 1\nassert n < 20000, n",
        ),
        attack(
            "alarms that never stop",
            Either(&[TimedOut, Exited(1)]),
            "import signal\nsignal.signal(signal.SIGALRM, lambda *_: None)\nsignal.setitimer(signal.ITIMER_REAL, 1e-6, 1e-6)\nwhile True: pass",
        ),
        attack(
            "interrupts itself",
            Killed(2),
            "import os, signal; os.kill(os.getpid(), signal.SIGINT)\nimport time; time.sleep(1)",
        ),
        attack(
            "a crash that faulthandler reports",
            Killed(11),
            "import faulthandler, ctypes\nfaulthandler.enable()\nctypes.string_at(0)",
        ),
        attack(
            "faulthandler ends it later",
            Exited(1),
            "import faulthandler, time\nfaulthandler.dump_traceback_later(0.05, exit=True)\ntime.sleep(1000)",
        ),
    ]
}
