//! The correctness table: every claim and every sentence with its verdict, what really is, and how
//! that was found, as Markdown.

use std::io::{self, Write};

use super::model::{Claim, Document, Documents, Prose, Report, VerdictUnder};
use super::text::counted;
use super::versions::verdicts;
use crate::claim::{Kind, Origin};
use crate::verdict::{NONDETERMINISTIC, Verdict};

/// Most characters of a value in a cell.
const LONGEST: usize = 160;

/// One line of the table.
struct Row {
    line: usize,
    claim: String,
    verdict: Verdict,
    really: String,
    how: String,
}

/// How many claims there are of each verdict.
#[derive(Clone, Copy, Default)]
struct Score {
    confirmed: usize,
    refuted: usize,
    known: usize,
    undecided: usize,
}

/// Writes the table of a report; only these verdicts, if any are given.
///
/// # Errors
/// If writing fails.
pub fn render_correctness<D: Documents>(
    report: &Report<D>,
    only: &[Verdict],
    writer: &mut dyn Write,
) -> io::Result<()> {
    let versions: Vec<&str> = report.interpreters.iter().map(|one| one.version.as_str()).collect();
    let mut score = Score::default();
    report.documents.each(&mut |document| {
        score = score.add(Score::of(document));
        Ok(())
    })?;
    writeln!(writer, "# Correctness\n\nChecked with CPython {}. {}", versions.join(", "), score.sentence())?;
    report.documents.each(&mut |document| render_document(document, only, writer))
}

fn render_document(document: &Document, only: &[Verdict], writer: &mut dyn Write) -> io::Result<()> {
    let mut rows: Vec<Row> = claims(document).map(row).chain(document.prose.iter().map(prose_row)).collect();
    rows.retain(|row| only.is_empty() || only.contains(&row.verdict));
    rows.sort_by_key(|row| row.line);
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(writer, "\n## {}\n\n{}\n", plain(&document.path), Score::of(document).sentence())?;
    writeln!(writer, "| line | claim | verdict | really | how |\n|---:|---|---|---|---|")?;
    for Row { line, claim, verdict, really, how } in rows {
        writeln!(writer, "| {line} | {claim} | {} | {really} | {how} |", word(verdict))?;
    }
    Ok(())
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Confirmed => "confirmed",
        Verdict::Refuted => "refuted",
        Verdict::Undecided => "undecided",
    }
}

fn claims(document: &Document) -> impl Iterator<Item = &Claim> {
    document.examples.iter().flat_map(|example| &example.claims)
}

impl Score {
    fn of(document: &Document) -> Score {
        let mut score = Score::default();
        claims(document).for_each(|claim| score.count(claim.verdict, claim.known));
        document.prose.iter().for_each(|prose| score.count(prose.verdict, prose.known));
        score
    }

    fn count(&mut self, verdict: Verdict, known: bool) {
        match verdict {
            Verdict::Confirmed => self.confirmed += 1,
            Verdict::Refuted => {
                self.refuted += 1;
                self.known += usize::from(known);
            }
            Verdict::Undecided => self.undecided += 1,
        }
    }

    fn add(self, other: Score) -> Score {
        Score {
            confirmed: self.confirmed + other.confirmed,
            refuted: self.refuted + other.refuted,
            known: self.known + other.known,
            undecided: self.undecided + other.undecided,
        }
    }

    /// The score in one line.
    fn sentence(self) -> String {
        let Score { confirmed, refuted, known, undecided } = self;
        let decided = confirmed + refuted;
        if decided == 0 {
            return format!("Score: nothing was decided; {undecided} undecided.");
        }
        // Rounded down, so that only what is all true is 100 %.
        let thousandths = confirmed * 1000 / decided;
        let known = if known > 0 { format!(" ({known} of the false ones known)") } else { String::new() };
        format!(
            "Score: {}.{} %, {confirmed} of {} true{known}, {undecided} undecided.",
            thousandths / 10,
            thousandths % 10,
            counted(decided, "decided claim"),
        )
    }
}

