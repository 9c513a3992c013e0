//! MEND: what may put a broken example or a false claim right.

mod block;
mod comment;
mod dialect;
mod frame;
mod value;

pub use value::{Refusal, TRUE_VALUE, propose};
