use proptest::prelude::*;

use super::*;
use crate::document::Format;
use crate::example::{Example, Extraction, extract, reproduces_document};

fn extracted(text: &str) -> Extraction {
    extract(&Document::from_text("x.rst", Format::Rst, text))
}

/// Lines and code of every example that is not inline.
fn found(text: &str) -> Vec<(Vec<usize>, String)> {
    let examples = extracted(text).examples.into_iter().filter(|example| example.form != Form::Inline);
    examples.map(|example| (example.lines, example.code)).collect()
}

fn only(text: &str) -> Example {
    let mut examples = extracted(text).examples;
    assert_eq!(examples.len(), 1, "{examples:?}");
    examples.remove(0)
}

#[track_caller]
fn check(text: &str, expected: &[(&[usize], &str)]) {
    let expected: Vec<_> =
        expected.iter().map(|(lines, code)| (lines.to_vec(), (*code).to_owned())).collect();
    assert_eq!(found(text), expected);
}

#[test]
fn code_directives_lose_options_and_indentation() {
    let text = ".. code-block:: python\n   :linenos:\n   :caption: A long\n      caption of calc.py\n\n   \
                a = 1\n\n     b\n\nText.\n\n.. code:: py\n\n\ta\n\t  b\n.. sourcecode:: python3\n    c = 1\n";
    check(text, &[(&[6, 7, 8], "a = 1\n\n  b\n"), (&[14, 15], "a\n  b\n"), (&[17], "c = 1\n")]);
    let examples = extracted(text).examples;
    assert_eq!(examples[0].file.as_deref(), Some("calc.py"));
    assert!(examples.iter().all(|example| example.form == Form::Directive));
}

#[test]
fn literal_blocks_stand_below_two_colons() {
    check("Text::\n\n    x = f(1)\n    y = x\n\nMore\n", &[(&[3, 4], "x = f(1)\ny = x\n")]);
    check("Text\ngoes on ::\n\n    x = f(1)\n    y = x\n", &[(&[4, 5], "x = f(1)\ny = x\n")]);
    check("Text.\n\n::\n\n    x = f(1)\n    y = x\n", &[(&[5, 6], "x = f(1)\ny = x\n")]);
    check("* item::\n\n      x = f(1)\n      y = x\n\n  on\n", &[(&[3, 4], "x = f(1)\ny = x\n")]);
    check("Text::\n\n> x = f(1)\n> y = x\n\nMore\n", &[(&[3, 4], "x = f(1)\ny = x\n")]);
    check(".. _target::\n   x = f(1)\n", &[(&[2], "x = f(1)\n")]);
    check(".. [1] Note::\n\n      x = f(1)\n", &[(&[3], "x = f(1)\n")]);
    check("No\\::\n\n    words here\n\nA::\n\nB\n", &[]);
    check("Text::\n\n    some words that are no code\n", &[]);
    check(
        "Text::\n\n    # again\n    refresh(o)\n\n    # done\n",
        &[(&[3, 4, 5, 6], "# again\nrefresh(o)\n\n# done\n")],
    );
    check("Text::\n\n    [part]\n    name = value\n\nText::\n\n    f(x);\n\nText::\n\n    docs/index\n", &[]);
    check("f(x), g(y=2)  # 3\n~~~~~~~~~~~~~~~~~\n\nText\n", &[]);
}

#[test]
fn the_content_of_an_unknown_directive_is_taken_if_all_of_it_is_python() {
    check(
        ".. x:example::\n    import b\n\n    @b.c\n    def d():\n        pass\n\n.. x:run::\n\n    invoke(d, args=['a'])\n",
        &[(&[2, 3, 4, 5, 6], "import b\n\n@b.c\ndef d():\n    pass\n"), (&[10], "invoke(d, args=['a'])\n")],
    );
    check(".. note::\n\n    Call it.\n\n.. tip::\n    word\n\n.. py:function:: f(x)\n\n    Text.\n", &[]);
    check(".. tab:: a\n\n    Text::\n\n        x = f(1)\n", &[(&[5], "x = f(1)\n")]);
}

#[test]
fn highlight_names_the_language_of_what_follows() {
    let text = ".. highlight:: python\n   :linenothreshold: 5\n\nOne::\n\n    one two\n\n.. code-block::\n\n   x\n\n\
                .. highlight:: c\n\nTwo::\n\n    x = f(1)\n    y = x\n";
    check(text, &[(&[6], "one two\n"), (&[10], "x\n")]);
}

