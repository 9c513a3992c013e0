//! A report that was stored as JSON, read again.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::document::shown;

/// The beginning of the schemas that are understood.
const SCHEMA: &str = "truedoc/report/1";

/// Why a stored report cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StoredError {
    /// The file cannot be read.
    #[error("the report `{path}` cannot be read: {cause}")]
    Unreadable {
        /// The file as typed.
        path: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// It is no report.
    #[error("`{path}` is no report of truedoc ({cause}); make one with `truedoc check --format json`")]
    NoReport {
        /// The file as typed.
        path: String,
        /// What is wrong with it.
        cause: String,
    },
}

/// What of a report other renderings need. Keys that are not named here are passed over: more may
/// come within the schema.
#[derive(Clone, Debug, Deserialize)]
pub struct StoredReport {
    pub(super) schema: String,
    #[serde(default)]
    pub(super) interpreters: Vec<StoredInterpreter>,
    pub(super) documents: Vec<StoredDocument>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct StoredInterpreter {
    pub version: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct StoredDocument {
    pub path: String,
    pub examples: Vec<StoredExample>,
    #[serde(default)]
    pub prose: Vec<StoredProse>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct StoredExample {
    pub claims: Vec<StoredClaim>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct StoredClaim {
    pub line: usize,
    pub kind: String,
    pub subject: String,
    pub claimed: String,
    pub remark: Option<String>,
    pub verdict: String,
    #[serde(rename = "match")]
    pub matched: Option<String>,
    pub actual: Option<String>,
    pub reason: Option<String>,
    #[serde(default)]
    pub note: Option<String>,
    #[serde(default)]
    pub known: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct StoredProse {
    pub line: usize,
    pub quote: String,
    pub fact: String,
    #[serde(default)]
    pub statement: String,
    pub verdict: String,
    pub actual: Option<String>,
    pub reason: Option<String>,
    #[serde(default)]
    pub qualified: Option<String>,
    #[serde(default)]
    pub known: bool,
    #[serde(default)]
    pub known_reason: Option<String>,
}

impl StoredReport {
    /// Reads a report from a file.
    ///
    /// # Errors
    /// If it cannot be read, or is no report.
    pub fn read(path: &Path) -> Result<StoredReport, StoredError> {
        let text =
            fs::read_to_string(path).map_err(|cause| StoredError::Unreadable { path: shown(path), cause })?;
        StoredReport::parse(&text).map_err(|cause| StoredError::NoReport { path: shown(path), cause })
    }

    /// Reads a report from its text; the error says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<StoredReport, String> {
        let report: StoredReport = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match report.schema == SCHEMA {
            true => Ok(report),
            false => Err(format!("its schema is `{}`, and `{SCHEMA}` is understood", report.schema)),
        }
    }
}
