//! Attacks on files: those of the user, and the folder of the example itself.

use super::attack::{Attack, Expected::*, Limit, attack, refused};

/// `HOME`, `TEMP` and `OWN` are folders of the user with a file `secret.txt`; `PARENT` is the
/// process id of truedoc.
pub fn attacks() -> Vec<Attack> {
    vec![
        refused(
            "reads secrets",
            &[
                "lambda: open('/etc/shadow').read()",
                "lambda: open('/etc/sudoers').read()",
                "lambda: open('HOME/secret.txt').read()",
                "lambda: open('TEMP/secret.txt').read()",
                "lambda: open('OWN/secret.txt').read()",
                "lambda: os.listdir('HOME')",
                "lambda: os.listdir('TEMP')",
                "lambda: os.listdir('OWN')",
                "lambda: os.listdir('/')",
                "lambda: os.listdir(os.open('HOME', os.O_PATH))",
                "lambda: os.open('secret.txt', os.O_RDONLY, dir_fd=os.open('HOME', os.O_PATH))",
                "lambda: os.open('HOME', os.O_RDWR | os.O_TMPFILE)",
            ],
        ),
        refused(
            "changes files of the user",
            &[
                "lambda: open('HOME/secret.txt', 'a')",
                "lambda: open('HOME/new', 'w')",
                "lambda: os.unlink('HOME/secret.txt')",
                "lambda: os.rename('HOME/secret.txt', 'HOME/attack')",
                "lambda: os.rename('HOME/secret.txt', 'stolen')",
                "lambda: os.truncate('HOME/secret.txt', 0)",
                "lambda: os.mkdir('HOME/attack')",
                "lambda: os.rmdir('HOME')",
                "lambda: os.symlink('/', 'HOME/attack')",
                "lambda: os.mkfifo('OWN/attack')",
                "lambda: open('TEMP/secret.txt', 'r+')",
                "lambda: open('/usr/attack', 'w')",
                "lambda: open('/etc/attack', 'w')",
                "lambda: open('/attack', 'w')",
                "lambda: open('/var/tmp/attack', 'w')",
                "lambda: open('/dev/attack', 'w')",
                "lambda: open(sys.prefix + '/attack', 'w')",
            ],
        ),
        refused(
            "links to secrets",
            &[
                "lambda: os.link('HOME/secret.txt', 'hard')",
                "lambda: os.link('/etc/shadow', 'hard')",
                "lambda: [os.symlink('HOME/secret.txt', 'soft'), open('soft').read()]",
                "lambda: [os.symlink('/etc/shadow', 'soft2'), open('soft2', 'a')]",
                "lambda: [os.symlink('HOME', 'folder'), os.listdir('folder/')]",
            ],
        ),
        attack(
            "a link that is exchanged again and again",
            Exited(0),
            "import os, threading, time\nopen('mine', 'w').write('mine')\nend = time.time() + 0.4\ndef flip():\n    while time.time() < end:\n        for target in ('mine', '/etc/shadow', 'HOME/secret.txt'):\n            os.symlink(target, 'new'); os.replace('new', 'link')\nthreading.Thread(target=flip).start()\nwhile time.time() < end:\n    try: text = open('link').read()\n    except OSError: continue\n    assert text == 'mine', text",
        ),
        attack(
            "deletes all",
            Any,
            "import os, shutil\nfor top in ('/tmp', '/dev/shm', '/usr', '/etc', '/root', '/home', 'HOME', 'TEMP', 'OWN', '/var/tmp'): shutil.rmtree(top, ignore_errors=True)",
        ),
        attack(
            "permissions, times and attributes, which need no opening",
            Exited(0),
            "import os, stat\nfor path in ('HOME', 'HOME/secret.txt', 'TEMP', 'OWN', '/usr', '/etc', '/', '/dev/null'):\n    try: was = os.stat(path)\n    except OSError: continue\n    for step in (lambda: os.chmod(path, stat.S_IMODE(was.st_mode)), lambda: os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns)), lambda: os.setxattr('HOME/secret.txt', 'user.attack', b'x')):\n        try: step()\n        except OSError: continue\n        os._exit(66)",
        ),
        attack(
            "its folders locked",
            Any,
            "import os\nfor path in ('/tmp', '/dev/shm', '.'):\n    try: os.chmod(path, 0)\n    except OSError: pass",
        ),
        attack(
            "its folders made read-only",
            Any,
            "import os\nfor path in ('/tmp', '/dev/shm', '.'):\n    try: os.chmod(path, 0o555)\n    except OSError: pass",
        ),
        attack(
            "deep folders",
            Either(&[Exited(0), Exhausted(Limit::Disk)]),
            "import os\nfor _ in range(3000): os.mkdir('d'); os.chdir('d')",
        ),
        attack(
            "folders without permissions",
            // `chmod` is refused where files of the user can be seen.
            Either(&[Exited(0), Exited(1)]),
            "import os\nos.mkdir('x', 0); os.makedirs('a/b/c'); open('a/b/f', 'w').close()\nos.chmod('a/b', 0); os.chmod('a', 0); os.chmod('.', 0)",
        ),
        attack(
            "its own folder replaced",
            Any,
            "import os, shutil\nown = os.getcwd()\nos.chdir('..'); shutil.rmtree(own, ignore_errors=True); os.symlink('/usr', own)",
        ),
        attack(
            "its own folder replaced by a link to the home",
            Any,
            "import os, shutil\nown = os.getcwd()\nos.chdir('..'); os.rename(own, 'away'); os.symlink('HOME', own)",
        ),
        attack(
            "names that are no text",
            Exited(0),
            "import os\nfor name in (b'\\xff\\xfe', b'\\n', b'-rf', b'\\x1b[31m', b'x' * 255): open(name, 'w').close()",
        ),
        attack(
            "a file that is all hole",
            Either(&[Exited(0), Killed(25), Exited(1)]),
            "f = open('hole', 'wb'); f.truncate(1 << 40)",
        ),
        attack(
            "its own source exchanged while it runs",
            Exited(1),
            "open(__file__, 'w').write('print(1)\\n' * 10)\n1 / 0",
        ),
    ]
}
