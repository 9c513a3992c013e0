//! Attacks by way of the network and of the sockets of other programs.

use super::attack::{Attack, Expected::*, attack, refused};

/// `SOCKET` is a socket in the home of the user that somebody listens at, `PORT` one on the
/// machine's loopback, `ABSTRACT` the name of an abstract one.
pub fn attacks() -> Vec<Attack> {
    vec![
        refused(
            "calls home",
            &[
                "lambda: socket.create_connection(('192.0.2.1', 80), timeout=1)",
                "lambda: socket.create_connection(('127.0.0.1', PORT), timeout=1)",
                "lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
                "lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b'x', ('2001:db8::1', 53))",
                "lambda: socket.getaddrinfo('example.org', 80)",
            ],
        ),
        refused(
            "speaks to other programs",
            &[
                "lambda: socket.socket(socket.AF_UNIX).connect('SOCKET')",
                "lambda: socket.socket(socket.AF_UNIX).connect('\\0ABSTRACT')",
                "lambda: socket.socket(socket.AF_UNIX).connect('/run/docker.sock')",
                "lambda: socket.socket(socket.AF_UNIX).connect('/run/dbus/system_bus_socket')",
                "lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).connect('/dev/log')",
            ],
        ),
        refused(
            "sockets of unusual families",
            &[
                "lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
                "lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)",
                "lambda: socket.socket(socket.AF_VSOCK)",
                "lambda: socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)",
            ],
        ),
        attack(
            "takes all ports",
            Exited(0),
            "import socket\nkept = []\ntry:\n    for port in range(1024, 60000):\n        s = socket.socket(); kept.append(s); s.bind(('127.0.0.1', port)); s.listen()\nexcept OSError: pass",
        ),
        attack(
            "a server that outlives its example",
            Exited(0),
            "import os, socket, time\na, b = socket.socketpair()\nif os.fork() == 0:\n    os.setsid()\n    try: s = socket.socket(); s.bind(('127.0.0.1', 8765)); s.listen()\n    except OSError: pass\n    b.send(b'x'); time.sleep(1000)\na.recv(1)",
        )
        .leaving(1),
    ]
}
