//! BLESS: what ran becomes an expectation.
//!
//! What is declared and still so stays as it is written; what differs, what is missing and what is
//! gone becomes a [`Change`] that can be accepted or not. Comments and the order of a file stay.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::apply::{agrees, meant_in, one_line};
use super::edit::{Edit, Field, edited, scalar};
use super::format::{DeclaredClaim, DeclaredExample, VERSION};
use super::locate::{content_hash, position_of};
use super::{ExpectationError, Expectations, Source, normalised};
use crate::document::{Document, shown};
use crate::example::{Example, MENTION};
use crate::verdict::{DocumentOutcome, ExampleOutcome, Outcome, Status, Verdict};

/// What blessing a document changes in one file.
#[derive(Debug)]
pub struct Proposal {
    /// The file, which may not be there yet.
    pub path: PathBuf,
    /// Its text as it stands.
    text: String,
    /// Whether it is a new one.
    pub is_new: bool,
    /// What differs, in the order of the document.
    pub changes: Vec<Change>,
}

/// One difference between a document and what is declared of it.
#[derive(Debug)]
pub struct Change {
    /// The document as shown to the user, and the line there.
    pub place: (String, usize),
    /// What it is, in a few words.
    pub title: String,
    /// What is declared, if anything is.
    pub before: Option<String>,
    /// What is to be declared; none for an entry that is taken out.
    pub after: Option<String>,
    edits: Vec<Edit>,
}

impl Proposal {
    /// The text of the file with the accepted changes; none if nothing is accepted.
    ///
    /// # Errors
    /// If the file is written in a way that cannot be edited.
    pub fn text(&self, accepted: &[bool]) -> Result<Option<String>, ExpectationError> {
        let changes = self.changes.iter().zip(accepted).filter(|(_, accepted)| **accepted);
        let edits: Vec<Edit> = changes.flat_map(|(change, _)| change.edits.clone()).collect();
        if edits.is_empty() {
            return Ok(None);
        }
        let path = shown(&self.path);
        let text = edited(&self.text, &edits).map_err(|cannot| {
            let at = self.text.split_inclusive('\n').take(cannot.line.saturating_sub(1)).map(str::len).sum();
            let end = self.text[at..].find('\n').map_or(self.text.len(), |length| at + length);
            crate::located::Located::new(&path, &self.text, at..end, cannot.why)
        })?;
        // What is written must be read again.
        Source::read(PathBuf::from(&path), text.clone())?;
        Ok(Some(text))
    }
}

impl Expectations {
    /// What would have to change so that everything that ran is declared as it ran. `varies` tells of
    /// examples whose output is not the same each time. New files go below `folder`.
    pub fn proposals(
        &self,
        folder: &Path,
        outcome: &Outcome,
        varies: &dyn Fn(&Document, &Example) -> bool,
    ) -> Vec<Proposal> {
        let documents: Vec<&Document> = outcome.documents.iter().map(|found| &found.document).collect();
        let about: BTreeMap<usize, &Source> =
            self.about(&documents).into_iter().map(|(source, number)| (number, source)).collect();
        let proposals = outcome.documents.iter().enumerate().filter_map(|(number, found)| {
            let blessing = Blessing { found, varies };
            let proposal = match about.get(&number) {
                Some(source) => blessing.update(source),
                None => blessing.begin(folder),
            };
            Some(proposal).filter(|proposal| !proposal.changes.is_empty())
        });
        proposals.collect()
    }
}

/// A document on its way into its expectations.
struct Blessing<'a> {
    found: &'a DocumentOutcome,
    varies: &'a dyn Fn(&Document, &Example) -> bool,
}

