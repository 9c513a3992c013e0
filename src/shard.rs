//! SHARD: one of several checks that share the documents among them (`check --shard 2/4`).
//!
//! Each of them reads all documents and cuts them in the same way, by their contents and the time that
//! their examples took before; then it is about its own documents only. What belongs to a document
//! (context, expectations, facts) is in one part, so the parts put together are the report of one check.

use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::digest;
use crate::document::Document;

/// One part of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Its number, from 1 on.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let number = |text: &str| text.parse::<usize>().ok();
        text.split_once('/')
            .and_then(|(one, all)| Some(Shard { number: number(one)?, of: number(all)? }))
            .filter(|shard| (1..=shard.of).contains(&shard.number))
            .ok_or_else(|| format!("`{text}` is no part: write `2/4` for the second of four"))
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} of {}", self.number, self.of)
    }
}

/// A part of a check, as its report names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which part it is.
    pub shard: Shard,
    /// Names the whole: how all documents were cut, and the settings.
    pub whole: String,
}

/// How documents are cut.
#[derive(Debug)]
pub struct Cut {
    /// For each document the number of its part, from 1 on.
    parts: Vec<usize>,
    hasher: Sha256,
}

impl Cut {
    /// Cuts documents of these weights (milliseconds) into so many parts: the heaviest first, each to
    /// the part that is the lightest by then.
    pub fn new(documents: &[Document], weights: &[u64], of: usize) -> Cut {
        let mut order: Vec<usize> = (0..documents.len()).collect();
        order.sort_by_key(|&at| (Reverse(weights[at]), &documents[at].sha256, &documents[at].path));
        let mut loads = vec![0; of];
        let mut parts = vec![0; documents.len()];
        for at in order {
            let lightest = (0..of).min_by_key(|&part| loads[part]).unwrap_or(0);
            loads[lightest] += weights[at];
            parts[at] = lightest + 1;
        }
        let mut hasher = Sha256::new();
        for (document, part) in documents.iter().zip(&parts) {
            hasher.update(format!("{}\0{}\0{part}\0", document.path, document.sha256));
        }
        Cut { parts, hasher }
    }

    /// Whether a document is in a part.
    pub fn has(&self, shard: Shard, document: usize) -> bool {
        self.parts[document] == shard.number
    }

    /// A part, of a check with these settings.
    pub fn part(&self, shard: Shard, settings: &str) -> Part {
        let digest = self.hasher.clone().chain_update(format!("{} {settings}", shard.of)).finalize();
        Part { shard, whole: digest::hex(&digest[..12]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;

    fn documents(number: usize) -> Vec<Document> {
        let document = |at| {
            let mut document = Document::from_text(&format!("{at}.md"), Format::Markdown, "x");
            document.sha256 = format!("{:02x}", at * 37 % 101);
            document
        };
        (0..number).map(document).collect()
    }

    #[test]
    fn parts_are_read_as_they_are_typed() {
        assert_eq!("2/4".parse(), Ok(Shard { number: 2, of: 4 }));
        for wrong in ["", "2", "0/4", "5/4", "1/0", "a/b", "1/2/3", "-1/2"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_document_is_in_one_part_and_the_parts_are_even() {
        let documents = documents(20);
        let weights: Vec<u64> = (0..20).map(|at| if at == 7 { 1000 } else { 50 }).collect();
        let cut = Cut::new(&documents, &weights, 4);
        let of = |number| Shard { number, of: 4 };
        for document in 0..20 {
            assert_eq!((1..=4).filter(|&number| cut.has(of(number), document)).count(), 1);
        }
        let load =
            |number| -> u64 { (0..20).filter(|&at| cut.has(of(number), at)).map(|at| weights[at]).sum() };
        let mut loads: Vec<u64> = (1..=4).map(load).collect();
        loads.sort_unstable();
        assert_eq!(loads, [300, 300, 350, 1000], "the long one has a part for itself");
    }

    #[test]
    fn a_whole_is_told_by_its_documents_and_settings() {
        let documents = documents(6);
        let whole = |documents: &[Document], weights: &[u64], number, settings: &str| {
            Cut::new(documents, weights, 2).part(Shard { number, of: 2 }, settings).whole
        };
        let one = whole(&documents, &[1; 6], 1, "a");
        assert_eq!(one, whole(&documents, &[1; 6], 2, "a"));
        assert_ne!(one, whole(&documents, &[1; 6], 1, "b"));
        assert_ne!(one, whole(&documents[1..], &[1; 5], 1, "a"));
        assert_ne!(one, whole(&documents, &[9, 1, 1, 1, 1, 1], 1, "a"));
    }
}
