//! Interactive sessions: `>>>` and `...` prompts with the output that follows.

use super::{Input, statement};
use crate::python;

/// A session read from lines that hold prompts.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// The inputs with their expected outputs.
    pub inputs: Vec<Input>,
    /// The code without prompts and its document lines.
    pub code: String,
    /// See [`Session::code`].
    pub lines: Vec<usize>,
    /// Document line of the last line that belongs to it.
    pub end_line: usize,
    /// How many lines of the code stand there without a prompt.
    pub unprompted: usize,
}

/// How many lines below a prompt are looked at for the rest of its input.
const LONGEST_INPUT: usize = 60;

/// Whether a line begins with the primary prompt.
pub fn is_prompt(line: &str) -> bool {
    let line = line.trim_start();
    line == ">>>" || line.starts_with(">>> ")
}

/// Reads the session in `lines` (document line and text). Output ends at a blank line or the next
/// prompt, as in Python's `doctest`; lines after that blank line which are no prompts are skipped.
pub fn read(lines: &[(usize, &str)]) -> Session {
    let mut session = Session::default();
    let mut indent = 0;
    let mut state = State::Between;
    // Lines that go on with an input without a prompt.
    let mut unprompted = 0;
    for (index, &(number, line)) in lines.iter().enumerate() {
        if let Some(source) = prompted(line, ">>>") {
            indent = line.len() - line.trim_start().len();
            session.inputs.push(Input {
                source: format!("{source}\n"),
                code_line: session.lines.len() + 1,
                expected: None,
            });
            session.push_code(number, source);
            unprompted = goes_on(source, indent, &lines[index + 1..]);
            session.unprompted += unprompted;
            state = State::Source;
        } else if unprompted > 0 {
            session.push_source(number, without_indent(line, indent));
            unprompted -= 1;
        } else if let (State::Source, Some(source)) = (state, prompted(line, "...")) {
            session.push_source(number, source);
        } else if line.trim().is_empty() && !goes_on_chained(state, &lines[index..]) {
            state = State::Between;
        } else if state != State::Between {
            session.push_output(number, without_indent(line, indent));
            state = State::Output;
        }
    }
    session
}

/// Whether the blank line that lines begin with stands inside of tracebacks that belong together.
fn goes_on_chained(state: State, lines: &[(usize, &str)]) -> bool {
    let joins = |line: &str| {
        line.trim().starts_with("During handling of the above exception")
            || line.trim().starts_with("The above exception was the direct cause")
    };
    let next = lines.iter().map(|(_, line)| *line).find(|line| !line.trim().is_empty());
    state == State::Output && next.is_some_and(|line| joins(line) || line.trim().starts_with("Traceback ("))
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Source,
    Output,
    Between,
}

/// A line without as many bytes of white space as its prompt stands in.
fn without_indent(line: &str, indent: usize) -> &str {
    line.get(indent..).unwrap_or(line)
}

fn prompted<'a>(line: &'a str, prompt: &str) -> Option<&'a str> {
    let rest = line.trim_start().strip_prefix(prompt)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') }
}

/// How many lines below a prompt belong to its input although they have no `...`: those that close
/// its bracket or string, go on behind its backslash, or are the suite below its header. Without them
/// the input is no Python, with them it is.
fn goes_on(source: &str, indent: usize, below: &[(usize, &str)]) -> usize {
    let texts = below.iter().map(|(_, line)| *line).take(LONGEST_INPUT);
    let is_other = |line: &str| line.trim().is_empty() || is_prompt(line) || prompted(line, "...").is_some();
    let mut lines = vec![source];
    lines.extend(texts.take_while(|line| !is_other(line)));
    if lines.len() == 1 || python::parse_valid(source).is_some() {
        return 0;
    }
    let Some(head) = statement::logical_line(&lines, 0) else { return 0 };
    let suite = lines[head.last + 1..].iter().take_while(|line| statement::indent(line) > indent);
    let last = head.last + if head.opens_suite { suite.count() } else { 0 };
    let text = lines[..=last].join("\n");
    if last > 0 && python::parse_valid(&text).is_some() { last } else { 0 }
}

impl Session {
    fn push_source(&mut self, number: usize, source: &str) {
        if let Some(input) = self.inputs.last_mut() {
            input.source.push_str(source);
            input.source.push('\n');
        }
        self.push_code(number, source);
    }

    fn push_code(&mut self, number: usize, source: &str) {
        self.code.push_str(source);
        self.code.push('\n');
        self.lines.push(number);
        self.end_line = number;
    }

    fn push_output(&mut self, number: usize, text: &str) {
        let Some(input) = self.inputs.last_mut() else { return };
        let (_, expected) = input.expected.get_or_insert_with(|| (number, String::new()));
        expected.push_str(text);
        expected.push('\n');
        self.end_line = number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_outputs_and_lines() {
        let text = ">>> x = 1\n>>> for i in range(2):\n...     print(i)\n...\n0\n1\n\nprose\n>>> x\n1";
        let lines: Vec<(usize, &str)> =
            text.lines().enumerate().map(|(index, line)| (index + 10, line)).collect();
        let session = read(&lines);
        assert_eq!(session.inputs.len(), 3);
        assert_eq!(session.inputs[1].source, "for i in range(2):\n    print(i)\n\n");
        assert_eq!(session.inputs[1].expected, Some((14, "0\n1\n".into())));
        assert_eq!(session.inputs[2].expected, Some((19, "1\n".into())));
        assert_eq!(session.lines, [10, 11, 12, 13, 18]);
        assert_eq!(session.end_line, 19);
    }

    #[test]
    fn an_input_goes_on_without_prompts_if_it_is_python_only_then() {
        let read_of = |text: &str| {
            let lines: Vec<(usize, &str)> =
                text.lines().enumerate().map(|(index, line)| (index + 1, line)).collect();
            read(&lines)
        };
        let session = read_of("  >>> f(\n          1,\n      )\n  2\n  >>> x == \\\n      3\n  True\n");
        assert_eq!(session.inputs[0].source, "f(\n        1,\n    )\n");
        assert_eq!(session.inputs[0].expected, Some((4, "2\n".into())));
        assert_eq!(session.inputs[1].source, "x == \\\n    3\n");
        assert_eq!((session.unprompted, session.lines.len()), (3, 5));
        let session =
            read_of(">>> if ask():\n        run()\n>>> y = (\nTraceback (most recent call last):\n  x\n");
        assert_eq!(session.inputs[0].source, "if ask():\n        run()\n");
        assert_eq!(session.inputs[1].source, "y = (\n");
    }

    #[test]
    fn indented_sessions_lose_their_indentation_in_outputs() {
        let session = read(&[(1, "    >>> print('a\\n  b')"), (2, "    a"), (3, "      b")]);
        assert_eq!(session.inputs[0].expected, Some((2, "a\n  b\n".into())));
    }
}
