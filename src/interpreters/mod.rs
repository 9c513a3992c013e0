//! The pythons of this machine, and which of them is meant by a path, a version or a folder.
//!
//! A python is believed only as far as it answers itself: what is on PATH may be a script that
//! chooses one (a shim), and the name of a file says little about its version.

mod ask;
mod find;

use std::path::PathBuf;

pub use ask::ask;
pub use find::{Places, find};

/// The oldest minor version of CPython 3 that examples are run with.
pub const OLDEST_MINOR: u32 = 9;

/// A CPython that examples can be run with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Python {
    /// Its program, as itself names it (`sys.executable`).
    pub executable: PathBuf,
    /// `3.11.7`.
    pub version: String,
}

/// Why there is no such python.
#[derive(Debug, thiserror::Error)]
pub enum PythonError {
    /// It does not start, or does not answer.
    #[error("cannot run {} to ask for its version: {reason}", python.display())]
    Ask {
        /// The program.
        python: PathBuf,
        /// Why.
        reason: String,
    },
    /// It is another implementation or too old.
    #[error("{} is {what}; examples run with CPython 3.{OLDEST_MINOR} or newer", python.display())]
    Unfit {
        /// The program.
        python: PathBuf,
        /// What it is.
        what: String,
    },
    /// A folder without a python.
    #[error("the folder {} is no virtual environment: there is no `bin/python` in it", folder.display())]
    NoEnvironment {
        /// The folder.
        folder: PathBuf,
    },
    /// No python has this version.
    #[error("no Python {wanted} was found; {}", listed(found))]
    NotFound {
        /// The version that was asked for.
        wanted: String,
        /// The versions there are.
        found: Vec<String>,
    },
    /// The text is neither a path nor a version.
    #[error(
        "`{0}` is no python: write a version such as `3.12`, a program, or the folder of a virtual environment"
    )]
    NotUnderstood(String),
}

fn listed(found: &[String]) -> String {
    match found {
        [] => "there is none at all".to_owned(),
        [only] => format!("there is only {only}"),
        [first @ .., last] => format!("there are {} and {last}", first.join(", ")),
    }
}
