//! Judges the claims of one example by its run: what each claim met, and the verdict from that.

mod doctest;
mod exception;
mod machine;
mod output;
mod session;
mod taint;
mod test;
mod value;

use std::collections::BTreeSet;

use crate::claim::{Claim, Expected, Force, Kind, PRINTED};
use crate::example::{Example, Stored};
use crate::python;
use crate::run::{Ending, Raised, Record, Run};
use crate::verdict::compare::{self, Step};
use crate::verdict::need::{NEEDS_SERVICE, Need, need};
use crate::verdict::{Judged, Verdict};

pub use machine::NONDETERMINISTIC;

/// Longest text of what really was that goes into a report, in characters.
pub const LONGEST_ACTUAL: usize = 2000;

/// Judges all claims of an example. Guesses that did not come true are dropped (design, rule 2).
/// `before` is the code of the earlier examples that it ran after.
pub fn judge(example: &Example, claims: &[Claim], run: &Run, before: &str) -> Vec<Judged> {
    let evidence = Evidence::new(example, run, before);
    claims.iter().filter_map(|claim| evidence.judge(claim)).collect()
}

/// What a claim met.
enum Finding {
    /// It is so, by this step; with what really was.
    Holds(Step, String),
    /// It is not so; what really was, and a remark.
    Fails(String, Option<String>),
    /// It cannot be told, for this reason; with what was seen.
    Open(String, Option<String>),
}

struct Evidence<'a> {
    example: &'a Example,
    run: &'a Run,
    code: &'a str,
    /// The code that ran before it.
    before: &'a str,
    /// Names that depend on what the exception that ended the example left undone.
    tainted: BTreeSet<String>,
    /// For each input of a session the exception of an earlier one that it depends on.
    causes: Vec<Option<&'a Raised>>,
    /// Whether it ended with the exception that its document stores of it.
    ends_as_stored: bool,
}

impl<'a> Evidence<'a> {
    fn new(example: &'a Example, run: &'a Run, before: &'a str) -> Evidence<'a> {
        let tainted = run
            .exception
            .as_ref()
            .map(|raised| taint::of_module(&example.code, raised.line as usize))
            .unwrap_or_default();
        let causes = taint::of_session(example.session.as_deref().unwrap_or_default(), &run.inputs);
        let raised = run.exception.as_ref().map(|raised| raised.type_name.as_str());
        let ends_as_stored = example
            .stored
            .iter()
            .any(|stored| matches!(stored, Stored::Error { name, .. } if raised == Some(name.as_str())));
        Evidence { example, run, code: &example.code, before, tainted, causes, ends_as_stored }
    }

    fn judge(&self, claim: &Claim) -> Option<Judged> {
        let (finding, note) = match claim.target.test {
            Some(test) => self.test(claim, test),
            None => (self.find(claim), None),
        };
        if claim.force == Force::Guess
            && !matches!(finding, Finding::Holds(..))
            && !is_listed(claim, &finding)
        {
            return None;
        }
        let (verdict, matched, actual, reason) = match finding {
            Finding::Holds(step, actual) => (Verdict::Confirmed, Some(step), Some(actual), None),
            Finding::Fails(actual, _) if claim.hedge.is_some() => {
                (Verdict::Undecided, None, Some(actual), Some("hedged".to_owned()))
            }
            Finding::Fails(actual, remark) if was_meant(claim, &actual) => {
                (Verdict::Refuted, None, Some(actual), remark)
            }
            Finding::Fails(actual, _) if claim.force == Force::Guess => {
                (Verdict::Undecided, None, Some(actual), Some("descriptive".to_owned()))
            }
            Finding::Fails(actual, remark) => (Verdict::Refuted, None, Some(actual), remark),
            Finding::Open(reason, actual) => (Verdict::Undecided, None, actual, Some(reason)),
        };
        let mut claim = claim.clone();
        if let (Verdict::Confirmed, Some(actual)) = (verdict, &actual) {
            claim.claimed = reading_that_holds(&claim, actual);
        }
        let actual = actual.map(|actual| shortened(&actual));
        Some(Judged {
            claim,
            verdict,
            matched,
            actual,
            reason,
            note,
            known: None,
            mend: None,
            under: Vec::new(),
        })
    }

    fn find(&self, claim: &Claim) -> Finding {
        match &self.run.ending {
            Ending::SyntaxError { message, .. } => return self.syntax_error(claim, message),
            Ending::NotRun => return open("not-reached"),
            Ending::WithoutService(_) => return open(NEEDS_SERVICE),
            Ending::Lost(reason) => return Finding::Open("not-reached".to_owned(), Some(reason.clone())),
            _ => {}
        }
        if let Some(input) = claim.target.input {
            return self.session(claim, input);
        }
        match (&claim.expected, claim.kind) {
            (Expected::Exception { name, message }, _) => {
                self.exception(claim, name.as_deref(), message.as_deref())
            }
            (Expected::Works, _) => self.works(claim),
            _ if claim.target.whole_output => self.whole_output(claim),
            _ => self.value(claim),
        }
    }

    /// The reason why the example did not come to its end by itself.
    fn why_unfinished(&self) -> Option<String> {
        match &self.run.ending {
            Ending::TimedOut => Some("timeout".to_owned()),
            Ending::Exited(_) => self.run.exception.as_ref().map(|raised| self.reason_of(raised)),
            _ => Some("not-reached".to_owned()),
        }
    }

    fn reason_of(&self, raised: &Raised) -> String {
        self.need(raised).map_or_else(|| "not-reached".to_owned(), |need| need.reason.to_owned())
    }

    fn need(&self, raised: &Raised) -> Option<Need> {
        need(raised, self.run.blocked.as_deref(), &|name| self.binds(name))
    }

    /// Everything that was printed with one of the statement's lines on the stack, and whether all
    /// of it came after the exception that ended the example.
    fn printed(&self, claim: &Claim) -> (String, bool) {
        let lines = claim.target.first as u32..=claim.target.last as u32;
        let mut after = true;
        let mut text = String::new();
        for printed in
            self.run.printed.iter().filter(|printed| printed.lines.iter().any(|line| lines.contains(line)))
        {
            after &= printed.after_end;
            text.push_str(&printed.text);
        }
        (text, after)
    }

    fn records(&self, probe: Option<u32>) -> impl Iterator<Item = &'a Record> {
        self.run.records.iter().filter(move |record| Some(record.probe) == probe)
    }

