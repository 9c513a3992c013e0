//! A folder in which truedoc is used as a user would.
#![allow(dead_code, reason = "each test uses its part of it")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with documents, and a cache of its own.
pub struct Project {
    pub folder: TempDir,
    pub cache: TempDir,
}

impl Project {
    pub fn new(files: &[(&str, &str)]) -> Project {
        let project = Project { folder: tempfile::tempdir().unwrap(), cache: tempfile::tempdir().unwrap() };
        files.iter().for_each(|(name, text)| project.write(name, text));
        project
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_truedoc"));
        command.args(arguments).current_dir(self.path()).env("XDG_CACHE_HOME", self.cache.path());
        command.env_remove("GITHUB_ACTIONS");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The report of a check as JSON, and its exit status.
    pub fn report(&self, arguments: &[&str]) -> (Value, Option<i32>) {
        let output = self.run(&[&["check", "--format", "json"], arguments].concat());
        let report = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr)));
        (report, output.status.code())
    }
}

pub fn examples(report: &Value) -> Vec<&Value> {
    let documents = report["documents"].as_array().unwrap();
    documents.iter().flat_map(|document| document["examples"].as_array().unwrap()).collect()
}

pub fn ids(report: &Value) -> Vec<&str> {
    examples(report).iter().map(|example| example["id"].as_str().unwrap()).collect()
}

/// What a command wrote to stdout, and to stderr.
pub fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}
