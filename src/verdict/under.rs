//! One check under several interpreters: what each of them says of a claim, put together.

use std::collections::BTreeMap;

use super::{DocumentOutcome, ExampleOutcome, ExceptionAt, Judged, Outcome, Prose, Status, Verdict};
use crate::claim::Target;

/// What a claim, or a sentence, is under one of several interpreters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictUnder {
    /// Id of the interpreter.
    pub interpreter: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The comparison step that matched.
    pub matched: Option<&'static str>,
    /// What really was.
    pub actual: Option<String>,
    /// Why it is undecided, or a remark on a refutation.
    pub reason: Option<String>,
}

/// How an example ended under one of several interpreters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndingUnder {
    /// Id of the interpreter.
    pub interpreter: String,
    /// How it ended.
    pub status: Status,
    /// Why, where one word says it.
    pub reason: Option<String>,
    /// The exception that escaped.
    pub exception: Option<ExceptionAt>,
}

/// Reason of a claim that a run under this interpreter did not get to.
const NOT_REACHED: &str = "not-reached";

/// Puts together what the same documents are under several interpreters, in the order of the outcomes;
/// none if there are none.
///
/// A claim is refuted if it is refuted under any of them, and else confirmed if it is confirmed under
/// any. A guess that one of them shows to be none was no claim. An example that does not run to its end
/// under one of them does not run to its end. Everything else is as it is under the first.
pub fn merge(mut outcomes: Vec<Outcome>) -> Option<Outcome> {
    if outcomes.len() < 2 {
        return outcomes.pop();
    }
    name_apart(&mut outcomes);
    let ids: Vec<String> = outcomes.iter().map(|outcome| outcome.interpreters[0].id.clone()).collect();
    let documents = outcomes.iter_mut().map(|outcome| std::mem::take(&mut outcome.documents)).collect();
    let documents: Vec<DocumentOutcome> =
        transpose(documents).into_iter().filter_map(|versions| merge_document(&ids, versions)).collect();
    let mut outcomes = outcomes.into_iter();
    let mut merged = outcomes.next()?;
    merged.documents = documents;
    for outcome in outcomes {
        merged.interpreters.extend(outcome.interpreters);
        let known = |message: &str| merged.unexpected.iter().any(|one| one.message == message);
        let fresh: Vec<_> = outcome.unexpected.into_iter().filter(|one| !known(&one.message)).collect();
        merged.unexpected.extend(fresh);
        let remarks = outcome.course.remarks.into_iter();
        let fresh: Vec<String> = remarks.filter(|remark| !merged.course.remarks.contains(remark)).collect();
        merged.course.remarks.extend(fresh);
        merged.course.not_started = merged.course.not_started.max(outcome.course.not_started);
    }
    Some(merged)
}

/// Interpreters of the same version get ids of their own.
fn name_apart(outcomes: &mut [Outcome]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for outcome in outcomes {
        let id = &mut outcome.interpreters[0].id;
        let count = seen.entry(id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            *id += &format!("-{count}");
        }
    }
}

/// From a list for each interpreter to a list with one entry of each.
fn transpose<T>(lists: Vec<Vec<T>>) -> Vec<Vec<T>> {
    debug_assert!(lists.windows(2).all(|pair| pair[0].len() == pair[1].len()), "extraction is the same");
    let mut lists: Vec<_> = lists.into_iter().map(Vec::into_iter).collect();
    std::iter::from_fn(|| lists.iter_mut().map(Iterator::next).collect()).collect()
}

fn merge_document(ids: &[String], mut versions: Vec<DocumentOutcome>) -> Option<DocumentOutcome> {
    let examples = versions.iter_mut().map(|found| std::mem::take(&mut found.examples)).collect();
    let examples = transpose(examples).into_iter().filter_map(|versions| merge_example(ids, versions));
    let examples: Vec<ExampleOutcome> = examples.collect();
    let prose = versions.iter_mut().map(|found| std::mem::take(&mut found.prose)).collect();
    let prose = transpose(prose).into_iter().map(|versions| merge_prose(ids, versions)).collect();
    let mut versions = versions.into_iter();
    let mut merged = versions.next()?;
    for found in versions {
        merged.lasting &= found.lasting;
        let fresh = found.document.notes.into_iter().filter(|note| !merged.document.notes.contains(note));
        let fresh: Vec<_> = fresh.collect();
        merged.document.notes.extend(fresh);
    }
    merged.document.notes.sort_by_key(|note| note.line);
    Some(DocumentOutcome { examples, prose, ..merged })
}

