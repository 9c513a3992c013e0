//! SELECTION: which examples a check runs, and which claims its report shows (`--only`,
//! `--last-failed`).
//!
//! A pattern is a verdict, the id of an example, the path of a document, a glob over either, or
//! `PATH:LINE`. Ids and paths choose what runs, verdicts what is shown of it: where both are given,
//! both have to agree. A pattern that matches nothing is an error, never an empty success.

mod last_failed;
mod near;

use std::collections::BTreeSet;
use std::fmt;

use clap::ValueEnum;
use globset::{GlobBuilder, GlobMatcher};

use crate::document::Document;
use crate::example::Example;
use crate::exit::fails;
use crate::verdict::{Outcome, Unexpected, Verdict};

pub use last_failed::{LastFailed, LastFailedError};

/// Why a selection cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SelectionError {
    /// A pattern that is no glob.
    #[error("`{pattern}` is no valid pattern: {cause}")]
    Pattern {
        /// The pattern as typed.
        pattern: String,
        /// What is wrong with it.
        cause: String,
    },
    /// Patterns that match nothing, each with what is like it.
    #[error("{}", .0.join("\n"))]
    Nothing(Vec<String>),
}

/// Which examples are run and which claims are shown; by default all of them.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    patterns: Vec<Pattern>,
    verdicts: Vec<Verdict>,
    /// Documents and ids of examples, and nothing else, if there are any.
    exactly: Option<BTreeSet<(String, String)>>,
}

/// A pattern over ids and paths.
#[derive(Clone, Debug)]
struct Pattern {
    typed: String,
    glob: GlobMatcher,
}

impl Pattern {
    fn parse(typed: &str) -> Result<Pattern, SelectionError> {
        let glob = GlobBuilder::new(typed.trim_start_matches("./")).build().map_err(|error| {
            SelectionError::Pattern { pattern: typed.to_owned(), cause: error.kind().to_string() }
        })?;
        Ok(Pattern { typed: typed.to_owned(), glob: glob.compile_matcher() })
    }

    fn matches_document(&self, path: &str) -> bool {
        self.typed == path || self.glob.is_match(path)
    }

    fn matches(&self, path: &str, example: &Example) -> bool {
        self.typed == example.id
            || self.glob.is_match(&example.id)
            || self.matches_document(path)
            || self.line_in(path).is_some_and(|line| holds_line(example, line))
    }

    /// The line of `PATH:LINE`, if the path is this one.
    fn line_in(&self, path: &str) -> Option<usize> {
        let (document, line) = self.typed.rsplit_once(':')?;
        line.parse().ok().filter(|_| document.trim_start_matches("./") == path)
    }
}

/// Whether an example stands on a document line, or on the lines around that belong to it.
fn holds_line(example: &Example, line: usize) -> bool {
    let last = example.output.as_ref().map_or(example.end_line, |output| {
        (output.line + output.text.lines().count()).saturating_sub(1).max(example.end_line)
    });
    (example.start_line..=last).contains(&line)
}

impl fmt::Display for Selection {
    /// The patterns as they were typed, or `everything`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdicts = self.verdicts.iter().filter_map(ValueEnum::to_possible_value);
        let verdicts = verdicts.map(|verdict| verdict.get_name().to_owned());
        let typed: Vec<_> =
            self.patterns.iter().map(|pattern| pattern.typed.clone()).chain(verdicts).collect();
        formatter.write_str(if typed.is_empty() { "everything" } else { "" })?;
        formatter.write_str(&typed.join(" "))
    }
}

impl Selection {
    /// The selection that was typed.
    ///
    /// # Errors
    /// If a pattern is no glob.
    pub fn parse(typed: &[String]) -> Result<Selection, SelectionError> {
        let mut selection = Selection::default();
        for pattern in typed {
            match Verdict::from_str(pattern, true) {
                Ok(verdict) => selection.verdicts.push(verdict),
                Err(_) => selection.patterns.push(Pattern::parse(pattern)?),
            }
        }
        Ok(selection)
    }

    /// The same with nothing but these examples: paths of documents and ids.
    pub fn exactly(self, examples: BTreeSet<(String, String)>) -> Selection {
        Selection { exactly: Some(examples), ..self }
    }

