//! What examples import, remembered from one check to the next, so that zygotes import it ahead.
//!
//! The file lies in the user's cache folder. It only makes a check shorter: without it, or with a
//! damaged one, examples import what they need themselves. What it names is imported within the cage,
//! and what leaves a trace there that an example could see is refused from then on.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Plan;
use crate::interpreters::Python;
use crate::lock::lock;
use crate::{digest, user_cache};

const SCHEMA: &str = "truedoc/imports/1";
/// Most interpreters, most packages of one, most modules of one package.
const MOST_INTERPRETERS: usize = 16;
const MOST_ROOTS: usize = 200;
const MOST_MODULES: usize = 2000;
/// Longest name of a module.
const LONGEST_NAME: usize = 200;

/// What importing one package brings along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// What examples import.
    pub root: String,
    /// All that was there then, in the order in which it came.
    pub modules: Vec<String>,
}

/// What is known about the imports under one interpreter.
#[derive(Debug, Default)]
pub struct Warmth {
    file: Option<PathBuf>,
    interpreter: String,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    known: Known,
    /// What zygotes import ahead now.
    chosen: Vec<Group>,
    changed: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Known {
    /// Seconds since 1970 when it was last used.
    used: u64,
    /// For each package the modules that came with it.
    roots: BTreeMap<String, Vec<String>>,
    /// Packages that must not be imported ahead.
    refused: BTreeSet<String>,
}

#[derive(Default, Serialize, Deserialize)]
struct File {
    schema: String,
    interpreters: BTreeMap<String, Known>,
}

impl Warmth {
    /// What a file says about an interpreter as it is now; without a file nothing is remembered.
    pub fn of(file: Option<&Path>, python: &Python) -> Warmth {
        let interpreter = identity(python);
        let known = file.and_then(|file| read(file).interpreters.remove(&interpreter)).unwrap_or_default();
        let state = Mutex::new(State { known, ..State::default() });
        Warmth { file: file.map(Path::to_owned), interpreter, state }
    }

    /// Chooses what is imported ahead for some plans: what more of them import than run at once. Whether
    /// that is something new.
    pub fn choose(&self, plans: &[Plan], jobs: usize) -> bool {
        let mut state = self.state();
        let State { known, chosen, .. } = &mut *state;
        let before = chosen.len();
        for (root, modules) in &known.roots {
            let is_new = !known.refused.contains(root) && chosen.iter().all(|group| group.root != *root);
            let importing = || plans.iter().filter(|plan| imports(plan, root)).take(jobs + 1).count();
            if is_new && importing() > jobs {
                chosen.push(Group { root: root.clone(), modules: modules.clone() });
            }
        }
        chosen.len() > before
    }

    /// What zygotes import ahead.
    pub fn chosen(&self) -> Vec<Group> {
        self.state().chosen.clone()
    }

    /// Whether a plan gains by what is imported ahead. Whoever is given variables or arguments, which an
    /// import may look at, or has files that packages could take for modules, imports for himself.
    pub fn serves(&self, plan: &Plan) -> bool {
        let state = self.state();
        let is_plain = plan.given.environment.is_empty() && plan.given.arguments.is_empty();
        is_plain && plan.files.is_empty() && state.chosen.iter().any(|group| imports(plan, &group.root))
    }

    /// Remembers what a plan has imported that was not imported ahead.
    pub fn learn(&self, plan: &Plan, imported: &[String]) {
        if self.file.is_none() || imported.is_empty() {
            return;
        }
        let modules: Vec<&String> =
            imported.iter().filter(|name| is_module_name(name)).take(MOST_MODULES).collect();
        let roots: BTreeSet<&str> = modules.iter().filter_map(|name| name.split('.').next()).collect();
        let State { known, changed, .. } = &mut *self.state();
        for root in roots.into_iter().filter(|root| imports(plan, root)) {
            if known.roots.len() >= MOST_ROOTS && !known.roots.contains_key(root) {
                continue;
            }
            let kept = known.roots.entry(root.to_owned()).or_default();
            for &module in &modules {
                if kept.len() < MOST_MODULES && !kept.contains(module) {
                    kept.push(module.clone());
                    *changed = true;
                }
            }
        }
    }

    /// Imports a package ahead no more; without a name none of those that were chosen.
    pub fn refuse(&self, root: Option<&str>) {
        let State { known, chosen, changed } = &mut *self.state();
        let is_meant = |group: &Group| root.is_none_or(|root| group.root == root);
        let refused: Vec<Group> = chosen.extract_if(.., |group| is_meant(group)).collect();
        *changed |= !refused.is_empty();
        known.refused.extend(refused.into_iter().map(|group| group.root));
    }

