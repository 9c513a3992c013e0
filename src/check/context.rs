//! What runs after what: an example that needs a name runs after the earlier ones that bind it.

use std::collections::BTreeSet;

use super::{Case, Runner, services};
use crate::claim::{has_fixture, wanted_fixtures};
use crate::example::Form;
use crate::python;
use crate::run::Run;
use crate::verdict::{self, Need};

/// How many lines below other inline code inline code may stand and still go on from it.
const SENTENCE_LINES: usize = 2;

/// Inline code goes on from the inline code before it: `x = [1]` in one place, `x is x` some words
/// later. Without the names it needs it is not run.
pub fn join_sentences(cases: &mut [Case]) {
    for index in 0..cases.len() {
        if cases[index].example.form != Form::Inline || cases[index].skipped.is_some() {
            continue;
        }
        let Some(name) = cases[index].names.free().next().map(str::to_owned) else { continue };
        let line = cases[index].example.start_line;
        let near = |case: &Case| {
            case.example.form == Form::Inline && case.example.start_line + SENTENCE_LINES >= line
        };
        let (chosen, complete) = providers(cases, index, &near);
        if complete {
            cases[index].follows = chosen;
        } else {
            cases[index].skipped = Some(Need { reason: "needs-name", what: name });
        }
    }
}

/// The name that `from module import *` binds.
const EVERYTHING: &str = "*";

/// A session goes on from those above it that import everything from a module: which names they bind
/// cannot be told from the text, and at a prompt they stay.
pub fn join_sessions(cases: &mut [Case]) {
    let mut open: Vec<usize> = Vec::new();
    for index in 0..cases.len() {
        let place = |at: usize| (cases[at].document, cases[at].era);
        open.retain(|&at| place(at) == place(index));
        let case = &cases[index];
        if case.example.form != Form::Doctest || case.is_marked() {
            continue;
        }
        let everything = case.names.global.contains(EVERYTHING);
        cases[index].follows.extend(open.iter().copied());
        if everything {
            open.push(index);
        }
    }
}

/// Lets an example run after those that its marks or its sentence name, and no others.
pub fn follow(cases: &mut [Case], index: usize) {
    cases[index].context = sources(cases, cases[index].follows.iter());
}

/// Runs those of some examples that need a name once more, after the earlier examples of their section, then of
/// their document, that bind it. What they then give counts if the name was found.
pub fn run_in_context(runner: &Runner, cases: &mut [Case], among: &[usize], runs: &mut [Option<Run>]) {
    let mut again = Vec::new();
    for &index in among {
        let Some(run) = &runs[index] else { continue };
        if missing_name(&cases[index], run).is_some() && cases[index].example.form != Form::Inline {
            let chosen = context(cases, index);
            if chosen.iter().any(|at| !cases[index].follows.contains(at)) {
                let follows = &cases[index].follows;
                cases[index].context = sources(cases, chosen.union(follows));
                services::begin_anew(&mut cases[index], true);
                again.push(index);
            }
        }
    }
    runner.progress.expect_more(again.len());
    let mut second = runner.run(cases, &again);
    for index in again {
        // One that was not started again is as if it had not been started at all.
        let (Some(before), Some(after)) = (runs[index].take(), second[index].take()) else { continue };
        if missing_name(&cases[index], &before) == missing_name(&cases[index], &after) {
            follow(cases, index);
            services::begin_anew(&mut cases[index], false);
            runs[index] = Some(before);
        } else {
            runs[index] = Some(after);
        }
    }
}

/// The name that an example never binds and that ended its run.
fn missing_name(case: &Case, run: &Run) -> Option<String> {
    let raised = run.exception.as_ref()?;
    let need = verdict::need(raised, None, &|name| case.names.global.contains(name))?;
    (need.reason == "needs-name").then_some(need.what)
}

