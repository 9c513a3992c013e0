//! Which code can leave no trace in the interpreter that runs it, and sees none that others left.
//!
//! Such examples may share a process, one after the other, each in a fresh `__main__`. The proof is
//! conservative and by syntax alone: code passes if it consists of nothing but what stands in the
//! lists of `vocabulary.rs`: the builtins named there, its own functions and classes, and modules
//! without hidden state. It may
//!
//! - change nothing that it has not made: no attribute or item of a module, of a builtin, or of
//!   anything that was imported is assigned or deleted;
//! - ask for nothing that differs between processes or moments: identity (`is` but with `None` and
//!   the like), addresses, clocks, chance, environment, files, threads, the interpreter itself.
//!
//! What the proof cannot see (a name that stands for an imported function, and has an attribute set)
//! is looked for afterwards, in the process: see `run/driver/group.py`.

mod vocabulary;

pub use vocabulary::MODULES;

use std::collections::BTreeSet;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Alias, CmpOp, Expr, Stmt, StmtImport, StmtImportFrom};

use ruff_python_stdlib::sys::is_known_standard_library;

use crate::python::{self, Names};

/// Minor version whose standard library is looked through for names of modules.
const LATEST: u8 = 14;

/// Whether code, all of it valid, can leave no trace.
pub fn is_traceless(source: &str) -> bool {
    let Some(parsed) = python::parse_valid(source) else { return false };
    let names = Names::of(parsed.suite());
    let mut proof = Proof { names, modules: BTreeSet::new(), imported: BTreeSet::new(), holds: true };
    proof.note_imports(parsed.suite());
    if proof.holds {
        proof.visit_body(parsed.suite());
    }
    proof.holds
}

struct Proof {
    names: Names,
    /// Names that stand for a module.
    modules: BTreeSet<String>,
    /// Names that stand for something out of a module.
    imported: BTreeSet<String>,
    holds: bool,
}

/// Collects the imports of all scopes.
struct Imports<'a>(&'a mut Proof);

impl<'a> Visitor<'a> for Imports<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(StmtImport { names, .. }) => names.iter().for_each(|alias| self.0.import(alias)),
            Stmt::ImportFrom(import) => self.0.import_from(import),
            _ => visitor::walk_stmt(self, statement),
        }
    }
}

impl Proof {
    fn note_imports(&mut self, body: &[Stmt]) {
        Imports(self).visit_body(body);
    }

    fn import(&mut self, alias: &Alias) {
        let module = alias.name.as_str();
        self.require(vocabulary::MODULES.contains(&module));
        let bound = alias.asname.as_deref().unwrap_or_else(|| module.split('.').next().unwrap_or(module));
        self.modules.insert(bound.to_owned());
    }

    fn import_from(&mut self, import: &StmtImportFrom) {
        let module = import.module.as_deref().unwrap_or_default();
        self.require(import.level == 0 && vocabulary::MODULES.contains(&module));
        for alias in &import.names {
            let name = alias.name.as_str();
            self.require(name != "*" && is_open(name) && is_public(module, name));
            let bound = alias.asname.as_ref().unwrap_or(&alias.name).to_string();
            // A module within a module is one as well.
            let is_module = vocabulary::MODULES.contains(&format!("{module}.{name}").as_str());
            if is_module {
                self.modules.insert(bound)
            } else {
                self.imported.insert(bound)
            };
        }
    }

    fn require(&mut self, condition: bool) {
        self.holds &= condition;
    }

    fn is_own(&self, name: &str) -> bool {
        self.names.bound.contains(name) && !self.modules.contains(name) && !self.imported.contains(name)
    }

