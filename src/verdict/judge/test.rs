//! The tests of an example: what became of each, of all its cases together.

use super::{Evidence, Finding, open};
use crate::claim::Claim;
use crate::run::{Ending, Raised, Run, TestEnd, TestResult};
use crate::verdict::fate::signal_name;
use crate::verdict::need::{Need, need};

/// Step of a test that passed.
const PASSED: &str = "passed";

impl Evidence<'_> {
    /// What the claim meets that a test passes, and what its reader should know besides.
    pub(super) fn test(&self, claim: &Claim, test: usize) -> (Finding, Option<String>) {
        let Some(run) = self.run.test_run.as_deref() else {
            let why = self.why_unfinished().unwrap_or_else(|| "not-reached".to_owned());
            return (Finding::Open(why, None), None);
        };
        if is_under_way(run, test) {
            return (cut_short(run), None);
        }
        let is_of_test =
            |result: &&TestResult| usize::try_from(result.test) == Ok(test) && result.end != TestEnd::Started;
        let ended: Vec<&TestResult> = run.tests.iter().filter(is_of_test).collect();
        if ended.is_empty() {
            return (self.not_started(run), None);
        }
        if let Some(failure) = self.failure(&ended) {
            return (failure, None);
        }
        self.without_failure(claim, &ended)
    }

    /// Why a test was not started.
    fn not_started(&self, run: &Run) -> Finding {
        match (&run.exception, &run.ending) {
            (Some(raised), _) => Finding::Open(self.reason_of(raised), Some(told(None, raised))),
            (None, Ending::TimedOut) => open("timeout"),
            _ => open("not-reached"),
        }
    }

    /// The first case that failed, if it did not just miss something.
    fn failure(&self, ended: &[&TestResult]) -> Option<Finding> {
        let mut failures = ended.iter().filter_map(|result| match &result.end {
            TestEnd::Failed { raised, blocked } if self.missed(raised, blocked.as_deref()).is_none() => {
                Some((result.case.as_deref(), raised))
            }
            _ => None,
        });
        let (case, raised) = failures.next()?;
        let line = usize::try_from(raised.line).ok().filter(|&line| line > 0);
        let place = line.map(|line| format!("it fails at line {}", self.example.document_line(line)));
        let failed = failures.count() + 1;
        let cases = match ended.len() {
            1 => None,
            all if all == failed => Some(format!("{failed} cases fail")),
            all => Some(format!("{failed} of {all} cases {}", if failed == 1 { "fails" } else { "fail" })),
        };
        let remarks: Vec<String> = place.into_iter().chain(cases).collect();
        Some(Finding::Fails(told(case, raised), (!remarks.is_empty()).then(|| remarks.join("; "))))
    }

    fn missed(&self, raised: &Raised, blocked: Option<&str>) -> Option<Need> {
        need(raised, blocked, &|name| self.binds(name))
    }

    /// What cases come to none of which has failed by itself.
    fn without_failure(&self, claim: &Claim, ended: &[&TestResult]) -> (Finding, Option<String>) {
        let mut skipped = None;
        let mut passed = 0;
        for result in ended {
            match &result.end {
                TestEnd::Failed { raised, blocked } => {
                    let need = self.missed(raised, blocked.as_deref());
                    let reason = need.map_or("not-reached", |need| need.reason);
                    let actual = told(result.case.as_deref(), raised);
                    return (Finding::Open(reason.to_owned(), Some(actual)), None);
                }
                TestEnd::Open { reason, note } if reason != SKIPPED => {
                    return (open(reason), Some(note.clone()));
                }
                TestEnd::Open { note, .. } => skipped = skipped.or(Some(note)),
                TestEnd::Passed | TestEnd::FailedAsExpected | TestEnd::Started => passed += 1,
            }
        }
        match skipped {
            Some(note) if passed == 0 => (open(SKIPPED), Some(note.clone())),
            Some(_) => {
                let note = format!("{} of {} cases are skipped", ended.len() - passed, ended.len());
                (Finding::Holds(PASSED, claim.claimed.clone()), Some(note))
            }
            None => {
                let fails = ended.iter().any(|result| result.end == TestEnd::FailedAsExpected);
                let note = fails.then(|| "it fails, as its author says".to_owned());
                (Finding::Holds(PASSED, claim.claimed.clone()), note)
            }
        }
    }
}

/// Word for what an author says is not to be run.
const SKIPPED: &str = "marked";

/// Whether everything ended while this test ran.
fn is_under_way(run: &Run, test: usize) -> bool {
    let last = run.tests.last();
    last.is_some_and(|last| usize::try_from(last.test) == Ok(test) && last.end == TestEnd::Started)
}

/// What ended the process of a test that was under way.
fn cut_short(run: &Run) -> Finding {
    match &run.ending {
        Ending::Exited(status) => Finding::Fails(format!("it ends the process with status {status}"), None),
        Ending::Signaled(signal) => Finding::Fails(format!("it is killed by {}", signal_name(*signal)), None),
        Ending::TimedOut => open("timeout"),
        _ => open("not-reached"),
    }
}

/// How a test failed: the exception, and what an assertion found.
fn told(case: Option<&str>, raised: &Raised) -> String {
    let case = case.map(|case| format!("[{case}] ")).unwrap_or_default();
    match &raised.explained {
        Some(found) if raised.message.is_empty() => format!("{case}{found}"),
        Some(found) => format!("{case}{}\n{found}", raised.shown()),
        None => format!("{case}{}", raised.shown()),
    }
}
