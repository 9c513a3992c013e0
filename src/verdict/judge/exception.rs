//! Exceptions: claimed ones, and those that come where something else is claimed.

use super::{AFTER_EXCEPTION, Evidence, Finding, open, trim_end};
use crate::claim::{Claim, Expected};
use crate::run::{Ending, Raised, Record, Seen};
use crate::verdict::compare;

impl Evidence<'_> {
    pub(super) fn syntax_error(&self, claim: &Claim, message: &str) -> Finding {
        match &claim.expected {
            Expected::Exception { name: Some(name), .. }
                if matches!(name.as_str(), "SyntaxError" | "IndentationError" | "TabError") =>
            {
                Finding::Holds("type", format!("SyntaxError: {message}"))
            }
            _ => Finding::Open("not-reached".to_owned(), Some(format!("SyntaxError: {message}"))),
        }
    }

    pub(super) fn exception(&self, claim: &Claim, name: Option<&str>, message: Option<&str>) -> Finding {
        if claim.target.whole_output {
            return match &self.run.exception {
                Some(raised) => self.compare_exception(claim, name, message, raised, false),
                None => self.why_unfinished().map_or_else(
                    || Finding::Fails("no exception".to_owned(), None),
                    |why| Finding::Open(why, None),
                ),
            };
        }
        let mut records: Vec<&Record> = self.records(claim.target.outcome).collect();
        records.sort_by_key(|record| matches!(record.seen, Seen::Ended));
        match records.first().map(|record| (&record.seen, record.after_end)) {
            Some((Seen::Raised(raised), after)) => {
                self.compare_exception(claim, name, message, raised, after)
            }
            Some((_, after)) if after && self.depends_on_failure(claim) => open(AFTER_EXCEPTION),
            Some(_) => self
                .exception_object(claim)
                .unwrap_or_else(|| Finding::Fails("no exception".to_owned(), None)),
            None => Finding::Open(self.why_unfinished().unwrap_or_else(|| "not-reached".to_owned()), None),
        }
    }

    /// The words of the claim are the statement's value, or what it prints.
    fn exception_object(&self, claim: &Claim) -> Option<Finding> {
        let (printed, _) = self.printed(claim);
        let as_text = if printed.is_empty() { None } else { compare::text(&claim.claimed, &printed) };
        if let Some(step) = as_text {
            return Some(Finding::Holds(step, trim_end(&printed)));
        }
        self.records(claim.target.value).find_map(|record| match &record.seen {
            Seen::Value(value) => {
                compare::value(&claim.claimed, value).map(|step| Finding::Holds(step, value.repr.clone()))
            }
            _ => None,
        })
    }

    pub(super) fn compare_exception(
        &self,
        claim: &Claim,
        name: Option<&str>,
        message: Option<&str>,
        raised: &Raised,
        after: bool,
    ) -> Finding {
        let actual = raised.shown();
        if let Some(step) = compare::exception(name, message, raised) {
            // Any exception would do: one that only says that something is missing shows nothing.
            let is_missing = self.need(raised).is_some() || (after && raised.type_name == "NameError");
            if name.is_some() || !is_missing {
                return Finding::Holds(step, actual);
            }
        }
        if let Some(need) = self.need(raised) {
            return Finding::Open(need.reason.to_owned(), Some(actual));
        }
        if after && (raised.type_name == "NameError" || self.depends_on_failure(claim)) {
            return Finding::Open(AFTER_EXCEPTION.to_owned(), Some(actual));
        }
        Finding::Fails(actual, None)
    }

    pub(super) fn works(&self, claim: &Claim) -> Finding {
        if claim.target.whole_output {
            return match (&self.run.exception, &self.run.ending) {
                (None, Ending::Exited(0)) => Finding::Holds("ended", "no exception".to_owned()),
                (Some(raised), _) => Finding::Open(self.reason_of(raised), Some(raised.shown())),
                _ => Finding::Open(self.why_unfinished().unwrap_or_else(|| "not-reached".to_owned()), None),
            };
        }
        let mut records: Vec<&Record> = self.records(claim.target.outcome).collect();
        records.sort_by_key(|record| !matches!(record.seen, Seen::Raised(_)));
        match records.first().map(|record| (&record.seen, record.after_end)) {
            Some((Seen::Raised(raised), after)) => self.raised_instead(claim, raised, after),
            Some(_) => Finding::Holds("ended", "no exception".to_owned()),
            None => Finding::Open(self.why_unfinished().unwrap_or_else(|| "not-reached".to_owned()), None),
        }
    }

    /// The statement raised where a value or text is claimed.
    pub(super) fn raised_instead(&self, claim: &Claim, raised: &Raised, after: bool) -> Finding {
        let actual = raised.shown();
        if let Some(need) = self.need(raised) {
            return Finding::Open(need.reason.to_owned(), Some(actual));
        }
        // A name that is missing further down was to be bound by a statement that failed, too.
        if after && (raised.type_name == "NameError" || self.depends_on_failure(claim)) {
            return Finding::Open(AFTER_EXCEPTION.to_owned(), Some(actual));
        }
        Finding::Fails(actual, None)
    }
}
