//! Changes of an expectations file that leave everything else as it stands: comments, order, the
//! way in which values are written.
//!
//! The file is edited as lines of text. Its entries are those of lists in block style, one `- ` for
//! each; an entry in braces is rewritten as a whole when it changes.

use std::ops::Range;

/// One key of an entry with its value, as text.
pub(super) type Field = (&'static str, String);

/// A change of one list of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    /// Sets keys of the entry that begins on a line (1-based).
    Set { line: usize, fields: Vec<Field> },
    /// Takes the entry that begins on a line out.
    Remove { line: usize },
    /// Adds an entry in front of the one that begins on a line, or at the end of a list.
    Add { list: &'static str, before: Option<usize>, fields: Vec<Field> },
    /// Sets a key of the file itself.
    SetKey(Field),
}

/// Why a file cannot be edited: the line (1-based), and what is in the way.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CannotEdit {
    pub line: usize,
    pub why: &'static str,
}

/// The text of a file with some changes made.
pub(super) fn edited(text: &str, edits: &[Edit]) -> Result<String, CannotEdit> {
    let mut file = Lines { lines: text.lines().map(str::to_owned).collect() };
    let begun = |edit: &Edit| match edit {
        Edit::Add { list, before: None, .. } => Some(*list),
        _ => None,
    };
    edits.iter().filter_map(begun).for_each(|list| file.begin(list));
    let mut changes: Vec<Replacement> = Vec::new();
    for edit in edits {
        match edit {
            Edit::Set { line, fields } => changes.extend(file.set(*line, fields)?),
            Edit::Remove { line } => changes.push((file.entry(*line)?.lines, Vec::new())),
            Edit::Add { list, before, fields } => changes.push(file.add(list, *before, fields)?),
            Edit::SetKey(field) => changes.push(file.set_key(field)),
        }
    }
    // From the end, so that the lines before stay where they are; of several at one place the last
    // given comes last.
    let mut ordered: Vec<_> = changes.into_iter().enumerate().collect();
    ordered.sort_by_key(|(number, (range, _))| (range.start, *number));
    for (_, (range, new)) in ordered.into_iter().rev() {
        file.lines.splice(range, new);
    }
    file.drop_empty_lists();
    Ok(file.lines.join("\n") + "\n")
}

/// The lists of a file.
const LISTS: [&str; 3] = ["examples", "claims", "prose"];

/// Lines (0-based) and what stands in their place.
type Replacement = (Range<usize>, Vec<String>);

struct Lines {
    lines: Vec<String>,
}

/// An entry of a list: its lines, the column of its dash and that of its keys.
struct Entry {
    lines: Range<usize>,
    dash: usize,
    keys: usize,
}

impl Lines {
    /// The entry that begins on a line.
    fn entry(&self, line: usize) -> Result<Entry, CannotEdit> {
        let cannot = |why| Err(CannotEdit { line, why });
        let is_dash = |index: &usize| self.lines.get(*index).is_some_and(|text| is_item(text));
        let first = [line.saturating_sub(1), line.saturating_sub(2)].into_iter().find(is_dash);
        let Some(first) = first else { return cannot("an entry must begin with `- ` on a line of its own") };
        let dash = indent(&self.lines[first]);
        let behind = &self.lines[first][dash + 1..];
        let keys = dash + 1 + (behind.len() - behind.trim_start().len());
        let belongs = |text: &String| !is_bare(text) && indent(text) <= dash;
        let rest = &self.lines[first + 1..];
        let mut end = first + 1 + rest.iter().position(belongs).unwrap_or(rest.len());
        // Comments and blank lines in front of what follows belong to that.
        while end > first + 1 && is_bare(&self.lines[end - 1]) && indent_or_none(&self.lines[end - 1]) <= dash
        {
            end -= 1;
        }
        Ok(Entry { lines: first..end, dash, keys })
    }

    /// Gives a list that is missing or empty its head.
    fn begin(&mut self, list: &str) {
        match self.lines.iter().position(|text| is_key(text, list)) {
            Some(head) if self.lines[head] == format!("{list}: []") => self.lines[head] = format!("{list}:"),
            Some(_) => {}
            None => self.lines.push(format!("{list}:")),
        }
    }

    fn set(&self, line: usize, fields: &[Field]) -> Result<Vec<Replacement>, CannotEdit> {
        let entry = self.entry(line)?;
        if self.lines[entry.lines.start][entry.keys..].starts_with('{') {
            return Err(CannotEdit {
                line,
                why: "an entry in braces cannot be changed; write its keys on lines",
            });
        }
        let mut changes = Vec::new();
        for (key, value) in fields {
            let mut written = field(key, value, entry.keys);
            let found = self.key(&entry, key);
            if let Some(found) = &found {
                written[0] += comment(&self.lines[found.start]);
            }
            changes.push(match found {
                Some(found) if found.start == entry.lines.start => {
                    written[0] =
                        format!("{}{}", &self.lines[found.start][..entry.keys], written[0].trim_start());
                    (found, written)
                }
                Some(found) => (found, written),
                None => (entry.lines.end..entry.lines.end, written),
            });
        }
        Ok(changes)
    }

