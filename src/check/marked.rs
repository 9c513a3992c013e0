//! What the marks of an author change about the course of a check: what is not run, what runs
//! after what, and what is known to be wrong.

use std::collections::{BTreeMap, BTreeSet};

use super::Case;
use crate::claim::Claim;
use crate::document::Note;
use crate::example::marks::{Machine, Mark, Meaning, Reach, decide};
use crate::example::{Example, Form};
use crate::run::Limits;
use crate::verdict::{ExampleOutcome, Judged, Need, Outcome, Status, Unexpected, Verdict};

/// How many examples one may run after; of more, the nearest count.
const MOST_FOLLOWED: usize = 200;

/// How many times the limit that is set an author may ask for: one document must not hold up all
/// others.
const MOST_TIME: u64 = 6;

/// Word for what an author marked as not to be run.
pub const MARKED: &str = "marked";

/// Decides which examples and inputs are not run. What comes back are notes on conditions that
/// could not be decided, each with the number of its document.
pub fn skip(cases: &mut [Case], machine: &Machine) -> Vec<(usize, Note)> {
    let mut notes = Vec::new();
    for case in cases {
        for mark in case.example.marks.clone() {
            match skipped(&mark, machine) {
                Ok(Some(why)) => case.skip(&mark, why),
                Ok(None) => {}
                Err(condition) => {
                    let message = format!("`{condition}` cannot be decided, so the example is run");
                    notes.push((case.document, Note { line: mark.line, message }));
                }
            }
        }
    }
    notes
}

/// Why a mark says that something is not run; the condition if that cannot be told.
fn skipped(mark: &Mark, machine: &Machine) -> Result<Option<String>, String> {
    let shown = || format!("`{}`", mark.words);
    match &mark.meaning {
        Meaning::Skip(why) if why.is_empty() => Ok(Some(shown())),
        Meaning::Skip(why) => Ok(Some(why.clone())),
        Meaning::SkipIf { condition, reason } => match decide(condition, machine) {
            Some(true) if reason.is_empty() => Ok(Some(shown())),
            Some(true) => Ok(Some(reason.clone())),
            Some(false) => Ok(None),
            None => Err(condition.clone()),
        },
        _ => Ok(None),
    }
}

impl Case {
    fn skip(&mut self, mark: &Mark, why: String) {
        let inputs = self.example.session.as_deref().unwrap_or_default();
        match mark.reach {
            Reach::Example => self.skipped = Some(Need { reason: MARKED, what: why }),
            Reach::Statement(line) => {
                let code_line = self.example.lines.partition_point(|&at| at < line) + 1;
                let behind = inputs.partition_point(|input| input.code_line <= code_line);
                self.left_out.extend(behind.checked_sub(1));
                if !inputs.is_empty() && self.left_out.len() == inputs.len() {
                    self.skipped = Some(Need { reason: MARKED, what: why });
                }
            }
        }
    }

    /// Whether the author marked it as not to be run.
    pub fn is_marked(&self) -> bool {
        self.skipped.as_ref().is_some_and(|need| need.reason == MARKED)
    }

    /// The inputs of a session as they are run: those that are left out do nothing. Nor do those
    /// that hold comments only, which are no input in Python's grammar.
    pub fn inputs(&self) -> Option<Vec<String>> {
        let inputs = self.example.session.as_deref()?.iter().enumerate();
        let source = |(index, input): (usize, &crate::example::Input)| match self.left_out.contains(&index)
            || is_comment(&input.source)
        {
            true => "pass\n".to_owned(),
            false => input.source.clone(),
        };
        Some(inputs.map(source).collect())
    }

    /// The limits of its run. An author may ask for more time than is set, within reason.
    pub fn limits(&self, set: Limits) -> Limits {
        let asked = self.example.marks.iter().find_map(|mark| match mark.meaning {
            Meaning::TimeLimit(time) => u64::try_from(time.as_millis()).ok(),
            _ => None,
        });
        let time_ms =
            asked.map_or(set.time_ms, |asked| asked.clamp(1, set.time_ms.saturating_mul(MOST_TIME)));
        let (time, memory) = self.allowed;
        Limits { time_ms: time.unwrap_or(time_ms), memory: memory.unwrap_or(set.memory), ..set }
    }

    /// The code as it runs before another example.
    pub fn source(&self) -> String {
        match self.inputs() {
            Some(inputs) if !self.left_out.is_empty() => inputs.concat(),
            _ => self.example.code.clone(),
        }
    }

    /// The claims of an example that was not run, each undecided for this reason.
    pub fn undecided(&self, reason: &str) -> Vec<Judged> {
        let explicit = self.found.claims.iter().filter(|claim| claim.force == crate::claim::Force::Explicit);
        explicit.map(|claim| Judged::undecided(claim.clone(), reason)).collect()
    }

