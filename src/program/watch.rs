//! `check --watch`: stays, and checks again what has changed.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::Check;
use crate::exit::Exit;
use crate::report::{Style, Verbosity};
use crate::settings::Settings;
use crate::watch::{INTERVAL, Watched};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Exit status of a program that is ended from its terminal.
const INTERRUPTED: i32 = 130;

/// Erases a terminal with what has scrolled away, and puts the cursor in its corner.
const CLEAR: &str = "\x1b[2J\x1b[3J\x1b[H";

/// Checks everything, then each document again when it changes, until it is interrupted.
pub fn watch(arguments: &Check) -> anyhow::Result<Exit> {
    let style = super::style(&arguments.common);
    let interrupt = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // The second time it is meant at once; the first ends what runs and leaves nothing behind.
        flag::register_conditional_shutdown(signal, INTERRUPTED, Arc::clone(&interrupt))?;
        flag::register(signal, Arc::clone(&interrupt))?;
    }
    let resolve = || -> anyhow::Result<Settings> {
        let settings = super::settings(arguments.overrides(), &style)?;
        Ok(Settings { interrupt: Arc::clone(&interrupt), ..settings })
    };
    let mut settings = resolve()?;
    let (documents, others) = crate::watched(&settings)?;
    let mut watched = Watched::new(documents.into_iter().chain(others));
    let mut round = Round { arguments, style, is_first: true };
    round.run(&settings, &interrupt);
    while !interrupt.load(Ordering::Relaxed) {
        std::thread::sleep(INTERVAL);
        // A folder may be gone for a moment, as when branches are switched.
        let Ok((documents, others)) = crate::watched(&settings) else { continue };
        let changed = watched.changed(documents.iter().chain(&others).cloned());
        if changed.is_empty() {
            continue;
        }
        if changed.iter().all(|path| documents.contains(path)) {
            let mut of_changed = settings.clone();
            of_changed.paths.value = changed;
            round.run(&of_changed, &interrupt);
        } else {
            match resolve() {
                Ok(resolved) => settings = resolved,
                Err(error) => {
                    super::explain(&error);
                    continue;
                }
            }
            round.run(&settings, &interrupt);
        }
    }
    Ok(Exit::Well)
}

/// How each check of a watch is told.
struct Round<'a> {
    arguments: &'a Check,
    style: Style,
    is_first: bool,
}

impl Round<'_> {
    /// Checks, and writes the report. An error ends the round, not the watch.
    fn run(&mut self, settings: &Settings, interrupt: &AtomicBool) {
        if io::stdout().is_terminal() {
            let _ = write!(io::stdout().lock(), "{CLEAR}");
        } else if !self.is_first {
            super::to_stderr("");
        }
        self.is_first = false;
        let style = Style { slow_after: settings.slow_after.value, ..self.style };
        let checked = super::checked(settings, &style, None);
        if interrupt.load(Ordering::Relaxed) {
            return;
        }
        match checked {
            Ok(found) => {
                let format = self.arguments.format.unwrap_or_default();
                let render = |writer: &mut dyn Write| found.render(format, &style, writer);
                if let Err(error) = super::to_stdout(render) {
                    super::explain(&error);
                }
            }
            Err(crate::Error::Selection(_)) if settings.paths.value.iter().all(|path| path.is_file()) => {
                super::to_stderr("nothing of what changed is selected");
            }
            Err(error) => {
                super::explain(&error.into());
            }
        }
        if self.style.verbosity > Verbosity::Quiet {
            super::to_stderr("watching for changes; Ctrl-C ends");
        }
    }
}
