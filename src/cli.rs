//! The command line, as it is typed.

mod diff;
mod setup;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, ValueHint};

use crate::packages::Requirement;
use crate::report::{ExtractOptions, Format, FormatAndFile, Rendered, Verbosity};
use crate::settings::{Isolate, Overrides, SandboxMode, parse_duration};
use crate::shard::Shard;
use crate::verdict::Verdict;
use diff::DIFF_EXAMPLES;
use setup::COMPLETIONS_EXAMPLES;

pub use diff::DiffReports;
pub use setup::{Completions, Init, Man};

/// Runs the Python examples of documents and says which of their claims are true.
///
/// Every example runs in its own process, without network and with its own empty folder. What a
/// document says about its code (`# True`, an `Output:` block, a doctest) is compared with what
/// really happens.
#[derive(Debug, Parser)]
#[command(name = "truedoc", version, after_help = STATUSES, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The exit statuses, shown below the help.
const STATUSES: &str = "\
Exit status:
  0  all well
  1  a claim is refuted, or something differs from the expectations
  2  wrong usage, settings or input
  3  nothing was found to check
  4  trouble of truedoc's own";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the examples of documents and judge their claims
    #[command(after_help = CHECK_EXAMPLES)]
    Check(Check),
    /// Declare in the expectations what examples really do
    #[command(after_help = BLESS_EXAMPLES)]
    Bless(Bless),
    /// Test the facts that sentences are tied to
    Facts(Facts),
    /// Render a stored report again, in any format for machines
    Report(Report),
    /// Show what changed between two reports
    #[command(after_help = DIFF_EXAMPLES)]
    Diff(DiffReports),
    /// Put the true values of refuted claims into the documents
    #[command(after_help = FIX_EXAMPLES)]
    Fix(Fix),
    /// Show the examples of documents without running them
    #[command(after_help = EXTRACT_EXAMPLES)]
    Extract(Extract),
    /// Say what examples run with here: interpreter, sandbox, limits
    Doctor(Doctor),
    /// Look at a folder and write a truedoc.toml for it
    Init(Init),
    /// Write the completions of a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions(Completions),
    /// Write the manual pages
    Man(Man),
}

const CHECK_EXAMPLES: &str = "\
Examples:
  truedoc check                            check the paths of truedoc.toml, or this folder
  truedoc check README.md docs             check a file and a folder
  truedoc check --format concise docs      one line for each finding
  truedoc check --format json --output report.json
  truedoc check --report junit=junit.xml --report sarif=truedoc.sarif
  truedoc check --only guide/lists#2 guide.md
                                           one example, with what it needs from earlier ones
  truedoc check --last-failed              what failed last time
  truedoc check --watch docs               again whenever a document changes
  truedoc check --baseline known.json      fail only for what is not in known.json
  truedoc check --python 3.9 --python 3.13 docs
                                           what holds in which version
  truedoc check --install docs             install what the examples import, and lock it
  truedoc check --with fastapi --with 'pydantic>=2' docs
                                           install only this
  truedoc check --timeout 2s --jobs 4 docs";

const FIX_EXAMPLES: &str = "\
Examples:
  truedoc fix --diff README.md             show what would be changed
  truedoc fix README.md docs               change it

Only what is certain is changed: the value that a refuted claim has in two runs, in the place of the
one that is claimed. The changed text is checked again before it is written. Everything else is left,
each with its reason.

Exit status:
  0  nothing is wrong, or all that was wrong is put right
  1  something wrong is left, or, with --diff, would be changed";

const EXTRACT_EXAMPLES: &str = "\
Examples:
  truedoc extract guide.md                 every example with the lines it stands on
  truedoc extract --list docs              one line for each example
  truedoc extract --explain guide.md       also which rule took it, and what was not taken
  truedoc extract --out examples docs      one file for each example, for other tools";

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// What to read, and how to report on it.
    #[command(flatten)]
    pub common: Common,
    /// How the report is written [default: full]
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Write the report to a file, as a whole and only at the end
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Write a further report in this format to this file; may be given more than once
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    pub reports: Vec<FormatAndFile>,
    /// How the examples run.
    #[command(flatten)]
    pub running: Running,
    /// Check only these: a verdict, the id of an example, a document, a glob over either, or
    /// `PATH:LINE`; may be given more than once
    #[arg(long, value_name = "PATTERN")]
    pub only: Vec<String>,
    /// Check only what failed last time
    #[arg(long)]
    pub last_failed: bool,
    /// Run the tests that examples define, as pytest and unittest would: each is to pass
    #[arg(long)]
    pub run_tests: bool,
    /// Start no more examples after the first refutation
    #[arg(long)]
    pub fail_fast: bool,
    /// Check one of several parts of the documents, such as `2/4`; `truedoc report` puts the reports of
    /// all parts together
    #[arg(long, value_name = "I/N", conflicts_with_all = ["last_failed", "watch", "update_baseline"])]
    pub shard: Option<Shard>,
    /// Stay, and check each document again when it changes
    #[arg(long, conflicts_with_all = ["output", "reports"])]
    pub watch: bool,
    /// Put up with the refutations that stand in this file; fail for new ones, and for mended ones
    /// that still stand there
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub baseline: Option<PathBuf>,
    /// Write into the baseline what is refuted now
    #[arg(long, conflicts_with_all = ["only", "last_failed", "fail_fast", "watch", "output", "format", "reports"])]
    pub update_baseline: bool,
    /// Leave the declared expectations aside
    #[arg(long)]
    pub no_expectations: bool,
    /// Do not try how a broken example or a false claim can be mended
    #[arg(long)]
    pub no_mends: bool,
}

