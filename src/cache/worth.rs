//! Which results are kept: those that would come out the same the next time.

use std::time::Duration;

use crate::run::{Ending, Plan, Raised, Run, TestResult};
use crate::varying::{Varying, shows_address, varying};

/// Time that what follows an exception may have been cut at.
const CUT: Duration = Duration::from_secs(2);

/// Exceptions that say more about the moment than about the example.
const OF_THE_MOMENT: [&str; 5] =
    ["BlockingIOError", "ConnectionError", "InterruptedError", "MemoryError", "TimeoutError"];

/// How a result is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// Not at all.
    Never,
    /// Once a second run under another hash seed and in another folder has given the same.
    IfProved,
    /// At once.
    Kept,
}

/// How the result of a plan is kept; `bytes` is what would be written.
pub fn worth(plan: &Plan, run: &Run, bytes: &[u8]) -> Worth {
    // A service remembers what other examples did to it.
    if plan.given.services.is_some() || !is_whole(run) || shows_address(bytes) {
        return Worth::Never;
    }
    let of_all = |sources: &mut dyn Iterator<Item = &String>| sources.map(|source| varying(source)).max();
    let own = plan.varying.or_else(|| of_all(&mut plan.program.sources().iter()));
    match own.max(of_all(&mut beside(plan))) {
        Some(Varying::ByItself) => Worth::Never,
        Some(Varying::ByRun) => Worth::IfProved,
        _ => Worth::Kept,
    }
}

/// Whether the example came to its own end, and nothing of that came from the state of the machine.
fn is_whole(run: &Run) -> bool {
    let is_of_moment = |raised: &Raised| {
        raised.bases.iter().any(|base| OF_THE_MOMENT.contains(&base.as_str()))
            || raised.message.contains("can't start new thread")
    };
    let in_tests = run.tests.iter().filter_map(TestResult::failure);
    let of_moment = run.exception.iter().chain(in_tests).any(is_of_moment)
        || run.exception.is_some() && run.duration >= CUT;
    let ended = matches!(run.ending, Ending::Exited(_) | Ending::SyntaxError { .. });
    ended && !of_moment && run.left_behind == 0
}

/// All code that runs besides.
fn beside(plan: &Plan) -> impl Iterator<Item = &String> {
    let files = plan.files.iter().map(|(_, content)| content);
    let module = plan.module.iter().map(|module| &module.source);
    plan.prelude.iter().chain(files).chain(module)
}

/// Whether two runs of an example in folders of these names gave the same, but for the time they took and
/// for the runs of its tests.
pub fn is_same(one: &Run, other: &Run, folders: [&str; 2]) -> bool {
    let plain = |run: &Run, folder: &str| {
        let mut run = Run { duration: Duration::ZERO, cached: false, test_run: None, ..run.clone() };
        run.stderr.text = run.stderr.text.replace(&format!("/{folder}/"), "/");
        run
    };
    plain(one, folders[0]) == plain(other, folders[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Captured, Exhausted, Program, TestEnd};

    fn of(code: &str, run: &Run) -> Worth {
        worth(&Plan::module(code), run, &serde_json::to_vec(run).unwrap())
    }

    fn ended() -> Run {
        Run { ending: Ending::Exited(0), ..Run::default() }
    }

    #[test]
    fn what_may_come_out_otherwise_is_not_kept() {
        for (code, expected) in [
            ("print(1)", Worth::Kept),
            ("print({1, 2})", Worth::IfProved),
            ("print(id(x) == id(y))", Worth::IfProved),
            ("import random; print(random.random())", Worth::Never),
            ("from datetime import date\nprint(date.today())", Worth::Never),
        ] {
            assert_eq!(of(code, &ended()), expected, "{code}");
        }
        let prelude = Plan { prelude: vec!["import time".to_owned()], ..Plan::module("f()") };
        assert_eq!(worth(&prelude, &ended(), b""), Worth::Never);
        let session =
            Plan { program: Program::Session(vec!["import uuid\n".to_owned()]), ..Plan::module("") };
        assert_eq!(worth(&session, &ended(), b""), Worth::Never);
    }

    #[test]
    fn only_a_run_that_came_to_its_own_end_is_kept() {
        let with = |ending| Run { ending, ..Run::default() };
        for ending in [
            Ending::TimedOut,
            Ending::OutputLimit,
            Ending::Exhausted(Exhausted::Memory),
            Ending::NotRun,
            Ending::Lost(String::new()),
            Ending::Signaled(9),
        ] {
            assert_eq!(of("f()", &with(ending.clone())), Worth::Never, "{ending:?}");
        }
        assert_eq!(of("f(", &with(Ending::SyntaxError { message: String::new(), line: 1 })), Worth::Kept);
        assert_eq!(of("f()", &Run { left_behind: 1, ..ended() }), Worth::Never);
        let with_test = |base: &str| {
            let raised = Raised { bases: vec![base.to_owned()], ..Raised::default() };
            let end = TestEnd::Failed { raised, blocked: None };
            Run { tests: vec![TestResult { test: 0, case: None, end }], ..ended() }
        };
        assert_eq!(of("f()", &with_test("TimeoutError")), Worth::Never);
        assert_eq!(of("f()", &with_test("AssertionError")), Worth::Kept);
        let raised = |bases: &[&str]| {
            let bases = bases.iter().map(|&base| base.to_owned()).collect();
            Run { exception: Some(Raised { bases, ..Raised::default() }), ..ended() }
        };
        assert_eq!(of("f()", &raised(&["KeyError", "LookupError", "Exception"])), Worth::Kept);
        assert_eq!(of("f()", &raised(&["MyTimeout", "TimeoutError", "OSError"])), Worth::Never);
    }

    #[test]
    fn an_address_is_not_kept() {
        let text = "<object object at 0x7f3a5c0>\n".to_owned();
        let run = Run { stdout: Captured { text, truncated: false }, ..ended() };
        assert_eq!(of("print(object())", &run), Worth::Never);
    }

    #[test]
    fn runs_differ_by_all_but_time_and_folder() {
        let run = |stderr: &str, millis| Run {
            stderr: Captured { text: stderr.to_owned(), truncated: false },
            duration: Duration::from_millis(millis),
            ..ended()
        };
        let same = |one: &Run, other: &Run| is_same(one, other, ["example", "second-run"]);
        let (one, other) = (run("/tmp/example/a.py", 3), run("/tmp/second-run/a.py", 4));
        assert!(same(&one, &other));
        assert!(!same(&one, &run("/tmp/second-run/b.py", 3)));
        assert!(!same(&one, &Run { ending: Ending::Exited(1), ..other }));
    }
}