    /// Writes what is new, replacing the file in one step. A check does not fail because its cache
    /// cannot be written.
    pub fn save(&self) {
        let mut state = self.state();
        let (Some(path), true) = (&self.file, std::mem::take(&mut state.changed)) else { return };
        let mut known = std::mem::take(&mut state.known);
        known.used = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
        let mut file = read(path);
        file.schema = SCHEMA.to_owned();
        file.interpreters.insert(self.interpreter.clone(), known);
        while file.interpreters.len() > MOST_INTERPRETERS {
            let oldest = file.interpreters.iter().min_by_key(|(_, known)| known.used);
            let Some(oldest) = oldest.map(|(interpreter, _)| interpreter.clone()) else { break };
            file.interpreters.remove(&oldest);
        }
        let _ = user_cache::replace(path, &serde_json::to_vec(&file).unwrap_or_default());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// Whether a line of a plan's code that imports something names this package.
fn imports(plan: &Plan, root: &str) -> bool {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    plan.program.sources().iter().chain(&plan.prelude).flat_map(|source| source.lines()).any(|line| {
        line.contains("import") && line.split(|character| !is_word(character)).any(|word| word == root)
    })
}

fn is_module_name(name: &str) -> bool {
    let is_identifier = |part: &str| {
        !part.is_empty() && part.chars().all(|character| character.is_alphanumeric() || character == '_')
    };
    name.len() <= LONGEST_NAME && name.split('.').all(is_identifier)
}

/// An interpreter with what is installed for it: another package, or another version of one, changes the
/// folder that it lies in.
fn identity(python: &Python) -> String {
    let mut hash = Sha256::new();
    hash.update(python.executable.as_os_str().as_encoded_bytes());
    hash.update([0]);
    hash.update(&python.version);
    let minor = python.version.rsplit_once('.').map_or(python.version.as_str(), |(minor, _)| minor);
    let prefix = python.executable.parent().and_then(Path::parent).unwrap_or(Path::new("/"));
    for folder in [
        prefix.join(format!("lib/python{minor}/site-packages")),
        prefix.join("lib/python3/dist-packages"),
        PathBuf::from(format!("/usr/local/lib/python{minor}/dist-packages")),
    ] {
        let changed = folder.metadata().map_or((0, 0), |data| (data.mtime(), data.mtime_nsec()));
        hash.update(changed.0.to_le_bytes());
        hash.update(changed.1.to_le_bytes());
    }
    digest::hex(&hash.finalize()[..12])
}

fn read(path: &Path) -> File {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut file =
        serde_json::from_str::<File>(&text).ok().filter(|file| file.schema == SCHEMA).unwrap_or_default();
    for known in file.interpreters.values_mut() {
        known.roots.retain(|root, modules| {
            modules.retain(|name| is_module_name(name));
            modules.truncate(MOST_MODULES);
            is_module_name(root)
        });
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    fn python() -> Python {
        Python { executable: "/opt/python/bin/python3".into(), version: "3.11.7".to_owned() }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn what_was_imported_is_known_the_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/imports.json");
        let plan = Plan::module("from shop import till\nimport json");
        let first = Warmth::of(Some(&file), &python());
        assert!(!first.choose(std::slice::from_ref(&plan), 0));
        first.learn(&plan, &names(&["shop", "shop.till", "pricing", "bad name", "a..b"]));
        first.save();
        let next = Warmth::of(Some(&file), &python());
        assert!(next.choose(&[plan.clone(), plan.clone(), Plan::module("shop = 1")], 1));
        let group = Group { root: "shop".to_owned(), modules: names(&["shop", "shop.till", "pricing"]) };
        assert_eq!(next.chosen(), [group]);
        assert!(next.serves(&plan) && !next.serves(&Plan::module("print('shop')")));
        let mut given = plan.clone();
        given.given.environment.push(("SHOP".to_owned(), "open".to_owned()));
        assert!(!next.serves(&given));
        next.refuse(Some("shop"));
        next.save();
        let last = Warmth::of(Some(&file), &python());
        assert!(!last.choose(&[plan.clone(), plan.clone()], 1));
        let other = Python { version: "3.12.1".to_owned(), ..python() };
        assert!(!Warmth::of(Some(&file), &other).choose(&[plan.clone(), plan], 1));
    }

    #[test]
    fn what_few_examples_import_is_not_imported_ahead() {
        let folder = tempfile::tempdir().unwrap();
        let plan = Plan::module("import shop");
        let warmth = Warmth::of(Some(&folder.path().join("imports.json")), &python());
        warmth.learn(&plan, &names(&["shop"]));
        assert!(!warmth.choose(&[plan.clone(), plan.clone()], 2));
        assert!(warmth.choose(&[plan.clone(), plan.clone(), plan], 2));
    }

    #[test]
    fn a_damaged_file_is_the_same_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("imports.json");
        for damaged in ["", "{\"schema\": \"other/9\", \"interpreters\": {}}", "\u{0}\u{1}"] {
            std::fs::write(&file, damaged).unwrap();
            let warmth = Warmth::of(Some(&file), &python());
            assert!(warmth.chosen().is_empty());
            warmth.learn(&Plan::module("import shop"), &names(&["shop"]));
            warmth.save();
            assert!(Warmth::of(Some(&file), &python()).choose(&[Plan::module("import shop")], 0));
        }
    }
}
