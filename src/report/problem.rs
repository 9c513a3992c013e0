//! What a report holds against its documents, in the form in which the tools of a CI take it: a rule,
//! a level, a place, a sentence, and a fingerprint that stays when lines move.

use std::collections::HashMap;
use std::fmt::Display;

use sha2::{Digest, Sha256};

use super::Report;
use super::correctness::spread;
use super::model::{Claim, Difference, Document, Example, Mend, Prose};
use super::text::one_line;
use crate::claim::{Kind, Origin};
use crate::digest;
use crate::example::Form;
use crate::mend::TRUE_VALUE;
use crate::verdict::{Status, Verdict};

/// Characters of a value in a sentence.
const MAX_VALUE: usize = 200;

/// A kind of problem. Its id is part of the formats and does not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Rule {
    ValueRefuted,
    OutputRefuted,
    ExceptionRefuted,
    WorksRefuted,
    TypeRefuted,
    ProseRefuted,
    Unexpected,
    ExampleRaises,
    SyntaxError,
    ExampleTimesOut,
    ExampleCrashes,
}

/// Every kind of problem, in the order of [`Rule`].
pub(super) const RULES: [Rule; 11] = [
    Rule::ValueRefuted,
    Rule::OutputRefuted,
    Rule::ExceptionRefuted,
    Rule::WorksRefuted,
    Rule::TypeRefuted,
    Rule::ProseRefuted,
    Rule::Unexpected,
    Rule::ExampleRaises,
    Rule::SyntaxError,
    Rule::ExampleTimesOut,
    Rule::ExampleCrashes,
];

impl Rule {
    /// Its id.
    pub(super) fn id(self) -> &'static str {
        match self {
            Rule::ValueRefuted => "value-refuted",
            Rule::OutputRefuted => "output-refuted",
            Rule::ExceptionRefuted => "exception-refuted",
            Rule::WorksRefuted => "works-refuted",
            Rule::TypeRefuted => "type-refuted",
            Rule::ProseRefuted => "prose-refuted",
            Rule::Unexpected => "unexpected",
            Rule::ExampleRaises => "example-raises",
            Rule::SyntaxError => "syntax-error",
            Rule::ExampleTimesOut => "example-times-out",
            Rule::ExampleCrashes => "example-crashes",
        }
    }

    /// What it says, in a few words.
    pub(super) fn title(self) -> &'static str {
        match self {
            Rule::ValueRefuted => "A value is not what the document says",
            Rule::OutputRefuted => "What is printed is not what the document shows",
            Rule::ExceptionRefuted => "An exception is not raised as the document says",
            Rule::WorksRefuted => "Code does not work although the document says so",
            Rule::TypeRefuted => "A type is not what the document says",
            Rule::ProseRefuted => "A sentence contradicts a fact that was tested",
            Rule::Unexpected => "Reality differs from the expectations",
            Rule::ExampleRaises => "An example ends with an exception that nobody claimed",
            Rule::SyntaxError => "An example is no valid Python",
            Rule::ExampleTimesOut => "An example does not end in its time",
            Rule::ExampleCrashes => "The process of an example was killed",
        }
    }

    /// The level of its problems where nothing else is known of them.
    pub(super) fn level(self) -> Level {
        if self <= Rule::Unexpected { Level::Error } else { Level::Warning }
    }

    pub(super) fn of_kind(kind: Kind) -> Rule {
        match kind {
            Kind::Value => Rule::ValueRefuted,
            Kind::Stdout => Rule::OutputRefuted,
            Kind::Raises => Rule::ExceptionRefuted,
            Kind::Works => Rule::WorksRefuted,
            Kind::Type => Rule::TypeRefuted,
        }
    }

    fn of_status(status: Status) -> Option<Rule> {
        match status {
            Status::Ran | Status::Skipped => None,
            Status::Raised => Some(Rule::ExampleRaises),
            Status::SyntaxError => Some(Rule::SyntaxError),
            Status::Timeout => Some(Rule::ExampleTimesOut),
            Status::Crashed => Some(Rule::ExampleCrashes),
        }
    }
}

/// How bad a problem is. Errors fail the check unless they are known; nothing else does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Error,
    Warning,
    Note,
}

/// Something that a report holds against a document.
#[derive(Clone, Debug)]
pub(super) struct Problem<'a> {
    pub rule: Rule,
    pub level: Level,
    /// One sentence.
    pub message: String,
    /// Path of the file.
    pub path: &'a str,
    /// First and last line, counted from 1.
    pub lines: (usize, usize),
    /// The text on the first line that is meant; the whole line if it is not there.
    pub text: &'a str,
    /// Why it is known and does not fail the check.
    pub known: Option<&'a str>,
    /// What would put it right.
    pub mend: Option<&'a Mend>,
    /// Another place it is about: path and line.
    pub beside: Option<(&'a str, usize)>,
    /// The same for the same problem of the same file wherever it stands, in hexadecimal.
    pub fingerprint: String,
}

