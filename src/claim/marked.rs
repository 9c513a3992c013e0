//! What the marks of an author change about the claims of an example.

use super::{Claim, Expected, Force, Found, Kind, Origin, Target};
use crate::example::Example;
use crate::example::marks::{Mark, Meaning, Reach};

/// Adds the exceptions that marks announce, and makes uncertain what they say is not compared.
pub fn apply(example: &Example, found: &mut Found) {
    for mark in &example.marks {
        let reached = found.claims.iter_mut().filter(|claim| reaches(mark, example, claim));
        match &mark.meaning {
            Meaning::NotCompared => hedge(reached, mark),
            // A statement of a module cannot be left out without changing the others.
            Meaning::Skip(_) if !mark.is_whole() && example.session.is_none() => hedge(reached, mark),
            Meaning::AnyMessage => reached.for_each(forget_message),
            _ => {}
        }
    }
    let raises = |claim: &Claim| matches!(claim.expected, Expected::Exception { .. });
    if !found.claims.iter().any(raises) {
        found.claims.extend(example.marks.iter().filter_map(|mark| exception(mark, example)));
    }
}

/// Whether a mark is about the code that a claim speaks of.
pub fn reaches(mark: &Mark, example: &Example, claim: &Claim) -> bool {
    let Reach::Statement(line) = mark.reach else { return true };
    let Target { first, last, .. } = claim.target;
    (example.document_line(first)..=example.document_line(last)).contains(&line)
}

fn hedge<'a>(claims: impl Iterator<Item = &'a mut Claim>, mark: &Mark) {
    for claim in claims.filter(|claim| claim.hedge.is_none()) {
        claim.hedge = Some(mark.words.clone());
    }
}

fn forget_message(claim: &mut Claim) {
    if let Expected::Exception { message, .. } = &mut claim.expected {
        *message = None;
    }
}

/// The claim that an example ends with an exception. Where it only may, it is a guess.
fn exception(mark: &Mark, example: &Example) -> Option<Claim> {
    let Meaning::ExpectsException { name, must } = &mark.meaning else { return None };
    Some(Claim {
        line: mark.line,
        kind: Kind::Raises,
        origin: Origin::Mark,
        subject: "the example".to_owned(),
        claimed: name.clone().unwrap_or_else(|| "an exception".to_owned()),
        remark: None,
        force: if *must { Force::Explicit } else { Force::Guess },
        hedge: None,
        rule: "a mark of the author",
        expected: Expected::Exception { name: name.clone(), message: None },
        target: Target { first: 1, last: example.lines.len(), whole_output: true, ..Target::default() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::find;
    use crate::document::{Document, Format};

    fn claims(text: &str) -> Vec<Claim> {
        let found = crate::example::extract(&Document::from_text("a.md", Format::Markdown, text));
        find(&found.examples[0]).claims
    }

    #[test]
    fn announced_exceptions_are_claims() {
        let found = claims("<!-- truedoc: raises ValueError -->\n```python\nint('x')\n```\n");
        assert_eq!((found[0].line, found[0].kind, found[0].force), (1, Kind::Raises, Force::Explicit));
        let found = claims("```python\n# NBVAL_RAISES_EXCEPTION\nint('x')\n```\n");
        assert_eq!(found[0].force, Force::Guess);
        // What the code says itself is nearer to the truth.
        let found = claims("```python should_panic\nint('x')  # raises ValueError\n```\n");
        assert_eq!((found.len(), found[0].line), (1, 2));
    }

    #[test]
    fn what_is_not_compared_is_hedged() {
        let found = claims("```python\n>>> f()  # doctest: +IGNORE_OUTPUT\n1\n>>> g()\n2\n```\n");
        assert_eq!(found[0].hedge.as_deref(), Some("doctest: +IGNORE_OUTPUT"));
        assert_eq!(found[1].hedge, None);
    }

    #[test]
    fn the_message_may_be_ignored() {
        let text = "```python\n>>> f()  # doctest: +IGNORE_EXCEPTION_DETAIL\nTraceback (most recent call \
                    last):\nValueError: text\n```\n";
        let expected = Expected::Exception { name: Some("ValueError".to_owned()), message: None };
        assert_eq!(claims(text)[0].expected, expected);
    }
}