    /// Whether the example binds a name at its top level.
    fn binds(&self, name: &str) -> bool {
        python::names(self.code).global.contains(name)
    }

    /// Whether the example uses a name anywhere.
    fn uses(&self, name: &str) -> bool {
        python::names(self.code).loaded.contains(name)
    }

    fn depends_on_failure(&self, claim: &Claim) -> bool {
        claim.target.names.iter().any(|name| self.tainted.contains(name))
    }
}

/// A guess at printed text that misses what was printed by a hair was no explanation.
fn was_meant(claim: &Claim, actual: &str) -> bool {
    let Expected::Text(readings) = &claim.expected else { return false };
    let printed = claim.rule == PRINTED
        || claim.kind == Kind::Stdout
        || readings.iter().any(|reading| reading.contains('\n'));
    let missed = |reading: &String| compare::nearly(reading, actual) || compare::same_words(reading, actual);
    claim.force == Force::Guess && printed && readings.iter().any(missed)
}

/// Of several readings of one comment the one that came true.
fn reading_that_holds(claim: &Claim, actual: &str) -> String {
    let readings = match &claim.expected {
        Expected::Text(readings) => readings.as_slice(),
        _ => &[],
    };
    let found = readings.iter().find(|reading| compare::text(reading, actual).is_some());
    found.unwrap_or(&claim.claimed).clone()
}

/// Hedged and approximate guesses are claims all the same, only not refutable ones.
fn is_listed(claim: &Claim, finding: &Finding) -> bool {
    if let Finding::Fails(actual, _) = finding
        && was_meant(claim, actual)
    {
        return true;
    }
    matches!(claim.expected, Expected::Near(_) | Expected::Works | Expected::Damaged)
        || claim.rule == "an exception by name"
        || (claim.hedge.is_some() && claim.rule == "a value")
}

/// Whether a text has lines of a traceback, which name the files of the machine it was made on.
fn names_files(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("File \""))
}

/// Reason of what came after the exception that ended an example, and depends on it.
const AFTER_EXCEPTION: &str = "after-exception";

fn open(reason: &str) -> Finding {
    Finding::Open(reason.to_owned(), None)
}

fn trim_end(text: &str) -> String {
    text.trim_end_matches('\n').to_owned()
}

fn no_exception(output: &str) -> String {
    if output.is_empty() { "no exception".to_owned() } else { trim_end(output) }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_ACTUAL) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
