//! truedoc: runs the Python examples of documents and says which of their claims are true.

pub mod claim;
pub mod document;
pub mod example;
pub mod python;
pub mod run;
pub mod verdict;
