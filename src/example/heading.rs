//! The headings of reStructuredText and AsciiDoc: line and text, in order.

use crate::document::Document;

/// Headings of reStructuredText: a line of text with a line of one punctuation mark below it, or
/// above and below it.
pub fn of_rst(document: &Document, is_code: &dyn Fn(usize) -> bool) -> Vec<(usize, String)> {
    (1..=document.line_count())
        .filter(|&number| !is_code(number) && is_rst_heading(document, number))
        .map(|number| (number, document.line(number).trim().to_owned()))
        .collect()
}

/// Whether a line is the text of a heading of reStructuredText.
pub fn is_rst_heading(document: &Document, number: usize) -> bool {
    let line = document.line(number);
    let text = line.trim();
    let Some(mark) = rule(document.line(number + 1)) else { return false };
    if text.is_empty() || rule(line).is_some() || text.starts_with(".. ") {
        return false;
    }
    let above = document.line(number.saturating_sub(1));
    let overlined = number > 1 && rule(above) == Some(mark);
    let under = document.line(number + 1).trim_end().chars().count();
    // A short underline is taken with a warning, one of less than four marks is not.
    let is_wide = under >= text.chars().count() || under >= 4;
    is_wide && (overlined || (line.starts_with(text) && (number == 1 || above.trim().is_empty())))
}

/// The mark that a line at the margin repeats, if it holds nothing else.
fn rule(line: &str) -> Option<u8> {
    let line = line.trim_end();
    let mark = *line.as_bytes().first()?;
    let is_rule = line.len() >= 2 && mark.is_ascii_punctuation() && line.bytes().all(|byte| byte == mark);
    is_rule.then_some(mark)
}

/// Headings of AsciiDoc: `== Title`, `## Title`, and a line with a rule of its own length below.
pub fn of_asciidoc(document: &Document, is_code: &dyn Fn(usize) -> bool) -> Vec<(usize, String)> {
    (1..=document.line_count())
        .filter(|&number| !is_code(number))
        .filter_map(|number| Some((number, asciidoc_heading(document, number)?.to_owned())))
        .collect()
}

fn asciidoc_heading(document: &Document, number: usize) -> Option<&str> {
    let line = document.line(number);
    for mark in ['=', '#'] {
        let text = line.trim_start_matches(mark);
        if (1..=6).contains(&(line.len() - text.len())) && text.starts_with(' ') {
            return Some(text.trim().trim_end_matches(mark).trim_end()).filter(|text| !text.is_empty());
        }
    }
    let is_underlined = is_asciidoc_underline(line, document.line(number + 1));
    let is_first = number == 1 || document.line(number - 1).trim().is_empty();
    (is_underlined && is_first).then(|| line.trim())
}

/// Whether a line is the rule below a title: of one mark and as long as the title, give or take
/// one. Where it is not, `----` opens a block.
pub fn is_asciidoc_underline(title: &str, below: &str) -> bool {
    let length = title.trim_end().chars().count();
    let is_title = title.starts_with(|c: char| c.is_alphanumeric());
    let is_rule = rule(below).is_some_and(|mark| matches!(mark, b'=' | b'-' | b'~' | b'^' | b'+'));
    is_title && is_rule && below.trim_end().len().abs_diff(length) <= 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;

    type Headings = fn(&Document, &dyn Fn(usize) -> bool) -> Vec<(usize, String)>;

    fn found(of: Headings, text: &str) -> Vec<(usize, String)> {
        of(&Document::from_text("a", Format::Text, text), &|_| false)
    }

    fn is(line: usize, text: &str) -> (usize, String) {
        (line, text.to_owned())
    }

    #[test]
    fn rules_of_any_mark_make_headings_and_transitions_do_not() {
        let text = "=====\n Top\n=====\n\nOne: *x*\n~~~~~~~~\n\nText\nmore\n\n------\n\nTwo\n^^^\n\n\
                    A long one\n++++\n\n==  ==\na   b\n==  ==\n";
        assert_eq!(
            found(of_rst, text),
            [is(2, "Top"), is(5, "One: *x*"), is(13, "Two"), is(16, "A long one")]
        );
    }

    #[test]
    fn equals_signs_and_underlines_make_asciidoc_headings() {
        let text = "= Top\n\n== One ==\n\n====\nexample\n====\n\nTwo\n---\n\nText\n----\ncode\n----\n\nWords\n--------\n";
        assert_eq!(found(of_asciidoc, text), [is(1, "Top"), is(3, "One"), is(9, "Two"), is(12, "Text")]);
    }
}
