//! Which names depend on what a failed statement left undone.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::Stmt;
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
    let mut objects = Objects::default();
    let mut causes = Vec::new();
    for (input, result) in inputs.iter().zip(results) {
        let parsed = python::parse(&input.source);
        let names = Names::of(parsed.suite());
        let cause = tainted.iter().find(|(undone, _)| names.loaded.iter().any(|name| undone.contains(name)));
        let cause = cause.map(|(_, raised)| *raised);
        causes.push(cause);
        let shown = input.expected.as_ref().is_some_and(|(_, text)| text.contains("Traceback ("));
        let failure = result.raised.as_ref().filter(|_| !shown);
        objects.bind(parsed.suite());
        if let Some(raised) = failure {
            // What it would have changed lacks the change (`fill(log)`, then `log`).
            let mut undone = objects.reached_from(&names.loaded);
            undone.extend(names.bound);
            tainted.push((undone, raised));
        } else if let Some(raised) = cause {
            tainted.push((names.bound, raised));
        }
    }
    causes
}

/// The objects that the inputs of a session bind to names, and what can be reached from them.
#[derive(Default)]
struct Objects {
    /// For each name the names that the statement which bound it uses.
    uses: BTreeMap<String, BTreeSet<String>>,
    /// Names that stand for something no call changes: modules, functions, classes.
    fixed: BTreeSet<String>,
}

impl Objects {
    fn bind(&mut self, statements: &[Stmt]) {
        for statement in statements {
            let names = Names::of(std::slice::from_ref(statement));
            let is_fixed = matches!(
                statement,
                Stmt::Import(_) | Stmt::ImportFrom(_) | Stmt::FunctionDef(_) | Stmt::ClassDef(_)
            );
            for name in names.global {
                if is_fixed {
                    self.fixed.insert(name.clone());
                } else {
                    self.fixed.remove(&name);
                }
                self.uses.entry(name).or_default().extend(names.loaded.iter().cloned());
            }
        }
    }

    /// The names of all objects that code which uses these names could change.
    fn reached_from(&self, loaded: &BTreeSet<String>) -> BTreeSet<String> {
        let mut reached: BTreeSet<String> = BTreeSet::new();
        let mut open: Vec<&String> = loaded.iter().collect();
        while let Some(name) = open.pop() {
            if let Some(uses) = self.uses.get(name)
                && reached.insert(name.clone())
            {
                open.extend(uses);
            }
        }
        reached.retain(|name| !self.fixed.contains(name));
        reached
    }
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

    #[test]
    fn what_a_failed_input_would_have_changed_depends_on_it() {
        let input = |source: &str| Input { source: source.to_owned(), code_line: 1, expected: None };
        let failed = InputResult {
            raised: Some(Raised { type_name: "NameError".into(), ..Raised::default() }),
            ..InputResult::default()
        };
        let fine = InputResult::default();
        let inputs = [
            input("import math\n"),
            input("log = []\n"),
            input("other = [1]\n"),
            input("note = lambda x: log.append(math.sqrt(x))\n"),
            input("each(note, [4])\n"),
            input("log\n"),
            input("other\n"),
            input("math.pi\n"),
        ];
        let results: Vec<InputResult> =
            (0..inputs.len()).map(|at| if at == 4 { failed.clone() } else { fine.clone() }).collect();
        let depends: Vec<bool> = of_session(&inputs, &results).iter().map(Option::is_some).collect();
        assert_eq!(depends, [false, false, false, false, false, true, false, false]);
    }
}
