//! pip, which every usual python has.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::{Installer, Refusal, list, run};
use crate::packages::PackagesError;
use crate::packages::base::Base;
use crate::packages::lock::Pin;
use crate::packages::requirement::Requirement;
use crate::packages::wheels::{keep, kept};

/// The oldest pip that installs into another environment and reports on what it would install.
const OLDEST: (u32, u32) = (22, 3);

/// The pip of a python.
pub struct Pip {
    python: PathBuf,
    version: String,
    for_python: PathBuf,
}

/// What `pip install --report` writes, as far as it is of use here.
#[derive(Deserialize)]
struct Report {
    install: Vec<Found>,
}

#[derive(Deserialize)]
struct Found {
    metadata: Metadata,
    download_info: Download,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    version: String,
}

#[derive(Deserialize)]
struct Download {
    #[serde(default)]
    archive_info: Archive,
}

#[derive(Default, Deserialize)]
struct Archive {
    #[serde(default)]
    hashes: std::collections::BTreeMap<String, String>,
    /// `sha256=…`, from an older pip.
    hash: Option<String>,
}

impl Pip {
    /// The pip of a python, or that of the installation behind a virtual environment.
    ///
    /// # Errors
    /// If it has none, or one that is too old.
    pub fn find(base: &Base) -> Result<Pip, PackagesError> {
        let places = [&base.executable, &base.base];
        let found = places.into_iter().find_map(|python| Some((python, version(python)?)));
        let Some((python, version)) = found else {
            return Err(PackagesError::NoInstaller { python: base.executable.clone() });
        };
        let mut numbers = version.split('.').map(|number| number.parse().unwrap_or(0));
        if (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) < OLDEST {
            return Err(PackagesError::OldPip { python: python.clone(), version });
        }
        Ok(Pip { python: python.clone(), version, for_python: base.executable.clone() })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.python);
        // Neither the folder it runs in nor packages of the user are asked for a pip.
        command.args(["-I", "-m", "pip", "--no-input", "--disable-pip-version-check"]);
        command
    }

    /// Fetches the wheels that are not at hand.
    fn fetch(&self, pins: &[Pin], wheels: &Path, work: &Path) -> Result<(), Refusal> {
        let missing: Vec<&Pin> = pins.iter().filter(|pin| kept(pin, wheels).is_none()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let listed = list(missing.iter().map(|pin| pin.line()), work, "fetch.txt")?;
        let folder = work.join("fetched");
        let mut command = self.command();
        command.args(["download", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]);
        run(command.arg("--dest").arg(&folder).arg("-r").arg(listed), work)?;
        keep(&folder, wheels).map_err(|error| Refusal::Start(error.to_string()))
    }
}

fn version(python: &Path) -> Option<String> {
    let output = Command::new(python).args(["-I", "-m", "pip", "--version"]).output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    Some(said.strip_prefix("pip ")?.split(' ').next()?.to_owned())
}

impl Installer for Pip {
    fn name(&self) -> String {
        format!("pip {}", self.version)
    }

    fn resolve(&self, wanted: &[Requirement], pinned: &[Pin], work: &Path) -> Result<Vec<Pin>, Refusal> {
        let wanted = list(wanted.iter().map(|one| one.text().to_owned()), work, "wanted.txt")?;
        let pinned = pinned.iter().map(|pin| format!("{}=={}", pin.name, pin.version));
        let pinned = list(pinned, work, "pinned.txt")?;
        let report = work.join("report.json");
        let mut command = self.command();
        command.args(["install", "--dry-run", "--ignore-installed", "--quiet", "--only-binary", ":all:"]);
        command.arg("--report").arg(&report).arg("-r").arg(wanted).arg("-c").arg(pinned);
        run(&mut command, work)?;
        let text = fs::read(&report).map_err(|error| Refusal::Start(error.to_string()))?;
        let report: Report =
            serde_json::from_slice(&text).map_err(|error| Refusal::Start(error.to_string()))?;
        report.install.into_iter().map(Found::pin).collect()
    }

