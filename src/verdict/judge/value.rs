//! Values and printed text of single statements.

use super::machine::NONDETERMINISTIC;
use super::{AFTER_EXCEPTION, Evidence, Finding, open, trim_end};
use crate::claim::{BELOW, Claim, Expected, Force, Kind, Origin, STATE};
use crate::run::{Equality, Seen, Value};
use crate::verdict::compare::{self, Step};

impl Evidence<'_> {
    pub(super) fn value(&self, claim: &Claim) -> Finding {
        let target = &claim.target;
        let values: Vec<(&Value, bool)> = [target.value, target.argument, target.after]
            .into_iter()
            .flat_map(|probe| self.records(probe))
            .filter_map(|record| match &record.seen {
                Seen::Value(value) => Some((value, record.after_end)),
                _ => None,
            })
            .collect();
        let (printed, printed_after) = self.printed(claim);
        let all = &self.run.stdout.text;
        if claim.rule == BELOW
            && let Some(step) = compare::text(&claim.claimed, all).filter(|_| !all.is_empty())
        {
            return Finding::Holds(step, trim_end(all));
        }
        let printed = self.with_lines_above(claim, printed);
        if let Some(holds) = self.holds(claim, &values, &printed) {
            return holds;
        }
        let raised = [target.value, target.argument, target.after, target.outcome]
            .into_iter()
            .flat_map(|probe| self.records(probe))
            .find_map(|record| match &record.seen {
                Seen::Raised(raised) => Some((raised, record.after_end)),
                _ => None,
            });
        if let Some((raised, after)) = raised {
            return self.raised_instead(claim, raised, after);
        }
        self.mismatch(claim, &values, &printed, printed_after)
    }

    /// The first observation that agrees with the claim.
    fn holds(&self, claim: &Claim, values: &[(&Value, bool)], printed: &str) -> Option<Finding> {
        let readings: Vec<&str> = match &claim.expected {
            Expected::Text(texts) => texts.iter().map(String::as_str).collect(),
            _ => vec![&claim.claimed],
        };
        let repeats =
            claim.target.argument.is_some() && values.iter().any(|(value, _)| value.repr != values[0].0.repr);
        for reading in &readings {
            let text =
                if printed.trim().is_empty() { None } else { self.printed_as(claim, reading, printed) };
            if let Some(step) = text {
                return Some(Finding::Holds(step, trim_end(printed)));
            }
            for (value, _) in values {
                // What `print` shows is `str()`, whatever `repr()` would be.
                if repeats
                    || (claim.target.argument.is_some() && !printed.is_empty() && shows_otherwise(value))
                {
                    continue;
                }
                let step = match &claim.expected {
                    Expected::Near(number) => compare::near(*number, &value.repr).then_some("approximate"),
                    Expected::Damaged => compare::damaged(reading, &value.repr).then_some("markup-stripped"),
                    // Words may describe the class of a value only if they are nothing else.
                    Expected::Text(_) => compare::value(reading, value)
                        .filter(|step| claim.kind != Kind::Stdout || *step != "type"),
                    _ => compare::value(reading, value).or_else(|| unquoted(claim, value).then_some("text")),
                };
                if let Some(step) = step {
                    return Some(Finding::Holds(step, value.repr.clone()));
                }
            }
        }
        None
    }

    fn printed_as(&self, claim: &Claim, reading: &str, printed: &str) -> Option<Step> {
        match &claim.expected {
            Expected::Near(number) => compare::near(*number, printed).then_some("approximate"),
            Expected::Damaged => compare::damaged(reading, printed).then_some("markup-stripped"),
            _ => compare::text(reading, printed).or_else(|| repeated(reading, printed)),
        }
    }

    /// What is printed up to a comment of several lines below: it may show what the statements above
    /// its own printed, too.
    fn with_lines_above(&self, claim: &Claim, printed: String) -> String {
        let Expected::Text(readings) = &claim.expected else { return printed };
        let is_below = claim.origin == Origin::NextLine && claim.kind == Kind::Stdout;
        let own = printed.trim_end().lines().count();
        let more = || readings.iter().filter(|reading| reading.trim_end().lines().count() > own);
        if !is_below || more().next().is_none() {
            return printed;
        }
        let all = self.printed_up_to(claim);
        let lines: Vec<&str> = all.trim_end().lines().collect();
        let last = |count: usize| lines[lines.len().saturating_sub(count)..].join("\n");
        let shown = more().map(|reading| (reading, last(reading.trim_end().lines().count())));
        let agrees = shown.clone().find(|(reading, text)| compare::text(reading, text).is_some());
        let mut sure =
            shown.filter(|_| claim.force == Force::Explicit && self.holds(claim, &[], &printed).is_none());
        agrees.or(sure.next_back()).map_or(printed, |(_, text)| text)
    }

    /// Everything that was printed until the statement of a claim was done.
    fn printed_up_to(&self, claim: &Claim) -> String {
        let lines = claim.target.first as u32..=claim.target.last as u32;
        let is_its = |printed: &crate::run::Printed| printed.lines.iter().any(|line| lines.contains(line));
        let end = self.run.printed.iter().rposition(is_its).map_or(0, |at| at + 1);
        self.run.printed[..end].iter().map(|printed| printed.text.as_str()).collect()
    }

    /// No observation agrees.
    fn mismatch(
        &self,
        claim: &Claim,
        values: &[(&Value, bool)],
        printed: &str,
        printed_after: bool,
    ) -> Finding {
        let shown = values.iter().find(|(value, _)| value.type_name != "NoneType");
        let instead =
            if claim.kind != Kind::Stdout || claim.target.argument.is_none() { shown } else { None };
        let (actual, after) = match instead.or(values.first()) {
            _ if !printed.is_empty() && claim.rule != STATE => (trim_end(printed), printed_after),
            Some(&(value, after)) => (value.repr.clone(), after),
            None => return self.nothing_seen(claim),
        };
        if let Some(open) = self.undecidable(claim, values, &actual, after) {
            return open;
        }
        let other_type = shown.and_then(|(value, _)| {
            let equal = value.equals.first() == Some(&Some(Equality::OtherType));
            equal.then(|| format!("equal, but the type is {}", value.type_name))
        });
        Finding::Fails(actual, other_type)
    }

    /// Why what differs from a claim does not refute it.
    fn undecidable(
        &self,
        claim: &Claim,
        values: &[(&Value, bool)],
        actual: &str,
        after: bool,
    ) -> Option<Finding> {
        let open = |reason: &str| Some(Finding::Open(reason.to_owned(), Some(actual.to_owned())));
        // `"42" * 2  # 4242`: the value is a string, and only its quotes are missing.
        if values.iter().any(|(value, _)| compare::is_content(&claim.claimed, value)) {
            return open("descriptive");
        }
        if matches!(claim.expected, Expected::Near(_)) {
            return open("hedged");
        }
        if claim.expected == Expected::Damaged {
            return open("descriptive");
        }
        if after && self.depends_on_failure(claim) {
            return open(AFTER_EXCEPTION);
        }
        if let Some(of_machine) = self.of_machine(claim) {
            let actual = format!("{actual} ({of_machine} is of this machine)");
            return Some(Finding::Open(NONDETERMINISTIC.to_owned(), Some(actual)));
        }
        // `st.push(1)  # [1]` tells what an object holds that does not show it.
        let hides = |value: &Value| value.repr.starts_with('<') && value.repr.contains(" object at 0x");
        let returns_nothing = self
            .records(claim.target.value)
            .all(|record| matches!(&record.seen, Seen::Value(value) if value.type_name == "NoneType"));
        if claim.target.after.is_some()
            && claim.rule != STATE
            && returns_nothing
            && values.iter().any(|(value, _)| hides(value))
        {
            return open("descriptive");
        }
        // `range(3)  # 0, 1, 2` tells what comes of it one by one.
        let is_series = claim.claimed.contains(',') && !claim.claimed.starts_with(['[', '(', '{', '"', '\'']);
        let is_lazy = |value: &Value| LAZY.contains(&value.type_name.as_str());
        if is_series && values.iter().any(|(value, _)| is_lazy(value)) {
            return open("descriptive");
        }
        // In a loop or a function that is called several times one comment cannot say it all.
        let varies = values.iter().any(|(value, _)| value.repr != values[0].0.repr);
        // `1, 2, ...` begins a sequence; that of an object without a literal is not seen.
        let begins =
            claim.claimed.ends_with("...") && values.iter().any(|(value, _)| value.repr.starts_with('<'));
        let varies =
            varies && claim.target.after.is_none() && !compare::nearly_series(&claim.claimed, actual);
        if varies || begins {
            return open("descriptive");
        }
        None
    }

    /// Nothing was observed: the statement was never reached, or printed nothing.
    fn nothing_seen(&self, claim: &Claim) -> Finding {
        if let Some(why) = self.why_unfinished() {
            return Finding::Open(why, None);
        }
        let top_level = self
            .code
            .lines()
            .nth(claim.target.first.saturating_sub(1))
            .is_some_and(|line| !line.starts_with([' ', '\t']));
        if top_level && claim.kind == Kind::Stdout && claim.target.argument.is_none() {
            return Finding::Fails("nothing is printed".to_owned(), None);
        }
        open("not-reached")
    }
}

