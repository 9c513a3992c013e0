//! What the processes of an example use, read from `/proc` while it runs.
//!
//! Limits of the kernel hold for one process each. What many processes take together, or what is
//! in no process at all (the buffers of sockets), is counted here, and ends the example.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::unistd::{Pid, getpid};

use super::wire::Message;
use super::{DISK, Exhausted, Limits};

/// Most descriptors of all processes together; each may hold some hundred kilobytes of buffers.
const MOST_DESCRIPTORS: u64 = 4096;
/// Most files where the folder of an example is no file system of its own.
const MOST_FILES: u64 = 65_536;
/// The first tick of a clock that counts hundredths of a second may be a mere look at the clock.
const NOISE_TICKS: u64 = 1;

/// One process at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process {
    pub number: i32,
    state: char,
    ticks: u64,
    threads: u64,
    resident_pages: u64,
}

impl Process {
    /// What `/proc` says of it; none if it is gone.
    fn read(number: i32) -> Option<Process> {
        parse_stat(number, &fs::read_to_string(format!("/proc/{number}/stat")).ok()?)
    }

    /// Whether it still executes anything.
    pub fn is_alive(&self) -> bool {
        !matches!(self.state, 'Z' | 'X')
    }

    fn descriptors(&self) -> u64 {
        // From Linux 6.2 on the size of this folder is the number of its entries; before, 0.
        fs::metadata(format!("/proc/{}/fd", self.number)).map_or(0, |folder| folder.size())
    }
}

/// A line of `/proc/<pid>/stat`.
fn parse_stat(number: i32, line: &str) -> Option<Process> {
    // The name of the command stands in parentheses and may hold anything, these too.
    let mut fields = line[line.rfind(')')? + 1..].split_whitespace();
    let state = fields.next()?.chars().next()?;
    let user: u64 = fields.nth(10)?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    let threads = fields.nth(4)?.parse().ok()?;
    let resident_pages = fields.nth(3)?.parse().ok()?;
    Some(Process { number, state, ticks: user + system, threads, resident_pages })
}

/// The processes of the example: all of the namespace but its init, which is this zygote; or, where
/// there is no namespace, all descendants of the zygote.
pub fn processes(pid_namespace: bool) -> Vec<Process> {
    let numbers = if pid_namespace { all_others() } else { descendants() };
    numbers.into_iter().filter_map(Process::read).collect()
}

fn all_others() -> Vec<i32> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.filter(|&number: &i32| number != 1).collect()
}

/// All descendants of this process. It is a subreaper, so orphans are among its children.
pub fn descendants() -> Vec<i32> {
    let mut found = children(getpid().as_raw());
    let mut next = 0;
    while let Some(&number) = found.get(next) {
        found.extend(children(number));
        next += 1;
    }
    found
}

fn children(process: i32) -> Vec<i32> {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return Vec::new() };
    let lists =
        threads.flatten().filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().flat_map(str::parse).collect::<Vec<i32>>()).collect()
}

/// The children of this process.
pub fn own_children() -> Vec<Pid> {
    children(getpid().as_raw()).into_iter().map(Pid::from_raw).collect()
}

/// Looks at the processes of an example from tick to tick.
pub struct Usage<'zygote> {
    limits: &'zygote Limits,
    /// Where its files lie, if no file system of its own bounds them.
    folder: Option<&'zygote Path>,
    /// Pages that each process shares with the zygote, more or less.
    shared_pages: u64,
    ticks: u64,
    idle_looks: u32,
    waiting: bool,
}

impl<'zygote> Usage<'zygote> {
    pub fn new(limits: &'zygote Limits, folder: Option<&'zygote Path>) -> Self {
        let own = Process::read(getpid().as_raw());
        let shared_pages = own.map_or(0, |own| own.resident_pages);
        Usage { limits, folder, shared_pages, ticks: 0, idle_looks: 0, waiting: false }
    }

