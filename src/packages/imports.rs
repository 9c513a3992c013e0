//! What a piece of code imports, and what it defines.

use std::collections::BTreeSet;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Stmt};

use crate::python;

/// One module that some code imports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    /// Its dotted name.
    pub module: String,
    /// What is imported from it; empty for `import module`.
    pub names: Vec<String>,
}

impl Import {
    /// The first part of its name, which a distribution has to provide.
    pub fn top(&self) -> &str {
        self.module.split('.').next().unwrap_or_default()
    }

    /// The names that may be modules, those that say most first: `google.cloud.storage` and
    /// `google.cloud` of `from google.cloud import storage`.
    pub fn modules(&self) -> impl Iterator<Item = String> + '_ {
        let inner = self.names.iter().map(|name| format!("{}.{name}", self.module));
        inner.chain([self.module.clone()])
    }
}

/// The modules that some code imports anywhere by their whole names, in the order of their lines.
pub fn imports(code: &str) -> Vec<Import> {
    let mut found = Imports(Vec::new());
    found.visit_body(python::parse(code).suite());
    found.0
}

struct Imports(Vec<Import>);

impl Visitor<'_> for Imports {
    fn visit_stmt(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Import(import) => {
                let modules = import.names.iter().map(|alias| alias.name.to_string());
                self.0.extend(modules.map(|module| Import { module, names: Vec::new() }));
            }
            Stmt::ImportFrom(import) if import.level == 0 => {
                let names = import.names.iter().map(|alias| alias.name.to_string()).collect();
                let module = import.module.as_ref().map(ToString::to_string);
                self.0.extend(module.map(|module| Import { module, names }));
            }
            _ => visitor::walk_stmt(self, statement),
        }
    }
}

/// The names of the functions, classes and values that some code defines at its top level; what it
/// imports it does not define.
pub fn definitions(code: &str) -> BTreeSet<String> {
    let parsed = python::parse(code);
    let names = parsed.suite().iter().flat_map(|statement| match statement {
        Stmt::FunctionDef(function) => vec![function.name.to_string()],
        Stmt::ClassDef(class) => vec![class.name.to_string()],
        Stmt::Assign(assign) => assign.targets.iter().filter_map(bound_name).collect(),
        Stmt::AnnAssign(assign) => bound_name(&assign.target).into_iter().collect(),
        _ => Vec::new(),
    });
    names.collect()
}

fn bound_name(target: &Expr) -> Option<String> {
    target.as_name_expr().map(|name| name.id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_found_wherever_they_stand() {
        let code = "import a.b as c, d\ntry:\n    from e.f import g, h\nexcept ImportError: pass\n\
                    def i():\n    import j\nfrom . import k\nfrom .l import m\n";
        let found = imports(code);
        let modules: Vec<&str> = found.iter().map(|import| import.module.as_str()).collect();
        assert_eq!(modules, ["a.b", "d", "e.f", "j"]);
        assert_eq!(found[2].modules().collect::<Vec<_>>(), ["e.f.g", "e.f.h", "e.f"]);
        assert_eq!(found[0].top(), "a");
    }

    #[test]
    fn what_is_imported_is_not_defined() {
        let code = "import a\nfrom b import c\nd = 1\ne: int = 2\nclass f: g = 3\ndef h(): i = 4\n";
        assert_eq!(definitions(code).into_iter().collect::<String>(), "defh");
    }
}
