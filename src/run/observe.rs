//! What observes an example from within: callables of ours in its code, and a `sys.stdout.write`
//! that knows which lines wrote. What they see goes to the memory shared with the zygote.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value as Json};

use super::held::Held;
use super::zygote::{self, SharedMemory};
use super::{Printed, Raised, Record, TestResult};

/// Kind of an entry that is an [`Entry`] in JSON.
const JSON_ENTRY: u32 = 1;
/// Kind of an entry that is a write: number of lines, the lines, `after_end`, the text.
const PRINTED_ENTRY: u32 = 2;
/// Bytes of the shared memory that records and writes leave to other entries.
const FOR_THE_END: usize = 1 << 20;
/// Bytes that an example may report to stay in a group, and after which a group is long enough.
const MOST_REPORTED: usize = 1 << 20;
const REPORTED_TOGETHER: usize = 4 << 20;
/// Most lines of the stack that a write is attributed to.
const MOST_LINES: usize = 32;
/// Most writes that are attributed, and most bytes of them.
const MOST_WRITES: u32 = 20_000;
const MOST_WRITTEN: u32 = 2 << 20;

/// What the example's side reports, besides writes. `driver/` makes them as dicts.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// A probe saw something.
    Record(Record),
    /// The exception that ended the program.
    Exception(Raised),
    /// The program could not be compiled.
    Syntax { message: String, line: u32 },
    /// An input of a session ended: where its output stands in stdout.
    Input { start: u64, end: u64, raised: Option<Raised> },
    /// A test started, or ended.
    Test(TestResult),
    /// Installed modules were imported that the zygote had not imported ahead.
    Imported(Vec<String>),
    /// A module of a package was compiled: its file.
    Compiled(String),
    /// The sandbox refused this.
    Blocked(String),
    /// The example could not be started.
    Trouble(String),
    /// An example of a group is complete, and has left all as it was.
    Complete(Complete),
    /// An example of a group needs a process of its own.
    ByItself,
}

/// Where an example of a group ended.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Complete {
    /// Sizes of the outputs at its end.
    pub stdout: u64,
    pub stderr: u64,
    pub status: i32,
    pub duration: Duration,
}

/// All that an example reported.
#[derive(Debug, Default)]
pub struct Report {
    pub entries: Vec<Entry>,
    pub printed: Vec<Printed>,
}

/// Reads what is in the memory; what is not understood was written by the example itself and is
/// left out.
pub fn read_report(memory: &SharedMemory) -> Report {
    let mut report = Report::default();
    for (kind, content) in memory.entries() {
        report.add(kind, &content);
    }
    report
}

/// The same of a group: for each example that is complete where it ended, and what is reported by the
/// one after them.
pub fn read_reports(memory: &SharedMemory) -> (Vec<(Report, Complete)>, Report) {
    let mut complete = Vec::new();
    let mut report = Report::default();
    for (kind, content) in memory.entries() {
        report.add(kind, &content);
        if let Some(&Entry::Complete(end)) = report.entries.last() {
            report.entries.pop();
            complete.push((std::mem::take(&mut report), end));
        }
    }
    (complete, report)
}

impl Report {
    fn add(&mut self, kind: u32, content: &[u8]) {
        match kind {
            JSON_ENTRY => self.entries.extend(serde_json::from_slice::<Entry>(content)),
            PRINTED_ENTRY => {
                if let Some(printed) = decode_printed(content) {
                    coalesce(&mut self.printed, printed);
                }
            }
            _ => {}
        }
    }
}

/// `print` writes its text and the line end apart; together they are one piece of output.
fn coalesce(all: &mut Vec<Printed>, printed: Printed) {
    match all.last_mut() {
        Some(last) if last.lines == printed.lines && last.after_end == printed.after_end => {
            last.text.push_str(&printed.text);
        }
        _ => all.push(printed),
    }
}

fn decode_printed(content: &[u8]) -> Option<Printed> {
    let (&[count, after_end], rest) = content.split_first_chunk()?;
    let (lines, text) = rest.split_at_checked(usize::from(count) * 4)?;
    let lines = lines.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
    Some(Printed { lines, text: String::from_utf8_lossy(text).into_owned(), after_end: after_end != 0 })
}

/// The memory of this zygote, for what is called from within the example.
static MEMORY: OnceLock<SharedMemory> = OnceLock::new();
/// Whether this process is the continuation after the exception that ended the example.
static AFTER_END: AtomicBool = AtomicBool::new(false);
/// Whether writes come from the observation itself (a `__repr__` that prints).
static OBSERVING: AtomicBool = AtomicBool::new(false);
static WRITES: AtomicU32 = AtomicU32::new(0);
static WRITTEN: AtomicU32 = AtomicU32::new(0);

/// Maps the memory of this zygote.
pub fn share_memory() -> Result<&'static SharedMemory, super::zygote::ZygoteError> {
    let memory = SharedMemory::map()?;
    Ok(MEMORY.get_or_init(|| memory))
}

