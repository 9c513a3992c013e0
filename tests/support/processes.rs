//! What processes there are, and what they may do, for tests that start some.
#![allow(dead_code, reason = "each test uses its part of it")]

use std::fs;

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

/// The numbers of a process's children.
pub fn children(process: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().flat_map(str::parse).collect::<Vec<_>>()).collect()
}

/// Those of all its descendants.
pub fn descendants(process: u32) -> Vec<u32> {
    let mut found = children(process);
    let mut next = 0;
    while let Some(&one) = found.get(next) {
        found.extend(children(one));
        next += 1;
    }
    found
}

/// The command lines of this process's children.
pub fn commands_of_children() -> Vec<String> {
    let command = |process: u32| fs::read_to_string(format!("/proc/{process}/cmdline")).unwrap_or_default();
    let own = children(std::process::id()).into_iter();
    own.map(|process| format!("{process}: {}", command(process))).collect()
}

/// Refuses namespaces to this thread and to what it starts from now on, as many containers do.
pub fn refuse_namespaces() {
    let filter = SeccompFilter::new(
        [(nix::libc::SYS_unshare, Vec::new())].into(),
        SeccompAction::Allow,
        SeccompAction::Errno(nix::libc::EPERM as u32),
        std::env::consts::ARCH.try_into().unwrap(),
    );
    let program: BpfProgram = filter.unwrap().try_into().unwrap();
    seccompiler::apply_filter(&program).unwrap();
}
