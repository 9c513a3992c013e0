//! Carries the examples of many documents through run and verdict: what runs after what, which
//! examples run once more, and why.

mod marked;

use std::collections::BTreeSet;

use ruff_python_ast::Stmt;

use crate::claim::{self, Found};
use crate::document::Document;
use crate::durations::Durations;
use crate::example::marks::Machine;
use crate::example::{self, Example, Form, MENTION, Module, Rejection};
use crate::python::{self, Names};
use crate::report::Progress;
use crate::run::{Engine, EngineSettings, Event, Limits, Plan, Program, Run, RunError};
use crate::settings::Settings;
use crate::verdict::{self, DocumentOutcome, ExampleOutcome, Fate, Judged, Need, Outcome, Verdict};

/// How examples are run.
#[derive(Clone, Debug)]
pub struct CheckSettings {
    /// The interpreter and its workers.
    pub engine: EngineSettings,
    /// Limits of each run.
    pub limits: Limits,
}

/// One example on its way through the stages.
struct Case {
    document: usize,
    example: Example,
    found: Found,
    names: Names,
    /// Why it is not run, if it is not.
    skipped: Option<Need>,
    /// Inputs of a session that are not run.
    left_out: BTreeSet<usize>,
    /// Counts how often names were cleared above it; those of another era are not for it.
    era: usize,
    /// Earlier examples it runs after because marks say so.
    follows: BTreeSet<usize>,
    /// Ids and programs of the earlier examples it runs after.
    context: Vec<(String, String)>,
    /// Milliseconds it took in an earlier check; 0 if that is not known.
    expected_ms: u64,
}

impl From<&Settings> for CheckSettings {
    fn from(settings: &Settings) -> Self {
        CheckSettings {
            engine: EngineSettings { jobs: settings.jobs.value, ..EngineSettings::default() },
            limits: settings.limits(),
        }
    }
}

/// Extracts, runs and judges the examples of these documents.
///
/// # Errors
/// Only if no example could be run at all: the worker does not start.
pub fn check(
    mut documents: Vec<Document>,
    settings: &CheckSettings,
    progress: &Progress,
) -> Result<Outcome, RunError> {
    let (mut cases, rejections) = cases(&mut documents);
    let engine = Engine::start(&settings.engine)?;
    heed_marks(&mut cases, &mut documents, &Machine::new(&engine.interpreter().version));
    let mut durations = Durations::of_user();
    cases.iter_mut().for_each(|case| case.expected_ms = durations.expected_ms(&case.example.code));
    let all: Vec<usize> = (0..cases.len()).filter(|&index| cases[index].skipped.is_none()).collect();
    let mut runs: Vec<Option<Run>> = cases.iter().map(|_| None).collect();
    progress.expect(all.len());
    run(&engine, &cases, &all, settings, progress, &mut runs);
    run_in_context(&engine, &mut cases, settings, progress, &mut runs);
    for (case, run) in cases.iter().zip(&runs).filter_map(|(case, run)| Some((case, run.as_ref()?))) {
        durations.record(&case.example.code, run.duration);
    }
    durations.save();
    let mut judged: Vec<Vec<Judged>> =
        cases.iter().zip(&runs).map(|(case, run)| judge(case, run.as_ref())).collect();
    confirm_refutations(&cases, settings, &mut judged)?;
    let outcomes = cases
        .into_iter()
        .zip(runs)
        .zip(judged)
        .map(|((case, run), judged)| (case.document, outcome(case, run, judged)));
    let mut outcome = assemble(&engine, documents, outcomes.collect(), rejections);
    marked::know(&mut outcome);
    Ok(outcome)
}

/// Settles by the marks of the authors and by the sentences around inline code what is not run,
/// and what runs after what.
fn heed_marks(cases: &mut [Case], documents: &mut [Document], machine: &Machine) {
    for (document, note) in marked::skip(cases, machine) {
        documents[document].notes.push(note);
    }
    marked::connect(cases);
    join_sentences(cases);
    for index in 0..cases.len() {
        follow(cases, index);
    }
}

fn judge(case: &Case, run: Option<&Run>) -> Vec<Judged> {
    let Some(run) = run else {
        return if case.is_marked() { case.undecided() } else { Vec::new() };
    };
    let before: String = case.context.iter().flat_map(|(_, source)| [source, "\n"]).collect();
    let mut judged = verdict::judge(&case.example, &case.found.claims, run, &before);
    case.set_aside(&mut judged);
    judged
}

/// The cases of the documents, which get notes on what extraction has to say.
fn cases(documents: &mut [Document]) -> (Vec<Case>, Vec<Vec<Rejection>>) {
    use rayon::prelude::*;
    let extracted: Vec<(Vec<Case>, Vec<Rejection>)> = documents
        .par_iter_mut()
        .enumerate()
        .map(|(index, document)| {
            let mut extraction = example::extract(document);
            document.notes.append(&mut extraction.notes);
            let cases = extraction.examples.into_iter().map(|example| case(index, example)).collect();
            (cases, extraction.rejections)
        })
        .collect();
    let mut cases = Vec::new();
    let mut rejections = Vec::new();
    for (mut found, rejected) in extracted {
        cases.append(&mut found);
        rejections.push(rejected);
    }
    (cases, rejections)
}