    fn explain(&self, requirement: &Requirement, refusal: &str, work: &Path) -> String {
        if !refusal.contains("No matching distribution found") {
            return Refusal::Said(refusal.to_owned()).gist();
        }
        let versions = refusal.rsplit("(from versions: ").next().and_then(|rest| rest.split(')').next());
        if let Some(versions) = versions.filter(|_| !refusal.contains("(from versions: none)")) {
            let newest = versions.rsplit(", ").next().unwrap_or(versions);
            return format!("none of its versions fits; the newest with a wheel for this Python is {newest}");
        }
        let mut command = self.command();
        // Only the names of files are looked at, so nothing is built.
        command.args(["index", "versions", "--quiet", requirement.name()]);
        match run(&mut command, work) {
            Ok(_) => super::NO_WHEEL.to_owned(),
            Err(_) => super::NO_DISTRIBUTION.to_owned(),
        }
    }

    fn install(&self, pins: &[Pin], environment: &Path, wheels: &Path, work: &Path) -> Result<(), Refusal> {
        self.fetch(pins, wheels, work)?;
        let listed = list(pins.iter().map(Pin::line), work, "install.txt")?;
        let mut command = self.command();
        command.arg("--python").arg(environment.join("bin/python"));
        command.args(["install", "--quiet", "--no-index", "--no-deps", "--require-hashes"]);
        command.args(["--only-binary", ":all:", "--no-warn-script-location", "-r"]).arg(listed);
        for wheel in pins.iter().filter_map(|pin| kept(pin, wheels)) {
            command.arg("--find-links").arg(wheel);
        }
        run(&mut command, work).map(drop)
    }

    fn make(&self, environment: &Path) -> Result<(), Refusal> {
        let mut command = Command::new(&self.for_python);
        command.args(["-I", "-m", "venv", "--without-pip", "--clear"]).arg(environment);
        run(&mut command, Path::new("/")).map(drop)
    }
}

impl Found {
    fn pin(self) -> Result<Pin, Refusal> {
        let Archive { hashes, hash } = self.download_info.archive_info;
        let old = hash.and_then(|hash| Some(hash.strip_prefix("sha256=")?.to_owned()));
        let digest = hashes.get("sha256").cloned().or(old);
        let Metadata { name, version } = self.metadata;
        match digest {
            Some(digest) => Ok(Pin { name, version, hashes: vec![format!("sha256:{digest}")] }),
            None => Err(Refusal::Start(format!("pip gave no hash for {name} {version}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_python_without_a_pip_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let python = folder.path().join("python");
        let base = |executable: &Path| Base::made_up(executable, &[]);
        let error = Pip::find(&base(&python)).err().unwrap();
        assert!(error.is_of_usage() && error.to_string().contains("has no pip"), "{error}");
        fs::write(&python, "#!/bin/sh\necho pip 20.3.4 from nowhere\n").unwrap();
        fs::set_permissions(&python, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let error = Pip::find(&base(&python)).err().unwrap();
        assert!(error.is_of_usage() && error.to_string().contains("pip 20.3.4 of"), "{error}");
    }

    #[test]
    fn why_nothing_was_found_is_told_from_what_pip_says() {
        let pip = Pip { python: "/nowhere".into(), version: "24".into(), for_python: "/nowhere".into() };
        let asked = Requirement::parse("a>=9").unwrap();
        let said = "ERROR: Could not find a version that satisfies the requirement a>=9 (from versions: 1.0, 2.0)\n\
                    ERROR: No matching distribution found for a>=9";
        let reason = pip.explain(&asked, said, Path::new("/"));
        assert_eq!(reason, "none of its versions fits; the newest with a wheel for this Python is 2.0");
        let reason = pip.explain(&asked, "ERROR: ResolutionImpossible: see above", Path::new("/"));
        assert_eq!(reason, "ResolutionImpossible: see above");
    }
}