    /// Sets right what was judged of inputs that were left out.
    pub fn set_aside(&self, judged: &mut [Judged]) {
        for judged in judged {
            if judged.claim.target.input.is_some_and(|input| self.left_out.contains(&input)) {
                *judged = Judged::undecided(judged.claim.clone(), MARKED);
            }
        }
    }

    fn has(&self, wanted: &Meaning) -> bool {
        self.example.marks.iter().any(|mark| mark.meaning == *wanted)
    }
}

/// Whether an input holds nothing but comments.
pub fn is_comment(source: &str) -> bool {
    source.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

/// Finds for each example those that it runs after because marks say so: what prepares the
/// document, the earlier examples of its group, and what it goes on from.
pub fn connect(cases: &mut [Case]) {
    let mut above = Above::default();
    for index in 0..cases.len() {
        let before = index.checked_sub(1).map(|before| &cases[before]);
        if before.is_some_and(|before| before.document != cases[index].document) {
            above = Above::default();
        }
        cases[index].era = before.map_or(0, |before| before.era);
        if cases[index].example.form == Form::Inline {
            continue;
        }
        if cases[index].has(&Meaning::ClearNames) {
            cases[index].era += 1;
            above = Above::default();
        }
        cases[index].follows = above.followed_by(cases, index);
        if !cases[index].is_marked() {
            above.previous = Some(index);
            if prepares_others(cases, index, &above.prepares) {
                above.prepares.push(index);
            }
        }
    }
}

/// The examples that later ones of the document may run after.
#[derive(Default)]
struct Above {
    prepares: Vec<usize>,
    groups: BTreeMap<String, Vec<usize>>,
    previous: Option<usize>,
}

impl Above {
    fn followed_by(&mut self, cases: &[Case], index: usize) -> BTreeSet<usize> {
        let mut follows: BTreeSet<usize> = self.prepares.iter().copied().collect();
        for name in group_names(&cases[index]) {
            let members = self.groups.entry(name).or_default();
            follows.extend(members.iter().copied());
            members.push(index);
        }
        if let Some(previous) = self.previous.filter(|_| cases[index].has(&Meaning::Continues)) {
            follows.extend(cases[previous].follows.iter().copied());
            follows.insert(previous);
        }
        follows.retain(|&at| !cases[at].is_marked());
        while follows.len() > MOST_FOLLOWED {
            follows.pop_first();
        }
        follows
    }
}

fn group_names(case: &Case) -> Vec<String> {
    let names = case.example.marks.iter().filter_map(|mark| match &mark.meaning {
        Meaning::Group(name) => Some(name.clone()),
        _ => None,
    });
    names.collect()
}

/// Whether later examples run after this one. Hidden code may as well test what stands above it;
/// what needs names from there prepares nothing.
fn prepares_others(cases: &[Case], index: usize, earlier: &[usize]) -> bool {
    let case = &cases[index];
    let bound = |name: &str| earlier.iter().any(|&at| cases[at].names.global.contains(name));
    case.has(&Meaning::Setup) || (case.has(&Meaning::Hidden) && case.names.free().all(bound))
}

/// Marks as known what an author says is wrong or fails; if all is well, that differs from what
/// was expected.
pub fn know(outcome: &mut Outcome) {
    let unexpected = &mut outcome.unexpected;
    for found in &mut outcome.documents {
        for example in &mut found.examples {
            let marks = example.example.marks.clone();
            for (mark, why) in marks.iter().filter_map(known_false) {
                if !take(example, mark, &why) {
                    unexpected.push(Unexpected {
                        file: found.document.path.clone(),
                        line: mark.line,
                        message: format!(
                            "`{}` says that `{}` fails, but all of it is well",
                            mark.words, example.example.id
                        ),
                        document: Some((found.document.path.clone(), example.example.start_line)),
                    });
                }
            }
        }
    }
}

/// Whether the author of an example says of a claim that it is false.
pub fn is_known(example: &Example, claim: &Claim) -> bool {
    example
        .marks
        .iter()
        .any(|mark| known_false(mark).is_some() && crate::claim::reaches(mark, example, claim))
}

fn known_false(mark: &Mark) -> Option<(&Mark, String)> {
    let Meaning::KnownFalse(why) = &mark.meaning else { return None };
    Some((mark, if why.is_empty() { format!("`{}`", mark.words) } else { why.clone() }))
}

/// Takes what is wrong with an example as known, and says whether that is as the mark has it.
fn take(outcome: &mut ExampleOutcome, mark: &Mark, why: &str) -> bool {
    let example = &outcome.example;
    let refuted = outcome.claims.iter_mut().filter(|judged| {
        judged.verdict == Verdict::Refuted && crate::claim::reaches(mark, example, &judged.claim)
    });
    let mut any = false;
    for judged in refuted {
        judged.known = Some(why.to_owned());
        any = true;
    }
    let failed = outcome.status != Status::Ran;
    if failed && mark.is_whole() {
        outcome.known = Some(why.to_owned());
    }
    any || failed || !mark.is_whole()
}
