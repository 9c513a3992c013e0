//! Lays the marks of comments on the examples they are about.

use super::comment::Scope;
use super::scan::Directive;
use super::{Mark, Meaning};
use crate::document::Note;
use crate::example::block::Block;
use crate::example::{Example, Form};

/// Gives every example (in the order of their lines) the marks of the comments about it. `blocks`
/// are all blocks of the document, whatever language they name. What comes back are notes on
/// comments that are about nothing.
pub fn attach(directives: &[Directive], examples: &mut [Example], blocks: &[Block]) -> Vec<Note> {
    let mut notes = Vec::new();
    for (index, directive) in directives.iter().enumerate() {
        let targets = targets(directive, &directives[index + 1..], examples, blocks);
        let mark = match (&directive.mark.meaning, directive.scope) {
            (Meaning::Skip(why), Scope::Start | Scope::Document) if why.is_empty() => Mark {
                meaning: Meaning::Skip(format!("`{}`", directive.mark.words)),
                ..directive.mark.clone()
            },
            _ => directive.mark.clone(),
        };
        if targets.is_empty() && directive.scope == Scope::Next {
            let message = format!("`{}` is about nothing: no example follows it", directive.mark.words);
            notes.push(Note { line: directive.mark.line, message });
        }
        for target in targets {
            examples[target].marks.push(mark.clone());
        }
    }
    for example in examples {
        example.marks.sort_by_key(|mark| mark.line);
    }
    notes
}

/// Indices of the examples that a comment is about.
fn targets(directive: &Directive, later: &[Directive], examples: &[Example], blocks: &[Block]) -> Vec<usize> {
    let is_block = |example: &Example| example.form != Form::Inline;
    let next = |line: usize| {
        let behind = examples.iter().enumerate().filter(|(_, example)| is_block(example));
        behind.map(|(index, example)| (index, example.start_line)).find(|(_, start)| *start > line)
    };
    let only = |found: Option<usize>| found.into_iter().collect();
    match directive.scope {
        Scope::Next => only(next(directive.end_line).map(|(index, _)| index)),
        Scope::Below => only(below(directive.end_line, examples, blocks)),
        Scope::AfterBelow => {
            let below = below(directive.end_line, examples, blocks);
            only(below.and_then(|index| next(examples[index].end_line)).map(|(index, _)| index))
        }
        Scope::Above => only(
            examples.iter().rposition(|example| is_block(example) && example.end_line < directive.mark.line),
        ),
        Scope::Document => (0..examples.len()).collect(),
        Scope::Start => {
            let end = later.iter().find(|later| later.scope == Scope::End);
            let end = end.map_or(usize::MAX, |end| end.mark.line);
            let within = |example: &Example| (directive.end_line..end).contains(&example.start_line);
            (0..examples.len()).filter(|&index| within(&examples[index])).collect()
        }
        Scope::End => Vec::new(),
    }
}

/// The example that is the next block, or that stands before the next block.
fn below(line: usize, examples: &[Example], blocks: &[Block]) -> Option<usize> {
    let example = examples
        .iter()
        .enumerate()
        .find(|(_, example)| example.form != Form::Inline && example.start_line > line);
    let (index, example) = example?;
    let block = blocks.iter().find(|block| block.start_line > line);
    block.is_none_or(|block| block.end_line >= example.start_line).then_some(index)
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
