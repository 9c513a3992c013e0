//! What examples run with on this machine, for people and as JSON of the schema `truedoc/doctor/1`.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::Style;
use super::terminal::HEADING;
use crate::cache::MOST_BYTES;
use crate::doctor::{CacheState, Diagnosis, Layer};
use crate::interpreters::Python;
use crate::run::{DESCRIPTORS, DISK, Limits};

const GOOD: anstyle::Style = anstyle::AnsiColor::Green.on_default();
const WRONG: anstyle::Style = anstyle::AnsiColor::Red.on_default().effects(anstyle::Effects::BOLD);

const SCHEMA: &str = "truedoc/doctor/1";

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Report<'a> {
    schema: &'static str,
    truedoc: &'static str,
    kernel: Option<&'a str>,
    /// What examples run with.
    interpreter: Interpreter<'a>,
    /// What `--python` finds here.
    interpreters: Vec<Interpreter<'a>>,
    sandbox: Sandbox<'a>,
    limits: InForce,
    trial: Trial<'a>,
    /// What is kept of earlier checks.
    cache: Option<&'a CacheState>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Interpreter<'a> {
    version: &'a str,
    executable: &'a str,
}

impl<'a> Interpreter<'a> {
    fn of(python: &'a Python) -> Self {
        Interpreter {
            version: &python.version,
            executable: python.executable.to_str().unwrap_or("a path that is no text"),
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Sandbox<'a> {
    /// Whether `--sandbox strict` is content.
    whole: bool,
    layers: &'a [Layer],
    missing: &'a [String],
}

/// Milliseconds, bytes and numbers.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct InForce {
    jobs: usize,
    time_ms: u64,
    memory: u64,
    output: u64,
    processes: u64,
    open_files: u64,
    disk: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Trial<'a> {
    ran: bool,
    duration_ms: Option<f64>,
    reason: Option<&'a str>,
}

/// Writes it as JSON.
pub fn render_doctor_json(found: &Diagnosis, writer: &mut dyn Write) -> io::Result<()> {
    let Limits { time_ms, memory, output, processes } = found.limits;
    let report = Report {
        schema: SCHEMA,
        truedoc: env!("CARGO_PKG_VERSION"),
        kernel: found.kernel.as_deref(),
        interpreter: Interpreter {
            version: &found.interpreter.version,
            executable: &found.interpreter.executable,
        },
        interpreters: found.pythons.iter().map(Interpreter::of).collect(),
        sandbox: Sandbox {
            whole: found.sandbox.missing.is_empty(),
            layers: &found.layers,
            missing: &found.sandbox.missing,
        },
        limits: InForce {
            jobs: found.jobs,
            time_ms,
            memory,
            output,
            processes,
            open_files: DESCRIPTORS,
            disk: DISK,
        },
        trial: Trial {
            ran: found.trial.is_ok(),
            duration_ms: found.trial.as_ref().ok().map(|time| time.as_secs_f64() * 1e3),
            reason: found.trial.as_ref().err().map(String::as_str),
        },
        cache: found.cache.as_ref(),
    };
    serde_json::to_writer_pretty(&mut *writer, &report)?;
    writeln!(writer)
}

/// Writes it for people.
pub fn render_doctor(found: &Diagnosis, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    let heading = |text: &str| style.paint(HEADING, text);
    writeln!(writer, "{}", heading("runs with"))?;
    writeln!(writer, "  truedoc  {}", env!("CARGO_PKG_VERSION"))?;
    writeln!(writer, "  CPython  {}  {}", found.interpreter.version, found.interpreter.executable)?;
    for Python { version, executable } in &found.pythons {
        if executable.as_path() != Path::new(&found.interpreter.executable) {
            writeln!(writer, "  --python {version}  {}", executable.display())?;
        }
    }
    if let Some(kernel) = &found.kernel {
        writeln!(writer, "  Linux    {kernel}")?;
    }
    match &found.trial {
        Ok(time) => writeln!(writer, "  an example ran in {:.1} ms", time.as_secs_f64() * 1e3)?,
        Err(reason) => writeln!(writer, "  {}: {reason}", style.paint(WRONG, "no example runs"))?,
    }
    writeln!(writer, "\n{}", heading("sandbox"))?;
    let width = found.layers.iter().map(|layer| layer.name.len()).max().unwrap_or(0);
    for Layer { name, active, effect, reasons, remedy } in &found.layers {
        let state = if *active { style.paint(GOOD, "yes") } else { style.paint(WRONG, "no ") };
        writeln!(writer, "  {name:<width$}  {state}  {effect}")?;
        for reason in reasons {
            writeln!(writer, "  {:<width$}       because: {reason}", "")?;
        }
        if let Some(remedy) = remedy {
            writeln!(writer, "  {:<width$}       remedy: {remedy}", "")?;
        }
    }
    writeln!(writer, "\n{}", heading("limits of an example"))?;
    let Limits { time_ms, memory, output, processes } = found.limits;
    writeln!(writer, "  time          {} ms, {} examples at once", time_ms, found.jobs)?;
    writeln!(writer, "  memory        {}", size(memory))?;
    writeln!(writer, "  output        {} kept, ended at 16 times as much", size(output))?;
    writeln!(writer, "  processes     {processes}")?;
    writeln!(writer, "  open files    {DESCRIPTORS}")?;
    writeln!(writer, "  disk          {}", size(DISK))?;
    writeln!(writer, "\n{}", heading("results kept of earlier checks"))?;
    match &found.cache {
        Some(CacheState { folder, results, bytes }) => {
            writeln!(writer, "  folder        {folder}")?;
            let kib = bytes.div_ceil(1 << 10);
            writeln!(writer, "  results       {results}, {kib} KiB of at most {}", size(MOST_BYTES))?;
        }
        None => writeln!(writer, "  none are kept")?,
    }
    match found.sandbox.missing.is_empty() {
        true => writeln!(writer, "\nthe sandbox is whole"),
        false => writeln!(
            writer,
            "\nthe sandbox is not whole: `--sandbox strict` runs nothing here, and without it the rest holds"
        ),
    }
}

/// A size in the largest unit in which it is a whole number.
fn size(bytes: u64) -> String {
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    let fitting = units.iter().find(|(shift, _)| bytes > 0 && bytes.is_multiple_of(1 << shift));
    fitting.map_or_else(|| format!("{bytes} B"), |(shift, unit)| format!("{} {unit}", bytes >> shift))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn the_published_schema_is_that_of_the_format() {
        fixture::assert_published::<Report>("doctor-1.json");
    }

    #[test]
    fn sizes_are_shown_in_whole_units() {
        assert_eq!([size(2 << 30), size(1536 << 20), size(1000)], ["2 GiB", "1536 MiB", "1000 B"]);
    }
}