/// All problems of a report: documents in their order, lines in theirs, and what differs from the
/// expectations last. Known ones are among them, and say so. Inline code that does not run is not:
/// most of it is a fragment.
pub(super) fn problems(report: &Report) -> Vec<Problem<'_>> {
    let mut problems: Vec<Problem> = report.documents.iter().flat_map(of_document).collect();
    problems.extend(report.unexpected.iter().filter_map(of_difference));
    number(&mut problems);
    problems
}

fn of_document(document: &Document) -> Vec<Problem<'_>> {
    let mut problems: Vec<Problem> = Vec::new();
    for example in &document.examples {
        problems.extend(example.claims.iter().filter_map(|claim| of_claim(document, claim)));
        problems.extend(of_example(document, example));
    }
    problems.extend(document.prose.iter().filter_map(|prose| of_sentence(document, prose)));
    problems.sort_by_key(|problem| problem.lines.0);
    problems
}

fn of_claim<'a>(document: &'a Document, claim: &'a Claim) -> Option<Problem<'a>> {
    let known = known(claim.known, claim.known_reason.as_deref());
    let text = claim.claimed.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    (claim.verdict == Verdict::Refuted).then(|| Problem {
        rule: Rule::of_kind(claim.kind),
        level: Level::Error,
        message: refuted(claim),
        path: &document.path,
        lines: (claim.line.max(1), claim.line.max(1)),
        text,
        known,
        mend: claim.mend.as_ref(),
        beside: None,
        fingerprint: digest(&[&claim.subject, &claim.claimed]),
    })
}

fn of_sentence<'a>(document: &'a Document, prose: &'a Prose) -> Option<Problem<'a>> {
    (prose.verdict == Verdict::Refuted).then(|| Problem {
        rule: Rule::ProseRefuted,
        level: Level::Error,
        message: format!(
            "the sentence is false: {} (fact {})",
            one_line(&prose.statement, MAX_VALUE),
            one_line(&prose.fact, MAX_VALUE)
        ),
        path: &document.path,
        lines: (prose.line.max(1), prose.line.max(1)),
        text: prose.quote.lines().next().unwrap_or_default(),
        known: known(prose.known, prose.known_reason.as_deref()),
        mend: None,
        beside: None,
        fingerprint: digest(&[&prose.fact, &prose.quote]),
    })
}

fn of_example<'a>(document: &'a Document, example: &'a Example) -> Option<Problem<'a>> {
    let rule = Rule::of_status(example.status).filter(|_| example.form != Form::Inline)?;
    let line = example.exception.as_ref().map_or(example.start_line, |exception| exception.line).max(1);
    Some(Problem {
        rule,
        // What it needs is not there, which says nothing against the document.
        level: if example.reason.is_some() { Level::Note } else { rule.level() },
        message: ending(example),
        path: &document.path,
        lines: (line, line),
        text: "",
        known: known(example.known, example.known_reason.as_deref()),
        mend: example.mend.as_ref(),
        beside: None,
        fingerprint: digest(&[&example.hash]),
    })
}

/// A difference stands where the document stands, if that is known, and else in the expectations.
fn of_difference(difference: &Difference) -> Option<Problem<'_>> {
    let declared = (difference.file.as_str(), difference.line.max(1));
    let place = difference.document.as_deref().zip(difference.document_line);
    let ((path, line), beside) = match place {
        Some(place) => (place, Some(declared)),
        None => (declared, None),
    };
    Some(Problem {
        rule: Rule::Unexpected,
        level: Level::Error,
        message: one_line(&difference.message, 2 * MAX_VALUE),
        path,
        lines: (line.max(1), line.max(1)),
        text: "",
        known: None,
        mend: None,
        beside,
        fingerprint: digest(&[&difference.file, &difference.message]),
    })
}

fn known(known: bool, reason: Option<&str>) -> Option<&str> {
    known.then(|| reason.unwrap_or("declared as known"))
}

/// What is wrong with a claim, and what really is, in one sentence.
pub(super) fn refuted(claim: &Claim) -> String {
    let subject = one_line(&claim.subject, 60);
    let claimed = one_line(&claim.claimed, MAX_VALUE);
    let actual = claim.actual.as_deref().map(|actual| one_line(actual, MAX_VALUE));
    let actual = actual.map_or("nothing".to_owned(), |actual| format!("`{actual}`"));
    let mut sentence = match claim.kind {
        Kind::Value if subject.is_empty() => format!("the value is not `{claimed}`; actual: {actual}"),
        Kind::Value => format!("`{subject}` is not `{claimed}`; actual: {actual}"),
        Kind::Stdout => format!("what is printed is not `{claimed}`; actual: {actual}"),
        Kind::Raises => format!("`{subject}` does not raise `{claimed}`; actual: {actual}"),
        Kind::Works if claim.origin == Origin::Test => {
            format!("the test `{subject}` does not pass; actual: {actual}")
        }
        Kind::Works => format!("`{subject}` does not work; actual: {actual}"),
        Kind::Type => format!("the type of `{subject}` is not `{claimed}`; actual: {actual}"),
    };
    if let Some(versions) = spread(&claim.versions) {
        sentence += &format!(" ({})", one_line(&versions, MAX_VALUE));
    }
    for note in [&claim.reason, &claim.note].into_iter().flatten() {
        sentence += &format!(" ({})", one_line(note, MAX_VALUE));
    }
    if claim.mend.as_ref().is_some_and(|mend| mend.rule == TRUE_VALUE) {
        sentence += "; `truedoc fix` puts the true value there";
    }
    sentence
}

