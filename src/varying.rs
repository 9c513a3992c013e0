//! What need not be the same in two runs of one example, as far as its code shows it.

use std::sync::Arc;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{CmpOp, Comprehension, Expr, ExprCall, Operator, Stmt};

use crate::python::{self, Names, is_listed};
use crate::traceless;

/// In which way some code may give another result the next time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Varying {
    /// Nothing in it shows that it may.
    Steady,
    /// With what each run is given anew: the seed of hashes, addresses, its place in the file system.
    ByRun,
    /// By itself: with chance, clocks, and who is scheduled when.
    ByItself,
}

/// Names of what varies with what a run is given.
const BY_RUN: &[&str] = &[
    "__file__",
    "absolute",
    "abspath",
    "cwd",
    "environ",
    "expanduser",
    "frozenset",
    "getcwd",
    "glob",
    "hash",
    "home",
    "id",
    "iterdir",
    "listdir",
    "realpath",
    "resolve",
    "scandir",
    "set",
    "walk",
];

/// Names of what varies by itself.
const BY_ITSELF: &[&str] = &[
    "Pool",
    "Process",
    "ProcessPoolExecutor",
    "SystemRandom",
    "Thread",
    "ThreadPoolExecutor",
    "as_completed",
    "asctime",
    "ctime",
    "disk_usage",
    "gather",
    "getatime",
    "getctime",
    "getloadavg",
    "getmtime",
    "getpid",
    "getppid",
    "getrandom",
    "getrusage",
    "getsockname",
    "gettempdir",
    "gmtime",
    "localtime",
    "lstat",
    "mkdtemp",
    "mkstemp",
    "monotonic",
    "multiprocessing",
    "now",
    "perf_counter",
    "psutil",
    "random",
    "secrets",
    "start_new_thread",
    "stat",
    "tempfile",
    "threading",
    "time",
    "timeit",
    "today",
    "tracemalloc",
    "urandom",
    "utcnow",
    "uuid",
    "uuid1",
    "uuid4",
    "wait_for",
];

/// In which way some code varies, by what it mentions.
pub fn varying(source: &str) -> Varying {
    if !may_vary(source) {
        return Varying::Steady;
    }
    let parsed = python::parse(source);
    let mut mentions = Mentions { found: Varying::Steady, names: python::names(source) };
    mentions.visit_body(parsed.suite());
    mentions.found
}

/// How the value of an object without a `__repr__` shows its address.
const ADDRESS: &[u8] = b" at 0x";

/// Whether some text shows where an object lies.
pub fn shows_address(text: &[u8]) -> bool {
    text.windows(ADDRESS.len()).any(|window| window == ADDRESS)
}

/// Names of methods whose results are sets as soon as they are operands.
const VIEWS: &[&str] = &["items", "keys"];

/// Builtins that go through what they are given, and give something else.
const CONSUMERS: &[&str] =
    &["all", "any", "dict", "len", "list", "max", "min", "print", "sorted", "sum", "tuple"];

/// Names of `typing` that make sets where they are called.
const SETS: &[&str] = &["AbstractSet", "FrozenSet", "MutableSet", "Set"];

/// Whether some code, all of it valid, is proved to give the same whenever it comes to its end, under
/// every seed and in every folder: it asks for nothing outside of itself, and has no set whose order
/// could show. What may still differ is an address in the value of an object without a `__repr__`.
pub fn is_fixed(source: &str) -> bool {
    if varying(source) != Varying::Steady || !traceless::is_traceless(source) {
        return false;
    }
    let parsed = python::parse(source);
    let mut sets = Sets { names: python::names(source), ..Sets::default() };
    sets.visit_body(parsed.suite());
    !(sets.made || sets.viewed && sets.operated)
}

/// Looks for sets without braces: those of `typing`, and views of dictionaries that could become operands,
/// wherever that might happen.
#[derive(Default)]
struct Sets {
    names: Arc<Names>,
    made: bool,
    viewed: bool,
    operated: bool,
}

impl Sets {
    fn name(&mut self, name: &str) {
        self.made |= SETS.contains(&name);
        // Which name `getattr` is given may show only while it runs.
        self.viewed |= VIEWS.contains(&name) || name == "getattr";
    }

