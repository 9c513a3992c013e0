//! What became of the tests that an example defines.

use serde::{Deserialize, Serialize};

use super::Raised;

/// What is known of a test of an example.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestResult {
    /// Its place among [`Plan::tests`](super::Plan::tests).
    pub test: u32,
    /// Which of several cases of it this is, if it has several.
    pub case: Option<String>,
    /// What became of it.
    pub end: TestEnd,
}

/// What became of a test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestEnd {
    /// It is under way.
    Started,
    /// It passed.
    Passed,
    /// It failed, as its author says it does.
    FailedAsExpected,
    /// It failed: with this, which the sandbox may be to blame for.
    Failed {
        /// The exception.
        raised: Raised,
        /// An operation that the sandbox refused.
        blocked: Option<String>,
    },
    /// It was not run, or what it gave shows nothing: the reason in a word, and in a sentence.
    Open {
        /// The word.
        reason: String,
        /// The sentence.
        note: String,
    },
}

impl TestResult {
    /// The exception with which it failed.
    pub fn failure(&self) -> Option<&Raised> {
        match &self.end {
            TestEnd::Failed { raised, .. } => Some(raised),
            _ => None,
        }
    }
}
