//! What IPython understands besides Python: `%magic`, `!command`, `name?` and `%%cell magic`.
//!
//! Lines of the first three kinds are taken out of a cell, so that all others keep their place; a
//! cell magic that hands the cell to something else makes it no Python at all.

use super::statement::logical_line;
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
pub fn convert(lines: &mut [(usize, String)]) -> Result<Converted, String> {
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
    if python::parse_valid(&text).is_none() {
        converted.take_out_commands(lines);
    }
    Ok(converted)
}

impl Converted {
    fn take_out(&mut self, line: usize, command: &str, silent: bool) {
        self.notes.push(format!("line {line}: `{}` is for IPython and was left out", command.trim()));
        self.prints |= !silent;
    }

    /// Replaces the commands that stand where a statement begins; in strings and brackets is none.
    fn take_out_commands(&mut self, lines: &mut [(usize, String)]) {
        let texts: Vec<String> = lines.iter().map(|(_, line)| line.clone()).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut index = 0;
        while index < texts.len() {
            let Some(command) = Command::of(texts[index]) else {
                index = logical_line(&texts, index).map_or(index, |logical| logical.last) + 1;
                continue;
            };
            self.take_out(lines[index].0, &texts[index][command.start..], command.is_silent());
            lines[index].1 = format!("{}{}", &texts[index][..command.start], command.python());
            // A command goes on behind a backslash.
            while texts[index].ends_with('\\') && index + 1 < texts.len() {
                index += 1;
                lines[index].1.clear();
            }
            index += 1;
        }
    }
}

/// A command for IPython on a line.
#[derive(Debug)]
struct Command<'a> {
    /// Where it begins; what stands before is indentation, or a target and `=`.
    start: usize,
    /// Its first character, `?` for a question about a name.
    mark: char,
    /// The name of a magic and the rest of the line.
    name: &'a str,
    rest: &'a str,
    is_assigned: bool,
}

impl<'a> Command<'a> {
    fn of(line: &'a str) -> Option<Command<'a>> {
        let indent = line.len() - line.trim_start().len();
        let text = line.trim();
        let mark = text.chars().next()?;
        let command = |start: usize, mark: char, is_assigned: bool| {
            let body = line[start..].trim_end().trim_start_matches(mark);
            let (name, rest) = body.split_once(char::is_whitespace).unwrap_or((body, ""));
            Command { start, mark, name, rest: rest.trim(), is_assigned }
        };
        if matches!(mark, '%' | '!' | '?' | '/' | ',' | ';') {
            return Some(command(indent, mark, false));
        }
        if text.ends_with('?') && text.trim_end_matches('?').chars().all(is_name_part) {
            return Some(command(indent, '?', false));
        }
        let (target, value) = line.split_once('=')?;
        let mark = value.trim_start().chars().next().filter(|mark| matches!(mark, '%' | '!'))?;
        let is_target = !target.trim().is_empty() && target.trim().chars().all(is_target_part);
        is_target.then(|| command(line.len() - value.trim_start().len(), mark, true))
    }

    /// What stands in its place: `%time` runs the code behind it, all others become idle.
    fn python(&self) -> &'a str {
        let timed = self.mark == '%' && self.name == "time" && python::parse_valid(self.rest).is_some();
        match (timed && !self.rest.is_empty(), self.is_assigned) {
            (true, _) => self.rest,
            (false, true) => "None",
            (false, false) => "pass",
        }
    }

    fn is_silent(&self) -> bool {
        self.mark == '?' || self.mark == '%' && SILENT.contains(&self.name)
    }
}

fn is_name_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '*' | '%')
}

fn is_target_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | ',' | ' ')
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
