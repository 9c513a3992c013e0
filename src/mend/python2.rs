//! What Python 2 read otherwise: `print x`, `except E, e`, `<>`, `0777`, `xrange`.

use std::collections::BTreeSet;
use std::ops::Range;

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use super::candidate::{Broken, Candidate, edited, is_valid};
use crate::python;

/// Names that have become others.
const NAMES: &[(&str, &str)] = &[
    ("xrange", "range"),
    ("raw_input", "input"),
    ("unicode", "str"),
    ("basestring", "str"),
    ("unichr", "chr"),
    ("long", "int"),
];

/// Methods that have become others.
const METHODS: &[(&str, &str)] = &[
    ("iteritems", "items"),
    ("iterkeys", "keys"),
    ("itervalues", "values"),
    ("viewitems", "items"),
    ("viewkeys", "keys"),
    ("viewvalues", "values"),
];

/// The code as Python 3 writes it.
pub fn candidates(broken: &Broken) -> Vec<Candidate> {
    let code = with_names(&with_syntax(broken.code), broken.bound);
    if code == broken.code || !is_valid(&code) {
        return Vec::new();
    }
    vec![Candidate::of_code("python-2", "this is Python 2, which Python 3 refuses", code)]
}

type Edits = Vec<(Range<usize>, String)>;

/// A token of some code: its kind, and where it stands.
struct Piece {
    kind: TokenKind,
    range: Range<usize>,
}

fn pieces(code: &str) -> Vec<Piece> {
    let parsed = python::parse(code);
    let piece = |token: &ruff_python_ast::token::Token| Piece {
        kind: token.kind(),
        range: token.start().to_usize()..token.end().to_usize(),
    };
    parsed.tokens().iter().map(piece).collect()
}

/// Statements and operators in their new form.
fn with_syntax(code: &str) -> String {
    let code = with_literals(code);
    let pieces = pieces(&code);
    let mut edits = Edits::new();
    let mut start = 0;
    for (index, piece) in pieces.iter().enumerate() {
        let is_end = matches!(
            piece.kind,
            TokenKind::Newline | TokenKind::Semi | TokenKind::Comment | TokenKind::EndOfFile
        ) || index + 1 == pieces.len();
        let is_clause = piece.kind == TokenKind::Colon;
        if is_end || is_clause {
            let last = if index + 1 == pieces.len() && !is_end { index + 1 } else { index };
            statement(&code, &pieces[start..last], is_clause, &mut edits);
            start = index + 1;
        }
    }
    for pair in pieces.windows(2) {
        let is_pair = pair[0].kind == TokenKind::Less && pair[1].kind == TokenKind::Greater;
        if is_pair && pair[0].range.end == pair[1].range.start {
            edits.push((pair[0].range.start..pair[1].range.end, "!=".to_owned()));
        }
    }
    edited(&code, edits)
}

/// The new form of one statement, or of the head of a clause.
fn statement(code: &str, pieces: &[Piece], is_clause: bool, edits: &mut Edits) {
    let is_margin = |kind: TokenKind| {
        matches!(kind, TokenKind::Indent | TokenKind::Dedent | TokenKind::NonLogicalNewline)
    };
    let Some(first) = pieces.iter().position(|piece| !is_margin(piece.kind)) else { return };
    let pieces = &pieces[first..];
    let (head, rest) = (&pieces[0], &pieces[1..]);
    let word = &code[head.range.clone()];
    let end = pieces[pieces.len() - 1].range.end;
    let body = code[head.range.end..end].trim();
    let is_call = rest.first().is_some_and(|next| next.kind == TokenKind::Lpar)
        && rest.last().is_some_and(|last| last.kind == TokenKind::Rpar);
    match word {
        "print" if !is_clause && !is_call && !starts_as_expression(rest) => {
            edits.push((head.range.start..end, printed(body)));
        }
        "exec" if !is_clause && !is_call && !rest.is_empty() && !starts_as_expression(rest) => {
            edits.push((head.range.start..end, format!("exec({body})")));
        }
        "except" if is_clause => {
            if let Some(comma) = outer_comma(rest) {
                edits.push((comma, " as".to_owned()));
            }
        }
        "raise" if !is_clause => {
            if let Some(comma) = outer_comma(rest) {
                let (class, message) =
                    (code[head.range.end..comma.start].trim(), code[comma.end..end].trim());
                edits.push((head.range.start..end, format!("raise {class}({message})")));
            }
        }
        _ => {}
    }
}

/// Whether a word is used as a name: assigned, called on, compared.
fn starts_as_expression(rest: &[Piece]) -> bool {
    rest.first().is_some_and(|next| matches!(next.kind, TokenKind::Equal | TokenKind::Dot | TokenKind::Comma))
}

/// The comma that stands in no brackets.
fn outer_comma(pieces: &[Piece]) -> Option<Range<usize>> {
    let mut depth = 0_i32;
    for piece in pieces {
        match piece.kind {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth -= 1,
            TokenKind::Comma if depth == 0 => return Some(piece.range.clone()),
            _ => {}
        }
    }
    None
}

/// What was printed by a statement, printed by a call.
fn printed(body: &str) -> String {
    if let Some((file, rest)) = body.strip_prefix(">>").map(|rest| rest.split_once(',').unwrap_or((rest, "")))
    {
        let (file, rest) = (file.trim(), rest.trim());
        return if rest.is_empty() {
            format!("print(file={file})")
        } else {
            format!("print({rest}, file={file})")
        };
    }
    match body.strip_suffix(',') {
        Some(body) => format!("print({}, end=\" \")", body.trim_end()),
        None => format!("print({body})"),
    }
}

