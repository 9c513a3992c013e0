//! `truedoc fix`: false claims become true in the manner they are written, and nothing else changes.

#[path = "support/program.rs"]
mod program;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

use proptest::prelude::*;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};
use tempfile::TempDir;

fn truedoc(folder: &Path, arguments: &[&str]) -> Output {
    program::truedoc().args(arguments).current_dir(folder).output().expect("it starts")
}

fn shown(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn folder_with(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).expect("written");
    }
    folder
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// Path and line of each refuted claim in a folder.
fn refuted(folder: &Path) -> Vec<(String, u64)> {
    let output = truedoc(folder, &["check", "--no-expectations", "--no-mends", "--format", "json", "."]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
    let mut found = Vec::new();
    for document in list(&report, "documents") {
        let claims = list(document, "examples").iter().flat_map(|example| list(example, "claims"));
        for claim in claims.filter(|claim| claim["verdict"] == "refuted") {
            let path = document["path"].as_str().expect("a path").to_owned();
            found.push((path, claim["line"].as_u64().expect("a line")));
        }
    }
    found.sort();
    found
}

/// Path and line of the claims that a run of `fix` says something of.
fn told(output: &Output, word: &str) -> Vec<(String, u64)> {
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut found: Vec<(String, u64)> = lines
        .lines()
        .filter_map(|line| {
            let (place, _) = line.split_once(&format!(": {word}: "))?;
            let (path, number) = place.rsplit_once(':')?;
            Some((path.to_owned(), number.parse().ok()?))
        })
        .collect();
    found.sort();
    found
}

/// The text of a file, whatever its encoding.
fn decoded(bytes: &[u8]) -> String {
    match bytes {
        [0xFF, 0xFE, ..] => {
            let units = bytes[2..].chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|c| c.expect("valid UTF-16")).collect()
        }
        _ => String::from_utf8(bytes.to_vec()).expect("UTF-8"),
    }
}

/// The numbers of the lines of a text that another one has not.
fn changed_lines(before: &str, after: &str) -> Vec<u64> {
    let diff = TextDiff::from_lines(before, after);
    let gone = diff.iter_all_changes().filter(|change| change.tag() == ChangeTag::Delete);
    gone.map(|change| change.old_index().expect("an old line") as u64 + 1).collect()
}

#[test]
fn the_deliberate_errors_of_the_corpus_become_true_and_nothing_else_changes() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut names = Vec::new();
    for entry in fs::read_dir(&corpus).expect("the corpus") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
            fs::copy(&path, folder.path().join(&name)).expect("copied");
            names.push(name);
        }
    }
    let before = refuted(folder.path());
    let output = truedoc(folder.path(), &["fix", "--known", "."]);
    assert_eq!(output.status.code(), Some(1), "some are left: {}", shown(&output));
    let (fixed, left) = (told(&output, "fixed"), told(&output, "left"));
    assert!(fixed.len() > 80, "{} fixed", fixed.len());
    assert!(left.len() * 4 < before.len(), "{} of {}: {left:?}", left.len(), before.len());
    let mut all = [fixed.clone(), left.clone()].concat();
    all.sort();
    assert_eq!(all, before, "each refuted claim is fixed or left");
    for name in &names {
        let (old, new) = (fs::read(corpus.join(name)), fs::read(folder.path().join(name)));
        let (old, new) = (decoded(&old.expect("readable")), decoded(&new.expect("readable")));
        // What is changed reaches from the line of its claim to the end of its text; of a traceback
        // only the last line is. Of two equal lines a difference may name the one above.
        for line in changed_lines(&old, &new) {
            let is_of_claim =
                |(path, first): &(String, u64)| path == name && (*first - 1..*first + 6).contains(&line);
            assert!(fixed.iter().any(is_of_claim), "{name}:{line} has changed");
        }
    }
    let after = refuted(folder.path());
    assert_eq!(after.len(), left.len(), "{after:?}");
    let copies: Vec<Vec<u8>> =
        names.iter().map(|name| fs::read(folder.path().join(name)).expect("readable")).collect();
    let again = truedoc(folder.path(), &["fix", "--known", "."]);
    assert_eq!(told(&again, "fixed"), []);
    for (name, copy) in names.iter().zip(&copies) {
        assert_eq!(fs::read(folder.path().join(name)).expect("readable"), *copy, "{name}");
    }
}

