//! Runs the facts that sentences are tied to, and judges the sentences by them.

use std::collections::BTreeMap;

use crate::cache::CachingEngine;
use crate::document::Document;
use crate::expectations::{Expectations, Fact, Tie, Version};
use crate::run::{Ending, Limits, Plan, Run};
use crate::verdict::{Outcome, Prose, Unexpected, Verdict};

/// Reason of a sentence whose fact does not hold in the version at hand.
const OTHER_VERSION: &str = "other-version";
/// Reason of a sentence whose fact turned out not to be as it states.
const BROKEN_FACT: &str = "broken-fact";

/// A fact with what its run showed.
#[derive(Clone, Debug)]
pub struct CheckedFact {
    /// The fact.
    pub fact: Fact,
    /// What was shown.
    pub shown: Shown,
}

/// What the run of a fact showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It holds, and its contrast differs; what the probe printed.
    Holds(String),
    /// It does not claim to hold in this version, and does not; what the probe printed.
    NotHere(String),
    /// It is not as stated: in one sentence, and what the probe printed.
    Broken(String, String),
}

/// Judges the sentences of the documents that are tied to facts.
pub fn judge_sentences(
    engine: &CachingEngine,
    expectations: &Expectations,
    limits: Limits,
    outcome: &mut Outcome,
) {
    let documents: Vec<&Document> = outcome.documents.iter().map(|found| &found.document).collect();
    let paths: Vec<&str> = documents.iter().map(|document| document.path.as_str()).collect();
    let ties = expectations.ties(&documents);
    let facts: BTreeMap<&str, &Fact> = ties.iter().map(|tie| (tie.fact.id.as_str(), tie.fact)).collect();
    let facts: Vec<&Fact> = facts.into_values().collect();
    let shown: BTreeMap<&str, Shown> =
        facts.iter().map(|fact| fact.id.as_str()).zip(run(engine, &facts, limits)).collect();
    let (judged, mut unexpected) = judge(&ties, &|fact| shown.get(fact.id.as_str()).cloned(), &paths);
    for (number, prose) in judged {
        outcome.documents[number].prose.push(prose);
    }
    outcome.unexpected.append(&mut unexpected);
}

/// Runs each fact with its contrast.
pub fn run(engine: &CachingEngine, facts: &[&Fact], limits: Limits) -> Vec<Shown> {
    let plan = |source: &str| Plan { limits, ..Plan::module(source) };
    let plans: Vec<Plan> =
        facts.iter().flat_map(|fact| [plan(&fact.probe), plan(&fact.contrast.probe)]).collect();
    let runs = engine.run_all(&plans);
    let version = Version::parse(&engine.interpreter().version).unwrap_or(Version(0, 0));
    facts.iter().zip(runs.chunks(2)).map(|(fact, runs)| shown(fact, version, &runs[0], &runs[1])).collect()
}

fn shown(fact: &Fact, version: Version, probe: &Run, contrast: &Run) -> Shown {
    let printed = printed(probe);
    let as_stated = printed == fact.prints.trim_end();
    let broken = |what: String| Shown::Broken(what, printed.clone());
    match (fact.covers(version), as_stated) {
        (true, false) => broken(format!("its probe prints `{printed}`, not `{}`", fact.prints.trim_end())),
        (false, true) => broken(format!("it holds in {version} as well, but is stated {}", fact.versions())),
        (false, false) => Shown::NotHere(printed),
        (true, true) => {
            let contrasted = self::printed(contrast);
            if contrasted == fact.contrast.prints.trim_end() {
                Shown::Holds(printed)
            } else {
                let stated = fact.contrast.prints.trim_end();
                broken(format!("its contrast prints `{contrasted}`, not `{stated}`"))
            }
        }
    }
}

/// What a probe printed, or how else it ended.
fn printed(run: &Run) -> String {
    match (&run.ending, &run.exception) {
        (Ending::Exited(0), _) => run.stdout.text.trim_end().to_owned(),
        (_, Some(raised)) => format!("{}: {}", raised.type_name, raised.message),
        (Ending::SyntaxError { message, .. }, _) => format!("SyntaxError: {message}"),
        (ending, _) => format!("{ending:?}"),
    }
}

/// The sentences that are tied, judged, each with the number of its document; and what differs from
/// what is declared.
pub fn judge(
    ties: &[Tie],
    shown: &dyn Fn(&Fact) -> Option<Shown>,
    paths: &[&str],
) -> (Vec<(usize, Prose)>, Vec<Unexpected>) {
    let mut judged = Vec::new();
    let mut unexpected = Vec::new();
    for tie in ties {
        let path = paths[tie.document];
        let Some(line) = tie.line else {
            unexpected.push(stale(tie, path));
            continue;
        };
        let Some(shown) = shown(tie.fact) else { continue };
        if let Shown::Broken(what, _) = &shown {
            unexpected.push(broken(tie, what, path, line));
        }
        judged.push((tie.document, prose(tie, line, shown)));
    }
    // One fact may decide many sentences; that it is broken is said once for each document.
    unexpected.dedup_by(|next, kept| next.message == kept.message && same_document(next, kept));
    (judged, unexpected)
}

