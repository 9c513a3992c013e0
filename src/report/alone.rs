//! The command that runs one example alone, as a report shows it below a finding.

use std::borrow::Cow;

use super::model::Report;

/// What was asked for on the command line and another command has to ask for, too; what a settings file
/// says holds anyway.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked<'a> {
    /// The pythons.
    pub pythons: &'a [String],
    /// What is to be installed, in the words of the command line.
    pub packages: &'a [String],
    /// That tests are run.
    pub run_tests: bool,
}

impl<'a> Asked<'a> {
    pub(super) fn of<D>(report: &'a Report<D>) -> Asked<'a> {
        let Report { pythons, packages, run_tests, .. } = report;
        Asked { pythons, packages, run_tests: *run_tests }
    }
}

/// The command for the example of this id in the document of this path.
pub(super) fn command(asked: Asked, example: &str, document: &str) -> String {
    let pythons = asked.pythons.iter().flat_map(|python| ["--python", python]);
    let tests = asked.run_tests.then_some("--run-tests");
    let asked = pythons.chain(asked.packages.iter().map(String::as_str)).chain(tests);
    let words = ["truedoc", "check"].into_iter().chain(asked).chain(["--only", example, document]);
    words.map(quoted).collect::<Vec<_>>().join(" ")
}

/// A word for a shell.
fn quoted(word: &str) -> Cow<'_, str> {
    // Ids have `#` and `~` in their midst, which no usual shell takes for its own there.
    let is_plain = word.chars().all(|letter| letter.is_alphanumeric() || "#~/._-+".contains(letter))
        && !word.starts_with(['#', '~']);
    if is_plain && !word.is_empty() {
        return Cow::Borrowed(word);
    }
    shlex::try_quote(word).unwrap_or(Cow::Borrowed(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_a_shell() {
        assert_eq!(
            command(Asked::default(), "guide/lists#2", "docs/guide.md"),
            "truedoc check --only guide/lists#2 docs/guide.md"
        );
        for hard in ["my guide.md", "it's; rm", "#1", "~", "", "a$b", "a\nb"] {
            let command = command(Asked::default(), "x", hard);
            assert_eq!(shlex::split(&command).unwrap(), ["truedoc", "check", "--only", "x", hard]);
        }
    }

    #[test]
    fn what_the_command_line_asks_for_is_repeated() {
        let pythons = ["3.9".to_owned(), "/opt/my python/bin/python3".to_owned()];
        let packages = ["--with".to_owned(), "a>=2".to_owned()];
        let asked = Asked { pythons: &pythons, packages: &packages, run_tests: true };
        assert_eq!(
            command(asked, "a#1", "a.md"),
            "truedoc check --python 3.9 --python '/opt/my python/bin/python3' --with 'a>=2' --run-tests \
             --only a#1 a.md"
        );
    }
}
