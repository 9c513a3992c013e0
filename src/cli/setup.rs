//! Arguments of the commands that one needs once.

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// Shown below the help of `completions`.
pub(super) const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  truedoc completions bash > ~/.local/share/bash-completion/completions/truedoc
  truedoc completions zsh > \"${fpath[1]}/_truedoc\"
  truedoc completions fish > ~/.config/fish/completions/truedoc.fish";

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder
    #[arg(default_value = ".", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct Man {
    /// Write a page for each command to this folder, instead of the main page to stdout
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
}
