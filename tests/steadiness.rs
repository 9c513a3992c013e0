//! What holds in one run only is no finding, and what holds in a file only is said to.

#[path = "support/program.rs"]
mod program;

use serde_json::Value;

/// The claims of a document, by their line.
fn claims(text: &str) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("guide.md"), text).expect("written");
    let output = program::truedoc()
        .args(["check", "--format", "json", "guide.md"])
        .current_dir(folder.path())
        .output()
        .expect("it starts");
    let report: Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
    let examples = report["documents"][0]["examples"].as_array().expect("examples").clone();
    examples.iter().flat_map(|example| example["claims"].as_array().expect("claims").clone()).collect()
}

fn verdicts(text: &str) -> Vec<(String, String)> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    claims(text).iter().map(|claim| (word(&claim["verdict"]), word(&claim["reason"]))).collect()
}

#[test]
fn what_two_runs_show_differently_is_undecided() {
    let open = ("undecided".to_owned(), "nondeterministic".to_owned());
    for code in [
        // The folder of the first run is /tmp/example.
        "import os\nlen(os.path.abspath('x'))  # 14",
        "import random\nrandom.random() < 0  # [1, 2]\nrandom.getrandbits(64)  # 5",
        "print(list(str(n) for n in {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'}))  # ['a']",
    ] {
        assert_eq!(verdicts(&format!("```python\n{code}\n```\n")).last(), Some(&open), "{code}");
    }
}

#[test]
fn what_two_runs_show_alike_is_decided() {
    let code = "import random\nrandom.seed(1)\nrandom.random() < 1  # True\nsorted({3, 1})  # [1, 3]\n\
                len({1, 2})  # 3\nimport os\nos.path.basename(os.getcwd()) == ''  # False";
    let found = verdicts(&format!("```python\n{code}\n```\n"));
    let words: Vec<&str> = found.iter().map(|(verdict, _)| verdict.as_str()).collect();
    assert_eq!(words, ["confirmed", "confirmed", "refuted", "confirmed"]);
}

/// What the claims of a document note, in order.
fn notes(text: &str) -> Vec<Option<String>> {
    claims(text).iter().map(|claim| claim["note"].as_str().map(str::to_owned)).collect()
}

#[test]
fn a_claim_about_identity_says_when_file_and_prompt_disagree() {
    let file = "```python\nx = 257\ny = 257\nx is y  # True\nprint(x is y)  # False\na = []\nb = a\na is b  # True\nx is not None  # True\n```\n";
    let found = notes(file);
    assert!(
        found[..2]
            .iter()
            .all(|note| note.as_ref().is_some_and(|note| note.starts_with("at a prompt it is `False`"))),
        "{found:?}"
    );
    assert_eq!(found[2..], [None, None]);
    let prompt = "```pycon\n>>> x = 257\n>>> y = 257\n>>> x is y\nFalse\n>>> c = 'a'; d = 'a'\n>>> c is d\nTrue\n```\n";
    let found = notes(prompt);
    assert!(found[0].as_ref().is_some_and(|note| note.starts_with("in a file it is `True`")), "{found:?}");
    assert_eq!(found[1..], [None]);
}

#[test]
fn one_line_at_a_prompt_is_one_input() {
    assert_eq!(notes("```python\nx = 257; y = 257; x is y  # True\n```\n"), [None]);
}

#[test]
fn the_order_in_which_threads_print_is_nobodys_promise() {
    let text = "```python\nimport threading\n\ndef work(n):\n    print('thread', n)\n\nthreads = [threading.Thread(target=work, args=(n,)) for n in (1, 2)]\nfor thread in threads:\n    thread.start()\n    thread.join()\n```\n\nOutput:\n\n```\nthread 2\nthread 1\n```\n";
    assert_eq!(verdicts(text), [("undecided".to_owned(), "nondeterministic".to_owned())]);
    let alone = text.replace("import threading\n", "").replace("threading.Thread", "dict").replace("threads = [dict(target=work, args=(n,)) for n in (1, 2)]\nfor thread in threads:\n    thread.start()\n    thread.join()", "work(1)\nwork(2)");
    assert_eq!(verdicts(&alone), [("refuted".to_owned(), String::new())]);
}
