//! Sessions with prompts: each input is judged by what it gave.

use super::doctest;
use super::machine::NONDETERMINISTIC;
use super::{AFTER_EXCEPTION, Evidence, Finding, no_exception, open, trim_end};
use crate::claim::{Claim, Expected};
use crate::verdict::compare;

impl Evidence<'_> {
    pub(super) fn session(&self, claim: &Claim, input: usize) -> Finding {
        let finding = self.input(claim, input);
        match (finding, self.causes.get(input).copied().flatten()) {
            // It fails only because an earlier input did.
            (Finding::Fails(actual, _), Some(cause)) => {
                let reason = self.need(cause).map_or(AFTER_EXCEPTION, |need| need.reason);
                Finding::Open(reason.to_owned(), Some(actual))
            }
            (Finding::Fails(actual, remark), None) => match self.of_machine(claim) {
                Some(of_machine) => {
                    let actual = format!("{actual} ({of_machine} is of this machine)");
                    Finding::Open(NONDETERMINISTIC.to_owned(), Some(actual))
                }
                None => Finding::Fails(actual, remark),
            },
            (finding, _) => finding,
        }
    }

    fn printed_traceback(&self, claim: &Claim, output: &str) -> Option<compare::Step> {
        let lenient = || doctest::output(&claim.claimed, output, &self.flags(claim));
        compare::text(&claim.claimed, output).or_else(lenient)
    }

    /// What the author asks of doctest for the input of a claim.
    fn flags(&self, claim: &Claim) -> doctest::Flags {
        let lines = self.code.lines().skip(claim.target.first.saturating_sub(1));
        doctest::Flags::of(lines.take(claim.target.last + 1 - claim.target.first.max(1)))
    }

    /// What a prompt shows and the output of the input is not: text on the other stream, the output
    /// only up to a blank line, as it ends the expected output of a doctest.
    fn shown_elsewhere(&self, claim: &Claim, actual: &str) -> Option<Finding> {
        let paragraph = actual.split("\n\n").next().filter(|first| first.len() < actual.trim_end().len());
        if paragraph.is_some_and(|first| compare::text(&claim.claimed, first).is_some()) {
            return Some(Finding::Holds("first-paragraph", trim_end(actual)));
        }
        if has_lines(&self.run.stderr.text, &claim.claimed) {
            return Some(Finding::Holds("other-stream", claim.claimed.clone()));
        }
        let names_script = claim.claimed.to_lowercase().starts_with("usage: ");
        (names_script || super::names_files(&claim.claimed) || (is_log(&claim.claimed) && !is_log(actual)))
            .then(|| open("descriptive"))
    }

    fn input(&self, claim: &Claim, input: usize) -> Finding {
        let Some(result) = self.run.inputs.get(input) else {
            return Finding::Open(self.why_unfinished().unwrap_or_else(|| "not-reached".to_owned()), None);
        };
        match (&claim.expected, &result.raised) {
            (Expected::Exception { name, message }, Some(raised)) => {
                self.compare_exception(claim, name.as_deref(), message.as_deref(), raised, false)
            }
            // The input may print the traceback that is shown (`traceback.print_exc`), or the name of
            // an exception (`>>> name` with `KeyError` below).
            (Expected::Exception { .. }, None) => match self.printed_traceback(claim, &result.output) {
                Some(step) => Finding::Holds(step, trim_end(&result.output)),
                None => Finding::Fails(no_exception(&result.output), None),
            },
            (Expected::Works, None) => Finding::Holds("ended", no_exception(&result.output)),
            // The program says goodbye, maybe with a word on the other stream.
            (_, Some(raised)) if raised.type_name == "SystemExit" => {
                self.shown_elsewhere(claim, &result.output).unwrap_or_else(|| open("descriptive"))
            }
            (_, Some(raised)) => self.raised_instead(claim, raised, false),
            (expected, None) => {
                let texts: Vec<&str> = match expected {
                    Expected::Text(texts) => texts.iter().map(String::as_str).collect(),
                    _ => vec![&claim.claimed],
                };
                let actual = &result.output;
                let lenient = |text: &&str| doctest::output(text, actual, &self.flags(claim));
                let step = |text: &&str| compare::text(text, actual).or_else(|| lenient(text));
                match texts.iter().find_map(step) {
                    Some(step) => Finding::Holds(step, trim_end(actual)),
                    None if is_comment(&claim.claimed) || is_description(&claim.claimed) => {
                        open("descriptive")
                    }
                    None => self.shown_elsewhere(claim, actual).unwrap_or_else(|| {
                        let nothing = if actual.is_empty() { "nothing is printed" } else { actual };
                        Finding::Fails(trim_end(nothing), None)
                    }),
                }
            }
        }
    }
}

/// Whether a text tells what comes instead of showing it: `<a list of all names>`.
fn is_description(text: &str) -> bool {
    let inner = text.trim().strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    inner.is_some_and(|inner| {
        inner.split_whitespace().count() > 3
            && inner.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '\'' | ',' | '-'))
    })
}

/// Whether some lines stand below each other in a text. A part of a line does not count: a digit may
/// stand in any path.
fn has_lines(text: &str, wanted: &str) -> bool {
    let wanted: Vec<&str> = wanted.trim().lines().map(str::trim_end).collect();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    !wanted.is_empty() && lines.windows(wanted.len()).any(|lines| lines == wanted)
}

/// Whether a text is a line of a log, which shows only where a log is set up so.
fn is_log(text: &str) -> bool {
    ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
        .iter()
        .any(|level| text.split(|c: char| !c.is_alphanumeric()).any(|word| word == *level))
}

/// Whether a text below a prompt is a comment that lacks its prompt.
fn is_comment(text: &str) -> bool {
    text.lines().all(|line| line.trim_start().starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::has_lines;

    #[test]
    fn only_whole_lines_stand_on_the_other_stream() {
        let errors =
            "Traceback (most recent call last):\n  File \"/home/user4/a.py\", line 1\nwarned \ntwice\n";
        assert!(has_lines(errors, "warned\ntwice\n") && has_lines(errors, "twice"));
        assert!(!has_lines(errors, "4") && !has_lines(errors, "twice\nwarned") && !has_lines(errors, ""));
    }
}
