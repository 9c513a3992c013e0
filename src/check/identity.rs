//! Identity claims, tried the other way: at a prompt where the document shows a file, as a file
//! where it shows a prompt. Where the two disagree, the finding says so, and why.

use std::collections::HashMap;

use rayon::prelude::*;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{CmpOp, Expr, ExprCompare, Stmt};
use ruff_text_size::Ranged;

use super::{Case, CheckSettings, plan};
use crate::cache::CachingEngine;
use crate::claim::Claim;
use crate::python;
use crate::run::{Plan, Probe, Program, Run, Seen, Watch};
use crate::verdict::{Judged, Verdict};

/// Why a prompt may give another answer than a file.
const AT_A_PROMPT: &str = "each input at a prompt is compiled alone";
/// Why a file may give another answer than a prompt.
const IN_A_FILE: &str = "equal constants in one file are one object";

/// What examples gave in the other way before their own way was judged, by their numbers.
pub type Tried = HashMap<usize, (Plan, Run)>;

/// Plans of trials that may run together with the cases themselves: which of their claims will be decided is
/// not known yet, but they cost next to nothing, as they share a process with others.
pub fn trials_beside(cases: &[Case], which: &[usize], settings: &CheckSettings) -> Vec<(usize, Plan)> {
    // A trial must not keep the check from its end.
    if settings.fail_fast {
        return Vec::new();
    }
    let trial_of = |&index: &usize| {
        let claims = cases[index].found.claims.iter().enumerate();
        let trial = Trial::new(cases, index, settings, claims)?;
        trial.plan.traceless.is_some().then_some((index, trial.plan))
    };
    which.par_iter().filter_map(trial_of).collect()
}

/// Runs examples with decided identity claims once more in the other way, unless that was done, and notes on
/// each such claim whether that gives something else.
pub fn compare_modes(
    engine: &CachingEngine,
    cases: &[Case],
    settings: &CheckSettings,
    tried: &Tried,
    judged: &mut [Vec<Judged>],
) {
    let is_decided = |judged: &Judged| judged.verdict != Verdict::Undecided && judged.actual.is_some();
    let trial_of = |index: usize| {
        let claims = judged[index].iter().enumerate().filter(|(_, judged)| is_decided(judged));
        Trial::new(cases, index, settings, claims.map(|(claim, judged)| (claim, &judged.claim)))
    };
    let trials: Vec<Trial> = (0..cases.len()).into_par_iter().filter_map(trial_of).collect();
    let known = |trial: &Trial| tried.get(&trial.case).filter(|(plan, _)| *plan == trial.plan);
    let open: Vec<Plan> =
        trials.iter().filter(|trial| known(trial).is_none()).map(|trial| trial.plan.clone()).collect();
    let mut runs = engine.run_all(&open).into_iter();
    for trial in &trials {
        let run = match known(trial) {
            Some((_, run)) => run.clone(),
            None => runs.next().unwrap_or_default(),
        };
        for question in &trial.questions {
            let judged = &mut judged[trial.case][question.claim];
            judged.note =
                question.answer(&run).and_then(|other| note(judged.actual.as_deref()?, &other, question));
        }
    }
}

fn note(actual: &str, other: &str, question: &Question) -> Option<String> {
    let differs = actual.trim_end() != other;
    differs.then(|| match question.place {
        Place::Input(_) => format!("at a prompt it is `{other}`: {AT_A_PROMPT}, while {IN_A_FILE}"),
        Place::Probe(_) => format!("in a file it is `{other}`: {IN_A_FILE}, while {AT_A_PROMPT}"),
    })
}

/// An example run the other way.
struct Trial {
    case: usize,
    plan: Plan,
    questions: Vec<Question>,
}

/// What a claim is about, and where its answer shows in that run.
struct Question {
    /// Index of the claim among those of its example.
    claim: usize,
    place: Place,
}

#[derive(Clone, Copy)]
enum Place {
    /// The output of this input of a session.
    Input(usize),
    /// The value that this probe sees.
    Probe(u32),
}

impl Trial {
    /// The trial of a case for some of its claims; none if none of them is about an identity that a prompt or a
    /// file could tell.
    fn new<'a>(
        cases: &[Case],
        index: usize,
        settings: &CheckSettings,
        claims: impl Iterator<Item = (usize, &'a Claim)>,
    ) -> Option<Trial> {
        let case = &cases[index];
        let code = &case.example.code;
        if !may_tell_identity(code) {
            return None;
        }
        let parsed = python::parse(code);
        let asked: Vec<(usize, &Stmt)> = claims
            .filter_map(|(number, claim)| Some((number, statement_of(claim, code, parsed.suite())?)))
            .collect();
        if asked.is_empty() || !case.left_out.is_empty() {
            return None;
        }
        let mut plan = plan::plan(cases, index, settings);
        let questions = if case.example.session.is_some() {
            as_file(&mut plan, code, &asked)
        } else {
            as_session(&mut plan, code, parsed.suite(), &asked)
        };
        Some(Trial { case: index, plan, questions })
    }
}

