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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::run::Raised;

    proptest::proptest! {
        #[test]
        fn any_code_is_looked_at_without_harm(
            code in "(print |except |raise |exec |, |x|  |\n|    |`|0777|10L|<>|'|\"|#|é|args|def f\\(|\\)|:|>>> |\\$ |In \\[1\\]: |1 |2 |\t|\\.next\\(|f\\(a=|lambda kwargs: ){0,30}",
            line in 0_u32..9,
            message in "(x has no attribute 'x'|got an unexpected keyword argument 'a'|'list' object has no attribute 'apend'|é){0,2}",
        ) {
            let names = BTreeSet::from(["x".to_owned(), "args".to_owned()]);
            let knowledge = Knowledge {
                imports: [("x".to_owned(), vec!["import x".to_owned()])].into(),
                members: vec!["append".to_owned(), "ab".to_owned()],
            };
            let raised = ["NameError", "AttributeError", "TypeError"].map(|class| Raised {
                type_name: class.to_owned(),
                bases: vec![class.to_owned()],
                message: message.clone(),
                name: Some("x".to_owned()),
                line,
                ..Raised::default()
            });
            let failures = raised.iter().map(Failure::Raised).chain([Failure::Syntax]);
            for failure in failures {
                let broken = Broken { code: &code, failure, missing: &names, bound: &BTreeSet::new() };
                candidates(&broken, &knowledge);
                question_of_members(&broken);
            }
        }
    }
}
