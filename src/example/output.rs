//! Text that a document shows as the output of an example: behind a label (`Output:`), or in a
//! fence that names no language.

/// Words for output in the languages that documents are written in, lower case.
const OUTPUT_WORDS: &[&str] = &[
    "output",
    "outputs",
    "result",
    "results",
    "prints",
    "stdout",
    "ausgabe",
    "ergebnis",
    "sortie",
    "résultat",
    "salida",
    "resultado",
    "saída",
    "uscita",
    "risultato",
    "вывод",
    "результат",
    "输出",
    "输出结果",
    "运行结果",
    "结果",
    "出力",
    "実行結果",
    "출력",
    "결과",
    "çıktı",
    "wynik",
    "uitvoer",
];

/// Words that may stand around the word for output without making a sentence of the label.
const LABEL_WORDS: &[&str] = &[
    "the",
    "this",
    "it",
    "will",
    "would",
    "expected",
    "example",
    "sample",
    "program",
    "console",
    "terminal",
    "possible",
    "typical",
    "script",
    "code",
    "in",
    "python",
    "is",
    "of",
    "and",
    "for",
    "may",
    "be",
    "looks",
    "like",
    "gives",
    "above",
    "produces",
    "following",
    "print",
    "prints",
    "on",
    "my",
    "machine",
    "run",
    "running",
];

/// Characters that a label may have.
const LONGEST_LABEL: usize = 100;

/// A label that introduces output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The whole label without decoration.
    pub words: String,
    /// Output standing on the same line behind the colon.
    pub inline: Option<String>,
}

/// Reads a line as a label that introduces output: `Output:`, `**Result**:`, `🔹 Output (order may
/// vary):`, `运行结果：`, `Output: 3`.
pub fn label(line: &str) -> Option<Label> {
    if line.len() > LONGEST_LABEL * 4 {
        return None;
    }
    let text = line.trim().trim_matches(|c: char| matches!(c, '*' | '_' | '#' | '>' | '-')).trim();
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    if text.is_empty() || text.contains('=') || text.chars().count() > LONGEST_LABEL {
        return None;
    }
    let (head, inline) = split_label(text);
    let (words, _remark) = head.split_once('(').unwrap_or((head, ""));
    let mut named = false;
    let mut count = 0;
    // Most lines fall at their first word.
    for word in words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let is_output = is_one_of(word, OUTPUT_WORDS);
        if !is_output && !is_one_of(word, LABEL_WORDS) {
            return None;
        }
        named |= is_output;
        count += 1;
    }
    if !named || (inline.is_some() && count > 2) {
        return None;
    }
    Some(Label { words: head.trim().to_owned(), inline })
}

/// Whether a word, in whatever case, stands in a list of lower-case words.
fn is_one_of(word: &str, list: &[&str]) -> bool {
    let same = |listed: &&str| listed.eq_ignore_ascii_case(word);
    list.iter().any(same) || (!word.is_ascii() && list.contains(&word.to_lowercase().as_str()))
}

/// Splits `Output: 3` at its colon; a colon inside parentheses does not count.
fn split_label(text: &str) -> (&str, Option<String>) {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ':' | '：' if depth <= 0 => {
                let rest = text[at + c.len_utf8()..].trim_matches(|c: char| c == '*' || c == '_').trim();
                return (&text[..at], (!rest.is_empty()).then(|| rest.to_owned()));
            }
            _ => {}
        }
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_in_many_dresses() {
        for line in [
            "Output:",
            "**Output**",
            "Output",
            "# Output:",
            "🔹 Output Example (if it had 7 rows)",
            "运行结果：",
            "Output (runs at once, order may vary):",
            "Expected output:",
            "The result is:",
            "This prints:",
        ] {
            assert!(label(line).is_some(), "{line}");
        }
        assert_eq!(label("Output: [1, 2]").unwrap().inline.as_deref(), Some("[1, 2]"));
    }

    #[test]
    fn sentences_are_no_labels() {
        for line in [
            "The output of a generator is lazy.",
            "Results are cached for reuse",
            "print(output)",
            "results = (",
            "It returns results in the same order as input",
            "",
        ] {
            assert_eq!(label(line), None, "{line}");
        }
    }
}
