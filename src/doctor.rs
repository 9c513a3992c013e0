//! What examples run with on this machine: interpreter, sandbox, limits. Everything here is tried,
//! not guessed: a worker is started, and an example runs in it.

use std::time::Duration;

use serde::Serialize;

use crate::cache::Cache;
use crate::check::CheckSettings;
use crate::interpreters::{Places, Python};
use crate::run::{Ending, Engine, EngineSettings, Interpreter, Limits, Plan, Run, RunError, Sandbox};

/// What was found.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// The interpreter that examples run with.
    pub interpreter: Interpreter,
    /// All pythons that `--python` finds here.
    pub pythons: Vec<Python>,
    /// How the sandbox came out.
    pub sandbox: Sandbox,
    /// Its layers, from the outermost on.
    pub layers: Vec<Layer>,
    /// What one example may use.
    pub limits: Limits,
    /// Examples that run at once.
    pub jobs: usize,
    /// Release of the kernel, if it says so.
    pub kernel: Option<String>,
    /// How an example went, and how long it took.
    pub trial: Result<Duration, String>,
    /// What is kept of earlier checks; none if nothing is to be kept, or there is no folder for it.
    pub cache: Option<CacheState>,
}

/// What is kept of earlier checks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CacheState {
    /// Its folder.
    pub folder: String,
    /// Results that are kept.
    pub results: usize,
    /// Bytes that they take.
    pub bytes: u64,
}

impl CacheState {
    fn of(cache: &Cache) -> CacheState {
        let (results, bytes) = cache.size();
        CacheState { folder: cache.folder().display().to_string(), results, bytes }
    }
}

/// One layer of the sandbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Layer {
    /// What it is called.
    pub name: &'static str,
    /// Whether it holds here.
    pub active: bool,
    /// What it does, or what is the case without it.
    pub effect: &'static str,
    /// Why it does not hold, as the machine says it.
    pub reasons: Vec<String>,
    /// What would make it hold.
    pub remedy: Option<&'static str>,
}

const ALLOW_NAMESPACES: &str = "let this user make user namespaces: `sysctl kernel.unprivileged_userns_clone=1` \
     (Debian), `sysctl kernel.apparmor_restrict_unprivileged_userns=0` (Ubuntu); in a container, a seccomp profile \
     that permits `unshare` and `mount`";
const NEWER_KERNEL: &str =
    "Linux 6.12 or newer (from 5.13 on it holds in part), with `landlock` among the security modules";
const OTHER_MACHINE: &str = "a machine with x86-64, 64-bit ARM or RISC-V processors";
const OTHER_PYTHON: &str = "an interpreter outside of root's own folders, which another user may read";

/// Tries what examples run with.
///
/// # Errors
/// If no example can be run at all.
pub fn examine(settings: &CheckSettings) -> Result<Diagnosis, RunError> {
    let limits = settings.limits;
    let engine_settings = EngineSettings { strict: false, ..settings.engine.clone() };
    let engine = Engine::start(&engine_settings)?;
    let run = engine.run_all(&[Plan { limits, ..Plan::module("print(6 * 7)") }], &|_| {}).remove(0);
    let sandbox = engine.sandbox().clone();
    Ok(Diagnosis {
        interpreter: engine.interpreter().clone(),
        pythons: Places::of_machine(settings.engine.python.clone()).pythons(),
        layers: layers(&sandbox),
        sandbox,
        limits,
        jobs: engine_settings.jobs,
        kernel: std::fs::read_to_string("/proc/sys/kernel/osrelease").ok().map(|text| text.trim().to_owned()),
        trial: trial(&run),
        cache: settings.cache.as_deref().map(CacheState::of),
    })
}

fn trial(run: &Run) -> Result<Duration, String> {
    match (&run.ending, run.stdout.text.as_str()) {
        (Ending::Exited(0), "42\n") => Ok(run.duration),
        (ending, printed) => Err(format!("it ended with {ending:?} and printed {printed:?}")),
    }
}

/// A layer as it is described, with what tells whether it holds.
struct Described {
    name: &'static str,
    holds: fn(&Sandbox) -> bool,
    effect: &'static str,
    without: &'static str,
    /// Words by which the reasons of the machine are known to be about it.
    words: &'static [&'static str],
    remedy: &'static str,
}