    /// The lines of a key of an entry with its value.
    fn key(&self, entry: &Entry, key: &str) -> Option<Range<usize>> {
        let begins = |index: usize| {
            let text = &self.lines[index];
            let column = if index == entry.lines.start { entry.keys } else { indent(text) };
            column == entry.keys && text[column..].strip_prefix(key).is_some_and(|rest| rest.starts_with(':'))
        };
        let first = entry.lines.clone().find(|&index| begins(index))?;
        let inner =
            |index: &usize| self.lines[*index].trim().is_empty() || indent(&self.lines[*index]) > entry.keys;
        let mut last = (first + 1..entry.lines.end).take_while(inner).last().unwrap_or(first);
        while last > first && self.lines[last].trim().is_empty() {
            last -= 1;
        }
        Some(first..last + 1)
    }

    fn add(&self, list: &str, before: Option<usize>, fields: &[Field]) -> Result<Replacement, CannotEdit> {
        if let Some(line) = before {
            let entry = self.entry(line)?;
            let at = self.above_comments(entry.lines.start, entry.dash);
            return Ok((at..at, item(fields, entry.dash)));
        }
        let head = self.lines.iter().position(|text| is_key(text, list)).unwrap_or_default();
        let value = self.lines[head][list.len() + 1..].trim();
        if !value.is_empty() && !value.starts_with('#') {
            let why = "a list must be written with one `- ` for each entry";
            return Err(CannotEdit { line: head + 1, why });
        }
        let rest = &self.lines[head + 1..];
        let is_next_key = |text: &String| !is_bare(text) && indent(text) == 0 && !is_item(text);
        let mut end = head + 1 + rest.iter().position(is_next_key).unwrap_or(rest.len());
        while end > head + 1 && is_bare(&self.lines[end - 1]) {
            end -= 1;
        }
        let dash = rest.iter().find(|text| is_item(text)).map_or(2, |text| indent(text));
        Ok((end..end, item(fields, dash)))
    }

    /// The first of the comment lines that stand right above a line, in the same column.
    fn above_comments(&self, line: usize, column: usize) -> usize {
        let is_comment = |index: &usize| {
            let text = &self.lines[*index];
            text.trim_start().starts_with('#') && indent(text) == column
        };
        (0..line).rev().take_while(is_comment).last().unwrap_or(line)
    }

    /// Drops the heads of lists from which the last entry was taken.
    fn drop_empty_lists(&mut self) {
        for list in LISTS {
            let Some(head) = self.lines.iter().position(|text| *text == format!("{list}:")) else { continue };
            let next = self.lines[head + 1..].iter().find(|text| !is_bare(text));
            if next.is_none_or(|text| indent(text) == 0 && !is_item(text)) {
                self.lines.remove(head);
            }
        }
    }

    fn set_key(&self, (key, value): &Field) -> Replacement {
        let written = field(key, value, 0);
        match self.lines.iter().position(|text| is_key(text, key)) {
            Some(index) => (index..index + 1, written),
            None => {
                let after =
                    self.lines.iter().position(|text| is_key(text, "document")).map_or(0, |at| at + 1);
                (after..after, written)
            }
        }
    }
}

