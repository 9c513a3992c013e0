//! What one needs once: settings for a folder, completions, manual pages.

use std::path::Path;

use anyhow::Context;
use clap::CommandFactory;

use crate::cli::{Cli, Completions, Init, Man};
use crate::exit::Exit;
use crate::report::FileTarget;

/// What to do after the settings are written.
const NEXT: &str = "
next:
  truedoc check                  says what is true and what is not
  truedoc fix --diff             shows the true values in the place of the false ones
  truedoc check --baseline baseline.json --update-baseline
                                 puts up with what is wrong now; then `baseline = \"baseline.json\"`
                                 in truedoc.toml lets only new mistakes fail
";

/// Writes settings for a folder, and says what was found and what to do next.
pub fn init(arguments: &Init) -> anyhow::Result<Exit> {
    let (survey, path) = crate::init::init(&arguments.folder)?;
    super::to_stdout(|writer| {
        writeln!(writer, "found {}", survey.sentence())?;
        for (pattern, reason) in &survey.exclude {
            writeln!(writer, "left out {pattern}: {}", reason.lines().next().unwrap_or_default())?;
        }
        writeln!(writer, "wrote {}", crate::document::shown(&path))?;
        if survey.total() == 0 {
            return writeln!(writer, "\nthere is nothing to check yet");
        }
        write!(writer, "{NEXT}")
    })?;
    Ok(Exit::Well)
}

/// Writes the completions of a shell to stdout.
pub fn completions(arguments: &Completions) -> anyhow::Result<Exit> {
    // The crate does not expect that writing can fail.
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "truedoc", &mut text);
    super::to_stdout(|writer| writer.write_all(&text))?;
    Ok(Exit::Well)
}

/// Writes the main page of the manual to stdout, or the pages of all commands to a folder.
pub fn man(arguments: &Man) -> anyhow::Result<Exit> {
    let command = Cli::command();
    match &arguments.out {
        None => super::to_stdout(|writer| clap_mangen::Man::new(command).render(writer))?,
        Some(folder) => write_pages(command, folder)?,
    }
    Ok(Exit::Well)
}

/// Writes the page of a command and those of all below it, each as a whole.
fn write_pages(mut command: clap::Command, folder: &Path) -> anyhow::Result<()> {
    let refused = || format!("the manual pages cannot be written to `{}`", folder.display());
    std::fs::create_dir_all(folder).with_context(refused)?;
    command.build();
    let mut pages = vec![command];
    while let Some(command) = pages.pop() {
        pages.extend(command.get_subcommands().filter(|one| !one.is_hide_set()).cloned());
        let page = clap_mangen::Man::new(command);
        let target = FileTarget::open(&folder.join(page.get_filename()));
        target.and_then(|target| target.write(|writer| page.render(writer))).with_context(refused)?;
    }
    Ok(())
}