fn same_document(one: &Unexpected, other: &Unexpected) -> bool {
    let path = |of: &Unexpected| of.document.as_ref().map(|(path, _)| path.clone());
    path(one) == path(other)
}

fn prose(tie: &Tie, line: usize, shown: Shown) -> Prose {
    let (verdict, reason, actual) = match shown {
        Shown::Holds(printed) if tie.negated => (Verdict::Refuted, None, printed),
        Shown::Holds(printed) => (Verdict::Confirmed, None, printed),
        Shown::NotHere(printed) => (Verdict::Undecided, Some(OTHER_VERSION), printed),
        Shown::Broken(_, printed) => (Verdict::Undecided, Some(BROKEN_FACT), printed),
    };
    let declared = || format!("declared in {}:{}", tie.place.0, tie.place.1);
    let known = (verdict == Verdict::Refuted).then(|| tie.reason.map_or_else(declared, str::to_owned));
    Prose {
        line,
        quote: tie.quote.to_owned(),
        fact: tie.fact.id.clone(),
        statement: tie.fact.statement.clone(),
        source: tie.fact.source.clone(),
        verdict,
        actual: Some(actual),
        reason: reason.map(str::to_owned),
        qualified: tie.qualified.map(str::to_owned),
        known,
        under: Vec::new(),
    }
}

fn stale(tie: &Tie, path: &str) -> Unexpected {
    let near = match tie.nearest {
        Some(line) => format!("; the nearest is on line {line}"),
        None => String::new(),
    };
    Unexpected {
        file: tie.place.0.to_owned(),
        line: tie.place.1,
        message: format!("the quote `{}` no longer stands in {path}{near}", tie.quote),
        document: tie.nearest.map(|line| (path.to_owned(), line)),
    }
}

fn broken(tie: &Tie, what: &str, path: &str, line: usize) -> Unexpected {
    let (file, fact_line) = &tie.fact.place;
    Unexpected {
        file: file.clone(),
        line: *fact_line,
        message: format!("the fact `{}` is not as stated: {what}", tie.fact.id),
        document: Some((path.to_owned(), line)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expectations::Contrast;
    use crate::run::Captured;

    fn fact(since: Option<Version>) -> Fact {
        Fact {
            id: "order".to_owned(),
            statement: "Dicts keep their order.".to_owned(),
            probe: "p".to_owned(),
            prints: "1".to_owned(),
            contrast: Contrast { probe: "c".to_owned(), prints: "2".to_owned() },
            since,
            until: None,
            source: "What's New".to_owned(),
            remark: None,
            place: ("expectations/facts/a.yaml".to_owned(), 3),
        }
    }

    fn ran(text: &str) -> Run {
        let stdout = Captured { text: text.to_owned(), truncated: false };
        Run { ending: Ending::Exited(0), stdout, ..Run::default() }
    }

    #[test]
    fn a_fact_holds_only_if_probe_and_contrast_are_as_stated() {
        let here = Version(3, 11);
        let shown = |since, probe, contrast| shown(&fact(since), here, &ran(probe), &ran(contrast));
        assert_eq!(shown(None, "1\n", "2\n"), Shown::Holds("1".to_owned()));
        assert!(matches!(shown(None, "1", "1"), Shown::Broken(why, _) if why.contains("contrast")));
        assert!(matches!(shown(None, "3", "2"), Shown::Broken(why, _) if why.contains("prints `3`")));
        assert_eq!(shown(Some(Version(3, 12)), "3", ""), Shown::NotHere("3".to_owned()));
        assert!(
            matches!(shown(Some(Version(3, 12)), "1", ""), Shown::Broken(why, _) if why.contains("since 3.12"))
        );
    }

    #[test]
    fn sentences_follow_their_fact() {
        let fact = fact(None);
        let tie = |line, negated| Tie {
            document: 0,
            quote: "keep order",
            line,
            nearest: Some(7),
            fact: &fact,
            negated,
            qualified: None,
            reason: None,
            place: ("expectations/a.yaml", 5),
        };
        let ties = [tie(Some(2), false), tie(Some(4), true), tie(None, false)];
        let (judged, unexpected) = judge(&ties, &|_| Some(Shown::Holds("1".to_owned())), &["a.md"]);
        let verdicts: Vec<_> =
            judged.iter().map(|(_, prose)| (prose.line, prose.verdict, prose.known.as_deref())).collect();
        assert_eq!(
            verdicts,
            [(2, Verdict::Confirmed, None), (4, Verdict::Refuted, Some("declared in expectations/a.yaml:5"))]
        );
        assert_eq!(unexpected.len(), 1);
        assert!(unexpected[0].message.ends_with("no longer stands in a.md; the nearest is on line 7"));
        let broken = Shown::Broken("its probe prints `3`".to_owned(), "3".to_owned());
        let (judged, unexpected) = judge(&ties[..2], &|_| Some(broken.clone()), &["a.md"]);
        assert!(judged.iter().all(|(_, prose)| prose.verdict == Verdict::Undecided));
        assert_eq!((unexpected.len(), unexpected[0].line), (1, 3));
    }
}
