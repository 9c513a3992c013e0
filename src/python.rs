//! What the stages need to know of Python's syntax: parsing, and which names a piece of code
//! binds and which it needs.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{ExceptHandler, Expr, ExprContext, ModModule, Parameter, Pattern, Stmt};
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse_unchecked};

/// Bytes of a source up to which it is remembered how it was parsed.
const LONGEST_REMEMBERED: usize = 16 << 10;
/// Sources that are remembered by each thread: about as many as a document has examples.
const MOST_REMEMBERED: usize = 32;

/// What was parsed, and the names in it as soon as somebody asks for them.
struct Known {
    source: String,
    parsed: Rc<Parsed<ModModule>>,
    names: Option<Arc<Names>>,
}

thread_local! {
    /// What was parsed last: each stage asks for the same code again.
    static RECENT: RefCell<VecDeque<Known>> = RefCell::default();
}

/// The names in a module.
pub fn names(source: &str) -> Arc<Names> {
    let parsed = parse(source);
    RECENT.with_borrow_mut(|recent| {
        let known = recent.iter_mut().find(|known| known.source == source);
        let find = || Arc::new(Names::of(parsed.suite()));
        known.map_or_else(find, |known| Arc::clone(known.names.get_or_insert_with(find)))
    })
}

/// Parses a module with error recovery; the errors are in the result.
pub fn parse(source: &str) -> Rc<Parsed<ModModule>> {
    RECENT.with_borrow_mut(|recent| {
        if let Some(known) = recent.iter().find(|known| known.source == source) {
            return Rc::clone(&known.parsed);
        }
        let parsed = parse_unchecked(source, ParseOptions::from(Mode::Module))
            .try_into_module()
            .expect("Mode::Module always gives a module");
        let parsed = Rc::new(parsed);
        if source.len() <= LONGEST_REMEMBERED {
            recent.truncate(MOST_REMEMBERED - 1);
            recent.push_front(Known { source: source.to_owned(), parsed: Rc::clone(&parsed), names: None });
        }
        parsed
    })
}

/// The statements of a module if it has no syntax error.
pub fn parse_valid(source: &str) -> Option<Rc<Parsed<ModModule>>> {
    let parsed = parse(source);
    parsed.has_valid_syntax().then_some(parsed)
}

/// The expression that a text is, if it is exactly one.
pub fn parse_expression(source: &str) -> Option<Expr> {
    ruff_python_parser::parse_expression(source).ok().map(|parsed| parsed.into_expr())
}

/// The names of the objects that the top-level statements of some code may change in place: by a
/// method that is called for its effect, by `x[…] = …`, `x.a = …`, `x[…] += …` and `del x[…]`.
pub fn changed(source: &str) -> BTreeSet<String> {
    let parsed = parse(source);
    let targets = parsed.suite().iter().flat_map(|statement| match statement {
        Stmt::Expr(expression) => match &*expression.value {
            Expr::Call(call) => vec![&*call.func],
            _ => Vec::new(),
        },
        Stmt::Assign(assign) => assign.targets.iter().collect(),
        Stmt::AugAssign(assign) => vec![&*assign.target],
        Stmt::Delete(delete) => delete.targets.iter().collect(),
        _ => Vec::new(),
    });
    targets.filter_map(|target| root_name(target).filter(|_| !target.is_name_expr())).collect()
}

fn root_name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(attribute) => root_name(&attribute.value),
        Expr::Subscript(subscript) => root_name(&subscript.value),
        _ => None,
    }
}

/// The names that some code binds (in any scope) and those it uses without binding them.
#[derive(Debug, Default)]
pub struct Names {
    /// Bound by assignment, import, definition, `for`, `with`, `except`, pattern or parameter.
    pub bound: BTreeSet<String>,
    /// Loaded somewhere.
    pub loaded: BTreeSet<String>,
    /// Bound by the statements of the module itself, not inside functions or classes.
    pub global: BTreeSet<String>,
    depth: usize,
}

impl Names {
    /// The names of these statements.
    pub fn of(statements: &[Stmt]) -> Names {
        let mut names = Names::default();
        names.visit_body(statements);
        names
    }

    /// Names used that the code itself does not bind and Python does not define.
    pub fn free(&self) -> impl Iterator<Item = &str> {
        self.loaded.difference(&self.bound).map(String::as_str).filter(|name| !is_builtin(name))
    }

    fn bind(&mut self, name: &str) {
        if self.depth == 0 {
            add(&mut self.global, name);
        }
        add(&mut self.bound, name);
    }

    fn bind_import(&mut self, alias: &ruff_python_ast::Alias) {
        let name = alias.asname.as_ref().unwrap_or(&alias.name);
        self.bind(name.as_str().split('.').next().unwrap_or_default());
    }
}

/// Most names come again.
fn add(names: &mut BTreeSet<String>, name: &str) {
    if !names.contains(name) {
        names.insert(name.to_owned());
    }
}

