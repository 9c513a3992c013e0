//! How a python becomes a worker. The one that truedoc was built for is embedded: the program itself
//! is started again and behaves as that python. Every other one is started as it is and loads the
//! library as a module, which finds the interpreter in the process.

use std::ffi::OsStr;
use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::RunError;
use super::ahead::Ahead;
use super::worker::MARKER;
use super::zygote::{keep_open, restore_all_signals};
use crate::interpreters::{self, Python};

/// The python that truedoc was built for, if for one; see `build.rs`.
const BUILT_FOR: Option<(&str, &str)> =
    match (option_env!("TRUEDOC_PYTHON_EXECUTABLE"), option_env!("TRUEDOC_PYTHON_VERSION")) {
        (Some(executable), Some(version)) => Some((executable, version)),
        _ => None,
    };
/// What a python runs to become a worker.
const BECOME_WORKER: &str = include_str!("driver/become_worker.py");
/// The file of the library beside a program that cargo built.
const MODULE_FILE: &str = "libtruedoc.so";

/// The python that truedoc itself runs in where it was installed as a package.
struct Home {
    python: PathBuf,
    module: PathBuf,
}

static HOME: OnceLock<Home> = OnceLock::new();

/// To be called first where truedoc runs inside a python: the program of that python, and the file of
/// the module that it has loaded.
pub fn set_home(python: PathBuf, module: PathBuf) {
    // Whoever calls it a second time is the same python.
    let _ = HOME.set(Home { python, module });
}

/// The python that examples run with if none is chosen: that of the package or of the build. An active
/// virtual environment takes its place where it has the same version.
///
/// # Errors
/// If it does not start.
pub fn default_python() -> Result<Python, RunError> {
    let usual = match (HOME.get(), BUILT_FOR) {
        (Some(home), _) => interpreters::ask(&home.python)?,
        (None, Some((executable, version))) => {
            Python { executable: executable.into(), version: version.to_owned() }
        }
        (None, None) => return Err(RunError::NoDefault),
    };
    let active =
        std::env::var_os("VIRTUAL_ENV").and_then(|folder| in_environment(Path::new(&folder), &usual));
    Ok(active.filter(|active| active.version == usual.version).unwrap_or(usual))
}

/// The python of a virtual environment. One whose program is that of a python that is known is not asked:
/// it has the same version, and takes the name by which it is called for its own.
fn in_environment(folder: &Path, known: &Python) -> Option<Python> {
    let program = std::path::absolute(folder.join("bin/python")).ok()?;
    let real = fs::canonicalize(&program).ok()?;
    let is_known = fs::canonicalize(&known.executable).is_ok_and(|known| known == real);
    match is_known && folder.join("pyvenv.cfg").is_file() {
        true => Some(Python { executable: program, ..known.clone() }),
        false => interpreters::ask(&program).ok(),
    }
}

/// The files of truedoc that workers are made of: the program that is started, and the module that other
/// pythons load.
pub fn own_files(program: Option<&Path>) -> Vec<PathBuf> {
    if let Some(home) = HOME.get() {
        return vec![home.module.clone()];
    }
    let program = program.map(Path::to_owned).or_else(|| std::env::current_exe().ok());
    let modules = program.iter().flat_map(|program| places_of_module(program)).collect::<Vec<_>>();
    program.into_iter().chain(modules).collect()
}

/// A python, and the way in which it becomes a worker.
#[derive(Debug)]
pub struct Start {
    python: Python,
    way: Way,
}

#[derive(Debug)]
enum Way {
    /// This program behaves as it.
    Embedded(PathBuf),
    /// It loads this module.
    Loaded(PathBuf),
}

impl Start {
    /// How to start the chosen python, or the default one, and with which program of truedoc.
    pub fn choose(chosen: Option<&Path>, program: Option<&Path>) -> Result<Start, RunError> {
        let python = match chosen {
            Some(program) => interpreters::ask(program)?,
            None => default_python()?,
        };
        if let Some(home) = HOME.get() {
            return Ok(Start { python, way: Way::Loaded(home.module.clone()) });
        }
        let program = match program {
            Some(program) => program.to_owned(),
            None => std::env::current_exe().map_err(RunError::FindProgram)?,
        };
        let way = match is_embedded(&python) {
            true => Way::Embedded(program),
            false => Way::Loaded(module_beside(&program, &python)?),
        };
        Ok(Start { python, way })
    }

    /// The python.
    pub fn python(&self) -> &Python {
        &self.python
    }

    /// The command that starts the worker: it finds the connection to its host open, and may keep
    /// what it needs in the folder of the run.
    pub fn command(
        &self,
        control: OwnedFd,
        scratch: &Path,
        ahead: &Ahead,
        packages: &[PathBuf],
    ) -> Result<Command, RunError> {
        let mut command = match &self.way {
            Way::Embedded(program) => {
                let mut command = Command::new(program);
                command.arg(MARKER).arg(&self.python.executable);
                command
            }
            Way::Loaded(module) => {
                // A file, as an example is one: with `-c` an interpreter loads other modules.
                let script = scratch.join("become_worker.py");
                fs::write(&script, BECOME_WORKER).map_err(RunError::MakeScratch)?;
                let mut command = Command::new(&self.python.executable);
                command.arg(script).arg(module);
                command
            }
        };
        restore_all_signals(&mut command);
        let number = keep_open(&mut command, control);
        command.arg(number.to_string()).arg(scratch).arg(ahead.to_string()).args(packages);
        Ok(command)
    }
}

/// Whether it is the very installation that truedoc was built for, or a virtual environment of it.
fn is_embedded(python: &Python) -> bool {
    let Some((executable, version)) = BUILT_FOR else { return false };
    let same_file = || Some(fs::canonicalize(&python.executable).ok()? == fs::canonicalize(executable).ok()?);
    python.version == version && (python.executable == OsStr::new(executable) || same_file() == Some(true))
}

/// The module that was built together with a program.
fn module_beside(program: &Path, python: &Python) -> Result<PathBuf, RunError> {
    places_of_module(program).into_iter().find(|file| file.is_file()).ok_or_else(|| RunError::NoModule {
        python: python.clone(),
        folder: program.parent().unwrap_or(Path::new("")).to_owned(),
    })
}

fn places_of_module(program: &Path) -> [PathBuf; 2] {
    let folder = program.parent().unwrap_or(Path::new(""));
    // In `deps` stands what cargo built last; a copy beside the program may be older.
    [folder.join("deps").join(MODULE_FILE), folder.join(MODULE_FILE)]
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn an_environment_of_a_known_python_answers_as_it_would_if_asked() {
        let known = default_python().unwrap();
        let known = interpreters::ask(&fs::canonicalize(known.executable).unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("bin")).unwrap();
        symlink(&known.executable, folder.path().join("bin/python")).unwrap();
        assert!(in_environment(&folder.path().join("bin"), &known).is_none(), "there is no python");
        let asked = in_environment(folder.path(), &known).unwrap();
        fs::write(folder.path().join("pyvenv.cfg"), "home = /nowhere\n").unwrap();
        assert_eq!(in_environment(folder.path(), &known), Some(asked.clone()));
        // Nobody would answer this.
        let other = Python { version: "3.99.0".to_owned(), ..known };
        assert_eq!(
            in_environment(folder.path(), &other),
            Some(Python { version: other.version.clone(), ..asked })
        );
    }
}
