use proptest::prelude::*;

use super::*;
use crate::document::Format;
use crate::example::{Extraction, Form, extract, stands_in_document};

fn extracted(text: &str) -> Extraction {
    extract(&Document::from_text("src/tools.py", Format::Python, text))
}

const FILE: &str = r#"# >>> a comment is no docstring
"""The module.

>>> twice(2)
4
"""
s = """
>>> a string is none
"""

class Box:
    '''A box.

    Some text::

        box = Box()
        box.open()

    Text.

    .. code-block:: python
       :caption: x

       box = Box()

       box.close()

    .. code-block:: bash

       ls
    '''

    def open(self):
        r"""Opens it.

            >>> print("a\nb")
            a
            b

        And then

            >>> Box().open()
            True

        ```python
        Box()
        ```
        Output:
        ```
        nothing
        ```
        """
        def inner():
            ">>> 1\n2"
"#;

#[test]
fn docstrings_of_all_objects_are_read() {
    let Extraction { examples, rejections, .. } = extracted(FILE);
    let places: Vec<(Option<&str>, usize, usize)> = examples
        .iter()
        .map(|example| (example.section.as_deref(), example.start_line, example.end_line))
        .collect();
    assert_eq!(
        places,
        [
            (None, 4, 5),
            (Some("Box"), 16, 17),
            (Some("Box"), 24, 26),
            (Some("Box.open"), 36, 43),
            (Some("Box.open"), 46, 46),
            (Some("Box.open.inner"), 54, 54),
        ]
    );
    assert!(examples.iter().all(|example| example.form == Form::Docstring));
    assert_eq!(rejections.len(), 1);
    assert_eq!((rejections[0].start_line, rejections[0].reason.as_str()), (28, "it names another language"));
    assert_eq!(examples[1].code, "box = Box()\nbox.open()\n");
    assert_eq!(examples[2].lines, [24, 25, 26]);
    assert_eq!(examples[4].output.as_ref().unwrap().line, 50);
}

#[test]
fn the_prompts_of_a_docstring_are_one_session() {
    let examples = extracted(FILE).examples;
    let session = examples[3].session.as_ref().unwrap();
    assert_eq!(examples[3].code, "print(\"a\\nb\")\nBox().open()\n");
    assert_eq!(examples[3].lines, [36, 42]);
    assert_eq!(session[0].expected, Some((37, "a\nb\n".to_owned())));
    assert_eq!(session[1].expected, Some((43, "True\n".to_owned())));
}

#[test]
fn an_example_runs_in_its_module() {
    let module = |path: &str| {
        let document = Document::from_text(path, Format::Python, "'>>> 1'");
        extract(&document).examples[0].module.as_ref().map(|module| module.name.clone())
    };
    assert_eq!(module("src/tools.py").as_deref(), Some("tools"));
    assert_eq!(module("src/pack/__init__.py").as_deref(), Some("pack"));
    assert_eq!(module("src/tools.pyi"), None);
}

#[test]
fn escapes_give_the_value_and_what_breaks_a_line_is_noted() {
    let file = "def f():\n    '''\\\n    Title\n\n    >>> print('a\\\\tb')\n    a\tb\n    >>> print('a\\nb')\n    '''\n";
    let example = &extracted(file).examples[0];
    assert_eq!(example.code, "print('a\\tb')\nprint('a\\nb')\n");
    assert_eq!(example.lines, [5, 7]);
    assert_eq!(example.notes, ["line 7 is read as it is written: its escapes change the lines"]);
}

#[test]
fn prompts_in_fences_and_literal_blocks_join_the_session() {
    let file = "'''\n```\n>>> x = 1\n>>> x\n1\n```\nThen::\n\n    >>> x + 1\n    2\n'''\n";
    let Extraction { examples, rejections, .. } = extracted(file);
    assert_eq!((examples.len(), rejections.len()), (1, 0));
    assert_eq!(examples[0].lines, [3, 4, 9]);
    assert_eq!(examples[0].session.as_ref().unwrap()[1].expected, Some((5, "1\n".to_owned())));
}

#[test]
fn files_that_do_not_parse_are_read_all_the_same() {
    let examples = extracted("def f(:\n    '''\n    >>> 1\n    1\n    '''\nclass\n").examples;
    assert_eq!(examples.len(), 1);
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,300}") {
        extracted(&text);
    }

    #[test]
    fn any_docstring_is_read_without_panic(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "\n", "    ", "\t", ">>> ", "... ", "x = 1", "```", "~~~", "::", ".. code-block:: py", "\\", "\\n",
                "\\x4", "\\N{", "é", "'", "1", ":a:", "Output:",
            ]),
            0..60,
        ),
        prefix in prop::sample::select(vec!["", "r", "u", "R"]),
    ) {
        let text = format!("class A:\n  def f():\n    {prefix}'''{}'''\n", parts.concat());
        let lines = text.lines().count();
        for example in extracted(&text).examples {
            prop_assert!(example.lines.iter().all(|&line| (1..=lines).contains(&line)));
        }
    }

    #[test]
    fn lines_reproduce_the_code(
        docstrings in prop::collection::vec(prop::collection::vec("[a-z]{1,4} = [a-z]{1,5}", 1..5), 1..5)
    ) {
        let document: String = docstrings
            .iter()
            .enumerate()
            .map(|(number, lines)| {
                let prompts: String = lines.iter().map(|line| format!("    >>> {line}\n")).collect();
                format!("def f{number}():\n    '''Text.\n\n{prompts}    '''\n")
            })
            .collect();
        let Extraction { examples, .. } = extracted(&document);
        prop_assert_eq!(examples.len(), docstrings.len());
        for example in &examples {
            prop_assert!(stands_in_document(&document, example), "{:?}\n{}", example, document);
        }
    }
}
