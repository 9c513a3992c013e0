//! MEND: what may put a broken example or a false claim right.
//!
//! One file for each kind of mend. All of them are pure: they say what could have been meant, and
//! nothing is offered before it was tried (`check/diagnose.rs`).

mod block;
mod candidate;
mod changes;
mod comment;
mod damage;
mod dialect;
mod frame;
mod import;
mod indentation;
mod operators;
mod prompts;
mod python2;
mod spelling;
mod value;

pub use candidate::{Broken, Candidate, Failure, Knowledge};
pub use changes::changes;
pub use damage::{is_meant_to_fail, mend};
pub use import::question as question_of_imports;
pub use spelling::question as question_of_members;
pub use value::{Refusal, TRUE_VALUE, propose};

/// What may have been meant by an example that does not run to its end.
pub fn candidates(broken: &Broken, knowledge: &Knowledge) -> Vec<Candidate> {
    let mut candidates = import::candidates(broken, knowledge);
    candidates.extend(operators::candidates(broken));
    candidates.extend(prompts::candidates(broken));
    candidates.extend(python2::candidates(broken));
    candidates.extend(indentation::candidates(broken));
    candidates.extend(spelling::candidates(broken, knowledge));
    candidates
}
