//! What a case is given for its run: its program, the files it finds, what runs before it.

use ruff_python_ast::Stmt;

use super::{Case, CheckSettings};
use crate::example::Module;
use crate::python;
use crate::run::{Plan, Program};

/// The plan of the case with this number.
pub fn plan(cases: &[Case], index: usize, settings: &CheckSettings) -> Plan {
    plan_instead(&cases[index], cases, index, settings)
}

/// The plan of a case in the place of the one with this number.
pub fn plan_instead(case: &Case, cases: &[Case], index: usize, settings: &CheckSettings) -> Plan {
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
    prelude.extend(case.setup.clone());
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

/// Defines the function that [`names_of`] calls.
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