#[test]
fn other_languages_and_comments_are_not_taken() {
    let text = ".. code-block:: bash\n\n   x = f(1)\n\n.. parsed-literal::\n\n   x = f(1)\n\n\
                .. x = f(1)\n   y = x\n\n..\n   x = f(1)\n\n.. code-block: python\n\n   x = f(1)\n\n\
                .. function:: f(a, b)\n               g(a)\n\n   Text.\n\n.. toctree::\n\n   a\n";
    check(text, &[]);
    let reasons: Vec<String> =
        extracted(text).rejections.into_iter().map(|rejection| rejection.reason).collect();
    assert_eq!(
        reasons,
        [
            "it names another language",
            "it names another language",
            "it is a comment",
            "it is a comment",
            "it is a comment, since a directive needs two colons and a blank behind them"
        ]
    );
}

#[test]
fn an_empty_comment_does_not_swallow_what_is_indented_below() {
    check("..\n\n   Text::\n\n      x = f(1)\n      y = x\n", &[(&[5, 6], "x = f(1)\ny = x\n")]);
}

#[test]
fn nested_directives_are_found_at_any_depth() {
    let text = "1. item\n\n   .. note:: Look::\n\n         x = f(1)\n         y = x\n\n      Then:\n\n      \
                .. code-block:: python\n         :name: n\n\n         z = 1\n\n   - .. code:: python\n\n       w = 1\n\n\
                \x20  Quote:\n\n       .. code-block:: python\n\n           v = 1\n";
    check(
        text,
        &[(&[5, 6], "x = f(1)\ny = x\n"), (&[13], "z = 1\n"), (&[17], "w = 1\n"), (&[23], "v = 1\n")],
    );
}

#[test]
fn sessions_stand_in_directives_and_freely() {
    let text = ".. doctest:: group\n   :skipif: True\n   :options: +SKIP\n\n   >>> 1 + 1\n   2\n\n   >>> 'a'\n   'a'\n\n\
                Text.\n\n>>> x = 3\n>>> x\n3\n\nMore.\n\n  .. code-block:: pycon\n\n     >>> 1\n     1\n";
    let examples = extracted(text).examples;
    let lines: Vec<_> = examples.iter().map(|example| (example.start_line, example.end_line)).collect();
    assert_eq!(lines, [(5, 9), (13, 15), (21, 22)]);
    assert!(examples.iter().all(|example| example.form == Form::Doctest));
    assert_eq!(examples[0].session.as_ref().unwrap()[1].expected, Some((9, "'a'\n".to_owned())));
}

#[test]
fn a_testoutput_belongs_to_the_testcode_of_its_group() {
    let text = ".. testsetup:: b\n\n   a = 1\n\n.. testcode:: b\n\n   print(a)\n\n.. testcode::\n   :hide:\n\n   print(2)\n\n\
                .. testoutput:: b\n   :options: +ELLIPSIS\n\n   1\n\nText\n\n.. testoutput::\n\n   2\n\n     3\n\n\
                .. testoutput::\n\n   4\n\n.. testcleanup::\n\n   del a\n";
    let extraction = extracted(text);
    let outputs: Vec<_> = extraction
        .examples
        .iter()
        .map(|example| example.output.as_ref().map(|output| (output.line, output.text.as_str())))
        .collect();
    assert_eq!(outputs, [None, Some((17, "1\n")), Some((23, "2\n\n  3\n")), None]);
    assert_eq!(extraction.rejections.len(), 1);
    assert_eq!(extraction.rejections[0].reason, "output without a `testcode` above it");
}

#[test]
fn ipython_prompts_and_marks_are_understood() {
    let text = ".. ipython:: python\n   :okwarning:\n\n   @suppress\n   x = 1\n   %time x\n\n.. ipython::\n\n   \
                In [1]: for i in 1, 2:\n      ...:     i\n      ...:\n\n   In [2]: x\n   Out[2]: 1\n";
    let examples = extracted(text).examples;
    assert_eq!((examples[0].code.as_str(), &examples[0].lines[..]), ("x = 1\n%time x\n", &[5, 6][..]));
    assert_eq!(examples[1].lines, [10, 11, 12, 14]);
    assert_eq!(examples[1].session.as_ref().unwrap()[1].expected, Some((15, "1\n".to_owned())));
}

