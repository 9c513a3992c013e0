//! Compares what was declared with what was found.

use std::collections::BTreeSet;

use crate::claim::{Claim, Origin};
use crate::document::Document;
use crate::example::{Example, MENTION};
use crate::located::nearest;
use crate::verdict::{DocumentOutcome, ExampleOutcome, Judged, Outcome, Status, Unexpected, Verdict};

use super::format::{DeclaredClaim, DeclaredExample, DeclaredOutcome};
use super::locate::position_of;
use super::{Expectations, Meant, Source};

/// Most characters of an output that a message shows.
const LONGEST: usize = 120;

impl Expectations {
    /// Marks what is declared as known, and adds every difference between the declarations and
    /// reality to [`Outcome::unexpected`]. Verdicts stay as they are. Declarations for documents
    /// that are not among those checked are passed over.
    pub fn apply(&self, outcome: &mut Outcome) {
        for source in &self.files {
            let declared = &source.file.document.value;
            let documents: Vec<&Document> = outcome.documents.iter().map(|found| &found.document).collect();
            match source.meant(&documents) {
                Meant::None => {}
                Meant::Only(number) => {
                    source.apply(&mut outcome.documents[number], &mut outcome.unexpected);
                }
                Meant::Several(paths) => {
                    let message = format!(
                        "`{declared}` is the end of more than one path: {}; write more of the one meant",
                        paths.join(", ")
                    );
                    let line = source.file.document.referenced.line() as usize;
                    outcome.unexpected.push(source.difference(line, message, None));
                }
            }
        }
        outcome.unexpected.sort_by(|left, right| (&left.file, left.line).cmp(&(&right.file, right.line)));
    }
}

impl Expectations {
    /// Whether a claim of a document is declared as false, so that its refutation is no news.
    pub fn declares_false(&self, document: &Document, claim: &Claim) -> bool {
        self.about(&[document]).into_iter().any(|(source, _)| {
            source.file.claims.iter().map(|entry| &entry.value).any(|declared| {
                let is_there = declared.claimed.is_some() || declared.line == claim.line;
                declared.holds == Some(false) && is_there && is_the_claim(declared, claim)
            })
        })
    }
}

impl Source {
    fn apply(&self, found: &mut DocumentOutcome, unexpected: &mut Vec<Unexpected>) {
        let mut declared = BTreeSet::new();
        for entry in &self.file.examples {
            let line = entry.referenced.line() as usize;
            let examples: Vec<&Example> = found.examples.iter().map(|outcome| &outcome.example).collect();
            match position_of(&entry.value, &examples) {
                Some(index) => {
                    declared.insert(index);
                    unexpected.extend(self.apply_example(&entry.value, line, index, found));
                }
                None => unexpected.push(self.difference(line, stale_example(&entry.value, found), None)),
            }
        }
        if self.file.complete {
            unexpected.extend(self.undeclared(&declared, found));
        }
        for entry in &self.file.claims {
            let line = entry.referenced.line() as usize;
            unexpected.extend(self.apply_claim(&entry.value, line, found));
        }
    }

    fn difference(&self, line: usize, message: String, document: Option<(String, usize)>) -> Unexpected {
        Unexpected { file: self.path.clone(), line, message, document }
    }

    /// The reason to show for what is known.
    fn reason(&self, line: usize, reason: Option<&String>) -> String {
        reason.cloned().unwrap_or_else(|| format!("declared in {}:{line}", self.path))
    }

    /// The differences for examples of a document that is declared as a whole.
    fn undeclared(&self, declared: &BTreeSet<usize>, found: &DocumentOutcome) -> Vec<Unexpected> {
        let line = self.file.document.referenced.line() as usize;
        let missing = found
            .examples
            .iter()
            .enumerate()
            .filter(|(index, outcome)| !declared.contains(index) && outcome.example.rule != MENTION);
        missing
            .map(|(_, outcome)| {
                let message =
                    format!("`{}` is not declared, and {}", outcome.example.id, ending_words(outcome));
                let place = (found.document.path.clone(), outcome.example.start_line);
                self.difference(line, message, Some(place))
            })
            .collect()
    }

