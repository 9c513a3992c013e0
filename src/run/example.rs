//! One example, in its own process: from the fork to the emulated end of its interpreter.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Instant;

use pyo3::call::PyCallArgs;
use pyo3::exceptions::{PyKeyboardInterrupt, PySystemExit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyFrozenSet};

use super::ahead::AheadOrder;
use super::beginning::EarlyImport;
use super::jail::Cell;
use super::observe;
use super::warmth::Group;
use super::zygote::{end_by_interrupt, evaluate, exit_now};
use super::{Plan, Program};
use crate::traceless;

/// A part of the Python side.
struct Part {
    /// What tracebacks call it.
    name: &'static str,
    source: &'static str,
    /// What the python of the build has made of it, after the mark of its version; empty if there was none.
    compiled: &'static [u8],
}

macro_rules! part {
    ($name:literal) => {
        Part {
            name: concat!("<truedoc ", $name, ">"),
            source: include_str!(concat!("driver/", $name)),
            compiled: include_bytes!(concat!(env!("OUT_DIR"), "/driver/", $name, ".code")),
        }
    };
}

/// The Python side, in the order of its parts.
const DRIVER: [Part; 15] = [
    part!("preload.py"),
    part!("beginning.py"),
    part!("packages.py"),
    part!("warm.py"),
    part!("life.py"),
    part!("connections.py"),
    part!("values.py"),
    part!("instrument.py"),
    part!("asserts.py"),
    part!("tests.py"),
    part!("with_pytest.py"),
    part!("names.py"),
    part!("group.py"),
    part!("rehearse.py"),
    part!("holes.py"),
];
/// Flag of a code object that gives a coroutine when it is run.
const IS_COROUTINE: u32 = 0x80;
/// Exit status of an interpreter that could not write what was left of its output.
const NOT_FLUSHED: i32 = 120;
/// Exit status of an example that could not be started; the reason is in the shared memory.
const NOT_STARTED: i32 = 70;

impl Part {
    fn code<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let version = py.import("_frozen_importlib_external")?.getattr("MAGIC_NUMBER")?;
        match self.compiled.strip_prefix(version.extract::<&[u8]>()?) {
            Some(compiled) => py.import("marshal")?.call_method1("loads", (PyBytes::new(py, compiled),)),
            None => py.import("builtins")?.call_method1("compile", (self.source, self.name, "exec")),
        }
    }
}

/// The Python side, executed.
pub struct Driver {
    globals: Py<PyDict>,
    readable: Vec<PathBuf>,
    packages: Vec<PathBuf>,
}

impl Driver {
    /// Executes it, and pre-imports what examples are likely to import.
    pub fn load(py: Python<'_>, ahead: &AheadOrder, packages: &[PathBuf]) -> PyResult<Self> {
        let globals = PyDict::new(py);
        let builtins = py.import("builtins")?;
        // Its own: an example that replaces `len` must not break what observes it.
        globals.set_item("__builtins__", builtins.dict().copy()?)?;
        globals.set_item("__name__", "_truedoc")?;
        observe::provide(&globals)?;
        for (name, words) in [
            ("TRACELESS_MODULES", traceless::MODULES),
            ("BY_NAME", traceless::BY_NAME),
            ("OPEN_DUNDERS", traceless::DUNDERS),
            ("CLOSED_NAMES", traceless::CLOSED),
        ] {
            globals.set_item(name, PyFrozenSet::new(py, words)?)?;
        }
        for part in &DRIVER {
            evaluate(&part.code(py)?, globals.as_any())?;
        }
        let mut driver =
            Driver { globals: globals.unbind(), readable: Vec::new(), packages: packages.to_vec() };
        driver.call(py, "keep_packages", (packages,))?;
        driver.readable = driver.call(py, "preload", (&ahead.modules, ahead.rounds))?.extract()?;
        Ok(driver)
    }

    /// Folders of packages that examples may import from.
    pub fn packages(&self) -> &[PathBuf] {
        &self.packages
    }

    /// Compiles these modules once for all examples to come. Only a wish to be faster: what fails
    /// here fails in the example that imports it, too.
    pub fn keep_compiled(&self, py: Python<'_>, files: Vec<String>) {
        if !files.is_empty() {
            let _ = self.call(py, "keep_compiled", (files,));
        }
    }

    /// Imports ahead what these groups name; gives the name of the group that must not be.
    pub fn warm(&self, py: Python<'_>, groups: &[Group], folder: &Path) -> PyResult<Option<String>> {
        let groups: Vec<(&str, &[String])> =
            groups.iter().map(|group| (group.root.as_str(), group.modules.as_slice())).collect();
        // As text: for a path `pathlib` would be imported here.
        self.call(py, "warm", (groups, &*folder.to_string_lossy()))?.extract()
    }

