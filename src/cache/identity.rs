//! What a result depends on besides its plan: truedoc itself, the interpreter with its packages, and
//! what the machine lets a sandbox do. All of it is read without starting a process.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::files::{self, Which};
use super::store::Key;
use crate::digest;
use crate::lock::lock;
use crate::run::{Engine, EngineSettings, Interpreter, Plan, Sandbox, default_python, own_files};

/// Changes with what is kept, and with what it depends on.
const SCHEMA: &str = "truedoc/runs/1";

/// What of the machine decides which layers a sandbox has, and what an example sees of it.
const MACHINE: [&str; 8] = [
    "/proc/sys/kernel/osrelease",
    "/proc/sys/kernel/hostname",
    "/proc/sys/user/max_user_namespaces",
    "/proc/sys/kernel/unprivileged_userns_clone",
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
    "/proc/self/uid_map",
    "/proc/self/attr/current",
    "/sys/kernel/security/lsm",
];

/// Lines of `/proc/self/status` that say what this process may do.
const RIGHTS: [&str; 5] = ["Uid:", "CapEff:", "CapBnd:", "NoNewPrivs:", "Seccomp:"];

/// What is known of an interpreter without starting it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// The interpreter.
    pub interpreter: Interpreter,
    /// The layers that its sandbox had.
    pub sandbox: Sandbox,
    /// Where it imports from.
    paths: Vec<PathBuf>,
    /// What could be imported from there.
    packages: String,
}

impl Description {
    /// The description of an interpreter that runs.
    pub fn of(engine: &Engine) -> Description {
        let paths = engine.import_paths();
        Description {
            interpreter: engine.interpreter().clone(),
            sandbox: engine.sandbox().clone(),
            packages: packages(paths),
            paths: paths.to_vec(),
        }
    }

    /// Whether the interpreter still has the same packages.
    pub fn is_valid(&self) -> bool {
        !self.paths.is_empty() && self.packages == packages(&self.paths)
    }
}

/// The state of all that depends on these settings, before anything is known of the interpreter.
pub fn surroundings(settings: &EngineSettings) -> Option<Sha256> {
    let python = match &settings.python {
        Some(python) => python.clone(),
        None => default_python().ok()?.executable,
    };
    let mut hasher = Sha256::new();
    let mut add = |text: &str| {
        hasher.update(text);
        hasher.update([0]);
    };
    add(SCHEMA);
    add(env!("CARGO_PKG_VERSION"));
    for file in own_files(settings.program.as_deref()) {
        add(&file.to_string_lossy());
        add(&files::stamp_of(&file));
    }
    let real = fs::canonicalize(&python).unwrap_or_else(|_| python.clone());
    let environment = python.parent().and_then(Path::parent).map(|folder| folder.join("pyvenv.cfg"));
    for file in [Some(python), Some(real), environment].into_iter().flatten() {
        add(&file.to_string_lossy());
        add(&files::stamp_of(&file));
    }
    MACHINE.iter().for_each(|file| add(&fs::read_to_string(file).unwrap_or_default()));
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let rights = status.lines().filter(|line| RIGHTS.iter().any(|right| line.starts_with(right)));
    rights.for_each(&mut add);
    add(&std::thread::available_parallelism().map_or(1, usize::from).to_string());
    let EngineSettings { hash_seed, folder_name, namespaces, strict, .. } = settings;
    add(&format!("{hash_seed} {folder_name} {namespaces} {strict}"));
    Some(hasher)
}

/// The key under which the description of an interpreter is kept.
pub fn key_of_description(surroundings: &Sha256) -> Key {
    key(surroundings.clone().chain_update("description"))
}

/// The key that stands for what was added.
pub fn key(hasher: Sha256) -> Key {
    hasher.finalize().first_chunk().copied().unwrap_or_default()
}

/// Makes the keys of plans.
#[derive(Debug)]
pub struct Keys {
    base: Sha256,
    packages: Vec<PathBuf>,
    /// What the packages hold whose modules examples in docstrings import.
    of_packages: OnceLock<[u8; 32]>,
    /// What the files hold that an example may read.
    of_files: Mutex<HashMap<PathBuf, [u8; 32]>>,
}

impl Keys {
    /// The keys of plans that a described interpreter runs.
    pub fn new(surroundings: &Sha256, description: &Description, settings: &EngineSettings) -> Keys {
        let described = serde_json::to_vec(description).unwrap_or_default();
        Keys {
            base: surroundings.clone().chain_update("run").chain_update(described),
            packages: settings.packages.clone(),
            of_packages: OnceLock::new(),
            of_files: Mutex::default(),
        }
    }

    /// The key of a plan.
    pub fn of(&self, plan: &Plan) -> Key {
        // How long it took before has no bearing on what it gives.
        let plan = Plan { expected_ms: 0, ..plan.clone() };
        let mut hasher = self.base.clone();
        hasher.update(serde_json::to_vec(&plan).unwrap_or_default());
        if plan.module.is_some() {
            hasher.update(self.of_packages.get_or_init(|| self.digest_packages()));
        }
        for readable in &plan.given.readable {
            let mut known = lock(&self.of_files);
            let digest = known
                .entry(readable.path.clone())
                .or_insert_with(|| files::digest(&readable.path, Which::All));
            hasher.update(*digest);
        }
        key(hasher)
    }

    fn digest_packages(&self) -> [u8; 32] {
        let digests = self.packages.iter().map(|folder| files::digest(folder, Which::All));
        digests.fold(Sha256::new(), |hasher, digest| hasher.chain_update(digest)).finalize().into()
    }
}

