//! What an attack is, and how it should end.

use std::ops::RangeInclusive;

use truedoc::run::Ending;
pub use truedoc::run::Exhausted as Limit;

/// How an attack should end.
#[derive(Clone, Copy, Debug)]
pub enum Expected {
    Exited(i32),
    Killed(i32),
    TimedOut,
    OutputLimit,
    Exhausted(Limit),
    /// One of several, where it depends on the speed of the machine or its layers.
    Either(&'static [Expected]),
    /// By any end of its own or by any limit: only the neighbours matter.
    Any,
}

impl Expected {
    pub fn fits(self, ending: &Ending) -> bool {
        match self {
            Expected::Exited(status) => *ending == Ending::Exited(status),
            Expected::Killed(signal) => *ending == Ending::Signaled(signal),
            Expected::TimedOut => *ending == Ending::TimedOut,
            Expected::OutputLimit => *ending == Ending::OutputLimit,
            Expected::Exhausted(what) => *ending == Ending::Exhausted(what),
            Expected::Either(several) => several.iter().any(|one| one.fits(ending)),
            Expected::Any => !matches!(ending, Ending::NotRun | Ending::Lost(_)),
        }
    }

    /// Whether it can end in no other way, so that a short time limit spares time.
    pub fn is_timeout(self) -> bool {
        matches!(self, Expected::TimedOut)
    }
}

/// One hostile example.
pub struct Attack {
    pub name: &'static str,
    pub expected: Expected,
    pub source: String,
    /// How many processes it leaves behind.
    pub left_behind: RangeInclusive<u32>,
}

impl Attack {
    pub fn leaving(self, left_behind: u32) -> Attack {
        Attack { left_behind: left_behind..=left_behind, ..self }
    }

    /// Leaving as many as happen to be under way when its own process ends.
    pub fn leaving_at_most(self, left_behind: u32) -> Attack {
        Attack { left_behind: 0..=left_behind, ..self }
    }
}

pub fn attack(name: &'static str, expected: Expected, source: &str) -> Attack {
    Attack { name, expected, source: format!("{source}\n"), left_behind: 0..=0 }
}

/// An attack of several attempts, each of which must be refused: it then ends with status 0, and
/// with 66 and a message if one works.
pub fn refused(name: &'static str, attempts: &[&str]) -> Attack {
    let listed =
        attempts.iter().map(|attempt| format!("    ({attempt:?}, {attempt}),\n")).collect::<String>();
    let source = format!("{ATTEMPTS}for words, attempt in [\n{listed}]:\n    must_fail(words, attempt)\n");
    Attack { name, expected: Expected::Exited(0), source, left_behind: 0..=0 }
}

/// What attempts use: system calls by name where libc has them, else by number.
const ATTEMPTS: &str = r#"import ctypes, os, platform, resource, signal, socket, stat, subprocess, sys
libc = ctypes.CDLL(None, use_errno=True)
X86 = platform.machine() == "x86_64"

def checked(result):
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

def c(name, *arguments):
    return checked(getattr(libc, name)(*arguments))

def syscall(number, *arguments):
    libc.syscall.restype = ctypes.c_long
    return checked(libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments)))

def must_not():
    raise OSError("there is nothing to try here")

def gain():
    # Without namespaces, and with a python that only root may read, examples keep the number 0 (and
    # no more than the number): to take it is no gain then.
    if os.getuid() == 0:
        must_not()

def setuid_program():
    # `su` asks for no password where it really runs as root.
    for path in ("/bin/su", "/usr/bin/su"):
        if os.path.exists(path) and os.stat(path).st_mode & stat.S_ISUID:
            return subprocess.run([path, "-c", "true", "root"], check=True, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    raise OSError("there is none")

def must_fail(words, attempt):
    try:
        result = attempt()
    except (OSError, ValueError, subprocess.SubprocessError, AttributeError):
        return
    os.write(2, f"this worked: {words}: {result!r}\n".encode())
    os._exit(66)

"#;