    /// Folders that examples must be able to read.
    pub fn readable_paths(&self) -> &[PathBuf] {
        &self.readable
    }

    /// Gives the zygote what all of its examples have in common.
    pub fn settle(&self, py: Python<'_>, place: &Place<'_>) -> PyResult<()> {
        self.call(py, "settle", (&*place.folder.to_string_lossy(), place.own_tmp)).map(drop)
    }

    /// Brings back what the next example imports before all else.
    pub fn begin_with(&self, py: Python<'_>, imports: &[EarlyImport]) -> PyResult<()> {
        let imports: Vec<(&str, &[String])> =
            imports.iter().map(|EarlyImport(name, taken)| (name.as_str(), taken.as_slice())).collect();
        self.call(py, "begin_with", (imports,)).map(drop)
    }

    fn call<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        arguments: impl PyCallArgs<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.globals.bind(py).as_any().get_item(name)?.call1(arguments)
    }
}

/// Where an example is put.
pub struct Place<'zygote> {
    pub cell: &'zygote Cell,
    pub folder: &'zygote Path,
    /// Whether `/tmp` is private to the zygote.
    pub own_tmp: bool,
}

/// Becomes the example; called in the forked process, never returns.
pub fn become_example(py: Python<'_>, driver: &Driver, plan: &Plan, place: &Place<'_>) -> ! {
    let status = catch_unwind(AssertUnwindSafe(|| {
        if let Err(error) = place.cell.enter(plan) {
            observe::report_trouble(format!("the sandbox could not be entered: {error}"));
            return NOT_STARTED;
        }
        execute(py, driver, plan, place).unwrap_or_else(|error| {
            observe::report_trouble(format!("the example could not be set up: {error}"));
            NOT_STARTED
        })
    }));
    exit_now(status.unwrap_or(NOT_STARTED))
}

/// How the program ended.
struct End {
    status: i32,
    /// Whether an exception ended it, `SystemExit` excepted.
    raised: bool,
    interrupted: bool,
}

impl End {
    fn with(status: i32) -> End {
        End { status, raised: false, interrupted: false }
    }

    fn raised(status: i32) -> End {
        End { status, raised: true, interrupted: false }
    }
}

fn execute(py: Python<'_>, driver: &Driver, plan: &Plan, place: &Place<'_>) -> PyResult<i32> {
    lay_out(plan, place.folder)?;
    let end = live(py, driver, plan, place)?;
    if observe::is_after_end() {
        return Ok(0);
    }
    let could_flush = finish(driver, py);
    if end.interrupted {
        end_by_interrupt();
    }
    Ok(if could_flush { end.status } else { NOT_FLUSHED })
}

/// The example itself. What it leaves can die when this returns: nothing here holds its namespace.
fn live(py: Python<'_>, driver: &Driver, plan: &Plan, place: &Place<'_>) -> PyResult<End> {
    let folder = place.folder.to_string_lossy();
    let namespace = driver.call(py, "prepare", (describe(py, plan)?, &*folder, place.own_tmp))?;
    if plan.module.is_some() {
        unheard(driver, py, || driver.call(py, "adopt_module", (&namespace,)).map(drop))?;
    }
    for (index, source) in plan.prelude.iter().enumerate() {
        run_prelude(driver, &namespace, source, index)?;
    }
    observe::report_under_way();
    match &plan.program {
        Program::Module(_) if !plan.tests.is_empty() => run_tests(driver, &namespace),
        Program::Module(_) => run_module(driver, &namespace),
        Program::Session(inputs) => run_session(driver, &namespace, inputs),
    }
}

/// What the Python side needs to know of a plan.
fn describe<'py>(py: Python<'py>, plan: &Plan) -> PyResult<Bound<'py, PyDict>> {
    let as_python =
        |value: serde_json::Result<serde_json::Value>| observe::to_python(py, &value.unwrap_or_default());
    let program = PyDict::new(py);
    match &plan.program {
        Program::Module(source) => program.set_item("module", source)?,
        Program::Session(_) => program.set_item("session", true)?,
    }
    let given = PyDict::new(py);
    given.set_item("environment", &plan.given.environment)?;
    given.set_item("arguments", &plan.given.arguments)?;
    given.set_item("stdin", &plan.given.stdin)?;
    let described = PyDict::new(py);
    described.set_item("program", program)?;
    described.set_item("given", given)?;
    described.set_item("file_name", &plan.file_name)?;
    described.set_item("watch_output", plan.watch_output)?;
    described.set_item("tests", &plan.tests)?;
    described.set_item("explains", plan.explains)?;
    described.set_item("module", as_python(serde_json::to_value(&plan.module))?)?;
    described.set_item("probes", as_python(serde_json::to_value(&plan.probes))?)?;
    Ok(described)
}

