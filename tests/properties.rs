//! What holds for every document, tried on documents made of random pieces: the lines of an example
//! reproduce its code, examples do not overlap, nothing panics, and time grows with length alone.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;
use rustix::time::{ClockId, clock_gettime};
use truedoc::document::{self, Document, Format, repaired};
use truedoc::example::{Example, Extraction, Form, extract};

const FORMATS: [Format; 7] = [
    Format::Markdown,
    Format::Rst,
    Format::Asciidoc,
    Format::Text,
    Format::Notebook,
    Format::Html,
    Format::Python,
];

/// What people write, whole and broken off, each ending as it may end in a file.
const PIECES: &[&str] = &[
    "# Heading\n",
    "### shapes.py\n\n",
    "Title\n=====\n\n",
    "Some prose with `len(\"x\") == 1` and `sorted([2, 1])` in it.\n",
    "We use two tables:\n\nusers(id, name)\nposts(id, title)\n",
    "| a | b |\n|---|---|\n| `f(1)` | 2 |\n",
    "```python\na = [1]\nprint(a)  # [1]\n```\n",
    "```python\nif a:\n",
    "    b = 2\n\n      c = 3\n",
    "```\n",
    "```text\n[1]\n```\n",
    "~~~py\nx = f(1)\n~~~\n",
    "~~~\n",
    "````python\ns = '''\n```\n'''\n````\n",
    "- item\n  ```python\n  d = {}\n\n  d['x'] = 1\n  ```\n",
    "1. one\n\n   ~~~python\n   for i in d:\n\tprint(i)\n   ~~~\n",
    "> ```python\n> q = 1\n>\n> print(q)\n> ```\n",
    "> quoted prose\n",
    "````{note}\n```{code-block} python\n:linenos:\n\ny = 1\n```\n````\n",
    "```{eval-rst}\n.. code-block:: python\n\n    z = f(2)\n```\n",
    ":::{code-block} python\nw = 1\n:::\n",
    "=== \"tab\"\n\n    ```python\n    t = 1\n    ```\n",
    ">>> 1 + 1\n2\n",
    "  >>> for i in range(2):\n  ...     print(i)\n  0\n  1\n",
    ">>> f(\n        1,\n    )\n1\n",
    ">>>\n",
    "import os\n\nprint(os.sep)\n",
    "def f(x):\n\treturn x\n\nf(1)  # 1\n",
    "try:\n    a()\n# otherwise\nexcept ValueError as e:\n    raise\n",
    "class A:\n",
    "x = (\n",
    "s = '''open\n",
    "print(1)\n\nOutput:\n\n1\n",
    "[project]\nname = \"x\"\n",
    "print(\u{a0}1)\u{a0}\n",
    "\u{c}\n",
    "\u{feff}",
    "\u{200b}x = 1\n",
    "caf\u{e9} \u{201c}quoted\u{201d} \u{2014} text\n",
    "\tindented = f(1)\n",
    "<!-- skip: next -->\n",
    "<pre>x = 1</pre>\n",
    "\r\n",
    "\n",
    "\n\n",
    "   \n",
    "no end of line",
];

/// Documents of random pieces with one kind of line end.
fn text() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..20);
    (pieces, prop::sample::select(&["\n", "\r\n", "\r"][..]))
        .prop_map(|(pieces, end)| pieces.concat().replace("\r\n", "\n").replace('\n', end))
}

/// Whether a line of the document holds exactly this line of code, markup around it aside.
fn shows(document: &Document, example: &Example, line: usize, code: &str) -> bool {
    let repaired = repaired(document.line(line));
    let (shown, code) = (repaired.trim(), code.trim());
    let without_quote = shown.trim_start_matches(['>', ' ']);
    let without_prompt = without_quote.strip_prefix("...").unwrap_or(without_quote);
    match (example.form, &example.session) {
        (Form::Inline, _) => shown.contains(code),
        (_, Some(_)) => [shown, without_quote, without_prompt].iter().any(|shown| shown.trim() == code),
        _ => shown == code || without_quote == code.trim_start_matches(['>', ' ']),
    }
}

fn check_lines(document: &Document, example: &Example) -> Result<(), TestCaseError> {
    let codes: Vec<&str> = example.code.split_terminator('\n').collect();
    prop_assert_eq!(codes.len(), example.lines.len(), "{:?}", example);
    for (code, &line) in codes.iter().zip(&example.lines) {
        prop_assert!((example.start_line..=example.end_line).contains(&line), "{example:?}");
        prop_assert!(shows(document, example, line, code), "{line}: {example:?}");
    }
    Ok(())
}

