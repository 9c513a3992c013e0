//! Comments in the code that speak to a tool: `# doctest: +SKIP`, `# may vary`, `# NBVAL_SKIP`,
//! `#| eval: false`, `# not tested`.

use super::{Mark, Meaning, Reach, typo};
use crate::document::Note;
use crate::example::{Example, split_comment};

/// Flags of doctest and of the tools that add to them, for the search for typos.
const FLAGS: &[&str] = &[
    "SKIP",
    "ELLIPSIS",
    "NORMALIZE_WHITESPACE",
    "IGNORE_EXCEPTION_DETAIL",
    "DONT_ACCEPT_TRUE_FOR_1",
    "DONT_ACCEPT_BLANKLINE",
    "NUMBER",
    "ALLOW_UNICODE",
    "ALLOW_BYTES",
    "FLOAT_CMP",
    "REMOTE_DATA",
    "IGNORE_OUTPUT",
    "IGNORE_WARNINGS",
    "SHOW_WARNINGS",
    "SKIPBLOCK",
    "REQUIRES",
];

/// A flag of a directive: `+REQUIRES(module:numpy)`.
#[derive(Debug, PartialEq, Eq)]
struct Flag<'a> {
    on: bool,
    name: &'a str,
    argument: &'a str,
}

/// The marks in the comments of an example's code, and words that are nearly marks.
pub fn of_code(example: &Example) -> (Vec<Mark>, Vec<Note>) {
    let mut reader =
        Reader { example, begun: false, marks: Vec::new(), notes: Vec::new(), lasting: Vec::new() };
    if example.code.contains('#') {
        for (index, line) in example.code.lines().enumerate() {
            reader.line(index + 1, line);
        }
    }
    reader.outputs();
    (reader.marks, reader.notes)
}

struct Reader<'a> {
    example: &'a Example,
    /// Whether a line of code was read.
    begun: bool,
    marks: Vec<Mark>,
    notes: Vec<Note>,
    /// Meanings that last until they are switched off (xdoctest).
    lasting: Vec<(String, Mark)>,
}

