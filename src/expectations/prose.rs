//! Sentences of documents, each tied by a quote to the fact that decides it.

use super::quote::{Quotable, nearest_line};
use super::{Expectations, Fact, Source};
use crate::document::Document;

/// A sentence of a document and the fact that decides it.
#[derive(Clone, Debug)]
pub struct Tie<'a> {
    /// Number of the document among those asked about.
    pub document: usize,
    /// The quoted words, as the expectations file has them.
    pub quote: &'a str,
    /// The document line on which the quote begins; none if it no longer stands there.
    pub line: Option<usize>,
    /// For a quote that is gone, the line with most of its words.
    pub nearest: Option<usize>,
    /// The fact.
    pub fact: &'a Fact,
    /// Whether the sentence says the opposite of the fact.
    pub negated: bool,
    /// The condition under which alone the sentence is true.
    pub qualified: Option<&'a str>,
    /// Why, in the words of the file.
    pub reason: Option<&'a str>,
    /// The expectations file as shown to the user, and the line there.
    pub place: (&'a str, usize),
}

impl Expectations {
    /// The sentences of these documents that are tied to facts, in the order of their lines.
    pub fn ties<'a>(&'a self, documents: &[&Document]) -> Vec<Tie<'a>> {
        let mut ties: Vec<Tie> = self
            .about(documents)
            .into_iter()
            .filter(|(source, _)| !source.file.prose.is_empty())
            .flat_map(|(source, number)| self.ties_of(source, number, documents[number]))
            .collect();
        ties.sort_by_key(|tie| (tie.document, tie.line));
        ties
    }

    fn ties_of<'a>(&'a self, source: &'a Source, number: usize, document: &Document) -> Vec<Tie<'a>> {
        let quotable = Quotable::new(document);
        let entries = source.file.prose.iter();
        let tied = entries.filter_map(|entry| {
            let declared = &entry.value;
            let line = quotable.find(&declared.quote, declared.line);
            let nearest = || nearest_line(document, &declared.quote, declared.line);
            Some(Tie {
                document: number,
                quote: &declared.quote,
                line,
                nearest: if line.is_none() { nearest() } else { None },
                fact: self.fact(&declared.fact.value)?,
                negated: declared.negated,
                qualified: declared.qualified.as_deref(),
                reason: declared.reason.as_deref(),
                place: (&source.path, entry.referenced.line() as usize),
            })
        });
        tied.collect()
    }
}
