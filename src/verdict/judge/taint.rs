//! Which names depend on what a failed statement left undone.

use std::collections::BTreeSet;

use ruff_text_size::Ranged;

use crate::example::Input;
use crate::python::{self, Names};
use crate::run::{InputResult, Raised};

/// The names that depend on the top-level statement which raised on this line: those it uses or
/// binds, and what later statements derive from them.
pub fn of_module(code: &str, line: usize) -> BTreeSet<String> {
    let parsed = python::parse(code);
    let line_of = |at: usize| code[..at].matches('\n').count() + 1;
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut failed = false;
    for statement in parsed.suite() {
        let range = statement.range();
        let used = Names::of(std::slice::from_ref(statement));
        if !failed {
            failed = (line_of(range.start().to_usize())..=line_of(range.end().to_usize())).contains(&line);
            if failed {
                names.extend(used.bound.iter().cloned());
                names.extend(used.free().map(str::to_owned));
            }
        } else if used.loaded.iter().any(|name| names.contains(name)) {
            names.extend(used.global);
        }
    }
    names
}

/// What the inputs of a session that failed unexpectedly left undone: for each input the first
/// exception that it depends on, if any. An exception that the document shows is no failure.
pub fn of_session<'a>(inputs: &[Input], results: &'a [InputResult]) -> Vec<Option<&'a Raised>> {
    let mut tainted: Vec<(BTreeSet<String>, &Raised)> = Vec::new();
    let mut causes = Vec::new();
    for (input, result) in inputs.iter().zip(results) {
        let names = Names::of(python::parse(&input.source).suite());
        let cause = tainted.iter().find(|(undone, _)| names.loaded.iter().any(|name| undone.contains(name)));
        let cause = cause.map(|(_, raised)| *raised);
        causes.push(cause);
        let shown = input.expected.as_ref().is_some_and(|(_, text)| text.contains("Traceback ("));
        let failure = result.raised.as_ref().filter(|_| !shown);
        if let Some(raised) = cause.or(failure) {
            tainted.push((names.bound, raised));
        }
    }
    causes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_failed_statement_and_what_derives_from_them() {
        let code = "a = 1\nb = load(a)\nc = b + 1\nd = 2\n";
        let names = of_module(code, 2);
        assert!(["b", "c", "load"].iter().all(|name| names.contains(*name)), "{names:?}");
        assert!(!names.contains("d"));
    }

    #[test]
    fn inputs_after_a_failed_import_depend_on_it() {
        let input = |source: &str| Input { source: source.to_owned(), code_line: 1, expected: None };
        let failed = InputResult {
            raised: Some(Raised { type_name: "ModuleNotFoundError".into(), ..Raised::default() }),
            ..InputResult::default()
        };
        let inputs = [input("import x\n"), input("y = x.z()\n"), input("y\n"), input("w\n")];
        let results = [failed.clone(), failed.clone(), failed.clone(), failed];
        let causes = of_session(&inputs, &results);
        let depends: Vec<bool> = causes.iter().map(Option::is_some).collect();
        assert_eq!(depends, [false, true, true, false]);
    }
}