impl Reader<'_> {
    fn line(&mut self, code_line: usize, line: &str) {
        let (code, comment) = split_comment(line);
        let document_line = self.example.document_line(code_line);
        let alone = code.trim().is_empty();
        let first = alone && !self.begun;
        self.begun |= !alone;
        if !alone && !self.lasting.is_empty() && self.is_input(code_line) {
            let lasting = self.lasting.iter().map(|(_, mark)| mark.clone());
            let here = lasting.map(|mark| Mark { reach: Reach::Statement(document_line), ..mark });
            self.marks.extend(here.collect::<Vec<_>>());
        }
        let Some(words) = comment.and_then(|comment| comment.trim().strip_prefix('#')) else { return };
        let words = words.trim();
        // A directive that stands before all code is about all of it.
        let reach = if first && self.example.session.is_none() {
            Reach::Example
        } else {
            Reach::Statement(document_line)
        };
        if let Some(flags) = words.strip_prefix("doctest:") {
            self.flags(words, flags, "doctest", reach, false);
        } else if let Some(flags) = words.strip_prefix("xdoctest:").or_else(|| words.strip_prefix("xdoc:")) {
            self.flags(words, flags, "xdoctest", reach, alone);
        } else if let Some((meaning, dialect, whole)) = self.plain(words, alone) {
            let reach = if whole { Reach::Example } else { reach };
            self.marks.push(Mark { reach, ..Mark::new(meaning, dialect, document_line, words) });
        }
    }

    /// Whether a line of the code begins an input of a session.
    fn is_input(&self, code_line: usize) -> bool {
        let inputs = self.example.session.as_deref().unwrap_or_default();
        inputs.binary_search_by_key(&code_line, |input| input.code_line).is_ok()
    }

    /// The flags behind `doctest:`. In xdoctest those that stand alone in a session last
    /// until they are switched off.
    fn flags(&mut self, words: &str, text: &str, dialect: &'static str, reach: Reach, lasting: bool) {
        let line = match reach {
            Reach::Statement(line) => line,
            Reach::Example => self.example.start_line,
        };
        for flag in flags(text) {
            if !flag.on {
                self.lasting.retain(|(name, _)| name != flag.name);
                continue;
            }
            let Some((meaning, dialect)) = meaning_of(&flag, dialect) else {
                let meant = typo::nearly(flag.name, FLAGS);
                self.notes.extend(meant.map(|meant| typo::note(line, flag.name, meant)));
                continue;
            };
            let mark = Mark { reach, ..Mark::new(meaning, dialect, line, words) };
            if lasting && self.example.session.is_some() {
                self.lasting.retain(|(name, _)| name != flag.name);
                self.lasting.push((flag.name.to_owned(), mark));
            } else if flag.name == "SKIPBLOCK" {
                self.marks.push(Mark { reach: Reach::Example, ..mark });
            } else {
                self.marks.push(mark);
            }
        }
    }

    /// A comment without a flag: its meaning, its dialect, and whether it is about the whole
    /// example wherever it stands.
    fn plain(&self, words: &str, alone: bool) -> Option<(Meaning, &'static str, bool)> {
        if let Some(option) = words.strip_prefix('|') {
            let (key, value) = option.split_once(':')?;
            return match (key.trim(), value.trim()) {
                ("eval", "false") => Some((Meaning::Skip(String::new()), "quarto", true)),
                ("error", "true") => {
                    Some((Meaning::ExpectsException { name: None, must: false }, "quarto", true))
                }
                _ => None,
            };
        }
        let nbval = |meaning| Some((meaning, "nbval", true));
        match words {
            "NBVAL_SKIP" => return nbval(Meaning::Skip(String::new())),
            "NBVAL_IGNORE_OUTPUT" => return nbval(Meaning::NotCompared),
            "NBVAL_CHECK_OUTPUT" => return nbval(Meaning::Noted),
            "NBVAL_RAISES_EXCEPTION" => {
                return nbval(Meaning::ExpectsException { name: None, must: false });
            }
            "may vary" | "random" => return Some((Meaning::NotCompared, "scipy-doctest", false)),
            _ => {}
        }
        let of_session = self.example.session.is_some() && !alone;
        sage(words).filter(|_| of_session).map(|meaning| (meaning, "sage", false))
    }

    /// `# may vary` behind the expected output of a prompt.
    fn outputs(&mut self) {
        for input in self.example.session.as_deref().unwrap_or_default() {
            let Some((line, text)) = &input.expected else { continue };
            let comment = text.lines().filter_map(|line| Some(line.rsplit_once('#')?.1.trim()));
            if let Some(words) = comment.into_iter().find(|words| matches!(*words, "may vary" | "random")) {
                let reach = Reach::Statement(self.example.document_line(input.code_line));
                let mark = Mark::new(Meaning::NotCompared, "scipy-doctest", *line, words);
                self.marks.push(Mark { reach, ..mark });
            }
        }
    }
}

/// What Sage says behind the inputs of a session.
fn sage(words: &str) -> Option<Meaning> {
    let (head, why) = words.split_once(" - ").unwrap_or((words, ""));
    match head.trim() {
        "not tested" => Some(Meaning::Skip(words.to_owned())),
        "long time" => Some(Meaning::Skip("long time".to_owned())),
        "known bug" => Some(Meaning::KnownFalse(why.to_owned())),
        "optional" if !why.is_empty() => Some(Meaning::Needs(why.to_owned())),
        other => other.strip_prefix("needs ").map(|what| Meaning::Needs(what.to_owned())),
    }
}

