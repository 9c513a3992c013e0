//! The packages that examples need: how they are named, and how they come to be there.

#[path = "support/project.rs"]
mod project;

use project::{Project, examples};
use serde_json::Value;

/// Reason and detail of each example that was not well.
fn needs(report: &Value) -> Vec<(&str, &str)> {
    let told = |example: &&Value| !example["reason"].is_null();
    let both = examples(report).into_iter().filter(told);
    both.map(|example| (example["reason"].as_str().unwrap(), example["detail"].as_str().unwrap())).collect()
}

fn fenced(codes: &[&str]) -> String {
    codes.iter().map(|code| format!("```python\n{code}\n```\n\n")).collect()
}

#[test]
fn what_is_needed_has_the_name_that_it_is_installed_by() {
    let shown =
        "`print(1)` is `1`.\n\n```python title=\"calc_of_ours.py\"\ndef add(a, b): return a + b\n```\n\n";
    let text = shown.to_owned()
        + &fenced(&[
            "import absent_of_everywhere.deep\nprint(1)  # 1",
            "from google.cloud import absent_storage",
            "import distutils_is_gone, imp_of_nothing",
            "raise ModuleNotFoundError('no name')",
        ])
        + "## Later\n\n"
        + &fenced(&[
            "from store_of_ours import Store",
            "class Store: pass",
            "from store_of_ours import Store  # works",
        ])
        + "```python\nimport sys; sys.modules['calc_of_ours'] = None\nimport calc_of_ours\n```\n";
    let project = Project::new(&[("guide.md", &text)]);
    let (report, _) = project.report(&["guide.md"]);
    assert_eq!(
        needs(&report),
        [
            ("needs-package", "absent-of-everywhere"),
            ("needs-package", "google-cloud-absent-storage (imported as google)"),
            ("needs-package", "distutils-is-gone"),
            ("needs-package", ""),
            ("needs-package", "store-of-ours"),
            ("needs-file", "store_of_ours.py, a module that the document shows itself"),
            ("needs-file", "calc_of_ours.py, a module that the document shows itself"),
        ]
    );
    let of_store = examples(&report)[8]["claims"].as_array().unwrap();
    assert_eq!(of_store[0]["reason"], "needs-file");
}
