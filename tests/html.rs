//! The report as a page: valid HTML, and tried in headless Chromium by the tests in `tests/html/`.
//!
//! Those need Chromium, Node and the packages of `tests/html/package-lock.json` (`npm ci`). Where one
//! of them is missing they are not run, and say so; with `TRUEDOC_BROWSER_TESTS=required` that fails.

#[path = "support/program.rs"]
mod program;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const GUIDE: &str = r#"# Lists

Two names for one list:

```python
a = [1, 2, 3]
b = a
b.append(4)
a          # [1, 2, 3, 4] (the same object)
a is b     # True
a.sort()   # [4, 3, 2, 1]
print(sum(a))
```

Output:

```
11
```

Small integers are cached, and large ones are not.
Every integer is cached, says this line.

## More

A list of `len([1, 2])` and `sorted("ba")` is `['a', 'b']`.

```python
tally = Counter("banana")
tally["a"]   # 3
```

```python
1 / 0
```

```pycon
>>> 2 + 2
5
>>> {"b": 1} | {"a": 2}
{'a': 2, 'b': 1}
```

```python
import random
random.random()   # 0.5
```

```python
print("one")
print("two")
```

Output:

```
one
three
```
"#;

const HOSTILE: &str = "# Hostile </script><script>alert(1)</script>

