//! What Landlock lets examples read and write: an allow-list, enforced by kernels from 5.13 on.

use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr,
    RulesetError, Scope, path_beneath_rules,
};

use super::jail::Folders;
use super::mounts::USABLE_DEVICES;

/// Landlock version the rules are written for; older kernels enforce what they know.
pub const VERSION: ABI = ABI::V6;

/// What of the machine an example may read, besides the interpreter. `/etc` only in parts: root
/// could read its secrets.
const READABLE: &[&str] =
    &["/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin", "/proc", "/sys/devices/system/cpu"];
const READABLE_ETC: &[&str] = &[
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "timezone",
    "nsswitch.conf",
    "hosts",
    "host.conf",
    "hostname",
    "resolv.conf",
    "gai.conf",
    "passwd",
    "group",
    "services",
    "protocols",
    "mime.types",
    "os-release",
    "debian_version",
    "locale.alias",
    "alternatives",
    "terminfo",
    "inputrc",
    "ssl/certs",
    "ssl/openssl.cnf",
    "python3",
    "python3.9",
    "python3.10",
    "python3.11",
    "python3.12",
    "python3.13",
    "python3.14",
];

/// The rules for the examples of a zygote: what they may read, and their own folders.
pub fn rules(readable: &[PathBuf], folders: &Folders) -> Result<RulesetCreated, RulesetError> {
    let etc = READABLE_ETC.iter().map(|name| Path::new("/etc").join(name));
    let reading = READABLE.iter().map(PathBuf::from).chain(etc).chain(readable.iter().cloned());
    let devices = USABLE_DEVICES.iter().map(PathBuf::from);
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(VERSION))?
        .scope(Scope::from_all(VERSION))?
        .create()?
        .add_rules(path_beneath_rules(reading, AccessFs::from_read(VERSION)))?
        .add_rules(path_beneath_rules(
            devices.chain(folders.emptied.iter().cloned()),
            AccessFs::from_all(VERSION),
        ))
}
