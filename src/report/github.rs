//! Problems as annotations of GitHub Actions (workflow commands), and the summary of a job as
//! Markdown.

use std::io::{self, Write};

use super::Report;
use super::correctness::{code, plain};
use super::problem::{Level, Problem, Rule, problems};
use super::text::{counted, visible};

/// Annotations of one level that GitHub shows for a step; it drops further ones without a word.
const MOST_ANNOTATIONS: usize = 10;

/// Bytes that GitHub takes as the summary of a step; it drops a larger one.
const SUMMARY_LIMIT: usize = 1024 * 1024;

/// Bytes that are kept for the line that says what was left out.
const RESERVE: usize = 200;

/// Writes a workflow command for each error and warning that is not known: as many of each level as
/// GitHub shows, refuted claims before other errors. A line says how many more there are. That an
/// example needs what is not there is for the summary alone.
pub(super) fn render(report: &Report, writer: &mut dyn Write) -> io::Result<()> {
    let mut problems: Vec<Problem> =
        problems(report).into_iter().filter(|problem| problem.known.is_none()).collect();
    problems.sort_by_key(|problem| (problem.level, problem.rule == Rule::Unexpected));
    for level in [Level::Error, Level::Warning] {
        let of_level: Vec<&Problem> = problems.iter().filter(|problem| problem.level == level).collect();
        for problem in of_level.iter().take(MOST_ANNOTATIONS) {
            annotate(problem, writer)?;
        }
        let more = of_level.len().saturating_sub(MOST_ANNOTATIONS);
        if more > 0 {
            let noun = command(level);
            writeln!(writer, "{} not annotated; the summary of the job lists them", counted(more, noun))?;
        }
    }
    Ok(())
}

fn command(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    }
}

fn annotate(problem: &Problem, writer: &mut dyn Write) -> io::Result<()> {
    let (first, last) = problem.lines;
    writeln!(
        writer,
        "::{} file={},line={first},endLine={last},title={}::{}",
        command(problem.level),
        property(problem.path.trim_start_matches("./")),
        property(&format!("truedoc {}", problem.rule.id())),
        data(&problem.message),
    )
}

/// A text as the message of a command: one line.
fn data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\n', "%0A")
}

/// A text as a property of a command, which ends at a comma or colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A line that makes GitHub take no line for a command until the line that ends it: between them may
/// stand whatever a document or an example says.
#[derive(Debug)]
pub struct Quiet {
    token: String,
}

impl Quiet {
    /// With a word that no document knows.
    pub fn new() -> Quiet {
        use std::hash::{BuildHasher, RandomState};
        let random = || RandomState::new().hash_one(0);
        Quiet { token: format!("truedoc-{:016x}{:016x}", random(), random()) }
    }

    /// The line that begins it.
    pub fn begin(&self) -> String {
        format!("::stop-commands::{}", self.token)
    }

    /// The line that ends it.
    pub fn end(&self) -> String {
        format!("::{}::", self.token)
    }
}

impl Default for Quiet {
    fn default() -> Self {
        Quiet::new()
    }
}

/// Writes the summary of a job: whether all is well, the numbers of each document, and what is wrong,
/// as much of it as GitHub takes beside what stands there already.
///
/// # Errors
/// If writing fails.
pub fn render_job_summary(report: &Report, taken: usize, writer: &mut dyn Write) -> io::Result<()> {
    let problems = problems(report);
    let wrong = problems.iter().filter(|one| one.level == Level::Error && one.known.is_none());
    let rest = problems.iter().filter(|one| one.level != Level::Error && one.known.is_none());
    let mut page =
        Page { left: SUMMARY_LIMIT.saturating_sub(taken.saturating_add(RESERVE)), writer, dropped: 0 };
    page.put(&heading(report))?;
    page.put("\n| document | examples | ran | claims | confirmed | refuted | known | undecided |\n")?;
    page.put("|---|---:|---:|---:|---:|---:|---:|---:|\n")?;
    for document in &report.documents {
        let counts = &document.summary;
        page.row(&format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} |\n",
            plain(&document.path),
            counts.examples,
            counts.ran,
            counts.claims,
            counts.confirmed,
            counts.refuted,
            counts.known,
            counts.undecided
        ))?;
    }
    for (title, problems) in
        [("Wrong", wrong.collect::<Vec<_>>()), ("Did not run to the end", rest.collect())]
    {
        if problems.is_empty() {
            continue;
        }
        page.put(&format!("\n### {title}\n\n| place | what |\n|---|---|\n"))?;
        for problem in problems {
            let place = format!("{}:{}", problem.path, problem.lines.0);
            page.row(&format!("| {} | {} |\n", code(&place), plain(&problem.message)))?;
        }
    }
    page.end()
}

