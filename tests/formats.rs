//! Documents that are neither Markdown nor text, from the file to the verdicts.

#[path = "support/program.rs"]
mod program;

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

fn folder_with(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// The JSON report of a check.
fn checked(folder: &Path, path: &str) -> Value {
    let command = ["check", "--format", "json", path];
    let output = program::truedoc().args(command).current_dir(folder).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

/// Line and verdict of each claim of a document's examples.
fn verdicts(document: &Value) -> Vec<(u64, &str)> {
    let examples = document["examples"].as_array().unwrap().iter();
    let claims = examples.flat_map(|example| example["claims"].as_array().unwrap());
    claims.map(|claim| (claim["line"].as_u64().unwrap(), claim["verdict"].as_str().unwrap())).collect()
}

#[test]
fn cells_share_what_those_above_them_left() {
    let book = r#"{"cells": [
{"cell_type": "code", "source": "x = [1]"},
{"cell_type": "code", "source": "x.append(2)"},
{"cell_type": "code", "source": "x", "outputs": [{"output_type": "execute_result", "data": {"text/plain":
"[1, 2]"}}]},
{"cell_type": "code", "source": "print(x)\n1 / 0", "outputs": [{"output_type": "stream", "text":
"[1]"}, {"output_type": "error", "ename":
"ZeroDivisionError", "evalue": "division by zero"}]}]}"#;
    let folder = folder_with(&[("book.ipynb", book)]);
    let report = checked(folder.path(), "book.ipynb");
    let document = &report["documents"][0];
    assert_eq!(verdicts(document), [(5, "confirmed"), (7, "refuted"), (8, "confirmed")]);
    assert_eq!(document["examples"][3]["status"], "ran", "the document shows the exception");
}

#[test]
fn docstrings_run_in_their_module() {
    let module = "_hidden = 1\n\ndef f():\n    '''\n    >>> f()\n    1\n    >>> from tools import f as again\n    >>> again is f, __name__\n    (True, 'tools')\n    '''\n    return _hidden\n\nif __name__ == '__main__':\n    raise SystemExit\n";
    let folder = folder_with(&[("tools.py", module)]);
    let report = checked(folder.path(), "tools.py");
    assert_eq!(verdicts(&report["documents"][0]), [(6, "confirmed"), (9, "confirmed")]);
}

#[test]
fn a_module_of_a_package_says_what_its_examples_need() {
    let module = "from . import other\n\ndef f():\n    '''\n    >>> f()\n    1\n    '''\n";
    let folder = folder_with(&[("pack/tools.py", module), ("pack/other.py", "x = 1\n")]);
    let report = checked(folder.path(), "pack");
    let documents = report["documents"].as_array().unwrap();
    assert_eq!(documents.len(), 1, "a file without examples is no document");
    let example = &documents[0]["examples"][0];
    assert_eq!(example["reason"], "needs-package");
    assert_eq!(example["claims"][0]["verdict"], "undecided");
    assert_eq!(checked(folder.path(), "pack/other.py")["documents"].as_array().unwrap().len(), 1);
}

#[test]
fn a_page_is_judged_as_its_reader_sees_it() {
    let page = "<p><code>1 &lt; 2</code> is <code>False</code>.</p>\n<pre class=\"python\">print(1)</pre><p>Output:</p><pre>\n1</pre>";
    let folder = folder_with(&[("page.html", page)]);
    let report = checked(folder.path(), ".");
    assert_eq!(verdicts(&report["documents"][0]), [(1, "refuted"), (3, "confirmed")]);
}
