use proptest::prelude::*;

use super::*;
use crate::document::Format;
use crate::example::{Extraction, extract, stands_in_document};

fn extracted(text: &str) -> Extraction {
    extract(&Document::from_text("page.html", Format::Html, text))
}

fn codes(text: &str) -> Vec<String> {
    extracted(text).examples.into_iter().map(|example| example.code).collect()
}

#[test]
fn highlighted_code_is_read_as_its_reader_sees_it() {
    let page = "<html><head><title>T</title><style>pre { x }</style></head>\n<body><h1>Lists<a class=\"headerlink\" href=\"#x\">¶</a></h1>\n\
<div class=\"highlight-python notranslate\"><div class=\"highlight\"><pre><span></span><span class=\"k\">if</span> <span class=\"mi\">1</span> <span class=\"o\">&lt;</span> 2:\n    <span class=\"nb\">print</span>(&#39;a &amp; b&#39;)\n</pre></div></div>\n<script>var x = '<pre>y = 1</pre>'</script></body></html>";
    let Extraction { examples, rejections, .. } = extracted(page);
    assert_eq!(examples[0].code, "if 1 < 2:\n    print('a & b')\n");
    assert_eq!((examples[0].lines.as_slice(), examples[0].section.as_deref()), (&[3, 4][..], Some("Lists")));
    assert_eq!((examples.len(), rejections.len()), (1, 0));
}

#[test]
fn prompts_in_markup_are_a_session() {
    let page = "<div class=\"highlight-pycon\"><pre>\n<span class=\"gp\">&gt;&gt;&gt; </span><span class=\"n\">x</span> = 1\n<span class=\"gp\">&gt;&gt;&gt; </span>x\n<span class=\"go\">1</span>\n</pre></div>";
    let example = &extracted(page).examples[0];
    assert_eq!(example.form, Form::Doctest);
    assert_eq!((example.code.as_str(), example.lines.as_slice()), ("x = 1\nx\n", &[2, 3][..]));
    assert_eq!(example.session.as_ref().unwrap()[1].expected, Some((4, "1\n".to_owned())));
}

#[test]
fn line_numbers_and_buttons_are_no_code() {
    let page = "<table class=\"highlighttable\"><tr><td class=\"linenos\"><div><pre>1\n2</pre></div></td>\n<td class=\"code\"><pre class=\"python\"><button>Copy</button>a = 1\nb = 2\n</pre></td></tr></table>\
<pre><code class=\"language-python\"><span class=\"linenos\">1</span>c = 3<br>d = 4</code></pre>";
    let Extraction { examples, .. } = extracted(page);
    assert_eq!(examples[0].code, "a = 1\nb = 2\n");
    assert_eq!(examples[0].lines, [3, 4]);
    assert_eq!((examples[1].code.as_str(), examples[1].lines.as_slice()), ("c = 3\nd = 4\n", &[5, 5][..]));
}

#[test]
fn rows_of_a_block_are_lines() {
    assert_eq!(
        codes("<pre class=py><div>a = 1</div><div>b = 2</div></pre><pre class=py>c = 1&#10;d = 2</pre>"),
        ["a = 1\nb = 2\n", "c = 1\nd = 2\n"]
    );
}

#[test]
fn words_between_blocks_announce_output() {
    let page = "<pre class=\"python\">print(1)</pre>\n<p><b>Output:</b></p>\n<pre>1\n</pre>\n<pre class=python>print(2)</pre><p>Something else entirely, of which nobody knows.</p><pre>2</pre>";
    let Extraction { examples, rejections, .. } = extracted(page);
    let output = examples[0].output.as_ref().unwrap();
    assert_eq!((output.line, output.text.as_str(), output.label.as_str()), (3, "1\n", "Output:"));
    assert_eq!(examples[1].output, None);
    assert_eq!(rejections.len(), 1);
}

#[test]
fn inline_code_is_taken_with_the_words_behind_it() {
    let page = "<p>Here\n<code class=\"docutils\"><span class=\"pre\">[1]</span>\n<span class=\"pre\">==</span> [1.0]</code> is <code>True</code>, and <code>len</code>.</p>";
    let Extraction { examples, .. } = extracted(page);
    assert_eq!(examples.len(), 1);
    assert_eq!((examples[0].form, examples[0].start_line), (Form::Inline, 2));
    assert_eq!(
        (examples[0].code.as_str(), examples[0].sentence.as_str()),
        ("[1] == [1.0]\n", " is `True`, and `len`.")
    );
}

#[test]
fn blocks_in_other_languages_are_rejected() {
    let Extraction { examples, rejections, .. } =
        extracted("<pre class=\"language-bash\">ls</pre><div class=\"highlight-json\"><pre>{}</pre></div>");
    assert!(examples.is_empty());
    assert_eq!(rejections[0].reason, "it names another language");
    assert_eq!(rejections.len(), 2);
}

#[test]
fn no_break_spaces_are_noted() {
    let example = &extracted("<pre class=python>if 1:\n&nbsp;&nbsp;&nbsp; x = 1</pre>").examples[0];
    assert_eq!(example.code, "if 1:\n    x = 1\n");
    assert_eq!(example.notes, ["its no-break spaces are read as blanks"]);
}

#[test]
fn broken_markup_is_read_to_its_end() {
    assert_eq!(codes("<pre class=python>a = 1\n<pre class=python>b = 2"), ["a = 1\n", "b = 2\n"]);
    assert_eq!(codes("</div></td></pre><pre class=python>a = 1"), ["a = 1\n"]);
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,300}") {
        extracted(&text);
    }

    #[test]
    fn any_markup_is_read_without_panic(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "<pre>", "</pre>", "<pre class=python>", "<code>", "</code>", "<td class=linenos>", "</td>", "<tr>",
                "<script>", "</script>", "<br>", "<span class=k>", "</span>", "x = 1\n", "&gt;&gt;&gt; ", "&#10;",
                "\n", "<h2>", "</h2>", "Output:", "<p>", "</p>", "`", "é", "<!--", "-->", "<button>", "</button>",
            ]),
            0..60,
        )
    ) {
        let text = parts.concat();
        let lines = text.lines().count().max(1);
        for example in extracted(&text).examples {
            prop_assert!(example.lines.iter().all(|&line| (1..=lines).contains(&line)));
            prop_assert!(example.lines.is_sorted());
        }
    }

    #[test]
    fn lines_reproduce_the_code(
        blocks in prop::collection::vec(prop::collection::vec("[a-z]{1,4} = [a-z]{1,5}", 1..5), 1..5),
        between in prop::sample::select(vec!["\n", "<p>é\n</p>", "<br>\n\n", ""]),
    ) {
        let document: String = blocks
            .iter()
            .flat_map(|lines| [between.to_owned(), format!("<pre class=\"py\">{}</pre>", lines.join("\n"))])
            .collect();
        let Extraction { examples, .. } = extracted(&document);
        prop_assert_eq!(examples.len(), blocks.len());
        for example in &examples {
            prop_assert!(stands_in_document(&document, example), "{:?}\n{}", example, document);
        }
    }
}
