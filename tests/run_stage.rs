//! The run stage from outside: real workers, real examples.
#![allow(clippy::print_stdout, reason = "what could not be tested is said loudly")]

#[path = "run_stage/asserts.rs"]
mod asserts;
#[path = "run_stage/cage.rs"]
mod cage;
#[path = "run_stage/common.rs"]
mod common;
#[path = "run_stage/fidelity/mod.rs"]
mod fidelity;
#[path = "run_stage/hostile/mod.rs"]
mod hostile;
#[path = "run_stage/observation.rs"]
mod observation;
#[path = "support/processes.rs"]
mod processes;
#[path = "run_stage/sharing.rs"]
mod sharing;
#[path = "run_stage/soak.rs"]
mod soak;