impl Blessing<'_> {
    /// A new file that declares all of the document.
    fn begin(&self, folder: &Path) -> Proposal {
        let document = &self.found.document;
        let name = normalised(&document.path);
        let text = format!(
            "version: {VERSION}\ndocument: {}\nsha256: {}\ncomplete: true\n",
            scalar(&name),
            scalar(&document.sha256)
        );
        let relative = if Path::new(&document.path).is_absolute() || document.path.starts_with("..") {
            name.rsplit('/').next().unwrap_or_default().to_owned()
        } else {
            name
        };
        let examples = self.found.examples.iter().filter(|outcome| is_declarable(outcome));
        let mut changes: Vec<Change> = examples.map(|outcome| self.addition(outcome, None)).collect();
        changes.extend(self.false_claims());
        Proposal { path: folder.join(relative).with_extension("yaml"), text, is_new: true, changes }
    }

    /// Changes of the file that declares the document.
    fn update(&self, source: &Source) -> Proposal {
        let mut changes = self.examples(source);
        changes.extend(
            source
                .file
                .claims
                .iter()
                .filter_map(|entry| self.claim(&entry.value, entry.referenced.line() as usize)),
        );
        changes.extend(self.false_claims());
        changes.sort_by_key(|change| change.place.1);
        let document = &self.found.document;
        if !changes.is_empty() && source.file.sha256.as_ref().is_some_and(|old| *old != document.sha256) {
            changes[0].edits.push(Edit::SetKey(("sha256", scalar(&document.sha256))));
        }
        Proposal { path: source.location.clone(), text: source.text.clone(), is_new: false, changes }
    }

    fn examples(&self, source: &Source) -> Vec<Change> {
        let examples: Vec<&Example> = self.found.examples.iter().map(|outcome| &outcome.example).collect();
        let entries: Vec<(usize, &DeclaredExample)> = source
            .file
            .examples
            .iter()
            .map(|entry| (entry.referenced.line() as usize, &entry.value))
            .collect();
        let mut positions: Vec<Option<usize>> =
            entries.iter().map(|(_, declared)| position_of(declared, &examples)).collect();
        let mut changes = Vec::new();
        for at in 0..entries.len() {
            let (line, declared) = entries[at];
            let Some(index) = positions[at] else {
                // Another example on its line that nothing declares is what it has become.
                let successor = examples.iter().enumerate().position(|(index, example)| {
                    declared.line.is_some_and(|line| (example.start_line..=example.end_line).contains(&line))
                        && !positions.contains(&Some(index))
                });
                positions[at] = successor;
                changes.push(match successor {
                    Some(index) => self.replacement(line, declared, &self.found.examples[index]),
                    None => self.removal(line, declared),
                });
                continue;
            };
            if !source.leaves_open(&self.found.examples[index], self.found) {
                changes.extend(self.difference(line, declared, &self.found.examples[index]));
            }
        }
        let undeclared = self.found.examples.iter().enumerate();
        let undeclared = undeclared
            .filter(|(index, outcome)| is_declarable(outcome) && !positions.contains(&Some(*index)))
            .filter(|(_, outcome)| !source.leaves_open(outcome, self.found));
        for (_, outcome) in undeclared {
            let is_later = |position: &Option<usize>| {
                position.is_some_and(|index| examples[index].start_line > outcome.example.start_line)
            };
            let before = positions.iter().position(is_later).map(|at| entries[at].0);
            changes.push(self.addition(outcome, before));
        }
        changes
    }

    /// What a declared example does otherwise than declared.
    fn difference(
        &self,
        line: usize,
        declared: &DeclaredExample,
        outcome: &ExampleOutcome,
    ) -> Option<Change> {
        let example = &outcome.example;
        let mut fields: Vec<Field> = Vec::new();
        let mut before = Vec::new();
        let lines = example.start_line..=example.end_line;
        let has_moved = declared.line.is_some_and(|line| !lines.contains(&line));
        if has_moved {
            fields.push(("line", example.start_line.to_string()));
        }
        if let Some(expected) = declared.outcome.as_ref().filter(|expected| !agrees(expected, outcome)) {
            before.push(super::apply::expected_words(expected));
            fields.push(("outcome", ending(outcome)));
        }
        let printed = printed(outcome);
        if let Some(expected) = declared.stdout.as_deref().filter(|text| text.trim_end() != printed)
            && !(self.varies)(&self.found.document, example)
        {
            before.push(format!("to print `{}`", one_line(expected)));
            fields.push(("stdout", scalar(printed)));
        }
        let title = match before.is_empty() {
            true => format!("`{}` has moved", example.id),
            false => format!("`{}` does otherwise", example.id),
        };
        (!fields.is_empty()).then(|| Change {
            place: (self.found.document.path.clone(), example.start_line),
            title,
            before: Some(if before.is_empty() {
                format!("line {}", declared.line.unwrap_or_default())
            } else {
                before.join(", ")
            }),
            after: Some(written(&fields)),
            edits: vec![Edit::Set { line, fields }],
        })
    }

    /// An example whose code has changed.
    fn replacement(&self, line: usize, declared: &DeclaredExample, outcome: &ExampleOutcome) -> Change {
        let example = &outcome.example;
        let mut fields: Vec<Field> =
            vec![("line", example.start_line.to_string()), ("hash", scalar(&content_hash(example)))];
        if declared.outcome.as_ref().is_none_or(|expected| !agrees(expected, outcome)) {
            fields.push(("outcome", ending(outcome)));
        }
        if declared.stdout.is_some() || !printed(outcome).is_empty() {
            fields.push(("stdout", scalar(printed(outcome))));
        }
        Change {
            place: (self.found.document.path.clone(), example.start_line),
            title: format!("the code of `{}` has changed", example.id),
            before: declared.hash.clone(),
            after: Some(written(&fields)),
            edits: vec![Edit::Set { line, fields }],
        }
    }

    fn removal(&self, line: usize, declared: &DeclaredExample) -> Change {
        let what =
            declared.at.clone().unwrap_or_else(|| format!("line {}", declared.line.unwrap_or_default()));
        Change {
            place: (self.found.document.path.clone(), declared.line.unwrap_or(1)),
            title: format!("the example declared for {what} is gone"),
            before: Some(what),
            after: None,
            edits: vec![Edit::Remove { line }],
        }
    }

    fn addition(&self, outcome: &ExampleOutcome, before: Option<usize>) -> Change {
        let example = &outcome.example;
        let mut fields: Vec<Field> = vec![
            ("line", example.start_line.to_string()),
            ("hash", scalar(&content_hash(example))),
            ("outcome", ending(outcome)),
        ];
        let text = printed(outcome);
        let is_whole = outcome.run.as_ref().is_some_and(|run| !run.stdout.truncated);
        if !text.is_empty() && is_whole && !(self.varies)(&self.found.document, example) {
            fields.push(("stdout", scalar(text)));
        }
        Change {
            place: (self.found.document.path.clone(), example.start_line),
            title: format!("`{}` is not declared", example.id),
            before: None,
            after: Some(written(&fields)),
            edits: vec![Edit::Add { list: "examples", before, fields }],
        }
    }

    /// What a declared claim has become.
    fn claim(&self, declared: &DeclaredClaim, line: usize) -> Option<Change> {
        let meant = meant_in(declared, self.found);
        let place = |line| (self.found.document.path.clone(), line);
        let Some(first) = meant.first() else {
            return Some(Change {
                place: place(declared.line),
                title: format!("the claim declared for line {} is gone", declared.line),
                before: declared.subject.clone(),
                after: None,
                edits: vec![Edit::Remove { line }],
            });
        };
        let (title, edit) = match (declared.value.as_deref(), declared.holds, first.verdict) {
            (Some(_), _, Verdict::Refuted) => {
                let actual = first.actual.as_deref().unwrap_or_default();
                (format!("`{}` is worth something else", first.claim.subject), ("value", scalar(actual)))
            }
            (None, Some(true), Verdict::Refuted) => {
                (format!("the claim about `{}` is false", first.claim.subject), ("holds", "false".to_owned()))
            }
            (None, Some(false), Verdict::Confirmed) => {
                (format!("the claim about `{}` is true", first.claim.subject), ("holds", "true".to_owned()))
            }
            _ if first.claim.line != declared.line => (
                format!("the claim about `{}` has moved", first.claim.subject),
                ("line", first.claim.line.to_string()),
            ),
            _ => return None,
        };
        let mut fields = vec![edit];
        if first.claim.line != declared.line && fields[0].0 != "line" {
            fields.push(("line", first.claim.line.to_string()));
        }
        Some(Change {
            place: place(first.claim.line),
            title,
            before: declared.value.clone().or_else(|| declared.holds.map(|holds| format!("holds: {holds}"))),
            after: Some(written(&fields)),
            edits: vec![Edit::Set { line, fields }],
        })
    }

    /// Claims that are false and not declared to be.
    fn false_claims(&self) -> Vec<Change> {
        let judged = self.found.examples.iter().flat_map(|outcome| &outcome.claims);
        let unknown = judged.filter(|judged| judged.verdict == Verdict::Refuted && judged.known.is_none());
        unknown
            .map(|judged| {
                let claim = &judged.claim;
                let fields: Vec<Field> = vec![
                    ("line", claim.line.to_string()),
                    ("subject", scalar(&claim.subject)),
                    ("claimed", scalar(&claim.claimed)),
                    ("holds", "false".to_owned()),
                ];
                Change {
                    place: (self.found.document.path.clone(), claim.line),
                    title: format!("the claim about `{}` is false and not declared to be", claim.subject),
                    before: None,
                    after: Some(written(&fields)),
                    edits: vec![Edit::Add { list: "claims", before: None, fields }],
                }
            })
            .collect()
    }
}