/// What `driver/` finds in its globals.
pub fn provide(globals: &Bound<'_, PyDict>) -> PyResult<()> {
    let py = globals.py();
    globals.set_item("Hook", py.get_type::<Hook>())?;
    globals.set_item("Writer", py.get_type::<Writer>())?;
    globals.set_item("Held", py.get_type::<Held>())?;
    globals.set_item("put", pyo3::wrap_pyfunction!(put, py)?)?;
    globals.set_item("mark_after_end", pyo3::wrap_pyfunction!(mark_after_end, py)?)?;
    globals.set_item("set_continuation", pyo3::wrap_pyfunction!(set_continuation, py)?)?;
    globals.set_item("observing", pyo3::wrap_pyfunction!(observing, py)?)?;
    zygote::watch_addresses(py)?;
    globals.set_item("last_address", pyo3::wrap_pyfunction!(last_address, py)?)
}

/// Reports that the example could not be started.
pub fn report_trouble(reason: String) {
    let bytes = serde_json::to_vec(&Entry::Trouble(reason)).unwrap_or_default();
    if let Some(memory) = MEMORY.get() {
        memory.append(JSON_ENTRY, &bytes, 0);
    }
}

/// Reports that what runs before the example is over: its time begins.
pub fn report_under_way() {
    if let Some(memory) = MEMORY.get() {
        memory.set_under_way();
    }
}

/// Forgets what the example before has written; gives how much is reported so far.
pub fn start_anew() -> usize {
    OBSERVING.store(false, Ordering::Relaxed);
    WRITES.store(0, Ordering::Relaxed);
    WRITTEN.store(0, Ordering::Relaxed);
    MEMORY.get().map_or(0, SharedMemory::used)
}

/// Reports that an example of a group is complete, which began when so much was reported; gives whether
/// another may follow. One that has reported much is told from those whose report may be cut.
pub fn report_complete(before: usize, status: i32, duration: Duration) -> io::Result<bool> {
    let size = |stream: BorrowedFd<'_>| rustix::fs::fstat(stream).map(|status| status.st_size.unsigned_abs());
    let (stdout, stderr) = (size(io::stdout().as_fd())?, size(io::stderr().as_fd())?);
    let Some(memory) = MEMORY.get() else { return Ok(false) };
    let used = memory.used();
    if used - before > MOST_REPORTED {
        return Ok(false);
    }
    let complete = Entry::Complete(Complete { stdout, stderr, status, duration });
    let bytes = serde_json::to_vec(&complete).unwrap_or_default();
    Ok(memory.append(JSON_ENTRY, &bytes, 0) && used < REPORTED_TOGETHER)
}

/// Whether this process is the continuation after the exception that ended the example.
pub fn is_after_end() -> bool {
    AFTER_END.load(Ordering::Relaxed)
}

/// Appends an [`Entry`], given as a dict.
#[pyfunction]
fn put(entry: &Bound<'_, PyAny>) -> PyResult<bool> {
    let entry = to_json(entry, 0)?;
    let bytes = serde_json::to_vec(&entry).unwrap_or_default();
    // However much is recorded, how the program ended must still find room.
    let left_free = if entry.get("record").is_some() { FOR_THE_END } else { 0 };
    Ok(MEMORY.get().is_some_and(|memory| memory.append(JSON_ENTRY, &bytes, left_free)))
}

#[pyfunction]
fn mark_after_end() {
    AFTER_END.store(true, Ordering::Relaxed);
}

#[pyfunction]
fn set_continuation(process: i32) {
    if let Some(memory) = MEMORY.get() {
        memory.set_continuation(process);
    }
}

/// The address that the example last tried to reach, as `host:port` or the path of a socket.
#[pyfunction]
fn last_address() -> Option<String> {
    zygote::last_address()
}

#[pyfunction]
fn observing(now: bool) {
    OBSERVING.store(now, Ordering::Relaxed);
}

/// Stands in the code of an example where a constant stood, and is called by it. It never raises
/// and adds no Python frame; the value goes through untouched.
#[pyclass(frozen)]
pub struct Hook {
    /// Called with the index, and the value if there is one.
    function: Py<PyAny>,
    index: usize,
    /// Whether it returns what `function` returns (the matcher of an `except`) or the value.
    matches: bool,
}

#[pymethods]
impl Hook {
    #[new]
    fn new(function: Py<PyAny>, index: usize, matches: bool) -> Self {
        Hook { function, index, matches }
    }

    #[pyo3(signature = (*values))]
    fn __call__(&self, py: Python<'_>, values: &Bound<'_, PyTuple>) -> Py<PyAny> {
        let value = values.get_item(0).unwrap_or_else(|_| py.None().into_bound(py));
        let answer = self.function.bind(py).call1((self.index, &value));
        match answer {
            Ok(answer) if self.matches => answer.unbind(),
            Err(_) if self.matches => PyTuple::empty(py).into_any().unbind(),
            _ => value.unbind(),
        }
    }
}

/// `sys.stdout.write` of an example whose output is attributed to lines.
#[pyclass(frozen)]
pub struct Writer {
    write: Py<PyAny>,
    current_frame: Py<PyAny>,
    /// The file of the example.
    path: Py<PyString>,
}