fn meaning_of(flag: &Flag, dialect: &'static str) -> Option<(Meaning, &'static str)> {
    Some(match flag.name {
        "SKIP" => (Meaning::Skip(flag.argument.trim_matches(['"', '\'']).to_owned()), dialect),
        "SKIPBLOCK" => (Meaning::Skip(String::new()), "scipy-doctest"),
        "ELLIPSIS" | "NORMALIZE_WHITESPACE" | "DONT_ACCEPT_TRUE_FOR_1" | "DONT_ACCEPT_BLANKLINE" => {
            (Meaning::Lenient, dialect)
        }
        "IGNORE_EXCEPTION_DETAIL" => (Meaning::AnyMessage, dialect),
        "NUMBER" | "ALLOW_UNICODE" | "ALLOW_BYTES" => (Meaning::Lenient, "pytest"),
        "FLOAT_CMP" | "IGNORE_WARNINGS" | "SHOW_WARNINGS" => (Meaning::Lenient, "doctestplus"),
        "REMOTE_DATA" => (Meaning::Needs("remote data".to_owned()), "doctestplus"),
        "IGNORE_OUTPUT" => (Meaning::NotCompared, "doctestplus"),
        "IGNORE_WANT" => (Meaning::NotCompared, dialect),
        "REQUIRES" => (required(flag.argument), dialect),
        _ => return None,
    })
}

/// What xdoctest's `+REQUIRES(…)` asks for.
fn required(argument: &str) -> Meaning {
    let unless = |condition: &str| Meaning::skip_if(format!("not ({condition})"));
    if let Some(module) = argument.strip_prefix("module:") {
        return Meaning::Needs(module.trim().to_owned());
    }
    match argument.to_ascii_uppercase().as_str() {
        "WIN32" => unless("sys.platform == 'win32'"),
        "LINUX" => unless("sys.platform == 'linux'"),
        "DARWIN" => unless("sys.platform == 'darwin'"),
        "POSIX" => unless("os.name == 'posix'"),
        "NT" => unless("os.name == 'nt'"),
        "CPYTHON" => unless("implementation_name == 'cpython'"),
        "PYPY" => unless("implementation_name == 'pypy'"),
        // No example sees the variables of the user's environment, or an argument.
        _ => Meaning::Skip(format!("it requires {argument}")),
    }
}

