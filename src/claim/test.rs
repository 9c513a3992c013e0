//! The tests that an example defines, as pytest and unittest collect them: each claims that it passes.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::{Claim, Expected, Force, Found, Kind, Origin, Target};
use crate::example::{Example, Form};
use crate::python;

/// What a claim says of its test.
const PASSES: &str = "passes";

/// A function or method that is a test.
struct Test<'a> {
    /// `test_total`, or `TestCart::test_empty`.
    name: String,
    definition: &'a StmtFunctionDef,
}

/// Adds the claims that the tests of an example pass, and gives the names of the tests in the order of
/// these claims. What stands at prompts or in a sentence defines none.
pub fn tests(example: &Example, found: &mut Found) -> Vec<String> {
    if example.session.is_some() || example.form == Form::Inline {
        return Vec::new();
    }
    let parsed = python::parse(&example.code);
    let mut names = Vec::new();
    for (index, test) in all(parsed.suite()).into_iter().enumerate() {
        let line = |at: usize| example.code[..at].matches('\n').count() + 1;
        let (first, last) =
            (line(test.definition.name.start().to_usize()), line(test.definition.end().to_usize()));
        found.claims.push(Claim {
            line: example.document_line(first),
            kind: Kind::Works,
            origin: Origin::Test,
            claimed: format!("{} {PASSES}", test.name),
            subject: test.name.clone(),
            remark: None,
            force: Force::Explicit,
            hedge: None,
            rule: "a test",
            expected: Expected::Works,
            target: Target { first, last, test: Some(index), ..Target::default() },
        });
        names.push(test.name);
    }
    found.claims.sort_by_key(|claim| claim.line);
    names
}

/// The names that tests and fixtures of some code expect to be given as parameters, and that the code does
/// not define as fixtures itself.
pub fn wanted_fixtures(code: &str) -> Vec<String> {
    let parsed = python::parse(code);
    let (functions, classes) = definitions(parsed.suite());
    let is_fixture = |function: &&&StmtFunctionDef| defines_fixture(function);
    let own: Vec<&str> = functions.iter().filter(is_fixture).map(|function| function.name.as_str()).collect();
    let tests = all(parsed.suite()).into_iter().map(|test| (test.definition, test.name.contains("::")));
    let fixtures = functions.iter().filter(is_fixture).map(|function| (*function, false));
    let methods = classes.iter().flat_map(|class| methods(class)).filter(|method| defines_fixture(method));
    let all = tests.chain(fixtures).chain(methods.map(|method| (method, true)));
    let parameters = all.flat_map(|(function, is_method)| {
        let parameters = function.parameters.posonlyargs.iter().chain(&function.parameters.args);
        parameters.skip(usize::from(is_method)).filter(|one| one.default.is_none())
    });
    let names = parameters.map(|parameter| parameter.name().as_str());
    names.filter(|name| !own.contains(name)).map(str::to_owned).collect()
}

/// Whether some code defines a fixture of this name.
pub fn has_fixture(code: &str, name: &str) -> bool {
    let parsed = python::parse(code);
    let (functions, _) = definitions(parsed.suite());
    functions.iter().any(|function| function.name.as_str() == name && defines_fixture(function))
}

fn defines_fixture(function: &StmtFunctionDef) -> bool {
    function.decorator_list.iter().any(|decorator| {
        let callee = match &decorator.expression {
            Expr::Call(call) => &*call.func,
            other => other,
        };
        last_name(callee).is_some_and(|name| name == "fixture" || name.ends_with("_fixture"))
    })
}

/// The last part of a dotted name.
fn last_name(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}

/// All tests of a module, in the order of their lines. Of several of one name the last one is left, which
/// has the name in the end.
fn all(body: &[Stmt]) -> Vec<Test<'_>> {
    let (functions, classes) = definitions(body);
    let functions = functions.into_iter().filter(|function| function.name.starts_with("test_"));
    let mut tests: Vec<Test> =
        functions.map(|definition| Test { name: definition.name.to_string(), definition }).collect();
    for class in classes.iter().filter(|class| may_have_tests(class)) {
        for method in with_inherited(class, &classes, &mut Vec::new()) {
            tests.push(Test { name: format!("{}::{}", class.name, method.name), definition: method });
        }
    }
    let mut last: Vec<Test> = Vec::new();
    for test in tests {
        last.retain(|earlier| earlier.name != test.name);
        last.push(test);
    }
    last.sort_by_key(|test| test.definition.start());
    last
}

