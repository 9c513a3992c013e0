//! The library as a module of Python: what another python than the embedded one loads to be a worker,
//! and what the package of truedoc on the package index is.

use std::ffi::OsString;
use std::path::PathBuf;

use pyo3::prelude::*;

use crate::run;

/// The module.
#[pymodule(gil_used = true)]
mod _truedoc {
    #[pymodule_export]
    use super::main;
    #[pymodule_export]
    use crate::run::Worker;
}

/// Does what the arguments say, the first of which is the name of the program; gives the exit status.
/// The others are the python this runs in, and the file of this module.
#[pyfunction]
fn main(py: Python<'_>, arguments: Vec<OsString>, python: PathBuf, module: PathBuf) -> u8 {
    run::set_home(python, module);
    // Nothing of Python is used from here on; other threads of it may go on.
    py.detach(|| crate::program::run(arguments) as u8)
}
