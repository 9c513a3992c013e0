//! The network that services share with the zygotes of their document.
//!
//! A process of its own enters the namespaces and stays, so that the others can join them. They
//! cannot make them inside their own cages, which nobody can enter from outside.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use nix::sched::{CloneFlags, setns, unshare};
use nix::unistd::Pid;

use super::Standing;
use crate::run::jail::{self, JailError};
use crate::run::wire;

/// The namespaces of the process that holds them.
pub struct Network {
    user: File,
    network: File,
}

impl Network {
    /// Those of this process, which is still this worker's child.
    pub fn of(holder: Pid) -> io::Result<Network> {
        let open = |kind: &str| File::open(format!("/proc/{holder}/ns/{kind}"));
        Ok(Network { user: open("user")?, network: open("net")? })
    }

    /// Enters them; a user namespace further in follows, in which nothing of them can be changed.
    pub fn join(&self) -> Result<(), JailError> {
        setns(&self.user, CloneFlags::CLONE_NEWUSER).map_err(JailError::JoinUser)?;
        setns(&self.network, CloneFlags::CLONE_NEWNET).map_err(JailError::JoinNetwork)
    }
}

/// The life of the process that holds the network: until the host closes the connection.
pub fn hold_network(readable: &[PathBuf], mut host: UnixStream) {
    let standing: Standing = enter(readable).map_err(|error| error.to_string());
    if wire::write_frame(&mut host, &standing).is_ok() && standing.is_ok() {
        let _ = host.read(&mut [0]);
    }
}

fn enter(readable: &[PathBuf]) -> Result<(), JailError> {
    jail::renounce_root(readable)?;
    let (uid, gid) = jail::own_ids();
    unshare(CloneFlags::CLONE_NEWUSER).map_err(JailError::NewUser)?;
    jail::map_ids(uid, gid)?;
    unshare(CloneFlags::CLONE_NEWNET).map_err(JailError::NewNetwork)?;
    jail::raise_loopback().map_err(JailError::Loopback)?;
    jail::forget_ports_at_once();
    Ok(())
}
