//! `truedoc.lock`: the versions that were installed, so that a run can be repeated.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::base::Base;
use super::requirement::Requirement;
use super::{LeftOut, PackagesError};
use crate::document::shown;

/// Name of the file beside the settings.
pub const NAME: &str = "truedoc.lock";

/// The version of the format.
const VERSION: u32 = 1;

const HEAD: &str = "\
# Written by `truedoc check --install`. It is used as it stands; delete it to have newer versions.
";

/// The whole file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    version: u32,
    #[serde(default, rename = "environment")]
    environments: Vec<Locked>,
}

/// What is installed for one version of Python on one platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    /// `3.11`.
    pub python: String,
    /// `linux-x86_64`.
    pub platform: String,
    /// What was asked for.
    pub requirements: Vec<Requirement>,
    /// What of it cannot be installed.
    #[serde(default, rename = "left-out", skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    /// What is installed.
    #[serde(default, rename = "package", skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<Pin>,
}

/// One distribution in one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of the wheels that may be installed, as `sha256:` and hexadecimal digits.
    pub hashes: Vec<String>,
}

impl Default for Lock {
    fn default() -> Lock {
        Lock { version: VERSION, environments: Vec::new() }
    }
}

impl Lock {
    /// The lock in a file; an empty one if there is no file.
    ///
    /// # Errors
    /// If it cannot be read or is none.
    pub fn read(path: &Path) -> Result<Lock, PackagesError> {
        let wrong = |reason: String| PackagesError::Lock { path: shown(path), reason };
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Lock::default()),
            text => text.map_err(|error| wrong(error.to_string()))?,
        };
        let lock: Lock = toml::from_str(&text).map_err(|error| wrong(error.message().to_owned()))?;
        if lock.version != VERSION {
            return Err(wrong(format!("it has version {} of the format, and only 1 is known", lock.version)));
        }
        match lock.environments.iter().flat_map(|locked| &locked.packages).find(|pin| !pin.is_plain()) {
            Some(pin) => {
                Err(wrong(format!("`{} {}` is no distribution with its hashes", pin.name, pin.version)))
            }
            None => Ok(lock),
        }
    }

    /// What is locked for a python.
    pub fn of(&self, base: &Base) -> Option<&Locked> {
        self.environments.iter().find(|locked| locked.is_for(base))
    }

    /// Takes what was resolved in the place of what was locked for the same python.
    pub fn take(&mut self, locked: Locked) {
        let key = |locked: &Locked| (locked.platform.clone(), locked.python.clone());
        self.environments.retain(|other| key(other) != key(&locked));
        self.environments.push(locked);
        self.environments.sort_by_key(key);
    }

    /// Writes the file as a whole.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), PackagesError> {
        let wrong =
            |error: toml::ser::Error| PackagesError::Lock { path: shown(path), reason: error.to_string() };
        let text = toml::to_string(self).map_err(wrong)?;
        let mut file = new_beside(path)?;
        let written = write!(file, "{HEAD}{text}").and_then(|()| Ok(file.persist(path).map(drop)?));
        written.map_err(|error| unwritable(path, &error))
    }
}

/// A new file that is to take the place of a lock file; it is known by it whether that can be written.
///
/// # Errors
/// If it cannot be written.
pub fn new_beside(path: &Path) -> Result<NamedTempFile, PackagesError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let made = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o666)).tempfile_in(folder);
    made.map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> PackagesError {
    PackagesError::WriteLock { path: shown(path), reason: error.to_string() }
}

impl Locked {
    fn is_for(&self, base: &Base) -> bool {
        self.python == base.minor && self.platform == base.platform
    }

    /// Whether everything that is asked for is among it.
    pub fn covers(&self, requirements: &[Requirement]) -> bool {
        requirements.iter().all(|one| self.requirements.contains(one))
    }
}

impl Pin {
    /// Whether it is what an installer may be handed: nothing in it can be an option or another line.
    fn is_plain(&self) -> bool {
        let is_hash = |hash: &String| {
            let digits = hash.strip_prefix("sha256:").unwrap_or_default();
            digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        Requirement::parse(&format!("{}=={}", self.name, self.version)).is_ok()
            && !self.hashes.is_empty()
            && self.hashes.iter().all(is_hash)
    }

    /// As a line of a file of requirements.
    pub fn line(&self) -> String {
        let hashes: String = self.hashes.iter().map(|hash| format!(" --hash={hash}")).collect();
        format!("{}=={}{hashes}\n", self.name, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Base {
        Base::made_up(Path::new("/bin/python3"), &[])
    }

    fn locked(python: &str, names: &[&str]) -> Locked {
        let pin = |name: &&str| Pin {
            name: (*name).to_owned(),
            version: "1.0".to_owned(),
            hashes: vec![format!("sha256:{}", "0a".repeat(32))],
        };
        Locked {
            python: python.to_owned(),
            platform: "linux-x86_64".to_owned(),
            requirements: names.iter().map(|name| Requirement::parse(name).unwrap()).collect(),
            left_out: Vec::new(),
            packages: names.iter().map(pin).collect(),
        }
    }

    #[test]
    fn what_is_written_is_read_again_for_its_python() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        let mut lock = Lock::read(&path).unwrap();
        assert_eq!(lock.of(&base()), None);
        lock.take(locked("3.12", &["x"]));
        lock.take(locked("3.11", &["a"]));
        lock.take(locked("3.11", &["a", "b"]));
        lock.write(&path).unwrap();
        let read = Lock::read(&path).unwrap();
        assert_eq!(read.of(&base()), Some(&locked("3.11", &["a", "b"])));
        assert_eq!(read.environments.len(), 2);
        let wanted = |names: &[&str]| locked("3.11", names).requirements;
        assert!(read.of(&base()).unwrap().covers(&wanted(&["b"])));
        assert!(!read.of(&base()).unwrap().covers(&wanted(&["b", "c"])));
        assert!(!read.of(&base()).unwrap().covers(&wanted(&["b>=1"])));
    }

    #[test]
    fn a_damaged_or_hostile_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        let good = toml::to_string(&Lock { environments: vec![locked("3.11", &["a"])], ..Lock::default() });
        let good = good.unwrap();
        for (from, to) in [
            ("version = 1\n", "version = 2\n"),
            ("version = 1\n", ""),
            ("sha256:0a", "md5:0a"),
            ("\"1.0\"", "\"1.0 -r other.txt\""),
            ("name = \"a\"", "name = \"a\\nb\""),
            ("[\"a\"]", "[\"./a\"]"),
        ] {
            assert!(good.contains(from), "{from}: {good}");
            fs::write(&path, good.replacen(from, to, 1)).unwrap();
            let error = Lock::read(&path).unwrap_err().to_string();
            assert!(error.contains(NAME), "{error}");
        }
        fs::write(&path, good).unwrap();
        assert!(Lock::read(&path).is_ok());
    }
}