#[test]
fn what_is_known_to_be_false_stays() {
    let output = truedoc(Path::new(env!("CARGO_MANIFEST_DIR")), &["fix", "--diff", "corpus"]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert!(output.stdout.is_empty(), "{}", shown(&output));
    assert!(shown(&output).contains("known to be false"), "{}", shown(&output));
}

/// Ways to write a claim: a document with a false one, and the same with the true one.
const DIALECTS: &[(&str, &str, &str)] = &[
    ("trailing.md", "```python\nx = 2\nx + 1   # 4\n```\n", "```python\nx = 2\nx + 1   # 3\n```\n"),
    (
        "remark.md",
        "```python\nlen('abc')   # => 4      (letters)\nlen('ab')    # => 2      (letters, 2 of them)\n```\n",
        "```python\nlen('abc')   # => 3      (letters)\nlen('ab')    # => 2      (letters, 2 of them)\n```\n",
    ),
    (
        "column.md",
        "```python\nlist(range(3))   # [1]      few\nlen('ab')        # 2        two\n```\n",
        "```python\nlist(range(3))   # [0, 1, 2]  few\nlen('ab')        # 2        two\n```\n",
    ),
    ("numbered.md", "```python\n1 + 1  # Out[3]: 3\n```\n", "```python\n1 + 1  # Out[3]: 2\n```\n"),
    ("quotes.md", "```python\n'a' + 'b'  # \"ba\"\n```\n", "```python\n'a' + 'b'  # \"ab\"\n```\n"),
    (
        "printed.md",
        "```python\nprint('a' * 2)  # Output: \"a a\"\n```\n",
        "```python\nprint('a' * 2)  # Output: \"aa\"\n```\n",
    ),
    ("arrow.md", "```python\nmax(1, 2)\n#> 1\n```\n", "```python\nmax(1, 2)\n#> 2\n```\n"),
    (
        "lines.md",
        "```python\nfor x in 'ab':\n    print(x)\n# Output:\n# a\n# c\n```\n",
        "```python\nfor x in 'ab':\n    print(x)\n# Output:\n# a\n# b\n```\n",
    ),
    (
        "grown.md",
        "```python\nfor x in 'abc':\n    print(x)\n# Output:\n# a\n# c\n\ny = 1\n```\n",
        "```python\nfor x in 'abc':\n    print(x)\n# Output:\n# a\n# b\n# c\n\ny = 1\n```\n",
    ),
    (
        "raises.md",
        "```python\n{}['a']   # IndexError, of course\n```\n",
        "```python\n{}['a']   # KeyError, of course\n```\n",
    ),
    (
        "message.md",
        "```python\nint('x')   # raises TypeError: no number\n```\n",
        "```python\nint('x')   # raises ValueError: invalid literal for int() with base 10: 'x'\n```\n",
    ),
    (
        "fence.md",
        "> ```python\n> print(1)\n> print()\n> print(3)\n> ```\n>\n> Output:\n>\n> ```\n> 1\n> 2\n> ```\n",
        "> ```python\n> print(1)\n> print()\n> print(3)\n> ```\n>\n> Output:\n>\n> ```\n> 1\n>\n> 3\n> ```\n",
    ),
    (
        "prompt.md",
        "```pycon\n>>> 1 + 1   # => 3\n>>> 2 * 2\n5\n```\n",
        "```pycon\n>>> 1 + 1   # => 2\n>>> 2 * 2\n4\n```\n",
    ),
    (
        "blank.txt",
        "Text.\n\n    >>> print('a\\n\\nb')\n    a\n    c\n\nMore.\n",
        "Text.\n\n    >>> print('a\\n\\nb')\n    a\n    <BLANKLINE>\n    b\n\nMore.\n",
    ),
    (
        "traceback.txt",
        ">>> {}['a']\nTraceback (most recent call last):\n  ...\nIndexError: 'a'\n",
        ">>> {}['a']\nTraceback (most recent call last):\n  ...\nKeyError: 'a'\n",
    ),
    (
        "qualified.txt",
        ">>> import json\n>>> json.loads('')\nTraceback (most recent call last):\n  ...\nValueError\n>>> json.loads('')\nTraceback (most recent call last):\n  ...\nTypeError\n",
        ">>> import json\n>>> json.loads('')\nTraceback (most recent call last):\n  ...\nValueError\n>>> json.loads('')\nTraceback (most recent call last):\n  ...\njson.decoder.JSONDecodeError\n",
    ),
    (
        "literal.rst",
        "Title\n=====\n\n.. code-block:: python\n\n   sorted('ba')   # ['b', 'a']\n",
        "Title\n=====\n\n.. code-block:: python\n\n   sorted('ba')   # ['a', 'b']\n",
    ),
    (
        "module.py",
        "def f():\n    \"\"\"\n    >>> f()\n    2\n    \"\"\"\n    return 1\n",
        "def f():\n    \"\"\"\n    >>> f()\n    1\n    \"\"\"\n    return 1\n",
    ),
    (
        "plain.txt",
        "Some words.\n\nx = [1]\nx.append(2)\nx          # [1]\n\nMore words.\n",
        "Some words.\n\nx = [1]\nx.append(2)\nx          # [1, 2]\n\nMore words.\n",
    ),
    (
        "cell.ipynb",
        "{\"cells\": [{\"cell_type\": \"code\", \"source\": [\n    \"print('a')\\n\",\n    \"1 + 1\"\n],\n\"outputs\": [{\"output_type\": \"execute_result\", \"data\": {\"text/plain\": [\n    \"3\"\n]}}]}]}\n",
        "{\"cells\": [{\"cell_type\": \"code\", \"source\": [\n    \"print('a')\\n\",\n    \"1 + 1\"\n],\n\"outputs\": [{\"output_type\": \"execute_result\", \"data\": {\"text/plain\": [\n    \"2\"\n]}}]}]}\n",
    ),
];

#[test]
fn each_dialect_keeps_its_dress() {
    let files: Vec<(&str, &[u8])> = DIALECTS.iter().map(|(name, text, _)| (*name, text.as_bytes())).collect();
    let folder = folder_with(&files);
    let shown_first = truedoc(folder.path(), &["fix", "--diff", "."]);
    assert_eq!(shown_first.status.code(), Some(1), "{}", shown(&shown_first));
    for (name, text, _) in DIALECTS {
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), *text, "--diff writes nothing");
    }
    let output = truedoc(folder.path(), &["fix", "."]);
    for (name, _, wanted) in DIALECTS {
        assert_eq!(
            fs::read_to_string(folder.path().join(name)).unwrap(),
            *wanted,
            "{name}: {}",
            shown(&output)
        );
    }
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert_eq!(truedoc(folder.path(), &["check", "."]).status.code(), Some(0));
}