    /// Which limit the processes exceed together.
    pub fn exhausted(&self, processes: &[Process]) -> Option<Exhausted> {
        let threads: u64 = processes.iter().map(|process| process.threads).sum();
        // The limit of the kernel comes first where there is one, and is an error to the example.
        if threads > self.limits.processes.saturating_mul(2) {
            return Some(Exhausted::Processes);
        }
        let pages: u64 =
            processes.iter().map(|process| process.resident_pages.saturating_sub(self.shared_pages)).sum();
        if pages.saturating_mul(rustix::param::page_size() as u64) > self.limits.memory {
            return Some(Exhausted::Memory);
        }
        if processes.iter().map(Process::descriptors).sum::<u64>() > MOST_DESCRIPTORS {
            return Some(Exhausted::Descriptors);
        }
        let overflows = |folder| Disk { bytes: DISK, files: MOST_FILES }.overflows(folder, 0);
        self.folder.is_some_and(overflows).then_some(Exhausted::Disk)
    }

    /// What the host should know if it changed: whether the CPU is used.
    pub fn activity(&mut self, processes: &[Process]) -> Option<Message> {
        let ticks = processes.iter().map(|process| process.ticks).sum();
        let running = processes.iter().any(|process| matches!(process.state, 'R' | 'D'));
        let used = u64::saturating_sub(ticks, std::mem::replace(&mut self.ticks, ticks));
        if running || used > 0 {
            self.idle_looks = 0;
            return (used > NOISE_TICKS && std::mem::take(&mut self.waiting)).then_some(Message::Busy);
        }
        self.idle_looks += 1;
        (self.idle_looks == 2 && !std::mem::replace(&mut self.waiting, true)).then_some(Message::Waiting)
    }
}

/// What is left of an allowance of disk space.
struct Disk {
    bytes: u64,
    files: u64,
}

impl Disk {
    /// Whether a folder holds more; looks no further than it must.
    fn overflows(&mut self, folder: &Path, depth: u32) -> bool {
        if depth > 256 {
            return false;
        }
        let Ok(entries) = fs::read_dir(folder) else { return false };
        for entry in entries.flatten() {
            let Ok(metadata) = entry.metadata() else { continue };
            let used = metadata.blocks().saturating_mul(512);
            if used > self.bytes || self.files == 0 {
                return true;
            }
            self.bytes -= used;
            self.files -= 1;
            if metadata.is_dir() && self.overflows(&entry.path(), depth + 1) {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "7 (a) R 1 2) S 1 7 7 0 -1 4194304 100 0 0 0 3 4 0 0 20 0 5 0 1 900 250 1";

    #[test]
    fn a_command_name_cannot_forge_a_stat_line() {
        let expected = Process { number: 7, state: 'S', ticks: 7, threads: 5, resident_pages: 250 };
        assert_eq!(parse_stat(7, LINE), Some(expected));
        assert_eq!(parse_stat(7, "nonsense"), None);
    }

    #[test]
    fn processes_together_exceed_what_each_may_have() {
        let limits = Limits { memory: 10 << 20, processes: 4, ..Limits::default() };
        let usage = Usage { shared_pages: 100, ..Usage::new(&limits, None) };
        let process =
            |resident_pages| Process { number: 0, state: 'S', ticks: 0, threads: 2, resident_pages };
        assert_eq!(usage.exhausted(&[process(1500), process(1500)]), Some(Exhausted::Memory));
        assert_eq!(usage.exhausted(&[process(1000), process(1000)]), None);
        assert_eq!(usage.exhausted(&[process(1); 5]), Some(Exhausted::Processes));
    }

    #[test]
    fn disk_space_is_bounded_by_bytes_and_by_files() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("inner")).unwrap();
        fs::write(folder.path().join("inner/file"), vec![b'x'; 100_000]).unwrap();
        let overflows = |bytes, files| Disk { bytes, files }.overflows(folder.path(), 0);
        assert!(!overflows(1 << 20, 2));
        assert!(overflows(50_000, 2));
        assert!(overflows(1 << 20, 1));
    }

    #[test]
    fn descendants_are_found_with_their_children() {
        let mut shell = std::process::Command::new("sh").args(["-c", "sleep 5 & wait"]).spawn().unwrap();
        let number = shell.id() as i32;
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
        while !descendants().contains(&number) || children(number).is_empty() {
            assert!(std::time::Instant::now() < deadline, "the shell started nothing");
            std::thread::yield_now();
        }
        let grandchild = children(number)[0];
        assert!(descendants().contains(&grandchild));
        let _ = nix::sys::signal::kill(Pid::from_raw(grandchild), nix::sys::signal::Signal::SIGKILL);
        shell.wait().unwrap();
    }
}
