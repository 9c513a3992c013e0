//! Arguments of `diff`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::diff::DiffFormat;

/// Shown below the help.
pub(super) const DIFF_EXAMPLES: &str = "\
Examples:
  truedoc check --format json --output new.json docs
  truedoc diff old.json new.json
  truedoc diff --format markdown old.json new.json >> \"$GITHUB_STEP_SUMMARY\"

Moved lines are no change: examples are matched by their code, then by their ids, then by how alike
they are. An example is slower if it took at least 100 ms longer and half as long again.

Exit status:
  0  no claim is refuted that was not before
  1  there are new refutations";

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub struct DiffReports {
    /// A report that `check --format json` wrote
    #[arg(value_name = "OLD", value_hint = ValueHint::FilePath)]
    pub old: PathBuf,
    /// A later one
    #[arg(value_name = "NEW", value_hint = ValueHint::FilePath)]
    pub new: PathBuf,
    /// How the difference is written
    #[arg(long, value_enum, default_value_t)]
    pub format: DiffFormat,
    /// Write to a file, as a whole and only at the end
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}
