//! Finds the CPython that truedoc embeds: links its library, sets the rpath to it, and hands its
//! version and program to the crate, so that the worker behaves as that python and notices another
//! library. If there is none that will do, one sentence says so. Without the feature `embedded` no
//! CPython is looked for.

use std::path::{Path, PathBuf};
use std::process::{Command, exit};

const HOW_TO_MEND: &str = "install one (Debian and Ubuntu: `apt install python3-dev`) or set PYO3_PYTHON to the \
     python of one (pyenv builds it with `PYTHON_CONFIGURE_OPTS=--enable-shared`)";

/// `sys.executable` is resolved by the interpreter itself: what is on PATH may be a shim.
const QUESTION: &str = "import sys, sysconfig
print('%d.%d.%d' % sys.version_info[:3])
print(sys.executable)
print(sys.implementation.name)
for key in ('LDLIBRARY', 'LIBDIR', 'MULTIARCH'):
    print(sysconfig.get_config_var(key) or '')";

/// What a python says of itself.
struct Python {
    version: String,
    executable: String,
    implementation: String,
    library: String,
    folders: Vec<PathBuf>,
}

/// Compiles the Python side of a run (argument 1) into a folder (argument 2), so that no run has to.
const COMPILE: &str = "import importlib.util, marshal, os, sys
sources, target = sys.argv[1:]
for name in os.listdir(sources):
    with open(os.path.join(sources, name), encoding='utf-8') as file:
        code = compile(file.read(), '<truedoc ' + name + '>', 'exec', 0, True, 0)
    with open(os.path.join(target, name + '.code'), 'wb') as file:
        file.write(importlib.util.MAGIC_NUMBER + marshal.dumps(code))";
/// Where it lies.
const DRIVER: &str = "src/run/driver";

fn main() {
    let compiled = out_folder().join("driver");
    prepare_compiled(&compiled);
    if std::env::var_os("CARGO_FEATURE_EMBEDDED").is_none() {
        return;
    }
    for variable in ["PYO3_PYTHON", "VIRTUAL_ENV", "CONDA_PREFIX", "PATH"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    let found = candidates().iter().find_map(|program| ask(program));
    let Some(python) = found else { give_up("no python was found that starts") };
    let numbers: Vec<u32> = python.version.split('.').filter_map(|part| part.parse().ok()).collect();
    if python.implementation != "cpython" {
        give_up(&format!("{} is {}", python.executable, python.implementation));
    }
    if numbers.as_slice() < [3, 9].as_slice() {
        give_up(&format!("{} is {}", python.executable, python.version));
    }
    let Some((folder, name)) = shared_library(&python) else {
        give_up(&format!("the CPython {} at {} has none", python.version, python.executable));
    };
    link(folder, name);
    compile_driver(&python.executable, &compiled);
    println!("cargo::rustc-env=TRUEDOC_PYTHON_VERSION={}", python.version);
    println!("cargo::rustc-env=TRUEDOC_PYTHON_EXECUTABLE={}", python.executable);
}

fn out_folder() -> PathBuf {
    PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default())
}

/// Empty files, as if nothing had been compiled: a python that is not known now compiles when it starts.
fn prepare_compiled(compiled: &Path) {
    println!("cargo::rerun-if-changed={DRIVER}");
    println!("cargo::rerun-if-changed=build.rs");
    let made = std::fs::create_dir_all(compiled).and_then(|()| {
        std::fs::read_dir(DRIVER)?.try_for_each(|entry| {
            let name = entry?.file_name();
            std::fs::write(compiled.join(format!("{}.code", name.to_string_lossy())), [])
        })
    });
    if let Err(error) = made {
        give_up(&format!("{} cannot be written: {error}", compiled.display()));
    }
}

fn compile_driver(python: &str, compiled: &Path) {
    let done = Command::new(python).args(["-I", "-c", COMPILE, DRIVER]).arg(compiled).status();
    if !done.is_ok_and(|status| status.success()) {
        prepare_compiled(compiled);
    }
}

/// Links the library to programs only: the module that other pythons load finds it in them.
fn link(folder: &Path, name: &str) {
    for programs in ["bins", "examples", "tests", "benches"] {
        println!("cargo::rustc-link-arg-{programs}=-L{}", folder.display());
        println!("cargo::rustc-link-arg-{programs}=-l{name}");
        println!("cargo::rustc-link-arg-{programs}=-Wl,-rpath,{}", folder.display());
    }
    // The library's own tests are no kind of program for cargo, so they name the library themselves,
    // and by one name for every version.
    let beside = out_folder();
    let library = folder.join(format!("lib{name}.so"));
    for link in ["libtruedoc_python.so".to_owned(), soname(&library)] {
        let link = beside.join(link);
        let _ = std::fs::remove_file(&link);
        if let Err(error) = std::os::unix::fs::symlink(&library, &link) {
            give_up(&format!("{} cannot be made: {error}", link.display()));
        }
    }
    println!("cargo::rustc-link-search=native={}", beside.display());
}

/// The name under which programs look for a library: that of the file a `lib….so` is a link to.
fn soname(library: &Path) -> String {
    let target = std::fs::canonicalize(library).unwrap_or_else(|_| library.to_owned());
    target.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The pythons to try: the one that is named, that of an active environment, those on PATH.
fn candidates() -> Vec<String> {
    if let Ok(program) = std::env::var("PYO3_PYTHON") {
        return vec![program];
    }
    let environment = ["VIRTUAL_ENV", "CONDA_PREFIX"].iter().find_map(|name| std::env::var(name).ok());
    let inside = environment.map(|folder| format!("{folder}/bin/python"));
    inside.into_iter().chain(["python3".to_owned(), "python".to_owned()]).collect()
}

fn ask(program: &str) -> Option<Python> {
    let output = Command::new(program).args(["-I", "-c", QUESTION]).output().ok()?;
    let answer = String::from_utf8(output.stdout).ok()?;
    let lines: Vec<&str> = answer.lines().collect();
    let [version, executable, implementation, library, folder, multiarch] = lines[..] else { return None };
    Some(Python {
        version: version.to_owned(),
        executable: executable.to_owned(),
        implementation: implementation.to_owned(),
        library: library.to_owned(),
        folders: vec![PathBuf::from(folder), Path::new(folder).join(multiarch)],
    })
}

/// The folder of the shared library, and the name by which it is linked.
fn shared_library(python: &Python) -> Option<(&Path, &str)> {
    let name = python.library.strip_prefix("lib")?.strip_suffix(".so")?;
    let folder = python.folders.iter().find(|folder| folder.join(&python.library).exists())?;
    Some((folder, name))
}

fn give_up(reason: &str) -> ! {
    println!(
        "cargo::error=truedoc needs a CPython 3.9 or newer with its shared library: {reason}; {HOW_TO_MEND}"
    );
    exit(1)
}