fn case(document: usize, example: Example) -> Case {
    let found = claim::find(&example);
    let names = Names::of(python::parse(&example.code).suite());
    let skipped = if example.rule == MENTION {
        Some(Need { reason: "descriptive", what: "it mentions a function".to_owned() })
    } else {
        None
    };
    Case {
        document,
        example,
        found,
        names,
        skipped,
        left_out: BTreeSet::new(),
        era: 0,
        follows: BTreeSet::new(),
        context: Vec::new(),
        expected_ms: 0,
    }
}

/// Inline code goes on from the inline code before it: `x = [1]` in one place, `x is x` some words
/// later. Without the names it needs it is not run.
fn join_sentences(cases: &mut [Case]) {
    for index in 0..cases.len() {
        if cases[index].example.form != Form::Inline || cases[index].skipped.is_some() {
            continue;
        }
        let Some(name) = cases[index].names.free().next().map(str::to_owned) else { continue };
        let line = cases[index].example.start_line;
        let near = |case: &Case| case.example.form == Form::Inline && case.example.start_line + 2 >= line;
        let (chosen, complete) = providers(cases, index, &near);
        if complete {
            cases[index].follows = chosen;
        } else {
            cases[index].skipped = Some(Need { reason: "needs-name", what: name });
        }
    }
}

/// Runs the cases with these numbers and stores their runs.
fn run(
    engine: &Engine,
    cases: &[Case],
    which: &[usize],
    settings: &CheckSettings,
    progress: &Progress,
    runs: &mut [Option<Run>],
) {
    let plans: Vec<Plan> = which.iter().map(|&index| plan(cases, index, settings)).collect();
    let on_event = |event: Event| match event {
        Event::Started { plan } => progress.started(&cases[which[plan]].example.id),
        Event::Finished { plan } => progress.finished(&cases[which[plan]].example.id),
    };
    for (&index, run) in which.iter().zip(engine.run_all(&plans, &on_event)) {
        runs[index] = Some(run);
    }
}

fn plan(cases: &[Case], index: usize, settings: &CheckSettings) -> Plan {
    let case = &cases[index];
    let program = match case.inputs() {
        Some(inputs) => Program::Session(inputs),
        None => Program::Module(case.example.code.clone()),
    };
    let mut files = imported_files(cases, index);
    let mut prelude = Vec::new();
    if let Some(module) = &case.example.module {
        files.push((format!("{}.py", module.name), module.source.clone()));
        prelude = names_of(module);
    }
    prelude.extend(case.context.iter().map(|(_, code)| code.clone()));
    let taken = |name: &str| files.iter().any(|(file, _)| file == name);
    let own_name = if taken("example.py") { "docstring_example.py" } else { "example.py" };
    Plan {
        program,
        file_name: case.example.file.clone().unwrap_or_else(|| own_name.to_owned()),
        files,
        prelude,
        probes: case.found.probes.clone(),
        watch_output: case.found.watch_output,
        limits: case.limits(settings.limits),
        expected_ms: case.expected_ms,
    }
}

/// Programs that import a module and make its names those of `__main__`, as `doctest` does. If the
/// module cannot be imported, what it bound up to there counts.
fn names_of(module: &Module) -> Vec<String> {
    // A string of JSON is one of Python, too.
    let name = serde_json::Value::from(module.name.as_str());
    vec![format!("{LOAD_MODULE}_load_module({name})\n"), "del _load_module\n".to_owned()]
}

const LOAD_MODULE: &str = r#"
def _load_module(name):
    import sys
    from importlib.util import module_from_spec, spec_from_file_location
    spec = spec_from_file_location(name, name + ".py")
    module = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    finally:
        globals().update(vars(module))
"#;

/// The earlier examples of the document that bear the file name of a module which this one
/// imports, and those that they import in turn.
fn imported_files(cases: &[Case], index: usize) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut todo = vec![index];
    while let Some(current) = todo.pop() {
        for module in imports(&cases[current].example.code) {
            let name = format!("{module}.py");
            let provider = (0..index)
                .rev()
                .take_while(|&at| cases[at].document == cases[index].document)
                .find(|&at| cases[at].example.file.as_deref() == Some(&name));
            let Some(provider) = provider else { continue };
            if files.iter().all(|(known, _)| *known != name) {
                files.push((name, cases[provider].example.code.clone()));
                todo.push(provider);
            }
        }
    }
    files
}

/// First parts of the module names that some code imports at its top level.
fn imports(code: &str) -> Vec<String> {
    let mut modules = Vec::new();
    for statement in python::parse(code).suite() {
        match statement {
            Stmt::Import(import) => modules.extend(import.names.iter().map(|alias| alias.name.to_string())),
            Stmt::ImportFrom(import) => modules.extend(import.module.as_ref().map(ToString::to_string)),
            _ => {}
        }
    }
    modules.iter().map(|module| module.split('.').next().unwrap_or_default().to_owned()).collect()
}

