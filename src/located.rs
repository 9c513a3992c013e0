//! Errors in files that a user wrote: settings and expectations. Each shows the line, the place
//! in it and how to mend it.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// An error at a place of a file.
#[derive(Debug)]
pub struct Located {
    /// The file as shown to the user.
    pub path: String,
    /// Its text.
    pub source: String,
    /// The bytes of the text that it is about.
    pub span: Range<usize>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
}

impl Located {
    /// An error without advice.
    pub fn new(path: &str, source: &str, span: Range<usize>, message: impl Into<String>) -> Located {
        Located {
            path: path.to_owned(),
            source: source.to_owned(),
            span: whole_characters(source, span),
            message: message.into(),
            help: None,
        }
    }

    /// The same with a line that says how to mend it.
    pub fn with_help(self, help: impl Into<String>) -> Located {
        Located { help: Some(help.into()), ..self }
    }

    /// Line (1-based) of the place.
    pub fn line(&self) -> usize {
        line_of(&self.source, self.span.start)
    }
}

impl std::error::Error for Located {}

impl fmt::Display for Located {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let annotation = AnnotationKind::Primary.span(self.span.clone());
        let snippet = Snippet::source(&self.source).path(&self.path).annotation(annotation);
        let title = Level::ERROR.no_name().primary_title(&self.message);
        let mut group = title.element(snippet);
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help));
        }
        formatter.write_str(&Renderer::plain().render(&[group]))
    }
}

/// Line (1-based) of a byte of a text.
pub fn line_of(text: &str, byte: usize) -> usize {
    1 + text.as_bytes()[..byte.min(text.len())].iter().filter(|&&byte| byte == b'\n').count()
}

/// The nearest of some known words, if one is near enough to be meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + word.len().max(candidate.len()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Advice for an unknown key: the nearest known one, or all of them.
pub fn advice_for_key(key: &str, known: &[&str]) -> String {
    match nearest(key, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known keys are `{}`", known.join("`, `")),
    }
}

/// A span that lies within the text and on character boundaries, as the renderer requires.
fn whole_characters(text: &str, span: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let end = text.ceil_char_boundary(span.end.clamp(start, text.len()));
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_shown_with_its_advice() {
        let error =
            Located::new("truedoc.toml", "jobs = 2\ntiemout = \"1s\"\n", 9..16, "unknown key `tiemout`")
                .with_help("did you mean `timeout`?");
        assert_eq!(error.line(), 2);
        insta::assert_snapshot!(error);
    }

    #[test]
    fn odd_spans_do_no_harm() {
        for span in [0..0, 5..90, 1..2, 3..3] {
            assert!(Located::new("a", "é\n", span, "wrong").to_string().contains("wrong"));
        }
        assert!(Located::new("a", "", 0..0, "wrong").to_string().contains("wrong"));
    }

    #[test]
    fn only_near_words_are_suggested() {
        assert_eq!(nearest("tiemout", ["jobs", "timeout"]), Some("timeout"));
        assert_eq!(nearest("colour", ["jobs", "timeout"]), None);
        assert!(advice_for_key("x", &["jobs"]).contains("known keys"));
    }
}