const LAYERS: [Described; 7] = [
    Described {
        name: "own processes",
        holds: |sandbox| sandbox.pid_namespace,
        effect: "an example sees no processes but its own",
        without: "examples see other processes, and cannot signal them",
        words: &["namespaces:", "user namespace", "PID namespace", "IPC namespace"],
        remedy: ALLOW_NAMESPACES,
    },
    Described {
        name: "own network",
        holds: |sandbox| !is_about(sandbox, &["namespaces:", "network namespace", "loopback"]),
        effect: "a loopback of its own, on which nobody else listens",
        without: "there are no internet sockets at all",
        words: &["namespaces:", "user namespace", "network namespace", "loopback"],
        remedy: ALLOW_NAMESPACES,
    },
    Described {
        name: "own /tmp",
        holds: |sandbox| sandbox.mount_namespace,
        effect: "in memory, 256 MiB, empty for each example",
        without: "examples share a folder below the real one",
        words: &["namespaces:", "user namespace", "mount"],
        remedy: ALLOW_NAMESPACES,
    },
    Described {
        name: "hidden files",
        holds: |sandbox| sandbox.hidden_files,
        effect: "nothing of the user's home can be seen, and nothing else changed",
        without: "the names of files can be seen; reading and writing is denied by the layers below",
        words: &["namespaces:", "user namespace", "mount", "making", "opening", "reading the folder"],
        remedy: ALLOW_NAMESPACES,
    },
    Described {
        name: "Landlock",
        holds: |sandbox| sandbox.landlock == "full",
        effect: "an example writes to its own folder, and reads the interpreter and the system's libraries",
        without: "files are kept from examples only by the other layers, or in part",
        words: &["Landlock"],
        remedy: NEWER_KERNEL,
    },
    Described {
        name: "system calls",
        holds: |sandbox| sandbox.seccomp,
        effect: "what reaches beyond its process is denied to an example",
        without: "all system calls are open",
        words: &["seccomp"],
        remedy: OTHER_MACHINE,
    },
    Described {
        name: "another user",
        holds: |sandbox| !is_about(sandbox, &["another user"]),
        effect: "an example has no rights of root",
        without: "examples run as root, without its privileges",
        words: &["another user"],
        remedy: OTHER_PYTHON,
    },
];

fn layers(sandbox: &Sandbox) -> Vec<Layer> {
    let layer = |described: &Described| {
        let active = (described.holds)(sandbox);
        let about_it = |reason: &&String| described.words.iter().any(|word| reason.contains(word));
        Layer {
            name: described.name,
            active,
            effect: if active { described.effect } else { described.without },
            reasons: sandbox.missing.iter().filter(about_it).filter(|_| !active).cloned().collect(),
            remedy: (!active).then_some(described.remedy),
        }
    };
    LAYERS.iter().map(layer).collect()
}

/// Whether the machine gave a reason with one of these words in it.
fn is_about(sandbox: &Sandbox, words: &[&str]) -> bool {
    sandbox.missing.iter().any(|reason| words.iter().any(|word| reason.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn a_whole_sandbox_has_every_layer() {
        assert!(layers(&fixture::sandbox()).iter().all(|layer| layer.active && layer.remedy.is_none()));
    }

    #[test]
    fn every_reason_of_the_machine_stands_at_a_layer() {
        let missing = [
            "user namespace: unshare: Operation not permitted",
            "mount namespace: unshare: Operation not permitted",
            "network namespace: unshare: Operation not permitted",
            "IPC namespace: unshare: Operation not permitted",
            "PID namespace: unshare: Operation not permitted",
            "Landlock in part: the kernel knows version 1, and confines signals from version 6 on",
            "another user: nobody but root may read the interpreter",
        ];
        let sandbox = Sandbox {
            landlock: "partial".to_owned(),
            pid_namespace: false,
            mount_namespace: false,
            hidden_files: false,
            missing: missing.map(str::to_owned).to_vec(),
            ..fixture::sandbox()
        };
        let layers = layers(&sandbox);
        let inactive: Vec<_> = layers.iter().filter(|layer| !layer.active).collect();
        assert_eq!(inactive.len(), 6);
        assert!(inactive.iter().all(|layer| !layer.reasons.is_empty() && layer.remedy.is_some()));
        for reason in &sandbox.missing {
            assert!(layers.iter().any(|layer| layer.reasons.contains(reason)), "{reason}");
        }
    }
}
