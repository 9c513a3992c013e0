//! Names: the section an example stands in, the file name a document gives it, and its id.

use std::collections::HashMap;
use std::path::Path;

use super::lexical::{heading_text, is_list_item};
use super::{Example, Form, heading};
use crate::document::{Document, Format};

/// The headings of a document: line and text, in order.
pub fn sections(document: &Document, is_code: &dyn Fn(usize) -> bool) -> Vec<(usize, String)> {
    match document.format {
        Format::Rst => heading::of_rst(document, is_code),
        Format::Asciidoc => heading::of_asciidoc(document, is_code),
        Format::Markdown | Format::Text => of_markdown(document, is_code),
        // Their extractors know the heading or object that each block stands under.
        Format::Notebook | Format::Html | Format::Python => Vec::new(),
    }
}

/// The headings of Markdown. A document without them has the titles of its numbered sections
/// instead.
fn of_markdown(document: &Document, is_code: &dyn Fn(usize) -> bool) -> Vec<(usize, String)> {
    let lines = || (1..=document.line_count()).filter(|&number| !is_code(number));
    let headings: Vec<(usize, String)> = lines()
        .filter_map(|number| {
            let text = heading_text(document.line(number)).or_else(|| underlined(document, number))?;
            Some((number, text.to_owned()))
        })
        .collect();
    let titles: Vec<(usize, String)> = lines()
        .filter(|&number| is_title(document, number))
        .map(|number| (number, document.line(number).trim().to_owned()))
        .collect();
    // A page of numbered questions may hold a few stray comments that look like headings.
    if titles.len() > headings.len() { titles } else { headings }
}

/// The text of a heading that is underlined with `===` or `---`.
fn underlined(document: &Document, number: usize) -> Option<&str> {
    let text = document.line(number).trim();
    let below = document.line(number + 1).trim();
    let rule = below.len() >= 3 && (below.bytes().all(|b| b == b'=') || below.bytes().all(|b| b == b'-'));
    let is_text = text.starts_with(|c: char| c.is_alphanumeric()) && !is_list_item(text) && text.len() < 100;
    (rule && is_text && document.line(number.saturating_sub(1)).trim().is_empty()).then_some(text)
}

/// A title below a number of its own (`3`, `Q3:`) or behind one (`Q3. What …`).
fn is_title(document: &Document, number: usize) -> bool {
    let text = document.line(number).trim();
    if text.is_empty() || text.len() > 200 || is_number(text) {
        return false;
    }
    let above = (1..number).rev().map(|line| document.line(line).trim()).find(|line| !line.is_empty());
    let numbered =
        text.split_once(['.', ':', ')']).is_some_and(|(head, rest)| is_number(head) && rest.starts_with(' '));
    numbered || above.is_some_and(is_number)
}

fn is_number(text: &str) -> bool {
    let text = text.trim_end_matches(['.', ':', ')']);
    let digits = text.strip_prefix(['Q', 'q']).unwrap_or(text);
    !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit())
}

/// The file name that the line above, the info string or the first comment gives to an example.
pub fn file_name(above: Option<&str>, info: &str, code: &str) -> Option<String> {
    let titled = info.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '=' | '{' | '}' | ':'));
    let first = code.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let comment = first.trim().strip_prefix('#').map(|text| text.trim().trim_end_matches(':'));
    titled
        .chain(comment)
        .chain(above.map(undecorated))
        .find(|name| is_python_file(name))
        .map(|name| name.rsplit('/').next().unwrap_or(name).to_owned())
}

fn undecorated(line: &str) -> &str {
    let mut text = line.trim().trim_matches(['#', '*', '_', '`', ':', ' ', '(', ')']);
    for word in ["File:", "file:", "Filename:", "filename:", "In", "in", "File", "Create", "Save as"] {
        if let Some(rest) = text.strip_prefix(word) {
            text = rest.trim().trim_matches(['`', '*', ':', ' ']);
        }
    }
    text
}

fn is_python_file(name: &str) -> bool {
    name.strip_suffix(".py").is_some_and(|stem| {
        !stem.is_empty()
            && stem.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '.'))
    })
}

/// Gives every example its section and its id. Ids count within a section, so that a change in one
/// section does not rename the examples of another; sections of one title are told apart by a
/// number (`usage`, `usage~2`) that no heading can spell.
pub fn name(document: &Document, examples: &mut [Example], sections: &[(usize, String)]) {
    let stem = Path::new(&document.path)
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let places = places(sections);
    let mut used: HashMap<String, usize> = HashMap::new();
    for example in examples {
        let above = sections.partition_point(|(line, _)| *line <= example.start_line).checked_sub(1);
        if let Some(index) = above {
            example.section = Some(sections[index].1.clone());
        }
        let kind = if example.form == Form::Inline { "inline" } else { "" };
        let named = example.section.as_deref().map(slug).filter(|slug| !slug.is_empty());
        let place = above.map(|index| places[index].clone()).or(named).unwrap_or_else(|| "top".to_owned());
        let place = format!("{stem}/{place}");
        let number = used.entry(format!("{place}{kind}")).or_default();
        *number += 1;
        example.id =
            if kind.is_empty() { format!("{place}#{number}") } else { format!("{place}#{kind}{number}") };
    }
}

/// A name for each section that no other has.
fn places(sections: &[(usize, String)]) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let name = |(_, title): &(usize, String)| {
        let slug = Some(slug(title)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| "untitled".to_owned());
        let count = seen.entry(slug.clone()).or_default();
        *count += 1;
        // The text above the first heading is the top.
        if *count == 1 && slug != "top" { slug } else { format!("{slug}~{count}") }
    };
    sections.iter().map(name).collect()
}

/// The words of a heading in lower case, joined by hyphens.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() {
            slug.extend(c.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= 60 {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;

    #[test]
    fn headings_labels_and_comments_name_files() {
        let see = Some("See calc.py for more");
        assert_eq!(file_name(Some("#### calc.py"), "", "x = 1\n").as_deref(), Some("calc.py"));
        assert_eq!(file_name(Some("**File: `b.py`**"), "", "y\n").as_deref(), Some("b.py"));
        assert_eq!(file_name(see, "", "z\n"), None);
        assert_eq!(file_name(see, "", "# tests/test_c.py:\nz\n").as_deref(), Some("test_c.py"));
        assert_eq!(file_name(None, "python title=\"d.py\"", "z\n").as_deref(), Some("d.py"));
    }

    #[test]
    fn sections_of_one_title_are_told_apart() {
        let sections = |titles: &[&str]| -> Vec<(usize, String)> {
            titles.iter().enumerate().map(|(line, title)| (line, (*title).to_owned())).collect()
        };
        let found = places(&sections(&["Usage", "usage!", "Usage 2", "Top", "?", "!"]));
        assert_eq!(found, ["usage", "usage~2", "usage-2", "top~1", "untitled", "untitled~2"]);
    }

    #[test]
    fn numbered_titles_are_sections_where_no_heading_is() {
        let document =
            Document::from_text("a.txt", Format::Text, "Intro\n1\nWhat is a list?\ncode\nQ2:\n\nWhy?\n");
        let sections = sections(&document, &|_| false);
        assert_eq!(sections, [(3, "What is a list?".to_owned()), (7, "Why?".to_owned())]);
        assert_eq!(slug("What's a list? Easy!"), "what-s-a-list-easy");
    }
}
