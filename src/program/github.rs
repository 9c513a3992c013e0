//! A job of GitHub Actions: annotations beside the report for people, and the summary of the job.

use std::io::{self, Write};

use crate::report::{self, Documents, Format, Found, Quiet, Rendered, Style};

/// Whether this runs in a job of GitHub Actions.
pub fn is_here() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// Shows the report for people, in which nothing is taken for a command, and the annotations.
pub fn show(found: &Found, style: &Style) -> anyhow::Result<()> {
    let quiet = Quiet::new();
    super::to_stdout(|writer| {
        writeln!(writer, "{}", quiet.begin())?;
        found.render(Format::Full, style, writer)?;
        writeln!(writer, "{}", quiet.end())?;
        found.render(Format::Rendered(Rendered::Github), style, writer)
    })
}

/// Adds the summary to that of the job. The check does not fail because that cannot be written.
pub fn summarise(found: &Found) {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else { return };
    let summarise = || -> io::Result<()> {
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(&path)?;
        let taken = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
        let mut page = Vec::new();
        report::render_job_summary(&*Documents::loaded(&found.report)?, taken, &mut page)?;
        file.write_all(&page)
    };
    if let Err(error) = summarise() {
        super::to_stderr(&format!("warning: the summary of the job cannot be written: {error}"));
    }
}
