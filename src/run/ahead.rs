//! What a worker does before it forks, so that each example starts faster: it imports modules of the
//! standard library that examples mention, and goes through the life of an example itself
//! (`driver/rehearse.py`). Both take their time, so a check of few examples does less of it. An example
//! sees none of it.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::sync::LazyLock;

/// What may be imported ahead, in this order.
const MODULES: &[&str] = &[
    "asyncio",
    "collections",
    "collections.abc",
    "dataclasses",
    "typing",
    "functools",
    "json",
    "itertools",
    "contextlib",
    "datetime",
    "enum",
    "abc",
    "math",
    "random",
    "os",
    "sys",
    "io",
    "pathlib",
    "time",
    "traceback",
    "copy",
    "string",
    "operator",
    "inspect",
    "subprocess",
    "tempfile",
    "concurrent.futures",
    "concurrent.futures.thread",
    "textwrap",
    "decimal",
    "fractions",
    "heapq",
    "bisect",
    "statistics",
    "uuid",
    "hashlib",
    "pickle",
    "weakref",
    "types",
    "queue",
    "atexit",
    "socket",
    "selectors",
    "struct",
    "array",
    "csv",
    "pprint",
    "shutil",
    "calendar",
    "numbers",
    "contextvars",
    "timeit",
    "dis",
    "keyword",
    "platform",
    "sysconfig",
    "_strptime",
];
/// What modules import besides, once some of their functions are called.
const COMPANIONS: &[(&str, &[&str])] = &[
    ("collections", &["heapq"]),
    ("dataclasses", &["inspect"]),
    ("datetime", &["_strptime"]),
    ("functools", &["types", "typing", "weakref"]),
    ("time", &["_strptime"]),
    ("typing", &["inspect"]),
];
/// What of it a rehearsal imports.
const REHEARSED: &[&str] =
    &["json", "collections", "contextlib", "dataclasses", "enum", "functools", "typing"];
/// Rounds after which every version of Python has specialised its code: the most patient does so after
/// eight calls.
const MOST_ROUNDS: usize = 10;
/// Processes for which one round is worth its time.
const PROCESSES_FOR_A_ROUND: usize = 10;

/// Examples for which one more zygote is worth its time, before it shows how long they take.
const EXAMPLES_FOR_A_ZYGOTE: usize = 50;

/// What a worker does before it forks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// Modules that it imports, besides those that it needs itself.
    pub(super) modules: Vec<&'static str>,
    /// How often it goes through the life of an example.
    pub(super) rounds: usize,
    /// How many examples there are to run.
    examples: usize,
}

impl Default for Ahead {
    /// All, for many examples of which nothing is known.
    fn default() -> Self {
        Ahead { modules: MODULES.to_vec(), rounds: MOST_ROUNDS, examples: usize::MAX }
    }
}

impl Ahead {
    /// The same for so many processes.
    pub fn for_processes(&self, processes: usize) -> Ahead {
        let rounds = rounds_for(processes).min(self.rounds);
        Ahead { modules: self.modules.clone(), rounds, examples: processes }
    }

    /// How many zygotes are worth starting at once where so many examples can run at a time.
    pub(super) fn zygotes(&self, jobs: usize) -> usize {
        (self.examples / EXAMPLES_FOR_A_ZYGOTE).clamp(1, jobs.max(1))
    }
}

/// Names by which the modules are mentioned.
static ROOTS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| MODULES.iter().map(|module| root_of(module)).collect());

fn root_of(module: &str) -> &str {
    module.split('.').next().unwrap_or(module)
}

fn rounds_for(processes: usize) -> usize {
    (processes / PROCESSES_FOR_A_ROUND).min(MOST_ROUNDS)
}

