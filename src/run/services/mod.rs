//! Services: servers that the examples of a document talk to, started in their cage.
//!
//! ```text
//! worker --fork--> network (holds user and network namespace)
//!        --fork--> keeper  (joins them, PID 1 of a cage of its own) --exec--> services
//!        --fork--> zygotes (join them, each in its cage as ever)
//! ```
//! A document that declares services has a worker of its own. The processes of the services see
//! neither those of the examples nor their files; what they share is the loopback of one network
//! namespace, which nobody else is in. When the host closes its connections, or is killed, the keeper
//! stops the services and ends, and with process 1 of their namespace ends whatever they started.

mod keeper;
mod network;
mod place;
mod stages;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use keeper::keep;
pub use network::{Network, hold_network};
pub use stages::{Kept, Stages};

/// What a service is started by, and how it shows that it is ready. In all commands `{data}` stands for
/// the folder of its data and `{port}` for its port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its name, of letters, digits and `-`.
    pub name: String,
    /// Commands that run to their end before it starts, each as a program with its arguments.
    pub setup: Vec<Vec<String>>,
    /// The program that serves until it is told to end, with its arguments.
    pub command: Vec<String>,
    /// The port of the loopback on which it serves.
    pub port: u16,
    /// A command that succeeds when it is ready; none if a connection to its port is enough.
    pub ready: Option<Vec<String>>,
    /// Milliseconds that it has to become ready, and each command before that to end.
    pub within_ms: u64,
    /// What it may read besides the system's programs; each is one of [`super::EngineSettings::readable`].
    pub readable: Vec<PathBuf>,
    /// Environment variables of all its commands.
    pub environment: Vec<(String, String)>,
}

/// The services of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicesOf {
    /// Path of the document.
    pub document: String,
    /// In the order in which they start.
    pub services: Vec<Service>,
}

/// That an example talks to the services of its document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceUse {
    /// Path of the document.
    pub document: String,
    /// Whether they start anew for it, because what runs before it begins with the document.
    pub anew: bool,
}

/// What the keeper is told first.
#[derive(Debug, Serialize, Deserialize)]
pub struct KeeperOrder {
    /// The cage, as for a zygote.
    pub cage: super::wire::ZygoteOrder,
    /// What to start.
    pub services: Vec<Service>,
}

/// Answer of the holder of the network and of the keeper: the reason if there is no such thing.
pub type Standing = Result<(), String>;
