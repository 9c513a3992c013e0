//! Which code can leave no trace in the interpreter that runs it, and sees none that others left.
//!
//! Such examples may share a process, one after the other, each in a fresh `__main__`. The proof is
//! conservative and by syntax alone: code passes if it consists of nothing but what stands in the
//! lists of `vocabulary.rs`: the builtins named there, its own functions and classes, and modules
//! without hidden state. It may
//!
//! - change nothing that it has not made: no attribute or item of a module, of a builtin, or of
//!   anything that was imported is assigned or deleted;
//! - ask for nothing that differs between processes or moments: addresses, clocks, chance,
//!   environment, files, threads, the interpreter itself. Whether two of its objects are the same one
//!   (`is`) does not differ: both live, and strings are interned as they are compiled.
//!
//! What the proof cannot see (a name that stands for an imported function, and has an attribute set)
//! is looked for afterwards, in the process: see `run/driver/group.py`. The name of an attribute that
//! is made while the code runs is looked at when it is used: see `run/driver/names.py`.

mod vocabulary;

pub use vocabulary::{BY_NAME, CLOSED, DUNDERS, MODULES};

use std::collections::BTreeSet;
use std::sync::Arc;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    Alias, ExceptHandler, Expr, ExprCall, Parameter, Pattern, Stmt, StmtFunctionDef, StmtImport,
    StmtImportFrom,
};

use ruff_python_stdlib::sys::is_known_standard_library;

use crate::python::{self, Names, is_listed};

/// Minor version whose standard library is looked through for names of modules.
const LATEST: u8 = 14;

/// Whether code, all of it valid, can leave no trace.
pub fn is_traceless(source: &str) -> bool {
    reach(source).is_some()
}

/// The modules that code, all of it valid, can reach, if it can leave no trace; else none.
pub fn reach(source: &str) -> Option<Vec<String>> {
    let parsed = python::parse_valid(source)?;
    let mut proof = Proof { names: python::names(source), ..Proof::default() };
    proof.note_imports(parsed.suite());
    let is_other = |name: &String| proof.modules.contains(name) || proof.imported.contains(name);
    proof.fails |= proof.generic.iter().any(is_other);
    if !proof.fails {
        proof.visit_body(parsed.suite());
    }
    (!proof.fails).then(|| proof.reach.into_iter().collect())
}

#[derive(Default)]
struct Proof {
    names: Arc<Names>,
    /// Modules that are imported.
    reach: BTreeSet<String>,
    /// Names that stand for a module.
    modules: BTreeSet<String>,
    /// Names that stand for something out of a module.
    imported: BTreeSet<String>,
    /// Names of generic functions, which have a register of their own.
    generic: BTreeSet<String>,
    fails: bool,
}

/// Collects the imports and the generic functions of all scopes.
struct Imports<'a>(&'a mut Proof);