/// Types whose values give items one by one and do not show them as a list.
const LAZY: &[&str] = &[
    "range",
    "map",
    "filter",
    "zip",
    "enumerate",
    "generator",
    "reversed",
    "dict_keys",
    "dict_values",
    "dict_items",
    "list_iterator",
    "list_reverseiterator",
    "tuple_iterator",
    "set_iterator",
    "chain",
    "islice",
    "count",
    "cycle",
    "repeat",
    "accumulate",
    "product",
    "permutations",
    "combinations",
    "pairwise",
    "groupby",
    "takewhile",
    "dropwhile",
];

/// Whether `print` shows a value otherwise than its `repr`, strings aside.
fn shows_otherwise(value: &Value) -> bool {
    value.text.is_some() && value.type_name != "str"
}

/// What makes a string of other values.
const FORMATTING: &[&str] = &[
    "f\"",
    "f'",
    ".format(",
    "format(",
    "\" % ",
    "' % ",
    "dumps(",
    ".join(",
    ".strftime(",
    "bin(",
    "hex(",
    "oct(",
];

/// Whether a claim gives the text that a statement formats, without the quotes.
fn unquoted(claim: &Claim, value: &Value) -> bool {
    FORMATTING.iter().any(|mark| claim.subject.contains(mark)) && compare::is_content(&claim.claimed, value)
}

/// A line that prints the same each time it runs is claimed once.
fn repeated(claimed: &str, printed: &str) -> Option<Step> {
    let mut lines = printed.trim_end().lines();
    let first = lines.next()?;
    let same = lines.clone().count() > 0 && lines.all(|line| line == first);
    compare::text(claimed, first).filter(|_| same).map(|_| "repeated")
}