/// Runs examples that need a name once more, after the earlier examples of their section, then of
/// their document, that bind it. What they then give counts if the name was found.
fn run_in_context(
    engine: &Engine,
    cases: &mut [Case],
    settings: &CheckSettings,
    progress: &Progress,
    runs: &mut [Option<Run>],
) {
    let mut again = Vec::new();
    for index in 0..cases.len() {
        let Some(run) = &runs[index] else { continue };
        if missing_name(&cases[index], run).is_some() && cases[index].example.form != Form::Inline {
            let chosen = context(cases, index);
            if chosen.iter().any(|at| !cases[index].follows.contains(at)) {
                let follows = &cases[index].follows;
                cases[index].context = sources(cases, chosen.union(follows));
                again.push(index);
            }
        }
    }
    let mut second: Vec<Option<Run>> = cases.iter().map(|_| None).collect();
    self::run(engine, cases, &again, settings, progress, &mut second);
    for index in again {
        let (Some(before), Some(after)) = (&runs[index], second[index].take()) else { continue };
        if missing_name(&cases[index], before) == missing_name(&cases[index], &after) {
            follow(cases, index);
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
    let (within, _) = providers(cases, index, &|case| block(case) && case.example.section == *section);
    let (anywhere, complete) = providers(cases, index, &block);
    if complete { anywhere } else { within }
}

/// Lets an example run after those that its marks or its sentence name, and no others.
fn follow(cases: &mut [Case], index: usize) {
    cases[index].context = sources(cases, cases[index].follows.iter());
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
            let provider = earlier.filter(allowed).find(|&at| cases[at].names.global.contains(name));
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

/// Whatever is refuted runs a second time under another hash seed: what then differs varies by
/// itself, and shows nothing about the claim.
fn confirm_refutations(
    cases: &[Case],
    settings: &CheckSettings,
    judged: &mut [Vec<Judged>],
) -> Result<(), RunError> {
    let doubtful: Vec<usize> = (0..cases.len())
        .filter(|&index| judged[index].iter().any(|judged| judged.verdict == Verdict::Refuted))
        .collect();
    if doubtful.is_empty() {
        return Ok(());
    }
    let engine = Engine::start(&EngineSettings {
        hash_seed: settings.engine.hash_seed + 1,
        ..settings.engine.clone()
    })?;
    let mut runs: Vec<Option<Run>> = cases.iter().map(|_| None).collect();
    run(&engine, cases, &doubtful, settings, &Progress::hidden(), &mut runs);
    for index in doubtful {
        let Some(run) = &runs[index] else { continue };
        let second = judge(&cases[index], Some(run));
        for first in judged[index].iter_mut().filter(|judged| judged.verdict == Verdict::Refuted) {
            let same = second.iter().any(|again| {
                again.claim.line == first.claim.line
                    && again.claim.subject == first.claim.subject
                    && again.verdict == first.verdict
                    && again.actual == first.actual
            });
            if !same {
                first.verdict = Verdict::Undecided;
                first.reason = Some(verdict::NONDETERMINISTIC.to_owned());
            }
        }
    }
    Ok(())
}

fn outcome(case: Case, run: Option<Run>, claims: Vec<Judged>) -> ExampleOutcome {
    let mut fate = verdict::fate(&case.example, run.as_ref(), &claims, case.skipped, &|name| {
        case.names.global.contains(name)
    });
    if let Some(need) = unloaded_module(&case.example, &fate) {
        (fate.reason, fate.detail) = (Some(need.reason.to_owned()), Some(need.what));
    }
    ExampleOutcome {
        status: fate.status,
        reason: fate.reason,
        detail: fate.detail,
        exception: fate.exception,
        run,
        names_from: case.context.into_iter().map(|(id, _)| id).collect(),
        claims,
        not_understood: case.found.not_understood,
        known: None,
        example: case.example,
    }
}

/// An example in a docstring that misses a name which its module binds: the module could not be
/// imported alone. It belongs to a package, or needs one that is not there.
fn unloaded_module(example: &Example, fate: &Fate) -> Option<Need> {
    let module = example.module.as_ref()?;
    let name = fate.detail.as_ref().filter(|_| fate.reason.as_deref() == Some("needs-name"))?;
    let binds = Names::of(python::parse(&module.source).suite()).global.contains(name);
    let what = format!("the module {} that it stands in, which cannot be imported alone", module.name);
    binds.then_some(Need { reason: "needs-package", what })
}

fn assemble(
    engine: &Engine,
    documents: Vec<Document>,
    outcomes: Vec<(usize, ExampleOutcome)>,
    rejections: Vec<Vec<Rejection>>,
) -> Outcome {
    let mut documents: Vec<DocumentOutcome> = documents
        .into_iter()
        .zip(rejections)
        .map(|(document, rejections)| DocumentOutcome { document, examples: Vec::new(), rejections })
        .collect();
    for (document, outcome) in outcomes {
        documents[document].examples.push(outcome);
    }
    documents.retain(|found| !found.examples.is_empty() || found.document.is_listed_without_examples());
    Outcome {
        interpreter: engine.interpreter().clone(),
        sandbox: engine.sandbox().clone(),
        documents,
        unexpected: Vec::new(),
    }
}
