//! A report that was stored as JSON, read again.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::{Report, SCHEMA};
use crate::document::shown;

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

/// The only key that is read first: it says what the others mean.
#[derive(Deserialize)]
struct Head {
    schema: String,
}

impl Report {
    /// Reads a report from a file.
    ///
    /// # Errors
    /// If it cannot be read, or is no report.
    pub fn read(path: &Path) -> Result<Report, StoredError> {
        let text =
            fs::read_to_string(path).map_err(|cause| StoredError::Unreadable { path: shown(path), cause })?;
        Report::parse(&text).map_err(|cause| StoredError::NoReport { path: shown(path), cause })
    }

    /// Reads a report from its text. Keys that are not known are passed over: more may come within the
    /// schema.
    ///
    /// # Errors
    /// One sentence that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Report, String> {
        let Head { schema } = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if schema != SCHEMA {
            return Err(format!("its schema is `{schema}`, and `{SCHEMA}` is understood"));
        }
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn a_report_is_read_as_it_was_written() {
        let report = Report::of(&fixture::outcome());
        let text = serde_json::to_string(&report).unwrap();
        assert_eq!(Report::parse(&text).unwrap(), report);
    }

    #[test]
    fn the_published_schema_is_that_of_the_report() {
        fixture::assert_published::<Report>("report-1.json");
    }

    #[test]
    fn unknown_keys_are_passed_over() {
        let report = Report::of(&fixture::outcome());
        let mut value = serde_json::to_value(&report).unwrap();
        value["later"] = 1.into();
        value["documents"][0]["examples"][0]["claims"][0]["later"] = "x".into();
        assert_eq!(Report::parse(&value.to_string()).unwrap(), report);
    }

    #[test]
    fn what_is_no_report_is_refused() {
        assert!(Report::parse("{}").unwrap_err().contains("missing field"));
        let other = r#"{"schema": "truedoc/report/9", "documents": []}"#;
        assert!(Report::parse(other).unwrap_err().contains("truedoc/report/9"));
        let part = r#"{"schema": "truedoc/report/1", "documents": []}"#;
        assert!(Report::parse(part).unwrap_err().contains("missing field"));
    }
}