/// Becomes several examples, one after the other; called in the forked process, never returns. Of each
/// that is complete, and left all as it was, it is reported where it ended.
pub fn become_group(py: Python<'_>, driver: &Driver, plans: &[(Plan, Vec<String>)], place: &Place<'_>) -> ! {
    let status = catch_unwind(AssertUnwindSafe(|| {
        let entered = plans.first().map_or(Ok(()), |(plan, _)| place.cell.enter(plan));
        if entered.is_ok() { live_together(py, driver, plans, place).is_err() } else { true }
    }));
    exit_now(status.map_or(NOT_STARTED, i32::from))
}

fn live_together(
    py: Python<'_>,
    driver: &Driver,
    plans: &[(Plan, Vec<String>)],
    place: &Place<'_>,
) -> PyResult<()> {
    driver.call(py, "begin_group", ())?;
    let mut laid = None;
    for (plan, reach) in plans {
        let start = Instant::now();
        let before = observe::start_anew();
        lay_instead(&mut laid, plan, place.folder)?;
        let end = live(py, driver, plan, place)?;
        let sys = driver.globals.bind(py).as_any().get_item("sys")?;
        let could_flush = flush(&sys);
        driver.call(py, "clear_modules", ())?;
        let may_follow: bool = driver.call(py, "end_shared", (reach,))?.extract()?;
        let status = if could_flush { end.status } else { NOT_FLUSHED };
        if !may_follow || end.interrupted || !observe::report_complete(before, status, start.elapsed())? {
            return Ok(());
        }
    }
    Ok(())
}

/// Puts the file of an example of a group in the place of that of the one before. Such examples have no
/// others.
fn lay_instead(laid: &mut Option<(PathBuf, File)>, plan: &Plan, folder: &Path) -> io::Result<()> {
    let path = folder.join(&plan.file_name);
    if let Program::Module(source) = &plan.program
        && let Some((before, file)) = laid
        && *before == path
    {
        file.write_all_at(source.as_bytes(), 0)?;
        return file.set_len(source.len() as u64);
    }
    if let Some((before, _)) = laid.take() {
        fs::remove_file(before)?;
    }
    lay_out(plan, folder)?;
    if let Program::Module(_) = &plan.program {
        *laid = Some((path.clone(), File::options().write(true).open(path)?));
    }
    Ok(())
}

/// Puts the files of an example into its folder, and links to what it may read besides; what the
/// document lays there comes first. All as bytes: line ends and a missing last one stay as they are.
fn lay_out(plan: &Plan, folder: &Path) -> io::Result<()> {
    let program = match &plan.program {
        Program::Module(source) => Some((&plan.file_name, source)),
        Program::Session(_) => None,
    };
    for (name, text) in plan.files.iter().map(|(name, text)| (name, text)).chain(program) {
        let path = folder.join(name);
        if name.contains('/') {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
        }
        fs::write(path, text)?;
    }
    for readable in &plan.given.readable {
        let Some(name) = &readable.name else { continue };
        let link = folder.join(name);
        link.parent().map_or(Ok(()), fs::create_dir_all)?;
        match std::os::unix::fs::symlink(&readable.path, link) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// What the end of an interpreter does that can be seen; gives whether all output could be written.
/// What fails here fails because the example has broken it, and does not matter.
fn finish(driver: &Driver, py: Python<'_>) -> bool {
    if let Ok(threading) = driver.call(py, "loaded", ("threading",))
        && !threading.is_none()
        && let Err(error) = threading.call_method0("_shutdown")
    {
        error.write_unraisable(py, Some(&threading));
    }
    let _ = driver.call(py, "report_imports", ());
    let _ = driver.call(py, "run_exit_functions", ());
    let could_flush = driver.globals.bind(py).as_any().get_item("sys").is_ok_and(|sys| flush(&sys));
    let _ = driver.call(py, "clear_modules", ());
    could_flush
}

/// Flushes the streams; gives whether that went well. Of stdout it is said if it did not.
fn flush(sys: &Bound<'_, PyAny>) -> bool {
    let mut went_well = true;
    for name in ["stdout", "stderr"] {
        let Ok(stream) = sys.getattr(name) else { continue };
        let is_closed = || {
            stream.getattr(intern!(sys.py(), "closed")).and_then(|closed| closed.is_truthy()).unwrap_or(false)
        };
        if stream.is_none() || is_closed() {
            continue;
        }
        if let Err(error) = stream.call_method0(intern!(sys.py(), "flush")) {
            went_well = false;
            if name == "stdout" {
                error.write_unraisable(sys.py(), Some(&stream));
            }
        }
    }
    went_well
}

fn run_module(driver: &Driver, namespace: &Bound<'_, PyAny>) -> PyResult<End> {
    let py = namespace.py();
    match driver.call(py, "compile_module", ()) {
        Ok(code) => {
            let result = run_code(driver, &code, namespace);
            drop(code);
            end_with(driver, py, result.err())
        }
        // Printed as the interpreter prints it; the driver has reported it.
        Err(error) => {
            // Without a traceback, which would show the driver.
            let value = error.value(py).clone().into_any();
            value.setattr("__traceback__", py.None())?;
            PyErr::from_value(value).print_and_set_sys_last_vars(py);
            Ok(End::raised(1))
        }
    }
}

/// Runs a module, and then its tests, unless an exception has kept it from its end.
fn run_tests(driver: &Driver, namespace: &Bound<'_, PyAny>) -> PyResult<End> {
    let end = run_module(driver, namespace)?;
    if !end.raised && !observe::is_after_end() {
        driver.call(namespace.py(), "run_tests", (namespace,))?;
    }
    Ok(end)
}

/// Runs code with no frame of ours beneath it; awaits it where it has a top-level `await`.
fn run_code(driver: &Driver, code: &Bound<'_, PyAny>, namespace: &Bound<'_, PyAny>) -> PyResult<()> {
    let flags: u32 = code.getattr("co_flags")?.extract()?;
    let result = evaluate(code, namespace)?;
    if flags & IS_COROUTINE != 0 {
        driver.call(code.py(), "await_value", (result, namespace))?;
    }
    Ok(())
}

/// The exception object with its traceback, which up to CPython 3.11 is kept apart.
fn with_traceback<'py>(py: Python<'py>, error: &PyErr) -> Bound<'py, PyAny> {
    let value = error.value(py).clone().into_any();
    if let Some(traceback) = error.traceback(py) {
        // Refused by no exception; without it only the line would be missing.
        let _ = value.setattr("__traceback__", traceback);
    }
    value
}