#[test]
fn a_block_below_a_label_is_output_and_below_a_sentence_code() {
    let text = ".. code-block:: python\n\n   print(3)\n\nOutput::\n\n   3\n\nThis shows how::\n\n   x = f(1)\n   y = x\n";
    let examples = extracted(text).examples;
    assert_eq!(examples[0].output.as_ref().map(|output| output.line), Some(7));
    assert_eq!(examples[1].lines, [11, 12]);
}

#[test]
fn odd_indentation_and_the_end_of_the_text() {
    check("  .. code-block:: python\n\n      a = 1\n    b = 2\n  words\n", &[(&[3, 4], "  a = 1\nb = 2\n")]);
    check(".. code-block:: python\n\n    if a:\n\tb\n", &[(&[3, 4], "if a:\n    b\n")]);
    check("Text::", &[]);
    check(".. code-block:: python", &[]);
    check(".. code-block:: python\n   :linenos:\n", &[]);
    assert_eq!(only(".. code-block:: python\n\n   def f():\n").end_line, 3);
}

#[test]
fn sections_inline_code_and_files() {
    let text = "Top\n===\n\nLists\n-----\n\nSee ``a = [1]; a[0]`` and :func:`len(x)`.\n\nIn ``calc.py``::\n\n   x = f(1)\n   y = x\n";
    let examples = extracted(text).examples;
    assert_eq!(examples[0].code, "a = [1]; a[0]\n");
    assert_eq!((examples[1].id.as_str(), examples[1].file.as_deref()), ("x/lists#1", Some("calc.py")));
    assert_eq!(examples.len(), 2);
}

const PIECES: &[&str] = &[
    "Text::\n\n",
    "::\n\n",
    ".. code-block:: python\n",
    ".. code::\n",
    "   :linenos:\n",
    ".. testcode:: a\n\n",
    ".. testoutput:: a\n\n",
    ".. doctest::\n\n",
    ".. ipython::\n\n",
    ".. note:: Look::\n\n",
    ".. highlight:: python\n",
    ".. a comment\n",
    "..\n",
    "- item\n\n",
    "  * item::\n\n",
    "    x = f(1)\n",
    "    y = x  # 1\n",
    "   if x:\n",
    "\tz = 2\n",
    "     >>> x\n",
    "   ... y\n",
    "   3\n",
    "  In [1]: x\n",
    "> x = f(1)\n",
    "Heading\n-------\n",
    "See ``x = 1; x`` here.\n",
    "x = f(1)\ny = x\n",
    "\n",
    "\u{a0}é\n",
];

#[test]
fn prompts_of_ipython_that_read_as_annotations_are_a_session() {
    let text = ".. note:: Look::\n\n  In [1]: x\n\tz = 2\n  In [1]: x\n";
    let examples = extract(&Document::from_text("x.rst", Format::Rst, text)).examples;
    assert_eq!(examples.len(), 1);
    assert_eq!(examples[0].code, "x\nx\n");
    assert_eq!(examples[0].session.as_ref().map(Vec::len), Some(2));
}

proptest! {
    #[test]
    fn lines_reproduce_the_code(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
        let document = Document::from_text("x.rst", Format::Rst, &pieces.concat());
        for example in extract(&document).examples {
            prop_assert!(reproduces_document(&document, &example), "{example:?}");
        }
    }

    #[test]
    fn any_text_is_read(text in "(\\PC|[ \t\n.:`>|]|\\.\\. |::\n|code::){0,200}") {
        extract(&Document::from_text("x.rst", Format::Rst, &text));
    }
}

#[test]
fn blocks_come_in_order_and_in_linear_time() {
    let unit = PIECES.concat();
    let time = |count: usize| {
        let document = Document::from_text("x.rst", Format::Rst, &unit.repeat(count));
        let start = std::time::Instant::now();
        let blocks = Rst.blocks(&document);
        let ordered = blocks.windows(2).all(|pair| pair[0].end_line < pair[1].start_line);
        assert!(ordered && blocks.len() > count);
        start.elapsed().as_secs_f64()
    };
    // Another program may take the processor at any moment, but not at all of them.
    let tries: Vec<(f64, f64)> = (0..5).map(|_| (time(300), time(3000))).collect();
    assert!(
        tries.iter().any(|&(short, long)| long < 40.0 * short + 0.05),
        "for a text, and for ten times as much: {tries:?}"
    );
}
