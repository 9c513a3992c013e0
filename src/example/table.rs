//! Tables whose rows hold an expression and what it gives, under a heading that says so.

use std::collections::BTreeMap;

/// Headings of columns that hold what the code beside gives, lower case.
const HEADINGS: &[&str] = &[
    "result",
    "results",
    "output",
    "outputs",
    "returns",
    "return value",
    "value",
    "gives",
    "evaluates to",
    "prints",
    "equals",
    "ergebnis",
    "résultat",
    "resultado",
    "risultato",
    "результат",
    "结果",
    "結果",
    "输出",
];

/// Reads a document line by line and knows the headings of the table that a line stands in.
#[derive(Default)]
pub struct Tables {
    lines: usize,
    headings: Vec<bool>,
}

impl Tables {
    /// For each cell of the row that is nothing but code, what stands beside it, if the heading there
    /// says that the code gives it.
    pub fn row<'a>(&mut self, line: &'a str) -> BTreeMap<&'a str, &'a str> {
        let Some(row) = cells(line) else {
            self.lines = 0;
            return BTreeMap::new();
        };
        self.lines += 1;
        match self.lines {
            1 => self.headings = row.iter().map(|cell| is_heading(cell)).collect(),
            2 if !is_rule(line) => self.headings.clear(),
            _ => return self.results(&row),
        }
        BTreeMap::new()
    }

    fn results<'a>(&self, row: &[&'a str]) -> BTreeMap<&'a str, &'a str> {
        let mut found = BTreeMap::new();
        let mut beside = None;
        for (at, cell) in row.iter().enumerate().rev() {
            if let Some(result) = beside.filter(|_| cell.starts_with('`')) {
                found.insert(cell.trim_matches('`').trim(), result);
            }
            if self.headings.get(at) == Some(&true) {
                beside = Some(*cell);
            }
        }
        found
    }
}

fn is_heading(cell: &str) -> bool {
    let words = cell.trim_matches(['*', '_', '`', ' ']).to_lowercase();
    HEADINGS.contains(&words.as_str())
}

fn is_rule(line: &str) -> bool {
    line.contains('-') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t'))
}

/// The cells of a row, without the blanks around them.
fn cells(line: &str) -> Option<Vec<&str>> {
    let row = line.trim();
    let inner = row.strip_prefix('|').unwrap_or(row);
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    let mut found = Vec::new();
    let (mut start, mut in_code, mut escaped) = (0, false, false);
    for (at, c) in inner.char_indices() {
        match c {
            '`' => in_code = !in_code,
            '|' if !in_code && !escaped => {
                found.push(inner[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
        escaped = c == '\\';
    }
    found.push(inner[start..].trim());
    (found.len() > 1).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_last_row(text: &str) -> Vec<(&str, &str)> {
        let mut tables = Tables::default();
        let last = text.lines().map(|line| tables.row(line)).last();
        last.unwrap_or_default().into_iter().collect()
    }

    #[test]
    fn what_stands_under_a_heading_for_results() {
        let head = "text\n| Code | Note | Result |\n|---|:-:|---|\n";
        assert_eq!(of_last_row(&format!("{head}| a | b | c |\n| `f(1)` | x | `2` |")), [("f(1)", "`2`")]);
        assert_eq!(of_last_row(&format!("{head}| see `f(2)` | | `3` |")), []);
    }

    #[test]
    fn other_headings_and_lines_with_bars_say_nothing() {
        let head = "| Code | Meaning |\n|---|---|\n";
        assert_eq!(of_last_row(&format!("{head}| `f(1)` | `2` |")), []);
        assert_eq!(of_last_row("| Code | Result |\n| `f(1)` | `2` |\n| `f(1)` | `2` |"), []);
        assert_eq!(of_last_row("| Code | Result |\n|---|---|\n\n| `a` | `b` |"), []);
    }
}
