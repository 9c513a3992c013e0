//! A report that is put together while a check goes through its documents.

use std::io::{self, Write};
use std::sync::Arc;

use rayon::prelude::*;

use super::counts::Counts;
use super::model::{Document, Report, Spool};
use super::{Format, Sources, Style, render_report};
use crate::exit::Exit;
use crate::recall::{Recall, Recalled};
use crate::verdict::Outcome;

/// What was found so far. The documents are not in memory, if they are more than a few.
#[derive(Debug, Default)]
pub struct Growing {
    report: Option<Report<()>>,
    documents: Spool,
    sources: Sources<'static>,
    recall: Option<Arc<Recall>>,
    /// The numbers of the documents that were checked before, and whether any of them fails.
    recalled: Counts,
    recalled_fails: bool,
    /// What the reader should know about how the check went, each sentence once.
    pub remarks: Vec<String>,
}

impl Growing {
    /// A report whose documents are kept, as far as they are the same the next time.
    pub fn with_recall(recall: Option<Arc<Recall>>) -> Growing {
        Growing { recall, ..Growing::default() }
    }

    /// Takes in a document as it was found in an earlier check.
    ///
    /// # Errors
    /// If it cannot be kept in a file.
    pub fn add_recalled(&mut self, recalled: Recalled) -> io::Result<()> {
        self.recalled = self.recalled.add(recalled.summary);
        self.recalled_fails |= !recalled.failed.is_empty();
        self.documents.push(recalled.path.clone(), recalled.json())
    }

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
        self.add_documents(std::mem::take(&mut part.documents), &outcome)?;
        let texts = outcome.documents.into_iter().map(|found| found.document);
        match &mut self.report {
            Some(report) => {
                // Together they may be many.
                if texts.len() > 0 {
                    self.sources = Sources::read_late();
                }
                report.absorb(part.with(()));
            }
            None => {
                // What was found before is not at hand.
                let are_all = self.recalled.documents == 0;
                self.sources = if are_all { Sources::of_documents(texts) } else { Sources::read_late() };
                self.report = Some(part.with(()));
            }
        }
        Ok(())
    }

    fn add_documents(&mut self, documents: Vec<Document>, outcome: &Outcome) -> io::Result<()> {
        let recall = self.recall.as_ref().filter(|_| outcome.course.not_started == 0);
        let written = documents.into_par_iter().zip(&outcome.documents).map(|(document, found)| {
            let json = serde_json::to_vec(&document)?;
            let path = document.path.clone();
            if let Some(recall) = recall.filter(|_| found.lasting) {
                recall.keep(&found.document, document);
            }
            Ok((path, json))
        });
        let written: Vec<_> = written.collect::<io::Result<_>>()?;
        written.into_iter().try_for_each(|(path, json)| self.documents.push(path, &json))
    }

    /// What was found in all of them.
    pub fn finish(mut self) -> Found {
        let Some(mut report) = self.report else {
            unreachable!("a check finds something or ends with an error")
        };
        report.summary = report.summary.add(self.recalled);
        if self.recalled_fails {
            report.exit = Some(Exit::Failed as u8);
        }
        report.settle();
        self.documents.sort();
        Found { report: report.with(self.documents), sources: self.sources }
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
