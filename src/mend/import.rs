//! A name that an import of the standard library would bind.

use std::collections::BTreeSet;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Decorator, Expr};

use super::candidate::{Broken, Candidate, Knowledge};
use crate::python;

/// Rule name.
const RULE: &str = "missing-import";

/// How many ways to import all missing names are tried.
const MOST: usize = 6;

/// Modules whose members are often used by their bare names.
const MODULES: &[&str] = &[
    "abc",
    "array",
    "asyncio",
    "bisect",
    "collections",
    "collections.abc",
    "concurrent.futures",
    "contextlib",
    "copy",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "heapq",
    "inspect",
    "io",
    "itertools",
    "json",
    "math",
    "operator",
    "os.path",
    "pathlib",
    "pprint",
    "queue",
    "random",
    "re",
    "statistics",
    "string",
    "subprocess",
    "tempfile",
    "textwrap",
    "threading",
    "time",
    "timeit",
    "types",
    "typing",
    "unittest",
    "unittest.mock",
    "urllib.parse",
    "uuid",
    "weakref",
];

/// Short names that are usual for modules.
const ALIASES: &[(&str, &str)] = &[
    ("np", "numpy"),
    ("pd", "pandas"),
    ("plt", "matplotlib.pyplot"),
    ("dt", "datetime"),
    ("ET", "xml.etree.ElementTree"),
    ("tk", "tkinter"),
    ("mp", "multiprocessing"),
];

/// The imports that bind what is missing, in every way that the interpreter knows.
pub fn candidates(broken: &Broken, knowledge: &Knowledge) -> Vec<Candidate> {
    let Some(raised) = broken.failure.raised("NameError") else { return Vec::new() };
    let Some(name) = raised.name.as_ref().filter(|name| knowledge.imports.contains_key(*name)) else {
        return Vec::new();
    };
    let uses = Uses::of(broken.code);
    let mut ways: Vec<Vec<String>> = vec![Vec::new()];
    for ways_of_one in broken.missing.iter().filter_map(|name| knowledge.imports.get(name)) {
        let longer = ways.iter().flat_map(|way| {
            ways_of_one.iter().map(|import| way.iter().chain([import]).cloned().collect::<Vec<String>>())
        });
        ways = longer.take(MOST).collect();
    }
    let candidate = |imports: Vec<String>| Candidate {
        rule: RULE,
        sentence: format!("`{name}` is used without its import"),
        code: broken.code.to_owned(),
        needs_claim: !imports.iter().all(|import| uses.fit(import)),
        imports,
    };
    ways.into_iter().filter(|imports| !imports.is_empty()).map(candidate).collect()
}

/// How names are used. A module is asked for its members; a function is called, a class may stand
/// anywhere. A name such as `string` or `count` that stands alone may be anything that was left out.
#[derive(Default)]
struct Uses {
    owners: BTreeSet<String>,
    called: BTreeSet<String>,
}

impl Uses {
    fn of(code: &str) -> Uses {
        let parsed = python::parse(code);
        let mut uses = Uses::default();
        uses.visit_body(parsed.suite());
        uses
    }

    /// Whether an import binds what a name is used as.
    fn fit(&self, import: &str) -> bool {
        let name = import.rsplit(' ').next().unwrap_or(import);
        if import.starts_with("import ") {
            return self.owners.contains(name);
        }
        let is_class = name.starts_with(|c: char| c.is_uppercase());
        is_class || self.called.contains(name) || self.owners.contains(name)
    }
}

impl<'a> Visitor<'a> for Uses {
    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Attribute(attribute) => {
                self.owners.extend(attribute.value.as_name_expr().map(|name| name.id.to_string()));
            }
            Expr::Call(call) => self.called.extend(call.func.as_name_expr().map(|name| name.id.to_string())),
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }

    fn visit_decorator(&mut self, decorator: &'a Decorator) {
        self.called.extend(decorator.expression.as_name_expr().map(|name| name.id.to_string()));
        visitor::walk_decorator(self, decorator);
    }
}

/// A program that prints for each of some names, as JSON, the imports that bind it.
pub fn question(names: &BTreeSet<&str>) -> String {
    let listed = |items: Vec<&str>| serde_json::Value::from(items);
    let aliases: serde_json::Map<String, serde_json::Value> =
        ALIASES.iter().map(|(alias, module)| ((*alias).to_owned(), (*module).into())).collect();
    format!(
        "NAMES = {}\nMODULES = {}\nALIASES = {}\n{QUESTION}",
        listed(names.iter().copied().collect()),
        listed(MODULES.to_vec()),
        serde_json::Value::from(aliases),
    )
}

/// Of the names that `typing` only repeats, those of the other modules count.
const QUESTION: &str = r#"
import importlib, importlib.util, json, sys
standard = set(getattr(sys, "stdlib_module_names", sys.builtin_module_names)) | {m.split(".")[0] for m in MODULES}
found = {}
for name in NAMES:
    if name in standard and not name.startswith("_"):
        found.setdefault(name, []).append(f"import {name}")
    if name in ALIASES and importlib.util.find_spec(ALIASES[name].split(".")[0]):
        found.setdefault(name, []).append(f"import {ALIASES[name]} as {name}")
homes = {}
for name in MODULES:
    try:
        module = importlib.import_module(name)
    except ImportError:
        continue
    public = getattr(module, "__all__", None) or [key for key in vars(module) if not key.startswith("_")]
    for wanted in NAMES:
        if wanted in public and type(getattr(module, wanted, None)).__name__ != "module":
            homes.setdefault(wanted, []).append((name, getattr(module, wanted, None)))
for wanted, places in homes.items():
    own = [place for place in places if not hasattr(place[1], "__origin__")] or places
    seen = []
    for module, value in own:
        if not any(value is other for other in seen):
            seen.append(value)
            found.setdefault(wanted, []).append(f"from {module} import {wanted}")
print(json.dumps(found))
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_stand_alone_may_be_anything() {
        let uses = Uses::of("@wraps\ndef f(x: Optional[int]): return math.pi, sqrt(2), string, count\n");
        for (import, fits) in [
            ("import math", true),
            ("from math import sqrt", true),
            ("from functools import wraps", true),
            ("from typing import Optional", true),
            ("import string", false),
            ("from itertools import count", false),
        ] {
            assert_eq!(uses.fit(import), fits, "{import}");
        }
    }
}
