//! Finds a python by a path, by a version, or by the folder of a virtual environment.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::ask::numbers;
use super::{Python, PythonError, ask};

/// Where pythons are looked for.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Programs that come before all others: that of the active environment, the default one.
    pub first: Vec<PathBuf>,
    /// Folders of programs, as in PATH.
    pub folders: Vec<PathBuf>,
    /// Folders that hold one installation beside another, each with a `bin/python`: those of pyenv,
    /// uv and conda.
    pub installations: Vec<PathBuf>,
}

impl Places {
    /// The places of this machine, where one python is the default.
    pub fn of_machine(default: Option<PathBuf>) -> Places {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let path = |name: &str| variable(name).map(PathBuf::from);
        let home = path("HOME").unwrap_or_default();
        let data = path("XDG_DATA_HOME").unwrap_or_else(|| home.join(".local/share"));
        let environments = ["VIRTUAL_ENV", "CONDA_PREFIX"].into_iter().filter_map(path);
        let search = variable("PATH").unwrap_or_default();
        let usual = ["/usr/local/bin", "/usr/bin", "/bin"].map(PathBuf::from);
        let mut installations = vec![
            path("PYENV_ROOT").unwrap_or_else(|| home.join(".pyenv")).join("versions"),
            path("UV_PYTHON_INSTALL_DIR").unwrap_or_else(|| data.join("uv/python")),
        ];
        let conda = path("CONDA_EXE").and_then(|program| Some(program.parent()?.parent()?.to_owned()));
        let usual_conda = ["miniconda3", "anaconda3", "miniforge3", "mambaforge"].map(|name| home.join(name));
        for root in conda.into_iter().chain(usual_conda).chain([PathBuf::from("/opt/conda")]) {
            installations.push(root.join("envs"));
            installations.push(root);
        }
        Places {
            first: environments.map(|folder| folder.join("bin/python")).chain(default).collect(),
            folders: std::env::split_paths(&search).chain(usual).collect(),
            installations,
        }
    }

    /// All programs there, the first ones first.
    fn programs(&self) -> Vec<PathBuf> {
        let listed = self.folders.iter().filter(|folder| !is_shims(folder)).flat_map(|folder| {
            let mut programs = entries(folder);
            programs.retain(|program| is_named_python(program));
            programs
        });
        let installed = self.installations.iter().flat_map(|root| {
            let own = root.join("bin/python");
            std::iter::once(own).chain(entries(root).into_iter().map(|folder| folder.join("bin/python")))
        });
        let mut seen = BTreeSet::new();
        let all = self.first.iter().cloned().chain(listed).chain(installed);
        all.filter(|program| program.is_file() && seen.insert(identity(program))).collect()
    }

    /// The pythons there that examples can be run with, the first ones first.
    pub fn pythons(&self) -> Vec<Python> {
        let asked: Vec<Option<Python>> =
            self.programs().par_iter().map(|program| ask(program).ok()).collect();
        let mut seen = BTreeSet::new();
        asked.into_iter().flatten().filter(|python| seen.insert(python.executable.clone())).collect()
    }
}

/// The python that is meant by a text.
///
/// # Errors
/// If there is none, or examples cannot be run with it.
pub fn find(wanted: &str, places: &Places) -> Result<Python, PythonError> {
    if is_version(wanted) {
        return find_version(wanted, places);
    }
    let path = Path::new(wanted);
    if path.is_dir() {
        let program = path.join("bin/python");
        return match program.exists() {
            true => ask(&absolute(&program)),
            false => Err(PythonError::NoEnvironment { folder: path.to_owned() }),
        };
    }
    if wanted.contains('/') || path.exists() {
        return ask(&absolute(path));
    }
    let named = places.folders.iter().map(|folder| folder.join(path)).find(|program| program.is_file());
    match named.filter(|_| !wanted.is_empty()) {
        Some(program) => ask(&program),
        None => Err(PythonError::NotUnderstood(wanted.to_owned())),
    }
}

/// `3.12` or `3.12.1`.
fn is_version(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts.len(), 2 | 3) && parts.iter().all(is_number)
}

