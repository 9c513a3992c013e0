//! Values that say where an example runs, not what Python does.

use super::Evidence;
use crate::claim::Claim;

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
];

impl Evidence<'_> {
    /// A name in the statement whose value is another on every machine.
    pub(super) fn of_machine(&self, claim: &Claim) -> Option<&'static str> {
        let lines = self.code.lines().skip(claim.target.first.saturating_sub(1));
        let statement: Vec<&str> = lines.take(claim.target.last + 1 - claim.target.first.max(1)).collect();
        OF_MACHINE.iter().copied().find(|name| statement.iter().any(|line| line.contains(name)))
    }
}
