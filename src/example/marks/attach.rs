//! Lays the marks of comments on the examples they are about.

use std::ops::Range;

use super::Mark;
use super::comment::Scope;
use super::scan::Directive;
use crate::document::Note;
use crate::example::block::Block;
use crate::example::{Example, Form};

/// Gives every example (in the order of their lines) the marks of the comments about it. `blocks`
/// are all blocks of the document, whatever language they name. What comes back are notes on
/// comments that are about nothing.
pub fn attach(directives: &[Directive], examples: &mut [Example], blocks: &[Block]) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut whole: Option<&Mark> = None;
    for (index, directive) in directives.iter().enumerate() {
        // Saying it once for the document is enough.
        if directive.scope == Scope::Document && whole.replace(&directive.mark).is_some() {
            continue;
        }
        let targets = targets(directive, &directives[index + 1..], examples, blocks);
        if targets.is_empty() && directive.scope == Scope::Next {
            let message = format!("`{}` is about nothing: no example follows it", directive.mark.words);
            notes.push(Note { line: directive.mark.line, message });
        }
        for example in &mut examples[targets] {
            let takes = example.form != Form::Inline || directive.scope.is_region();
            if takes {
                example.marks.push(directive.mark.clone());
            }
        }
    }
    for example in examples {
        example.marks.sort_by_key(|mark| mark.line);
    }
    notes
}

/// The range of examples that a comment is about.
fn targets(
    directive: &Directive,
    later: &[Directive],
    examples: &[Example],
    blocks: &[Block],
) -> Range<usize> {
    let only = |found: Option<usize>| found.map_or(0..0, |index| index..index + 1);
    let behind = |line: usize| examples.partition_point(|example| example.start_line <= line);
    match directive.scope {
        Scope::Next => only(next(directive.end_line, examples)),
        Scope::Below => only(below(directive.end_line, examples, blocks)),
        Scope::AfterBelow => {
            let below = below(directive.end_line, examples, blocks);
            only(below.and_then(|index| next(examples[index].end_line, examples)))
        }
        Scope::Above => {
            let above = &examples[..behind(directive.mark.line)];
            only(above.iter().rposition(|example| example.form != Form::Inline))
        }
        Scope::Document => 0..examples.len(),
        Scope::Start => {
            // A second start goes on where the first one ends.
            let end = later.iter().find(|later| later.scope.is_region());
            behind(directive.end_line)..end.map_or(examples.len(), |end| behind(end.mark.line))
        }
        Scope::End => 0..0,
    }
}

/// The first example behind a line that is no inline code.
fn next(line: usize, examples: &[Example]) -> Option<usize> {
    let from = examples.partition_point(|example| example.start_line <= line);
    examples[from..].iter().position(|example| example.form != Form::Inline).map(|index| from + index)
}

/// The example that is the next block, or that stands before the next block.
fn below(line: usize, examples: &[Example], blocks: &[Block]) -> Option<usize> {
    let index = next(line, examples)?;
    let block = blocks.get(blocks.partition_point(|block| block.start_line <= line));
    block.is_none_or(|block| block.end_line >= examples[index].start_line).then_some(index)
}

#[cfg(test)]
mod tests {
    use crate::document::{Document, Format};
    use crate::example::extract;

    /// Numbers of the examples (from 1) with the meanings of their marks.
    fn marked(text: &str) -> Vec<(usize, &'static str)> {
        let found = extract(&Document::from_text("a.md", Format::Markdown, text));
        let numbered = found.examples.iter().enumerate();
        numbered
            .flat_map(|(index, example)| {
                example.marks.iter().map(move |mark| (index + 1, mark.meaning.name()))
            })
            .collect()
    }

    fn blocks(above: [&str; 4]) -> String {
        above.iter().map(|comment| format!("{comment}\n\n```python\nx = 1\n```\n\n")).collect()
    }

    #[test]
    fn each_scope_reaches_its_examples() {
        for (comments, expected) in [
            (["", "<!-- skip: next -->", "", ""], vec![(2, "skip")]),
            (["", "<!-- skip: start -->", "", "<!-- skip: end -->"], vec![(2, "skip"), (3, "skip")]),
            (["", "", "<!-- skip: start -->", ""], vec![(3, "skip"), (4, "skip")]),
            (["", "<!--pytest-codeblocks:cont-->", "", ""], vec![(2, "continues")]),
            (["", "<!--phmdoctest-clear-names-->", "", ""], vec![(3, "clear-names")]),
            (["", "", "", "<!-- truedoc: output -->"], vec![(3, "output")]),
            (["<!-- truedoc: skip-file -->", "", "", ""], (1..=4).map(|number| (number, "skip")).collect()),
        ] {
            assert_eq!(marked(&blocks(comments)), expected, "{comments:?}");
        }
    }

    #[test]
    fn a_mark_of_the_block_below_does_not_reach_past_it() {
        let shell = "```bash\nls\n```\n\n```python\nx = 1\n```\n";
        assert_eq!(marked(&format!("<!--pytest.mark.skip-->\n{shell}")), []);
        assert_eq!(marked(&format!("<!-- skip: next -->\n{shell}")), [(1, "skip")]);
    }

    #[test]
    fn hidden_code_is_an_example_and_plain_code_can_be_marked() {
        assert_eq!(marked("<!-- invisible-code-block: python\nx = 1\n-->\n"), [(1, "hidden")]);
        let text = "Text.\n\n<!-- skip: next -->\n\nimport os\nprint(os.name)\n";
        assert_eq!(marked(text), [(1, "skip")]);
    }

    #[test]
    fn a_comment_about_nothing_is_noted() {
        let found = extract(&Document::from_text("a.md", Format::Markdown, "<!-- skip: next -->\n"));
        assert_eq!(found.notes[0].line, 1);
        assert!(found.notes[0].message.contains("no example follows"));
    }
}
