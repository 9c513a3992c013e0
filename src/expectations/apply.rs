//! Compares what was declared with what was found.

use crate::claim::Claim;
use crate::example::{Example, Form};
use crate::located::nearest;
use crate::verdict::{DocumentOutcome, ExampleOutcome, Judged, Outcome, Status, Unexpected, Verdict};

use super::format::{DeclaredClaim, DeclaredExample, DeclaredOutcome};
use super::{Expectations, Source, normalised};

impl Expectations {
    /// Marks what is declared as known, and adds every difference between the declarations and
    /// reality to [`Outcome::unexpected`]. Verdicts stay as they are. Declarations for documents
    /// that are not among those checked are passed over.
    pub fn apply(&self, outcome: &mut Outcome) {
        for source in &self.files {
            let declared = normalised(&source.file.document.value);
            let mut matching: Vec<_> = outcome
                .documents
                .iter_mut()
                .filter(|found| is_meant(&declared, &found.document.path))
                .collect();
            // A whole path is also the end of longer ones, and could not be written any longer.
            if matching.iter().any(|found| normalised(&found.document.path) == declared) {
                matching.retain(|found| normalised(&found.document.path) == declared);
            }
            match matching.as_mut_slice() {
                [] => {}
                [found] => source.apply(found, &mut outcome.unexpected),
                several => {
                    let paths: Vec<_> = several.iter().map(|found| found.document.path.as_str()).collect();
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

/// Whether a declared path is the end of a document's path, in whole parts.
fn is_meant(declared: &str, path: &str) -> bool {
    let path = normalised(path);
    path.strip_suffix(declared).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

impl Source {
    fn apply(&self, found: &mut DocumentOutcome, unexpected: &mut Vec<Unexpected>) {
        for entry in &self.file.examples {
            let line = entry.referenced.line() as usize;
            unexpected.extend(self.apply_example(&entry.value, line, found));
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

    fn apply_example(
        &self,
        declared: &DeclaredExample,
        line: usize,
        found: &mut DocumentOutcome,
    ) -> Option<Unexpected> {
        let path = found.document.path.clone();
        let Some(index) = position_of(declared, &found.examples) else {
            return Some(self.difference(line, stale_example(declared, found), None));
        };
        let example = &mut found.examples[index];
        let place = Some((path, example.example.start_line));
        if !agrees(&declared.outcome, example) {
            let (expected, id) = (expected_words(&declared.outcome), &example.example.id);
            let message = format!("`{id}` is declared {expected}, but {}", ending_words(example));
            return Some(self.difference(line, message, place));
        }
        if declared.outcome != DeclaredOutcome::Runs {
            example.known = Some(self.reason(line, declared.reason.as_ref()));
        }
        None
    }

    fn apply_claim(
        &self,
        declared: &DeclaredClaim,
        line: usize,
        found: &mut DocumentOutcome,
    ) -> Option<Unexpected> {
        let path = found.document.path.clone();
        let mut meant: Vec<&mut Judged> =
            claims_mut(found).filter(|judged| is_the_claim(declared, judged)).collect();
        if meant.is_empty() {
            return Some(self.difference(line, stale_claim(declared, found), None));
        }
        let expected = if declared.holds { Verdict::Confirmed } else { Verdict::Refuted };
        if let Some(differing) = meant.iter().find(|judged| judged.verdict != expected) {
            let message = claim_difference(declared, differing);
            return Some(self.difference(line, message, Some((path, declared.line))));
        }
        if !declared.holds {
            let reason = self.reason(line, declared.reason.as_ref());
            meant.iter_mut().for_each(|judged| judged.known = Some(reason.clone()));
        }
        None
    }
}

/// The example that a declaration is about. Where several share the line, the shortest is meant,
/// and inline code only if nothing else stands there.
fn position_of(declared: &DeclaredExample, examples: &[ExampleOutcome]) -> Option<usize> {
    if let Some(id) = &declared.at {
        return examples.iter().position(|outcome| outcome.example.id == *id);
    }
    let line = declared.line?;
    let covers = |example: &Example| (example.start_line..=example.end_line).contains(&line);
    let length = |example: &Example| (example.form == Form::Inline, example.end_line - example.start_line);
    let candidates = examples.iter().enumerate().filter(|(_, outcome)| covers(&outcome.example));
    candidates.min_by_key(|(_, outcome)| length(&outcome.example)).map(|(index, _)| index)
}

fn claims(found: &DocumentOutcome) -> impl Iterator<Item = &Claim> {
    found.examples.iter().flat_map(|outcome| &outcome.claims).map(|judged| &judged.claim)
}

fn claims_mut(found: &mut DocumentOutcome) -> impl Iterator<Item = &mut Judged> {
    found.examples.iter_mut().flat_map(|outcome| &mut outcome.claims)
}

fn is_the_claim(declared: &DeclaredClaim, judged: &Judged) -> bool {
    let subject = declared.subject.as_deref();
    judged.claim.line == declared.line
        && subject.is_none_or(|subject| same_words(subject, &judged.claim.subject))
}

fn same_words(left: &str, right: &str) -> bool {
    left.split_whitespace().eq(right.split_whitespace())
}

/// Whether an example ended as declared. An exception that the document claims itself still counts
/// as raised.
fn agrees(declared: &DeclaredOutcome, found: &ExampleOutcome) -> bool {
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
        DeclaredOutcome::Skipped => found.status == Status::Skipped,
    }
}

fn expected_words(declared: &DeclaredOutcome) -> String {
    match declared {
        DeclaredOutcome::Runs => "to run".to_owned(),
        DeclaredOutcome::Raises(name) => format!("to raise {name}"),
        DeclaredOutcome::SyntaxError => "to be no valid Python".to_owned(),
        DeclaredOutcome::Timeout => "to exceed the time limit".to_owned(),
        DeclaredOutcome::Crashed => "to crash".to_owned(),
        DeclaredOutcome::Skipped => "to be skipped".to_owned(),
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
    let declaration = if declared.holds { "true" } else { "false" };
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
