//! Where the docstrings of a Python file stand: below `def` and `class`, but also where a string is
//! made one (`__doc__ = …`, `property(…, doc=…)`) or a test (`__test__`, a table that `doctest` reads).

use std::collections::BTreeMap;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprStringLiteral, Stmt};

/// A docstring with the qualified name of its object; none for that of the module.
pub struct Docstring<'a> {
    pub name: Option<String>,
    pub text: &'a ExprStringLiteral,
}

/// The docstrings of a file, in the order of their lines.
pub fn docstrings(suite: &[Stmt]) -> Vec<Docstring<'_>> {
    let mut collector = Collector::default();
    collector.below_head(suite);
    collector.visit_body(suite);
    collector.found.sort_by_key(|docstring| docstring.text.range.start());
    collector.found
}

/// The table in which a module names further tests.
const TESTS: &str = "__test__";

#[derive(Default)]
struct Collector<'a> {
    path: Vec<&'a str>,
    /// Strings that the module binds to names.
    strings: BTreeMap<&'a str, &'a ExprStringLiteral>,
    found: Vec<Docstring<'a>>,
}

impl<'a> Collector<'a> {
    fn below_head(&mut self, body: &'a [Stmt]) {
        if let Some(Stmt::Expr(statement)) = body.first()
            && let Expr::StringLiteral(docstring) = &*statement.value
        {
            self.add(None, docstring);
        }
    }

    /// Adds the docstring of what stands here, or of something in it.
    fn add(&mut self, inner: Option<&str>, text: &'a ExprStringLiteral) {
        let parts: Vec<&str> = self.path.iter().copied().chain(inner).collect();
        let name = (!parts.is_empty()).then(|| parts.join("."));
        self.found.push(Docstring { name, text });
    }

    fn enter(&mut self, name: &'a str, body: &'a [Stmt]) {
        self.path.push(name);
        self.below_head(body);
        self.visit_body(body);
        self.path.pop();
    }

    fn assignment(&mut self, target: &'a Expr, value: &'a Expr) {
        match (target, value) {
            (Expr::Name(name), _) => self.binding(name.id.as_str(), value),
            (Expr::Attribute(attribute), _) if attribute.attr.as_str() == "__doc__" => {
                if let (Some(name), Some(text)) = (dotted(&attribute.value), self.string(value)) {
                    self.add(Some(&name), text);
                }
            }
            _ => {}
        }
    }

    /// A value that is bound to a name.
    fn binding(&mut self, name: &'a str, value: &'a Expr) {
        let of_module = self.path.is_empty();
        match value {
            Expr::StringLiteral(text) if name == "__doc__" => self.add(None, text),
            Expr::StringLiteral(text) if of_module => {
                self.strings.insert(name, text);
            }
            Expr::Dict(table) if of_module && name == TESTS => {
                for item in &table.items {
                    self.test(item.key.as_ref(), &item.value);
                }
            }
            Expr::Call(call) => {
                let doc = call.arguments.find_keyword("doc").map(|keyword| &keyword.value);
                if let Some(Expr::StringLiteral(text)) = doc {
                    self.add(Some(name), text);
                }
            }
            _ => {}
        }
    }

    /// A string, or what a name of one stands for.
    fn string(&self, value: &'a Expr) -> Option<&'a ExprStringLiteral> {
        match value {
            Expr::StringLiteral(text) => Some(text),
            Expr::Name(name) => self.strings.get(name.id.as_str()).copied(),
            _ => None,
        }
    }

    /// An entry of the table of tests: a string, or the name of one. Functions and classes there have
    /// docstrings of their own.
    fn test(&mut self, key: Option<&'a Expr>, value: &'a Expr) {
        let Some(text) = self.string(value) else { return };
        let name = match key {
            Some(Expr::StringLiteral(key)) => format!("{TESTS}.{}", key.value.to_str()),
            _ => TESTS.to_owned(),
        };
        self.add(Some(&name), text);
    }
}

/// A name with its attributes (`Box.open`).
fn dotted(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(attribute) => Some(format!("{}.{}", dotted(&attribute.value)?, attribute.attr)),
        _ => None,
    }
}

impl<'a> Visitor<'a> for Collector<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => self.enter(function.name.as_str(), &function.body),
            Stmt::ClassDef(class) => self.enter(class.name.as_str(), &class.body),
            Stmt::Assign(assignment) => {
                if let [target] = &assignment.targets[..] {
                    self.assignment(target, &assignment.value);
                }
            }
            other => visitor::walk_stmt(self, other),
        }
    }

    /// No statement stands inside an expression.
    fn visit_expr(&mut self, _: &'a Expr) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python;

    #[test]
    fn strings_become_docstrings_in_several_ways() {
        let source = r"'0'
text = '1'
other = 'not a test'
class Box:
    '2'
    size = property(get, doc='3')
    label = 'none'
Box.open.__doc__ = '4'
__test__ = {'a': text, 'b': '5', 'c': Box}
__doc__ = '6'
";
        let parsed = python::parse(source);
        let found = docstrings(parsed.suite());
        let shown: Vec<(&str, &str)> = found
            .iter()
            .map(|docstring| (docstring.name.as_deref().unwrap_or("-"), docstring.text.value.to_str()))
            .collect();
        let expected = [
            ("-", "0"),
            ("__test__.a", "1"),
            ("Box", "2"),
            ("Box.size", "3"),
            ("Box.open", "4"),
            ("__test__.b", "5"),
            ("-", "6"),
        ];
        assert_eq!(shown, expected);
    }
}