    /// What is gone through where it stands, and is nothing else.
    fn gone_through<'a>(&mut self, values: &'a Expr)
    where
        Self: Visitor<'a>,
    {
        match values {
            Expr::Call(call) if is_view(values) && call.arguments.is_empty() => {
                if let Expr::Attribute(method) = &*call.func {
                    self.visit_expr(&method.value);
                }
            }
            _ => self.visit_expr(values),
        }
    }

    /// Whether a call goes through its arguments, and keeps none of them.
    fn goes_through(&self, call: &ExprCall) -> bool {
        let Expr::Name(name) = &*call.func else { return false };
        // The largest of two views would be one.
        let is_one = call.arguments.args.len() == 1;
        is_one && CONSUMERS.contains(&name.id.as_str()) && !self.names.bound.contains(name.id.as_str())
    }
}

impl<'a> Visitor<'a> for Sets {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::ImportFrom(import) = statement {
            import.names.iter().for_each(|alias| self.name(&alias.name));
        }
        // `operator.sub` is as good as `-`.
        let is_operator = |module: &str| module == "operator";
        self.operated |= match statement {
            Stmt::AugAssign(assign) => makes_set(assign.op),
            Stmt::Import(import) => import.names.iter().any(|alias| is_operator(&alias.name)),
            Stmt::ImportFrom(import) => import.module.as_deref().is_some_and(is_operator),
            _ => false,
        };
        match statement {
            Stmt::For(each) => {
                self.visit_expr(&each.target);
                self.gone_through(&each.iter);
                self.visit_body(&each.body);
                self.visit_body(&each.orelse);
            }
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_comprehension(&mut self, comprehension: &'a Comprehension) {
        self.visit_expr(&comprehension.target);
        self.gone_through(&comprehension.iter);
        comprehension.ifs.iter().for_each(|condition| self.visit_expr(condition));
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Call(call) if self.goes_through(call) => {
                call.arguments.args.iter().for_each(|argument| self.gone_through(argument));
                return call.arguments.keywords.iter().for_each(|keyword| self.visit_expr(&keyword.value));
            }
            Expr::Attribute(attribute) => self.name(&attribute.attr),
            Expr::Name(name) => self.name(&name.id),
            Expr::BinOp(operation) => self.operated |= makes_set(operation.op),
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }
}

fn makes_set(operator: Operator) -> bool {
    matches!(operator, Operator::BitAnd | Operator::BitOr | Operator::BitXor | Operator::Sub)
}

fn is_view(expression: &Expr) -> bool {
    let Expr::Call(call) = expression else { return false };
    matches!(&*call.func, Expr::Attribute(method) if VIEWS.contains(&method.attr.as_str()))
}

/// Whether the text alone leaves it open; most code is done with without reading its syntax.
fn may_vary(source: &str) -> bool {
    let is_of_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let varies = |word: &str| is_listed(BY_ITSELF, word) || is_listed(BY_RUN, word);
    let has_view = || VIEWS.iter().any(|view| source.contains(view));
    source.contains('{')
        || !source.is_ascii()
        || has_view()
        || source.split(|letter| !is_of_name(letter)).any(varies)
}

struct Mentions {
    found: Varying,
    names: Arc<Names>,
}

impl<'a> Visitor<'a> for Mentions {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => import.names.iter().for_each(|alias| self.module(alias.name.as_str())),
            Stmt::ImportFrom(import) => {
                import.module.iter().for_each(|module| self.module(module.as_str()));
                import.names.iter().for_each(|alias| self.name(alias.name.as_str()));
            }
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            // Of these sets their order does not show.
            Expr::Call(call) if self.is_blind(call) => {
                return call.arguments.args.iter().for_each(|set| self.within_set(set));
            }
            Expr::Compare(comparison)
                if comparison.ops.iter().all(|op| matches!(op, CmpOp::In | CmpOp::NotIn)) =>
            {
                self.visit_expr(&comparison.left);
                return comparison.comparators.iter().for_each(|set| self.within_set(set));
            }
            Expr::Set(_) | Expr::SetComp(_) => self.found = self.found.max(Varying::ByRun),
            Expr::BinOp(operation) if is_view(&operation.left) || is_view(&operation.right) => {
                let found = if makes_set(operation.op) { Varying::ByRun } else { Varying::Steady };
                self.found = self.found.max(found);
            }
            Expr::Name(name) => self.name(name.id.as_str()),
            Expr::Attribute(attribute) => self.name(attribute.attr.as_str()),
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }
}

impl Mentions {
    fn is_builtin(&self, function: &Expr, builtin: &str) -> bool {
        matches!(function, Expr::Name(name) if name.id == builtin && !self.names.bound.contains(builtin))
    }

