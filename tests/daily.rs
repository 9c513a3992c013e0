//! What is used at the desk all day: choosing what is checked, stopping early, doing again what
//! failed, and watching.

#[path = "support/project.rs"]
mod project;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use project::{Project, examples, ids};

const GUIDE: &str = "\
# Lists

```python
a = [3, 1]
```

```python
a.sort()
a  # [1, 3]
```

```python
a[0]  # 5
```

# Dicts

```python
{}.get(1)  # 2
len({})  # 0
```
";

#[test]
fn only_what_is_chosen_runs_with_what_it_needs() {
    let project = Project::new(&[("guide.md", GUIDE), ("other.md", "```python\n1 / 0\n```\n")]);
    let (report, exit) = project.report(&["--only", "guide/lists#2"]);
    assert_eq!((ids(&report), exit), (vec!["guide/lists#2"], Some(0)));
    assert_eq!(report["documents"][0]["examples"][0]["names_from"][0], "guide/lists#1");
    assert_eq!(report["documents"][0]["examples"][0]["claims"][0]["verdict"], "confirmed");
    let (report, exit) = project.report(&["--only", "guide/l*", "--only", "guide.md:19"]);
    let expected = vec!["guide/lists#1", "guide/lists#2", "guide/lists#3", "guide/dicts#1"];
    assert_eq!((ids(&report), exit), (expected, Some(1)));
    let (report, exit) = project.report(&["--only", "refuted"]);
    assert_eq!((ids(&report), exit), (vec!["guide/lists#3", "guide/dicts#1"], Some(1)));
    let claims = examples(&report).iter().map(|one| one["claims"].as_array().unwrap().len()).sum::<usize>();
    assert_eq!(claims, 2, "the claim that holds is not shown");
}

#[test]
fn what_chooses_nothing_is_wrong_usage() {
    let project = Project::new(&[("guide.md", GUIDE)]);
    let output = project.run(&["check", "--only", "guide/list#2"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with("error: `guide/list#2` matches no example"), "{said}");
    assert!(said.contains("did you mean `guide/lists#2`"), "{said}");
}

/// Each refutation says how to run its example alone, and that does so.
#[test]
fn the_command_of_a_finding_runs_that_example_alone() {
    let project = Project::new(&[("my guide.md", GUIDE)]);
    let output = project.run(&["check"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let commands: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("alone:")).collect();
    assert_eq!(commands.len(), 2, "{text}");
    let command = commands[0].trim().replacen("truedoc", env!("CARGO_BIN_EXE_truedoc"), 1);
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command).current_dir(project.path()).env("XDG_CACHE_HOME", project.cache.path());
    let output = shell.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("`a[0]` is not `5`") && !text.contains("`{}.get(1)`"), "{text}");
}

#[test]
fn fail_fast_starts_nothing_after_the_first_refutation() {
    let good = "```python\n1 + 1  # 2\n```\n\n".repeat(30);
    let project = Project::new(&[("a.md", &format!("```python\n1 + 1  # 3\n```\n\n{good}"))]);
    let (report, exit) = project.report(&["--fail-fast", "--jobs", "1"]);
    let started = examples(&report).iter().filter(|one| one["status"] == "ran").count();
    assert!(started < 15, "{started} were started");
    assert_eq!((report["summary"]["refuted"].clone(), exit), (1.into(), Some(1)));
    assert_eq!(report["summary"]["undecided"], 31 - started, "what was not run is told");
    let text =
        String::from_utf8_lossy(&project.run(&["check", "--fail-fast", "--jobs", "1"]).stdout).into_owned();
    assert!(text.trim_end().ends_with("not run after the first refutation"), "{text}");
    assert!(text.lines().count() < 40, "they are counted, not listed:\n{text}");
}

#[test]
fn fail_fast_goes_on_where_a_refutation_is_known_or_varies_by_itself() {
    let good = "```python\n1 + 1  # 2\n```\n\n".repeat(5);
    let known = "```python\n1 + 1  # 3\n```\n\n";
    let varies = "```python\nimport time\ntime.perf_counter_ns()  # 5\n```\n\n";
    let project = Project::new(&[("a.md", &format!("{known}{varies}{good}"))]);
    fs::create_dir(project.path().join("expectations")).unwrap();
    let expectations = "version: 1\ndocument: a.md\nclaims:\n  - line: 2\n    holds: false\n";
    project.write("expectations/a.yaml", expectations);
    let (report, exit) = project.report(&["--fail-fast", "--jobs", "1"]);
    assert_eq!(exit, Some(0));
    assert_eq!(
        (report["summary"]["ran"].clone(), report["summary"]["confirmed"].clone()),
        (7.into(), 5.into())
    );
}

