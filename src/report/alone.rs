//! The command that runs one example alone, as a report shows it below a finding.

use std::borrow::Cow;

/// The command for the example of this id in the document of this path, under the pythons that were
/// asked for on the command line, and with what it asks to be installed; what a settings file says holds
/// anyway.
pub(super) fn command(pythons: &[String], packages: &[String], example: &str, document: &str) -> String {
    let pythons = pythons.iter().flat_map(|python| ["--python", python]);
    let asked = pythons.chain(packages.iter().map(String::as_str));
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
            command(&[], &[], "guide/lists#2", "docs/guide.md"),
            "truedoc check --only guide/lists#2 docs/guide.md"
        );
        for hard in ["my guide.md", "it's; rm", "#1", "~", "", "a$b", "a\nb"] {
            let command = command(&[], &[], "x", hard);
            assert_eq!(shlex::split(&command).unwrap(), ["truedoc", "check", "--only", "x", hard]);
        }
    }

    #[test]
    fn pythons_and_packages_of_the_command_line_are_repeated() {
        let pythons = ["3.9".to_owned(), "/opt/my python/bin/python3".to_owned()];
        assert_eq!(
            command(&pythons, &["--with".to_owned(), "a>=2".to_owned()], "a#1", "a.md"),
            "truedoc check --python 3.9 --python '/opt/my python/bin/python3' --with 'a>=2' --only a#1 a.md"
        );
    }
}