fn end_with(driver: &Driver, py: Python<'_>, error: Option<PyErr>) -> PyResult<End> {
    let Some(error) = error else { return Ok(End::with(0)) };
    if observe::is_after_end() {
        return Ok(End::with(0));
    }
    if error.is_instance_of::<PySystemExit>(py) {
        let status = driver.call(py, "exit_status", (error.value(py),))?.extract()?;
        return Ok(End::with(status));
    }
    // The report is an extra: without it the example still ends as it should.
    let _ = driver.call(py, "report_end", (with_traceback(py, &error),));
    let interrupted = error.is_instance_of::<PyKeyboardInterrupt>(py);
    error.print_and_set_sys_last_vars(py);
    Ok(if interrupted { End { interrupted, ..End::raised(130) } } else { End::raised(1) })
}

/// An earlier program of the document: up to its first exception, and unheard.
fn run_prelude(driver: &Driver, namespace: &Bound<'_, PyAny>, source: &str, index: usize) -> PyResult<()> {
    let py = namespace.py();
    unheard(driver, py, || {
        driver
            .call(py, "compile_prelude", (source, index))
            .and_then(|code| run_code(driver, &code, namespace))
    })
}

/// Does something that comes before the example: nothing of it is heard, and how it ends does not
/// matter.
fn unheard(driver: &Driver, py: Python<'_>, work: impl FnOnce() -> PyResult<()>) -> PyResult<()> {
    let silence = driver.call(py, "Silence", ())?;
    silence.call_method0("__enter__")?;
    let _ = work();
    silence.call_method1("__exit__", (py.None(), py.None(), py.None()))?;
    Ok(())
}

fn run_session(driver: &Driver, namespace: &Bound<'_, PyAny>, inputs: &[String]) -> PyResult<End> {
    let py = namespace.py();
    let mut position: u64 = driver.call(py, "output_position", ())?.extract()?;
    let mut failed = false;
    for (index, source) in inputs.iter().enumerate() {
        let result = driver
            .call(py, "compile_input", (source, index))
            .and_then(|code| run_code(driver, &code, namespace));
        let error = result.err();
        let value = error.as_ref().map(|error| with_traceback(py, error));
        position = driver.call(py, "end_input", (position, value))?.extract()?;
        let Some(error) = error else { continue };
        if error.is_instance_of::<PySystemExit>(py) {
            return end_with(driver, py, Some(error));
        }
        if !std::mem::replace(&mut failed, true) {
            driver.call(py, "report_end", (with_traceback(py, &error),))?;
        }
        error.print_and_set_sys_last_vars(py);
    }
    Ok(End::with(0))
}