    /// Whether every example is run.
    pub fn runs_everything(&self) -> bool {
        self.patterns.is_empty() && self.exactly.is_none()
    }

    /// Whether an example is run.
    pub fn takes(&self, path: &str, example: &Example) -> bool {
        let is_meant = self
            .exactly
            .as_ref()
            .is_none_or(|exactly| exactly.contains(&(path.to_owned(), example.id.clone())));
        is_meant
            && (self.patterns.is_empty()
                || self.patterns.iter().any(|pattern| pattern.matches(path, example)))
    }

    /// Whether a document is meant as a whole, with its sentences.
    pub fn takes_document(&self, path: &str) -> bool {
        self.exactly.is_none()
            && (self.patterns.is_empty()
                || self.patterns.iter().any(|pattern| pattern.matches_document(path)))
    }

    /// Notes for each pattern whether it matches something of these documents, whose examples are given
    /// each with the number of its document.
    pub fn match_all(&self, documents: &[Document], examples: &[(usize, &Example)], matched: &mut Vec<bool>) {
        matched.resize(self.patterns.len(), false);
        for (pattern, matched) in self.patterns.iter().zip(matched).filter(|(_, matched)| !**matched) {
            *matched = documents.iter().any(|document| pattern.matches_document(&document.path))
                || examples
                    .iter()
                    .any(|(number, example)| pattern.matches(&documents[*number].path, example));
        }
    }

    /// The error for the patterns that have matched nothing.
    pub fn refused(
        &self,
        matched: &[bool],
        documents: &[Document],
        examples: &[(usize, &Example)],
    ) -> SelectionError {
        let idle = self.patterns.iter().zip(matched).filter(|(_, matched)| !**matched);
        SelectionError::Nothing(
            idle.map(|(pattern, _)| near::advice(&pattern.typed, documents, examples)).collect(),
        )
    }

    /// Leaves in an outcome only what is selected. Differences from the expectations stay where they
    /// are about an example that was run; what is hidden by its verdict is counted, and still
    /// decides the exit status.
    pub fn narrow(&self, outcome: &mut Outcome) {
        if !self.runs_everything() {
            self.leave_selected(outcome);
        }
        if !self.verdicts.is_empty() {
            self.leave_verdicts(outcome);
        }
    }

    fn leave_selected(&self, outcome: &mut Outcome) {
        let before = crate::exit::examples(outcome).count();
        for found in &mut outcome.documents {
            let path = found.document.path.clone();
            found.examples.retain(|example| self.takes(&path, &example.example));
            if !self.takes_document(&path) {
                found.prose.clear();
            }
        }
        outcome.documents.retain(|found| {
            !found.examples.is_empty() || !found.prose.is_empty() || self.takes_document(&found.document.path)
        });
        outcome.course.not_selected = before - crate::exit::examples(outcome).count();
        let unexpected = std::mem::take(&mut outcome.unexpected);
        outcome.unexpected =
            unexpected.into_iter().filter(|one| self.is_about_selected(one, outcome)).collect();
    }

    fn is_about_selected(&self, unexpected: &Unexpected, outcome: &Outcome) -> bool {
        let Some((path, line)) = &unexpected.document else { return false };
        let found = outcome.documents.iter().find(|found| found.document.path == *path);
        found.is_some_and(|found| {
            self.takes_document(path) || found.examples.iter().any(|one| holds_line(&one.example, *line))
        })
    }

    fn leave_verdicts(&self, outcome: &mut Outcome) {
        let course = &mut outcome.course;
        for found in &mut outcome.documents {
            for example in &mut found.examples {
                example.claims.retain(|judged| {
                    let shown = self.verdicts.contains(&judged.verdict);
                    course.claims_hidden += usize::from(!shown);
                    course.failures_hidden += usize::from(!shown && fails(judged));
                    shown
                });
            }
            found.examples.retain(|example| !example.claims.is_empty());
            found.prose.retain(|prose| self.verdicts.contains(&prose.verdict));
        }
        outcome.documents.retain(|found| !found.examples.is_empty() || !found.prose.is_empty());
    }
}

#[cfg(test)]
mod tests;
