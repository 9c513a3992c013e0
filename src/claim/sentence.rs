//! What a sentence says of the code in it: "`a == b` is `True`", "`[1] < (1,)` raises `TypeError`".

use ruff_text_size::Ranged;

use super::comment::{Meaning, Reading, read};
use super::{Claim, Expected, Force, Found, Kind, Origin, Target};
use crate::example::{Example, Label, backticks, label};
use crate::python::{self, Names};
use crate::run::Watch;

/// Verbs between code and what it gives, longest first where one begins another.
const GIVES: &[&str] = &[
    "evaluates to",
    "is always",
    "is still",
    "is simply",
    "is just",
    "is now",
    "will give",
    "will return",
    "results in",
    "is",
    "are",
    "gives you",
    "gives",
    "returns",
    "equals",
    "yields",
    "produces",
    "becomes",
    "==",
    "=>",
    "->",
    "→",
    "⇒",
    "=",
];
const PRINTS: &[&str] = &["will print", "prints", "outputs", "displays"];
const RAISES: &[&str] = &["will raise", "raises", "throws", "fails with", "ends in", "ends with", "causes"];

/// The claim of a sentence that its import and the calls it names work.
pub fn import_and_use(example: &Example) -> Claim {
    let code = example.code.trim_end();
    Claim {
        line: example.start_line,
        kind: Kind::Works,
        origin: Origin::Sentence,
        subject: code.to_owned(),
        claimed: "works as the sentence uses it".to_owned(),
        remark: None,
        force: Force::Guess,
        hedge: None,
        rule: "a sentence that imports and uses",
        expected: Expected::Works,
        target: Target { first: 1, last: 1, whole_output: true, ..Target::default() },
    }
}

/// The claim that the sentence around inline code makes about its last statement.
pub fn said_of(example: &Example, found: &mut Found) {
    // A cell that is nothing but a literal needs no backticks.
    let cell = example.cell.as_deref().and_then(|cell| {
        let said = given(Kind::Value, cell)?;
        Some(Said { marked: said.marked || said.value == cell, ..said })
    });
    let Some(said) = cell.or_else(|| said(&example.sentence)) else { return };
    let parsed = python::parse(&example.code);
    let Some(last) = parsed.suite().last() else { return };
    let column = last.range().start().to_usize();
    let Some(reading) = said.reading() else { return };
    let mut target = Target {
        first: 1,
        last: 1,
        names: Names::of(parsed.suite()).loaded.into_iter().collect(),
        ..Target::default()
    };
    match &reading.expected {
        Expected::Exception { name, .. } => {
            let names = name.iter().cloned().collect();
            target.outcome = Some(found.probe(1, column, Watch::Raises(names), Vec::new()));
        }
        expected => {
            let is_value = *expected == Expected::Value;
            let claimed = if is_value { vec![reading.claimed.clone()] } else { Vec::new() };
            target.value = Some(found.probe(1, column, Watch::Value, claimed));
        }
    }
    found.watch_output = true;
    found.claims.push(Claim {
        line: example.start_line,
        kind: reading.kind,
        origin: Origin::Sentence,
        subject: example.code.trim().to_owned(),
        claimed: reading.claimed,
        remark: None,
        force: reading.force,
        hedge: reading.hedge.or(said.conditional.then(|| "conditional".to_owned())),
        rule: "the sentence around inline code",
        expected: reading.expected,
        target,
    });
}

/// How a sentence below a block calls the block, or what comes of it.
const SUBJECTS: &[&str] = &[
    "this code",
    "the code above",
    "the above code",
    "the code",
    "this example",
    "the example above",
    "this snippet",
    "the snippet",
    "this program",
    "the program",
    "the last line",
    "the last expression",
    "the last call",
    "the final output",
    "the output",
    "the final result",
    "the result",
    "the value",
    "running this",
    "running it",
    "the above",
    "this",
    "it",
];

/// What a line of text right below a block says comes of the block: "This prints `3`.",
/// "Output: `[1, 2]`". The value has to stand in backticks.
pub fn said_below(line: &str) -> Option<Reading> {
    let said = match label(line) {
        Some(Label { words, inline: Some(text) }) => {
            let is_result = words.to_ascii_lowercase().contains("result");
            behind_label(if is_result { Kind::Value } else { Kind::Stdout }, &text)?.reading()
        }
        Some(_) => None,
        None => {
            let text = line.trim_start_matches(|c: char| !c.is_alphanumeric());
            let (subject, rest) = SUBJECTS.iter().find_map(|subject| {
                let head = text.get(..subject.len()).filter(|head| head.eq_ignore_ascii_case(subject))?;
                Some((subject, &text[head.len()..])).filter(|(_, rest)| rest.starts_with(' '))
            })?;
            let said = said(rest).filter(|said| said.marked && !said.goes_on)?;
            let kind = if subject.contains("output") { Kind::Stdout } else { said.kind };
            Said { kind, ..said }.reading()
        }
    }?;
    Some(Reading { rule: BELOW, ..said })
}

