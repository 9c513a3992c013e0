//! The program: arguments in, exit status out. Everything else is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    truedoc::run::serve_if_worker();
    truedoc::program::run(std::env::args_os()).into()
}