/// False claims that nobody could put right for sure, each with a word of the reason.
const LEFT: &[(&str, &str, &str)] = &[
    ("works.md", "```python\n1 / 0  # works\n```\n", "no value"),
    ("nothing.md", "```python\nlen('a')  # raises TypeError\n```\n", "nothing is raised"),
    ("instead.md", "```python\nx = [1]\nx.length()  # 1\n```\n", "raises an exception instead"),
    ("sentence.md", "The length: `len('ab')` is `3`, as `ab` shows.\n", "sentence"),
    ("object.md", "```python\nclass A: pass\n[A()]  # [1]\n```\n", "address"),
    ("silent.md", "```python\nx = 1\nprint(end='')  # Output: 1\n```\n", "nothing is printed"),
    ("page.html", "<pre><code class=\"language-python\">len('&lt;')  # 4\n</code></pre>\n", "HTML"),
    ("loop.md", "```python\na = []\nfor n in range(2):\n    a.append(n)  # [5]\n```\n", "several values"),
    ("both.md", "```python\ns = [3, 1]\ns.pop()  # [1]\n```\n", "may be meant"),
];

#[test]
fn what_is_not_certain_is_left_with_its_reason() {
    let files: Vec<(&str, &[u8])> = LEFT.iter().map(|(name, text, _)| (*name, text.as_bytes())).collect();
    let folder = folder_with(&files);
    let output = truedoc(folder.path(), &["fix", "."]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    for (name, before, reason) in LEFT {
        let line =
            text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {text}"));
        assert!(line.contains(": left: ") && line.contains(reason), "{line}");
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), *before);
    }
}