fn merge_example(ids: &[String], mut versions: Vec<ExampleOutcome>) -> Option<ExampleOutcome> {
    let under = ids.iter().zip(&versions).map(|(id, outcome)| EndingUnder {
        interpreter: id.clone(),
        status: outcome.status,
        reason: outcome.reason.clone(),
        exception: outcome.exception.clone(),
    });
    let under: Vec<EndingUnder> = under.collect();
    let claims = versions.iter_mut().map(|outcome| std::mem::take(&mut outcome.claims)).collect();
    let claims = merge_claims(&under, claims);
    // What did not run to its end says most; what was not run, or lacks a package that another
    // interpreter has, says least.
    let telling = |outcome: &ExampleOutcome| match (outcome.status, outcome.reason.as_deref()) {
        (Status::Ran, _) => 1,
        (Status::Skipped, _) | (_, Some("needs-package")) => 2,
        _ => 0,
    };
    let chosen = versions.into_iter().min_by_key(telling)?;
    Some(ExampleOutcome { claims, under, ..chosen })
}

/// By what a claim is found again: its line, what is observed for it, and which of those it is.
type Place = (usize, Target, usize);

fn placed(claims: Vec<Judged>) -> Vec<(Place, Judged)> {
    let mut placed: Vec<(Place, Judged)> = Vec::new();
    for judged in claims {
        let (line, target) = (judged.claim.line, judged.claim.target.clone());
        let same = placed.iter().rev().take_while(|((at, ..), _)| *at == line);
        let number = same.filter(|((_, observed, _), _)| *observed == target).count();
        placed.push(((line, target, number), judged));
    }
    placed
}

fn merge_claims(endings: &[EndingUnder], lists: Vec<Vec<Judged>>) -> Vec<Judged> {
    let mut rows: Vec<(Place, Vec<Option<Judged>>)> = Vec::new();
    let count = lists.len();
    for (number, claims) in lists.into_iter().enumerate() {
        let mut after = 0;
        for (place, judged) in placed(claims) {
            // Claims stand in the same order everywhere, so the row is near the one before.
            let found = (after..rows.len()).find(|&at| rows[at].0 == place);
            let found = found.or_else(|| rows.iter().position(|(other, _)| *other == place));
            let at = found.unwrap_or_else(|| {
                rows.insert(after, (place, (0..count).map(|_| None).collect()));
                after
            });
            rows[at].1[number] = Some(judged);
            after = at + 1;
        }
    }
    rows.into_iter().filter_map(|(_, versions)| merge_claim(endings, versions)).collect()
}

/// A claim under all interpreters; none if it was a guess that one of them shows to be none.
fn merge_claim(endings: &[EndingUnder], versions: Vec<Option<Judged>>) -> Option<Judged> {
    let dropped =
        |(ending, judged): (&EndingUnder, &Option<Judged>)| judged.is_none() && ending.status == Status::Ran;
    if endings.iter().zip(&versions).any(dropped) {
        return None;
    }
    let under: Vec<VerdictUnder> = endings
        .iter()
        .zip(&versions)
        .map(|(ending, judged)| VerdictUnder {
            interpreter: ending.interpreter.clone(),
            verdict: judged.as_ref().map_or(Verdict::Undecided, |judged| judged.verdict),
            matched: judged.as_ref().and_then(|judged| judged.matched),
            actual: judged.as_ref().and_then(|judged| judged.actual.clone()),
            reason: match judged {
                Some(judged) => judged.reason.clone(),
                None => Some(ending.reason.clone().unwrap_or_else(|| NOT_REACHED.to_owned())),
            },
        })
        .collect();
    let mut chosen = versions.into_iter().flatten().min_by_key(|judged| weight(judged.verdict))?;
    if !agree(&under) {
        chosen.mend = None;
    }
    Some(Judged { under, ..chosen })
}

fn merge_prose(ids: &[String], versions: Vec<Prose>) -> Prose {
    let under = ids.iter().zip(&versions).map(|(id, prose)| VerdictUnder {
        interpreter: id.clone(),
        verdict: prose.verdict,
        matched: None,
        actual: prose.actual.clone(),
        reason: prose.reason.clone(),
    });
    let under = under.collect();
    let chosen = versions.into_iter().min_by_key(|prose| weight(prose.verdict));
    Prose { under, ..chosen.unwrap_or_else(|| unreachable!("a row has an entry of each interpreter")) }
}

/// Which verdict counts among several: the one with the least weight.
fn weight(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Refuted => 0,
        Verdict::Confirmed => 1,
        Verdict::Undecided => 2,
    }
}