fn heading(report: &Report) -> String {
    let counts = &report.summary;
    let failing = counts.refuted.saturating_sub(counts.known) + counts.unexpected;
    let verdict = match failing {
        0 if counts.examples == 0 && counts.sentences == 0 => "nothing to check".to_owned(),
        0 => "passed".to_owned(),
        number => format!("failed, {}", counted(number, "finding")),
    };
    let pythons: Vec<&str> = report.interpreters.iter().map(|one| one.version.as_str()).collect();
    format!(
        "## truedoc: {verdict}\n\n{} in {}, {} ran under CPython {}. {}: {} confirmed, {} refuted ({} known), {} undecided.\n",
        counted(counts.examples, "example"),
        counted(counts.documents, "document"),
        counts.ran,
        plain(&pythons.join(", ")),
        counted(counts.claims, "claim"),
        counts.confirmed,
        counts.refuted,
        counts.known,
        counts.undecided,
    )
}

/// A page of bounded size.
struct Page<'a> {
    left: usize,
    writer: &'a mut dyn Write,
    dropped: usize,
}

impl Page<'_> {
    fn put(&mut self, text: &str) -> io::Result<()> {
        if text.len() > self.left {
            self.left = 0;
            return Ok(());
        }
        self.left -= text.len();
        self.writer.write_all(text.as_bytes())
    }

    /// A row of a table: as a whole or, once one had no place, not at all.
    fn row(&mut self, text: &str) -> io::Result<()> {
        if text.len() > self.left {
            self.left = 0;
        }
        self.dropped += usize::from(self.left == 0);
        self.put(text)
    }

    fn end(self) -> io::Result<()> {
        match self.dropped {
            0 => Ok(()),
            number => writeln!(self.writer, "\n{} more had no place here.", counted(number, "row")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::verdict::Verdict;

    fn annotations(report: &Report) -> String {
        let mut text = Vec::new();
        render(report, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    fn summary(report: &Report, taken: usize) -> String {
        let mut text = Vec::new();
        render_job_summary(report, taken, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn commands() {
        insta::assert_snapshot!(annotations(&Report::of(&fixture::outcome())));
    }

    #[test]
    fn page() {
        insta::assert_snapshot!(summary(&Report::of(&fixture::outcome()), 0));
    }

    #[test]
    fn texts_are_escaped() {
        assert_eq!(data("50%\n::error::x"), "50%25%0A::error::x");
        assert_eq!(property("a,b:c%\r"), "a%2Cb%3Ac%25\\r");
    }

    #[test]
    fn what_github_would_drop_is_counted() {
        let mut report = Report::of(&fixture::outcome());
        let claims = &mut report.documents[0].examples[0].claims;
        let claim = claims[0].clone();
        claims.resize(50, claim);
        let text = annotations(&report);
        assert_eq!(text.lines().filter(|line| line.starts_with("::error ")).count(), MOST_ANNOTATIONS);
        assert!(text.contains("\n41 errors not annotated; "), "{text}");
    }

    #[test]
    fn a_summary_has_the_size_that_github_takes() {
        let mut report = Report::of(&fixture::outcome());
        let claims = &mut report.documents[0].examples[0].claims;
        let mut claim = claims[0].clone();
        claim.actual = Some("é".repeat(190));
        claims.resize(9_000, claim);
        for taken in [0, 3_000, SUMMARY_LIMIT - 300, SUMMARY_LIMIT, 2 * SUMMARY_LIMIT] {
            let text = summary(&report, taken);
            assert!(text.len() + taken <= SUMMARY_LIMIT.max(taken + RESERVE), "{taken} {}", text.len());
            assert!(text.ends_with(" more had no place here.\n"), "{taken}");
        }
    }

    #[test]
    fn the_word_that_ends_the_quiet_is_another_each_time() {
        let (one, other) = (Quiet::new(), Quiet::new());
        assert_ne!(one.end(), other.end());
        assert!(one.begin().starts_with("::stop-commands::") && one.begin().ends_with(&one.token));
    }

    proptest::proptest! {
        #[test]
        fn each_annotation_is_one_command(
            text in "(\\PC|\r|\n|::error::|##\\[error\\]|%0A|,|:|\u{1b}|🎉){0,30}",
        ) {
            let mut report = Report::of(&fixture::outcome());
            report.documents.truncate(1);
            report.documents[0].path = text.clone();
            report.documents[0].prose.clear();
            report.documents[0].examples.truncate(1);
            let claim = &mut report.documents[0].examples[0].claims[0];
            (claim.subject, claim.claimed, claim.actual) = (text.clone(), text.clone(), Some(text.clone()));
            claim.verdict = Verdict::Refuted;
            let lines = annotations(&report);
            proptest::prop_assert_eq!(lines.lines().count(), 3);
            for line in lines.lines() {
                let (head, _) = line.strip_prefix("::error file=").unwrap().split_once("::").unwrap();
                proptest::prop_assert_eq!(head.split(',').count(), 4);
            }
        }
    }
}
