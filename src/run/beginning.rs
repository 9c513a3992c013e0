//! What a program imports before it does anything else.
//!
//! A zygote brings these modules back before it forks, so that the example need not do it in memory that
//! it would have to copy first: with a large package that is most of what the import costs. Nobody can tell
//! the difference, for nothing of the example has run by then that could have looked.

use ruff_python_ast::{Alias, Expr, Stmt, StmtImport, StmtImportFrom};
use serde::{Deserialize, Serialize};

use super::Plan;
use crate::python;

/// One import: the module, and what is taken from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlyImport(pub String, pub Vec<String>);

/// The imports that a plan begins with, in their order; none where something else comes first.
pub fn early_imports(plan: &Plan) -> Vec<EarlyImport> {
    if plan.module.is_some() {
        return Vec::new();
    }
    let first = plan.prelude.first().or(plan.program.sources().first());
    first.map(|source| imports_at_start(source)).unwrap_or_default()
}

fn imports_at_start(source: &str) -> Vec<EarlyImport> {
    if !source.contains("import") {
        return Vec::new();
    }
    let Some(parsed) = python::parse_valid(source) else { return Vec::new() };
    let mut imports = Vec::new();
    for statement in parsed.suite() {
        match statement {
            Stmt::Import(StmtImport { names, .. }) => {
                imports.extend(names.iter().map(|alias| EarlyImport(alias.name.to_string(), Vec::new())));
            }
            Stmt::ImportFrom(StmtImportFrom { module: Some(module), names, level: 0, .. }) => {
                imports.push(EarlyImport(module.to_string(), taken(names)));
            }
            // These look at nothing.
            Stmt::Expr(expression) if expression.value.is_literal_expr() => {}
            Stmt::Assign(assignment)
                if assignment.value.is_literal_expr()
                    && assignment.targets.iter().all(Expr::is_name_expr) => {}
            _ => break,
        }
    }
    imports
}

fn taken(names: &[Alias]) -> Vec<String> {
    names.iter().map(|alias| alias.name.to_string()).filter(|name| name != "*").collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Program;

    fn modules(plan: &Plan) -> Vec<String> {
        early_imports(plan).into_iter().map(|EarlyImport(module, _)| module).collect()
    }

    fn of(source: &str) -> Vec<String> {
        modules(&Plan::module(source))
    }

    #[test]
    fn only_what_looks_at_nothing_may_come_before() {
        assert_eq!(
            of("\"\"\"Doc.\"\"\"\nfrom __future__ import annotations\nn = 3\nimport a, b.c\n"),
            ["__future__", "a", "b.c"]
        );
        assert_eq!(of("import a\nprint(a)\nimport b"), ["a"]);
        assert_eq!(of("n = len('a')\nimport b"), [""; 0]);
        assert_eq!(of("a.n = 3\nimport b"), [""; 0]);
        assert_eq!(of("import a\nfrom . import b\nimport c"), ["a"]);
        assert_eq!(of("import a\ndef"), [""; 0]);
    }

    #[test]
    fn what_is_taken_is_named() {
        let imports = early_imports(&Plan::module("from a import b, c as d\nfrom e import *"));
        let named = |module: &str, names: &[&str]| {
            EarlyImport(module.to_owned(), names.iter().copied().map(str::to_owned).collect())
        };
        assert_eq!(imports, [named("a", &["b", "c"]), named("e", &[])]);
    }

    #[test]
    fn what_runs_first_counts() {
        let prelude = vec!["import a".to_owned(), "import b".to_owned()];
        assert_eq!(modules(&Plan { prelude, ..Plan::module("import c") }), ["a"]);
        let inputs = vec!["import a".to_owned(), "import b".to_owned()];
        assert_eq!(modules(&Plan { program: Program::Session(inputs), ..Plan::module("") }), ["a"]);
    }
}
