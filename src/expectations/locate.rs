//! Which example of a document a declaration is about, also after lines have moved.

use sha2::{Digest, Sha256};

use super::format::DeclaredExample;
use crate::digest;
use crate::example::{Example, Form};

/// Digits of a content hash that bless writes, and least digits that a declaration may give.
pub(super) const HASH_DIGITS: usize = 12;

/// The beginning of the SHA-256 of an example's code, lines without trailing blanks.
pub fn content_hash(example: &Example) -> String {
    let mut hasher = Sha256::new();
    for line in example.code.trim_end().lines() {
        hasher.update(line.trim_end());
        hasher.update("\n");
    }
    digest::hex(&hasher.finalize())[..HASH_DIGITS].to_owned()
}

/// The example that a declaration is about. By its hash it is found wherever it stands, nearest to
/// the declared line if the same code stands in several places. Where several share the line, the
/// shortest is meant, and inline code only if nothing else stands there.
pub(super) fn position_of(declared: &DeclaredExample, examples: &[&Example]) -> Option<usize> {
    let numbered = || examples.iter().enumerate();
    if let Some(hash) = &declared.hash {
        let alike = numbered().filter(|(_, example)| content_hash(example) == *hash);
        let distance = |example: &Example| declared.line.map(|line| example.start_line.abs_diff(line));
        return alike.min_by_key(|(_, example)| distance(example)).map(|(index, _)| index);
    }
    if let Some(id) = &declared.at {
        return examples.iter().position(|example| example.id == *id);
    }
    let line = declared.line?;
    let covers = |example: &Example| (example.start_line..=example.end_line).contains(&line);
    let length = |example: &Example| (example.form == Form::Inline, example.end_line - example.start_line);
    let candidates = numbered().filter(|(_, example)| covers(example));
    candidates.min_by_key(|(_, example)| length(example)).map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn a_hash_finds_code_that_has_moved_and_only_that() {
        let first = fixture::example("a#1", Form::Fenced, 3, "x = 1\nx\n");
        let same = fixture::example("a#2", Form::Fenced, 30, "x = 1  \nx\n\n");
        let other = fixture::example("a#3", Form::Fenced, 20, "x = 2\nx\n");
        let examples = [&first, &other, &same];
        let declared = |line, hash: Option<String>| DeclaredExample {
            at: None,
            line: Some(line),
            hash,
            outcome: None,
            stdout: None,
            setup: None,
            settings: None,
            reason: None,
        };
        let hash = content_hash(&first);
        assert_eq!(position_of(&declared(20, Some(hash.clone())), &examples), Some(2));
        assert_eq!(position_of(&declared(9, Some(hash)), &examples), Some(0));
        assert_eq!(position_of(&declared(20, Some("000000000000".to_owned())), &examples), None);
        assert_eq!(position_of(&declared(20, None), &examples), Some(1));
    }
}
