//! Claims that stand outside comments: output blocks and the outputs below prompts.

use ruff_python_ast::Stmt;
use ruff_text_size::Ranged;

use super::comment::{Meaning, Reading, exception_name, read};
use super::literal::is_value;
use super::{Claim, Expected, Force, Found, Kind, Origin, Target};
use crate::example::{Example, Input, OutputBlock, split_comment};
use crate::python;
use crate::run::Watch;

/// Rule name of an output block that no fence bounds.
pub const UNFENCED_BLOCK: &str = "a labelled block of text below the example";

/// The claim that a block shows what the example prints.
pub fn block(example: &Example, block: &OutputBlock, found: &mut Found) -> Claim {
    let label = block.label.to_lowercase();
    let hedges = [
        "may vary",
        "may differ",
        "order may",
        "order can",
        "possible",
        "something like",
        "similar to",
        "sample",
        "typical",
        "your",
        "varies",
        "example of",
        "an example",
    ];
    let hedge = hedges.iter().find(|hedge| label.contains(**hedge)).map(|hedge| (*hedge).to_owned());
    let text = block.text.trim_end_matches('\n').to_owned();
    let raised = traceback(&text);
    // A traceback with text before it may have been logged.
    let is_logged = raised.is_some() && !text.trim_start().starts_with("Traceback");
    Claim {
        line: block.line,
        kind: if raised.is_some() { Kind::Raises } else { Kind::Stdout },
        origin: Origin::OutputBlock,
        subject: "output of the example".to_owned(),
        claimed: text.clone(),
        remark: (!block.label.is_empty()).then(|| block.label.clone()),
        force: if block.label.is_empty() || is_logged { Force::Guess } else { Force::Explicit },
        hedge,
        rule: match (block.fenced, block.label.is_empty()) {
            (false, _) => UNFENCED_BLOCK,
            (true, true) => "an unlabelled fence below the example",
            (true, false) => "a labelled fence below the example",
        },
        target: Target {
            first: 1,
            last: example.lines.len(),
            whole_output: true,
            value: last_value(example, &text, found),
            ..Target::default()
        },
        expected: raised.unwrap_or(Expected::Text(vec![text])),
    }
}

/// The probe of the last statement, where it is an expression: at a prompt its value would be shown.
fn last_value(example: &Example, text: &str, found: &mut Found) -> Option<u32> {
    let parsed = python::parse(&example.code);
    let last = parsed.suite().last()?;
    let is_shown = matches!(last, Stmt::Expr(expression) if !prints(&expression.value));
    if !is_shown || example.session.is_some() {
        return None;
    }
    let start = last.range().start().to_usize();
    let begun = example.code[..start].rfind('\n').map_or(0, |at| at + 1);
    let line = example.code[..start].matches('\n').count() + 1;
    let claimed = if is_value(text).is_some() { vec![text.to_owned()] } else { Vec::new() };
    Some(found.probe(line, start - begun, Watch::Value, claimed))
}

/// The outputs below the prompts of a session, and the comments behind its inputs.
pub fn session(example: &Example, inputs: &[Input], found: &mut Found) {
    for (index, input) in inputs.iter().enumerate() {
        let subject = subject(&input.source);
        let target = Target {
            first: input.code_line,
            last: input.code_line + input.source.lines().count().saturating_sub(1),
            input: Some(index),
            ..Target::default()
        };
        let claim = match &input.expected {
            Some((line, text)) => expected_output(*line, text, subject, target, input),
            None => match behind(input) {
                Some(reading) => {
                    let line = example.document_line(input.code_line);
                    reading.into_claim(line, Origin::Comment, subject, target)
                }
                None => continue,
            },
        };
        found.claims.push(claim);
    }
}

/// Adds the claim that the input on a document line gives this; whether there is such an input.
pub fn declared(example: &Example, inputs: &[Input], found: &mut Found, line: usize, value: &str) -> bool {
    let covers = |input: &Input| {
        let last = input.code_line + input.source.lines().count().saturating_sub(1);
        (example.document_line(input.code_line)..=example.document_line(last)).contains(&line)
    };
    let Some(index) = inputs.iter().position(covers) else { return false };
    let input = &inputs[index];
    let last = input.code_line + input.source.lines().count().saturating_sub(1);
    let target = Target { first: input.code_line, last, input: Some(index), ..Target::default() };
    let claim = Reading::declared(value).into_claim(line, Origin::Declared, subject(&input.source), target);
    found.claims.push(claim);
    true
}

fn expected_output(line: usize, text: &str, subject: String, target: Target, input: &Input) -> Claim {
    let text = text.trim_end_matches('\n');
    let expected = traceback(text)
        .or_else(|| last_line_of_traceback(text))
        .unwrap_or_else(|| Expected::Text(vec![text.to_owned()]));
    let is_expression = python::parse(&input.source)
        .suite()
        .last()
        .is_some_and(|statement| matches!(statement, Stmt::Expr(expression) if !prints(&expression.value)));
    let kind = match expected {
        Expected::Exception { .. } => Kind::Raises,
        _ if is_expression => Kind::Value,
        _ => Kind::Stdout,
    };
    Claim {
        line,
        kind,
        origin: Origin::Doctest,
        subject,
        claimed: text.to_owned(),
        remark: None,
        force: Force::Explicit,
        hedge: None,
        rule: "the output below a prompt",
        expected,
        target,
    }
}

