//! Attacks on memory.

use super::attack::{Attack, Expected::*, Limit, attack, refused};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack("a list that grows", Exited(1), "x = []\nwhile True: x.append(bytearray(10**8))"),
        attack("one huge object", Exited(1), "bytearray(10**12)"),
        attack("a text that doubles", Exited(1), "s = 'x'\nwhile True: s += s"),
        attack(
            "memory of many processes",
            Either(&[Exhausted(Limit::Memory), TimedOut]),
            "import os, time\nfor _ in range(7):\n    if os.fork() == 0: break\nx = bytearray(b'x') * (150 << 20)\ntime.sleep(1000)",
        ),
        attack(
            "mmap without end",
            Exited(0),
            "import mmap\nmaps = []\ntry:\n    while True: maps.append(mmap.mmap(-1, 1 << 26))\nexcept (OSError, MemoryError): pass",
        ),
        attack(
            "locks all memory",
            Exited(0),
            "import ctypes\nlibc = ctypes.CDLL(None)\nx = bytearray(200 << 20)\nassert libc.mlock((ctypes.c_char * len(x)).from_buffer(x), len(x)) == -1",
        ),
        refused(
            "memory in files without a name",
            &["lambda: os.memfd_create('attack')", "lambda: syscall(447, 0)"],
        ),
        refused(
            "memory that outlives its process",
            &[
                "lambda: c('shmget', 4711, 1 << 20, 0o1666)",
                "lambda: c('semget', 4711, 1, 0o1666)",
                "lambda: c('msgget', 4711, 0o1666)",
                "lambda: c('mq_open', b'/attack', 0o102, 0o666, None)",
            ],
        ),
        attack(
            "a stack overflow in C",
            Killed(11),
            "import ctypes\nf = ctypes.CFUNCTYPE(None)(lambda: f())\nimport sys; sys.setrecursionlimit(10**9)\ndef g(): return [*map(lambda _: g(), [0])]\ng()",
        ),
        attack("recursion", Exited(1), "def f(): f()\nf()"),
        attack("reads a null pointer", Killed(11), "import ctypes; ctypes.string_at(0)"),
        refused(
            "raises its limits",
            &[
                "lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 50, 1 << 50))",
                "lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1 << 20, 1 << 20))",
                "lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 50, 1 << 50))",
                "lambda: resource.setrlimit(resource.RLIMIT_CPU, (1 << 30, 1 << 30))",
            ],
        ),
    ]
}