    fn apply_example(
        &self,
        declared: &DeclaredExample,
        line: usize,
        index: usize,
        found: &mut DocumentOutcome,
    ) -> Option<Unexpected> {
        let path = found.document.path.clone();
        if self.leaves_open(&found.examples[index], found) {
            return None;
        }
        let example = &mut found.examples[index];
        let place = Some((path, example.example.start_line));
        let id = &example.example.id;
        if let Some(outcome) = &declared.outcome {
            if !agrees(outcome, example) {
                let expected = expected_words(outcome);
                let message = format!("`{id}` is declared {expected}, but {}", ending_words(example));
                return Some(self.difference(line, message, place));
            }
            if *outcome != DeclaredOutcome::Runs {
                example.known = Some(self.reason(line, declared.reason.as_ref()));
            }
        }
        let printed = example.run.as_ref().map_or("", |run| run.stdout.text.as_str());
        let expected = declared.stdout.as_deref()?;
        (expected.trim_end() != printed.trim_end()).then(|| {
            let (expected, printed) = (one_line(expected), one_line(printed));
            let message =
                format!("`{}` is declared to print `{expected}`, but prints `{printed}`", example.example.id);
            self.difference(line, message, place)
        })
    }

    fn apply_claim(
        &self,
        declared: &DeclaredClaim,
        line: usize,
        found: &mut DocumentOutcome,
    ) -> Option<Unexpected> {
        let path = found.document.path.clone();
        let line_of_claim = line_meant(declared, found);
        let is_open = |outcome: &ExampleOutcome| {
            self.leaves_open(outcome, found)
                && outcome.claims.iter().any(|judged| Some(judged.claim.line) == line_of_claim)
        };
        if found.examples.iter().any(is_open) {
            return None;
        }
        let mut meant = meant(declared, found);
        let Some(first) = meant.first() else {
            return Some(self.difference(line, stale_claim(declared, found), None));
        };
        let place = Some((path, first.claim.line));
        let holds = declared.holds.unwrap_or(true);
        let expected = if holds { Verdict::Confirmed } else { Verdict::Refuted };
        if let Some(differing) = meant.iter_mut().find(|judged| judged.verdict != expected) {
            let message = claim_difference(declared, differing);
            if differing.claim.origin == Origin::Declared {
                // It is told as a difference, where the value is declared.
                differing.known = Some(self.reason(line, declared.reason.as_ref()));
            }
            return Some(self.difference(line, message, place));
        }
        if !holds {
            let reason = self.reason(line, declared.reason.as_ref());
            meant.iter_mut().for_each(|judged| judged.known = Some(reason.clone()));
        }
        None
    }
}

fn claims(found: &DocumentOutcome) -> impl Iterator<Item = &Claim> {
    found.examples.iter().flat_map(|outcome| &outcome.claims).map(|judged| &judged.claim)
}

fn claims_mut(found: &mut DocumentOutcome) -> impl Iterator<Item = &mut Judged> {
    found.examples.iter_mut().flat_map(|outcome| &mut outcome.claims)
}

/// The line of the claims that a declaration is about: its own, or, if what is claimed is written
/// down, that of the nearest which says so about the same subject.
fn line_meant(declared: &DeclaredClaim, found: &DocumentOutcome) -> Option<usize> {
    let lines = claims(found).filter(|claim| is_the_claim(declared, claim)).map(|claim| claim.line);
    match &declared.claimed {
        Some(_) => lines.min_by_key(|line| line.abs_diff(declared.line)),
        None => Some(declared.line),
    }
}

/// The claims that a declaration is about.
pub(super) fn meant_in<'a>(declared: &DeclaredClaim, found: &'a DocumentOutcome) -> Vec<&'a Judged> {
    let line = line_meant(declared, found);
    let judged = found.examples.iter().flat_map(|outcome| &outcome.claims);
    judged.filter(|judged| Some(judged.claim.line) == line && is_the_claim(declared, &judged.claim)).collect()
}

