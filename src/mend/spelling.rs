//! Names, attributes and keywords that are nearly those that exist.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprAttribute, ExprCall, Keyword};
use ruff_text_size::{Ranged, TextRange};

use super::candidate::{Broken, Candidate, Knowledge, edited, line_range};
use crate::python;

/// How alike two spellings must be, from 0 to 1.
const ALIKE: f64 = 0.7;

/// The name, attribute or keyword that was meant.
pub fn candidates(broken: &Broken, knowledge: &Knowledge) -> Vec<Candidate> {
    let found = name(broken).or_else(|| attribute(broken, knowledge)).or_else(|| keyword(broken, knowledge));
    found.into_iter().collect()
}

fn name(broken: &Broken) -> Option<Candidate> {
    let wrong = broken.failure.raised("NameError")?.name.as_deref()?;
    // What is bound elsewhere is out of reach and not misspelt.
    if broken.bound.contains(wrong) {
        return None;
    }
    let known = broken.bound.iter().map(String::as_str).chain(python::builtins().iter().copied());
    let right = nearest(wrong, known)?;
    let code = renamed(broken.code, |uses| &uses.names, wrong, right)?;
    let sentence = format!("`{wrong}` is not defined; `{right}` is");
    // `user` need not be `User`, nor `inputs` the function `input`.
    let needs_claim = !is_slip(wrong, right);
    Some(Candidate { needs_claim, ..Candidate::of_code("misspelt-name", sentence, code) })
}

fn attribute(broken: &Broken, knowledge: &Knowledge) -> Option<Candidate> {
    let wrong = missing_attribute(&broken.failure.raised("AttributeError")?.message)?;
    let right = nearest(wrong, knowledge.members.iter().map(String::as_str))?;
    let code = renamed(broken.code, |uses| &uses.attributes, wrong, right)?;
    let sentence = format!("there is no attribute `{wrong}`, but one named `{right}`");
    Some(Candidate::of_code("misspelt-attribute", sentence, code))
}

fn keyword(broken: &Broken, knowledge: &Knowledge) -> Option<Candidate> {
    let wrong = unexpected_keyword(&broken.failure.raised("TypeError")?.message)?;
    let right = nearest(wrong, knowledge.members.iter().map(String::as_str))?;
    let code = renamed(broken.code, |uses| &uses.keywords, wrong, right)?;
    let sentence = format!("there is no parameter `{wrong}`, but one named `{right}`");
    Some(Candidate::of_code("misnamed-keyword", sentence, code))
}

/// Whether a spelling can be nothing but a slip: two letters the wrong way round, or the constant of
/// another language.
fn is_slip(wrong: &str, right: &str) -> bool {
    let letters = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    letters(wrong) == letters(right)
        || matches!((wrong, right), ("true", "True") | ("false", "False") | ("none", "None"))
}

/// The one spelling that is most like a wrong one.
fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |right: &str| match right.eq_ignore_ascii_case(wrong) {
        true => 1.0,
        false => strsim::normalized_damerau_levenshtein(wrong, right),
    };
    let mut alike: Vec<(f64, &str)> = known
        .filter(|right| *right != wrong)
        .map(|right| (likeness(right), right))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    alike.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    alike.dedup_by_key(|(_, right)| *right);
    match alike.as_slice() {
        [(best, _), (next, _), ..] if best.total_cmp(next).is_eq() => None,
        [(_, right), ..] => Some(right),
        [] => None,
    }
}

/// The attribute that an `AttributeError` is about.
pub fn missing_attribute(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("has no attribute '")?;
    rest.split('\'').next()
}

/// The keyword that a `TypeError` is about.
pub fn unexpected_keyword(message: &str) -> Option<&str> {
    if let Some((_, rest)) = message.split_once("got an unexpected keyword argument '") {
        return rest.split('\'').next();
    }
    let (head, _) = message.split_once("' is an invalid keyword argument for ")?;
    head.strip_prefix('\'')
}

/// Some code with another name in all places of one.
fn renamed(
    code: &str,
    places: impl Fn(&Uses) -> &Vec<(String, TextRange)>,
    wrong: &str,
    right: &str,
) -> Option<String> {
    let uses = Uses::of(code);
    let edits: Vec<_> = places(&uses)
        .iter()
        .filter(|(name, _)| name == wrong)
        .map(|(_, range)| (range.start().to_usize()..range.end().to_usize(), right.to_owned()))
        .collect();
    (!edits.is_empty()).then(|| edited(code, edits))
}