    /// What is assigned to or deleted: a name of its own, or a part of something that has one.
    fn change(&mut self, target: &Expr) {
        match target {
            // Bound, so it is the example's, whatever it was before; but a module has one meaning only.
            Expr::Name(name) => self.require(!self.modules.contains(name.id.as_str())),
            Expr::Attribute(attribute) => self.change_part(&attribute.value),
            Expr::Subscript(subscript) => self.change_part(&subscript.value),
            Expr::Starred(starred) => self.change(&starred.value),
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|element| self.change(element)),
            Expr::List(list) => list.elts.iter().for_each(|element| self.change(element)),
            _ => self.holds = false,
        }
    }

    fn change_part(&mut self, owner: &Expr) {
        match owner {
            Expr::Name(name) => self.require(self.is_own(name.id.as_str())),
            // `self.__dict__[…]`, `type(self).count`: too many ways to reach what is not its own.
            Expr::Attribute(attribute) => {
                self.require(!attribute.attr.starts_with("__"));
                self.change_part(&attribute.value);
            }
            Expr::Subscript(subscript) => self.change_part(&subscript.value),
            _ => self.holds = false,
        }
    }

    fn load(&mut self, name: &str) {
        let is_known =
            self.is_own(name) || self.imported.contains(name) || vocabulary::BUILTINS.contains(&name);
        // A module is no value here; `json.dumps` is looked at where it stands as an attribute.
        self.require(is_known && !self.modules.contains(name));
    }
}

/// Whether a name of a module or object may be used: dunder names reach the interpreter, a few are
/// clocks, and others put something into a register that all share.
fn is_open(name: &str) -> bool {
    match name.starts_with("__") && name.ends_with("__") {
        true => vocabulary::DUNDERS.contains(&name),
        false => !vocabulary::CLOSED.contains(&name),
    }
}

/// Whether a module gives this name to everybody: not its own affairs, nor the modules that it uses.
fn is_public(module: &str, name: &str) -> bool {
    let is_module = is_known_standard_library(LATEST, name)
        && !vocabulary::NAMED_LIKE_MODULES.contains(&name)
        && !vocabulary::MODULES.contains(&format!("{module}.{name}").as_str());
    !name.starts_with('_') && !is_module
}

fn is_singleton(expression: &Expr) -> bool {
    matches!(expression, Expr::NoneLiteral(_) | Expr::BooleanLiteral(_) | Expr::EllipsisLiteral(_))
        || matches!(expression, Expr::Name(name) if name.id == "NotImplemented")
}

