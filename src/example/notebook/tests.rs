use proptest::prelude::*;

use super::*;
use crate::example::{Example, Extraction, extract};

fn extracted(text: &str) -> Extraction {
    extract(&Document::from_text("book.ipynb", Format::Notebook, text))
}

/// A notebook as Jupyter writes it: one line for each string.
const BOOK: &str = r##"{
 "cells": [
  {
   "cell_type": "markdown",
   "metadata": {},
   "source": [
    "# Lists\n",
    "Try `len([1, 2])`, then:\n",
    "```python\n",
    "a = 1\n",
    "b = a\n",
    "```\n",
    "Output:\n",
    "```\n",
    "nothing\n",
    "```"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 1,
   "metadata": {},
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "1\n",
      "2\n"
     ]
    },
    {
     "data": {"image/png": "iVBO", "text/plain": ["<Figure>"]},
     "output_type": "display_data"
    },
    {
     "data": {
      "text/html": ["<b>3</b>"],
      "text/plain": [
       "3"
      ]
     },
     "execution_count": 1,
     "output_type": "execute_result"
    }
   ],
   "source": [
    "%matplotlib inline\n",
    "print(1)\n",
    "print(2)\n",
    "1 + 2"
   ]
  },
  {
   "cell_type": "code",
   "outputs": [{"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division by zero"}],
   "source": "x = 1\n1 / 0"
  },
  {
   "cell_type": "code",
   "outputs": [],
   "source": [
    "%%bash\n",
    "ls"
   ]
  }
 ],
 "metadata": {"language_info": {"name": "python"}},
 "nbformat": 4,
 "nbformat_minor": 5
}
"##;

#[test]
fn cells_stand_on_the_lines_of_the_file() {
    let Extraction { examples, rejections, .. } = extracted(BOOK);
    let places: Vec<(Form, usize, usize)> =
        examples.iter().map(|example| (example.form, example.start_line, example.end_line)).collect();
    assert_eq!(
        places,
        [(Form::Inline, 8, 8), (Form::Fenced, 10, 11), (Form::Cell, 48, 51), (Form::Cell, 57, 57)]
    );
    assert_eq!(examples[1].output.as_ref().unwrap().line, 15);
    assert_eq!(examples[2].code, "pass\nprint(1)\nprint(2)\n1 + 2\n");
    assert_eq!(examples[2].lines, [48, 49, 50, 51]);
    assert_eq!(examples[3].lines, [57, 57]);
    assert!(examples.iter().all(|example| example.section.as_deref() == Some("Lists")));
    assert_eq!((rejections[0].start_line, rejections[0].end_line), (63, 64));
    assert_eq!(rejections[0].reason, "it is a `%%bash` cell, which is no Python");
}

#[test]
fn what_is_stored_of_a_cell_goes_with_it() {
    let examples = extracted(BOOK).examples;
    let output = examples[2].output.as_ref().unwrap();
    assert_eq!((output.line, output.text.as_str(), output.label.as_str()), (28, "1\n2\n", STORED));
    assert_eq!(examples[2].stored, [Stored::Value { line: 40, text: "3".to_owned() }]);
    assert_eq!(examples[2].notes, ["line 48: `%matplotlib inline` is for IPython and was left out"]);
    let (line, name, message) = (56, "ZeroDivisionError".to_owned(), "division by zero".to_owned());
    assert_eq!(examples[3].stored, [Stored::Error { line, name, message }]);
}

#[test]
fn commands_that_print_leave_the_stored_output_uncompared() {
    let examples = extracted(
        r#"{"cells": [{"cell_type": "code", "source": "%time x = 1", "outputs":
        [{"output_type": "stream", "name": "stdout", "text": "CPU times: 3 us"}]}]}"#,
    )
    .examples;
    assert_eq!((examples[0].code.as_str(), &examples[0].output), ("x = 1\n", &None));
    assert_eq!(examples[0].notes.len(), 2);
}

#[test]
fn one_line_holds_a_compact_notebook() {
    let compact = serde_json::to_string(&serde_json::from_str::<serde_json::Value>(BOOK).unwrap()).unwrap();
    let examples = extracted(&compact).examples;
    assert_eq!(examples.len(), 4);
    assert!(examples.iter().all(|example| example.lines.iter().all(|&line| line == 1)));
}