/// How an example that did not run to its end ended, in one sentence.
pub(super) fn ending(example: &Example) -> String {
    let what = match example.status {
        Status::Ran => "the example ran",
        Status::Raised => "the example ends with an exception",
        Status::SyntaxError => "the example is no valid Python",
        Status::Timeout => "the example does not end in its time",
        Status::Crashed => "the process of the example was killed",
        Status::Skipped => "the example was not run",
    };
    let mut sentence = what.to_owned();
    if let Some(exception) = &example.exception {
        sentence += &format!(": {}", one_line(&exception.type_name, MAX_VALUE));
        if !exception.message.is_empty() {
            sentence += &format!(": {}", one_line(&exception.message, MAX_VALUE));
        }
    }
    let why = [example.reason.as_deref(), example.detail.as_deref()];
    let why: Vec<_> = why.into_iter().flatten().map(|why| one_line(why, MAX_VALUE)).collect();
    if !why.is_empty() {
        sentence += &format!(" ({})", why.join(": "));
    }
    sentence
}

/// Makes the fingerprints unlike each other: the rule and the path count, and of several that say the
/// same in one document each has its number.
fn number(problems: &mut [Problem]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for problem in problems {
        let same = digest(&[&problem.rule.id(), &problem.path, &problem.fingerprint]);
        let number = seen.entry(same.clone()).or_default();
        problem.fingerprint = if *number == 0 { same } else { digest(&[&same, number]) };
        *number += 1;
    }
}

/// A digest of some texts, each apart from the next.
fn digest(parts: &[&dyn Display]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.to_string());
        hasher.update([0]);
    }
    digest::hex(&hasher.finalize()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::report::model::VerdictUnder;
    use crate::verdict::Outcome;

    fn fingerprints(outcome: &Outcome) -> Vec<String> {
        problems(&Report::of(outcome)).into_iter().map(|problem| problem.fingerprint).collect()
    }

    #[test]
    fn everything_that_is_wrong_is_a_problem() {
        let report = Report::of(&fixture::outcome());
        let found: Vec<_> =
            problems(&report).iter().map(|one| (one.rule.id(), one.level, one.lines.0, one.known)).collect();
        let expected = [
            ("value-refuted", Level::Error, 7, None),
            ("value-refuted", Level::Error, 9, None),
            ("output-refuted", Level::Error, 13, None),
            ("value-refuted", Level::Error, 21, None),
            ("example-raises", Level::Note, 25, None),
            ("prose-refuted", Level::Error, 28, Some("256 is shared, too")),
            ("example-times-out", Level::Warning, 31, None),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn fingerprints_stay_when_lines_move() {
        let mut outcome = fixture::outcome();
        let before = fingerprints(&outcome);
        for example in &mut outcome.documents[0].examples {
            example.example.start_line += 3;
            example.claims.iter_mut().for_each(|judged| judged.claim.line += 3);
            example.exception.iter_mut().for_each(|exception| exception.line += 3);
        }
        outcome.documents[0].prose.iter_mut().for_each(|prose| prose.line += 3);
        assert_eq!(fingerprints(&outcome), before);
    }

    #[test]
    fn fingerprints_tell_equal_problems_apart() {
        let mut outcome = fixture::outcome();
        let claims = &mut outcome.documents[0].examples[0].claims;
        let claim = claims[0].clone();
        claims.resize(9, claim);
        let mut found = fingerprints(&outcome);
        let all = found.len();
        found.sort();
        found.dedup();
        assert_eq!(found.len(), all);
    }

    #[test]
    fn what_differs_between_versions_is_said() {
        let mut report = Report::of(&fixture::outcome());
        let claim = &mut report.documents[0].examples[0].claims[0];
        let under = |interpreter: &str, verdict, actual: &str| VerdictUnder {
            interpreter: interpreter.to_owned(),
            verdict,
            matched: None,
            actual: Some(actual.to_owned()),
            reason: None,
        };
        claim.versions = vec![
            under("cpython-3.12.1", Verdict::Confirmed, "False"),
            under("cpython-3.13.0", Verdict::Refuted, "True"),
        ];
        let message = refuted(claim);
        assert!(message.contains("holds on 3.12") && message.contains("refuted on 3.13"), "{message}");
    }

    #[test]
    fn ids_are_unlike_each_other() {
        let mut ids = RULES.map(Rule::id).to_vec();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), RULES.len());
        assert!(RULES.is_sorted());
    }
}