#[pymethods]
impl Writer {
    #[new]
    fn new(write: Py<PyAny>, current_frame: Py<PyAny>, path: Py<PyString>) -> Self {
        Writer { write, current_frame, path }
    }

    fn __call__(&self, py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        if !OBSERVING.load(Ordering::Relaxed)
            && let Ok(text) = text.cast::<PyString>()
        {
            // Attribution is an extra; the write itself must happen whatever becomes of it.
            let _ = self.note(py, text);
        }
        self.write.call1(py, (text,))
    }
}

impl Writer {
    fn note(&self, py: Python<'_>, text: &Bound<'_, PyString>) -> PyResult<()> {
        let Some(memory) = MEMORY.get() else { return Ok(()) };
        let text = text.to_string_lossy();
        let size = u32::try_from(text.len()).unwrap_or(u32::MAX);
        if WRITES.fetch_add(1, Ordering::Relaxed) >= MOST_WRITES
            || size > MOST_WRITTEN
            || WRITTEN.fetch_add(size, Ordering::Relaxed) > MOST_WRITTEN
        {
            return Ok(());
        }
        let mut content = vec![0, u8::from(AFTER_END.load(Ordering::Relaxed))];
        let mut frame = self.current_frame.bind(py).call0()?;
        let mut depth = 0;
        while !frame.is_none() && usize::from(content[0]) < MOST_LINES && depth < 1000 {
            let file = frame.getattr(intern!(py, "f_code"))?.getattr(intern!(py, "co_filename"))?;
            // Most often it is the very same object.
            if file.is(&self.path) || file.is_exact_instance_of::<PyString>() && file.eq(&self.path)? {
                let line: Option<u32> = frame.getattr(intern!(py, "f_lineno"))?.extract()?;
                content.extend(line.unwrap_or(0).to_le_bytes());
                content[0] += 1;
            }
            frame = frame.getattr(intern!(py, "f_back"))?;
            depth += 1;
        }
        content.extend(text.as_bytes());
        memory.append(PRINTED_ENTRY, &content, FOR_THE_END);
        Ok(())
    }
}

/// Plain data of Python as JSON; lone surrogates, which JSON cannot hold, are replaced.
fn to_json(value: &Bound<'_, PyAny>, depth: usize) -> PyResult<Json> {
    if value.is_none() || depth > 16 {
        return Ok(Json::Null);
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Json::String(text.to_string_lossy().into_owned()));
    }
    if value.is_instance_of::<PyBool>() {
        return Ok(Json::Bool(value.extract()?));
    }
    if value.is_instance_of::<PyInt>() {
        return Ok(value.extract::<i64>().map_or(Json::Null, |number| Json::Number(number.into())));
    }
    if let Ok(dict) = value.cast::<PyDict>() {
        let mut map = Map::new();
        for (key, item) in dict.iter() {
            map.insert(key.extract()?, to_json(&item, depth + 1)?);
        }
        return Ok(Json::Object(map));
    }
    let items = value.try_iter()?.map(|item| to_json(&item?, depth + 1));
    items.collect::<PyResult<_>>().map(Json::Array)
}

/// The other way, for what a plan holds.
pub fn to_python<'py>(py: Python<'py>, value: &Json) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Json::Null => py.None().into_bound(py),
        Json::Bool(value) => PyBool::new(py, *value).to_owned().into_any(),
        Json::Number(value) => number_to_python(py, value)?,
        Json::String(value) => PyString::new(py, value).into_any(),
        Json::Array(values) => {
            let items = values.iter().map(|item| to_python(py, item)).collect::<PyResult<Vec<_>>>()?;
            PyList::new(py, items)?.into_any()
        }
        Json::Object(map) => {
            let dict = PyDict::new(py);
            for (key, item) in map {
                dict.set_item(key, to_python(py, item)?)?;
            }
            dict.into_any()
        }
    })
}

fn number_to_python<'py>(py: Python<'py>, value: &Number) -> PyResult<Bound<'py, PyAny>> {
    match value.as_u64() {
        Some(value) => Ok(value.into_pyobject(py)?.into_any()),
        None => Ok(PyFloat::new(py, value.as_f64().unwrap_or(0.0)).into_any()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_from_the_same_lines_become_one() {
        let printed = |lines: &[u32], text: &str| Printed {
            lines: lines.to_vec(),
            text: text.into(),
            after_end: false,
        };
        let mut all = Vec::new();
        for piece in [printed(&[3], "a"), printed(&[3], "\n"), printed(&[2, 3], "b"), printed(&[3], "c")] {
            coalesce(&mut all, piece);
        }
        assert_eq!(all, [printed(&[3], "a\n"), printed(&[2, 3], "b"), printed(&[3], "c")]);
    }

    #[test]
    fn a_damaged_write_is_left_out() {
        assert_eq!(decode_printed(&[]), None);
        assert_eq!(decode_printed(&[5, 0, 1, 2]), None);
        let printed = decode_printed(&[1, 1, 7, 0, 0, 0, b'x', 0xff]).unwrap();
        assert_eq!((printed.lines, printed.text.as_str(), printed.after_end), (vec![7], "x\u{fffd}", true));
    }
}
