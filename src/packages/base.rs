//! The python that packages are installed for: what it is, and which modules it has.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::PackagesError;

/// Answers without importing any of the modules that it is asked about: whether a part of a package is
/// there is seen from the folders of the package.
const QUESTION: &str = "
import importlib.machinery, importlib.util, json, os, site, sys, sysconfig

def is_there(name):
    parts = name.split('.')
    try:
        spec = importlib.util.find_spec(parts[0])
        for end in range(2, len(parts) + 1):
            if spec is None or spec.submodule_search_locations is None:
                return False
            places = list(spec.submodule_search_locations)
            spec = importlib.machinery.PathFinder.find_spec('.'.join(parts[:end]), places)
        return spec is not None
    except Exception:
        return False

print(json.dumps({
    'minor': '%d.%d' % sys.version_info[:2],
    'version': '%d.%d.%d' % sys.version_info[:3],
    'platform': sysconfig.get_platform(),
    'base': getattr(sys, '_base_executable', None) or sys.executable,
    'site': [path for path in site.getsitepackages() if os.path.isdir(path)],
    'present': [name for name in json.load(sys.stdin) if is_there(name)],
}))
";

/// What a python says of itself.
#[derive(Clone, Debug, Deserialize)]
pub struct Base {
    /// Its program, as it was asked for.
    #[serde(skip)]
    pub executable: PathBuf,
    /// `3.11`.
    pub minor: String,
    /// `3.11.7`.
    pub version: String,
    /// `linux-x86_64`.
    pub platform: String,
    /// The program of the installation that a virtual environment belongs to, or itself.
    pub base: PathBuf,
    /// The folders of its packages.
    pub site: Vec<PathBuf>,
    /// Of the modules that were asked about, those that it has.
    pub present: Vec<String>,
}

impl Base {
    /// Asks a python what it is and which of some modules it has.
    ///
    /// # Errors
    /// If it does not answer.
    pub fn ask(executable: &Path, modules: &[String]) -> Result<Base, PackagesError> {
        let failed = |reason: String| PackagesError::Ask { python: executable.to_owned(), reason };
        let mut child = Command::new(executable)
            .args(["-I", "-c", QUESTION])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        let question = serde_json::to_vec(modules).unwrap_or_default();
        // One that ended before it read the question is heard by its answer.
        let _ = child.stdin.take().map(|mut stdin| stdin.write_all(&question));
        let output = child.wait_with_output().map_err(|error| failed(error.to_string()))?;
        let base: Base = serde_json::from_slice(&output.stdout).map_err(|_| {
            let said = String::from_utf8_lossy(&output.stderr);
            failed(said.lines().last().unwrap_or("it did not answer").to_owned())
        })?;
        Ok(Base { executable: executable.to_owned(), ..base })
    }

    /// The folder of packages below a virtual environment that is made for it.
    pub fn packages_of(&self, environment: &Path) -> PathBuf {
        environment.join("lib").join(format!("python{}", self.minor)).join("site-packages")
    }
}

#[cfg(test)]
impl Base {
    /// A python that is not asked, with these modules.
    pub fn made_up(executable: &Path, present: &[&str]) -> Base {
        Base {
            executable: executable.to_owned(),
            minor: "3.11".to_owned(),
            version: "3.11.7".to_owned(),
            platform: "linux-x86_64".to_owned(),
            base: executable.to_owned(),
            site: Vec::new(),
            present: present.iter().map(|name| (*name).to_owned()).collect(),
        }
    }
}