fn indent(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

/// The indentation of a line, 0 for a blank one.
fn indent_or_none(text: &str) -> usize {
    if text.trim().is_empty() { 0 } else { indent(text) }
}

fn is_bare(text: &str) -> bool {
    let text = text.trim_start();
    text.is_empty() || text.starts_with('#')
}

/// The comment behind a value, with the blanks in front of it.
fn comment(line: &str) -> &str {
    let mut quote = None;
    let mut before = ' ';
    for (at, character) in line.char_indices() {
        match quote {
            Some(open) if character == open => quote = None,
            Some(_) => {}
            None if matches!(character, '"' | '\'') && !before.is_alphanumeric() => quote = Some(character),
            None if character == '#' && before == ' ' => return &line[line[..at].trim_end().len()..],
            None => {}
        }
        before = character;
    }
    ""
}

fn is_item(text: &str) -> bool {
    let text = text.trim_start();
    text == "-" || text.starts_with("- ")
}

fn is_key(text: &str, key: &str) -> bool {
    text.strip_prefix(key).is_some_and(|rest| rest.starts_with(':'))
}

/// The lines of a new entry.
pub(super) fn item(fields: &[Field], dash: usize) -> Vec<String> {
    let mut lines: Vec<String> = fields.iter().flat_map(|(key, value)| field(key, value, dash + 2)).collect();
    if let Some(first) = lines.first_mut() {
        *first = format!("{}- {}", " ".repeat(dash), first.trim_start());
    }
    lines
}

/// The lines of a key with its value.
fn field(key: &str, value: &str, column: usize) -> Vec<String> {
    let blanks = " ".repeat(column);
    let Some(text) = value.strip_prefix("|-\n") else { return vec![format!("{blanks}{key}: {value}")] };
    let lines = text.lines().map(|line| match line {
        "" => String::new(),
        line => format!("{blanks}  {line}"),
    });
    std::iter::once(format!("{blanks}{key}: |-")).chain(lines).collect()
}

/// A text as a value: in a block where it has several plain lines, else in quotes.
pub(super) fn scalar(text: &str) -> String {
    let text = text.trim_end();
    let is_plain = |line: &str| {
        line.trim_end() == line && line.chars().all(|c| !c.is_control() && c != '\u{FEFF}' && c != '\u{85}')
    };
    let is_block = text.contains('\n')
        && !text.starts_with([' ', '\n'])
        && text.split('\n').all(is_plain)
        && !text.contains(['\u{2028}', '\u{2029}']);
    if is_block { format!("|-\n{text}") } else { serde_json::Value::from(text).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
# head
version: 1
document: a.md  # the one
examples:
  # about the first
  - line: 3   # moves
    outcome:
      raises: KeyError
    reason: on purpose

  # about the second
  - at: a/b#2
    stdout: |
      one

      two
    outcome: runs
claims:
- line: 4
  holds: false
";

    #[test]
    fn keys_are_set_and_the_rest_stays() {
        let edits = [
            Edit::Set {
                line: 6,
                fields: vec![("line", "5".into()), ("outcome", "runs".into()), ("hash", "ab".into())],
            },
            Edit::Set { line: 12, fields: vec![("stdout", scalar("three\nfour"))] },
            Edit::SetKey(("sha256", "00".into())),
        ];
        let expected = FILE
            .replace("document: a.md  # the one\n", "document: a.md  # the one\nsha256: 00\n")
            .replace(
                "line: 3   # moves\n    outcome:\n      raises: KeyError\n",
                "line: 5   # moves\n    outcome: runs\n",
            )
            .replace("on purpose\n", "on purpose\n    hash: ab\n")
            .replace("stdout: |\n      one\n\n      two", "stdout: |-\n      three\n      four");
        assert_eq!(edited(FILE, &edits).unwrap(), expected);
    }

    #[test]
    fn entries_are_added_and_taken_out() {
        let edits = [
            Edit::Add {
                list: "examples",
                before: Some(12),
                fields: vec![("line", "9".into()), ("outcome", "runs".into())],
            },
            Edit::Add { list: "examples", before: None, fields: vec![("line", "20".into())] },
            Edit::Remove { line: 19 },
            Edit::Add {
                list: "claims",
                before: None,
                fields: vec![("line", "6".into()), ("holds", "false".into())],
            },
        ];
        let expected = FILE
            .replace("\n  # about the second", "\n  - line: 9\n    outcome: runs\n  # about the second")
            .replace("outcome: runs\nclaims", "outcome: runs\n  - line: 20\nclaims")
            .replace("- line: 4\n  holds: false", "- line: 6\n  holds: false");
        assert_eq!(edited(FILE, &edits).unwrap(), expected);
    }

    #[test]
    fn lists_are_begun_where_there_is_none() {
        let edits = [Edit::Add { list: "examples", before: None, fields: vec![("line", "1".into())] }];
        let expected = "version: 1\ndocument: a.md\nexamples:\n  - line: 1\n";
        assert_eq!(edited("version: 1\ndocument: a.md\n", &edits).unwrap(), expected);
        assert_eq!(edited("version: 1\ndocument: a.md\nexamples: []\n", &edits).unwrap(), expected);
    }

    #[test]
    fn what_is_written_in_braces_is_not_touched() {
        let text = "version: 1\ndocument: a.md\nexamples:\n  - {line: 1, outcome: runs}\n";
        let edit = Edit::Set { line: 4, fields: vec![("line", "2".into())] };
        assert_eq!(edited(text, &[edit]).unwrap_err().line, 4);
        assert_eq!(edited(text, &[Edit::Remove { line: 4 }]).unwrap(), "version: 1\ndocument: a.md\n");
    }

    #[test]
    fn texts_become_values_that_read_back() {
        for text in [
            "plain",
            "a: b # c",
            "",
            "one\ntwo",
            "one\n\n  two",
            " first",
            "tab\there\nx",
            "x \ny",
            "- a\n- b",
            "é\n…",
        ] {
            let value = scalar(text);
            let file = format!("{}\n", field("key", &value, 0).join("\n"));
            let read: std::collections::BTreeMap<String, String> = serde_yaml::from_str(&file).unwrap();
            assert_eq!(read["key"], text.trim_end(), "{file}");
        }
    }
}
