//! What the program does, however it was started: as a binary, or as a module of Python. It alone
//! writes to the terminal.

mod github;
mod setup;
mod watch;

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use crate::baseline::Updated;
use crate::cache::Cache;
use crate::check::Shown;
use crate::cli::{
    Bless, Check, Cli, Color, Command, Common, DiffReports, Doctor, Extract, Facts, Fix, Report,
};
use crate::diff::{self, Diff};
use crate::exit::Exit;
use crate::expectations::{ExpectationError, Proposal};
use crate::fix::{FixError, FixSettings};
use crate::init::InitError;
use crate::report::{
    self, Destinations, Events, FileTarget, FolderError, Format, Found, MergeError, Progress, Sources,
    StoredError, Style, TargetError, Verbosity,
};
use crate::review;
use crate::settings::{Overrides, Settings, SettingsError};
use anstream::ColorChoice;
use anyhow::Context;
use clap::Parser;

/// Does what the arguments say, the first of which is the name of the program. Says what went wrong
/// on stderr, and gives the exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    std::panic::set_hook(Box::new(apologise));
    let command = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli.command,
        Err(message) => {
            // Help and version are for stdout; whoever closed it has seen enough.
            let _ = message.print();
            return if message.use_stderr() { Exit::Usage } else { Exit::Well };
        }
    };
    let exit = match command {
        Command::Check(arguments) => allowing_nothing(&arguments.common, check(&arguments)),
        Command::Bless(arguments) => bless(&arguments),
        Command::Facts(arguments) => facts(&arguments),
        Command::Report(arguments) => report_again(&arguments),
        Command::Diff(arguments) => diff(&arguments),
        Command::Fix(arguments) => allowing_nothing(&arguments.common, fix(&arguments)),
        Command::Extract(arguments) => allowing_nothing(&arguments.common, extract(&arguments)),
        Command::Init(arguments) => setup::init(&arguments),
        Command::Completions(arguments) => setup::completions(&arguments),
        Command::Man(arguments) => setup::man(&arguments),
        Command::Doctor(arguments) => doctor(&arguments),
    };
    exit.unwrap_or_else(|error| explain(&error))
}

/// The end of a command, which is well without anything to do if that is allowed.
fn allowing_nothing(common: &Common, end: anyhow::Result<Exit>) -> anyhow::Result<Exit> {
    let status = match &end {
        Ok(exit) => *exit,
        Err(error) => error.downcast_ref().map_or(Exit::Trouble, crate::Error::exit),
    };
    if common.allow_nothing && status == Exit::Nothing { Ok(Exit::Well) } else { end }
}

fn check(arguments: &Check) -> anyhow::Result<Exit> {
    if arguments.watch {
        return watch::watch(arguments);
    }
    if arguments.update_baseline {
        return update_baseline(arguments);
    }
    let style = style(&arguments.common);
    let target = arguments.output.as_deref().map(FileTarget::open).transpose()?;
    let mut reports = Destinations::open(&arguments.reports, arguments.output.as_deref())?;
    let (target, events) = events(arguments, target, &mut reports)?;
    let settings = settings(arguments.overrides(), &style)?;
    let style = Style { slow_after: settings.slow_after.value, ..style };
    let found = checked(&settings, &style, events.as_ref())?;
    // What cannot be written in one place is written in the others all the same.
    let told = events.map_or(Ok(()), |events| events.close(&found.report));
    let shown = show(arguments, target, &found, &style);
    if github::is_here() {
        github::summarise(&found);
    }
    let written = reports.write(&found, style.verbosity);
    told.context("the events could not be written")?;
    shown?;
    written?;
    Ok(found.exit())
}

/// Writes the report that is asked for with `--format`; events have been told by then.
fn show(arguments: &Check, target: Option<FileTarget>, found: &Found, style: &Style) -> anyhow::Result<()> {
    let format = arguments.format.unwrap_or_default();
    match target {
        _ if format == Format::Events => {}
        None if arguments.format.is_none() && github::is_here() => github::show(found, style)?,
        None => to_stdout(|writer| found.render(format, style, writer))?,
        Some(target) => {
            let plain = Style::plain(style.verbosity);
            target.write(|writer| found.render(format, &plain, writer))?;
            if style.verbosity > Verbosity::Quiet {
                to_stderr(&report::summary_line(&found.report, &plain)?);
            }
        }
    }
    Ok(())
}