/// The last line of a traceback whose other lines the document leaves out.
fn last_line_of_traceback(text: &str) -> Option<Expected> {
    let (above, last) = text.trim_end().rsplit_once('\n').unwrap_or(("", text));
    let is_place = |line: &str| line.starts_with([' ', '\t']) || line.starts_with("...");
    let (qualified, rest) = exception_name(last).filter(|_| above.lines().all(is_place))?;
    let message = rest.strip_prefix(':').map(str::trim);
    (message.is_some() || rest.is_empty()).then(|| Expected::Exception {
        name: Some(qualified.rsplit('.').next().unwrap_or(qualified).to_owned()),
        message: message.filter(|message| !message.is_empty()).map(str::to_owned),
    })
}

fn prints(expression: &ruff_python_ast::Expr) -> bool {
    matches!(expression, ruff_python_ast::Expr::Call(call) if matches!(&*call.func, ruff_python_ast::Expr::Name(name) if name.id.as_str() == "print"))
}

/// The claim in the comment behind an input that shows no output. An input that is nothing but a
/// comment (`>>> # => goes on like this`) has no statement that could print or be worth anything.
fn behind(input: &Input) -> Option<Reading> {
    if python::parse(&input.source).suite().is_empty() {
        return None;
    }
    let (_, comment) = split_comment(input.source.lines().next()?);
    match read(comment?) {
        Meaning::Claim(reading) if reading.force == Force::Explicit => Some(reading),
        _ => None,
    }
}

fn subject(source: &str) -> String {
    let first = source.lines().next().unwrap_or_default();
    split_comment(first).0.trim().to_owned()
}

/// The exception that a traceback ends with. Of several that belong together the last one counts,
/// and what was printed before it is no part of it.
pub fn traceback(text: &str) -> Option<Expected> {
    // The colon behind it gets lost when a traceback is typed by hand.
    let heads = ["Traceback (most recent call last)", "Traceback (innermost last)"];
    let of_group = text.find("Exception Group Traceback (most recent call last)");
    let at = of_group.or_else(|| heads.iter().filter_map(|head| text.rfind(head)).max())?;
    let begun = text[..at].rfind('\n').map_or(0, |line| line + 1);
    let is_group = text[begun..at].trim().starts_with('+');
    if !(is_group || text[begun..at].trim().is_empty()) {
        return None;
    }
    // The lines of a group stand behind a bar.
    let bare = |line: &str| {
        if is_group { line.trim_start().trim_start_matches("| ").to_owned() } else { line.to_owned() }
    };
    let lines: Vec<String> = text[at..].lines().skip(1).map(bare).collect();
    let is_last = |line: &String| line.starts_with(|first: char| first.is_alphanumeric() || first == '_');
    let found = lines.iter().position(is_last)?;
    let last = lines[found].as_str();
    let (name, message) = last.split_once(": ").unwrap_or((last.trim_end_matches(':'), ""));
    let rest: Vec<&str> =
        if is_group { Vec::new() } else { lines[found + 1..].iter().map(String::as_str).collect() };
    let message = std::iter::once(message).chain(rest).collect::<Vec<_>>().join("\n");
    Some(Expected::Exception {
        name: Some(name.rsplit('.').next().unwrap_or(name).trim().to_owned()),
        message: Some(message.trim().to_owned()).filter(|message| !message.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceback_ends_with_its_exception_with_or_without_the_colon() {
        for head in ["Traceback (most recent call last):", "Traceback (most recent call last)"] {
            assert_eq!(
                traceback(&format!("{head}\n   ...\nTypeError: no")),
                Some(Expected::Exception { name: Some("TypeError".into()), message: Some("no".into()) })
            );
        }
        let stack = "Traceback (most recent call last):\n[...]\na.b.Odd: x\ny";
        assert_eq!(
            traceback(stack),
            Some(Expected::Exception { name: Some("Odd".into()), message: Some("x\ny".into()) })
        );
        let named = |name: &str, message: &str| {
            Some(Expected::Exception { name: Some(name.into()), message: Some(message.into()) })
        };
        let head = "Traceback (most recent call last):\n  ...\n";
        assert_eq!(traceback(&format!("done\n{head}TypeError: no")), named("TypeError", "no"));
        let chained = format!("{head}KeyError: 1\n\nDuring handling of it:\n\n{head}ValueError: bad");
        assert_eq!(traceback(&chained), named("ValueError", "bad"));
        let group = "  + Exception Group Traceback (most recent call last):\n  |   File \"x\"\n  | \
                     ExceptionGroup: two (2 sub-exceptions)\n  +-+---------------- 1 ----------------\n";
        assert_eq!(traceback(group), named("ExceptionGroup", "two (2 sub-exceptions)"));
        assert_eq!(last_line_of_traceback("KeyError: 'x'"), named("KeyError", "'x'"));
        assert_eq!(last_line_of_traceback("see\nKeyError: 'x'"), None);
        assert_eq!(traceback("see Traceback (most recent call last):\nTypeError"), None);
    }

    #[test]
    fn a_comment_alone_claims_nothing() {
        let input = |source: &str| Input { source: source.to_owned(), code_line: 1, expected: None };
        assert!(behind(&input("f(1)  # => 2\n")).is_some());
        assert_eq!(behind(&input("# => runs: f(1)\n")), None);
        assert_eq!(behind(&input("# result = f(1)\n")), None);
    }
}
