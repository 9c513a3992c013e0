//! Why examples cannot be run at all; what goes wrong with a single one is told by its ending.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::wire::WireError;
use crate::interpreters::{Python, PythonError};

/// Why examples cannot be run at all.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The running program is unknown.
    #[error("cannot find the truedoc program itself: {0}")]
    FindProgram(#[source] io::Error),
    /// No folder for the work.
    #[error("cannot make a temporary folder: {0}")]
    MakeScratch(#[source] io::Error),
    /// No connection.
    #[error("cannot make a pair of sockets: {0}")]
    SocketPair(#[source] io::Error),
    /// The worker was not started.
    #[error("cannot start {} as a worker: {source}", program.display())]
    SpawnWorker {
        /// The program.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The worker ended or talked nonsense before it was ready.
    #[error("the worker did not come up: {reason}{}{stderr}", if stderr.is_empty() { "" } else { "; it said: " })]
    WorkerLost {
        /// What was seen of it.
        reason: WireError,
        /// What it wrote to stderr.
        stderr: String,
    },
    /// Python did not come up inside the worker.
    #[error("Python could not be started inside the worker: {0}")]
    StartPython(String),
    /// A libpython of another version was loaded.
    #[error(
        "truedoc was built for CPython {built} but the dynamic loader gave it {running}; rebuild it, or remove that library from LD_LIBRARY_PATH"
    )]
    OtherPython {
        /// Version at build time.
        built: String,
        /// Version now.
        running: String,
    },
    /// What others were told before.
    #[error(transparent)]
    Told(Arc<RunError>),
    /// The chosen python cannot run examples.
    #[error(transparent)]
    Python(#[from] PythonError),
    /// No python was chosen where there is none to fall back on.
    #[error("this truedoc was built for no Python; choose one with `--python`")]
    NoDefault,
    /// There is nothing that the chosen python could load.
    #[error(
        "{} is Python {}, for which truedoc needs its module `libtruedoc.so`, and that is not in {}; run truedoc from where cargo built it, or install it with pip",
        python.executable.display(), python.version, folder.display()
    )]
    NoModule {
        /// The python.
        python: Python,
        /// Where the module should be.
        folder: PathBuf,
    },
    /// The worker could not be asked for a zygote.
    #[error("cannot pass a connection to the worker: {0}")]
    PassConnection(#[source] io::Error),
    /// The order could not be handed to a new zygote.
    #[error("cannot speak to a new zygote: {0}")]
    OrderZygote(#[source] io::Error),
    /// A zygote ended or talked nonsense before it was ready.
    #[error("a zygote did not come up: {0}")]
    ZygoteLost(#[source] WireError),
    /// A zygote could not build its cage.
    #[error("the sandbox could not be set up: {0}")]
    Cage(String),
    /// A package must not be imported ahead. Never told: examples then import it themselves.
    #[error("`{0}` cannot be imported ahead")]
    Unfit(String),
    /// A service did not come up.
    #[error("{0}")]
    Service(String),
    /// A layer is missing where none may be.
    #[error(
        "`--sandbox strict` refuses to run: this machine does not give {}; `truedoc doctor` says more",
        .0.join("; ")
    )]
    Incomplete(Vec<String>),
    /// A time-out could not be set on a connection.
    #[error("cannot set a time-out on a connection: {0}")]
    SetTimeout(#[source] io::Error),
}
