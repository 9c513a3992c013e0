use proptest::prelude::*;

use super::*;
use crate::document::Format;
use crate::example::{Extraction, extract, reproduces_document};

fn extracted(text: &str) -> Extraction {
    extract(&Document::from_text("x.adoc", Format::Asciidoc, text))
}

#[track_caller]
fn check(text: &str, expected: &[(&[usize], &str)]) {
    let examples = extracted(text).examples.into_iter().filter(|example| example.form != Form::Inline);
    let found: Vec<_> = examples.map(|example| (example.lines, example.code)).collect();
    let expected: Vec<_> =
        expected.iter().map(|(lines, code)| (lines.to_vec(), (*code).to_owned())).collect();
    assert_eq!(found, expected);
}

#[test]
fn source_blocks_between_delimiters_of_every_kind() {
    check(
        "[source,python]\n----\na = 1\n\nb\n----\n\n[source, python, linenums]\n....\nc = 1\n....\n\n\
         [,python]\n------\n----\n------\n\n```python\nd = 1\n```\n\n[source%linenums#id,language=python]\n--\ne = 1\n--\n",
        &[
            (&[3, 4, 5], "a = 1\n\nb\n"),
            (&[10], "c = 1\n"),
            (&[15], "----\n"),
            (&[19], "d = 1\n"),
            (&[24], "e = 1\n"),
        ],
    );
}

#[test]
fn a_source_block_without_delimiters_ends_at_a_blank_line() {
    check("[source,python]\na = 1\nb\n\nText\n", &[(&[2, 3], "a = 1\nb\n")]);
    check("* item\n+\n[source,python]\na = 1\n+\nText\n", &[(&[4], "a = 1\n")]);
    check("[NOTE]\nSee f(1)\n\n[[x = 1]]\n[source,ruby]\nx = f(1)\ny = x\n", &[]);
}

#[test]
fn callouts_are_taken_off_the_code() {
    check(
        "[source,python]\n----\na = 1 # <1>\nb = 2  # 2 <2>\nc = 3 <.> <3>\nd = a <1>\ne = '<1>'\nf = g<1>\n----\n<1> One\n",
        &[(&[3, 4, 5, 6, 7, 8], "a = 1\nb = 2  # 2\nc = 3\nd = a\ne = '<1>'\nf = g<1>\n")],
    );
}

#[test]
fn a_title_names_the_file_or_announces_output() {
    let text = ".src/calc.py\n[source,python]\n----\nprint(1)\n----\n\n.Output\n----\n1\n----\n\n\
                [source,python]\n.Second\n----\nprint(2)\n----\n\n....\n2\n....\n";
    let examples = extracted(text).examples;
    assert_eq!(examples[0].file.as_deref(), Some("calc.py"));
    let outputs: Vec<_> = examples.iter().map(|example| example.output.clone().unwrap()).collect();
    assert_eq!((outputs[0].line, outputs[0].text.as_str(), outputs[0].label.as_str()), (9, "1\n", ".Output"));
    assert_eq!((outputs[1].line, outputs[1].label.as_str()), (19, ""));
}

#[test]
fn listings_are_read_as_python_if_they_are() {
    check("----\nx = f(1)\ny = x\n----\n\n----\n$ ls\n----\n", &[(&[2, 3], "x = f(1)\ny = x\n")]);
    check(":source-language: python\n\n[source]\n----\nx\n----\n", &[(&[5], "x\n")]);
    check("[source,pycon]\n----\n>>> 1\n1\n----\n", &[(&[3], "1\n")]);
}

#[test]
fn comments_passthroughs_and_titles_hold_no_code() {
    check("////\nx = f(1)\ny = x\n////\n\n++++\nx = f(1)\ny = x\n++++\n", &[]);
    check("Words\n-----\n\nText\n\n====\n[source,python]\n----\na = 1\n----\n====\n", &[(&[9], "a = 1\n")]);
    let examples = extracted("= Top\n\n== Lists\n\n[source,python]\n----\na = 1\n").examples;
    assert_eq!((examples[0].id.as_str(), examples[0].end_line), ("x/lists#1", 7));
}

const PIECES: &[&str] = &[
    "[source,python]\n",
    "[source, python, linenums]\n",
    "[,python]\n",
    "[source]\n",
    "[NOTE]\n",
    "----\n",
    "-----\n",
    "....\n",
    "```python\n",
    "```\n",
    "--\n",
    "====\n",
    "////\n",
    "+\n",
    ".calc.py\n",
    "== Title\n",
    "x = f(1)\ny = x\n",
    "if x:\n    y = 1\n",
    ">>> x\n1\n",
    "    z = f(2)\n",
    "Some words.\n",
    "See `x = 1; x` here.\n",
    "\n",
];

proptest! {
    #[test]
    fn lines_reproduce_the_code(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
        let document = Document::from_text("x.adoc", Format::Asciidoc, &pieces.concat());
        for example in extract(&document).examples {
            prop_assert!(reproduces_document(&document, &example), "{example:?}");
        }
    }

    #[test]
    fn any_text_is_read(text in "(\\PC|[ \t\n.<>`=-]|----\n|\\[source,python\\]\n){0,200}") {
        extract(&Document::from_text("x.adoc", Format::Asciidoc, &text));
    }
}

#[test]
fn blocks_come_in_order_and_in_linear_time() {
    let unit =
        ".a.py\n[source,python]\n----\nx = 1 # <1>\n----\n\nText\n====\n[source]\ny\n\n....\n1\n....\n====\n";
    let time = |count: usize| {
        let document = Document::from_text("x.adoc", Format::Asciidoc, &unit.repeat(count));
        let start = std::time::Instant::now();
        let blocks = Asciidoc.blocks(&document);
        let ordered = blocks.windows(2).all(|pair| pair[0].end_line < pair[1].start_line);
        assert!(ordered && blocks.len() >= count);
        start.elapsed().as_secs_f64()
    };
    // Another program may take the processor at any moment, but not at all of them.
    let tries: Vec<(f64, f64)> = (0..5).map(|_| (time(300), time(3000))).collect();
    assert!(
        tries.iter().any(|&(short, long)| long < 40.0 * short + 0.05),
        "for a text, and for ten times as much: {tries:?}"
    );
}
