//! Several interpreters in words: `holds on 3.9-3.12, refuted on 3.13`.

use std::io::{self, Write};

use super::model::{Document, EndingUnder, Example, Interpreter, VerdictUnder};
use super::text::one_line;
use crate::verdict::{Status, Verdict};

/// Characters of a value that are shown.
const MAX_VALUE: usize = 120;

/// What each of several interpreters says, those that say the same together; in the order of versions.
/// Each entry is the id of an interpreter, what it says, and what is added behind its version.
pub(super) fn spread(entries: &[(&str, String, String)]) -> String {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|&at| numbers(entries[at].0));
    let mut groups: Vec<(&str, &str, Vec<usize>)> = Vec::new();
    for (rank, &at) in order.iter().enumerate() {
        let (_, says, behind) = &entries[at];
        match groups.iter_mut().find(|(one, other, _)| one == says && other == behind) {
            Some((.., ranks)) => ranks.push(rank),
            None => groups.push((says, behind, vec![rank])),
        }
    }
    let names = names(&order.iter().map(|&at| entries[at].0).collect::<Vec<_>>());
    let shown: Vec<String> = groups
        .iter()
        .map(|(says, behind, ranks)| format!("{says} on {}{behind}", ranges(ranks, &names)))
        .collect();
    shown.join(", ")
}

fn numbers(interpreter: &str) -> Vec<u32> {
    let version = interpreter.trim_start_matches("cpython-");
    version.split(['.', '-']).map_while(|number| number.parse().ok()).collect()
}

/// Versions as short as they can be told apart.
fn names(interpreters: &[&str]) -> Vec<String> {
    let version = |interpreter: &str| interpreter.trim_start_matches("cpython-").to_owned();
    let minor = |interpreter: &str| {
        let numbers = numbers(interpreter);
        numbers.get(1).map_or_else(|| version(interpreter), |minor| format!("{}.{minor}", numbers[0]))
    };
    let is_alone = |name: &String| interpreters.iter().filter(|&&other| minor(other) == *name).count() == 1;
    let short = |interpreter: &&str| Some(minor(interpreter)).filter(is_alone);
    interpreters
        .iter()
        .map(|interpreter| short(interpreter).unwrap_or_else(|| version(interpreter)))
        .collect()
}

/// `3.9-3.12` for neighbours, else `3.9 and 3.13`.
fn ranges(ranks: &[usize], names: &[String]) -> String {
    let mut parts = Vec::new();
    let mut rest = ranks;
    while let [first, ..] = rest {
        let length = rest.iter().enumerate().take_while(|(at, rank)| **rank == first + at).count();
        let (run, after) = rest.split_at(length);
        rest = after;
        match run {
            [first, .., last] if length > 2 => parts.push(format!("{}-{}", names[*first], names[*last])),
            _ => parts.extend(run.iter().map(|&rank| names[rank].clone())),
        }
    }
    match parts.as_slice() {
        [parts @ .., last] if !parts.is_empty() => format!("{} and {last}", parts.join(", ")),
        _ => parts.concat(),
    }
}

/// The versions of several interpreters, in their order: `3.9.18, 3.12.1 and 3.13.0`.
pub(super) fn listed(interpreters: &[Interpreter]) -> String {
    let mut versions: Vec<&str> = interpreters.iter().map(|one| one.version.as_str()).collect();
    versions.sort_by_key(|version| numbers(version));
    match versions.as_slice() {
        [versions @ .., last] if !versions.is_empty() => format!("{} and {last}", versions.join(", ")),
        _ => versions.concat(),
    }
}

/// What each interpreter says of a claim: the id, the verdict, what it gave, and the reason.
pub(super) fn verdicts<'a>(
    under: impl Iterator<Item = (&'a str, Verdict, Option<&'a str>, Option<&'a str>)>,
) -> String {
    let entries: Vec<(&str, String, String)> = under
        .map(|(interpreter, verdict, actual, reason)| {
            let says = match verdict {
                Verdict::Confirmed => "holds",
                Verdict::Refuted => "refuted",
                Verdict::Undecided => "undecided",
            };
            let behind = match (verdict, actual, reason) {
                (Verdict::Refuted, Some(actual), _) => format!(" (`{}`)", one_line(actual, MAX_VALUE)),
                (Verdict::Undecided, _, Some(reason)) => format!(" ({reason})"),
                _ => String::new(),
            };
            (interpreter, says.to_owned(), behind)
        })
        .collect();
    spread(&entries)
}

/// What the interpreters say of a claim, if there are several.
pub(super) fn of_claim(under: &[VerdictUnder]) -> Option<String> {
    let parts = under
        .iter()
        .map(|one| (one.interpreter.as_str(), one.verdict, one.actual.as_deref(), one.reason.as_deref()));
    (!under.is_empty()).then(|| verdicts(parts))
}