/// Whether there is anything to declare of an example.
fn is_declarable(outcome: &ExampleOutcome) -> bool {
    outcome.example.rule != MENTION
}

fn printed(outcome: &ExampleOutcome) -> &str {
    outcome.run.as_ref().map_or("", |run| run.stdout.text.trim_end())
}

/// How an example ended, as a declaration says it.
fn ending(outcome: &ExampleOutcome) -> String {
    let word = match outcome.status {
        Status::Ran => "runs",
        Status::Raised => {
            let name = outcome.exception.as_ref().map_or("Exception", |exception| &exception.type_name);
            return format!("{{raises: {}}}", scalar(name));
        }
        Status::SyntaxError => "syntax-error",
        Status::Timeout => "timeout",
        Status::Crashed => "crashed",
        Status::Skipped => "skipped",
    };
    word.to_owned()
}

fn written(fields: &[Field]) -> String {
    super::edit::item(fields, 0).join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn proposals(text: Option<&str>) -> Vec<Proposal> {
        let mut outcome = fixture::outcome();
        let mut expectations = Expectations::default();
        if let Some(text) = text {
            let source = Source::read(PathBuf::from("expectations/guide.yaml"), text.to_owned()).unwrap();
            expectations.add_document(source).unwrap();
            expectations.apply(&mut outcome);
        }
        expectations.proposals(Path::new("expectations"), &outcome, &|_, _| false)
    }

    fn blessed(proposal: &Proposal) -> String {
        proposal.text(&vec![true; proposal.changes.len()]).unwrap().unwrap_or_default()
    }

    #[test]
    fn what_is_blessed_is_as_expected_from_then_on() {
        let new = proposals(None);
        assert_eq!(new[0].path, Path::new("expectations/docs/guide.yaml"));
        let text = blessed(&new[0]);
        let mut outcome = fixture::outcome();
        Expectations::from_text("expectations/docs/guide.yaml", &text).unwrap().apply(&mut outcome);
        assert_eq!(outcome.unexpected, []);
        assert!(!outcome.failed());
        assert_eq!(proposals(Some(&text)).iter().filter(|proposal| !proposal.is_new).count(), 0);
    }

    #[test]
    fn only_what_differs_is_changed() {
        let text = blessed(&proposals(None)[0]);
        let changed = text.replacen("outcome: runs", "outcome: timeout  # odd", 1);
        let proposal = proposals(Some(&changed)).remove(0);
        assert_eq!(proposal.changes.len(), 1);
        assert_eq!(blessed(&proposal), text.replacen("outcome: runs", "outcome: runs  # odd", 1));
        assert!(proposal.text(&[false]).unwrap().is_none());
    }

    #[test]
    fn what_is_gone_is_taken_out_and_what_is_new_put_in_its_place() {
        let text = blessed(&proposals(None)[0]);
        let first = text.find("  - line: 6\n").unwrap();
        let second = text[first + 1..].find("  - line").unwrap() + first + 1;
        let without = format!(
            "{}  # kept\n  - line: 900\n    hash: \"000000000000\"\n    outcome: runs\n{}",
            &text[..first],
            &text[second..]
        );
        let proposal = proposals(Some(&without)).remove(0);
        assert_eq!(proposal.changes.len(), 2);
        assert_eq!(blessed(&proposal), text.replacen("  - line: 6\n", "  # kept\n  - line: 6\n", 1));
    }
}