/// What stands behind a label, if it is nothing but code.
fn behind_label(kind: Kind, text: &str) -> Option<Said<'_>> {
    let text = text.trim();
    given(kind, text).filter(|said| said.marked && text.trim_matches('`') == said.value)
}

/// Rule name of what the line below a block says.
pub const BELOW: &str = "the sentence below a block";

/// What stands behind inline code.
struct Said<'a> {
    kind: Kind,
    value: &'a str,
    /// Whether the value stands in backticks.
    marked: bool,
    /// Whether the sentence goes on with a condition.
    conditional: bool,
    /// Whether it goes on with more code.
    goes_on: bool,
}

impl Said<'_> {
    /// What is said, read as a comment behind the code would be.
    fn reading(&self) -> Option<Reading> {
        let introducer = match self.kind {
            Kind::Raises => "# raises ",
            Kind::Stdout => "# prints: ",
            _ => "# => ",
        };
        let Meaning::Claim(mut reading) = read(&format!("{introducer}{}", self.value)) else { return None };
        if !self.marked || self.conditional {
            reading.force = Force::Guess;
        }
        Some(reading)
    }
}

fn said(sentence: &str) -> Option<Said<'_>> {
    let text = sentence.trim_start().trim_start_matches(['*', '_', ',', ':']).trim_start();
    let text = text.strip_prefix("which ").unwrap_or(text);
    let (kind, rest) = [(RAISES, Kind::Raises), (PRINTS, Kind::Stdout), (GIVES, Kind::Value)]
        .into_iter()
        .find_map(|(verbs, kind)| {
            let verb = verbs
                .iter()
                .find(|verb| text.strip_prefix(**verb).is_some_and(|rest| rest.starts_with([' ', '`'])))?;
            Some((kind, text[verb.len()..].trim_start()))
        })?;
    given(kind, rest)
}

/// The value that a text begins with.
fn given(kind: Kind, rest: &str) -> Option<Said<'_>> {
    let rest =
        ["a ", "an ", "the value "].iter().find_map(|article| rest.strip_prefix(article)).unwrap_or(rest);
    let (value, after, marked) = if rest.starts_with('`') {
        let (value, after) = backticks(rest).into_iter().next()?;
        (value, after, true)
    } else {
        let end = rest.find([' ', ',', ';', '.', ')']).unwrap_or(rest.len());
        let word = rest[..end].trim_matches('*');
        let literal = matches!(word, "True" | "False" | "None") || word.parse::<i64>().is_ok();
        (literal.then_some(word)?, &rest[end..], false)
    };
    let after = after.trim_start().trim_start_matches(['*', '_']).trim_start();
    let conditional = [
        "if ",
        "when ",
        "unless ",
        "on ",
        "in Python 2",
        "only ",
        "or ",
        "before ",
        "for ",
        "whenever ",
        "where ",
        "as long ",
        "by default",
        "in case ",
    ]
    .iter()
    .any(|word| after.starts_with(word));
    Some(Said { kind, value, marked, conditional, goes_on: after.contains('`') })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_line_below_a_block_says() {
        let read = |line: &str| said_below(line).map(|said| (said.kind, said.claimed, said.force));
        let sure = |kind, claimed: &str| Some((kind, claimed.to_owned(), Force::Explicit));
        assert_eq!(read("This prints `3`."), sure(Kind::Stdout, "3"));
        assert_eq!(read("The result is `[1, 2]`:"), sure(Kind::Value, "[1, 2]"));
        assert_eq!(read("The output is `a`."), sure(Kind::Stdout, "a"));
        assert_eq!(read("**Output:** `a b`"), sure(Kind::Stdout, "a b"));
        assert_eq!(read("- The code raises a `KeyError`"), sure(Kind::Raises, "KeyError"));
        assert_eq!(read("This returns `1` if `x` is set"), None);
        assert_eq!(read("This prints `1` and then `2`"), None);
        assert_eq!(read("Output: the sum"), None);
        assert_eq!(read("This is `dict`, a type").map(|said| said.2), Some(Force::Guess));
        assert_eq!(read("The next one prints `3`"), None);
    }

    #[test]
    fn verbs_values_and_conditions() {
        let value = |text| said(text).map(|said| (said.kind, said.value.to_owned(), said.conditional));
        assert_eq!(value(" is `True`, but"), Some((Kind::Value, "True".into(), false)));
        assert_eq!(value(" raises a `TypeError`."), Some((Kind::Raises, "TypeError".into(), false)));
        assert_eq!(value(" prints `1 2`"), Some((Kind::Stdout, "1 2".into(), false)));
        assert_eq!(value(" is False if the"), Some((Kind::Value, "False".into(), true)));
        assert_eq!(value(" is a list"), None);
        assert_eq!(value(" is not `True`"), None);
        assert_eq!(value(" and `b`"), None);
        assert_eq!(value(" (cannot modify)"), None);
    }
}
