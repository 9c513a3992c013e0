//! Commands of the program that are more than one call of the library.

mod watch;

pub use watch::watch;