/// Where names, attributes and keywords stand.
#[derive(Default)]
struct Uses {
    names: Vec<(String, TextRange)>,
    attributes: Vec<(String, TextRange)>,
    keywords: Vec<(String, TextRange)>,
    /// For an attribute the object, for a keyword the function.
    owners: Vec<(String, TextRange)>,
}

impl Uses {
    fn of(code: &str) -> Uses {
        let parsed = python::parse(code);
        let mut uses = Uses::default();
        uses.visit_body(parsed.suite());
        uses
    }
}

impl<'a> Visitor<'a> for Uses {
    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) => self.names.push((name.id.to_string(), name.range)),
            Expr::Attribute(ExprAttribute { attr, value, .. }) => {
                self.attributes.push((attr.to_string(), attr.range));
                self.owners.push((attr.to_string(), value.range()));
            }
            Expr::Call(ExprCall { func, arguments, .. }) => {
                for Keyword { arg, .. } in &arguments.keywords {
                    let Some(arg) = arg else { continue };
                    self.keywords.push((arg.to_string(), arg.range));
                    self.owners.push((arg.to_string(), func.range()));
                }
            }
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }
}

/// A program that prints, as JSON, the attributes or parameters that exist where the one that an
/// exception is about does not. It runs after the code.
pub fn question(broken: &Broken) -> Option<String> {
    if let Some(raised) = broken.failure.raised("AttributeError") {
        let wrong = missing_attribute(&raised.message)?;
        let owner = owner(broken.code, wrong, raised.line)
            .or_else(|| class_of(&raised.message).map(str::to_owned))?;
        return Some(format!("import json\nprint(json.dumps(dir({owner})))\n"));
    }
    let raised = broken.failure.raised("TypeError")?;
    let owner = owner(broken.code, unexpected_keyword(&raised.message)?, raised.line)?;
    Some(format!("import json, inspect\nprint(json.dumps(list(inspect.signature({owner}).parameters)))\n"))
}

/// The dotted name, on the line of an exception, that something is asked of.
fn owner(code: &str, of: &str, line: u32) -> Option<String> {
    let line = line_range(code, line as usize);
    let uses = Uses::of(code);
    let mut owners = uses
        .owners
        .iter()
        .filter(|(name, range)| name == of && line.contains(&range.start().to_usize()))
        .map(|(_, range)| &code[*range]);
    owners.find(|text| text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))).map(str::to_owned)
}

/// The built-in class whose object lacks an attribute: `'list' object has no …`.
fn class_of(message: &str) -> Option<&str> {
    let class = message.strip_prefix('\'')?.split('\'').next()?;
    python::is_builtin(class).then_some(class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_counts_if_it_is_the_only_one() {
        assert_eq!(nearest("pritn", ["print", "int"].into_iter()), Some("print"));
        assert_eq!(nearest("true", ["True", "tree"].into_iter()), Some("True"));
        assert_eq!(nearest("app", ["map", "repr"].into_iter()), None);
        assert_eq!(nearest("item", ["items", "itemx"].into_iter()), None);
    }

    #[test]
    fn slips_are_told_from_other_names() {
        assert!(is_slip("pritn", "print") && is_slip("true", "True"));
        assert!(!is_slip("inputs", "input") && !is_slip("user", "User"));
    }

    #[test]
    fn messages_name_what_is_wrong() {
        assert_eq!(missing_attribute("'list' object has no attribute 'ad'"), Some("ad"));
        assert_eq!(
            missing_attribute("module 'math' has no attribute 'sqr'. Did you mean: 'sqrt'?"),
            Some("sqr")
        );
        assert_eq!(unexpected_keyword("f() got an unexpected keyword argument 'x'"), Some("x"));
        assert_eq!(unexpected_keyword("'x' is an invalid keyword argument for print()"), Some("x"));
        assert_eq!(owner("import math\nmath.sqr(a.sqr)\n", "sqr", 2).as_deref(), Some("math"));
    }
}