impl<'a> Visitor<'a> for Imports<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(StmtImport { names, .. }) => names.iter().for_each(|alias| self.0.import(alias)),
            Stmt::ImportFrom(import) => self.0.import_from(import),
            Stmt::FunctionDef(function) => {
                if self.0.is_generic(function) {
                    self.0.generic.insert(function.name.to_string());
                }
                visitor::walk_stmt(self, statement);
            }
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
        self.reach(module);
        let bound = alias.asname.as_deref().unwrap_or_else(|| module.split('.').next().unwrap_or(module));
        self.modules.insert(bound.to_owned());
    }

    fn import_from(&mut self, import: &StmtImportFrom) {
        let module = import.module.as_deref().unwrap_or_default();
        self.require(import.level == 0);
        self.reach(module);
        for alias in &import.names {
            let name = alias.name.as_str();
            self.require(name != "*" && is_open(name) && is_public(module, name));
            let bound = alias.asname.as_ref().unwrap_or(&alias.name).to_string();
            // A module within a module is one as well.
            let is_module = vocabulary::MODULES.contains(&format!("{module}.{name}").as_str());
            if is_module {
                self.reach(&format!("{module}.{name}"));
                self.modules.insert(bound)
            } else {
                self.imported.insert(bound)
            };
        }
    }

    /// Whether it is a function to which others are added for types of their own.
    fn is_generic(&self, function: &StmtFunctionDef) -> bool {
        let is_listed = |name: &str| name == "singledispatch" || name == "singledispatchmethod";
        let [decorator] = function.decorator_list.as_slice() else { return false };
        match &decorator.expression {
            Expr::Name(name) => self.imported.contains(name.id.as_str()) && is_listed(&name.id),
            Expr::Attribute(attribute) => self.is_module(&attribute.value) && is_listed(&attribute.attr),
            _ => false,
        }
    }

    fn is_module(&self, expression: &Expr) -> bool {
        matches!(expression, Expr::Name(name) if self.modules.contains(name.id.as_str()))
    }

    /// The name stands for something else than a function: it must be no generic one.
    fn bind(&mut self, name: &str) {
        self.require(!self.generic.contains(name));
    }

    /// Whether it is the context of `decimal`, which is put back.
    fn is_context(&self, call: &ExprCall) -> bool {
        match &*call.func {
            Expr::Name(name) => name.id == "getcontext" && self.imported.contains("getcontext"),
            Expr::Attribute(attribute) => {
                &attribute.attr == "getcontext"
                    && matches!(&*attribute.value, Expr::Name(name) if name.id == "decimal")
                    && self.is_module(&attribute.value)
            }
            _ => false,
        }
    }

    /// A call of `getattr` or its like, by that name.
    fn use_by_name(&mut self, function: &str, call: &ExprCall) {
        let arguments = &call.arguments;
        let [object, name, ..] = &*arguments.args else { return self.fails = true };
        self.require(arguments.keywords.is_empty() && !arguments.args.iter().any(Expr::is_starred_expr));
        // Whether something has a name is no way to what it stands for.
        if let Expr::StringLiteral(name) = name {
            self.require(function == "hasattr" || is_open(name.value.to_str()));
        }
        if function == "setattr" || function == "delattr" {
            self.change_part(object);
        }
        arguments.args.iter().for_each(|argument| self.visit_expr(argument));
    }

    fn require(&mut self, condition: bool) {
        self.fails |= !condition;
    }

    /// Importing a module gives the packages around it as well.
    fn reach(&mut self, module: &str) {
        self.require(vocabulary::MODULES.contains(&module));
        let ends = module.match_indices('.').map(|(at, _)| at).chain([module.len()]);
        self.reach.extend(ends.map(|end| module[..end].to_owned()));
    }

    fn is_own(&self, name: &str) -> bool {
        self.names.bound.contains(name) && !self.modules.contains(name) && !self.imported.contains(name)
    }

    /// What is assigned to or deleted: a name of its own, or a part of something that has one.
    fn change(&mut self, target: &Expr) {
        match target {
            // Bound, so it is the example's, whatever it was before; but a module has one meaning only.
            Expr::Name(name) => {
                self.require(!self.modules.contains(name.id.as_str()));
                self.bind(&name.id);
            }
            Expr::Attribute(attribute) => self.change_part(&attribute.value),
            Expr::Subscript(subscript) => self.change_part(&subscript.value),
            Expr::Starred(starred) => self.change(&starred.value),
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|element| self.change(element)),
            Expr::List(list) => list.elts.iter().for_each(|element| self.change(element)),
            _ => self.fails = true,
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
            Expr::Call(call) => self.require(self.is_context(call)),
            _ => self.fails = true,
        }
    }

    fn load(&mut self, name: &str) {
        let is_known =
            self.is_own(name) || self.imported.contains(name) || is_listed(vocabulary::BUILTINS, name);
        // A module is no value here; `json.dumps` is looked at where it stands as an attribute.
        self.require(is_known && !self.modules.contains(name));
    }
}

/// Whether a name of a module or object may be used: dunder names reach the interpreter, a few are
/// clocks, and others put something into a register that all share.
fn is_open(name: &str) -> bool {
    match name.starts_with("__") && name.ends_with("__") {
        true => is_listed(vocabulary::DUNDERS, name),
        false => !is_listed(vocabulary::CLOSED, name),
    }
}

/// The modules that have this name within their package.
fn modules_called(name: &str) -> impl Iterator<Item = &'static str> {
    let is_it = move |module: &&str| module.rsplit_once('.').is_some_and(|(_, last)| last == name);
    vocabulary::MODULES.iter().copied().filter(is_it)
}

/// Whether a module gives this name to everybody: not its own affairs, nor the modules that it uses or
/// consists of. So what can be reached of it stands in its own namespace.
fn is_public(module: &str, name: &str) -> bool {
    let is_module = is_known_standard_library(LATEST, name)
        && !vocabulary::NAMED_LIKE_MODULES.contains(&name)
        && !vocabulary::MODULES.contains(&format!("{module}.{name}").as_str());
    !name.starts_with('_') && !is_module && !vocabulary::OTHER_MODULES.contains(&name)
}

