//! Attacks by way of `/proc`, `/sys` and `/dev`.

use super::attack::{Attack, Expected::*, attack, refused};

pub fn attacks() -> Vec<Attack> {
    vec![
        refused(
            "settings of the kernel",
            &[
                "lambda: open('/proc/sys/kernel/hostname', 'w')",
                "lambda: open('/proc/sys/kernel/core_pattern', 'w')",
                "lambda: open('/proc/sys/net/ipv4/ip_forward', 'w')",
                "lambda: open('/proc/sys/user/max_user_namespaces', 'w')",
                "lambda: open('/proc/sysrq-trigger', 'w')",
                "lambda: open('/proc/self/oom_score_adj', 'w')",
                "lambda: open('/proc/self/uid_map', 'w')",
                "lambda: open('/proc/1/oom_score_adj', 'w')",
                "lambda: open('/sys/kernel/uevent_helper', 'w')",
                "lambda: os.listdir('/sys/kernel')",
                "lambda: os.mkdir('/sys/fs/cgroup/attack')",
            ],
        ),
        refused(
            "secrets of init",
            &[
                "lambda: open('/proc/1/environ', 'rb').read()",
                "lambda: open('/proc/1/mem', 'rb').read(1)",
                "lambda: os.readlink('/proc/1/fd/0')",
                "lambda: os.readlink('/proc/1/exe')",
                "lambda: os.listdir('/proc/1/root/')",
                "lambda: open('/proc/kcore', 'rb').read(1)",
                "lambda: open('/proc/kmsg', 'rb').read(1)",
            ],
        ),
        refused(
            "devices",
            &[
                "lambda: open('/dev/mem', 'rb')",
                "lambda: open('/dev/kmsg', 'w')",
                "lambda: open('/dev/tty', 'w')",
                "lambda: open('/dev/fuse', 'r+b')",
                "lambda: open('/dev/vda', 'rb')",
                "lambda: open('/dev/sda', 'rb')",
                "lambda: open('/dev/kvm', 'r+b')",
                "lambda: open('/dev/net/tun', 'r+b')",
            ],
        ),
        attack(
            "memory of its own by a file",
            Any,
            "import ctypes, os\nx = ctypes.create_string_buffer(b'old')\nwith open('/proc/self/mem', 'rb') as memory:\n    memory.seek(ctypes.addressof(x)); assert memory.read(3) == b'old'",
        ),
        attack(
            "forges a name",
            Exited(0),
            "open('/proc/self/comm', 'rb').read()\nimport ctypes, time\nctypes.CDLL(None).prctl(15, b') R 1 1 1', 0, 0, 0)\ntime.sleep(0.2)",
        ),
        attack(
            "sees no environment but its own",
            Exited(0),
            "import os\nassert 'TRUEDOC_SECRET' not in os.environ\nassert b'TRUEDOC_SECRET' not in open('/proc/self/environ', 'rb').read()\nfound = []\nfor n in os.listdir('/proc'):\n    if n.isdigit():\n        try: found.append(open(f'/proc/{n}/environ', 'rb').read())\n        except OSError: pass\nassert not any(b'TRUEDOC_SECRET' in text for text in found)",
        ),
    ]
}
