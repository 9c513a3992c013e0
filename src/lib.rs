//! truedoc: runs the Python examples of documents and says which of their claims are true.

pub mod claim;
pub mod document;
pub mod example;
pub mod exit;
pub mod expectations;
pub mod located;
pub mod run;
pub mod settings;
pub mod verdict;