<img src=x onerror=\"window.hit = 1; alert(2)\"> <!-- a comment, [a link](javascript:alert(3))
<svg onload=alert(4)> &lt;b&gt; &#x3C; ]]> <![CDATA[ <plaintext> <base href='https://example.org/'>
</li></ol></details></main><iframe src=https://example.org/></iframe><meta http-equiv=refresh content=0>
From right to left: \u{202e}abc\u{202c}, \u{2066}isolated\u{2069}, zero\u{200b}width, \u{feff}mark, \u{1b}[31mred
Line separators: one\u{2028}two\u{2029}three, {{style}} {{script}}
Scripts and emoji: שלום, नमस्ते, 👩\u{200d}🚀

```python
text = '</script><img src=x onerror=alert(5)>'
text   # '</script><img src=x onerror=alert(6)>'
text   # '</script><img src=x onerror=alert(5)>'
print('\\0\\x1b[31m</pre><script>alert(7)</script>')   # </summary><script>alert(8)</script>
raise ValueError('<img src=x onerror=alert(9)>')
```
";

const FACTS: &str = r#"version: 1
facts:
  - id: small-int-cache
    statement: CPython keeps one object for each integer from -5 to 256.
    probe: print(all(int(str(n)) is int(str(n)) for n in range(-5, 257)))
    prints: "True"
    contrast:
      probe: print(int("257") is int("257"))
      prints: "False"
    source: C API Reference, Integer Objects
"#;

const EXPECTATIONS: &str = r#"version: 1
document: docs/guide.md
claims:
  - line: 37
    holds: false
    reason: shows a sum wrongly on purpose
prose:
  - line: 21
    quote: Small integers are cached
    fact: small-int-cache
  - line: 22
    quote: Every integer is cached
    fact: small-int-cache
    negated: true
    reason: from 257 on each is an object of its own
"#;

/// A folder with the pages.
struct Pages {
    folder: tempfile::TempDir,
}

impl Pages {
    fn new() -> Pages {
        Pages { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
    }

    fn truedoc(&self, arguments: &[&str]) {
        let output =
            program::truedoc().args(arguments).current_dir(self.folder.path()).output().expect("it starts");
        assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// `guide.html` by a check; by a stored report `again.html`, `only.html` with a verdict chosen, and
    /// `gone.html` after its documents are gone.
    fn small(&self) {
        let documents =
            [("guide.md", GUIDE), ("hostile.md", HOSTILE), ("my notes.txt", "x = 1; y = 2\ny  # 3\n")];
        for (name, text) in documents {
            self.write(&format!("docs/{name}"), text);
        }
        self.write("docs/<b onclick=alert(10)>'&.txt", "z = 1\nz  # 1\n");
        self.write("truedoc.toml", "expectations = \"expectations\"\n");
        self.write("expectations/facts/integers.yaml", FACTS);
        self.write("expectations/guide.yaml", EXPECTATIONS);
        let data = ["--format", "json", "--output", "report.json", "--report", "html=guide.html"];
        self.truedoc(&[&["check", "--quiet", "docs"][..], &data].concat());
        let again = ["report", "report.json", "--format", "html", "--output"];
        self.truedoc(&[&again[..], &["again.html"]].concat());
        self.truedoc(&[&again[..], &["only.html", "--only", "refuted"]].concat());
        let kept = self.folder.path().join("docs");
        fs::rename(&kept, self.folder.path().join("away")).expect("moved");
        self.truedoc(&[&again[..], &["gone.html"]].concat());
        fs::rename(self.folder.path().join("away"), &kept).expect("moved back");
    }

    /// `many.html`: what `guide.html` shows, among so much else that the page is a large one.
    fn many(&self) {
        let one = self.one();
        let text = fs::read_to_string(self.folder.path().join("report.json")).expect("a report");
        let mut report: Value = serde_json::from_str(&text).expect("JSON");
        let documents = report["documents"].as_array_mut().expect("a list");
        documents.extend((0..5).map(|number| self.large_report(&one["documents"][0], number)));
        self.write("many.json", &report.to_string());
        self.truedoc(&["report", "many.json", "--format", "html", "--output", "many.html"]);
    }

    /// The report on a document with one example and two claims.
    fn one(&self) -> Value {
        self.write("one.md", &large_document(0, 1));
        self.truedoc(&["check", "--quiet", "--format", "json", "--output", "one.json", "one.md"]);
        let text = fs::read_to_string(self.folder.path().join("one.json")).expect("a report");
        serde_json::from_str(&text).expect("JSON")
    }

    /// `large.html`: 50 documents with 5,000 examples and 10,000 claims, a tenth of them refuted.
    fn large(&self) {
        let mut report = self.one();
        let one = report["documents"][0].take();
        assert_eq!(one["examples"][0]["claims"].as_array().map(Vec::len), Some(2), "{one}");
        let documents = (0..50).map(|number| self.large_report(&one, number));
        report["documents"] = documents.collect();
        report["summary"]["documents"] = json!(50);
        report["summary"]["examples"] = json!(5000);
        report["summary"]["claims"] = json!(10000);
        self.write("large.json", &report.to_string());
        self.truedoc(&["report", "large.json", "--format", "html", "--output", "large.html"]);
    }

    fn large_report(&self, one: &Value, number: usize) -> Value {
        let path = format!("docs/{number:02}.md");
        let text = large_document(number * 100, 100);
        self.write(&path, &text);
        let mut document = one.clone();
        document["path"] = json!(path);
        let bytes = Sha256::digest(text.as_bytes());
        document["sha256"] = json!(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        let examples = (0..100).map(|index| {
            let mut example = one["examples"][0].clone();
            let start = index * LARGE_HEIGHT + 4;
            let name = number * 100 + index;
            example["id"] = json!(format!("{number:02}/lists#{index}"));
            example["start_line"] = json!(start);
            example["end_line"] = json!(start + 2);
            example["code"] = json!(large_code(name));
            for (at, subject) in [(0, format!("list_{name}")), (1, format!("print(\"total {name}\")"))] {
                example["claims"][at]["line"] = json!(start + 1 + at);
                example["claims"][at]["subject"] = json!(subject);
                if (2 * name + at).is_multiple_of(10) {
                    example["claims"][at]["verdict"] = json!("refuted");
                    example["claims"][at]["actual"] = json!("something else");
                }
            }
            example
        });
        document["examples"] = examples.collect();
        document
    }

    fn page(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).expect("a page")
    }
}

/// Lines of each example in a large document.
const LARGE_HEIGHT: usize = 8;

fn large_document(first: usize, examples: usize) -> String {
    let example = |name: usize| {
        format!("What list number {name} holds is said below.\n\n```python\n{}```\n\n", large_code(name))
    };
    (first..first + examples).map(example).collect()
}

fn large_code(name: usize) -> String {
    format!(
        "list_{name} = [{name}, 2]\nlist_{name}  # [{name}, 2]\nprint(\"total {name}\")  # total {name}\n"
    )
}

fn harness() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/html")
}

/// The program with one of these names.
fn program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let found =
        |name: &&str| std::env::split_paths(&path).map(|folder| folder.join(name)).find(|p| p.is_file());
    names.iter().find_map(found)
}

/// Node, if it and its packages are there.
fn node() -> Option<PathBuf> {
    let node = program(&["node", "nodejs"]).filter(|_| harness().join("node_modules").is_dir());
    if node.is_none() {
        not_run("Node with the packages of tests/html (`npm ci` there)");
    }
    node
}

fn chromium() -> Option<PathBuf> {
    let chromium = program(&["chromium", "chromium-browser", "google-chrome"]);
    if chromium.is_none() {
        not_run("Chromium");
    }
    chromium
}

#[expect(clippy::print_stderr, reason = "whoever reads the output of the tests should know")]
fn not_run(missing: &str) {
    let required = std::env::var_os("TRUEDOC_BROWSER_TESTS").is_some_and(|value| value == "required");
    assert!(!required, "{missing} is missing");
    eprintln!("NOT RUN: the tests of the page in a browser need {missing}");
}

fn run(command: &mut Command) {
    let output = command.current_dir(harness()).output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    #[expect(clippy::print_stdout, reason = "the times that were measured are shown with --nocapture")]
    text.lines().filter(|line| line.contains("measured")).for_each(|line| println!("{line}"));
}

#[test]
fn a_stored_report_gives_the_same_page() {
    let pages = Pages::new();
    pages.small();
    assert_eq!(pages.page("guide.html"), pages.page("again.html"));
}

#[test]
fn the_page_is_valid_html() {
    let Some(node) = node() else { return };
    let pages = Pages::new();
    pages.small();
    pages.many();
    let names =
        ["guide.html", "only.html", "gone.html", "many.html"].map(|name| pages.folder.path().join(name));
    run(Command::new(node).arg("validate.mjs").args(names));
}

#[test]
fn the_page_in_a_browser() {
    let (Some(node), Some(chromium)) = (node(), chromium()) else { return };
    let pages = Pages::new();
    pages.small();
    pages.many();
    pages.large();
    run(Command::new(node)
        .args(["--test", "--test-concurrency=1"])
        .args(["page.test.mjs", "hostile.test.mjs", "access.test.mjs", "large.test.mjs"])
        .env("TRUEDOC_PAGES", pages.folder.path())
        .env("TRUEDOC_CHROMIUM", chromium));
}

#[test]
fn ten_thousand_claims_make_a_page_of_a_proportionate_size() {
    let pages = Pages::new();
    pages.large();
    let size = pages.page("large.html").len();
    // Two claims and an example with their texts, eight lines of the document.
    assert!(size / 5000 < 4_000, "{size} bytes");
}