fn of_example(under: &[EndingUnder]) -> String {
    let entries: Vec<(&str, String, String)> = under
        .iter()
        .map(|one| {
            let says = match one.status {
                Status::Ran => "ran",
                Status::Raised => "raised",
                Status::SyntaxError => "syntax error",
                Status::Timeout => "timeout",
                Status::Crashed => "crashed",
                Status::Skipped => "not run",
            };
            let raised = one.exception.as_ref().filter(|_| one.status == Status::Raised);
            let behind = raised
                .map(|raised| format!(" ({}: {})", raised.type_name, one_line(&raised.message, MAX_VALUE)));
            (one.interpreter.as_str(), says.to_owned(), behind.unwrap_or_default())
        })
        .collect();
    spread(&entries)
}

/// Writes what of a document is not the same under all interpreters, as far as it is not shown as a
/// finding.
pub(super) fn differing(document: &Document, writer: &mut dyn Write) -> io::Result<()> {
    let path = &document.path;
    for one in &document.examples {
        let is_same = one.versions.windows(2).all(|pair| pair[0].status == pair[1].status);
        if !is_same {
            let (line, id) = (one.start_line, &one.id);
            writeln!(writer, "  {path}:{line}: {id}: {}", of_example(&one.versions))?;
        }
        differing_claims(path, one, writer)?;
    }
    for prose in document.prose.iter().filter(|prose| prose.verdict != Verdict::Refuted) {
        if let Some(says) = of_claim(&prose.versions).filter(|_| !same_verdicts(&prose.versions)) {
            writeln!(writer, "  {path}:{}: “{}”: {says}", prose.line, one_line(&prose.quote, MAX_VALUE))?;
        }
    }
    Ok(())
}

/// The claims of an example that differ by themselves, and not only because it did not get there.
fn differing_claims(path: &str, one: &Example, writer: &mut dyn Write) -> io::Result<()> {
    let claims = one.claims.iter().filter(|claim| claim.verdict != Verdict::Refuted);
    for claim in claims.filter(|claim| !same_verdicts(&claim.versions)) {
        if let Some(says) = of_claim(&claim.versions) {
            writeln!(writer, "  {path}:{}: `{}`: {says}", claim.line, one_line(&claim.subject, MAX_VALUE))?;
        }
    }
    Ok(())
}

fn same_verdicts(versions: &[VerdictUnder]) -> bool {
    versions.windows(2).all(|pair| pair[0].verdict == pair[1].verdict)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(entries: &[(&str, &str)]) -> String {
        let entries: Vec<_> =
            entries.iter().map(|(version, says)| (*version, (*says).to_owned(), String::new())).collect();
        spread(&entries)
    }

    #[test]
    fn neighbours_are_one_range() {
        let all = ["cpython-3.13.0", "cpython-3.9.18", "cpython-3.10.13", "cpython-3.11.7", "cpython-3.12.1"];
        let with = |last: &'static str| -> Vec<(&str, &str)> {
            all.iter().map(|&id| (id, if id.contains("3.13") { last } else { "holds" })).collect()
        };
        assert_eq!(says(&with("refuted")), "holds on 3.9-3.12, refuted on 3.13");
        assert_eq!(says(&with("holds")), "holds on 3.9-3.13");
        let mixed = [(all[1], "holds"), (all[2], "refuted"), (all[3], "holds"), (all[4], "holds")];
        assert_eq!(says(&mixed), "holds on 3.9, 3.11 and 3.12, refuted on 3.10");
        assert_eq!(says(&mixed[2..]), "holds on 3.11 and 3.12");
    }

    #[test]
    fn equal_minors_are_told_apart() {
        let entries =
            [("cpython-3.11.7", "holds"), ("cpython-3.11.2", "refuted"), ("cpython-3.12.1", "holds")];
        assert_eq!(says(&entries), "refuted on 3.11.2, holds on 3.11.7 and 3.12");
        assert_eq!(
            says(&[("cpython-3.9.1", "holds"), ("cpython-3.9.1-2", "refuted")]),
            "holds on 3.9.1, refuted on 3.9.1-2"
        );
    }

    #[test]
    fn what_each_gave_is_said() {
        let under = [
            ("cpython-3.9.1", Verdict::Confirmed, Some("1"), None),
            ("cpython-3.10.1", Verdict::Refuted, Some("2"), None),
            ("cpython-3.11.1", Verdict::Refuted, Some("3"), None),
            ("cpython-3.12.1", Verdict::Undecided, None, Some("timeout")),
        ];
        assert_eq!(
            verdicts(under.into_iter()),
            "holds on 3.9, refuted on 3.10 (`2`), refuted on 3.11 (`3`), undecided on 3.12 (timeout)"
        );
    }
}