/// The first python of a version. An active environment or the default comes before all others; of the
/// rest, the newest.
fn find_version(wanted: &str, places: &Places) -> Result<Python, PythonError> {
    let parts = numbers(wanted);
    let mut pythons = places.pythons();
    let is_meant = |python: &&Python| numbers(&python.version).starts_with(&parts);
    let is_first = |python: &Python| places.first.contains(&python.executable);
    let first = pythons.iter().filter(is_meant).find(|python| is_first(python));
    // Of those that are equally new `max_by_key` gives the last one.
    let newest = || pythons.iter().rev().filter(is_meant).max_by_key(|python| numbers(&python.version));
    if let Some(python) = first.or_else(newest) {
        return Ok(python.clone());
    }
    pythons.sort_by_key(|python| numbers(&python.version));
    pythons.dedup_by(|one, other| one.version == other.version);
    let found = pythons.into_iter().map(|python| python.version).collect();
    Err(PythonError::NotFound { wanted: wanted.to_owned(), found })
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Two names of one program are one python, unless one is that of a virtual environment.
fn identity(program: &Path) -> PathBuf {
    let environment = program.parent().and_then(Path::parent).map(|folder| folder.join("pyvenv.cfg"));
    match environment.is_some_and(|file| file.exists()) {
        true => program.to_owned(),
        false => fs::canonicalize(program).unwrap_or_else(|_| program.to_owned()),
    }
}

/// A folder of scripts that choose a python; which ones there are to choose from is seen elsewhere.
fn is_shims(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name == "shims")
}

/// `python`, `python3` or `python3.12`.
fn is_named_python(program: &Path) -> bool {
    let name = program.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.strip_prefix("python").is_some_and(|rest| {
        rest.is_empty()
            || rest == "3"
            || rest.strip_prefix("3.").is_some_and(|minor| minor.parse::<u32>().is_ok())
    })
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    /// A program that answers as a python of this version.
    fn make(folder: &Path, name: &str, version: &str) -> PathBuf {
        fs::create_dir_all(folder).unwrap();
        let program = folder.join(name);
        let answer = format!("cpython\\n{version}\\n{}\\n", program.display());
        fs::write(&program, format!("#!/bin/sh\nprintf '{answer}'\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        program
    }

    struct Machine {
        _folder: tempfile::TempDir,
        root: PathBuf,
        places: Places,
    }

    /// 3.11.2 and its aliases on PATH, 3.12.1 and 3.12.9 in pyenv, 3.8.1 there as well, and shims.
    fn machine() -> Machine {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_owned();
        let real = make(&root.join("bin"), "python3.11", "3.11.2");
        symlink(&real, root.join("bin/python3")).unwrap();
        make(&root.join("bin"), "python-config", "3.13.0");
        make(&root.join("shims"), "python3.13", "3.13.0");
        for version in ["3.12.1", "3.12.9", "3.8.1"] {
            make(&root.join("versions").join(version).join("bin"), "python", version);
        }
        let places = Places {
            first: Vec::new(),
            folders: vec![root.join("shims"), root.join("bin")],
            installations: vec![root.join("versions"), root.join("none")],
        };
        Machine { _folder: folder, root, places }
    }

    #[test]
    fn a_version_is_found_in_every_place_and_the_newest_wins() {
        let Machine { root, places, .. } = &machine();
        let version = |wanted: &str| find(wanted, places).map(|python| python.version).unwrap();
        assert_eq!(
            (version("3.12"), version("3.12.1"), version("3.11")),
            ("3.12.9".into(), "3.12.1".into(), "3.11.2".into())
        );
        let environment = make(&root.join("venv/bin"), "python", "3.12.1");
        fs::write(root.join("venv/pyvenv.cfg"), "").unwrap();
        let active = Places { first: vec![environment.clone()], ..places.clone() };
        assert_eq!(find("3.12", &active).unwrap().executable, environment, "the active one comes first");
        assert_eq!(find("3.12.9", &active).unwrap().version, "3.12.9");
    }

    #[test]
    fn what_is_missing_is_told_with_what_there_is() {
        let Machine { places, .. } = &machine();
        let error = |wanted: &str| find(wanted, places).unwrap_err().to_string();
        assert_eq!(error("3.14"), "no Python 3.14 was found; there are 3.11.2, 3.12.1 and 3.12.9");
        assert_eq!(error("3.8"), "no Python 3.8 was found; there are 3.11.2, 3.12.1 and 3.12.9");
        let nothing = find("3.9", &Places::default()).unwrap_err().to_string();
        assert_eq!(nothing, "no Python 3.9 was found; there is none at all");
        for nonsense in ["", "latest", "3", "3.x", "3.12.1.4"] {
            assert!(error(nonsense).contains("is no python: write a version"), "{nonsense}");
        }
    }

    #[test]
    fn paths_folders_and_names_are_understood() {
        let Machine { root, places, .. } = &machine();
        let folder = root.join("versions/3.12.1");
        let found = |wanted: &Path| find(&wanted.display().to_string(), places).map(|python| python.version);
        assert_eq!(found(&folder).unwrap(), "3.12.1");
        assert_eq!(found(&folder.join("bin/python")).unwrap(), "3.12.1");
        assert_eq!(found(Path::new("python3.11")).unwrap(), "3.11.2");
        assert!(matches!(found(&root.join("bin")), Err(PythonError::NoEnvironment { .. })));
        assert!(matches!(found(&root.join("absent")), Err(PythonError::Ask { .. })));
        assert!(matches!(found(&root.join("versions/3.8.1")), Err(PythonError::Unfit { .. })));
    }
}