    /// Whether a call says nothing of a set but how much it holds. (What `sorted` says of things that have no
    /// order depends on which of them come first.)
    fn is_blind(&self, call: &ExprCall) -> bool {
        call.arguments.args.len() == 1 && self.is_builtin(&call.func, "len")
    }

    /// Looks at what a set is made of, if this makes one.
    fn within_set<'a>(&mut self, set: &'a Expr)
    where
        Self: Visitor<'a>,
    {
        match set {
            Expr::Set(set) => set.elts.iter().for_each(|element| self.visit_expr(element)),
            Expr::SetComp(set) => {
                self.visit_expr(&set.elt);
                set.generators.iter().for_each(|generator| self.visit_comprehension(generator));
            }
            Expr::Call(call) if self.is_builtin(&call.func, "set") => {
                visitor::walk_arguments(self, &call.arguments);
            }
            _ => self.visit_expr(set),
        }
    }

    fn module(&mut self, module: &str) {
        module.split('.').for_each(|part| self.name(part));
    }

    fn name(&mut self, name: &str) {
        if is_listed(BY_ITSELF, name) {
            self.found = Varying::ByItself;
        } else if is_listed(BY_RUN, name) {
            self.found = self.found.max(Varying::ByRun);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_varies_is_seen_in_names_attributes_imports_and_sets() {
        for (code, expected) in [
            ("import random", Varying::ByItself),
            ("from random import choice", Varying::ByItself),
            ("import concurrent.futures, multiprocessing.pool", Varying::ByItself),
            ("from uuid import uuid4", Varying::ByItself),
            ("print({'a', 'b'}, d.today())", Varying::ByItself),
            ("print({'a', 'b'})", Varying::ByRun),
            ("x = os.getcwd()", Varying::ByRun),
            ("hash(x)", Varying::ByRun),
            ("print({'a': 1})", Varying::Steady),
            ("x.append(1)", Varying::Steady),
            ("'random'", Varying::Steady),
            ("settings = 1", Varying::Steady),
            ("print(list(a.keys() & b))", Varying::ByRun),
            ("print(len(a.keys()) - 1)", Varying::Steady),
            ("print(len({'a', 'b'}), 'a' in {'a', 'b'}, 1 not in set(x))", Varying::Steady),
            ("print(len({x for x in words}))", Varying::Steady),
            ("print(len({hash(x) for x in words}))", Varying::ByRun),
            ("print(sorted(set(words)))", Varying::ByRun),
            ("print(len(list(set(words))))", Varying::ByRun),
            ("x = {'a'}\nprint('a' in x)", Varying::ByRun),
            ("def len(x): return list(x)\nprint(len(set(words)))", Varying::ByRun),
        ] {
            assert_eq!(varying(code), expected, "{code}");
        }
    }

    #[test]
    fn lists_of_names_are_sorted() {
        assert!(BY_ITSELF.is_sorted() && BY_RUN.is_sorted());
    }

    #[test]
    fn what_is_fixed_has_no_order_but_its_own() {
        for code in [
            "print(1 - 2, 'a' | b)\nb = 1",
            "d = {'a': 1}\nprint(list(d.items()))",
            "class A: pass\nprint(A())",
            "d = {}\nfor k in d.keys(): print(k, 3 - 1)",
            "d = {}\nprint([k - 1 for k, _ in d.items()], sorted(d.keys(), key=lambda k: 3 - k))",
        ] {
            assert!(is_fixed(code), "{code}");
        }
        for code in [
            "print({'a', 'b'})",
            "d = {'a': 1}\nk = d.keys()\nprint(k - d.keys())",
            "d = {'a': 1}\nk = d.keys()\nk ^= {}",
            "from operator import sub\nd = {'a': 1}\nprint(sub(d.keys(), d.keys()))",
            "d = {}\nprint(getattr(d, 'keys')() - getattr(d, 'keys')())",
            "d = {}\nprint(max(d.keys(), d.keys()) - d.keys())",
            "d = {}\ndef list(x): return x\nprint(list(d.keys()) - {}.keys())",
            "d = {}\nprint([v - v for v in [d.keys()]])",
            "d = {}\nprint([v - v for v in (d.keys(),)])",
            "d = {}\nprint(tuple([d.keys()])[0] - d)",
            "print(set('ab'))",
            "from typing import Set\nprint(Set[str]('ab'))",
            "from typing import Set as S\nprint(S[str]('ab'))",
            "import typing as t\nprint(list(t.FrozenSet[str]('ab')))",
            "import random",
            "import os",
            "print(1",
        ] {
            assert!(!is_fixed(code), "{code}");
        }
    }
}
