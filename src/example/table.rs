//! Tables whose rows hold an expression and what it gives, under a heading that says so.

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

/// What stands beside the code of a row of a table (0-based line), if the heading of its column says
/// that the code gives it and the code fills its own cell.
pub fn beside<'a>(lines: &[&'a str], index: usize, code: &str) -> Option<&'a str> {
    let row = cells(lines[index])?;
    let own = row.iter().position(|cell| cell.trim_matches('`').trim() == code && cell.starts_with('`'))?;
    let header = (0..index).rev().take_while(|&above| cells(lines[above]).is_some()).last()?;
    let is_ruled = lines.get(header + 1).is_some_and(|line| is_rule(line)) && header + 1 < index;
    let headings = cells(lines[header]).filter(|_| is_ruled)?;
    let tells = |at: &usize| headings.get(*at).is_some_and(|heading| is_heading(heading));
    let beside = (own + 1..row.len()).find(tells)?;
    row.get(beside).copied()
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

    #[test]
    fn what_stands_under_a_heading_for_results() {
        let lines: Vec<&str> =
            "text\n| Code | Note | Result |\n|---|:-:|---|\n| `f(1)` | x | `2` |\n| see `f(2)` | | `3` |"
                .lines()
                .collect();
        assert_eq!(beside(&lines, 3, "f(1)"), Some("`2`"));
        assert_eq!(beside(&lines, 4, "f(2)"), None);
    }

    #[test]
    fn other_headings_and_lines_with_bars_say_nothing() {
        let lines: Vec<&str> =
            "| Code | Meaning |\n|---|---|\n| `f(1)` | `2` |\n\n`a` | `b`".lines().collect();
        assert_eq!(beside(&lines, 2, "f(1)"), None);
        assert_eq!(beside(&lines, 4, "a"), None);
    }
}