/// Where events go to, if they are wanted: to stdout, to the file in its place, to further files. What
/// is left of the file is for a report in the end.
fn events(
    arguments: &Check,
    target: Option<FileTarget>,
    reports: &mut Destinations,
) -> Result<(Option<FileTarget>, Option<Arc<Events>>), TargetError> {
    let boxed = |file| -> Box<dyn Write + Send> { Box::new(file) };
    let mut writers: Vec<_> = reports.take_events().into_iter().map(boxed).collect();
    let target = match target {
        _ if arguments.format != Some(Format::Events) => target,
        Some(target) => {
            writers.push(boxed(target.stream()?));
            None
        }
        None => {
            writers.push(Box::new(io::stdout()));
            None
        }
    };
    let events = (!writers.is_empty()).then(|| Arc::new(Events::new(writers)));
    Ok((target, events))
}

fn update_baseline(arguments: &Check) -> anyhow::Result<Exit> {
    let style = style(&arguments.common);
    let settings = settings(arguments.overrides(), &style)?;
    clear_left_over(&style);
    let progress = progress(&Style { slow_after: settings.slow_after.value, ..style });
    let updated = crate::update_baseline(&settings, &progress);
    progress.clear();
    let (outcome, Updated { added, removed, kept }) = updated?;
    if style.verbosity > Verbosity::Quiet {
        to_stderr(&format!("baseline: {kept} kept, {added} added, {removed} removed"));
    }
    // What differs from the expectations has no place in a baseline.
    Ok(if outcome.unexpected.is_empty() { Exit::Well } else { Exit::Failed })
}

fn diff(arguments: &DiffReports) -> anyhow::Result<Exit> {
    let target = arguments.output.as_deref().map(FileTarget::open).transpose()?;
    let diff = Diff::of(&report::Report::read(&arguments.old)?, &report::Report::read(&arguments.new)?);
    let render = |writer: &mut dyn Write| diff::render(&diff, arguments.format, writer);
    match target {
        Some(target) => target.write(render)?,
        None => to_stdout(render)?,
    }
    Ok(if diff.fails() { Exit::Failed } else { Exit::Well })
}

/// Checks with progress, and says what its reader should know about how it went.
fn checked(settings: &Settings, style: &Style, events: Option<&Arc<Events>>) -> Result<Found, crate::Error> {
    clear_left_over(style);
    let progress = progress(style);
    let progress = match events {
        Some(events) => progress.with_events(Arc::clone(events)),
        None => progress,
    };
    let growing = crate::check_for_report(settings, &progress);
    progress.clear();
    let growing = growing?;
    if style.verbosity > Verbosity::Quiet {
        growing.remarks.iter().for_each(|remark| to_stderr(&format!("note: {remark}")));
    }
    Ok(growing.finish())
}

fn bless(arguments: &Bless) -> anyhow::Result<Exit> {
    let style = style(&arguments.common);
    let settings = settings(arguments.overrides(), &style)?;
    clear_left_over(&style);
    let progress = progress(&style);
    let proposals = crate::bless(&settings, &progress);
    progress.clear();
    let proposals = proposals?;
    let is_asked = !arguments.yes && io::stdin().is_terminal() && io::stdout().is_terminal();
    let mut changed = 0;
    for proposal in &proposals {
        let accepted = if is_asked && !arguments.check {
            review::review(proposal, &mut io::stdin().lock(), &mut io::stdout().lock())?
        } else {
            to_stdout(|writer| proposal.changes.iter().try_for_each(|change| review::show(change, writer)))?;
            vec![true; proposal.changes.len()]
        };
        let Some(text) = proposal.text(&accepted)? else { continue };
        changed += accepted.iter().filter(|accepted| **accepted).count();
        if !arguments.check {
            write_expectations(proposal, &text)?;
        }
    }
    if style.verbosity > Verbosity::Quiet {
        to_stderr(&match (changed, arguments.check) {
            (0, _) => "everything is declared as it ran".to_owned(),
            (_, true) => format!("{changed} declarations would change"),
            (_, false) => format!("{changed} declarations changed"),
        });
    }
    Ok(if arguments.check && changed > 0 { Exit::Failed } else { Exit::Well })
}

