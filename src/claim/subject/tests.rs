//! Comments with the statements they stand at, and how surely each of them is a claim.

use crate::claim::{Claim, Force, Kind, Origin, find};
use crate::document::{Document, Format};

fn claims(text: &str) -> Vec<Claim> {
    let found = crate::example::extract(&Document::from_text("a.md", Format::Markdown, text));
    found.examples.iter().flat_map(|example| find(example).claims).collect()
}

fn of_code(code: &str) -> Vec<(usize, String, Force)> {
    let found = claims(&format!("```python\n{code}```\n"));
    found.into_iter().map(|claim| (claim.line - 1, claim.claimed, claim.force)).collect()
}

fn sure(line: usize, claimed: &str) -> (usize, String, Force) {
    (line, claimed.to_owned(), Force::Explicit)
}

#[test]
fn what_a_name_is_is_sure_where_the_statement_names_it_and_runs_once() {
    assert_eq!(of_code("a.append(1)  # a is now [1]\n"), [sure(1, "[1]")]);
    assert_eq!(of_code("x, y = 1, 2  # x = 1, y = 2\n"), [sure(1, "1"), sure(1, "2")]);
    assert_eq!(of_code("a.pop()  # => 3 and a is now [1]\n"), [sure(1, "3"), sure(1, "[1]")]);
    for code in ["f()  # a is now 5\n", "for a in b:\n    a += 1  # a = 2\n", "a = f()\n# a = 2\n"] {
        assert!(of_code(code).iter().all(|claim| claim.2 == Force::Guess), "{code}");
    }
    assert!(of_code("while x:  # x is 5\n    pass\n").is_empty());
    // What is printed may have an equals sign.
    assert_eq!(claims("```python\nprint(f(x))  # x = 5\n```\n")[0].kind, Kind::Stdout);
}

#[test]
fn a_comment_above_announces_the_statement_below() {
    let found = claims("```python\n# prints 3\nprint(f(1))\n\n# 3 of them\nprint(g())\n```\n");
    assert_eq!((found.len(), found[0].line, found[0].origin), (1, 2, Origin::PreviousLine));
    assert_eq!((found[0].subject.as_str(), found[0].force), ("print(f(1))", Force::Explicit));
    // Of a paragraph of several statements it is not known which one is meant.
    assert_eq!(of_code("# returns 3\nf(1)\ng(2)\n")[0].2, Force::Guess);
    assert!(of_code("# returns 3\ndef f(): pass\n").is_empty());
    assert!(of_code("# returns 3\nx = f(1)\n").is_empty());
}

#[test]
fn of_what_is_hoped_for_and_what_comes_the_latter_counts() {
    assert_eq!(of_code("f(1)\n# Expected: 2\n# Actual: 3\n"), [sure(3, "3")]);
    assert_eq!(of_code("f(1)\n# Expected: 2\n"), [sure(2, "2")]);
}

#[test]
fn a_comment_below_a_claim_is_no_second_one() {
    let found = of_code("f(1)  # 2\n# 3\n");
    assert_eq!(found[0], sure(1, "2"));
    assert_eq!(found[1].2, Force::Guess);
}

#[test]
fn what_a_generator_hands_out_is_not_seen() {
    let found = of_code("def f():\n    yield 1  # 1\n    x = yield 2  # 5\n");
    assert!(found.iter().all(|claim| claim.2 == Force::Guess), "{found:?}");
}

#[test]
fn what_goes_in_has_to_be_the_argument() {
    assert_eq!(of_code("f(2)  # 2 -> 4\n"), [sure(1, "4")]);
    assert_eq!(of_code("f(3)  # 2 -> 4\n")[0].2, Force::Guess);
    assert_eq!(of_code("def f(n):\n    return n  # the last one of all -> 'b'\n")[0].2, Force::Guess);
}

#[test]
fn a_label_without_its_colon_announces_what_looks_like_output() {
    assert_eq!(of_code("print(f(1), 2)\n# Output\n# 1 2\n"), [sure(3, "1 2")]);
    assert_eq!(of_code("print(f(1), 2)\n# Output\n# goes to the console\n")[0].2, Force::Guess);
}

#[test]
fn the_sentence_below_a_block_is_sure_where_one_statement_speaks() {
    let below = |code: &str, text: &str| claims(&format!("```python\n{code}```\n\n{text}\n"));
    let found = below("print(f(1))\n", "This prints `3`.");
    assert_eq!((found[0].line, found[0].force, found[0].kind), (5, Force::Explicit, Kind::Stdout));
    assert_eq!(below("print(f(1))\nprint(2)\n", "This prints `3`.")[0].force, Force::Guess);
    assert_eq!(below("f(1)\n", "It raises `KeyError`.")[0].kind, Kind::Raises);
    assert!(below("def f(): pass\n", "This returns `None`.").is_empty());
    assert!(below("print(f(1))\n", "The next one prints `3`.").is_empty());
}

#[test]
fn a_cell_under_a_heading_for_results_says_what_the_code_gives() {
    let found = claims("| Code | Result |\n|---|---|\n| `len(\"ab\")` | `3` |\n| `1 < 2` | True |\n");
    let said: Vec<_> = found.iter().map(|claim| (claim.claimed.as_str(), claim.force)).collect();
    assert_eq!(said, [("3", Force::Explicit), ("True", Force::Explicit)]);
    assert!(claims("| Code | Note |\n|---|---|\n| `len(\"ab\")` | `3` |\n").is_empty());
}
