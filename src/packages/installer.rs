//! uv or pip: finds versions that go together, and installs them. Only wheels are taken: to build a
//! source distribution is to run its code, outside of any sandbox.

mod pip;
mod uv;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::PackagesError;
use super::base::Base;
use super::lock::Pin;
use super::requirement::Requirement;

/// Why nothing is installed: an index has nothing of this name.
const NO_DISTRIBUTION: &str = "there is no distribution of this name";
/// Why nothing is installed: an index has it, but not as a wheel that fits.
const NO_WHEEL: &str =
    "it has no wheel for this Python, and what is not a wheel runs code of its own when it is installed";

/// Words of installers where an index does not answer.
const UNREACHABLE: [&str; 8] = [
    "Retrying (Retry(",
    "NewConnectionError",
    "ConnectTimeout",
    "Failed to fetch:",
    "error sending request",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "Could not fetch URL",
];

/// A program that installs.
pub trait Installer {
    /// Its name, with its version if that is known.
    fn name(&self) -> String;

    /// Versions that go together, of everything that these requirements need; where there are some
    /// already, these versions and no others.
    fn resolve(&self, wanted: &[Requirement], pinned: &[Pin], work: &Path) -> Result<Vec<Pin>, Refusal>;

    /// Why nothing could be found for a single requirement, in a few words.
    fn explain(&self, requirement: &Requirement, refusal: &str, work: &Path) -> String;

    /// Installs exactly these into an environment, without any index where their wheels are at hand.
    fn install(&self, pins: &[Pin], environment: &Path, wheels: &Path, work: &Path) -> Result<(), Refusal>;

    /// Makes an empty environment.
    fn make(&self, environment: &Path) -> Result<(), Refusal>;
}

/// Why an installer did not do what it was told.
#[derive(Debug)]
pub enum Refusal {
    /// It did not start.
    Start(String),
    /// It said this.
    Said(String),
}

impl Refusal {
    /// What it said, or why it said nothing.
    pub fn text(&self) -> &str {
        match self {
            Refusal::Start(text) | Refusal::Said(text) => text,
        }
    }

    /// Whether no index could be asked.
    pub fn is_of_network(&self) -> bool {
        UNREACHABLE.iter().any(|words| self.text().contains(words))
    }

    /// The last line that says something, without the word that it begins with.
    pub fn gist(&self) -> String {
        let lines = || self.text().lines().map(str::trim).filter(|line| !line.is_empty());
        let is_error = |line: &&str| line.starts_with("ERROR:") || line.starts_with("error:");
        let line = lines().rfind(is_error).or_else(|| lines().next_back()).unwrap_or("nothing");
        line.trim_start_matches("ERROR:").trim_start_matches("error:").trim().to_owned()
    }
}

/// The installer for a python: uv where it is on the path, else the pip of that python.
///
/// # Errors
/// If there is none.
pub fn choose(base: &Base) -> Result<Box<dyn Installer>, PackagesError> {
    match uv::Uv::find(base) {
        Some(uv) => Ok(Box::new(uv)),
        None => Ok(Box::new(pip::Pip::find(base)?)),
    }
}

/// Runs a program in a folder where nothing lies that it could take for its own, and hears what it says.
fn run(command: &mut Command, work: &Path) -> Result<Output, Refusal> {
    let started = command.current_dir(work).stdin(Stdio::null()).output();
    let output = started.map_err(|error| {
        Refusal::Start(format!("{} does not start: {error}", command.get_program().display()))
    })?;
    match output.status.success() {
        true => Ok(output),
        false => Err(Refusal::Said(String::from_utf8_lossy(&output.stderr).into_owned())),
    }
}

/// Writes requirements into a file, one on a line.
fn list(lines: impl Iterator<Item = String>, work: &Path, name: &str) -> Result<PathBuf, Refusal> {
    let path = work.join(name);
    let text: String = lines.map(|line| line + "\n").collect();
    std::fs::write(&path, text).map_err(|error| Refusal::Start(error.to_string()))?;
    Ok(path)
}
