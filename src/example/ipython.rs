//! What IPython understands besides Python: `%magic`, `!command`, `name?` and `%%cell magic`.
//!
//! Lines of the first three kinds are taken out of a cell, so that all others keep their place; a
//! cell magic that hands the cell to something else makes it no Python at all.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, IpyEscapeKind, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::python;

/// Cell magics below which Python stands.
const PYTHON_CELLS: &[&str] = &["time", "timeit", "capture", "prun", "python", "python3"];
/// Magics that print nothing of their own.
const SILENT: &[&str] = &[
    "aimport",
    "autoreload",
    "capture",
    "config",
    "load_ext",
    "matplotlib",
    "pylab",
    "python",
    "python3",
    "reload_ext",
];

/// A cell as Python.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Converted {
    /// What was taken out, in one sentence each.
    pub notes: Vec<String>,
    /// Whether what was taken out prints something, which then stands among the stored output.
    pub prints: bool,
}

/// Makes Python of the lines of a cell (document line and text).
///
/// # Errors
/// The reason why the cell is no Python.
pub fn convert(lines: &mut Vec<(usize, String)>) -> Result<Converted, String> {
    let mut converted = Converted::default();
    if let Some((number, line)) = lines.iter_mut().find(|(_, line)| !line.trim().is_empty())
        && let Some(magic) = line.trim_start().strip_prefix("%%")
    {
        let name = magic.split_whitespace().next().unwrap_or_default();
        if !PYTHON_CELLS.contains(&name) {
            return Err(format!("it is a `%%{name}` cell, which is no Python"));
        }
        converted.take_out(*number, line, SILENT.contains(&name));
        "pass".clone_into(line);
    }
    let text: String = lines.iter().flat_map(|(_, line)| [line.as_str(), "\n"]).collect();
    if python::parse_valid(&text).is_some() {
        return Ok(converted);
    }
    let mut commands = Commands::default();
    commands.visit_body(python::parse_ipython(&text).suite());
    if !commands.found.is_empty() {
        let numbers: Vec<usize> = lines.iter().map(|(number, _)| *number).collect();
        let python = commands.replace(&text, &numbers, &mut converted);
        *lines = numbers.into_iter().zip(python.split('\n').map(str::to_owned)).collect();
    }
    Ok(converted)
}

impl Converted {
    fn take_out(&mut self, line: usize, command: &str, silent: bool) {
        let command = command.trim().lines().next().unwrap_or_default();
        self.notes.push(format!("line {line}: `{command}` is for IPython and was left out"));
        self.prints |= !silent;
    }
}

/// The commands in a cell, in the order of their places.
#[derive(Default)]
struct Commands {
    found: Vec<(TextRange, Replacement)>,
}

/// What stands in a command's place.
struct Replacement {
    python: String,
    silent: bool,
}

impl Commands {
    /// The text with its commands replaced; every line stays on its number.
    fn replace(self, text: &str, numbers: &[usize], converted: &mut Converted) -> String {
        let mut python = String::with_capacity(text.len());
        let (mut end, mut line) = (0, 0);
        for (range, replacement) in self.found {
            let kept = &text[end..range.start().to_usize()];
            line += kept.matches('\n').count();
            let command = &text[range];
            let number = numbers.get(line).copied().unwrap_or_default();
            converted.take_out(number, command, replacement.silent);
            let lines = command.matches('\n').count();
            python.push_str(kept);
            python.push_str(&replacement.python);
            python.extend(std::iter::repeat_n('\n', lines));
            line += lines;
            end = range.end().to_usize();
        }
        python.push_str(&text[end..]);
        python
    }
}

impl<'a> Visitor<'a> for Commands {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::IpyEscapeCommand(command) => {
                let replacement = replacement(command.kind, &command.value, "pass");
                self.found.push((statement.range(), replacement));
            }
            other => visitor::walk_stmt(self, other),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::IpyEscapeCommand(command) => {
                let replacement = replacement(command.kind, &command.value, "None");
                self.found.push((expression.range(), replacement));
            }
            other => visitor::walk_expr(self, other),
        }
    }
}

/// `%time` runs the code behind it; in place of any other command stands something idle.
fn replacement(kind: IpyEscapeKind, value: &str, idle: &str) -> Replacement {
    let (name, rest) = value.split_once(char::is_whitespace).unwrap_or((value, ""));
    let is_magic = kind == IpyEscapeKind::Magic;
    let timed = Some(rest.trim())
        .filter(|rest| is_magic && name == "time" && !rest.is_empty() && !rest.contains('\n'))
        .filter(|rest| python::parse_valid(rest).is_some());
    Replacement {
        python: timed.unwrap_or(idle).to_owned(),
        silent: match kind {
            IpyEscapeKind::Magic => SILENT.contains(&name),
            IpyEscapeKind::Help | IpyEscapeKind::Help2 => true,
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(text: &str) -> (String, Converted) {
        let mut lines: Vec<(usize, String)> =
            text.split('\n').enumerate().map(|(index, line)| (index + 10, line.to_owned())).collect();
        let converted = convert(&mut lines).unwrap();
        let texts: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
        (texts.join("\n"), converted)
    }

    #[test]
    fn commands_leave_their_lines_behind() {
        let (python, done) = converted(
            "%matplotlib inline\nx = 1\nif x:\n    !pip install \\\n        y\nlist?\nz = %time x + 1\nw = !ls\n%time v = 2",
        );
        assert_eq!(
            python,
            "pass\nx = 1\nif x:\n    pass\n\npass\nz = None\nw = None\nv = 2"
                .replace("z = None", "z = x + 1")
        );
        assert_eq!(done.notes[0], "line 10: `%matplotlib inline` is for IPython and was left out");
        assert_eq!(done.notes[2], "line 15: `list?` is for IPython and was left out");
        assert!(done.prints);
    }

    #[test]
    fn what_only_looks_like_a_command_stays() {
        let text = "s = '''\n%matplotlib inline\n!ls\n'''\nx = 5 % 3\ny = 1 != 2";
        assert_eq!(converted(text), (text.to_owned(), Converted::default()));
        assert!(!converted("%matplotlib inline\nx = 1").1.prints);
    }

    #[test]
    fn cell_magics_keep_or_refuse_the_cell() {
        let (python, done) = converted("\n%%time\nx = 1");
        assert_eq!((python.as_str(), done.prints), ("\npass\nx = 1", true));
        let mut lines = vec![(1, "%%bash".to_owned()), (2, "ls".to_owned())];
        assert_eq!(convert(&mut lines), Err("it is a `%%bash` cell, which is no Python".to_owned()));
    }
}
