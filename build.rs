//! Finds the CPython that truedoc embeds: sets the rpath to its library, and hands its version and
//! program to the crate, so that the worker behaves as that python and notices another library.

use std::process::{Command, exit};

const HOW_TO_MEND: &str = "install one (Debian and Ubuntu: `apt install python3-dev libpython3-dev`) or set \
     PYO3_PYTHON to the python of one (pyenv builds it with `PYTHON_CONFIGURE_OPTS=--enable-shared`)";

/// `sys.executable` resolved by the interpreter itself: what is on PATH may be a shim.
const QUESTION: &str = "import sys; print('%d.%d.%d' % sys.version_info[:3]); print(sys.executable)";

fn main() {
    println!("cargo:rerun-if-env-changed=PYO3_PYTHON");
    let python = pyo3_build_config::get();
    if !python.shared() {
        give_up(&format!("the CPython {} that was found has no shared library", python.version()));
    }
    if (python.version().major, python.version().minor) < (3, 9) {
        give_up(&format!("the CPython that was found is {}, older than 3.9", python.version()));
    }
    pyo3_build_config::add_libpython_rpath_link_args();
    let Some(program) = python.executable() else {
        give_up("the build has a CPython library, but not the python program that belongs to it");
    };
    let output = Command::new(program).args(["-I", "-c", QUESTION]).output();
    let answer = match output {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        _ => give_up(&format!("{program} does not start")),
    };
    let mut lines = answer.lines();
    let (Some(version), Some(executable)) = (lines.next(), lines.next()) else {
        give_up(&format!("{program} does not say its version"));
    };
    println!("cargo:rustc-env=TRUEDOC_PYTHON_VERSION={version}");
    println!("cargo:rustc-env=TRUEDOC_PYTHON_EXECUTABLE={executable}");
}

fn give_up(reason: &str) -> ! {
    println!(
        "cargo::error=truedoc needs CPython 3.9 or newer with a shared library: {reason}; {HOW_TO_MEND}"
    );
    exit(1)
}
