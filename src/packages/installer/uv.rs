//! uv, which is quicker where it is there.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Installer, NO_DISTRIBUTION, NO_WHEEL, Refusal, list, run};
use crate::packages::base::Base;
use crate::packages::lock::Pin;
use crate::packages::requirement::Requirement;
use crate::packages::wheels::kept;

/// A uv on the path.
pub struct Uv {
    program: PathBuf,
    python: PathBuf,
}

impl Uv {
    /// The uv on the path, if there is one, for a python.
    pub fn find(base: &Base) -> Option<Uv> {
        let folders = std::env::var_os("PATH")?;
        let program = std::env::split_paths(&folders).map(|folder| folder.join("uv"));
        let program = program.into_iter().find(|program| program.is_file())?;
        let answers =
            Command::new(&program).arg("--version").output().is_ok_and(|said| said.status.success());
        answers.then(|| Uv { program, python: base.executable.clone() })
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        // Settings of the project in whose folder truedoc was called are not meant for examples.
        command.args(["--no-progress", "--no-python-downloads"]).args(words);
        command
    }
}

impl Installer for Uv {
    fn name(&self) -> String {
        "uv".to_owned()
    }

    fn resolve(&self, wanted: &[Requirement], pinned: &[Pin], work: &Path) -> Result<Vec<Pin>, Refusal> {
        let wanted = list(wanted.iter().map(|one| one.text().to_owned()), work, "wanted.txt")?;
        let pinned = pinned.iter().map(|pin| format!("{}=={}", pin.name, pin.version));
        let pinned = list(pinned, work, "pinned.txt")?;
        let mut command = self.command(&["pip", "compile", "--quiet", "--generate-hashes", "--no-header"]);
        command.args(["--no-annotate", "--no-strip-extras", "--only-binary", ":all:"]);
        command.arg("--python").arg(&self.python).arg("-c").arg(pinned).arg(wanted);
        let output = run(&mut command, work)?;
        Ok(pins(&String::from_utf8_lossy(&output.stdout)))
    }

    fn explain(&self, _: &Requirement, refusal: &str, _: &Path) -> String {
        let text = refusal.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.contains("not found in the package registry") || text.contains("not found in the provided") {
            return NO_DISTRIBUTION.to_owned();
        }
        if text.contains("no usable wheels") || text.contains("no wheels with a matching") {
            return NO_WHEEL.to_owned();
        }
        let because = text.find("Because").map_or(text.as_str(), |start| &text[start..]);
        because.split(" hint:").next().unwrap_or(because).to_owned()
    }

    fn install(&self, pins: &[Pin], environment: &Path, wheels: &Path, work: &Path) -> Result<(), Refusal> {
        let listed = list(pins.iter().map(Pin::line), work, "install.txt")?;
        let install = |offline: bool| {
            let mut command = self.command(&["pip", "install", "--quiet", "--compile-bytecode"]);
            command.args(["--no-deps", "--require-hashes", "--only-binary", ":all:"]);
            command.arg("--python").arg(environment.join("bin/python")).arg("-r").arg(&listed);
            for wheel in pins.iter().filter_map(|pin| kept(pin, wheels)) {
                command.arg("--find-links").arg(wheel);
            }
            run(command.args(offline.then_some("--offline")), work).map(drop)
        };
        // What its cache has needs no index.
        install(true).or_else(|_| install(false))
    }

    fn make(&self, environment: &Path) -> Result<(), Refusal> {
        let mut command = self.command(&["venv", "--quiet", "--no-project", "--clear", "--python"]);
        run(command.arg(&self.python).arg(environment), Path::new("/")).map(drop)
    }
}

/// The pins of what `uv pip compile` writes: a line `name==version \`, and below it its hashes.
fn pins(text: &str) -> Vec<Pin> {
    let mut pins: Vec<Pin> = Vec::new();
    for word in text.split_whitespace() {
        match (word.split_once("=="), word.strip_prefix("--hash="), pins.last_mut()) {
            (_, Some(hash), Some(pin)) => pin.hashes.push(hash.to_owned()),
            (Some((name, version)), ..) if !name.starts_with('-') => pins.push(Pin {
                name: name.split('[').next().unwrap_or_default().to_owned(),
                version: version.to_owned(),
                hashes: Vec::new(),
            }),
            _ => {}
        }
    }
    pins.retain(|pin| !pin.hashes.is_empty());
    pins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_read_with_all_their_hashes() {
        let text = "a==1.0 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\nb[c]==2 ; python_version < '4' \\\n    --hash=sha256:22\n";
        let pin = |name: &str, version: &str, hashes: &[&str]| Pin {
            name: name.to_owned(),
            version: version.to_owned(),
            hashes: hashes.iter().map(|hash| (*hash).to_owned()).collect(),
        };
        assert_eq!(pins(text), [pin("a", "1.0", &["sha256:00", "sha256:11"]), pin("b", "2", &["sha256:22"])]);
    }
}
