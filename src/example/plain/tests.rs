use super::*;

/// First and last line (1-based) of everything found.
fn found(text: &str) -> Vec<(usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut known = Known::new();
    let (found, _) = Reader::new(&lines, 1, &mut known).read();
    found.iter().map(|found| (found.first + 1, found.last + 1)).collect()
}

#[test]
fn code_is_bounded_by_prose_on_the_very_next_line() {
    assert_eq!(found("How does it work?Easy\n# Slices\nx = [1]\nx[0]  # 1\n2\nWhat is next?\n"), [(2, 4)]);
    assert_eq!(
        found("x = f(1)\nThis is prose, right below — no blank line.\n\ny = g(2)\n"),
        [(1, 1), (4, 4)]
    );
    assert_eq!(found("a = 1\nb = a\nDict & Set\n13\nExplain it\n"), [(1, 2)]);
}

#[test]
fn blank_lines_belong_to_a_snippet_and_headings_do_not() {
    assert_eq!(found("import os\n\nx = os.name\n\n\nprint(x)\n"), [(1, 6)]);
    assert_eq!(found("import os\n\n### Next\n\nprint(1)\n"), [(1, 1), (5, 5)]);
    assert_eq!(
        found("#### shapes.py\ndef f():\n    return 1\n\n#### use.py\nfrom shapes import f\n"),
        [(2, 3), (6, 6)]
    );
}

#[test]
fn comments_at_the_margin_are_no_headings_inside_code() {
    assert_eq!(
        found("con = connect('x')\n\n# SELECT\nwith con:\n    pass\n\n# INSERT\ncon.close()\n"),
        [(1, 8)]
    );
    assert_eq!(found("try:\n    a()\n# 2. otherwise\n\nexcept Exception:\n    raise\n"), [(1, 6)]);
}

#[test]
fn tables_labels_output_and_config_are_not_taken() {
    assert_eq!(found("We use two tables:\n\nusers(id, name)\nposts(id, title)\n"), []);
    assert_eq!(found("List: [x for x in y]\nSet: {x}\nDict: {x: x}\n"), []);
    assert_eq!(found("[project]\nname = \"x\"\nversion = \"1.0\"\nneeds = [\n  \"a\",\n]\n"), []);
    assert_eq!(found("print(1)\n\nOutput:\n\n[1, 2]\nx = 3\n\nprint(2)\n"), [(1, 1), (8, 8)]);
    assert_eq!(found("let x = 1;\nconsole.log(x);\nfoo('a');\n"), []);
}

#[test]
fn a_slip_among_code_belongs_to_it() {
    assert_eq!(found("a = {1}\nset difference  # O(n)\nb = a | a\n"), [(1, 3)]);
    assert_eq!(
        found("class A:\n    def f(self):\n        return 3.14  self.r\n\nprint(A().f())\n"),
        [(1, 5)]
    );
}

#[test]
fn prompts_make_a_session() {
    assert_eq!(found("Try it:\n\n>>> 1 + 1\n2\n\n>>> x = 1\n\nDone.\n"), [(3, 6)]);
}

#[test]
fn suites_within_suites_that_do_not_parse_are_not_read_again_and_again() {
    let read = |depth: usize| {
        let nested: String = (0..depth).map(|at| format!("{}x::\n", " ".repeat(at % 50))).collect();
        let deeper: String = (0..depth).map(|at| format!("{}if x:\n", " ".repeat(at))).collect();
        let marks = "@a\n".repeat(depth * 20);
        let text = format!("{nested}{deeper}! no\n{marks}");
        let lines: Vec<&str> = text.lines().collect();
        let mut known = Known::new();
        let mut reader = Reader::new(&lines, 1, &mut known);
        let mut index = 0;
        while index < lines.len() {
            index = reader.step(index);
        }
        (reader.vain, reader.vain / lines.len())
    };
    assert!(read(100).0 > 0);
    assert!(read(2000).1 <= VAIN_READINGS + 1);
}

#[test]
fn lone_paths_are_not_even_candidates() {
    let lines = ["a/b/c.py", "", "x/y-z", "", "(a, b)", ""];
    let mut known = Known::new();
    let (_, rejected) = Reader::new(&lines, 1, &mut known).read();
    assert_eq!(rejected.iter().map(|rejection| rejection.start_line).collect::<Vec<_>>(), [5]);
}

#[test]
fn output_goes_to_the_example_above_its_label() {
    let lines = ["print('a')", "", "Output (order may vary):", "", "a", "", "More."];
    let mut known = Known::new();
    let (found, _) = Reader::new(&lines, 1, &mut known).read();
    let output = found[0].output.as_ref().expect("output");
    assert_eq!((output.line, output.text.as_str()), (5, "a\n"));
}
