//! The report as JSON, schema `truedoc/report/1`: the [`Report`] itself.

use std::io::{self, Write};

use super::model::{Documents, Report};

/// Writes a report as JSON.
pub(super) fn render<D: Documents>(report: &Report<D>, writer: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *writer, report)?;
    writeln!(writer)
}
