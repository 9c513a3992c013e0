//! Words that are nearly a directive: most likely a slip of the pen, which would go unnoticed.

use crate::document::Note;

/// The known spelling that a text was most likely meant to be; none if it is one or is far from
/// all. Short words must be nearer than long ones, so that other words are left alone.
pub fn nearly<'a>(text: &str, known: &[&'a str]) -> Option<&'a str> {
    let text = text.to_lowercase();
    if text.len() < 5 || text.len() > 60 {
        return None;
    }
    known
        .iter()
        .map(|spelling| (strsim::osa_distance(&text, &spelling.to_lowercase()), *spelling))
        .filter(|(distance, spelling)| *distance <= if spelling.len() < 10 { 1 } else { 2 })
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, spelling)| *distance > 0 || text != spelling.to_lowercase())
        .map(|(_, spelling)| spelling)
}

/// The note on such a word.
pub fn note(line: usize, written: &str, meant: &str) -> Note {
    Note { line, message: format!("`{written}` changes nothing; did you mean `{meant}`?") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_near_and_other_words_are_not() {
        let known = ["skip: next", "clear-namespace", "ignore"];
        for (written, meant) in [
            ("skip: nxet", Some("skip: next")),
            ("skp: next", Some("skip: next")),
            ("Skip next", Some("skip: next")),
            ("clear-namepsace", Some("clear-namespace")),
            ("ignor", Some("ignore")),
            ("skip: next", None),
            ("skip: text here", None),
            ("toc", None),
            ("ignored words", None),
        ] {
            assert_eq!(nearly(written, &known), meant, "{written}");
        }
    }
}
