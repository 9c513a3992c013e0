//! Where the programs and the files of a service are.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use super::Service;

/// Folders of servers, besides those that programs are searched in anyway.
const FOLDERS_OF_SERVERS: &str = "/usr/local/sbin:/usr/sbin:/sbin";
/// Most lines and bytes of a log that a message shows.
const LOG_LINES: usize = 8;
const LOG_BYTES: usize = 2000;

/// The place of one service.
pub struct Place {
    /// Its data; empty at first.
    pub data: PathBuf,
    /// What it and its commands have said.
    pub log: PathBuf,
    /// Where its programs are searched.
    pub path: String,
}

impl Place {
    /// Makes it below a folder.
    pub fn make(base: &Path, service: &Service) -> io::Result<Place> {
        let data = base.join(&service.name);
        fs::create_dir_all(&data)?;
        // Databases refuse a folder that others may read.
        fs::set_permissions(&data, fs::Permissions::from_mode(0o700))?;
        let inherited = std::env::var("PATH").unwrap_or_default();
        let log = base.join(format!("{}.log", service.name));
        Ok(Place { data, log, path: format!("{inherited}:{FOLDERS_OF_SERVERS}") })
    }

    /// A word of a command, with what it stands for.
    pub fn fill(&self, word: &str, service: &Service) -> String {
        word.replace("{data}", &self.data.to_string_lossy()).replace("{port}", &service.port.to_string())
    }

    /// The program of this name, or at this path, in which a `*` stands for any part of a name; of
    /// several the last, which is that of the highest version.
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        if !name.contains('/') {
            let folders = std::env::split_paths(&self.path);
            return folders.map(|folder| folder.join(name)).find(|file| is_program(file));
        }
        matching(Path::new(name)).into_iter().rfind(|file| is_program(file))
    }

    /// The last lines of the log, as part of a message.
    pub fn last_words(&self) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(LOG_BYTES)..]).into_owned();
        let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
        match lines.len() {
            0 => "; it said nothing".to_owned(),
            count => format!("; it said: {}", lines[count.saturating_sub(LOG_LINES)..].join("\n")),
        }
    }
}

fn is_program(file: &Path) -> bool {
    file.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// The paths that a path with `*` in it stands for, in the order of their numbers.
fn matching(pattern: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    for part in pattern.components() {
        found = match part {
            Component::Normal(name) if name.to_string_lossy().contains('*') => {
                found.iter().flat_map(|folder| entries(folder, name)).collect()
            }
            part => found.into_iter().map(|folder| folder.join(part)).collect(),
        };
    }
    found
}

fn entries(folder: &Path, pattern: &OsStr) -> Vec<PathBuf> {
    let Ok(glob) = globset::Glob::new(&pattern.to_string_lossy()) else { return Vec::new() };
    let glob = glob.compile_matcher();
    let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
    let mut names: Vec<_> = names.filter(|name| glob.is_match(name)).collect();
    // 9 comes before 15.
    names.sort_by_key(|name| (name.len(), name.clone()));
    names.into_iter().map(|name| folder.join(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(folder: &Path) -> Place {
        Place { data: folder.join("data"), log: folder.join("log"), path: folder.to_string_lossy().into() }
    }

    #[test]
    fn of_several_versions_the_highest_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        for version in ["9", "15", "16-empty"] {
            fs::create_dir_all(folder.path().join(version).join("bin")).unwrap();
        }
        for version in ["9", "15"] {
            let file = folder.path().join(version).join("bin/server");
            fs::write(&file, "").unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let found = place(folder.path()).program(&format!("{}/*/bin/server", folder.path().display()));
        assert_eq!(found, Some(folder.path().join("15/bin/server")));
    }

    #[test]
    fn what_may_not_be_executed_is_no_program() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("server"), "").unwrap();
        fs::set_permissions(folder.path().join("server"), fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(place(folder.path()).program("server"), None);
    }

    #[test]
    fn of_a_long_log_the_end_is_shown() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(folder.path());
        assert_eq!(place.last_words(), "; it said nothing");
        let lines: Vec<String> = (0..1000).map(|number| format!("line {number}\n\n")).collect();
        fs::write(&place.log, lines.concat()).unwrap();
        let shown = place.last_words();
        assert!(shown.starts_with("; it said: line 992\n") && shown.ends_with("line 999"), "{shown}");
    }
}
