//! Values that say where an example runs, not what Python does.

use std::collections::BTreeMap;

use ruff_python_ast::Stmt;
use ruff_text_size::Ranged;

use super::Evidence;
use crate::claim::Claim;
use crate::python::{self, Names};

/// What runs twice and gives two results, or depends on the machine.
pub const NONDETERMINISTIC: &str = "nondeterministic";

/// Names whose values say where an example runs, not what Python does.
const OF_MACHINE: &[&str] = &[
    "platform.",
    "sys.platform",
    "sys.version",
    "sys.executable",
    "sys.path",
    "sys.argv",
    "sys.prefix",
    "os.getcwd",
    "os.environ",
    "os.getenv",
    "os.name",
    "os.sep",
    "os.uname",
    "os.getlogin",
    "os.cpu_count",
    "cpu_count()",
    "os.listdir",
    "os.scandir",
    "os.walk",
    "os.stat",
    "glob(",
    ".iterdir(",
    ".exists(",
    ".resolve(",
    ".absolute(",
    "abspath(",
    "realpath(",
    "subprocess",
    "tracemalloc.",
    "sysconfig.",
    "locale.",
    "metadata.",
    "OPENSSL_VERSION",
    "sys.ps1",
    "sys.ps2",
    "os.getpid",
    "os.getppid",
    "getpass.",
    "gethostname",
    "Path.cwd",
    "Path.home",
    "expanduser",
    "gettempdir",
    "__file__",
    "get_ident",
    "current_process",
    "date.today(",
    "datetime.today(",
    ".now(",
    ".utcnow(",
    "time.time(",
    "time.localtime(",
    "time.gmtime(",
    "time.ctime(",
    "time.strftime(",
    "time.tzname",
    "time.timezone",
    "tzlocal(",
    "/etc/localtime",
];

impl Evidence<'_> {
    /// A name in the statement whose value is another on every machine or at another time, or that
    /// a name in the statement was derived from.
    pub(super) fn of_machine(&self, claim: &Claim) -> Option<&'static str> {
        // Most code has none of it anywhere, and need not be read closer.
        mentioned(self.code).or_else(|| mentioned(self.before))?;
        let lines = self.code.lines().skip(claim.target.first.saturating_sub(1));
        let statement: Vec<&str> = lines.take(claim.target.last + 1 - claim.target.first.max(1)).collect();
        mentioned(&statement.join("\n")).or_else(|| {
            let code = format!("{}{}", self.before, self.code);
            let derived = derived(&code, claim.target.first + self.before.lines().count());
            let names = Names::of(python::parse(statement.join("\n").trim_start()).suite());
            names.loaded.iter().find_map(|name| derived.get(name).copied())
        })
    }
}

fn mentioned(source: &str) -> Option<&'static str> {
    OF_MACHINE.iter().copied().find(|name| source.contains(name))
}

/// The names bound at the top level above a line whose values come from the machine, each with
/// where its value comes from.
fn derived(code: &str, line: usize) -> BTreeMap<String, &'static str> {
    let mut derived = BTreeMap::new();
    let end: usize = code.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    for statement in python::parse(code).suite() {
        let range = statement.range().to_std_range();
        if range.start >= end {
            break;
        }
        if matches!(statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            continue;
        }
        let names = Names::of(std::slice::from_ref(statement));
        let from = mentioned(&code[range]).filter(|_| !names.global.is_empty());
        let from = from.or_else(|| names.loaded.iter().find_map(|name| derived.get(name).copied()));
        for name in names.global {
            match from {
                Some(from) => derived.insert(name, from),
                None => derived.remove(&name),
            };
        }
    }
    derived
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_machine_pass_from_name_to_name() {
        let code = "a = os.path.dirname(__file__)\nb = sorted(find(a))\nc = 1\nd = date.today()\nd = 2\nx\n";
        let names: Vec<String> = derived(code, 6).into_keys().collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(derived(code, 5)["d"], "date.today(");
        assert!(derived(code, 1).is_empty());
    }
}