fn check_apart(extraction: &Extraction) -> Result<(), TestCaseError> {
    let blocks = || extraction.examples.iter().filter(|example| example.form != Form::Inline);
    for (above, below) in blocks().zip(blocks().skip(1)) {
        prop_assert!(above.end_line < below.start_line, "{above:?} {below:?}");
    }
    for span in extraction.examples.iter().filter(|example| example.form == Form::Inline) {
        let within = blocks().find(|block| (block.start_line..=block.end_line).contains(&span.start_line));
        prop_assert!(within.is_none(), "{span:?} {within:?}");
    }
    let ids: BTreeSet<&str> = extraction.examples.iter().map(|example| example.id.as_str()).collect();
    prop_assert_eq!(ids.len(), extraction.examples.len());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_reproduce_the_code_and_examples_stand_apart(text in text(), markdown in any::<bool>()) {
        let format = if markdown { Format::Markdown } else { Format::Text };
        let document = Document::from_text("x", format, &text);
        let extraction = extract(&document);
        for example in &extraction.examples {
            check_lines(&document, example)?;
        }
        check_apart(&extraction)?;
    }

    #[test]
    fn any_pieces_are_read_in_any_format(text in text(), format in prop::sample::select(&FORMATS[..])) {
        extract(&Document::from_text("x", format, &text));
    }

    #[test]
    fn any_string_is_read(text in "(\\PC|[ \t\r\n`~>#.:|'\"\\\\(<&;{}]|>>> |::\n){0,120}", format in prop::sample::select(&FORMATS[..])) {
        extract(&Document::from_text("x", format, &text));
    }

    #[test]
    fn any_cells_are_read(source in "(\\PC|[\n%!?\"\\\\]|\\\\ud800){0,60}", close in any::<bool>()) {
        let end = if close { "\"}]}" } else { "" };
        let text = format!("{{\"cells\": [{{\"cell_type\": \"code\", \"source\": \"{source}{end}");
        extract(&Document::from_text("x.ipynb", Format::Notebook, &text));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        piece in prop::sample::select(PIECES),
        name in prop::sample::select(&["x.md", "x.rst", "x.adoc", "x.txt", "x.ipynb", "x.html", "x.py"][..]),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        for content in [bytes.clone(), [piece.as_bytes(), &bytes].concat()] {
            std::fs::write(&path, content).expect("written");
            if let Ok(document) = document::read(&path) {
                extract(&document);
            }
        }
    }
}

/// The least processor time of three readings of a text, whatever else the machine does.
fn time(format: Format, text: &str) -> Duration {
    let document = Document::from_text("x", format, text);
    let once = || {
        let start = processor_time();
        extract(&document);
        processor_time() - start
    };
    (0..3).map(|_| once()).min().expect("three")
}

fn processor_time() -> Duration {
    // `getrusage` counts in ticks of several milliseconds on some kernels.
    let spent = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(spent.tv_sec as u64, spent.tv_nsec as u32)
}

/// Four times the text takes about four times as long; twice that is still far from the sixteen of
/// anything quadratic.
#[track_caller]
fn assert_linear(format: Format, unit: &str, repeated: usize) {
    let once = time(format, &unit.repeat(repeated));
    let four = time(format, &unit.repeat(repeated * 4));
    assert!(
        four < once * 8 + Duration::from_millis(20),
        "{format:?}: {once:?}, then {four:?} for four times as much of {:?}",
        unit.chars().take(60).collect::<String>()
    );
}

#[test]
fn time_grows_with_length_alone() {
    let unit: String = PIECES.iter().filter(|piece| piece.ends_with('\n')).copied().collect();
    for format in FORMATS {
        assert_linear(format, &unit, 60);
    }
}

#[test]
fn names_do_not_add_up() {
    let blocks = |count: usize, open: &str, close: &str| -> String {
        (0..count).map(|at| format!("T{at}{open}    n{at} = f({at})\n    print(n{at})\n{close}\n")).collect()
    };
    for (format, open, close) in [(Format::Markdown, "\n\n```\n", "```\n"), (Format::Rst, "::\n\n", "")] {
        let once = time(format, &blocks(800, open, close));
        let four = time(format, &blocks(3200, open, close));
        assert!(four < once * 8 + Duration::from_millis(20), "{format:?}: {once:?}, then {four:?}");
    }
}

#[test]
fn no_single_shape_takes_more_than_its_length() {
    for unit in [
        "@a\n",
        "x = (\n",
        "if x:\n",
        "# note\n\n",
        "> ",
        "`f(1)` ",
        ">>> f(\n",
        ":::{note}\n",
        "\n",
        "s = '''\n",
    ] {
        for format in [Format::Markdown, Format::Text, Format::Rst] {
            assert_linear(format, unit, 2000);
        }
    }
    let deeper: String = (0..200).map(|depth| format!("{}x::\n", " ".repeat(depth))).collect();
    assert_linear(Format::Text, &deeper, 2);
    assert_linear(Format::Rst, &deeper, 2);
}