#[test]
fn line_ends_marks_and_encodings_stay() {
    let utf_16 = |text: &str| -> Vec<u8> {
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let wide = "Größe →\n\n>>> 'ß'.upper()\n'ß'\n";
    let crlf = "\u{FEFF}# Eins\r\n\r\n```python\r\nlen('ä')   # 2\r\n```\r\n\r\n```python\r\nprint('a')\r\nprint('b')\r\n```\r\n\r\nOutput:\r\n\r\n```\r\na\r\n```\r\n";
    let latin = b"Gr\xFC\xDFe an alle, die hier vorbeigehen und \xFCben.\n\n>>> 2 + 2   \n5\n";
    let folder =
        folder_with(&[("wide.txt", &utf_16(wide)), ("crlf.md", crlf.as_bytes()), ("latin.txt", latin)]);
    let output = truedoc(folder.path(), &["fix", "."]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert_eq!(read("wide.txt"), utf_16(&wide.replace("\n'ß'\n", "\n'SS'\n")));
    assert_eq!(
        read("crlf.md"),
        crlf.replace("# 2", "# 1").replace("\r\na\r\n", "\r\na\r\nb\r\n").into_bytes()
    );
    let end = b">>> 2 + 2   \n4\n";
    assert_eq!(read("latin.txt"), [&latin[..latin.len() - end.len()], end].concat());
}

#[test]
fn read_only_files_are_told_and_nothing_is_written() {
    let text = "```python\n1 + 1  # 3\n```\n";
    let folder = folder_with(&[("a.md", text.as_bytes()), ("b.md", text.as_bytes())]);
    let locked = folder.path().join("b.md");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o444)).unwrap();
    let output = truedoc(folder.path(), &["fix", "."]);
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    assert!(shown(&output).contains("`b.md` is read-only"), "{}", shown(&output));
    assert_eq!(fs::read_to_string(folder.path().join("a.md")).unwrap(), text);
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o640)).unwrap();
    let output = truedoc(folder.path(), &["fix", "b.md"]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert_eq!(fs::metadata(&locked).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_correction_that_makes_something_else_false_is_taken_back() {
    let module = |first: &str, length: &str| {
        format!(
            "def f():\n    \"\"\"\n    >>> f()\n    {first}\n    >>> len(f.__doc__)\n    {length}\n    \"\"\"\n    return 1\n"
        )
    };
    let doc_length = |text: &str| text.split("\"\"\"").nth(1).expect("a docstring").len();
    // True as it stands, and no longer once the line above it is shorter.
    let text = module("1000", "56");
    assert_eq!(doc_length(&text), 56);
    // False, and so is the true value once it is written, which makes the text longer.
    let other = module("1", "5");
    let fine = "def g():\n    \"\"\"\n    >>> 1 + 1\n    3\n    \"\"\"\n";
    let other = format!("{other}\n\n{fine}");
    let folder = folder_with(&[("a.py", text.as_bytes()), ("b.py", other.as_bytes())]);
    let output = truedoc(folder.path(), &["fix", "."]);
    assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
    let said = shown(&output);
    assert!(
        said.contains("a.py:4: left: 1000: with the corrections, something else in the example"),
        "{said}"
    );
    assert!(said.contains("b.py:6: left: 5: the claim does not hold when"), "{said}");
    assert_eq!(fs::read_to_string(folder.path().join("a.py")).unwrap(), text);
    let wanted = other.replace("\n    3\n", "\n    2\n");
    assert_eq!(fs::read_to_string(folder.path().join("b.py")).unwrap(), wanted, "{said}");
}

#[test]
fn nothing_to_fix_has_its_statuses() {
    let folder = folder_with(&[("true.md", b"```python\n1 + 1  # 2\n```\n"), ("none.md", b"Words.\n")]);
    assert_eq!(truedoc(folder.path(), &["fix", "true.md"]).status.code(), Some(0));
    assert_eq!(truedoc(folder.path(), &["fix", "--diff", "true.md"]).status.code(), Some(0));
    assert_eq!(truedoc(folder.path(), &["fix", "none.md"]).status.code(), Some(3));
    assert_eq!(truedoc(folder.path(), &["fix", "gone.md"]).status.code(), Some(2));
}

/// A piece of a document with a claim: what it says, and what is true.
fn piece(kind: usize, number: i64, claimed: i64, word: &str) -> String {
    match kind {
        0 => format!("```python\nx = {number}\nx + 1    # {claimed}  ({word})\n```\n"),
        1 => format!("```python\nprint({number} + 1)\n# Output: {claimed}\n```\n"),
        2 => format!("```python\nprint({number} + 1)\n```\n\nOutput:\n\n```\n{claimed}\n```\n"),
        3 => format!("```pycon\n>>> {number} + 1\n{claimed}\n>>> '{word}'\n'{word}'\n```\n"),
        4 => format!("```python\nprint('{word}', {number} + 1)   # prints: {word} {claimed}\n```\n"),
        5 => format!("> ```python\n> [{number} + 1]   # => [{claimed}]\n> ```\n"),
        6 => format!("- item\n\n  ```python\n  str({number} + 1)\n  # '{claimed}' — {word}\n  ```\n"),
        _ => format!("    >>> y = {number}\n    >>> y + 1\n    {claimed}\n"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_is_false_becomes_true_and_the_rest_stays(
        pieces in proptest::collection::vec((0_usize..8, 100_i64..999, any::<bool>(), "[a-z]{3,8}", "[A-Z][a-z]{2,9}"), 4..24),
    ) {
        let document = |is_true: bool| -> String {
            let text = |(kind, number, holds, word, prose): &(usize, i64, bool, String, String)| {
                let claimed = if *holds || is_true { number + 1 } else { number * 7 };
                format!("{prose} goes here.\n\n{}\n", piece(*kind, *number, claimed, word))
            };
            pieces.iter().map(text).collect()
        };
        let folder = folder_with(&[("a.md", document(false).as_bytes())]);
        let first = truedoc(folder.path(), &["fix", "a.md"]);
        prop_assert_eq!(fs::read_to_string(folder.path().join("a.md")).unwrap(), document(true), "{}", shown(&first));
        prop_assert_eq!(first.status.code(), Some(0), "{}", shown(&first));
        let second = truedoc(folder.path(), &["fix", "--diff", "a.md"]);
        prop_assert_eq!(second.status.code(), Some(0), "{}", shown(&second));
    }
}

/// What an example is given from outside it is given again when the correction is proved.
#[test]
fn a_correction_is_proved_with_what_the_example_is_given() {
    let guide = "```python\ntext = open('data/words.txt').read()\nlen(text)  # 4\n```\n";
    let expectations = "version: 1\ndocument: guide.md\nsettings:\n  readable: [data]\n";
    let folder = folder_with(&[("guide.md", guide.as_bytes())]);
    for (name, text) in [("data/words.txt", "one two"), ("expectations/guide.yaml", expectations)] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    let output = truedoc(folder.path(), &["fix", "guide.md"]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let fixed = fs::read_to_string(folder.path().join("guide.md")).expect("read");
    assert_eq!(fixed, guide.replace("# 4", "# 7"));
}