impl<'a> Visitor<'a> for Names {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(definition) => self.bind(definition.name.as_str()),
            Stmt::ClassDef(definition) => self.bind(definition.name.as_str()),
            Stmt::Import(import) => import.names.iter().for_each(|alias| self.bind_import(alias)),
            Stmt::ImportFrom(import) => import.names.iter().for_each(|alias| self.bind_import(alias)),
            _ => {}
        }
        let inner = matches!(statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_));
        self.depth += usize::from(inner);
        visitor::walk_stmt(self, statement);
        self.depth -= usize::from(inner);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Name(name) = expression {
            match name.ctx {
                ExprContext::Store | ExprContext::Del => self.bind(name.id.as_str()),
                _ => add(&mut self.loaded, &name.id),
            }
        }
        // What a comprehension binds stays inside it.
        let inner = matches!(
            expression,
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_)
        );
        self.depth += usize::from(inner);
        visitor::walk_expr(self, expression);
        self.depth -= usize::from(inner);
    }

    fn visit_parameter(&mut self, parameter: &'a Parameter) {
        add(&mut self.bound, &parameter.name);
        visitor::walk_parameter(self, parameter);
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(clause) = handler;
        if let Some(name) = &clause.name {
            self.bind(name.as_str());
        }
        visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        match pattern {
            Pattern::MatchAs(inner) => inner.name.iter().for_each(|name| self.bind(name.as_str())),
            Pattern::MatchStar(inner) => inner.name.iter().for_each(|name| self.bind(name.as_str())),
            Pattern::MatchMapping(inner) => inner.rest.iter().for_each(|name| self.bind(name.as_str())),
            _ => {}
        }
        visitor::walk_pattern(self, pattern);
    }
}

/// Whether Python defines a name without any import.
pub fn is_builtin(name: &str) -> bool {
    is_listed(BUILTINS, name)
}

/// Whether a name stands in a list, which is sorted.
pub fn is_listed(list: &[&str], name: &str) -> bool {
    list.binary_search(&name).is_ok()
}

/// The names that Python defines without any import, sorted.
pub fn builtins() -> &'static [&'static str] {
    BUILTINS
}

/// `dir(builtins)` of CPython 3.13 and the names every module has, sorted.
const BUILTINS: &[&str] = &[
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "BaseExceptionGroup",
    "BlockingIOError",
    "BrokenPipeError",
    "BufferError",
    "BytesWarning",
    "ChildProcessError",
    "ConnectionAbortedError",
    "ConnectionError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "DeprecationWarning",
    "EOFError",
    "Ellipsis",
    "EncodingWarning",
    "EnvironmentError",
    "Exception",
    "ExceptionGroup",
    "False",
    "FileExistsError",
    "FileNotFoundError",
    "FloatingPointError",
    "FutureWarning",
    "GeneratorExit",
    "IOError",
    "ImportError",
    "ImportWarning",
    "IndentationError",
    "IndexError",
    "InterruptedError",
    "IsADirectoryError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "MemoryError",
    "ModuleNotFoundError",
    "NameError",
    "None",
    "NotADirectoryError",
    "NotImplemented",
    "NotImplementedError",
    "OSError",
    "OverflowError",
    "PendingDeprecationWarning",
    "PermissionError",
    "ProcessLookupError",
    "PythonFinalizationError",
    "RecursionError",
    "ReferenceError",
    "ResourceWarning",
    "RuntimeError",
    "RuntimeWarning",
    "StopAsyncIteration",
    "StopIteration",
    "SyntaxError",
    "SyntaxWarning",
    "SystemError",
    "SystemExit",
    "TabError",
    "TimeoutError",
    "True",
    "TypeError",
    "UnboundLocalError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeError",
    "UnicodeTranslateError",
    "UnicodeWarning",
    "UserWarning",
    "ValueError",
    "Warning",
    "ZeroDivisionError",
    "__annotations__",
    "__build_class__",
    "__builtins__",
    "__cached__",
    "__debug__",
    "__doc__",
    "__file__",
    "__import__",
    "__loader__",
    "__name__",
    "__package__",
    "__spec__",
    "abs",
    "aiter",
    "all",
    "anext",
    "any",
    "ascii",
    "bin",
    "bool",
    "breakpoint",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "compile",
    "complex",
    "copyright",
    "credits",
    "delattr",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "eval",
    "exec",
    "exit",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "help",
    "hex",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "license",
    "list",
    "locals",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "property",
    "quit",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "vars",
    "zip",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builtins_are_sorted_for_the_search() {
        assert!(BUILTINS.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn free_names_are_those_nobody_binds() {
        let parsed = parse("import a.b as c\ndef f(x):\n    y = x + z\n    return c.d(y, len(w))\n");
        let names = Names::of(parsed.suite());
        assert_eq!(names.free().collect::<Vec<_>>(), ["w", "z"]);
        assert_eq!(names.global.iter().collect::<Vec<_>>(), ["c", "f"]);
    }

    #[test]
    fn patterns_handlers_and_comprehensions_bind() {
        let source = "match q:\n    case [a, *b]: pass\n    case {'k': c, **d}: pass\ntry: pass\nexcept E as e: e\n[g for g in h]\n";
        let parsed = parse(source);
        assert_eq!(Names::of(parsed.suite()).free().collect::<Vec<_>>(), ["E", "h", "q"]);
    }

    #[test]
    fn objects_are_changed_by_methods_and_through_subscripts_and_attributes() {
        let code = "a.add(1)\nb[0] = c.d()\ne.f += 1\ndel g[0]\nh = i.j()\nk(l)\nm[0].n(o)\n";
        assert_eq!(changed(code).into_iter().collect::<String>(), "abegm");
    }
}