/// Arguments of `fix`.
#[derive(Debug, Args)]
pub struct Fix {
    /// What to read, and how to report on it.
    #[command(flatten)]
    pub common: Common,
    /// Show the changes as a unified diff and write nothing
    #[arg(long)]
    pub diff: bool,
    /// Also put right what is declared as false on purpose
    #[arg(long)]
    pub known: bool,
    /// How the examples run.
    #[command(flatten)]
    pub running: Running,
}

const BLESS_EXAMPLES: &str = "\
Examples:
  truedoc bless docs               ask about each difference, on a terminal; else accept all
  truedoc bless --yes docs         accept all
  truedoc bless --check docs       change nothing; exit status 1 if anything would change";

/// Arguments of `bless`.
#[derive(Debug, Args)]
pub struct Bless {
    /// What to read, and how to report on it.
    #[command(flatten)]
    pub common: Common,
    /// How the examples run.
    #[command(flatten)]
    pub running: Running,
    /// Accept everything without asking
    #[arg(long, short, conflicts_with = "check")]
    pub yes: bool,
    /// Change nothing, and fail if anything would change
    #[arg(long)]
    pub check: bool,
}

/// Arguments of `facts`.
#[derive(Debug, Args)]
pub struct Facts {
    /// What to read, and how to report on it.
    #[command(flatten)]
    pub common: Common,
    /// How the examples run.
    #[command(flatten)]
    pub running: Running,
    /// Write all facts as JSON, with what their probes showed
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct Report {
    /// A report that `check --format json` wrote; several are the parts of one check, made with `--shard`,
    /// and are put together
    #[arg(required = true, value_name = "REPORT", value_hint = ValueHint::FilePath)]
    pub reports: Vec<PathBuf>,
    /// How it is rendered
    #[arg(long, value_enum, default_value_t)]
    pub format: Rendered,
    /// Show only claims with this verdict, in the Markdown table; a page begins with them, and shows the
    /// others on demand. May be given more than once
    #[arg(long, value_enum, value_name = "VERDICT")]
    pub only: Vec<Verdict>,
    /// Write to a file, as a whole and only at the end
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}

/// Arguments of `extract`.
#[derive(Debug, Args)]
pub struct Extract {
    /// What to read, and how to report on it.
    #[command(flatten)]
    pub common: Common,
    /// Show the rule that took each example, and what was not taken and why
    #[arg(long)]
    pub explain: bool,
    /// Show one line for each example and for what was not taken, without the code
    #[arg(long)]
    pub list: bool,
    /// Write each example to a file of its own in this folder, with an index for each document
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
}

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Write it as JSON of the schema `truedoc/doctor/1`
    #[arg(long)]
    pub json: bool,
    /// First remove the results that are kept of earlier checks
    #[arg(long)]
    pub clear_cache: bool,
    /// Settings file [default: the nearest truedoc.toml or pyproject.toml, searched upward]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// When to use colours
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
}

impl Doctor {
    /// What wins over the settings file.
    pub fn overrides(&self) -> Overrides {
        Overrides { config: self.config.clone(), ..Overrides::default() }
    }
}

/// Arguments of all commands that read documents.
#[derive(Debug, Args)]
pub struct Common {
    /// Documents, and folders to search for documents [default: those of truedoc.toml, or `.`]
    #[arg(value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Settings file [default: the nearest truedoc.toml or pyproject.toml, searched upward]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// Leave out what `exclude` names even where it is given as an argument, as hooks do
    #[arg(long)]
    pub force_exclude: bool,
    /// Pass if there is nothing to do
    #[arg(long)]
    pub allow_nothing: bool,
    /// When to use colours
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
    /// Say only what is wrong
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more: what is known, settings and their origin, comments not understood
    #[arg(long, short, action = ArgAction::SetTrue)]
    pub verbose: bool,
}

