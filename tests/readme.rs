//! The README is a document, too: the picture of the output that it shows is what truedoc prints.

use std::process::Command;

/// The text of the first block between `open` and the same fence alone on a line.
fn block<'a>(readme: &'a str, open: &str, fence: &str) -> &'a str {
    let start = readme.find(&format!("\n{open}\n")).expect("the block opens") + open.len() + 2;
    let length = readme[start..].find(&format!("\n{fence}\n")).expect("the block closes");
    &readme[start..=start + length]
}

#[test]
fn the_output_that_is_shown_is_real() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("a README");
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("guide.md"), block(&readme, "````markdown", "````")).expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_truedoc"))
        .args(["check", "guide.md"])
        .current_dir(folder.path())
        .env_remove("GITHUB_ACTIONS")
        .output()
        .expect("it starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), block(&readme, "```text", "```"));
    assert_eq!(output.status.code(), Some(1));
}