#[test]
fn what_failed_last_time_is_done_again() {
    let project = Project::new(&[("guide.md", GUIDE), ("b.md", "```python\n1  # 2\n```\n")]);
    let (_, exit) = project.report(&["--only", "guide/*"]);
    assert_eq!(exit, Some(1));
    let (report, _) = project.report(&["--last-failed"]);
    assert_eq!(ids(&report), ["guide/lists#3", "guide/dicts#1"], "b.md was never checked");
    project.report(&["b.md"]);
    let mended = GUIDE.replace("# 5", "# 3").replace("# Lists", "# Lists\n\nMore text.");
    project.write("guide.md", &mended);
    let (report, exit) = project.report(&["--last-failed"]);
    assert_eq!((ids(&report), exit), (vec!["b/top#1", "guide/lists#3", "guide/dicts#1"], Some(1)));
    let (report, _) = project.report(&["--last-failed"]);
    assert_eq!(ids(&report), ["b/top#1", "guide/dicts#1"]);
    project.write("guide.md", &mended.replace("# 2", "# None"));
    project.write("b.md", "```python\n1  # 1\n```\n");
    assert_eq!(project.report(&["--last-failed"]).1, Some(0));
    let output = project.run(&["check", "--last-failed"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("nothing of this failed last time, so all of it is checked"), "{said}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("5 examples in 2 documents"));
}

#[test]
fn a_cache_that_cannot_be_written_is_told_and_does_no_harm() {
    let project = Project::new(&[("guide.md", GUIDE)]);
    fs::write(project.cache.path().join("truedoc"), "in the way").unwrap();
    let output = project.run(&["check"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with("note: what failed cannot be remembered for --last-failed"), "{said}");
}

/// Many checks of one folder at once leave a state that can be read, and forget nothing.
#[test]
fn checks_at_once_take_turns_with_what_they_remember() {
    let names: Vec<String> = (0..6).map(|number| format!("d{number}.md")).collect();
    let files: Vec<(&str, &str)> =
        names.iter().map(|name| (name.as_str(), "```python\n1  # 2\n```\n")).collect();
    let project = Project::new(&files);
    let start = |name: &String| {
        let mut command = project.command(&["check", "--no-mends", "--quiet", name]);
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    for child in names.iter().map(start).collect::<Vec<_>>() {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let (report, _) = project.report(&["--last-failed"]);
    assert_eq!(examples(&report).len(), 6);
}

/// Waits for lines until one holds a text; what came up to there.
fn await_line(lines: &Receiver<String>, wanted: &str) -> String {
    let end = Instant::now() + Duration::from_secs(60);
    let mut heard = String::new();
    while Instant::now() < end {
        match lines.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => {
                heard.push_str(&line);
                heard.push('\n');
                if line.contains(wanted) {
                    return heard;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    panic!("`{wanted}` never came; heard:\n{heard}");
}

#[test]
fn a_watch_checks_what_changed_and_ends_when_it_is_interrupted() {
    let project = Project::new(&[("guide.md", GUIDE), ("b.md", "```python\n1  # 1\n```\n")]);
    let mut command = project.command(&["check", "--watch", "--format", "concise", "--no-mends"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (send, lines) = channel();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        stdout.lines().map_while(Result::ok).for_each(|line| {
            let _ = send.send(line);
        });
    });
    let first = await_line(&lines, "2 findings");
    assert!(!first.contains('\u{1b}'), "a pipe is not cleared: {first:?}");
    project.write("b.md", "```python\n1  # 7\n```\n");
    assert_eq!(await_line(&lines, "1 finding"), "b.md:2: refuted: claimed 7, actual 1\n1 finding\n");
    project.write("new.md", "```python\n1  # 8\n```\n");
    assert_eq!(await_line(&lines, "1 finding"), "new.md:2: refuted: claimed 8, actual 1\n1 finding\n");
    project.write("truedoc.toml", "exclude = ['guide.md']\n");
    let expected =
        "b.md:2: refuted: claimed 7, actual 1\nnew.md:2: refuted: claimed 8, actual 1\n2 findings\n";
    assert_eq!(await_line(&lines, "2 findings"), expected, "new settings are heeded, and all is checked");
    let id = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGINT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    reader.join().unwrap();
}
