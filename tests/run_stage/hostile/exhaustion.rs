//! Attacks that exhaust what all programs of the machine share.

use super::attack::{Attack, Expected::*, Limit, attack};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack(
            "inodes",
            Either(&[Exited(0), Exhausted(Limit::Disk), TimedOut]),
            "try:\n    for n in range(100000): open('f%d' % n, 'w').close()\nexcept OSError: pass",
        ),
        attack(
            "disk space",
            Either(&[Exited(0), Exhausted(Limit::Disk)]),
            "n = 0\ntry:\n    while True:\n        with open('big%d' % n, 'wb') as f: f.write(b'x' * 2**24)\n        n += 1\nexcept OSError: pass",
        ),
        attack(
            "shared memory in /dev/shm",
            Exited(0),
            "try:\n    for n in range(100):\n        with open('/dev/shm/attack%d' % n, 'wb') as f: f.write(b'x' * 2**24)\nexcept OSError: pass",
        ),
        attack(
            "descriptors",
            Exited(0),
            "import os\nkept = []\ntry:\n    while True: kept.append(os.open('/dev/null', 0))\nexcept OSError: assert len(kept) < 2000",
        ),
        attack(
            "descriptors of many processes",
            Either(&[Exhausted(Limit::Descriptors), TimedOut]),
            "import os, time\nfor _ in range(9):\n    if os.fork() == 0: break\ntry:\n    while True: os.pipe()\nexcept OSError: time.sleep(1000)",
        ),
        attack(
            "buffers of sockets",
            Exited(0),
            "import socket\nkept = []\ntry:\n    while True:\n        pair = socket.socketpair(); kept.append(pair)\n        for s in pair:\n            s.setblocking(False)\n            try:\n                while True: s.send(b'x' * 65536)\n            except BlockingIOError: pass\nexcept OSError: pass",
        ),
        attack(
            "watches of files",
            Exited(0),
            "import ctypes, os\nlibc = ctypes.CDLL(None)\nkept = []\nwhile len(kept) < 5000:\n    n = libc.inotify_init1(0)\n    if n == -1: break\n    kept.append(n)\nassert len(kept) < 1100",
        ),
        attack(
            "semaphores",
            Any,
            "import _multiprocessing, os\nkept = []\ntry:\n    for n in range(5000): kept.append(_multiprocessing.SemLock(1, 1, 1, '/attack%d-%d' % (os.getpid(), n), False))\nexcept OSError: pass",
        ),
        attack(
            "timers and events",
            Any,
            "import ctypes\nlibc = ctypes.CDLL(None)\nfor call in (lambda: libc.eventfd(0, 0), lambda: libc.timerfd_create(1, 0), lambda: libc.epoll_create1(0)):\n    for _ in range(500): call()",
        ),
        attack(
            "the processor, by many threads",
            TimedOut,
            "import hashlib, threading\ndef work():\n    while True: hashlib.sha256(b'x' * 10**7)\nfor _ in range(50): threading.Thread(target=work).start()",
        ),
    ]
}