/// Turns the plan of a session into that of a file.
fn as_file(plan: &mut Plan, code: &str, asked: &[(usize, &Stmt)]) -> Vec<Question> {
    plan.program = Program::Module(code.to_owned());
    let mut questions = Vec::new();
    for (id, &(claim, statement)) in asked.iter().enumerate() {
        let start = statement.range().start().to_usize();
        let column = start - code[..start].rfind('\n').map_or(0, |at| at + 1);
        let watch = if printed(statement).is_some() { Watch::Argument } else { Watch::Value };
        let (id, line, column) = (id as u32, line_of(code, start) as u32, column as u32);
        plan.probes.push(Probe { id, line, column, watch, claimed: Vec::new() });
        questions.push(Question { claim, place: Place::Probe(id) });
    }
    questions
}

/// Turns the plan of a file into that of a session, in which every line with its statements is one
/// input.
fn as_session(plan: &mut Plan, code: &str, suite: &[Stmt], asked: &[(usize, &Stmt)]) -> Vec<Question> {
    let mut inputs: Vec<(usize, usize)> = Vec::new();
    let mut input_of = Vec::new();
    for statement in suite {
        let (start, end) = (statement.range().start().to_usize(), statement.range().end().to_usize());
        match inputs.last_mut() {
            Some(last) if line_of(code, last.1) == line_of(code, start) => last.1 = end,
            _ => inputs.push((start, end)),
        }
        input_of.push((start, inputs.len() - 1));
    }
    plan.program =
        Program::Session(inputs.iter().map(|&(start, end)| format!("{}\n", &code[start..end])).collect());
    plan.probes.clear();
    plan.watch_output = false;
    let place = |statement: &Stmt| {
        input_of
            .iter()
            .find(|(start, _)| *start == statement.range().start().to_usize())
            .map(|(_, input)| *input)
    };
    let question = |&(claim, statement): &(usize, &Stmt)| {
        Some(Question { claim, place: Place::Input(place(statement)?) })
    };
    asked.iter().filter_map(question).collect()
}

impl Question {
    /// The value in the other way, if it came to one.
    fn answer(&self, run: &Run) -> Option<String> {
        match self.place {
            Place::Input(input) => {
                let result = run.inputs.get(input).filter(|result| result.raised.is_none())?;
                Some(result.output.trim_end().to_owned()).filter(|output| !output.is_empty())
            }
            Place::Probe(probe) => run.records.iter().find_map(|record| match &record.seen {
                Seen::Value(value) if record.probe == probe => Some(value.repr.clone()),
                _ => None,
            }),
        }
    }
}

/// Whether the words of some code leave it open that it is about identity.
fn may_tell_identity(code: &str) -> bool {
    let is_of_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    code.split(|letter| !is_of_name(letter)).any(|word| matches!(word, "is" | "id"))
}

fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

/// The statement at the top level that a claim speaks of, if it shows whether objects are one: as an
/// expression, or as the only argument of `print`.
fn statement_of<'a>(claim: &Claim, code: &str, suite: &'a [Stmt]) -> Option<&'a Stmt> {
    let lines = claim.target.first..=claim.target.last;
    let on_line = |statement: &&Stmt| lines.contains(&line_of(code, statement.range().start().to_usize()));
    let statement = suite.iter().rfind(on_line)?;
    let Stmt::Expr(expression) = statement else { return None };
    let shown = printed(statement).unwrap_or(&expression.value);
    let is_print = matches!(shown, Expr::Call(call) if is_named(&call.func, "print"));
    (!is_print && is_about_identity(shown)).then_some(statement)
}

/// The only argument of a call of `print`.
fn printed(statement: &Stmt) -> Option<&Expr> {
    let Stmt::Expr(expression) = statement else { return None };
    let Expr::Call(call) = &*expression.value else { return None };
    let only = call.arguments.args.len() == 1 && call.arguments.keywords.is_empty();
    call.arguments.args.first().filter(|_| only && is_named(&call.func, "print"))
}

fn is_named(function: &Expr, name: &str) -> bool {
    matches!(function, Expr::Name(found) if found.id.as_str() == name)
}

fn is_about_identity(expression: &Expr) -> bool {
    let mut identity = Identity { found: false };
    identity.visit_expr(expression);
    identity.found
}

struct Identity {
    found: bool,
}

impl<'a> Visitor<'a> for Identity {
    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Compare(compare) = expression {
            self.found |= tells_identity(compare);
        }
        visitor::walk_expr(self, expression);
    }
}

/// `a is b` where neither is a singleton, `id(a) == id(b)`.
fn tells_identity(compare: &ExprCompare) -> bool {
    let singleton = |expression: &Expr| {
        matches!(expression, Expr::NoneLiteral(_) | Expr::BooleanLiteral(_) | Expr::EllipsisLiteral(_))
    };
    let address = |expression: &Expr| matches!(expression, Expr::Call(call) if is_named(&call.func, "id"));
    let sides = || std::iter::once(&*compare.left).chain(&compare.comparators);
    let identity = compare.ops.iter().any(|operator| matches!(operator, CmpOp::Is | CmpOp::IsNot));
    (identity && !sides().any(singleton)) || sides().all(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_identity() {
        for (code, about) in [
            ("a is b", true),
            ("not (a is not b)", true),
            ("id(a) == id(b)", true),
            ("a is None", false),
            ("a == b", false),
            ("id(a) == 5", false),
        ] {
            assert_eq!(is_about_identity(&python::parse_expression(code).unwrap()), about, "{code}");
        }
    }
}
