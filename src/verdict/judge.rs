//! Judges the claims of one example by its run.

use std::collections::BTreeSet;

use super::compare::{self, Step};
use super::need::{Need, need};
use super::{Judged, Verdict};
use crate::claim::{Claim, Expected, Force, Kind, PRINTED, UNFENCED_BLOCK};
use crate::example::{Example, Stored};
use crate::python::{self, Names};
use crate::run::{Ending, Raised, Record, Run, Seen, Value};

/// Longest text of what really was that goes into a report, in characters.
const LONGEST_ACTUAL: usize = 2000;

/// Judges all claims of an example. Guesses that did not come true are dropped (design, rule 2).
pub fn judge(example: &Example, claims: &[Claim], run: &Run) -> Vec<Judged> {
    let evidence = Evidence::new(example, run);
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
    run: &'a Run,
    code: &'a str,
    /// Names that the example binds at its top level.
    bound: BTreeSet<String>,
    /// Names that depend on what the exception that ended the example left undone.
    tainted: BTreeSet<String>,
    /// Whether it ended with the exception that its document stores of it.
    ends_as_stored: bool,
}

impl<'a> Evidence<'a> {
    fn new(example: &'a Example, run: &'a Run) -> Evidence<'a> {
        let parsed = python::parse(&example.code);
        let bound = Names::of(parsed.suite()).global;
        let tainted = run
            .exception
            .as_ref()
            .map(|raised| tainted(&example.code, raised.line as usize))
            .unwrap_or_default();
        let ends_as_stored = example.stored.iter().any(|stored| {
            let raised = run.exception.as_ref();
            matches!(stored, Stored::Error { name, .. } if raised.is_some_and(|raised| raised.type_name == *name))
        });
        Evidence { run, code: &example.code, bound, tainted, ends_as_stored }
    }

    fn judge(&self, claim: &Claim) -> Option<Judged> {
        let finding = self.find(claim);
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
        let actual = actual.map(|actual| shortened(&actual));
        Some(Judged { claim: claim.clone(), verdict, matched, actual, reason, known: None })
    }

    fn find(&self, claim: &Claim) -> Finding {
        match &self.run.ending {
            Ending::SyntaxError { message, .. } => return self.syntax_error(claim, message),
            Ending::NotRun => return open("not-reached"),
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

    fn syntax_error(&self, claim: &Claim, message: &str) -> Finding {
        match &claim.expected {
            Expected::Exception { name: Some(name), .. }
                if matches!(name.as_str(), "SyntaxError" | "IndentationError" | "TabError") =>
            {
                Finding::Holds("type", format!("SyntaxError: {message}"))
            }
            _ => Finding::Open("not-reached".to_owned(), Some(format!("SyntaxError: {message}"))),
        }
    }

    // ---- printed output ------------------------------------------------------------------

    fn whole_output(&self, claim: &Claim) -> Finding {
        let Expected::Text(texts) = &claim.expected else { return open("descriptive") };
        let actual = &self.run.stdout.text;
        if let Some(step) = texts.iter().find_map(|text| compare::text(text, actual)) {
            return Finding::Holds(step, trim_end(actual));
        }
        if let Some(step) = self.block_start(claim) {
            return Finding::Holds(step, trim_end(actual));
        }
        let vague_order =
            claim.hedge.is_some() || claim.remark.as_deref().is_some_and(|remark| remark.contains("order"));
        if vague_order && texts.iter().any(|text| compare::any_order(text, actual)) {
            return Finding::Holds("any-order", trim_end(actual));
        }
        if let Some(why) = self.why_unfinished().filter(|_| !self.ends_as_stored) {
            return Finding::Open(why, Some(trim_end(actual)));
        }
        if actual.trim().is_empty() && !self.run.stderr.text.trim().is_empty() {
            let step = texts.iter().find_map(|text| compare::text(text, &self.run.stderr.text));
            return step.map_or_else(
                || open("descriptive"),
                |step| Finding::Holds(step, trim_end(&self.run.stderr.text)),
            );
        }
        Finding::Fails(trim_end(actual), None)
    }

    /// A block without fence may run on into the text below it: its first lines are the whole output.
    fn block_start(&self, claim: &Claim) -> Option<Step> {
        let count = self.run.stdout.text.trim_end().lines().count();
        let first: Vec<&str> = claim.claimed.lines().take(count).collect();
        let cut = claim.rule == UNFENCED_BLOCK && count > 0 && claim.claimed.lines().count() > count;
        compare::text(&first.join("\n"), &self.run.stdout.text).filter(|_| cut).map(|_| "block-start")
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
        need(raised, self.run.blocked.as_deref(), &|name| self.bound.contains(name))
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

    // ---- values --------------------------------------------------------------------------

    fn records(&self, probe: Option<u32>) -> impl Iterator<Item = &'a Record> {
        self.run.records.iter().filter(move |record| Some(record.probe) == probe)
    }

    fn value(&self, claim: &Claim) -> Finding {
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
        for reading in &readings {
            let text =
                if printed.trim().is_empty() { None } else { self.printed_as(claim, reading, printed) };
            if let Some(step) = text {
                return Some(Finding::Holds(step, trim_end(printed)));
            }
            for (value, _) in values {
                let step = match &claim.expected {
                    Expected::Near(number) => compare::near(*number, &value.repr).then_some("approximate"),
                    Expected::Damaged => compare::damaged(reading, &value.repr).then_some("markup-stripped"),
                    // Words may describe the class of a value only if they are nothing else.
                    Expected::Text(_) => compare::value(reading, value)
                        .filter(|step| claim.kind != Kind::Stdout || *step != "type"),
                    _ => compare::value(reading, value),
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

    /// No observation agrees.
    fn mismatch(
        &self,
        claim: &Claim,
        values: &[(&Value, bool)],
        printed: &str,
        printed_after: bool,
    ) -> Finding {
        let is_none = |value: &Value| value.type_name == "NoneType";
        let shown = values.iter().find(|(value, _)| !is_none(value));
        let (actual, after) = match (shown, printed.is_empty()) {
            (Some(&(value, after)), true)
                if claim.kind != Kind::Stdout || claim.target.argument.is_none() =>
            {
                (value.repr.clone(), after)
            }
            (_, false) => (trim_end(printed), printed_after),
            _ => match values.first() {
                Some(&(value, after)) => (value.repr.clone(), after),
                None => return self.nothing_seen(claim),
            },
        };
        if matches!(claim.expected, Expected::Near(_)) {
            return Finding::Open("hedged".to_owned(), Some(actual));
        }
        if claim.expected == Expected::Damaged {
            return Finding::Open("descriptive".to_owned(), Some(actual));
        }
        if after && self.depends_on_failure(claim) {
            return Finding::Open(AFTER_EXCEPTION.to_owned(), Some(actual));
        }
        let different = values.iter().filter(|(value, _)| value.repr != values[0].0.repr).count();
        if different > 0 && claim.target.after.is_none() {
            // In a loop or a function that is called several times one comment cannot say it all.
            return Finding::Open("descriptive".to_owned(), Some(actual));
        }
        if claim.claimed.ends_with("...") && values.iter().any(|(value, _)| value.repr.starts_with('<')) {
            return Finding::Open("descriptive".to_owned(), Some(actual));
        }
        let other_type = shown.and_then(|(value, _)| {
            let equal = value.equals.first() == Some(&Some(crate::run::Equality::OtherType));
            equal.then(|| format!("equal, but the type is {}", value.type_name))
        });
        Finding::Fails(actual, other_type)
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

    /// The statement raised where a value or text is claimed.
    fn raised_instead(&self, claim: &Claim, raised: &Raised, after: bool) -> Finding {
        let actual = shown(raised);
        if let Some(need) = self.need(raised) {
            return Finding::Open(need.reason.to_owned(), Some(actual));
        }
        // A name that is missing further down was to be bound by a statement that failed, too.
        if after && (raised.type_name == "NameError" || self.depends_on_failure(claim)) {
            return Finding::Open(AFTER_EXCEPTION.to_owned(), Some(actual));
        }
        Finding::Fails(actual, None)
    }

    fn depends_on_failure(&self, claim: &Claim) -> bool {
        claim.target.names.iter().any(|name| self.tainted.contains(name))
    }

    // ---- exceptions ----------------------------------------------------------------------

    fn exception(&self, claim: &Claim, name: Option<&str>, message: Option<&str>) -> Finding {
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

    /// The statement's value is the claimed exception.
    fn exception_object(&self, claim: &Claim) -> Option<Finding> {
        self.records(claim.target.value).find_map(|record| match &record.seen {
            Seen::Value(value) => {
                compare::value(&claim.claimed, value).map(|step| Finding::Holds(step, value.repr.clone()))
            }
            _ => None,
        })
    }

    fn compare_exception(
        &self,
        claim: &Claim,
        name: Option<&str>,
        message: Option<&str>,
        raised: &Raised,
        after: bool,
    ) -> Finding {
        let actual = shown(raised);
        if let Some(step) = compare::exception(name, message, raised) {
            // Any exception would do: one that only says that something is missing shows nothing.
            if name.is_some() || self.need(raised).is_none() {
                return Finding::Holds(step, actual);
            }
        }
        if let Some(need) = self.need(raised) {
            return Finding::Open(need.reason.to_owned(), Some(actual));
        }
        if after && self.depends_on_failure(claim) {
            return Finding::Open(AFTER_EXCEPTION.to_owned(), Some(actual));
        }
        Finding::Fails(actual, None)
    }

    fn works(&self, claim: &Claim) -> Finding {
        if claim.target.whole_output {
            return match (&self.run.exception, &self.run.ending) {
                (None, Ending::Exited(0)) => Finding::Holds("ended", "no exception".to_owned()),
                (Some(raised), _) => Finding::Open(self.reason_of(raised), Some(shown(raised))),
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

    // ---- sessions ------------------------------------------------------------------------

    fn session(&self, claim: &Claim, input: usize) -> Finding {
        let Some(result) = self.run.inputs.get(input) else {
            return Finding::Open(self.why_unfinished().unwrap_or_else(|| "not-reached".to_owned()), None);
        };
        match (&claim.expected, &result.raised) {
            (Expected::Exception { name, message }, Some(raised)) => {
                self.compare_exception(claim, name.as_deref(), message.as_deref(), raised, false)
            }
            (Expected::Exception { .. }, None) => Finding::Fails(no_exception(&result.output), None),
            (Expected::Works, None) => Finding::Holds("ended", no_exception(&result.output)),
            (_, Some(raised)) => self.raised_instead(claim, raised, false),
            (expected, None) => {
                let texts: Vec<&str> = match expected {
                    Expected::Text(texts) => texts.iter().map(String::as_str).collect(),
                    _ => vec![&claim.claimed],
                };
                let actual = &result.output;
                match texts.iter().find_map(|text| compare::text(text, actual)) {
                    Some(step) => Finding::Holds(step, trim_end(actual)),
                    None if actual.is_empty() => Finding::Fails("nothing is printed".to_owned(), None),
                    None => Finding::Fails(trim_end(actual), None),
                }
            }
        }
    }
}

/// A guess at printed text that misses what was printed by a hair was no explanation.
fn was_meant(claim: &Claim, actual: &str) -> bool {
    let Expected::Text(readings) = &claim.expected else { return false };
    let printed = claim.rule == PRINTED
        || claim.kind == Kind::Stdout
        || readings.iter().any(|reading| reading.contains('\n'));
    claim.force == Force::Guess && printed && readings.iter().any(|reading| compare::nearly(reading, actual))
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

/// An exception as the last line of its traceback shows it.
fn shown(raised: &Raised) -> String {
    if raised.message.is_empty() {
        raised.type_name.clone()
    } else {
        format!("{}: {}", raised.type_name, raised.message)
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_ACTUAL) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// A line that prints the same each time it runs is claimed once.
fn repeated(claimed: &str, printed: &str) -> Option<Step> {
    let mut lines = printed.trim_end().lines();
    let first = lines.next()?;
    let same = lines.clone().count() > 0 && lines.all(|line| line == first);
    compare::text(claimed, first).filter(|_| same).map(|_| "repeated")
}

/// The names that depend on the top-level statement which raised on this line: those it uses or
/// binds, and what later statements derive from them.
fn tainted(code: &str, line: usize) -> BTreeSet<String> {
    use ruff_text_size::Ranged;
    let parsed = python::parse(code);
    let line_of = |at: usize| code[..at].matches('\n').count() + 1;
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut failed = false;
    for statement in parsed.suite() {
        let range = statement.range();
        let used = Names::of(std::slice::from_ref(statement));
        if !failed {
            failed = (line_of(range.start().to_usize())..=line_of(range.end().to_usize())).contains(&line);
            if failed {
                names.extend(used.bound.iter().cloned());
                names.extend(used.free().map(str::to_owned));
            }
        } else if used.loaded.iter().any(|name| names.contains(name)) {
            names.extend(used.global);
        }
    }
    names
}
