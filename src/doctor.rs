//! What examples run with on this machine: interpreter, sandbox, limits. Everything here is tried,
//! not guessed: a worker is started, and an example runs in it.

use std::time::Duration;

use serde::Serialize;

use crate::check::CheckSettings;
use crate::run::{Ending, Engine, EngineSettings, Interpreter, Limits, Plan, Run, RunError, Sandbox};

/// What was found.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// The interpreter.
    pub interpreter: Interpreter,
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
}

/// One layer of the sandbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
        layers: layers(&sandbox),
        sandbox,
        limits,
        jobs: engine_settings.jobs,
        kernel: std::fs::read_to_string("/proc/sys/kernel/osrelease").ok().map(|text| text.trim().to_owned()),
        trial: trial(&run),
    })
}

fn trial(run: &Run) -> Result<Duration, String> {
    match (&run.ending, run.stdout.text.as_str()) {
        (Ending::Exited(0), "42\n") => Ok(run.duration),
        (ending, printed) => Err(format!("it ended with {ending:?} and printed {printed:?}")),
    }
}

fn layers(sandbox: &Sandbox) -> Vec<Layer> {
    let reasons = |words: &[&str]| -> Vec<String> {
        let is_meant = |reason: &&String| words.iter().any(|word| reason.contains(word));
        sandbox.missing.iter().filter(is_meant).cloned().collect()
    };
    let layer = |name, active: bool, effects: [&'static str; 2], words: &[&str], remedy| Layer {
        name,
        active,
        effect: effects[usize::from(!active)],
        reasons: if active { Vec::new() } else { reasons(words) },
        remedy: (!active).then_some(remedy),
    };
    let unnamed = ["namespace"];
    let own_network = reasons(&["network namespace", "namespaces:", "loopback"]).is_empty();
    vec![
        layer(
            "own processes",
            sandbox.pid_namespace,
            [
                "an example sees no processes but its own",
                "examples see other processes, and cannot signal them",
            ],
            &["PID namespace", "namespaces:"],
            ALLOW_NAMESPACES,
        ),
        layer(
            "own network",
            own_network,
            ["a loopback of its own, on which nobody else listens", "there are no internet sockets at all"],
            &["network namespace", "namespaces:", "loopback"],
            ALLOW_NAMESPACES,
        ),
        layer(
            "own /tmp",
            sandbox.mount_namespace,
            ["in memory, 256 MiB, empty for each example", "examples share a folder below the real one"],
            &["namespace", "/tmp", "mount"],
            ALLOW_NAMESPACES,
        ),
        layer(
            "hidden files",
            sandbox.hidden_files,
            [
                "nothing of the user's home can be seen, and nothing else changed",
                "the names of files can be seen; reading and writing is denied by the layers below",
            ],
            &["namespace", "mount", "making", "opening"],
            ALLOW_NAMESPACES,
        ),
        layer(
            "Landlock",
            sandbox.landlock == "full",
            [
                "an example writes to its own folder, and reads the interpreter and the system's libraries",
                "files are kept from examples only by the other layers, or in part",
            ],
            &["Landlock"],
            NEWER_KERNEL,
        ),
        layer(
            "system calls",
            sandbox.seccomp,
            ["what reaches beyond its process is denied to an example", "all system calls are open"],
            &["seccomp"],
            NEWER_KERNEL,
        ),
        layer(
            "another user",
            reasons(&["another user"]).is_empty(),
            ["an example has no rights of root", "examples run as root, without its privileges"],
            &["another user"],
            OTHER_PYTHON,
        ),
    ]
    .into_iter()
    .map(|layer| match layer.active || !layer.reasons.is_empty() {
        true => layer,
        // Whatever the machine said, it is shown somewhere.
        false => Layer { reasons: reasons(&unnamed), ..layer },
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Sandbox {
        Sandbox {
            landlock: "full".to_owned(),
            seccomp: true,
            network: "none".to_owned(),
            pid_namespace: true,
            mount_namespace: true,
            hidden_files: true,
            missing: Vec::new(),
        }
    }

    #[test]
    fn a_whole_sandbox_has_every_layer() {
        assert!(layers(&whole()).iter().all(|layer| layer.active && layer.remedy.is_none()));
    }

    #[test]
    fn every_reason_of_the_machine_stands_at_a_layer() {
        let missing = [
            "user namespace: unshare: Operation not permitted",
            "mount namespace: unshare: Operation not permitted",
            "network namespace: unshare: Operation not permitted",
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
            ..whole()
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