fn facts(arguments: &Facts) -> anyhow::Result<Exit> {
    let style = style(&arguments.common);
    clear_left_over(&style);
    let checked = crate::facts(&settings(arguments.overrides(), &style)?)?;
    to_stdout(|writer| match arguments.json {
        true => report::render_facts_json(&checked, writer),
        false => checked
            .iter()
            .try_for_each(|(version, checked)| report::render_facts(version, checked, &style, writer)),
    })?;
    let mut all = checked.iter().flat_map(|(_, checked)| checked);
    let is_broken = all.any(|checked| matches!(checked.shown, Shown::Broken(..)));
    Ok(match (checked.iter().all(|(_, checked)| checked.is_empty()), is_broken) {
        (true, _) => Exit::Nothing,
        (_, true) => Exit::Failed,
        (_, false) => Exit::Well,
    })
}

fn report_again(arguments: &Report) -> anyhow::Result<Exit> {
    let target = arguments.output.as_deref().map(FileTarget::open).transpose()?;
    let stored = stored(&arguments.reports)?;
    let sources = Sources::read(&stored);
    let render = |writer: &mut dyn Write| {
        report::render_again(arguments.format, &stored, &sources, &arguments.only, writer)
    };
    match target {
        Some(target) => target.write(render)?,
        None => to_stdout(render)?,
    }
    Ok(Exit::Well)
}

/// A stored report, or the parts of one put together.
fn stored(files: &[PathBuf]) -> anyhow::Result<report::Report> {
    if let [file] = files {
        return Ok(report::Report::read(file)?);
    }
    let read = |file: &PathBuf| Ok((crate::document::shown(file), report::Report::read(file)?));
    Ok(report::Report::merge(files.iter().map(read).collect::<Result<_, StoredError>>()?)?)
}

/// Writes the expectations of a document as a whole.
fn write_expectations(proposal: &Proposal, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = proposal.path.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("the folder `{}` cannot be made", folder.display()))?;
    }
    let target = FileTarget::open(&proposal.path)?;
    Ok(target.write(|writer| writer.write_all(text.as_bytes()))?)
}

fn fix(arguments: &Fix) -> anyhow::Result<Exit> {
    let style = style(&arguments.common);
    let settings = settings(arguments.overrides(), &style)?;
    clear_left_over(&style);
    let progress = progress(&style);
    let fixed = crate::fix(&settings, FixSettings { known: arguments.known }, &progress);
    progress.clear();
    let fixed = fixed?;
    if arguments.diff {
        to_stdout(|writer| report::render_difference(&fixed, &style, writer))?;
        report::render_left(&fixed, false, &style, &mut io::stderr().lock())?;
    } else {
        fixed.write()?;
        to_stdout(|writer| {
            report::render_corrections(&fixed, writer)?;
            report::render_left(&fixed, true, &style, writer)
        })?;
    }
    Ok(fixed.exit(!arguments.diff))
}

fn progress(style: &Style) -> Progress {
    match style.verbosity {
        Verbosity::Quiet => Progress::hidden(),
        _ => Progress::on_stderr(style.slow_after),
    }
}

fn extract(arguments: &Extract) -> anyhow::Result<Exit> {
    let style = style(&arguments.common);
    let settings = settings(arguments.overrides(), &style)?;
    let mut extracted = crate::extract(&settings)?;
    if let Some(out) = &arguments.out {
        extracted.retain(|found| !report::lies_in(&found.document.path, out));
        let written = report::write_extracted(&extracted, &settings.paths.value, out)?;
        if style.verbosity > Verbosity::Quiet {
            to_stderr(&report::written_line(&written, &extracted, out));
        }
    }
    if arguments.out.is_none() || arguments.list || arguments.explain {
        to_stdout(|writer| report::render_extracted(&extracted, arguments.options(), &style, writer))?;
    }
    let is_empty = extracted.iter().all(|found| found.examples.is_empty());
    Ok(if is_empty { Exit::Nothing } else { Exit::Well })
}