/// Octal numbers, long ones and backquotes in their new form.
fn with_literals(code: &str) -> String {
    let mut edits = Edits::new();
    let text: Vec<Range<usize>> = pieces(code)
        .into_iter()
        .filter(|piece| {
            matches!(piece.kind, TokenKind::String | TokenKind::Comment | TokenKind::FStringMiddle)
        })
        .map(|piece| piece.range)
        .collect();
    let is_text = |at: usize| text.iter().any(|range| range.contains(&at));
    let mut before = ' ';
    let mut open: Option<usize> = None;
    for (at, c) in code.char_indices() {
        let starts_word = !(before.is_alphanumeric() || matches!(before, '_' | '.'));
        if is_text(at) {
        } else if c.is_ascii_digit() && starts_word {
            let length = code[at..].find(|c: char| !c.is_alphanumeric()).unwrap_or(code.len() - at);
            edits.extend(number(&code[at..at + length]).map(|new| (at..at + length, new)));
        } else if c == '`' {
            match open.take() {
                Some(start) => {
                    edits.push((start..start + 1, "repr(".to_owned()));
                    edits.push((at..at + 1, ")".to_owned()));
                }
                None => open = Some(at),
            }
        }
        before = c;
    }
    edited(code, edits)
}

fn number(text: &str) -> Option<String> {
    let digits = text.trim_end_matches(['l', 'L']);
    let is_octal = digits.len() > 1
        && digits.starts_with('0')
        && digits.chars().all(|c| c.is_digit(8))
        && digits.chars().any(|c| c != '0');
    if is_octal {
        return Some(format!("0o{}", digits.trim_start_matches('0')));
    }
    let is_long = digits.len() + 1 == text.len() && digits.chars().all(|c| c.is_ascii_digit());
    is_long.then(|| digits.to_owned())
}

/// Names and methods in their new form.
fn with_names(code: &str, bound: &BTreeSet<String>) -> String {
    let parsed = python::parse(code);
    let mut old = OldNames { code, bound, edits: Edits::new() };
    old.visit_body(parsed.suite());
    edited(code, old.edits)
}

struct OldNames<'a> {
    code: &'a str,
    bound: &'a BTreeSet<String>,
    edits: Edits,
}

impl<'a> Visitor<'a> for OldNames<'a> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        let new = |table: &[(&str, &'static str)], old: &str| {
            table.iter().find(|(name, _)| *name == old).map(|(_, new)| (*new).to_owned())
        };
        match expression {
            Expr::Name(name) if !self.bound.contains(name.id.as_str()) => {
                self.edits.extend(new(NAMES, &name.id).map(|new| (bytes(name), new)));
            }
            Expr::Attribute(attribute) => {
                self.edits.extend(new(METHODS, &attribute.attr).map(|new| (bytes(&attribute.attr), new)));
            }
            Expr::Call(call) => self.edits.extend(self.call(call).map(|new| (bytes(call), new))),
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }
}

impl OldNames<'_> {
    /// `d.has_key(k)` and `i.next()`.
    fn call(&self, call: &ExprCall) -> Option<String> {
        let Expr::Attribute(method) = &*call.func else { return None };
        let object = &self.code[method.value.range()];
        match (method.attr.as_str(), &call.arguments.args[..]) {
            ("has_key", [key]) => Some(format!("({} in {object})", &self.code[key.range()])),
            ("next", []) if call.arguments.keywords.is_empty() => Some(format!("next({object})")),
            _ => None,
        }
    }
}

fn bytes(node: &impl Ranged) -> Range<usize> {
    node.start().to_usize()..node.end().to_usize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_and_literals() {
        for (old, new) in [
            ("print 'a', b\n", "print('a', b)\n"),
            ("print\n", "print()\n"),
            ("print x,\n", "print(x, end=\" \")\n"),
            ("print >>f, x\n", "print(x, file=f)\n"),
            ("for i in x: print i  # 1\n", "for i in x: print(i)  # 1\n"),
            ("if x:\n    print (1), 2\n", "if x:\n    print((1), 2)\n"),
            ("print(1)\n", "print(1)\n"),
            ("print = 1\n", "print = 1\n"),
            ("try:\n    x\nexcept E, e:\n    pass\n", "try:\n    x\nexcept E as e:\n    pass\n"),
            ("except (A, B), e:\n", "except (A, B) as e:\n"),
            ("raise E, 'a'\n", "raise E('a')\n"),
            ("raise E('a', b)\n", "raise E('a', b)\n"),
            ("a <> b\n", "a != b\n"),
            ("exec 'x'\n", "exec('x')\n"),
            ("x = 0777 + 10L + 0 + 0x1F\n", "x = 0o777 + 10 + 0 + 0x1F\n"),
            ("x = `y`  # `z`\n", "x = repr(y)  # `z`\n"),
        ] {
            assert_eq!(with_syntax(old), new, "{old}");
        }
    }

    #[test]
    fn names_that_the_code_does_not_bind() {
        let bound = BTreeSet::from(["unicode".to_owned()]);
        let code = "xrange(3)\nunicode(x)\nd.iteritems()\nd.has_key('a')\ni.next()\n";
        assert_eq!(with_names(code, &bound), "range(3)\nunicode(x)\nd.items()\n('a' in d)\nnext(i)\n");
    }
}
