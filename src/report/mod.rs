//! REPORT: what was found, for people and for machines.
//!
//! Everything is rendered from the [`Report`] made of what a check found, so that a stored report gives
//! the same bytes, and memory need not hold what many documents gave. None asks the runner. Nothing here
//! prints: writers are passed in, and a file is opened as a [`FileTarget`] before the work starts, so
//! that a report that cannot be written is known at once and not after minutes.

mod alone;
mod beside;
mod concise;
mod correctness;
mod counts;
mod csv;
mod destinations;
mod doctor;
mod events;
mod extract;
mod facts;
mod findings;
mod fixed;
mod folder;
mod format;
mod gathered;
mod github;
mod gitlab;
mod growing;
mod html;
mod json;
mod junit;
mod mend;
pub mod model;
mod problem;
mod progress;
mod refutation;
mod region;
mod sarif;
mod sources;
mod stopped;
mod summary;
mod table;
mod target;
mod terminal;
pub(crate) mod text;
mod versions;

use std::io;
use std::time::Duration;

pub(crate) use beside::FileBeside;
pub use correctness::render_correctness;
pub use counts::Counts;
pub use destinations::{Destinations, FormatAndFile};
pub use doctor::{render_doctor, render_doctor_json};
pub use events::{Event, Events};
pub use extract::{ExtractOptions, Extracted, render_extracted};
pub use facts::{render_facts, render_facts_json};
pub use fixed::{render_corrections, render_difference, render_left};
pub use folder::{FolderError, Written, lies_in, write_extracted, written_line};
pub use format::{Format, Rendered, render, render_again, render_report};
pub use github::{Quiet, render_job_summary};
pub use growing::{Found, Growing};
pub use model::{Documents, MergeError, Report, Spool, StoredError};
pub use progress::Progress;
pub use sources::Sources;
pub use target::{FileTarget, TargetError};

/// How much is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Findings only.
    Quiet,
    /// The usual.
    #[default]
    Normal,
    /// Also what is known, inline examples that did not run, and comments not understood.
    Verbose,
}

/// How text for people looks.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether colours are used; the text says the same without them.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// How much is said.
    pub verbosity: Verbosity,
    /// Time from which on an example is called slow.
    pub slow_after: Duration,
}

impl Style {
    /// The style for files and pipes.
    pub fn plain(verbosity: Verbosity) -> Style {
        Style { color: false, width: 100, verbosity, slow_after: Duration::from_secs(5) }
    }

    /// Text in a style, if colours are used.
    fn paint(&self, style: anstyle::Style, text: &str) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// One line that sums up a report.
///
/// # Errors
/// If its documents cannot be read.
pub fn summary_line<D: Documents>(report: &Report<D>, style: &Style) -> io::Result<String> {
    let mut reasons = summary::Reasons::default();
    report.documents.each(&mut |document| {
        reasons.add(document);
        Ok(())
    })?;
    Ok(summary::summary_line(report, &reasons, style))
}

#[cfg(test)]
mod tests;
