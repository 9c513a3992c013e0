//! What a zygote needs the bare system for: starting Python, memory shared with its example,
//! forking, and running compiled code without a frame of ours beneath it.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI32, AtomicU32, AtomicU64, Ordering};

use nix::errno::Errno;
use nix::libc;
use nix::unistd::{ForkResult, Pid};
use pyo3::types::PyDict;
use pyo3::{ffi, prelude::*};

/// One variant per call that can fail.
#[derive(Debug, thiserror::Error)]
pub enum ZygoteError {
    #[error("the path of the python program contains a zero byte")]
    ProgramName,
    #[error("Py_DecodeLocale cannot decode the path of the python program")]
    DecodeProgramName,
    #[error("mmap of the shared memory: {0}")]
    MapMemory(#[source] Errno),
    #[error("fork: {0}")]
    Fork(#[source] Errno),
    #[error("dup2 to descriptor {target}: {source}")]
    Duplicate { target: RawFd, source: Errno },
}

/// Starts CPython so that it takes itself for the program at `python`, and calls `serve` with no
/// Python frame on the stack (under `Py_BytesMain` there would always be one).
///
/// Must be called on the main thread before any other thread exists.
pub fn with_python<T>(python: &Path, serve: impl FnOnce(Python<'_>) -> T) -> Result<T, ZygoteError> {
    let name = CString::new(python.as_os_str().as_bytes()).map_err(|_| ZygoteError::ProgramName)?;
    restore_signals();
    // SAFETY: `name` is a valid string, and a null size is allowed. The result is never freed, as
    // Py_SetProgramName demands.
    let wide = unsafe { ffi::Py_DecodeLocale(name.as_ptr(), std::ptr::null_mut()) };
    if wide.is_null() {
        return Err(ZygoteError::DecodeProgramName);
    }
    // SAFETY: called once, before the interpreter exists, on the only thread, which then holds
    // the GIL for the rest of the process; so it is attached as assume_attached demands.
    unsafe {
        #[allow(deprecated, reason = "its successor PyConfig is not part of the limited API")]
        ffi::Py_SetProgramName(wide);
        ffi::Py_InitializeEx(1);
        Ok(serve(Python::assume_attached()))
    }
}

/// Rust's handlers would turn an overflow of the C stack into an abort with a message of its own.
fn restore_signals() {
    for signal in [libc::SIGSEGV, libc::SIGBUS] {
        // SAFETY: SIG_DFL is a valid disposition for these signals; no other thread exists.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
    let none = libc::stack_t { ss_sp: std::ptr::null_mut(), ss_flags: libc::SS_DISABLE, ss_size: 0 };
    // SAFETY: `none` outlives the call; no handler that needs the stack is left.
    unsafe { libc::sigaltstack(&raw const none, std::ptr::null_mut()) };
}

// Programs are told by `build.rs` to link Python; that the tests of this library are one, it cannot
// say to cargo.
#[cfg(test)]
#[link(name = "truedoc_python", kind = "dylib")]
unsafe extern "C" {}

unsafe extern "C" {
    fn PyOS_BeforeFork();
    fn PyOS_AfterFork_Parent();
    fn PyOS_AfterFork_Child();
}

/// Forks with Python's hooks; the process must have one thread, which is attached.
pub fn fork(_attached: Python<'_>) -> Result<ForkResult, ZygoteError> {
    // SAFETY: the process has one thread, so the child may use everything; the hooks are called
    // as CPython's own os.fork does, attached to the interpreter.
    unsafe {
        PyOS_BeforeFork();
        let result = nix::unistd::fork();
        match result {
            Ok(ForkResult::Child) => PyOS_AfterFork_Child(),
            _ => PyOS_AfterFork_Parent(),
        }
        result.map_err(ZygoteError::Fork)
    }
}

/// Ends the process at once: no destructor, no exit handler, no flush.
pub fn exit_now(status: i32) -> ! {
    // SAFETY: _exit takes no pointers and does not return.
    unsafe { libc::_exit(status) }
}

/// Lets the program that a command starts begin with what signals do by default: whoever started truedoc may
/// ignore some (`nohup`, a job in the background), and programs would inherit that.
pub fn restore_all_signals(command: &mut Command) {
    let restore = || {
        for signal in 1..=libc::SIGRTMAX() {
            // Some can be set by nobody, and need not be.
            // SAFETY: SIG_DFL is a valid disposition for every signal.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
        Ok(())
    };
    // SAFETY: between fork and exec only signal is called, which is async-signal-safe.
    unsafe { command.pre_exec(restore) };
}

/// Lets a descriptor stay open in the program that a command starts; gives its number there.
pub fn keep_open(command: &mut Command, descriptor: OwnedFd) -> RawFd {
    let number = descriptor.as_raw_fd();
    // It lives as long as the command does.
    let keep = move || Errno::result(set_flags(descriptor.as_raw_fd(), 0)).map(drop).map_err(Into::into);
    // SAFETY: between fork and exec only fcntl is called, which is async-signal-safe.
    unsafe { command.pre_exec(keep) };
    number
}

/// The descriptor that was kept open under this number for this process; none if there is not.
pub fn take_open(number: RawFd) -> Option<OwnedFd> {
    Errno::result(set_flags(number, libc::FD_CLOEXEC)).ok()?;
    // SAFETY: it is open, and was opened for this very call: nothing else in this process owns it.
    Some(unsafe { OwnedFd::from_raw_fd(number) })
}

fn set_flags(number: RawFd, flags: i32) -> i32 {
    // SAFETY: F_SETFD takes no pointers; a number that is not open gives an error.
    unsafe { libc::fcntl(number, libc::F_SETFD, flags) }
}

/// Puts a descriptor in the place of another.
pub fn place_descriptor(from: BorrowedFd<'_>, target: RawFd) -> Result<(), ZygoteError> {
    // SAFETY: dup2 takes no pointers. What stood at `target` (0, 1 or 2) has no owner in Rust.
    let placed = unsafe { libc::dup2(from.as_raw_fd(), target) };
    Errno::result(placed).map(drop).map_err(|source| ZygoteError::Duplicate { target, source })
}

/// Ends the process by SIGINT, as an interpreter does after a KeyboardInterrupt.
pub fn end_by_interrupt() {
    // SAFETY: restoring a default disposition and signalling oneself touch no memory of ours.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::kill(libc::getpid(), libc::SIGINT);
    }
}

/// Runs a code object in `globals`, with no frame beneath it but what is there already.
pub fn evaluate<'py>(code: &Bound<'py, PyAny>, globals: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: both are live objects and `code` holds a reference for the whole call; the result
    // is a new reference or null with an exception set. Callers pass what `compile` returned.
    unsafe {
        let result = ffi::PyEval_EvalCode(code.as_ptr(), globals.as_ptr(), globals.as_ptr());
        Bound::from_owned_ptr_or_err(code.py(), result)
    }
}

/// Goes through a dictionary by the places of its keys and values, without touching any of them, as long as
/// `goes_on` agrees; gives whether it came to the end.
pub fn for_each_item(dictionary: &Bound<'_, PyDict>, mut goes_on: impl FnMut(usize, usize) -> bool) -> bool {
    let (mut position, mut key, mut value) = (0, std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: it is a live dictionary, and this thread is attached. Nothing runs in between that could
    // change it, for `goes_on` is given nothing but numbers; what is lent is not looked at.
    while unsafe { ffi::PyDict_Next(dictionary.as_ptr(), &raw mut position, &raw mut key, &raw mut value) }
        != 0
    {
        if !goes_on(key.addr(), value.addr()) {
            return false;
        }
    }
    true
}

/// What the interpreter calls at each event that can be audited: name, arguments as a tuple, and what was
/// given with the hook.
type AuditHook = extern "C" fn(*const c_char, *mut ffi::PyObject, *mut c_void) -> c_int;

// Exported by every CPython from 3.8 on, although it is not part of the limited API.
unsafe extern "C" {
    fn PySys_AddAuditHook(hook: AuditHook, data: *mut c_void) -> c_int;
}

/// The address of the last attempt to connect, or to look up a name.
static LAST_ADDRESS: Mutex<Option<String>> = Mutex::new(None);

/// Notes from now on which addresses are connected to: exceptions do not tell.
pub fn watch_addresses(py: Python<'_>) -> PyResult<()> {
    // SAFETY: the hook is a function, which lives as long as the process; it uses no data.
    match unsafe { PySys_AddAuditHook(note_address, std::ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(PyErr::fetch(py)),
    }
}

/// The address noted last.
pub fn last_address() -> Option<String> {
    LAST_ADDRESS.lock().ok()?.clone()
}

extern "C" fn note_address(event: *const c_char, arguments: *mut ffi::PyObject, _data: *mut c_void) -> c_int {
    // SAFETY: the interpreter gives the name of the event, which ends with zero.
    let event = unsafe { CStr::from_ptr(event) };
    let connects = event == c"socket.connect";
    if (connects || event == c"socket.getaddrinfo") && !arguments.is_null() {
        // SAFETY: events of this kind come from Python code, so this thread is attached; the arguments
        // are a live object while the hook runs.
        let noted = unsafe {
            let py = Python::assume_attached();
            let arguments = Bound::from_borrowed_ptr(py, arguments);
            if connects {
                arguments.get_item(1).and_then(|address| shown(&address))
            } else {
                shown(&arguments)
            }
        };
        if let (Ok(address), Ok(mut last)) = (noted, LAST_ADDRESS.try_lock()) {
            *last = Some(address);
        }
    }
    0
}

/// An address as it is written: the path of a socket, or host and port.
fn shown(address: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(path) = address.extract::<String>() {
        return Ok(path);
    }
    let host: String = address.get_item(0)?.extract()?;
    let port = address.get_item(1)?;
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    Ok(if port.is_none() { host } else { format!("{host}:{}", port.str()?) })
}

/// Size of the shared memory.
const CAPACITY: usize = 8 << 20;
/// Bytes before the first entry.
const HEADER: usize = 64;
/// Bytes before the content of an entry: its length and its kind.
const ENTRY_HEADER: usize = 8;

/// Memory that a zygote shares with its example, which appends entries to it. A descriptor would
/// not do: examples close what they find open.
///
/// The example may write anything here, so reading trusts nothing but the bounds.
pub struct SharedMemory {
    base: *mut u8,
}

// SAFETY: the memory is mapped for the life of the process, all shared words are accessed by
// atomic operations, and bytes of an entry are written only by the one who reserved them.
unsafe impl Send for SharedMemory {}
// SAFETY: as above.
unsafe impl Sync for SharedMemory {}

impl SharedMemory {
    /// Maps it; it lives as long as the process.
    pub fn map() -> Result<Self, ZygoteError> {
        let (protection, flags) =
            (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED | libc::MAP_ANONYMOUS);
        // SAFETY: a fresh anonymous mapping; no address is asked for.
        let base = unsafe { libc::mmap(std::ptr::null_mut(), CAPACITY, protection, flags, -1, 0) };
        if base == libc::MAP_FAILED {
            return Err(ZygoteError::MapMemory(Errno::last()));
        }
        Ok(SharedMemory { base: base.cast() })
    }

    /// Where the next entry goes, counted from the first.
    fn reserved(&self) -> &AtomicU64 {
        // SAFETY: the header is mapped, aligned to the page, and only accessed atomically.
        unsafe { AtomicU64::from_ptr(self.base.cast()) }
    }

    /// Process id of the continuation, 0 if there is none.
    fn continuation(&self) -> &AtomicI32 {
        // SAFETY: as in `reserved`; the offset lies in the header and is a multiple of 4.
        unsafe { AtomicI32::from_ptr(self.base.add(8).cast()) }
    }

    /// Not 0 once the example itself is under way, after what ran before it.
    fn under_way(&self) -> &AtomicU32 {
        self.word(12)
    }

    fn word(&self, offset: usize) -> &AtomicU32 {
        debug_assert!(offset.is_multiple_of(4) && offset + 4 <= CAPACITY);
        // SAFETY: callers pass an aligned offset within the mapping; all access is atomic.
        unsafe { AtomicU32::from_ptr(self.base.add(offset).cast()) }
    }

    /// Appends an entry, leaving some bytes free; false if there is no room.
    pub fn append(&self, kind: u32, content: &[u8], left_free: usize) -> bool {
        let length = content.len();
        let needed = (ENTRY_HEADER + length).next_multiple_of(8);
        let capacity = CAPACITY - left_free.min(CAPACITY - HEADER);
        if needed > capacity - HEADER {
            return false;
        }
        let mut reserved = self.reserved().load(Ordering::Relaxed);
        let start = loop {
            let start = HEADER.saturating_add(reserved as usize);
            if !start.is_multiple_of(8) || start.saturating_add(needed) > capacity {
                return false;
            }
            let next = reserved + needed as u64;
            match self.reserved().compare_exchange_weak(reserved, next, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => break start,
                Err(now) => reserved = now,
            }
        };
        self.word(start).store(length as u32, Ordering::Relaxed);
        // SAFETY: `start + needed` lies within the mapping (checked above), and these bytes were
        // reserved for this call alone.
        unsafe {
            std::ptr::copy_nonoverlapping(content.as_ptr(), self.base.add(start + ENTRY_HEADER), length);
        }
        // The kind comes last: an entry whose writer was killed half-way has kind 0.
        self.word(start + 4).store(kind, Ordering::Release);
        true
    }

    /// Bytes of all entries so far.
    pub fn used(&self) -> usize {
        usize::try_from(self.reserved().load(Ordering::Acquire)).unwrap_or(usize::MAX)
    }

    /// Notes that what runs before the example is over.
    pub fn set_under_way(&self) {
        self.under_way().store(1, Ordering::Release);
    }

    /// Whether the example itself is under way.
    pub fn is_under_way(&self) -> bool {
        self.under_way().load(Ordering::Acquire) != 0
    }

    /// Notes the process that goes on after the end of the main one.
    pub fn set_continuation(&self, process: i32) {
        self.continuation().store(process, Ordering::Release);
    }

    /// The process that goes on, if there is one.
    pub fn continuing(&self) -> Option<Pid> {
        let process = self.continuation().load(Ordering::Acquire);
        (process > 1).then(|| Pid::from_raw(process))
    }

    /// Copies out all complete entries: kind and content.
    pub fn entries(&self) -> Vec<(u32, Vec<u8>)> {
        let end = HEADER.saturating_add(self.reserved().load(Ordering::Acquire) as usize).min(CAPACITY);
        let mut entries = Vec::new();
        let mut start = HEADER;
        while start + ENTRY_HEADER <= end {
            let kind = self.word(start + 4).load(Ordering::Acquire);
            let length = self.word(start).load(Ordering::Relaxed) as usize;
            if length > end - start - ENTRY_HEADER {
                break;
            }
            if kind != 0 {
                let mut content = vec![0; length];
                // SAFETY: the source lies within the mapping (checked above). Should a stray
                // process still write there, the copy holds arbitrary bytes, which is allowed.
                unsafe {
                    let source = self.base.add(start + ENTRY_HEADER);
                    std::ptr::copy_nonoverlapping(source, content.as_mut_ptr(), length);
                }
                entries.push((kind, content));
            }
            start += (ENTRY_HEADER + length).next_multiple_of(8);
        }
        entries
    }

    /// Makes it empty for the next example, giving its pages back: all of them, for whoever was here
    /// before may have written anywhere, whatever the header says.
    pub fn clear(&self) -> Result<(), ZygoteError> {
        // SAFETY: the range is exactly the mapping; its pages read as zero afterwards.
        let removed = unsafe { libc::madvise(self.base.cast(), CAPACITY, libc::MADV_REMOVE) };
        Errno::result(removed).map(drop).map_err(ZygoteError::MapMemory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_back_in_order() {
        let memory = SharedMemory::map().unwrap();
        assert!(memory.append(1, b"one", 0));
        assert!(memory.append(2, b"", 0));
        assert!(memory.append(1, b"three four", 0));
        let entries = memory.entries();
        assert_eq!(entries, [(1, b"one".to_vec()), (2, Vec::new()), (1, b"three four".to_vec())]);
        memory.clear().unwrap();
        assert!(memory.entries().is_empty());
    }

    #[test]
    fn a_full_memory_refuses_and_can_be_cleared() {
        let memory = SharedMemory::map().unwrap();
        let content = vec![7; 1 << 20];
        let accepted = (0..20).take_while(|_| memory.append(1, &content, 0)).count();
        assert_eq!(accepted, 7);
        assert!(!memory.append(1, &vec![0; CAPACITY], 0));
        memory.clear().unwrap();
        assert!(memory.append(1, b"again", 0));
        assert_eq!(memory.entries().len(), 1);
    }

    #[test]
    fn nonsense_in_the_memory_is_survived() {
        let memory = SharedMemory::map().unwrap();
        assert!(memory.append(1, b"fine", 0));
        memory.reserved().store(u64::MAX, Ordering::Relaxed);
        memory.word(HEADER + 16).store(u32::MAX, Ordering::Relaxed);
        assert_eq!(memory.entries().len(), 1);
        assert!(!memory.append(1, b"no", 0));
        memory.reserved().store(0, Ordering::Relaxed);
        memory.word(CAPACITY - 4).store(7, Ordering::Relaxed);
        memory.clear().unwrap();
        assert_eq!(memory.word(CAPACITY - 4).load(Ordering::Relaxed), 0, "nothing stays, wherever it is");
        memory.set_continuation(-1);
        assert_eq!(memory.continuing(), None);
    }
}
