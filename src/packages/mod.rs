//! PACKAGES: which distribution an import means, and how the packages that examples need come to be
//! there when somebody asks for them.
//!
//! What is asked for ([`Request`]) becomes a set of versions that go together, which stands in a lock
//! file, and this an environment in the user's cache folder, whose python runs the examples. Where the
//! lock covers what is asked for, and the environment or its wheels are at hand, no network is needed.

mod base;
mod environment;
mod header;
mod hints;
mod imports;
mod installer;
mod lock;
mod names;
mod own;
mod provide;
mod request;
mod requirement;
mod resolve;
mod wheels;

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::document::shown;
use installer::{Installer, Refusal};

pub use imports::{Import, definitions, imports};
pub use names::{Provider, is_placeholder, is_standard, normalised, provider};
pub use own::OwnModules;
pub use provide::{Provided, Provision, provide};
pub use request::{Missing, Place, Request, Wanted};
pub use requirement::Requirement;

/// A requirement that cannot be met, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// What was asked for.
    pub requirement: Requirement,
    /// Why it is not there.
    pub reason: String,
}

/// Why packages cannot be provided at all.
#[derive(Debug, thiserror::Error)]
pub enum PackagesError {
    /// The python does not say what it is.
    #[error("cannot ask {} which packages it has: {reason}", python.display())]
    Ask {
        /// Its program.
        python: PathBuf,
        /// Why.
        reason: String,
    },
    /// There is nothing to install with.
    #[error(
        "{} has no pip, and there is no uv on the path; install one of them, or leave out `--install`, `--with` and `requirements`",
        python.display()
    )]
    NoInstaller {
        /// The program of the python.
        python: PathBuf,
    },
    /// The pip is too old.
    #[error("the pip {version} of {} is too old; bring it up to 22.3 or newer, or install uv", python.display())]
    OldPip {
        /// The program of the python.
        python: PathBuf,
        /// Its version.
        version: String,
    },
    /// No index answers.
    #[error("packages cannot be installed because {installer} reaches no index of packages: {said}")]
    Network {
        /// The program that installs.
        installer: String,
        /// What it said.
        said: String,
    },
    /// The installer failed.
    #[error("packages cannot be installed: {installer} says: {said}")]
    Failed {
        /// The program that installs.
        installer: String,
        /// What it said.
        said: String,
    },
    /// The lock file is none.
    #[error("`{path}` cannot be used: {reason}; mend it, or delete it and run with `--install`")]
    Lock {
        /// The file as shown to the user.
        path: String,
        /// Why.
        reason: String,
    },
    /// The lock file cannot be written.
    #[error("the versions of packages cannot be written to `{path}`: {reason}")]
    WriteLock {
        /// The file as shown to the user.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// There is no place for environments.
    #[error("there is no folder for environments: set XDG_CACHE_HOME or HOME")]
    NoCache,
    /// The cache cannot be written to.
    #[error("packages cannot be kept in `{path}`: {reason}")]
    Cache {
        /// The folder as shown to the user.
        path: String,
        /// What the system says.
        reason: String,
    },
}

impl PackagesError {
    fn of(installer: &dyn Installer, refusal: &Refusal) -> PackagesError {
        let (installer, said) = (installer.name(), refusal.gist());
        match refusal.is_of_network() {
            true => PackagesError::Network { installer, said },
            false => PackagesError::Failed { installer, said },
        }
    }

    fn cache(path: &Path, error: &io::Error) -> PackagesError {
        PackagesError::Cache { path: shown(path), reason: error.to_string() }
    }

    /// Whether it is for the user to mend, and no trouble of the network or of an installer.
    pub fn is_of_usage(&self) -> bool {
        !matches!(
            self,
            PackagesError::Ask { .. }
                | PackagesError::Network { .. }
                | PackagesError::Failed { .. }
                | PackagesError::Cache { .. }
        )
    }
}
