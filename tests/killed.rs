//! Runs that are killed at any moment: nothing of them goes on, nothing they wrote is half-written,
//! and what they could not clear away the next run does.

#[path = "support/program.rs"]
mod program;

#[path = "support/processes.rs"]
mod processes;

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use processes::{children, commands_of_children};

/// Kill points at which the host dies alone.
const HOST_ALONE: u64 = 38;
/// Kill points at which its workers die with it.
const TOGETHER: u64 = 12;

/// Examples that take their time, start processes and write files.
const GUIDE: &str = "\
```python
import time, tempfile
tempfile.mkdtemp()
time.sleep(0.2)
```

```python
import subprocess, sys
subprocess.run([sys.executable, '-c', 'import time; time.sleep(0.4)'])
```

```python
import os, time
if os.fork() == 0:
    os.setsid()
    time.sleep(100)
time.sleep(0.3)
```

```python
print(sum(range(100)))  # 4950
```
";

fn truedoc(folder: &Path) -> Command {
    let mut command = program::truedoc();
    command
        .args(["check", "guide.md", "--format", "json", "--output", "report.json"])
        .current_dir(folder)
        .env("TMPDIR", folder.join("temporary"))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Numbers without a pattern, the same in every run of the test.
struct Moments(u64);

impl Moments {
    fn next(&mut self, below: u64) -> u64 {
        // Knuth's generator of 64 bits; its upper bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// Kills a run, with its worker or without, as if memory had run out or the machine's owner had no
/// patience.
fn kill_run(run: &mut Child, together: bool) {
    let worker = if together { children(run.id()) } else { Vec::new() };
    run.kill().unwrap();
    for process in worker {
        let _ = kill(Pid::from_raw(process as i32), Signal::SIGKILL);
    }
    run.wait().unwrap();
}

/// Waits until nothing that the run started is left. Orphans are children of this process.
fn wait_for_orphans() -> Result<(), String> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            Err(Errno::ECHILD) => return Ok(()),
            Ok(WaitStatus::StillAlive) if Instant::now() > deadline => {
                return Err(commands_of_children().join("; "));
            }
            Ok(WaitStatus::StillAlive) => std::thread::sleep(Duration::from_millis(5)),
            _ => {}
        }
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_run_that_is_killed_leaves_nothing_behind() {
    nix::sys::prctl::set_child_subreaper(true).unwrap();
    let project = tempfile::tempdir_in("/var/tmp").unwrap();
    let folder = project.path();
    fs::create_dir(folder.join("temporary")).unwrap();
    fs::write(folder.join("guide.md"), GUIDE).unwrap();
    fs::write(folder.join("report.json"), "as it was").unwrap();
    let start = Instant::now();
    assert!(truedoc(folder).status().unwrap().success(), "the guide is right");
    let whole = start.elapsed();
    let report = fs::read_to_string(folder.join("report.json")).unwrap();
    assert_eq!(names_in(&folder.join("temporary")), Vec::<String>::new());

    let mut moments = Moments(2026);
    let mut unguarded = 0;
    for point in 0..HOST_ALONE + TOGETHER {
        let together = point >= HOST_ALONE;
        let moment = Duration::from_micros(moments.next(whole.as_micros() as u64));
        let mut run = truedoc(folder).spawn().unwrap();
        std::thread::sleep(moment);
        kill_run(&mut run, together);
        let at = format!("killed after {moment:?}, {}", if together { "with its worker" } else { "alone" });
        wait_for_orphans().unwrap_or_else(|left| panic!("{at}: these go on: {left}"));
        if !together && !names_in(&folder.join("temporary")).is_empty() {
            // It was killed between making its folder and starting the worker, who would remove it. The next
            // run does.
            unguarded += 1;
            assert!(truedoc(folder).status().unwrap().success(), "{at}");
            assert_eq!(names_in(&folder.join("temporary")), Vec::<String>::new(), "{at}");
        }
        let now = fs::read_to_string(folder.join("report.json")).unwrap();
        let is_whole = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
        assert!(now == report || is_whole(&now), "{at}: the report is half-written");
        assert_eq!(half_written(folder), Vec::<String>::new(), "{at}");
    }
    assert!(unguarded <= 3, "{unguarded} of {HOST_ALONE} folders were left: that is no moment");

    // Each run has cleared away what the one before left; so once more in the middle of one, where
    // there is a folder, and again should the machine have been elsewhere just then.
    let killed_half_way = || {
        let mut run = truedoc(folder).spawn().unwrap();
        std::thread::sleep(whole / 2);
        kill_run(&mut run, true);
        wait_for_orphans().unwrap();
        Some(names_in(&folder.join("temporary"))).filter(|left| !left.is_empty())
    };
    let left = (0..10).find_map(|_| killed_half_way()).expect("a folder is left");
    let output = truedoc(folder).stderr(Stdio::piped()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    for name in left {
        assert!(said.contains("left by a run that was killed") && said.contains(&name), "{name}: {said}");
    }
    assert_eq!(names_in(&folder.join("temporary")), Vec::<String>::new());
}

/// Files beside the report that are neither it nor the guide: a report under way when its run was
/// killed has no name yet.
fn half_written(folder: &Path) -> Vec<String> {
    let expected = ["guide.md", "report.json", "temporary"];
    names_in(folder).into_iter().filter(|name| !expected.contains(&name.as_str())).collect()
}
