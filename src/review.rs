//! REVIEW: proposals accepted or rejected one by one, in a dialogue.

use std::io::{self, BufRead, Write};

use crate::expectations::{Change, Proposal};

/// Asks about each change of a proposal; what is not answered is not accepted.
///
/// # Errors
/// If reading or writing fails.
pub fn review(
    proposal: &Proposal,
    reader: &mut dyn BufRead,
    writer: &mut dyn Write,
) -> io::Result<Vec<bool>> {
    let mut accepted = Vec::new();
    for (number, change) in proposal.changes.iter().enumerate() {
        show(change, writer)?;
        write!(
            writer,
            "[{} of {}] accept (a), reject (r), skip this file (s)? ",
            number + 1,
            proposal.changes.len()
        )?;
        writer.flush()?;
        match answer(reader, writer)? {
            Answer::Accept => accepted.push(true),
            Answer::Reject => accepted.push(false),
            Answer::Skip => break,
        }
    }
    accepted.resize(proposal.changes.len(), false);
    Ok(accepted)
}

/// Shows a change: where it is, what is declared and what is to be.
///
/// # Errors
/// If writing fails.
pub fn show(change: &Change, writer: &mut dyn Write) -> io::Result<()> {
    let (document, line) = &change.place;
    writeln!(writer, "{document}:{line}: {}", change.title)?;
    for (sign, text) in [('-', &change.before), ('+', &change.after)] {
        for line in text.iter().flat_map(|text| text.lines()) {
            writeln!(writer, "  {sign} {line}")?;
        }
    }
    Ok(())
}

enum Answer {
    Accept,
    Reject,
    Skip,
}

fn answer(reader: &mut dyn BufRead, writer: &mut dyn Write) -> io::Result<Answer> {
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(Answer::Skip);
        }
        match line.trim().to_lowercase().as_str() {
            "a" | "accept" | "y" | "yes" => return Ok(Answer::Accept),
            "r" | "reject" | "n" | "no" => return Ok(Answer::Reject),
            "s" | "skip" | "q" => return Ok(Answer::Skip),
            _ => {
                write!(writer, "a, r or s? ")?;
                writer.flush()?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expectations::Expectations;
    use crate::fixture;

    fn reviewed(answers: &str) -> (Vec<bool>, String) {
        let folder = std::path::Path::new("expectations");
        let proposals = Expectations::default().proposals(folder, &fixture::outcome(), &|_, _| false);
        let mut shown = Vec::new();
        let accepted = review(&proposals[1], &mut answers.as_bytes(), &mut shown).unwrap();
        (accepted, String::from_utf8(shown).unwrap())
    }

    #[test]
    fn each_change_is_asked_about() {
        let (accepted, shown) = reviewed("what\nA\n");
        assert_eq!(accepted, [true]);
        assert!(shown.contains("notes.txt:1: `notes#1` is not declared\n  + - line: 1\n"), "{shown}");
        assert!(
            shown.contains("[1 of 1] accept (a), reject (r), skip this file (s)? a, r or s? "),
            "{shown}"
        );
    }

    #[test]
    fn what_is_rejected_skipped_or_not_answered_is_not_accepted() {
        for answers in ["r\n", "s\n", ""] {
            assert_eq!(reviewed(answers).0, [false], "{answers}");
        }
    }
}
