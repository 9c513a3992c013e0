//! The file of a baseline, schema `truedoc/baseline/1`: JSON with one entry on each line, sorted, so
//! that a difference between two versions of it is the difference between what they put up with.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::claim::Claim;
use crate::digest;
use crate::report::text::one_line;

/// The schema of a [`File`].
const SCHEMA: &str = "truedoc/baseline/1";

/// Characters of what is claimed that the file shows; the digest stands for all of it.
const LONGEST: usize = 80;

/// By what an entry is found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Path of the document, relative to the folder of the file.
    pub document: String,
    /// What is claimed of what, as a digest.
    digest: String,
}

/// A claim whose refutation is put up with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The code it speaks of.
    pub subject: String,
    /// The beginning of what is claimed.
    pub claimed: String,
    /// How often the document claims it.
    pub count: usize,
    /// Line of the file; 0 if it is not from one.
    pub line: usize,
}

impl Entry {
    /// The entry of a claim, not counted yet.
    pub fn of(claim: &Claim) -> Entry {
        let short = |text: &str| one_line(text, LONGEST);
        Entry { subject: short(&claim.subject), claimed: short(&claim.claimed), count: 0, line: 0 }
    }
}

/// The key of a claim of a document.
pub fn key(document: &str, claim: &Claim) -> Key {
    let mut hasher = Sha256::new();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [&format!("{:?}", claim.kind), &words(&claim.subject), &words(&claim.claimed)] {
        hasher.update(part);
        hasher.update("\n");
    }
    Key { document: document.to_owned(), digest: digest::hex(&hasher.finalize()[..6]) }
}

/// The file as it is read and written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct File {
    /// `truedoc/baseline/1`.
    schema: String,
    /// What is put up with, sorted by document.
    refuted: Vec<Stored>,
}

/// A claim whose refutation is put up with.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Stored {
    /// Path of the document, relative to the folder of the file.
    document: String,
    /// The code that the claim speaks of, cut where it is long; for readers only.
    subject: String,
    /// What is claimed, cut where it is long; for readers only.
    claimed: String,
    /// Digest of kind, subject and claim, by which the claim is found.
    claim: String,
    /// How often the document claims it.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    count: usize,
}

fn once() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_once(count: &usize) -> bool {
    *count == 1
}

/// Reads a file; the error says in one sentence what is wrong with it.
pub fn parse(text: &str) -> Result<BTreeMap<Key, Entry>, String> {
    let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if file.schema != SCHEMA {
        return Err(format!("its schema is `{}`, and `{SCHEMA}` is understood", file.schema));
    }
    let mut entries: BTreeMap<Key, Entry> = BTreeMap::new();
    for Stored { document, subject, claimed, claim, count } in file.refuted {
        let line = line_of(text, &document, &claim);
        let key = Key { document, digest: claim };
        entries.entry(key).or_insert(Entry { subject, claimed, count: 0, line }).count += count;
    }
    Ok(entries)
}

/// The line on which an entry stands.
fn line_of(text: &str, document: &str, claim: &str) -> usize {
    let document = serde_json::to_string(document).unwrap_or_default();
    let is_it = |line: &str| line.contains(&document) && line.contains(claim);
    text.lines().position(is_it).map_or(1, |at| at + 1)
}

/// Writes a file.
pub fn write(entries: &BTreeMap<Key, Entry>, writer: &mut dyn Write) -> io::Result<()> {
    let mut stored: Vec<Stored> = entries
        .iter()
        .map(|(key, entry)| Stored {
            document: key.document.clone(),
            subject: entry.subject.clone(),
            claimed: entry.claimed.clone(),
            claim: key.digest.clone(),
            count: entry.count,
        })
        .collect();
    let order =
        |one: &Stored| (one.document.clone(), one.subject.clone(), one.claimed.clone(), one.claim.clone());
    stored.sort_by_cached_key(order);
    writeln!(writer, "{{")?;
    writeln!(writer, "  \"schema\": \"{SCHEMA}\",")?;
    writeln!(writer, "  \"refuted\": [")?;
    for (at, one) in stored.iter().enumerate() {
        let comma = if at + 1 < stored.len() { "," } else { "" };
        writeln!(writer, "    {}{comma}", serde_json::to_string(one)?)?;
    }
    writeln!(writer, "  ]\n}}")
}
