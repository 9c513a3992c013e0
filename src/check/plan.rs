//! What a case is given for its run: its program, the files it finds, what runs before it.

use ruff_python_ast::Stmt;

use super::marked::is_comment;
use super::{Case, CheckSettings};
use crate::example::{Input, Module};
use crate::python;
use crate::run::{Given, Plan, PlannedModule, Program, Watch};
use crate::settings::Isolate;
use crate::traceless;
use crate::varying;

/// Name of the file that gives pytest fixtures for all tests beside it.
const CONFTEST: &str = "conftest.py";

/// The plan of the case with this number.
pub fn plan(cases: &[Case], index: usize, settings: &CheckSettings) -> Plan {
    let plan = plan_instead(&cases[index], cases, index, settings);
    Plan { varying: Some(cases[index].varying), ..plan }
}

/// The plan of a case in the place of the one with this number.
pub fn plan_instead(case: &Case, cases: &[Case], index: usize, settings: &CheckSettings) -> Plan {
    let program = match case.inputs() {
        Some(inputs) => Program::Session(inputs),
        None => Program::Module(case.example.code.clone()),
    };
    let mut files = imported_files(cases, index);
    // A module that stands alone can also be imported by what the example starts.
    if let Some(module) = case.example.module.as_ref().filter(|module| module.package.is_none()) {
        files.push((format!("{}.py", module.name), module.source.clone()));
    }
    let taken = |name: &str| files.iter().any(|(file, _)| file == name);
    let own_name = if taken("example.py") { "docstring_example.py" } else { "example.py" };
    let mut plan = Plan {
        program,
        file_name: case.example.file.clone().unwrap_or_else(|| own_name.to_owned()),
        files,
        module: case.example.module.as_deref().map(|module| module_of(case, module)),
        prelude: case.setup.iter().chain(case.context.iter().map(|(_, code)| code)).cloned().collect(),
        probes: case.found.probes.clone(),
        watch_output: case.found.watch_output,
        tests: Vec::new(),
        explains: false,
        limits: case.limits(settings.limits),
        given: case.given.clone(),
        expected_ms: case.expected_ms,
        traceless: None,
        varying: None,
        document: Some(case.document),
    };
    // A group cannot be stopped in its middle.
    if settings.isolate == Isolate::Auto && !settings.fail_fast && is_plain(&plan) {
        plan.traceless = match plan.program {
            Program::Module(_) if plan.prelude.is_empty() => case.reach.clone(),
            _ => traceless::reach(&source(&plan)),
        };
    }
    plan
}

/// The plan that runs a case once more, and then its tests. Of its own claims only those are heeded that
/// let it go on after an exception.
pub fn plan_of_tests(cases: &[Case], index: usize, settings: &CheckSettings) -> Plan {
    let case = &cases[index];
    let mut plan = plan(cases, index, settings);
    plan.prelude = case.setup.iter().chain(case.before_tests.iter().map(|(_, code)| code)).cloned().collect();
    plan.probes.retain(|probe| matches!(probe.watch, Watch::Raises(_)));
    plan.watch_output = false;
    plan.tests = case.tests.clone();
    plan.explains = true;
    plan.traceless = None;
    plan.expected_ms = 0;
    if let Some(used) = &mut plan.given.services {
        used.anew = true;
    }
    plan.files.extend(fixtures_of_folder(cases, index));
    plan
}

/// The file in which pytest looks for fixtures, if the document shows one above.
fn fixtures_of_folder(cases: &[Case], index: usize) -> Option<(String, String)> {
    let earlier = cases[..index].iter().rev().take_while(|case| case.document == cases[index].document);
    let shown = earlier.into_iter().find(|case| case.example.file.as_deref() == Some(CONFTEST))?;
    Some((CONFTEST.to_owned(), shown.example.code.clone()))
}

/// Whether all that runs is proved to give the same in every run that comes to its end.
pub fn is_fixed(plan: &Plan) -> bool {
    is_plain(plan) && varying::is_fixed(&source(plan))
}

/// Whether it consists of nothing but its program and what runs before.
fn is_plain(plan: &Plan) -> bool {
    plan.module.is_none() && plan.files.is_empty() && plan.given == Given::default()
}

fn source(plan: &Plan) -> String {
    let sources: Vec<&str> = plan.prelude.iter().chain(plan.program.sources()).map(String::as_str).collect();
    sources.join("\n")
}

/// The module whose names the case finds, as `doctest` has it.
fn module_of(case: &Case, module: &Module) -> PlannedModule {
    let inputs = case.example.session.as_deref().unwrap_or_default();
    let number = |next: &mut usize, input: &Input| {
        let number = *next;
        // A comment alone is no example for doctest.
        *next += usize::from(!is_comment(&input.source));
        Some(number)
    };
    PlannedModule {
        name: module.name.clone(),
        test: [Some(&module.name), case.example.section.as_ref()]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("."),
        numbers: inputs.iter().scan(0, number).collect(),
        path: module.path.to_string_lossy().into_owned(),
        package: module.package.as_ref().map(|package| package.to_string_lossy().into_owned()),
        source: module.source.clone(),
    }
}

/// The earlier examples of the document that bear the file name of a module which this one
/// imports, and those that they import in turn.
fn imported_files(cases: &[Case], index: usize) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    let earlier = cases[..index].iter().rev().take_while(|case| case.document == cases[index].document);
    if earlier.into_iter().all(|case| case.example.file.is_none()) {
        return files;
    }
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