/// Arguments of all commands that run examples.
#[derive(Debug, Args)]
pub struct Running {
    /// Run the examples with this Python: a version such as `3.12`, a program, or the folder of a
    /// virtual environment; may be given more than once [default: the one that truedoc was built for]
    #[arg(long, value_name = "PYTHON")]
    pub python: Vec<String>,
    /// Install this for the examples, such as `fastapi` or `'pydantic>=2'`; may be given more than once
    #[arg(long, value_name = "REQUIREMENT", value_parser = Requirement::parse)]
    pub with: Vec<Requirement>,
    /// Install all that the examples import, and lock the versions in truedoc.lock
    #[arg(long)]
    pub install: bool,
    /// Examples that run at once [default: the number of cores]
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// Time that an example may take, such as `500ms` or `10s` [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub timeout: Option<Duration>,
    /// Do not start the services that expectations declare; their examples are `needs-service`
    #[arg(long)]
    pub no_services: bool,
    /// What to do where the machine refuses a layer of the sandbox [default: auto]
    #[arg(long, value_enum, value_name = "MODE")]
    pub sandbox: Option<SandboxMode>,
    /// Which examples have a process of their own [default: auto]
    #[arg(long, value_enum, value_name = "MODE")]
    pub isolate: Option<Isolate>,
    /// Run every example, also where a result is kept from an earlier check, and keep none
    #[arg(long)]
    pub no_cache: bool,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Common {
    /// How much is said.
    pub fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        }
    }

    fn overrides(&self) -> Overrides {
        Overrides {
            paths: self.paths.clone(),
            config: self.config.clone(),
            force_exclude: self.force_exclude,
            ..Overrides::default()
        }
    }
}

impl Running {
    /// What wins over the settings file, besides what reading the documents takes.
    fn over(&self, overrides: Overrides) -> Overrides {
        Overrides {
            python: self.python.clone(),
            with: self.with.clone(),
            install: self.install,
            jobs: self.jobs,
            timeout: self.timeout,
            no_services: self.no_services,
            sandbox: self.sandbox,
            isolate: self.isolate,
            no_cache: self.no_cache,
            ..overrides
        }
    }
}

impl Check {
    /// What wins over the settings file.
    pub fn overrides(&self) -> Overrides {
        self.running.over(Overrides {
            no_expectations: self.no_expectations,
            no_mends: self.no_mends,
            only: self.only.clone(),
            last_failed: self.last_failed,
            fail_fast: self.fail_fast,
            run_tests: self.run_tests,
            shard: self.shard,
            baseline: self.baseline.clone(),
            ..self.common.overrides()
        })
    }
}

impl Bless {
    /// What wins over the settings file.
    pub fn overrides(&self) -> Overrides {
        self.running.over(self.common.overrides())
    }
}

impl Fix {
    /// What wins over the settings file.
    pub fn overrides(&self) -> Overrides {
        self.running.over(self.common.overrides())
    }
}

impl Facts {
    /// What wins over the settings file.
    pub fn overrides(&self) -> Overrides {
        self.running.over(self.common.overrides())
    }
}

impl Extract {
    /// What wins over the settings file.
    pub fn overrides(&self) -> Overrides {
        self.common.overrides()
    }

    /// What of the examples is shown.
    pub fn options(&self) -> ExtractOptions {
        ExtractOptions { list: self.list, explain: self.explain }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_is_as_it_was() {
        let mut command = Cli::command().term_width(100);
        command.build();
        let help: Vec<_> = std::iter::once(command.render_long_help().to_string())
            .chain(command.get_subcommands_mut().map(|command| command.render_help().to_string()))
            .collect();
        insta::assert_snapshot!(help.join("\n----\n"));
    }

    #[test]
    fn arguments_become_overrides() {
        let typed = ["truedoc", "check", "-q", "--jobs", "3", "--timeout", "2s", "a.md", "--no-expectations"];
        let Command::Check(check) = Cli::parse_from(typed).command else { panic!("not check") };
        let overrides = check.overrides();
        assert_eq!(overrides.timeout, Some(Duration::from_secs(2)));
        assert_eq!(overrides.jobs, NonZeroUsize::new(3));
        assert_eq!(overrides.paths, [PathBuf::from("a.md")]);
        assert!(overrides.no_expectations);
        assert_eq!(check.common.verbosity(), Verbosity::Quiet);
        for wrong in [["--jobs", "0"], ["--timeout", "10"], ["--format", "xml"]] {
            assert!(Cli::try_parse_from(["truedoc", "check"].into_iter().chain(wrong)).is_err());
        }
    }
}
