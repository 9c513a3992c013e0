//! Attacks on the runner itself: its descriptors, its memory, its zygote.

use super::attack::{Attack, Expected::*, attack, refused};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack("closes all descriptors", Exited(0), "import os\nos.closerange(0, 65536)"),
        attack(
            "garbage to all descriptors",
            Exited(0),
            "import os\nfor n in range(3, 1024):\n    try: os.write(n, b'garbage' * 1000)\n    except OSError: continue\n    os._exit(66)",
        ),
        attack(
            "inherited descriptors",
            Exited(0),
            "import os\nassert sorted(os.listdir('/proc/self/fd')) == ['0', '1', '2', '3'], os.listdir('/proc/self/fd')\nassert os.read(0, 1) == b''",
        ),
        attack(
            "scribbles over shared memory",
            Any,
            "import ctypes\nfor line in open('/proc/self/maps'):\n    part = line.split()\n    if 'rw-s' in line:\n        start, end = (int(n, 16) for n in part[0].split('-'))\n        ctypes.memset(start, 0xff, end - start)",
        ),
        attack(
            "zeroes shared memory and goes on",
            Exited(1),
            "import ctypes\nfor line in open('/proc/self/maps'):\n    part = line.split()\n    if 'rw-s' in line:\n        start, end = (int(n, 16) for n in part[0].split('-'))\n        ctypes.memset(start, 0, end - start)\n1 / 0",
        ),
        attack(
            "a million inputs that printed all",
            Exited(0),
            r#"import ctypes, struct
print("x" * 1000000, flush=True)
for line in open('/proc/self/maps'):
    part = line.split()
    if 'rw-s' not in line: continue
    start, end = (int(n, 16) for n in part[0].split('-'))
    text = b'{"input":{"start":0,"end":1000000,"raised":null}}'
    entry = struct.pack('<II', len(text), 1) + text
    entry += b'\0' * (-len(entry) % 8)
    count = ((end - start) - 64) // len(entry)
    ctypes.memmove(start + 64, entry * count, len(entry) * count)
    ctypes.memmove(start, struct.pack('<Q', len(entry) * count), 8)
"#,
        ),
        attack(
            "leaves a message for the next example",
            Exited(0),
            r#"import ctypes
for line in open('/proc/self/maps'):
    part = line.split()
    if 'rw-s' in line:
        start, end = (int(n, 16) for n in part[0].split('-'))
        ctypes.memset(start + 4096, 0x41, end - start - 4096)
"#,
        ),
        attack(
            "finds a message of the last example",
            Exited(0),
            r#"import ctypes
for line in open('/proc/self/maps'):
    part = line.split()
    if 'rw-s' in line:
        start, end = (int(n, 16) for n in part[0].split('-'))
        assert ctypes.string_at(start + 4096, end - start - 4096).strip(b'\0') == b'', 'found'
"#,
        ),
        attack(
            "names somebody else as its continuation",
            Exited(0),
            r#"import ctypes, os, struct
for line in open('/proc/self/maps'):
    part = line.split()
    if 'rw-s' in line:
        start = int(part[0].split('-')[0], 16)
        ctypes.memmove(start + 8, struct.pack('<i', os.getppid()), 4)
"#,
        ),
        refused(
            "reaches into its zygote and its runner",
            &[
                "lambda: open(f'/proc/{os.getppid()}/mem', 'rb').read(1)",
                "lambda: open(f'/proc/{os.getppid()}/environ', 'rb').read()",
                "lambda: open(f'/proc/{os.getppid()}/maps', 'rb').read(1)",
                "lambda: os.readlink(f'/proc/{os.getppid()}/fd/3')",
                "lambda: os.listdir(f'/proc/{os.getppid()}/root')",
                "lambda: os.listdir(f'/proc/{os.getppid()}/cwd/')",
                "lambda: open('/proc/PARENT/environ', 'rb').read()",
                "lambda: open('/proc/PARENT/mem', 'rb').read(1)",
                "lambda: os.readlink('/proc/PARENT/fd/0')",
                "lambda: c('ptrace', 16, os.getppid(), 0, 0)",
                "lambda: c('ptrace', 16, PARENT, 0, 0)",
                "lambda: c('process_vm_readv', os.getppid(), None, 0, None, 0, 0)",
                "lambda: c('process_vm_writev', os.getppid(), None, 0, None, 0, 0)",
                "lambda: syscall(438, os.pidfd_open(os.getppid()), 0, 0)",
            ],
        ),
        refused(
            "takes limits and priority from its zygote and its runner",
            &[
                "lambda: resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (3, 3))",
                "lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (0, 1))",
                "lambda: resource.prlimit(PARENT, resource.RLIMIT_NOFILE)",
                "lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
                "lambda: os.setpriority(os.PRIO_PROCESS, PARENT, 19)",
                "lambda: os.setpriority(os.PRIO_USER, 0, 19)",
                "lambda: os.sched_setaffinity(os.getppid(), {0})",
                "lambda: os.sched_setaffinity(PARENT, {0})",
                "lambda: os.sched_setscheduler(os.getppid(), os.SCHED_IDLE, os.sched_param(0))",
                "lambda: syscall(251 if X86 else 30, 1, os.getppid(), 3 << 13)",
                "lambda: syscall(251 if X86 else 30, 3, 0, 3 << 13)",
            ],
        ),
        refused(
            "starts the worker's program again",
            &[
                "lambda: os.execv('/proc/self/exe', ['truedoc', 'check'])",
                "lambda: open('/proc/self/exe', 'rb').read(4)",
            ],
        ),
    ]
}
