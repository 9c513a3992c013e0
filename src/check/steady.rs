//! The second run of what could vary: a verdict counts only if it is steady.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Stmt};

use super::{Case, CheckSettings, Runner, judge, services};
use crate::python;
use crate::report::Progress;
use crate::run::{Ending, Engine, Run, RunError};
use crate::verdict::{self, Judged, Verdict};

/// Names of what need not be the same in two runs: chance, the order of hashes, addresses, clocks,
/// places and processes.
const VARYING: &[&str] = &[
    "Pool",
    "Process",
    "ProcessPoolExecutor",
    "Thread",
    "ThreadPoolExecutor",
    "__file__",
    "absolute",
    "abspath",
    "as_completed",
    "cwd",
    "environ",
    "expanduser",
    "frozenset",
    "gather",
    "getcwd",
    "getpid",
    "gettempdir",
    "glob",
    "hash",
    "home",
    "id",
    "iterdir",
    "listdir",
    "mkdtemp",
    "mkstemp",
    "monotonic",
    "multiprocessing",
    "now",
    "perf_counter",
    "random",
    "realpath",
    "resolve",
    "scandir",
    "secrets",
    "set",
    "start_new_thread",
    "tempfile",
    "threading",
    "time",
    "today",
    "urandom",
    "uuid",
    "uuid1",
    "uuid4",
    "walk",
];

/// Whatever is refuted, and whatever is confirmed by code that mentions something which varies,
/// runs a second time under another hash seed and in another folder: what then differs varies by
/// itself, and shows nothing about the claim.
pub fn settle(cases: &[Case], settings: &CheckSettings, judged: &mut [Vec<Judged>]) -> Result<(), RunError> {
    let doubtful: Vec<usize> =
        (0..cases.len()).filter(|&index| is_doubtful(&cases[index], &judged[index])).collect();
    if doubtful.is_empty() {
        return Ok(());
    }
    // What was seen once is looked at again, whatever has ended the check.
    let settings = &CheckSettings { fail_fast: false, ..settings.for_second_run() };
    let engine = Engine::start(&settings.engine)?;
    let progress = Progress::hidden();
    let all = services::with_those_before(cases, &doubtful);
    let runs = Runner::new(&engine, settings, &progress, &|_, _| false).run(cases, &all);
    for index in doubtful {
        let Some(run) = &runs[index] else { continue };
        compare(&mut judged[index], &judge(&cases[index], Some(run)), run);
    }
    Ok(())
}

fn is_doubtful(case: &Case, judged: &[Judged]) -> bool {
    let has = |verdict| judged.iter().any(|judged| judged.verdict == verdict);
    has(Verdict::Refuted) || (has(Verdict::Confirmed) && case.sources().any(mentions_what_varies))
}

/// Takes back what the second run shows in another way.
fn compare(first: &mut [Judged], second: &[Judged], run: &Run) {
    for judged in first {
        let again = second
            .iter()
            .find(|again| again.claim.line == judged.claim.line && again.claim.target == judged.claim.target);
        let steady = match (judged.verdict, again) {
            (Verdict::Undecided, _) => true,
            (Verdict::Refuted, again) => again.is_some_and(|again| {
                again.verdict == Verdict::Refuted
                    && verdict::same_actual(again.actual.as_deref(), judged.actual.as_deref())
            }),
            (Verdict::Confirmed, Some(again)) => {
                again.verdict != Verdict::Refuted
                    && again.reason.as_deref() != Some(verdict::NONDETERMINISTIC)
            }
            // A guess that came true only once is dropped, unless the run did not get there.
            (Verdict::Confirmed, None) => !matches!(run.ending, Ending::Exited(_)),
        };
        if !steady {
            judged.verdict = Verdict::Undecided;
            judged.matched = None;
            judged.reason = Some(verdict::NONDETERMINISTIC.to_owned());
        }
    }
}

/// Whether some code mentions anything that may be another in a second run.
fn mentions_what_varies(source: &str) -> bool {
    let mut mentions = Mentions { found: false };
    mentions.visit_body(python::parse(source).suite());
    mentions.found
}

struct Mentions {
    found: bool,
}

impl<'a> Visitor<'a> for Mentions {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => import.names.iter().for_each(|alias| self.name(alias.name.as_str())),
            Stmt::ImportFrom(import) => import.names.iter().for_each(|alias| self.name(alias.name.as_str())),
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Set(_) | Expr::SetComp(_) => self.found = true,
            Expr::Name(name) => self.name(name.id.as_str()),
            Expr::Attribute(attribute) => self.name(attribute.attr.as_str()),
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }
}

impl Mentions {
    fn name(&mut self, name: &str) {
        self.found |= VARYING.contains(&name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::Kind;
    use crate::fixture;

    #[test]
    fn what_varies_is_seen_in_names_attributes_imports_and_sets() {
        for code in
            ["import random", "print({'a', 'b'})", "x = os.getcwd()", "from uuid import uuid4", "hash(x)"]
        {
            assert!(mentions_what_varies(code), "{code}");
        }
        for code in ["print({'a': 1})", "x.append(1)", "'random'", "settings = 1"] {
            assert!(!mentions_what_varies(code), "{code}");
        }
    }

    #[test]
    fn a_verdict_that_does_not_come_again_is_taken_back() {
        let judged =
            |verdict, actual| fixture::judged(fixture::claim(1, Kind::Value, "x", "1"), verdict, actual);
        let ended = Run { ending: Ending::Exited(0), ..Run::default() };
        let after = |first: &Judged, second: &[Judged]| {
            let mut first = [first.clone()];
            compare(&mut first, second, &ended);
            first[0].verdict
        };
        let (yes, no) = (judged(Verdict::Confirmed, Some("1")), judged(Verdict::Refuted, Some("2")));
        let other_no = judged(Verdict::Refuted, Some("3"));
        let open = judged(Verdict::Undecided, None);
        assert_eq!(after(&yes, std::slice::from_ref(&yes)), Verdict::Confirmed);
        assert_eq!(after(&yes, std::slice::from_ref(&open)), Verdict::Confirmed);
        assert_eq!(after(&yes, std::slice::from_ref(&no)), Verdict::Undecided);
        assert_eq!(after(&yes, &[]), Verdict::Undecided);
        assert_eq!(after(&no, std::slice::from_ref(&no)), Verdict::Refuted);
        assert_eq!(after(&no, &[other_no]), Verdict::Undecided);
        assert_eq!(after(&no, &[yes]), Verdict::Undecided);
    }
}