/// The earlier examples that bind what an example needs, and what they need in turn; of several
/// that bind a name the nearest. Outside its section they count only if they bind everything it
/// needs: a name such as `key` is bound by many an example that has nothing to do with it.
fn context(cases: &[Case], index: usize) -> BTreeSet<usize> {
    let section = &cases[index].example.section;
    let block = |case: &Case| case.example.form != Form::Inline;
    if cases[index].example.form == Form::Cell {
        return earlier_cells(cases, index);
    }
    if cases[index].given.services.is_some() {
        return services::all_before(cases, index);
    }
    let (within, _) = providers(cases, index, &|case| block(case) && case.example.section == *section);
    let (anywhere, complete) = providers(cases, index, &block);
    if complete { anywhere } else { within }
}

/// Ids and programs of the earlier examples that the tests of a case run after: what its marks name, what
/// binds a name that it uses, and what defines a fixture for its tests. Whether a test needs a name shows
/// only when it runs, so all are there.
pub fn of_tests(cases: &[Case], index: usize) -> Vec<(String, String)> {
    let mut chosen = &context(cases, index) | &cases[index].follows;
    let mut todo = vec![index];
    while let Some(current) = todo.pop() {
        let earlier: Vec<usize> =
            (0..current).rev().take_while(|&at| is_beside(&cases[at], &cases[index])).collect();
        for name in wanted_fixtures(&cases[current].example.code) {
            let defines = |&&at: &&usize| has_fixture(&cases[at].example.code, &name);
            let Some(&provider) = earlier.iter().find(defines).filter(|at| !chosen.contains(at)) else {
                continue;
            };
            chosen.extend(context(cases, provider));
            chosen.insert(provider);
            todo.push(provider);
        }
    }
    sources(cases, chosen.iter())
}

/// Whether two cases stand in one document, and no mark between them clears all names.
fn is_beside(one: &Case, other: &Case) -> bool {
    (one.document, one.era) == (other.document, other.era)
}

/// Ids and programs of some cases.
fn sources<'a>(cases: &[Case], which: impl Iterator<Item = &'a usize>) -> Vec<(String, String)> {
    which.map(|&at| (cases[at].example.id.clone(), cases[at].source())).collect()
}

/// All cells above one of a notebook: they share their state, and those between may have changed it.
fn earlier_cells(cases: &[Case], index: usize) -> BTreeSet<usize> {
    let is_cell =
        |&at: &usize| cases[at].document == cases[index].document && cases[at].example.form == Form::Cell;
    (0..index).filter(is_cell).collect()
}

/// The nearest earlier examples of the document that bind the names an example needs, and whether
/// all of its own names are bound by them.
fn providers(cases: &[Case], index: usize, allowed: &dyn Fn(&Case) -> bool) -> (BTreeSet<usize>, bool) {
    let mut chosen: BTreeSet<usize> = BTreeSet::new();
    let mut complete = true;
    let mut todo = vec![index];
    while let Some(current) = todo.pop() {
        for name in cases[current].names.free() {
            let place = (cases[index].document, cases[index].era);
            let earlier = (0..current).rev().take_while(|&at| (cases[at].document, cases[at].era) == place);
            let allowed = |&at: &usize| allowed(&cases[at]) && !cases[at].is_marked();
            let earlier: Vec<usize> = earlier.filter(allowed).collect();
            let binds =
                |name: &str| earlier.iter().copied().find(|&at| cases[at].names.global.contains(name));
            let provider = binds(name).or_else(|| binds(EVERYTHING));
            match provider {
                Some(provider) => {
                    let between = (provider + 1..current).filter(|&at| changes(cases, at, current, name));
                    let all: Vec<usize> =
                        between.chain([provider]).filter(|at| !chosen.contains(at)).collect();
                    chosen.extend(&all);
                    todo.extend(all);
                }
                None => complete &= current != index,
            }
        }
    }
    (chosen, complete)
}

/// Whether a session between may have changed an object that a session uses: what is typed at a prompt
/// stays, whatever text stands between two sessions.
fn changes(cases: &[Case], at: usize, session: usize, name: &str) -> bool {
    let place = |at: usize| (cases[at].document, cases[at].era, cases[at].example.session.is_some());
    let example = &cases[at].example;
    place(at) == place(session)
        && example.session.is_some()
        && !cases[at].is_marked()
        && cases[at].names.loaded.contains(name)
        && python::changed(&example.code).contains(name)
}