/// Whether all interpreters say the same, and gave the same.
pub fn agree(under: &[VerdictUnder]) -> bool {
    under.windows(2).all(|pair| pair[0].verdict == pair[1].verdict && pair[0].actual == pair[1].actual)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::Kind;
    use crate::fixture;

    fn outcome(version: &str, examples: Vec<ExampleOutcome>) -> Outcome {
        let mut outcome = fixture::outcome();
        outcome.interpreters[0].id = format!("cpython-{version}");
        outcome.interpreters[0].version = version.to_owned();
        outcome.documents.truncate(1);
        outcome.documents[0].examples = examples;
        outcome
    }

    fn example(status: Status, claims: Vec<Judged>) -> ExampleOutcome {
        let example = fixture::example("guide#1", crate::example::Form::Fenced, 6, "f()  # 1\n");
        ExampleOutcome { status, claims, ..fixture::ran(example) }
    }

    fn judged(line: usize, verdict: Verdict, actual: Option<&str>) -> Judged {
        fixture::judged(fixture::claim(line, Kind::Value, "f()", "1"), verdict, actual)
    }

    fn merged(versions: Vec<ExampleOutcome>) -> ExampleOutcome {
        let outcomes = versions
            .into_iter()
            .zip(9..)
            .map(|(example, minor)| outcome(&format!("3.{minor}.1"), vec![example]));
        let mut outcome = merge(outcomes.collect()).unwrap();
        outcome.documents[0].examples.remove(0)
    }

    #[test]
    fn a_claim_is_refuted_if_it_is_refuted_anywhere() {
        let one = |verdict, actual| example(Status::Ran, vec![judged(6, verdict, actual)]);
        let example = merged(vec![
            one(Verdict::Confirmed, Some("1")),
            one(Verdict::Refuted, Some("2")),
            one(Verdict::Undecided, None),
        ]);
        let claim = &example.claims[0];
        assert_eq!((claim.verdict, claim.actual.as_deref()), (Verdict::Refuted, Some("2")));
        let under: Vec<_> = claim.under.iter().map(|one| (one.interpreter.as_str(), one.verdict)).collect();
        assert_eq!(
            under,
            [
                ("cpython-3.9.1", Verdict::Confirmed),
                ("cpython-3.10.1", Verdict::Refuted),
                ("cpython-3.11.1", Verdict::Undecided)
            ]
        );
        let decided = merged(vec![one(Verdict::Undecided, None), one(Verdict::Confirmed, Some("1"))]);
        assert_eq!(decided.claims[0].verdict, Verdict::Confirmed);
    }

    #[test]
    fn a_guess_that_is_no_claim_in_one_version_is_none() {
        let with = |lines: &[usize]| {
            let claims = lines.iter().map(|&line| judged(line, Verdict::Confirmed, Some("1"))).collect();
            example(Status::Ran, claims)
        };
        let lines = |example: ExampleOutcome| -> Vec<usize> {
            example.claims.iter().map(|judged| judged.claim.line).collect()
        };
        assert_eq!(lines(merged(vec![with(&[6, 7, 9]), with(&[6, 8, 9])])), [6, 9]);
        // Where the run did not get there, nothing is shown.
        let stopped = example(Status::SyntaxError, Vec::new());
        let kept = merged(vec![stopped, with(&[6, 8])]);
        assert_eq!(kept.claims[1].under[0].reason.as_deref(), Some(NOT_REACHED));
        assert_eq!(kept.status, Status::SyntaxError);
        assert_eq!(lines(kept), [6, 8]);
    }

    #[test]
    fn how_an_example_ended_is_kept_for_each() {
        let skipped = example(Status::Skipped, Vec::new());
        let lacking = ExampleOutcome {
            reason: Some("needs-package".to_owned()),
            ..example(Status::Raised, Vec::new())
        };
        let ran = merged(vec![skipped, lacking, example(Status::Ran, Vec::new())]);
        assert_eq!(ran.status, Status::Ran, "that it was not run, or lacked a package, says nothing");
        let statuses: Vec<Status> = ran.under.iter().map(|under| under.status).collect();
        assert_eq!(statuses, [Status::Skipped, Status::Raised, Status::Ran]);
    }

    #[test]
    fn a_single_interpreter_changes_nothing_and_equal_versions_are_told_apart() {
        let one = || outcome("3.9.1", Vec::new());
        let single = merge(vec![one()]).unwrap();
        assert!(single.documents[0].prose.iter().all(|prose| prose.under.is_empty()));
        let both = merge(vec![one(), one()]).unwrap();
        let ids: Vec<&str> = both.interpreters.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, ["cpython-3.9.1", "cpython-3.9.1-2"]);
        assert_eq!(both.documents[0].prose[0].under.len(), 2);
        assert!(merge(Vec::new()).is_none());
    }
}