fn meant<'a>(declared: &DeclaredClaim, found: &'a mut DocumentOutcome) -> Vec<&'a mut Judged> {
    let line = line_meant(declared, found);
    claims_mut(found)
        .filter(|judged| Some(judged.claim.line) == line && is_the_claim(declared, &judged.claim))
        .collect()
}

/// Whether a claim is what a declaration speaks of, wherever it stands.
fn is_the_claim(declared: &DeclaredClaim, claim: &Claim) -> bool {
    let subject = declared.subject.as_deref();
    let is_declared = claim.origin == Origin::Declared;
    declared.value.is_some() == is_declared
        && declared.value.as_deref().is_none_or(|value| claim.claimed == value)
        && subject.is_none_or(|subject| same_words(subject, &claim.subject))
        && declared.claimed.as_deref().is_none_or(|claimed| same_words(claimed, &claim.claimed))
}

fn same_words(left: &str, right: &str) -> bool {
    left.split_whitespace().eq(right.split_whitespace())
}

/// Whether an example ended as declared. An exception that the document claims itself still counts
/// as raised.
pub(super) fn agrees(declared: &DeclaredOutcome, found: &ExampleOutcome) -> bool {
    match declared {
        DeclaredOutcome::Runs => found.status == Status::Ran,
        DeclaredOutcome::Raises(name) => {
            let name = name.rsplit('.').next().unwrap_or(name);
            let raised = found.exception.as_ref().is_some_and(|exception| exception.type_name == name);
            raised && matches!(found.status, Status::Raised | Status::Ran)
        }
        DeclaredOutcome::SyntaxError => found.status == Status::SyntaxError,
        DeclaredOutcome::Timeout => found.status == Status::Timeout,
        DeclaredOutcome::Crashed => found.status == Status::Crashed,
        DeclaredOutcome::Skipped | DeclaredOutcome::Skip(_) => found.status == Status::Skipped,
    }
}

pub(super) fn expected_words(declared: &DeclaredOutcome) -> String {
    match declared {
        DeclaredOutcome::Runs => "to run".to_owned(),
        DeclaredOutcome::Raises(name) => format!("to raise {name}"),
        DeclaredOutcome::SyntaxError => "to be no valid Python".to_owned(),
        DeclaredOutcome::Timeout => "to exceed the time limit".to_owned(),
        DeclaredOutcome::Crashed => "to crash".to_owned(),
        DeclaredOutcome::Skipped | DeclaredOutcome::Skip(_) => "to be skipped".to_owned(),
    }
}

