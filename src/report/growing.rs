//! A report that is put together while a check goes through its documents.

use std::io::{self, Write};

use super::model::{Report, Spool};
use super::{Format, Sources, Style, render_report};
use crate::exit::Exit;
use crate::verdict::Outcome;

/// What was found so far. The documents are not in memory, if they are more than a few.
#[derive(Debug, Default)]
pub struct Growing {
    report: Option<Report<Spool>>,
    sources: Sources<'static>,
    /// What the reader should know about how the check went, each sentence once.
    pub remarks: Vec<String>,
}

impl Growing {
    /// Takes in what was found in some documents.
    ///
    /// # Errors
    /// If it cannot be kept in a file.
    pub fn add(&mut self, outcome: Outcome) -> io::Result<()> {
        for remark in &outcome.course.remarks {
            if !self.remarks.contains(remark) {
                self.remarks.push(remark.clone());
            }
        }
        let mut part = Report::of(&outcome);
        let texts = outcome.documents.into_iter().map(|found| found.document);
        let documents = match &mut self.report {
            Some(report) => {
                // Together they may be many.
                if texts.len() > 0 {
                    self.sources = Sources::read_late();
                }
                report.absorb(part)
            }
            None => {
                let documents = std::mem::take(&mut part.documents);
                self.sources = Sources::of_documents(texts);
                self.report = Some(part.with(Spool::default()));
                documents
            }
        };
        self.report.as_mut().map_or(Ok(()), |report| report.documents.extend(documents))
    }

    /// What was found in all of them.
    pub fn finish(self) -> Found {
        let Some(mut report) = self.report else {
            unreachable!("a check finds something or ends with an error")
        };
        report.settle();
        Found { report, sources: self.sources }
    }
}

/// All that a check found, ready to be rendered.
#[derive(Debug)]
pub struct Found {
    /// The report.
    pub report: Report<Spool>,
    sources: Sources<'static>,
}

impl Found {
    /// Renders it.
    ///
    /// # Errors
    /// If writing fails, or what was kept in a file cannot be read.
    pub fn render(&self, format: Format, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
        render_report(format, &self.report, &self.sources, style, writer)
    }

    /// The exit status of the check.
    pub fn exit(&self) -> Exit {
        let ends = [Exit::Well, Exit::Failed, Exit::Nothing];
        ends.into_iter().find(|&end| self.report.exit == Some(end as u8)).unwrap_or(Exit::Trouble)
    }
}
