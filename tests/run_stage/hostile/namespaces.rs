//! Attacks on the walls: namespaces, mounts, the kernel.

use super::attack::{Attack, refused};

pub fn attacks() -> Vec<Attack> {
    vec![
        refused(
            "enters namespaces",
            &[
                "lambda: c('unshare', 0x10000000)",
                "lambda: c('unshare', 0x00020000)",
                "lambda: c('unshare', 0x20000000)",
                "lambda: c('unshare', 0x40000000)",
                "lambda: c('setns', os.open('/proc/self/ns/net', os.O_RDONLY), 0)",
                "lambda: syscall(56 if X86 else 220, 0x10000000 | 17, 0, 0, 0, 0)",
                "lambda: syscall(435, 0, 0)",
            ],
        ),
        refused(
            "mounts and unmounts",
            &[
                "lambda: c('mount', b'none', b'/tmp', b'tmpfs', 0, None)",
                "lambda: c('mount', b'/', b'.', None, 4096, None)",
                "lambda: c('umount2', b'/tmp', 2)",
                "lambda: c('umount2', b'/home', 2)",
                "lambda: c('chroot', b'.')",
                "lambda: syscall(155 if X86 else 41, 0, 0)",
                "lambda: syscall(428, -100, 0, 1)",
                "lambda: syscall(429, -100, 0, -100, 0, 0)",
                "lambda: syscall(430, 0, 0)",
            ],
        ),
        refused(
            "wide parts of the kernel",
            &[
                "lambda: syscall(321 if X86 else 280, 0, 0, 0)",
                "lambda: syscall(298 if X86 else 241, 0, 0, -1, -1, 0)",
                "lambda: syscall(323 if X86 else 282, 0)",
                "lambda: syscall(425, 8, 0)",
                "lambda: syscall(250 if X86 else 219, 0, -3, 1)",
                "lambda: syscall(248 if X86 else 217, 0, 0, 0, 0, -3)",
                "lambda: syscall(103 if X86 else 116, 3, 0, 0)",
                "lambda: syscall(304 if X86 else 265, -100, 0, 0)",
                "lambda: syscall(246 if X86 else 104, 0, 0, 0, 0)",
                "lambda: syscall(101 | 0x40000000, 16, os.getppid()) if X86 else must_not()",
            ],
        ),
        refused(
            "becomes somebody else",
            &[
                "lambda: gain() or os.setresuid(0, 0, 0)",
                "lambda: os.chown('.', 0, 0)",
                "lambda: c('sethostname', b'attack', 6)",
                "lambda: c('reboot', 0)",
                "lambda: syscall(164 if X86 else 170, 0, 0)",
                "lambda: os.mknod('device', stat.S_IFBLK | 0o666, os.makedev(8, 0))",
                "lambda: os.nice(-5)",
                "lambda: c('prctl', 24, 0, 0, 0, 0)",
            ],
        ),
    ]
}
