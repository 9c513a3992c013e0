//! Several comment lines taken as one claim.

use crate::claim::Expected;
use crate::claim::comment::Reading;
use crate::claim::literal::is_value;

/// How many comment lines may belong to one claim. Each number of lines is a reading of its own
/// that must be built and compared, and nobody writes longer claims into comments.
const MOST_LINES: usize = 60;

/// Adds the readings that take the comment lines below as further printed lines.
pub fn extend(reading: &mut Reading, texts: &[&str], may_print: bool) {
    if reading.expected == Expected::Value && texts.len() > 1 && may_print {
        reading.expected = Expected::Text(vec![reading.claimed.clone()]);
    }
    if let Expected::Text(readings) = &mut reading.expected {
        let head = readings.first().cloned().unwrap_or_default();
        for count in counts(texts) {
            readings.push(format!("{head}\n{}", joined(&texts[1..count])));
        }
    }
}

/// The words alone, and with each further comment line as printed lines.
pub fn cumulative(words: &str, texts: &[&str]) -> Vec<String> {
    let longer = counts(texts).map(|count| joined(&texts[..count]));
    std::iter::once(words.to_owned()).chain(longer).collect()
}

/// The shortest literal that is spread over the first lines, as one line.
pub fn spread_literal(texts: &[&str]) -> Option<String> {
    let mut first_lines = counts(texts).map(|count| joined(&texts[..count]));
    let literal = first_lines.find(|lines| is_value(lines).is_some())?;
    Some(literal.replace('\n', " "))
}

/// The numbers of lines that may belong to a claim of several.
fn counts(texts: &[&str]) -> std::ops::RangeInclusive<usize> {
    2..=texts.len().min(MOST_LINES)
}

/// Comment lines as one text.
pub fn joined(texts: &[&str]) -> String {
    texts.iter().map(|text| bare(text)).collect::<Vec<_>>().join("\n")
}

/// A comment line without its `#` and one blank, or `#>`.
pub fn bare(text: &str) -> &str {
    let text = text.strip_prefix("#>").unwrap_or_else(|| text.trim_start_matches('#'));
    text.strip_prefix(' ').unwrap_or(text).trim_end()
}