#[test]
fn the_third_format_and_other_kernels() {
    let third = r#"{"nbformat": 3, "worksheets": [{"cells": [
{"cell_type": "heading", "level": 1, "source": ["Old"]},
{"cell_type": "code", "language": "python", "input": ["1 + 1"],
"outputs": [{"output_type": "pyout", "text": ["2"]}]}]}]}"#;
    let Extraction { examples, .. } = extracted(third);
    assert_eq!((examples[0].start_line, examples[0].section.as_deref()), (3, Some("Old")));
    assert_eq!(examples[0].stored, [Stored::Value { line: 4, text: "2".to_owned() }]);
    let other = r#"{"metadata": {"kernelspec": {"language": "R"}}, "cells":
[{"cell_type": "code", "source": "x <- 1", "outputs": []}]}"#;
    assert_eq!(extracted(other).rejections[0].reason, "the notebook's kernel is for R");
}

#[test]
fn damaged_notebooks_say_what_is_wrong() {
    let Extraction { examples, rejections, .. } = extracted("{\"cells\": [\n");
    assert!(examples.is_empty());
    assert!(rejections[0].reason.starts_with("it is no notebook: EOF while parsing"), "{rejections:?}");
    let lone =
        r#"{"cells": [{"cell_type": "code", "source": "s = '\ud800'\nt = '\ud83d\ude00'", "outputs": []}]}"#;
    assert_eq!(extracted(lone).examples[0].code, "s = '\u{fffd}'\nt = '😀'\n");
    let odd = r#"{"cells": [{"cell_type": "code", "source": 5, "outputs": 7},
{"cell_type": "code", "source": "x = 1", "outputs": [3, {"output_type": "stream"}, {"output_type": "error"}]},
{"cell_type": "code", "source": null}], "metadata": 3}"#;
    assert_eq!(extracted(odd).examples.len(), 1);
}

/// A notebook of these cells, one string to a line.
fn book(cells: &[Vec<String>]) -> String {
    let cell = |lines: &Vec<String>| {
        let last = lines.len() - 1;
        let ended =
            lines.iter().enumerate().map(|(index, line)| line.clone() + if index < last { "\n" } else { "" });
        serde_json::json!({"cell_type": "code", "outputs": [], "source": ended.collect::<Vec<_>>()})
    };
    let cells: Vec<_> = cells.iter().map(cell).collect();
    serde_json::to_string_pretty(&serde_json::json!({"cells": cells})).unwrap()
}

/// Whether every line of the code stands on the line of the document that it is said to.
fn is_reproduced(document: &str, example: &Example) -> bool {
    let lines: Vec<&str> = document.lines().collect();
    example.code.lines().zip(&example.lines).all(|(code, &line)| {
        let quoted = serde_json::to_string(code).unwrap();
        lines[line - 1].contains(quoted.trim_matches('"'))
    })
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,300}") {
        extracted(&text);
    }

    #[test]
    fn any_json_is_read_without_panic(
        source in "[\"\\[\\]{}:,a-z0-9\\\\nu\n ]{0,80}",
        outputs in "[\"\\[\\]{}:,a-z0-9\\\\ ]{0,80}",
    ) {
        extracted(&format!(r#"{{"cells": [{{"cell_type": "code", "source": {source}, "outputs": {outputs}}}]}}"#));
        let quoted = serde_json::Value::from(source.as_str());
        extracted(&format!(r#"{{"cells": [{{"cell_type": "code", "source": {quoted}}}, {{"cell_type": "markdown", "source": {quoted}}}]}}"#));
    }

    #[test]
    fn lines_reproduce_the_code(
        cells in prop::collection::vec(prop::collection::vec("[a-z]{1,4} = ['\"a-zé]{0,6}", 1..5), 1..5)
    ) {
        let document = book(&cells);
        let Extraction { examples, .. } = extracted(&document);
        prop_assert_eq!(examples.len(), cells.len());
        for example in &examples {
            prop_assert!(is_reproduced(&document, example), "{:?}\n{}", example, document);
        }
    }
}
