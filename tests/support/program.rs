//! The program, without what another test may have left in a cache.

use std::process::Command;

/// A call of it, to which its arguments are still to be added.
pub fn truedoc() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_truedoc"));
    // A folder that is not absolute is none.
    command.env("XDG_CACHE_HOME", "none");
    command
}
