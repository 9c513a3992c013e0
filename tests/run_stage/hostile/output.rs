//! Attacks by output, and on the files it goes to.

use super::attack::{Attack, Expected::*, attack};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack(
            "1 GB of output",
            OutputLimit,
            "import sys\nfor _ in range(1024): sys.stdout.write('x' * 2**20)",
        ),
        attack(
            "output through a descriptor",
            OutputLimit,
            "import os\nwhile True:\n    try: os.write(2, b'y' * 2**20)\n    except OSError: pass",
        ),
        attack(
            "output of children",
            OutputLimit,
            "import os\nfor _ in range(3): os.fork()\nwhile True: print('z' * 10000, flush=True)",
        ),
        attack(
            "output enlarged to a hole",
            Killed(25),
            "import os, signal; signal.signal(25, signal.SIG_DFL); os.ftruncate(1, 2**40)",
        ),
        attack("a small hole", OutputLimit, "import os\nos.ftruncate(1, 40 << 20)"),
        attack(
            "changes the flags of its output",
            Exited(0),
            "import fcntl, os\nfcntl.fcntl(1, fcntl.F_SETFL, os.O_NONBLOCK)\nos.lseek(1, 1000, 0)\nfcntl.flock(1, fcntl.LOCK_EX)",
        ),
        attack(
            "maps its output and writes there",
            Exited(0),
            "import mmap, os\nos.write(1, b'x' * 4096)\nm = mmap.mmap(1, 4096)\nm[:4] = b'\\0\\xff\\xfe\\0'",
        ),
        attack("bytes that are no text", Exited(0), "import os\nos.write(1, bytes(range(256)) * 100)"),
        attack("sequences for a terminal", Exited(0), "print('\\x1b]0;attack\\x07\\x1b[2J\\x1b[31m')"),
        attack(
            "replaces sys.stdout",
            Exited(120),
            "import sys\nclass Out:\n    def write(self, text): raise SystemError\n    flush = write\nsys.stdout = sys.__stdout__ = Out()\nprint(1)",
        ),
        attack(
            "closes its output",
            Exited(0),
            "import os\nos.close(1); os.close(2); os.close(0)\nimport sys; sys.stdout = sys.stderr = None",
        ),
        attack(
            "codecs that never end",
            TimedOut,
            "import codecs\ndef search(name):\n    while True: pass\ncodecs.register(search)\n'x'.encode('attack')",
        ),
        attack(
            "a wrong locale",
            Exited(0),
            "import locale, os\nos.environ['LC_ALL'] = 'attack'\ntry: locale.setlocale(locale.LC_ALL, '')\nexcept locale.Error: pass\nprint('\\u00e4\\U0001f600')",
        ),
    ]
}
