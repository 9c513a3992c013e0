//! What `fix` corrects and what it leaves.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Ansi};
use similar::TextDiff;

use super::text::{counted, one_line, visible};
use super::{Style, Verbosity};
use crate::exit::Exit;
use crate::fix::{Fixed, FixedDocument};

const GONE: Ansi = AnsiColor::Red.on_default();
const NEW: Ansi = AnsiColor::Green.on_default();

/// Characters of a value on a line.
const MAX_VALUE: usize = 80;

/// Writes the corrections as a unified difference of the texts: exactly for a program, coloured and
/// without control characters for a terminal.
pub fn render_difference(fixed: &Fixed, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    for found in fixed.documents.iter().filter(|found| !found.corrections.is_empty()) {
        let corrected = found.corrected();
        let path = found.document.path.as_str();
        let difference = TextDiff::from_lines(found.document.text.as_str(), corrected.as_str());
        let text = difference.unified_diff().context_radius(3).header(path, path).to_string();
        if style.color {
            text.lines().try_for_each(|line| writeln!(writer, "{}", painted(line, style)))?;
        } else {
            write!(writer, "{text}")?;
        }
    }
    Ok(())
}

fn painted(line: &str, style: &Style) -> String {
    let text = visible(line);
    match line.chars().next() {
        Some('-') => style.paint(GONE, &text),
        Some('+') => style.paint(NEW, &text),
        _ => text.into_owned(),
    }
}

/// Writes a line for each correction.
pub fn render_corrections(fixed: &Fixed, writer: &mut dyn Write) -> io::Result<()> {
    for found in &fixed.documents {
        for correction in &found.corrections {
            let place = format!("{}:{}", found.document.path, correction.claim.line);
            let claimed = one_line(&correction.claimed, MAX_VALUE);
            let actual = one_line(&correction.actual, MAX_VALUE);
            writeln!(writer, "{place}: fixed: {claimed} is now {actual}")?;
        }
    }
    Ok(())
}

/// Writes a line for each refuted claim that is left, with the reason.
pub fn render_left(fixed: &Fixed, written: bool, style: &Style, writer: &mut dyn Write) -> io::Result<()> {
    for found in &fixed.documents {
        for left in &found.left {
            let place = format!("{}:{}", found.document.path, left.line);
            let claimed = one_line(&left.claimed, MAX_VALUE);
            writeln!(writer, "{place}: left: {claimed}: {}", left.reason)?;
        }
    }
    if style.verbosity > Verbosity::Quiet {
        writeln!(writer, "{}", fixed_line(fixed, written))?;
    }
    Ok(())
}

/// One line that sums up.
fn fixed_line(fixed: &Fixed, written: bool) -> String {
    let sum = |number: fn(&FixedDocument) -> usize| fixed.documents.iter().map(number).sum::<usize>();
    if fixed.examples == 0 {
        return format!(
            "nothing to fix: no Python example in {}",
            counted(fixed.documents.len(), "document")
        );
    }
    let corrections = sum(|found| found.corrections.len());
    let documents = sum(|found| usize::from(!found.corrections.is_empty()));
    let mut line = match corrections {
        0 => "nothing to fix".to_owned(),
        number => {
            let done = if written { "fixed" } else { "to fix" };
            format!("{} {done} in {}", counted(number, "claim"), counted(documents, "document"))
        }
    };
    match sum(|found| found.left.len()) {
        0 => {}
        number => line.push_str(&format!("; {number} left")),
    }
    match sum(|found| found.known) {
        0 => {}
        number => line.push_str(&format!("; {number} known to be false, which --known corrects, too")),
    }
    line
}

impl Fixed {
    /// Whether something is to be corrected.
    pub fn has_corrections(&self) -> bool {
        self.documents.iter().any(|found| !found.corrections.is_empty())
    }

    /// The exit status: whether something stays wrong, where `written` says if the corrections are
    /// written.
    pub fn exit(&self, written: bool) -> Exit {
        let is_left = self.documents.iter().any(|found| !found.left.is_empty());
        match self.examples {
            0 => Exit::Nothing,
            _ if is_left || (!written && self.has_corrections()) => Exit::Failed,
            _ => Exit::Well,
        }
    }
}