impl<'a> Visitor<'a> for Proof {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            // Looked at before.
            Stmt::Import(_) | Stmt::ImportFrom(_) => return,
            // When an object dies depends on what else has lived.
            Stmt::FunctionDef(function) => {
                self.require(!function.is_async && &function.name != "__del__");
                self.require(self.is_generic(function) || !self.generic.contains(function.name.as_str()));
            }
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
            Stmt::ClassDef(class) => self.bind(&class.name),
            Stmt::IpyEscapeCommand(_) => self.fails = true,
            _ => {}
        }
        if !self.fails {
            visitor::walk_stmt(self, statement);
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) if name.ctx.is_load() => self.load(name.id.as_str()),
            Expr::Attribute(attribute) => {
                let registers = || matches!(&*attribute.value, Expr::Name(name) if self.generic.contains(name.id.as_str()));
                self.require(is_open(&attribute.attr) || &attribute.attr == "register" && registers());
                if let Expr::Name(name) = &*attribute.value
                    && self.modules.contains(name.id.as_str())
                {
                    self.require(attribute.ctx.is_load() && is_public(name.id.as_str(), &attribute.attr));
                    // As a value it would be a module by another name.
                    self.require(modules_called(&attribute.attr).next().is_none());
                    return;
                }
                if let Expr::Attribute(inner) = &*attribute.value
                    && self.is_module(&inner.value)
                    && modules_called(&inner.attr).next().is_some()
                {
                    self.require(attribute.ctx.is_load() && is_public("", &attribute.attr));
                    self.reach.extend(modules_called(&inner.attr).map(str::to_owned));
                    return;
                }
            }
            Expr::Call(call)
                if let Expr::Name(name) = &*call.func
                    && vocabulary::BY_NAME.contains(&name.id.as_str())
                    && !self.is_own(&name.id) =>
            {
                return self.use_by_name(&name.id, call);
            }
            Expr::Call(call) => {
                let prints = matches!(&*call.func, Expr::Name(name) if name.id == "print");
                let elsewhere = |name: &str| name == "file" || name == "flush";
                let named = call.arguments.keywords.iter().filter_map(|keyword| keyword.arg.as_deref());
                let is_plain = call.arguments.keywords.iter().all(|keyword| keyword.arg.is_some());
                self.require(!prints || is_plain && !named.into_iter().any(elsewhere));
            }
            Expr::Named(named) => self.change(&named.target),
            Expr::Await(_) | Expr::IpyEscapeCommand(_) | Expr::TString(_) => self.fails = true,
            _ => {}
        }
        if !self.fails {
            visitor::walk_expr(self, expression);
        }
    }

    fn visit_parameter(&mut self, parameter: &'a Parameter) {
        self.bind(&parameter.name);
        visitor::walk_parameter(self, parameter);
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(except) = handler;
        except.name.iter().for_each(|name| self.bind(name));
        visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let bound = match pattern {
            Pattern::MatchAs(capture) => &capture.name,
            Pattern::MatchStar(capture) => &capture.name,
            Pattern::MatchMapping(mapping) => &mapping.rest,
            _ => &None,
        };
        bound.iter().for_each(|name| self.bind(name));
        visitor::walk_pattern(self, pattern);
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
    fn lists_of_words_are_sorted() {
        for list in [vocabulary::BUILTINS, vocabulary::DUNDERS, vocabulary::CLOSED] {
            assert!(list.is_sorted(), "{list:?}");
        }
    }

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
            "a = b = []\nprint(a is b, a is not [])",
            "class A: pass\na = A()\nsetattr(a, 'x', 1)\nprint(getattr(a, 'x'), hasattr(a, '__dict__'))",
            "class A:\n    def __get__(self, o, t): return getattr(o, self.name)\n    def __set__(self, o, v): setattr(o, self.name, v)",
            "from functools import singledispatch\n@singledispatch\ndef f(x): pass\n@f.register\ndef _(x: int): pass",
            "import decimal\ndecimal.getcontext().prec = 4",
            "from decimal import getcontext, localcontext\ngetcontext().prec = 4\nwith localcontext() as c:\n    c.prec = 2",
            "import io\nfrom contextlib import redirect_stdout\nb = io.StringIO()\nwith redirect_stdout(b): print(1)",
            "a, *b = 1, 2, 3\n(c := 5)\nprint(a, b, c, f'{c:>5}')",
        ] {
            assert!(is_traceless(code), "{code}");
        }
    }

    #[test]
    fn what_can_be_reached_is_what_is_imported() {
        let reach = |code| reach(code).unwrap();
        assert_eq!(reach("print(1)"), [""; 0]);
        assert_eq!(
            reach("import json\nfrom collections.abc import Sequence"),
            ["collections", "collections.abc", "json"]
        );
        assert_eq!(
            reach("def f():\n    import collections\n    return collections.abc.Sized"),
            ["collections", "collections.abc"]
        );
        assert_eq!(reach("from collections import abc"), ["collections", "collections.abc"]);
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
            "print(getattr(len, '__self__'))",
            "print(list(map(getattr, [1], ['real'])))",
            "print(getattr(*x))\nx = 1",
            "import json\nsetattr(json.decoder, 'x', 1)",
            "from json import dumps\nsetattr(dumps, 'x', 1)",
            "from collections.abc import Sequence\nSequence.register(int)",
            "from functools import singledispatch\nfrom collections.abc import Sequence\n@singledispatch\ndef f(x): pass\nf = Sequence\nf.register(int)",
            "from functools import singledispatch\n@singledispatch\ndef f(x): pass\ndef g(f): f.register(int)",
            "def getcontext(): return 1\ngetcontext().prec = 1",
            "import io\nio.open('x')",
            "import decimal\ndecimal.DefaultContext.clear_flags()",
            "import collections.abc\nx = collections.abc",
            "import collections.abc\nx = collections.abc.sys",
            "import enum\nprint(enum.bltns)",
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