/// Which of the modules programs mention, by the first parts of their names.
#[derive(Clone, Debug, Default)]
pub struct Mentioned(BTreeSet<&'static str>);

impl Mentioned {
    /// Looks at one more program.
    pub fn add(&mut self, program: &str) {
        let is_of_name = |letter: char| letter.is_alphanumeric() || letter == '_';
        for word in program.split(|letter| !is_of_name(letter)) {
            // Code that awaits at its top level has a loop, whether it mentions one or not.
            let word = if word == "await" { "asyncio" } else { word };
            if let Some(root) = ROOTS.get(word) {
                self.0.insert(root);
            }
        }
    }

    /// What is worth its time for these programs, so many that run in about so many processes.
    pub fn ahead(&self, examples: usize, processes: usize) -> Ahead {
        let rounds = rounds_for(processes);
        let is_worth_it = |module: &&&'static str| {
            self.0.contains(root_of(module)) || rounds > 0 && REHEARSED.contains(*module)
        };
        let mut modules: Vec<&str> = MODULES.iter().filter(is_worth_it).copied().collect();
        let called = COMPANIONS.iter().filter(|(module, _)| modules.contains(module));
        let companions: Vec<&str> = called.flat_map(|(_, companions)| *companions).copied().collect();
        modules.extend(companions);
        Ahead { modules, rounds, examples }
    }
}

impl fmt::Display for Ahead {
    /// As an argument of the worker; `AheadOrder::read` is the other way.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{},{}", self.rounds, self.modules.join(","))
    }
}

/// The same, as the worker is told.
#[derive(Debug)]
pub(super) struct AheadOrder {
    pub modules: Vec<String>,
    pub rounds: usize,
}

impl AheadOrder {
    pub fn read(argument: &str) -> Option<AheadOrder> {
        let (rounds, modules) = argument.split_once(',')?;
        let modules = modules.split(',').filter(|module| !module.is_empty()).map(str::to_owned).collect();
        Some(AheadOrder { modules, rounds: rounds.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ahead(program: &str, processes: usize) -> Ahead {
        let mut mentioned = Mentioned::default();
        mentioned.add(program);
        mentioned.ahead(processes, processes)
    }

    #[test]
    fn what_is_done_ahead_is_what_is_mentioned_and_worth_it() {
        let few = ahead("import math, os.path\nx.concurrent", 9);
        assert_eq!(few.modules, ["math", "os", "concurrent.futures", "concurrent.futures.thread"]);
        assert_eq!(few.rounds, 0);
        let awaits = ahead("await f()", 25);
        assert!(awaits.modules.contains(&"asyncio") && awaits.modules.contains(&"typing"));
        assert_eq!((awaits.rounds, ahead("", 5000).rounds), (2, MOST_ROUNDS));
        assert_eq!(ahead("", 5000).for_processes(10).rounds, 1);
        assert_eq!([9, 100, 5000].map(|examples| ahead("", examples).zygotes(4)), [1, 2, 4]);
    }

    #[test]
    fn all_that_a_rehearsal_imports_is_imported_before() {
        let rehearsal = include_str!("driver/rehearse.py");
        let imports = rehearsal.lines().filter_map(|line| {
            let modules = line.strip_prefix("from ").and_then(|line| line.split(' ').next());
            modules.or_else(|| line.strip_prefix("import "))
        });
        let modules: Vec<&str> = imports.flat_map(|modules| modules.split(", ")).collect();
        assert!(modules.contains(&"dataclasses"), "{modules:?}");
        for module in modules {
            // The driver itself needs patterns.
            assert!(REHEARSED.contains(&module) || module == "re", "{module}");
        }
    }

    #[test]
    fn the_worker_is_told_the_same() {
        for ahead in [Ahead::default(), Ahead { modules: Vec::new(), rounds: 0, examples: 0 }] {
            let told = AheadOrder::read(&ahead.to_string()).unwrap();
            assert_eq!(
                (told.rounds, told.modules),
                (ahead.rounds, ahead.modules.iter().map(|&one| one.to_owned()).collect())
            );
        }
    }
}
