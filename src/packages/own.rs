//! Modules that a document shows itself: they are files of its reader, and no distribution.

use std::collections::{BTreeMap, BTreeSet};

use super::imports::{Import, definitions};
use crate::example::Example;

/// What the examples of one document define.
#[derive(Debug, Default)]
pub struct OwnModules {
    /// Names of the modules that the document gives its examples as file names.
    files: BTreeSet<String>,
    /// For each section what its examples define, with the line at which it is defined.
    defined: BTreeMap<Option<String>, BTreeMap<String, usize>>,
}

impl OwnModules {
    /// Those of each of some documents, from all their examples, each with the number of its document.
    pub fn of_documents<'a>(
        documents: usize,
        examples: impl Iterator<Item = (usize, &'a Example)>,
    ) -> Vec<OwnModules> {
        let mut all: Vec<OwnModules> = (0..documents).map(|_| OwnModules::default()).collect();
        examples.for_each(|(document, example)| all[document].add(example));
        all
    }

    fn add(&mut self, example: &Example) {
        let stem = example.file.as_deref().and_then(|file| file.strip_suffix(".py"));
        self.files.extend(stem.map(str::to_owned));
        let module = example.module.as_ref().and_then(|module| module.name.split('.').next());
        self.files.extend(module.map(str::to_owned));
        let section = self.defined.entry(example.section.clone()).or_default();
        for name in definitions(&example.code) {
            section.entry(name).or_insert(example.start_line);
        }
    }

    /// Whether an example of the document means another one when it imports this: it names a file that
    /// the document shows, or all that it takes from it is defined further up in its section.
    pub fn have(&self, import: &Import, example: &Example) -> bool {
        let is_above = |name: &String| {
            let line = self.defined.get(&example.section).and_then(|section| section.get(name));
            line.is_some_and(|&line| line < example.start_line)
        };
        self.files.contains(import.top()) || (!import.names.is_empty() && import.names.iter().all(is_above))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format};
    use crate::example::extract;

    #[test]
    fn files_and_what_stands_above_are_the_documents_own() {
        let text = "# A\n```python\nclass Store: pass\n```\n```python\nfrom shop import Store\nfrom till import Store, Till\n```\n\
                    # B\n```python title=\"calc.py\"\nx = 1\n```\n```python\nimport calc\nfrom shop import Store\n```\n";
        let document = Document::from_text("guide.md", Format::Markdown, text);
        let examples = extract(&document).examples;
        let own = &OwnModules::of_documents(1, examples.iter().map(|example| (0, example)))[0];
        let of = |example: &Example| -> Vec<bool> {
            super::super::imports(&example.code).iter().map(|import| own.have(import, example)).collect()
        };
        assert_eq!(of(&examples[1]), [true, false], "`Till` stands nowhere");
        assert_eq!(of(&examples[3]), [true, false], "`Store` stands in another section");
    }
}