/// Whether methods of a class may be tests: pytest goes by its name, and unittest by what it comes from,
/// which is seen when it is there.
fn may_have_tests(class: &StmtClassDef) -> bool {
    let has_own_start = methods(class).any(|method| matches!(method.name.as_str(), "__init__" | "__new__"));
    (class.name.starts_with("Test") || comes_from_test_case(class)) && !has_own_start
}

fn comes_from_test_case(class: &StmtClassDef) -> bool {
    class.bases().iter().filter_map(last_name).any(|base| base.contains("Test"))
}

/// The test methods of a class, with those that it has from other classes of the module.
fn with_inherited<'a>(
    class: &'a StmtClassDef,
    classes: &[&'a StmtClassDef],
    seen: &mut Vec<&'a str>,
) -> Vec<&'a StmtFunctionDef> {
    if seen.contains(&class.name.as_str()) {
        return Vec::new();
    }
    seen.push(class.name.as_str());
    let mut found: Vec<&StmtFunctionDef> =
        methods(class).filter(|method| method.name.starts_with("test")).collect();
    for base in class.bases().iter().filter_map(last_name) {
        for class in classes.iter().filter(|class| class.name.as_str() == base) {
            for method in with_inherited(class, classes, seen) {
                if found.iter().all(|known| known.name != method.name) {
                    found.push(method);
                }
            }
        }
    }
    found
}

fn methods(class: &StmtClassDef) -> impl Iterator<Item = &StmtFunctionDef> {
    class.body.iter().filter_map(Stmt::as_function_def_stmt)
}

/// The functions and classes that the statements of a module define, also below `if` or `try`.
fn definitions(body: &[Stmt]) -> (Vec<&StmtFunctionDef>, Vec<&StmtClassDef>) {
    let mut found = Definitions::default();
    found.visit_body(body);
    (found.functions, found.classes)
}

#[derive(Default)]
struct Definitions<'a> {
    functions: Vec<&'a StmtFunctionDef>,
    classes: Vec<&'a StmtClassDef>,
}

impl<'a> Visitor<'a> for Definitions<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => self.functions.push(function),
            Stmt::ClassDef(class) => self.classes.push(class),
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format};

    fn found(code: &str) -> Vec<(usize, String)> {
        let text = format!("```python\n{code}\n```\n");
        let extracted = crate::example::extract(&Document::from_text("a.md", Format::Markdown, &text));
        let mut found = Found::default();
        let names = tests(&extracted.examples[0], &mut found);
        for claim in &found.claims {
            assert_eq!(names[claim.target.test.unwrap()], claim.subject);
        }
        found.claims.into_iter().map(|claim| (claim.line - 1, claim.subject)).collect()
    }

    fn names(code: &str) -> Vec<String> {
        found(code).into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn functions_are_tests_by_their_names() {
        let code = "@mark\ndef test_a(): pass\nasync def test_b(): pass\ndef test(): pass\ndef testing(): pass\n\
                    def helper():\n    def test_inner(): pass\nif True:\n    def test_c(): pass";
        let expected = [(2, "test_a"), (3, "test_b"), (9, "test_c")];
        assert_eq!(found(code), expected.map(|(line, name)| (line, name.to_owned())));
    }

    #[test]
    fn of_two_tests_of_one_name_there_is_the_last_one() {
        assert_eq!(found("def test_a(): pass\ndef test_a(): pass"), [(2, "test_a".to_owned())]);
    }

    #[test]
    fn methods_are_tests_by_their_class() {
        let code = "class TestA:\n    def test_x(self): pass\n    def testy(self): pass\n    def other(self): pass\n\
                    class B(unittest.TestCase):\n    def test_x(self): pass\n\
                    class C(TestA):\n    def test_z(self): pass\n\
                    class TestD:\n    def __init__(self): pass\n    def test_x(self): pass\n\
                    class E:\n    def test_x(self): pass";
        assert_eq!(
            names(code),
            ["TestA::test_x", "C::test_x", "TestA::testy", "C::testy", "B::test_x", "C::test_z"]
        );
    }

    #[test]
    fn fixtures_are_wanted_by_parameters_that_nothing_gives() {
        let code = "@pytest.fixture\ndef cart(shop): return 1\n@fixture(scope='module')\ndef db(): yield 1\n\
                    def test_a(cart, tmp_path, size=3): pass\nclass TestA:\n    def test_b(self, client, db): pass\n\
                    def helper(x): pass";
        assert_eq!(wanted_fixtures(code), ["tmp_path", "client", "shop"]);
        assert!(has_fixture(code, "cart") && has_fixture(code, "db") && !has_fixture(code, "helper"));
    }
}
