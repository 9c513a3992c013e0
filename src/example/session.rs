//! Interactive sessions: `>>>` and `...` prompts with the output that follows.

use super::Input;

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
}

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
    for &(number, line) in lines {
        if let Some(source) = prompted(line, ">>>") {
            indent = line.len() - line.trim_start().len();
            session.inputs.push(Input {
                source: format!("{source}\n"),
                code_line: session.lines.len() + 1,
                expected: None,
            });
            session.push_code(number, source);
            state = State::Source;
        } else if let (State::Source, Some(source)) = (state, prompted(line, "...")) {
            if let Some(input) = session.inputs.last_mut() {
                input.source.push_str(source);
                input.source.push('\n');
            }
            session.push_code(number, source);
        } else if line.trim().is_empty() {
            state = State::Between;
        } else if state != State::Between {
            session.push_output(
                number,
                line.get(indent..).filter(|_| line.is_char_boundary(indent)).unwrap_or(line),
            );
            state = State::Output;
        }
    }
    session
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Source,
    Output,
    Between,
}

fn prompted<'a>(line: &'a str, prompt: &str) -> Option<&'a str> {
    let rest = line.trim_start().strip_prefix(prompt)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') }
}

impl Session {
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
    fn indented_sessions_lose_their_indentation_in_outputs() {
        let session = read(&[(1, "    >>> print('a\\n  b')"), (2, "    a"), (3, "      b")]);
        assert_eq!(session.inputs[0].expected, Some((2, "a\n  b\n".into())));
    }
}