/// A text on one line, cut where it is long.
pub(super) fn one_line(text: &str) -> String {
    let line = text.trim_end().lines().collect::<Vec<_>>().join("⏎");
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

fn ending_words(found: &ExampleOutcome) -> String {
    match (found.status, &found.exception) {
        (Status::Ran | Status::Raised, Some(exception)) => {
            let message = exception.message.lines().next().unwrap_or_default();
            format!("it raised {}: {message} (line {})", exception.type_name, exception.line)
        }
        (Status::Ran, None) => "it ran to its end".to_owned(),
        (Status::Raised, None) => "it raised an exception".to_owned(),
        (Status::SyntaxError, _) => "it is no valid Python".to_owned(),
        (Status::Timeout, _) => "it exceeded the time limit".to_owned(),
        (Status::Crashed, _) => "it crashed".to_owned(),
        (Status::Skipped, _) => "it was not run".to_owned(),
    }
}

fn claim_difference(declared: &DeclaredClaim, found: &Judged) -> String {
    let declaration = if declared.holds.unwrap_or(true) { "true" } else { "false" };
    let verdict = match found.verdict {
        Verdict::Confirmed => "it is confirmed".to_owned(),
        Verdict::Refuted => {
            let actual = found.actual.as_deref().unwrap_or("something else");
            format!("it is refuted: it really is `{}`", actual.trim_end())
        }
        Verdict::Undecided => {
            format!("it is undecided ({})", found.reason.as_deref().unwrap_or("no reason known"))
        }
    };
    let Claim { claimed, subject, .. } = &found.claim;
    format!("that `{subject}` is `{}` is declared {declaration}, but {verdict}", claimed.trim_end())
}

fn stale_example(declared: &DeclaredExample, found: &DocumentOutcome) -> String {
    let path = &found.document.path;
    let near = match (&declared.at, declared.line) {
        (Some(id), _) => {
            let near = nearest(id, found.examples.iter().map(|outcome| outcome.example.id.as_str()));
            found.examples.iter().find(|outcome| Some(outcome.example.id.as_str()) == near)
        }
        (None, line) => {
            let line = line.unwrap_or_default();
            found.examples.iter().min_by_key(|outcome| outcome.example.start_line.abs_diff(line))
        }
    };
    let wanted = match (&declared.at, declared.line) {
        (Some(id), _) => format!("no example `{id}`"),
        (None, line) => format!("no example on line {}", line.unwrap_or_default()),
    };
    let wanted = match &declared.hash {
        Some(_) => format!("{wanted} with the declared code"),
        None => wanted,
    };
    match near {
        Some(near) => {
            let Example { id, start_line, .. } = &near.example;
            format!("{path} has {wanted} any more; the nearest is `{id}` on line {start_line}")
        }
        None => format!("{path} has {wanted} any more"),
    }
}

/// The nearest candidate is a claim about the same subject if there is one, else the nearest line.
fn stale_claim(declared: &DeclaredClaim, found: &DocumentOutcome) -> String {
    let path = &found.document.path;
    let subject = declared.subject.as_deref();
    let is_about_it = |claim: &Claim| subject.is_some_and(|subject| same_words(subject, &claim.subject));
    let near = claims(found).min_by_key(|claim| (!is_about_it(claim), claim.line.abs_diff(declared.line)));
    let about = subject.map_or_else(String::new, |subject| format!(" about `{subject}`"));
    let wanted = format!("{path} has no claim{about} on line {} any more", declared.line);
    match near {
        Some(near) => format!("{wanted}; the nearest is about `{}` on line {}", near.subject, near.line),
        None => wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;
    use crate::fixture;

    /// Applies expectations for `docs/guide.md`, given without their head.
    fn applied(body: &str) -> Outcome {
        applied_to("guide.md", body)
    }

    fn applied_to(document: &str, body: &str) -> Outcome {
        let text = format!("version: 1\ndocument: {document}\n{body}");
        let mut outcome = fixture::outcome();
        Expectations::from_text("expectations/guide.yaml", &text).unwrap().apply(&mut outcome);
        outcome
    }

    #[track_caller]
    fn one_difference(outcome: &Outcome, line: usize, part: &str) {
        let [unexpected] = outcome.unexpected.as_slice() else { panic!("{:?}", outcome.unexpected) };
        assert_eq!((unexpected.file.as_str(), unexpected.line), ("expectations/guide.yaml", line));
        assert!(unexpected.message.contains(part), "{}", unexpected.message);
        assert_eq!(outcome.exit(), Exit::Failed);
    }

    #[test]
    fn what_is_declared_false_is_known_and_stays_refuted() {
        let claims = "claims:\n  - {line: 7, holds: false, reason: on purpose}\n  - {line: 9, holds: false}\n  \
                      - {line: 13, holds: false}\n  - {line: 21, subject: ' funcs[0]()', holds: false}\n";
        let outcome = applied(claims);
        let judged: Vec<_> =
            outcome.documents[0].examples.iter().flat_map(|example| &example.claims).collect();
        assert_eq!(judged[0].known.as_deref(), Some("on purpose"));
        assert_eq!(judged[1].known.as_deref(), Some("declared in expectations/guide.yaml:5"));
        assert!(judged[..4].iter().all(|judged| judged.verdict == Verdict::Refuted));
        assert_eq!(outcome.unexpected, []);
        assert_eq!(outcome.exit(), Exit::Well);
    }

    #[test]
    fn a_refuted_claim_that_is_not_known_fails() {
        assert_eq!(applied("").exit(), Exit::Failed);
    }

    #[test]
    fn claims_that_turn_out_otherwise_are_differences() {
        let outcome = applied("claims:\n  - {line: 7, holds: true}\n");
        one_difference(&outcome, 4, "that `x is y` is `False` is declared true, but it is refuted");
        assert_eq!(outcome.unexpected[0].document, Some(("docs/guide.md".to_owned(), 7)));
        let outcome = applied("claims:\n  - {line: 32, holds: false}\n");
        one_difference(&outcome, 4, "is declared false, but it is undecided (timeout)");
        let outcome = applied_to("notes.txt", "claims:\n  - {line: 2, holds: false}\n");
        one_difference(&outcome, 4, "is declared false, but it is confirmed");
    }

    #[test]
    fn claims_that_are_gone_are_stale_with_the_nearest() {
        let outcome = applied("claims:\n  - {line: 8, holds: false}\n");
        one_difference(&outcome, 4, "no claim on line 8 any more; the nearest is about `x is y` on line 7");
        let outcome = applied("claims:\n  - {line: 7, subject: 'funcs[0]()', holds: false}\n");
        one_difference(&outcome, 4, "the nearest is about `funcs[0]()` on line 21");
    }

    #[test]
    fn outcomes_of_examples_are_compared() {
        let outcome = applied(
            "examples:\n  - {line: 25, outcome: {raises: ModuleNotFoundError}}\n  - {at: guide/functions#5, \
             outcome: timeout, reason: endless}\n  - {line: 7, outcome: runs}\n",
        );
        assert_eq!(outcome.unexpected, []);
        let examples = &outcome.documents[0].examples;
        assert_eq!(examples[2].known.as_deref(), Some("declared in expectations/guide.yaml:4"));
        assert_eq!(examples[5].known.as_deref(), Some("endless"));
        assert_eq!(examples[0].known, None);
        for (outcome, part) in [
            ("{raises: ValueError}", "is declared to raise ValueError, but it raised ModuleNotFoundError"),
            (
                "runs",
                "is declared to run, but it raised ModuleNotFoundError: No module named 'fastapi' (line 25)",
            ),
            ("syntax-error", "is declared to be no valid Python, but"),
        ] {
            let body = format!("examples:\n  - line: 25\n    outcome: {outcome}\n");
            one_difference(&applied(&body), 4, part);
        }
    }

    #[test]
    fn examples_that_are_gone_are_stale_with_the_nearest() {
        let outcome = applied("examples:\n  - {at: 'guide/function#1', outcome: runs}\n");
        one_difference(&outcome, 4, "the nearest is `guide/functions#1` on line 20");
        let outcome = applied("examples:\n  - {line: 17, outcome: runs}\n");
        one_difference(&outcome, 4, "no example on line 17 any more; the nearest is `guide/functions#1`");
    }

    #[test]
    fn documents_are_matched_at_the_end_of_their_path() {
        let stale = "examples:\n  - {line: 999, outcome: runs}\n";
        for (document, differences) in
            [("./docs/guide.md", 1), ("../docs/guide.md", 1), ("uide.md", 0), ("other/guide.md", 0)]
        {
            assert_eq!(applied_to(document, stale).unexpected.len(), differences, "{document}");
        }
    }

    #[test]
    fn a_path_that_fits_several_documents_is_a_difference() {
        let mut outcome = fixture::outcome();
        outcome.documents[1].document.path = "old/guide.md".to_owned();
        let text = "version: 1\ndocument: guide.md\n";
        let expectations = Expectations::from_text("expectations/guide.yaml", text).unwrap();
        expectations.apply(&mut outcome);
        one_difference(&outcome, 2, "the end of more than one path: docs/guide.md, old/guide.md");
        outcome.unexpected.clear();
        outcome.documents[1].document.path = "guide.md".to_owned();
        expectations.apply(&mut outcome);
        assert_eq!(outcome.unexpected, []);
    }
}
