//! `truedoc extract --out`: what is written, what is left alone, and what is taken away.

#[path = "support/program.rs"]
mod program;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::SystemTime;

use tempfile::TempDir;

const GUIDE: &str = "\
# Numbers

```python
x = 1
```

<!-- skip: next -->

```python
y = 2
```

# Words

```pycon
>>> 'a' + 'b'
'ab'
```
";

fn folder_with(name: &str, text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), name, text);
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn truedoc(folder: &Path, arguments: &[&str]) -> Output {
    program::truedoc().args(arguments).current_dir(folder).output().unwrap()
}

/// Extracts the documents of a folder into `out`, and gives what was said.
#[track_caller]
fn extract(folder: &Path, path: &str) -> String {
    let output = truedoc(folder, &["extract", path, "--out", "out"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    said
}

/// The files below a folder by their relative path.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(current) = todo.pop() {
        for entry in fs::read_dir(&current).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else {
                files.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn names(folder: &Path) -> Vec<String> {
    tree(folder).keys().map(|path| path.to_str().unwrap().to_owned()).collect()
}

#[test]
fn every_example_is_a_file_with_exactly_its_code() {
    let folder = folder_with("docs/guide.md", GUIDE);
    let said = extract(folder.path(), "docs");
    assert_eq!(said, "3 examples of 1 document in `out`: 4 files written, 0 unchanged, 0 removed\n");
    let out = folder.path().join("out/docs/guide.md");
    assert_eq!(names(&out), ["index.json", "numbers-1.py", "numbers-2.py", "words-1.py"]);
    assert_eq!(fs::read_to_string(out.join("words-1.py")).unwrap(), "'a' + 'b'\n");
    let index: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("index.json")).unwrap()).unwrap();
    assert_eq!(index["schema"], "truedoc/extract/1");
    assert_eq!(index["document"], "docs/guide.md");
    let second = &index["examples"][1];
    assert_eq!((&second["id"], &second["file"]), (&"guide/numbers#2".into(), &"numbers-2.py".into()));
    assert_eq!((&second["start_line"], &second["form"]), (&10.into(), &"fenced".into()));
    assert_eq!(second["marks"][0]["dialect"], "sybil");
    assert_eq!(second["marks"][0]["words"], "skip: next");
}

#[test]
fn writing_again_touches_nothing() {
    let folder = folder_with("guide.md", GUIDE);
    extract(folder.path(), "guide.md");
    let times = || -> Vec<SystemTime> {
        let files = tree(&folder.path().join("out"));
        let time = |path: &PathBuf| fs::metadata(folder.path().join("out").join(path)).unwrap();
        files.keys().map(|path| time(path).modified().unwrap()).collect()
    };
    let before = times();
    std::thread::sleep(std::time::Duration::from_millis(20));
    let said = extract(folder.path(), "guide.md");
    assert!(said.contains("0 files written, 4 unchanged, 0 removed"), "{said}");
    assert_eq!(times(), before);
}

#[test]
fn another_section_renames_no_example_of_the_others() {
    let folder = folder_with("guide.md", GUIDE);
    extract(folder.path(), "guide.md");
    let out = folder.path().join("out/guide.md");
    let before = tree(&out);
    let more = GUIDE.replace("# Words", "# More\n\n```python\nz = 3\n```\n\n# Words");
    write(folder.path(), "guide.md", &more.replace("x = 1", "x = 10"));
    extract(folder.path(), "guide.md");
    let after = tree(&out);
    for (path, content) in before.iter().filter(|(path, _)| path.extension().unwrap() == "py") {
        let changed = path.to_str() == Some("numbers-1.py");
        assert_eq!(after[path] != *content, changed, "{path:?}");
    }
    assert_eq!(after[Path::new("more-1.py")], b"z = 3\n");
}

#[test]
fn what_is_gone_is_taken_away_and_foreign_files_stay() {
    let folder = folder_with("docs/guide.md", GUIDE);
    write(folder.path(), "docs/other.md", GUIDE);
    extract(folder.path(), "docs");
    let out = folder.path().join("out/docs");
    write(&out, "guide.md/mine-1.py", "mine\n");
    write(&out, "guide.md/notes.txt", "mine\n");
    fs::remove_file(folder.path().join("docs/other.md")).unwrap();
    write(folder.path(), "docs/guide.md", GUIDE.split("# Words").next().unwrap());
    let said = extract(folder.path(), "docs");
    // One example of the guide; three examples and the index of the other document.
    assert!(said.contains("1 file written, 2 unchanged, 5 removed"), "{said}");
    let left = ["index.json", "mine-1.py", "notes.txt", "numbers-1.py", "numbers-2.py"];
    assert_eq!(names(&out.join("guide.md")), left);
    assert!(!out.join("other.md").exists());
}

#[test]
fn documents_outside_the_paths_keep_their_examples() {
    let folder = folder_with("docs/guide.md", GUIDE);
    write(folder.path(), "more/other.md", GUIDE);
    extract(folder.path(), ".");
    fs::remove_file(folder.path().join("docs/guide.md")).unwrap();
    extract(folder.path(), "more");
    assert_eq!(names(&folder.path().join("out/docs/guide.md")).len(), 4);
    extract(folder.path(), ".");
    assert!(!folder.path().join("out/docs").exists());
}

#[test]
fn files_of_others_are_never_replaced() {
    let folder = folder_with("guide.md", GUIDE);
    for (name, text) in [("numbers-1.py", "mine\n"), ("index.json", "{}")] {
        let place = format!("out/guide.md/{name}");
        write(folder.path(), &place, text);
        let output = truedoc(folder.path(), &["extract", "guide.md", "--out", "out"]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.starts_with(&format!("error: `{place}` was not written by truedoc")), "{said}");
        assert_eq!(names(&folder.path().join("out/guide.md")), [name]);
        fs::remove_file(folder.path().join(place)).unwrap();
    }
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let folder = folder_with("guide.md", GUIDE);
    write(folder.path(), "out", "a file");
    let output = truedoc(folder.path(), &["extract", "guide.md", "--out", "out"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(said.starts_with("error: the examples cannot be written to `out"), "{said}");
}

/// `examples_extracted/` shows what a change of the extractor does to the corpus.
#[test]
fn the_extracted_corpus_is_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = tempfile::tempdir().unwrap();
    let output = truedoc(root, &["extract", "corpus", "--out", out.path().to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (found, kept) = (tree(out.path()), tree(&root.join("examples_extracted")));
    let ours = |path: &Path| path.starts_with("corpus");
    let stale: Vec<_> = found
        .keys()
        .chain(kept.keys().filter(|path| ours(path)))
        .filter(|path| found.get(*path) != kept.get(*path))
        .collect();
    assert!(stale.is_empty(), "run `truedoc extract corpus --out examples_extracted`: {stale:?}");
}
