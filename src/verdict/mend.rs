//! MEND: a change of the document that puts something right, and how that was proved.

/// A change that was tried before it is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mend {
    /// The kind of mend (`missing-import`, `true-value`, …).
    pub rule: &'static str,
    /// What is wrong, in one sentence.
    pub sentence: String,
    /// What to write instead, in the order of the lines.
    pub changes: Vec<Change>,
    /// How it was proved.
    pub proof: String,
}

/// Lines of a document and what to write in their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Document line (1-based) of the first of them.
    pub line: usize,
    /// The lines as they stand there, joined by newlines.
    pub old: String,
    /// The lines to write.
    pub new: String,
}

impl Change {
    /// How many lines it takes the place of.
    pub fn height(&self) -> usize {
        self.old.split('\n').count()
    }

    /// How many lines are there after it.
    pub fn new_height(&self) -> usize {
        self.new.split('\n').count()
    }
}