fn doctor(arguments: &Doctor) -> anyhow::Result<Exit> {
    let settings = Settings::resolve(arguments.overrides(), &std::env::current_dir()?)?;
    if arguments.clear_cache
        && let Some(cache) = Cache::of_user()
    {
        cache.clear().with_context(|| format!("`{}` cannot be emptied", cache.folder().display()))?;
    }
    let found = crate::doctor(&settings)?;
    let style = style_of(arguments.color, Verbosity::Normal);
    to_stdout(|writer| match arguments.json {
        true => report::render_doctor_json(&found, writer),
        false => report::render_doctor(&found, &style, writer),
    })?;
    Ok(if found.trial.is_ok() { Exit::Well } else { Exit::Trouble })
}

/// Says what is removed because a run that was killed could not remove it.
fn clear_left_over(style: &Style) {
    for folder in crate::run::remove_left_over() {
        if style.verbosity > Verbosity::Quiet {
            to_stderr(&format!("note: removed {}, left by a run that was killed", folder.display()));
        }
    }
}

fn settings(overrides: Overrides, style: &Style) -> anyhow::Result<Settings> {
    let settings = Settings::resolve(overrides, &std::env::current_dir()?)?;
    if style.verbosity == Verbosity::Verbose {
        settings.explain(&mut io::stderr().lock())?;
    }
    Ok(settings)
}

/// How text for stdout looks.
fn style(arguments: &Common) -> Style {
    style_of(arguments.color, arguments.verbosity())
}

fn style_of(color: Color, verbosity: Verbosity) -> Style {
    let color = match color {
        Color::Auto => anstream::AutoStream::choice(&io::stdout()) != ColorChoice::Never,
        Color::Always => true,
        Color::Never => false,
    };
    let plain = Style::plain(verbosity);
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok();
    let columns = size.map(|size| usize::from(size.ws_col)).filter(|&columns| columns > 0);
    Style { color, width: columns.unwrap_or(plain.width), ..plain }
}

/// Writes to stdout. Whoever closed the pipe has seen enough, so that is no error.
fn to_stdout(render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    let mut writer = BufWriter::new(io::stdout().lock());
    match render(&mut writer).and_then(|()| writer.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // The rest of the buffer must not be tried again when it is dropped.
            let _ = writer.into_parts();
            Ok(())
        }
        result => result.context("standard output cannot be written"),
    }
}

/// Writes a line to stderr. If nobody reads it, there is nobody to tell.
fn to_stderr(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Tells the user what went wrong and gives the exit status for it.
fn explain(error: &anyhow::Error) -> Exit {
    let own = error.downcast_ref::<crate::Error>();
    match own {
        Some(crate::Error::Documents(errors)) => {
            errors.0.iter().for_each(|error| to_stderr(&format!("error: {error}")));
        }
        _ => to_stderr(&format!("error: {error:#}")),
    }
    match own {
        Some(own) => own.exit(),
        None if error.is::<SettingsError>()
            || error.is::<ExpectationError>()
            || error.is::<StoredError>()
            || error.is::<MergeError>() =>
        {
            Exit::Usage
        }
        None if error.is::<FolderError>() => error.downcast_ref().map_or(Exit::Trouble, FolderError::exit),
        None if error.is::<FixError>() || error.is::<InitError>() => Exit::Usage,
        None if matches!(
            error.downcast_ref(),
            Some(TargetError::Open { .. } | TargetError::Twice { .. })
        ) =>
        {
            Exit::Usage
        }
        None => Exit::Trouble,
    }
}

/// Says in one sentence that truedoc failed, and ends it: what is half-done cannot be reported.
fn apologise(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
    let message = panic.payload_as_str().unwrap_or("no message");
    let version = env!("CARGO_PKG_VERSION");
    to_stderr(&format!(
        "error: truedoc {version} failed{place} ({message}); please report this with the document it was reading"
    ));
    std::process::exit(i32::from(Exit::Trouble as u8));
}