fn row(claim: &Claim) -> Row {
    let subject = if claim.subject.is_empty() { "the example".to_owned() } else { code(&claim.subject) };
    let claimed = code(&claim.claimed);
    let mut text = match claim.kind {
        Kind::Stdout => format!("{subject} prints {claimed}"),
        Kind::Raises => format!("{subject} raises {claimed}"),
        Kind::Works if claim.origin == Origin::Test => format!("{subject} passes"),
        Kind::Works => format!("{subject} works"),
        Kind::Value | Kind::Type => format!("{subject} is {claimed}"),
    };
    if let Some(remark) = claim.remark.as_deref() {
        text += &format!(" ({})", plain(remark));
    }
    let how = [claim.matched.as_deref(), claim.reason.as_deref(), claim.note.as_deref()];
    let known = claim.known.then(|| "known".to_owned());
    let how = how.into_iter().flatten().map(plain).chain(known);
    let how = how.chain(spread(&claim.versions).as_deref().map(plain));
    let how: Vec<String> = how.collect();
    Row {
        line: claim.line,
        claim: text,
        verdict: claim.verdict,
        really: claim.actual.as_deref().filter(|_| !varies(claim)).map_or_else(String::new, code),
        how: how.join("; "),
    }
}

/// Whether what really is may be something else each time, as it was found or as the document says
/// itself: the table of an unchanged document should stay the same.
fn varies(claim: &Claim) -> bool {
    claim.reason.as_deref().is_some_and(|reason| matches!(reason, NONDETERMINISTIC | "hedged"))
}

/// What each of several interpreters says, where it is not the same.
pub(super) fn spread(versions: &[VerdictUnder]) -> Option<String> {
    let is_same =
        |pair: &[VerdictUnder]| pair[0].verdict == pair[1].verdict && pair[0].actual == pair[1].actual;
    let parts = versions
        .iter()
        .map(|one| (one.interpreter.as_str(), one.verdict, one.actual.as_deref(), one.reason.as_deref()));
    (!versions.windows(2).all(is_same)).then(|| verdicts(parts))
}

fn prose_row(prose: &Prose) -> Row {
    let why = [prose.qualified.as_deref(), prose.reason.as_deref(), prose.known_reason.as_deref()];
    let why = why.into_iter().flatten().map(plain);
    let why: Vec<String> = why.chain(spread(&prose.versions).as_deref().map(plain)).collect();
    let fact = format!("fact {}: {}", code(&prose.fact), plain(&prose.statement));
    Row {
        line: prose.line,
        claim: format!("“{}”", plain(&prose.quote)),
        verdict: prose.verdict,
        really: prose.actual.as_deref().map_or_else(String::new, code),
        how: std::iter::once(fact).chain(why).collect::<Vec<_>>().join("; "),
    }
}

/// A text on one line, as it stands in a cell: marks of Markdown mean nothing.
pub(super) fn plain(text: &str) -> String {
    let mut written = String::new();
    for character in on_one_line(text).chars() {
        if matches!(character, '|' | '*' | '_' | '`' | '<' | '>' | '[' | ']' | '\\' | '#' | '~' | '&') {
            written.push('\\');
        }
        written.push(character);
    }
    written
}

/// A text as code in a cell.
pub(super) fn code(text: &str) -> String {
    let text = on_one_line(text);
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    // A bar ends a cell even within code, unless a backslash stands before it.
    format!("{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|"))
}

/// A text without the digits of memory addresses (`<A object at 0x…>`).
fn without_addresses(text: &str) -> String {
    let mut parts = text.split(" at 0x");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain += " at 0x…";
        plain += part.trim_start_matches(|c: char| c.is_ascii_hexdigit() || matches!(c, '.' | '…'));
    }
    plain
}

fn on_one_line(text: &str) -> String {
    let line = without_addresses(text);
    let line = line.trim_end().lines().map(str::trim_end).collect::<Vec<_>>().join("⏎");
    let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn rendered(only: &[Verdict]) -> String {
        let report = Report::of(&fixture::outcome());
        fixture::written(|writer| render_correctness(&report, only, writer))
    }

    #[test]
    fn table() {
        insta::assert_snapshot!(rendered(&[]));
    }

    #[test]
    fn verdicts_can_be_chosen() {
        let refuted = rendered(&[Verdict::Refuted]);
        assert!(refuted.contains("| refuted |") && !refuted.contains("| confirmed |"), "{refuted}");
        assert!(!refuted.contains("## notes.txt"), "{refuted}");
    }

    #[test]
    fn cells_hold_whatever_a_document_says() {
        assert_eq!(code("a | b"), "`a \\| b`");
        assert_eq!(code("`x`"), "`` `x` ``");
        assert_eq!(plain("<b>*x*|y\nz"), "\\<b\\>\\*x\\*\\|y⏎z");
    }

    #[test]
    fn the_score_is_never_rounded_up_to_all() {
        let score = Score { confirmed: 9999, refuted: 1, known: 0, undecided: 2 };
        assert!(
            score.sentence().starts_with("Score: 99.9 %, 9999 of 10000 decided claims true, 2 undecided")
        );
        assert!(Score::default().sentence().contains("nothing was decided"));
    }
}