impl<'a> Visitor<'a> for Proof {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            // Looked at before.
            Stmt::Import(_) | Stmt::ImportFrom(_) => return,
            // When an object dies depends on what else has lived.
            Stmt::FunctionDef(function) => self.require(!function.is_async && &function.name != "__del__"),
            Stmt::For(each) => {
                self.require(!each.is_async);
                self.change(&each.target);
            }
            Stmt::With(with) => {
                self.require(!with.is_async);
                with.items.iter().flat_map(|item| &item.optional_vars).for_each(|target| self.change(target));
            }
            Stmt::Assign(assign) => assign.targets.iter().for_each(|target| self.change(target)),
            Stmt::AnnAssign(assign) => self.change(&assign.target),
            Stmt::AugAssign(assign) => self.change(&assign.target),
            Stmt::Delete(delete) => delete.targets.iter().for_each(|target| self.change(target)),
            Stmt::IpyEscapeCommand(_) => self.holds = false,
            _ => {}
        }
        if self.holds {
            visitor::walk_stmt(self, statement);
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) if name.ctx.is_load() => self.load(name.id.as_str()),
            Expr::Attribute(attribute) => {
                self.require(is_open(&attribute.attr));
                if let Expr::Name(name) = &*attribute.value
                    && self.modules.contains(name.id.as_str())
                {
                    self.require(attribute.ctx.is_load() && is_public(name.id.as_str(), &attribute.attr));
                    return;
                }
            }
            Expr::Compare(compare) => {
                let sides = std::iter::once(&*compare.left).chain(&compare.comparators);
                let pairs = compare.ops.iter().zip(sides.clone().zip(sides.skip(1)));
                for (operator, (left, right)) in pairs {
                    let asks_identity = matches!(operator, CmpOp::Is | CmpOp::IsNot);
                    self.require(!asks_identity || is_singleton(left) || is_singleton(right));
                }
            }
            Expr::Call(call) => {
                let prints = matches!(&*call.func, Expr::Name(name) if name.id == "print");
                let elsewhere = |name: &str| name == "file" || name == "flush";
                let named = call.arguments.keywords.iter().filter_map(|keyword| keyword.arg.as_deref());
                let is_plain = call.arguments.keywords.iter().all(|keyword| keyword.arg.is_some());
                self.require(!prints || is_plain && !named.into_iter().any(elsewhere));
            }
            Expr::Named(named) => self.change(&named.target),
            Expr::Await(_) | Expr::IpyEscapeCommand(_) | Expr::TString(_) => self.holds = false,
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {}
            _ => {}
        }
        if self.holds {
            visitor::walk_expr(self, expression);
        }
    }

    fn visit_comprehension(&mut self, comprehension: &'a ruff_python_ast::Comprehension) {
        self.require(!comprehension.is_async);
        self.change(&comprehension.target);
        visitor::walk_comprehension(self, comprehension);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_programs_leave_no_trace() {
        for code in [
            "print(sum(range(10)))",
            "import json\nprint(json.dumps({'a': 1}))",
            "from collections import Counter as C\nc = C('hello')\nc['h'] += 1\nprint(c.most_common(1))",
            "class A:\n    count = 0\n    def __init__(self, x):\n        self.x = x\n        A.count += 1\nprint(A(1).x, A.count)",
            "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int = 0\np = P()\np.x = 2\nprint(p == P(2))",
            "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    print(error)",
            "x = None\nprint(x is None, x is not True)",
            "import copy, datetime\nprint(copy.copy([1]), datetime.datetime(2020, 1, 1), datetime.date.max)",
            "import collections.abc\nprint(isinstance([], collections.abc.Sequence))",
            "def f(*args, **kwargs):\n    yield from args\nprint(list(f(1, 2)))",
            "matrix = [[0] * 3 for _ in range(3)]\nmatrix[0][1] = 5",
            "list = [1]\nlist.append(2)",
            "a, *b = 1, 2, 3\n(c := 5)\nprint(a, b, c, f'{c:>5}')",
        ] {
            assert!(is_traceless(code), "{code}");
        }
    }

    #[test]
    fn what_could_leave_a_trace_or_see_one_does_not_pass() {
        for code in [
            "import os",
            "import dataclasses\nprint(len(dataclasses.sys.modules))",
            "import dataclasses as d\nd.sys.modules.clear()",
            "from dataclasses import sys",
            "from json import _default_encoder as e\ne.x = 1",
            "from functools import partial\nclass A:\n    def __del__(self): print(1)",
            "from operator import attrgetter\nprint(attrgetter('__globals__')(len))",
            "from statistics import NormalDist\nprint(NormalDist().samples(2))",
            "import random",
            "import json\njson.dumps = print",
            "import json\nj = json\nj.dumps = print",
            "import json\nprint(json)",
            "from json import dumps\ndumps.x = 1",
            "import json as j\nj.decoder.JSONDecoder.x = 1",
            "import json\ndel json.dumps",
            "import json\nfor json.x in range(3): pass",
            "import json\n[0 for json.x in range(3)]",
            "import json\nwith open('f') as json.x: pass",
            "from collections import *",
            "from .a import b",
            "from json import __builtins__",
            "print(id(1))",
            "a = []\nprint(a is a)",
            "print(open('f'))",
            "eval('1')",
            "print(().__class__.__base__.__subclasses__())",
            "def f(): pass\nf.__globals__['x'] = 1",
            "print.x = 1",
            "class A: pass\ntype(A()).x = 1",
            "from collections.abc import Sequence\nclass A: pass\nSequence.register(A)",
            "from datetime import datetime\nprint(datetime.now())",
            "async def f(): pass",
            "print('x', file=f)",
            "print('x', **options)",
            "x = missing",
            "x = (",
            "setattr(int, 'x', 1)",
            "print(hash('a'))",
            "raise SystemExit",
            "globals()['x'] = 1",
            "input()",
        ] {
            assert!(!is_traceless(code), "{code}");
        }
    }
}