/// What can be imported from these places: changes when something is installed, upgraded or removed,
/// and when a package changes that is used from where it is written.
fn packages(paths: &[PathBuf]) -> String {
    let mut hasher = Sha256::new();
    for path in paths {
        match is_of_installation(path) {
            true => add_installed(&mut hasher, path),
            false => hasher.update(files::digest(path, Which::Code)),
        }
    }
    digest::hex(&hasher.finalize())
}

/// Whether an installer alone puts modules there.
fn is_of_installation(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    matches!(&*name, "site-packages" | "dist-packages" | "lib-dynload")
        || name.starts_with("python3")
        || path.extension().is_some_and(|extension| extension == "zip")
}

/// Adds what lies in a folder of installed packages. The list of files that an installer leaves stands
/// for all files of a package.
fn add_installed(hasher: &mut Sha256, folder: &Path) {
    let mut entries: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    hasher.update(folder.as_os_str().as_encoded_bytes());
    for entry in entries.iter().filter(|entry| entry.file_name() != "__pycache__") {
        let path = entry.path();
        let stands_for_all = match entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            false => path.clone(),
            true if path.extension().is_some_and(|extension| extension == "dist-info") => path.join("RECORD"),
            true => path.join("__init__.py"),
        };
        hasher.update(entry.file_name().as_encoded_bytes());
        hasher.update(files::stamp_of(&stands_for_all));
        if let Some(source) = editable(&path) {
            hasher.update(files::digest(&source, Which::Code));
        }
    }
}

/// The folder of a project that is installed in place, which its `direct_url.json` names.
fn editable(path: &Path) -> Option<PathBuf> {
    if path.extension().is_none_or(|extension| extension != "dist-info") {
        return None;
    }
    let text = fs::read_to_string(path.join("direct_url.json")).ok()?;
    let origin: serde_json::Value = serde_json::from_str(&text).ok()?;
    let is_editable = origin["dir_info"]["editable"].as_bool() == Some(true);
    let folder = origin["url"].as_str()?.strip_prefix("file://").filter(|_| is_editable)?;
    let folder: Vec<u8> = percent_encoding::percent_decode_str(folder).collect();
    Some(PathBuf::from(OsString::from_vec(folder)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Given, PlannedModule, Readable};

    #[test]
    fn a_change_of_what_is_installed_shows() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site-packages");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let mut last = packages(std::slice::from_ref(&site));
        let mut changes = |name: &str, text: &str| {
            write(name, text);
            let now = packages(std::slice::from_ref(&site));
            std::mem::replace(&mut last, now.clone()) != now
        };
        assert!(changes("site-packages/one.py", "1"));
        assert!(changes("site-packages/pack/__init__.py", ""));
        assert!(changes("site-packages/pack-1.0.dist-info/RECORD", "a"));
        assert!(changes("site-packages/pack-1.0.dist-info/RECORD", "a longer one"));
        assert!(!changes("site-packages/__pycache__/one.pyc", "x"));
        write("own project/src/own.py", "1");
        let url = folder.path().join("own%20project").display().to_string();
        let origin = format!(r#"{{"url": "file://{url}", "dir_info": {{"editable": true}}}}"#);
        assert!(changes("site-packages/own-0.1.dist-info/direct_url.json", &origin));
        assert!(changes("own project/src/own.py", "2"));
        assert!(!changes("own project/README.md", "2"));
    }

    #[test]
    fn a_key_changes_with_everything_but_the_time_it_took() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data.csv");
        fs::write(&file, "1").unwrap();
        let settings =
            EngineSettings { packages: vec![folder.path().to_owned()], ..EngineSettings::default() };
        let description = Description {
            interpreter: Interpreter::default(),
            sandbox: Sandbox::default(),
            paths: Vec::new(),
            packages: String::new(),
        };
        let keys = || Keys::new(&Sha256::new(), &description, &settings);
        let plain = Plan::module("x");
        let of = |plan: &Plan| keys().of(plan);
        assert_eq!(of(&plain), of(&Plan { expected_ms: 9, ..plain.clone() }));
        assert_ne!(of(&plain), of(&Plan::module("y")));
        assert_ne!(of(&plain), of(&Plan { prelude: vec![String::new()], ..plain.clone() }));
        let module = PlannedModule {
            name: "m".to_owned(),
            path: String::new(),
            package: None,
            test: "m".to_owned(),
            numbers: Vec::new(),
            source: String::new(),
        };
        let in_module = Plan { module: Some(module), ..plain.clone() };
        let readable = vec![Readable { path: file.clone(), name: None }];
        let reading = Plan { given: Given { readable, ..Given::default() }, ..plain.clone() };
        let before = [of(&plain), of(&in_module), of(&reading)];
        fs::write(&file, "2").unwrap();
        let after = [of(&plain), of(&in_module), of(&reading)];
        assert_eq!([0, 1, 2].map(|at| before[at] == after[at]), [true, false, false]);
    }

    #[test]
    fn another_seed_is_another_identity() {
        let of = |hash_seed| {
            let python = Some(PathBuf::from("/nowhere/python"));
            let settings = EngineSettings { hash_seed, python, ..EngineSettings::default() };
            key_of_description(&surroundings(&settings).unwrap())
        };
        assert_eq!(of(0), of(0));
        assert_ne!(of(0), of(1));
    }
}