fn flags(text: &str) -> Vec<Flag<'_>> {
    let mut flags = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['+', '-']) {
        let on = rest[at..].starts_with('+');
        rest = &rest[at + 1..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let name = &rest[..end];
        rest = &rest[end..];
        let mut argument = "";
        if let (Some(inner), Some(close)) = (rest.strip_prefix('('), rest.find(')')) {
            argument = &inner[..close - 1];
            rest = &rest[close + 1..];
        }
        flags.push(Flag { on, name, argument });
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format};
    use crate::example::extract;

    fn read(code: &str) -> (Vec<Mark>, Vec<Note>) {
        let text = format!("```python\n{code}\n```\n");
        let found = extract(&Document::from_text("a.md", Format::Markdown, &text));
        of_code(&found.examples[0])
    }

    /// Holds the one mark of each code against its dialect, meaning and reach.
    fn assert_marks(table: &[(&str, &str, Meaning, Reach)]) {
        for (code, dialect, meaning, reach) in table {
            let (marks, notes) = read(code);
            let [mark] = &marks[..] else { panic!("{code}: {marks:?}") };
            assert_eq!((mark.dialect, &mark.meaning, mark.reach), (*dialect, meaning, *reach), "{code}");
            assert_eq!(notes, [], "{code}");
        }
    }

    fn skip(why: &str) -> Meaning {
        Meaning::Skip(why.to_owned())
    }

    #[test]
    fn dialects_of_doctest() {
        let statement = Reach::Statement(2);
        let only_on_windows = Meaning::skip_if("not (sys.platform == 'win32')");
        assert_marks(&[
            (">>> f()  # doctest: +SKIP", "doctest", skip(""), statement),
            (">>> f()  # doctest:+ELLIPSIS", "doctest", Meaning::Lenient, statement),
            (">>> f()  # doctest: +NORMALIZE_WHITESPACE", "doctest", Meaning::Lenient, statement),
            (">>> f()  # doctest: +IGNORE_EXCEPTION_DETAIL", "doctest", Meaning::AnyMessage, statement),
            (">>> f()  # doctest: +NUMBER", "pytest", Meaning::Lenient, statement),
            (">>> f()  # doctest: +FLOAT_CMP", "doctestplus", Meaning::Lenient, statement),
            (
                ">>> f()  # doctest: +REMOTE_DATA",
                "doctestplus",
                Meaning::Needs("remote data".into()),
                statement,
            ),
            (">>> f()  # doctest: +IGNORE_OUTPUT", "doctestplus", Meaning::NotCompared, statement),
            (">>> f()  # doctest: +SKIPBLOCK", "scipy-doctest", skip(""), Reach::Example),
            (">>> f()  # xdoctest: +SKIP(\"why\")", "xdoctest", skip("why"), statement),
            (
                ">>> f()  # xdoctest: +REQUIRES(module:numpy)",
                "xdoctest",
                Meaning::Needs("numpy".into()),
                statement,
            ),
            (">>> f()  # xdoctest: +REQUIRES(WIN32)", "xdoctest", only_on_windows, statement),
        ]);
    }

    #[test]
    fn dialects_of_other_tools() {
        let may_raise = Meaning::ExpectsException { name: None, must: false };
        let statement = Reach::Statement(2);
        assert_marks(&[
            (">>> f()  # may vary", "scipy-doctest", Meaning::NotCompared, statement),
            (">>> f()\n1  # random", "scipy-doctest", Meaning::NotCompared, statement),
            (">>> f()  # not tested", "sage", skip("not tested"), statement),
            (">>> f()  # long time", "sage", skip("long time"), statement),
            (">>> f()  # known bug", "sage", Meaning::KnownFalse(String::new()), statement),
            (">>> f()  # needs numpy", "sage", Meaning::Needs("numpy".into()), statement),
            (">>> f()  # optional - gap", "sage", Meaning::Needs("gap".into()), statement),
            ("# NBVAL_SKIP\nf()", "nbval", skip(""), Reach::Example),
            ("# NBVAL_IGNORE_OUTPUT\nf()", "nbval", Meaning::NotCompared, Reach::Example),
            ("# NBVAL_RAISES_EXCEPTION\nf()", "nbval", may_raise.clone(), Reach::Example),
            ("#| eval: false\nf()", "quarto", skip(""), Reach::Example),
            ("#| error: true\nf()", "quarto", may_raise, Reach::Example),
            ("# doctest: +SKIP\nf()", "doctest", skip(""), Reach::Example),
        ]);
    }

    #[test]
    fn xdoctest_directives_last_until_switched_off() {
        let (marks, _) = read(">>> # xdoctest: +SKIP\n>>> b\n>>> c\n>>> # xdoctest: -SKIP\n>>> d");
        let reaches: Vec<Reach> = marks.iter().map(|mark| mark.reach).collect();
        assert_eq!(reaches, [Reach::Statement(3), Reach::Statement(4)]);
    }

    #[test]
    fn other_comments_and_flags_are_left_alone() {
        for code in [
            "f()  # fmt: off",
            "f()  # blacken-docs:off",
            "f()  # type: ignore",
            "f()  # not tested",
            ">>> f()  # doctest: +WINDOWS",
            ">>> f('# doctest: +SKIP')",
            "f()  # a random number",
            "#| echo: false\nf()",
        ] {
            assert_eq!(read(code), (Vec::new(), Vec::new()), "{code}");
        }
        let (marks, notes) = read(">>> f()  # doctest: +NORMALISE_WHITESPACE, +SKIPBLOK");
        assert_eq!(marks, []);
        assert!(notes[0].message.contains("NORMALIZE_WHITESPACE"), "{notes:?}");
        assert!(notes[1].message.contains("SKIPBLOCK"), "{notes:?}");
    }
}
