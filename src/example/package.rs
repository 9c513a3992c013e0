//! The module that a Python file is: its name, and the package that it belongs to.
//!
//! A package is what Python takes for one, a folder with an `__init__.py`; the file system says so.

use std::path::{Path, PathBuf};

use super::Module;
use crate::document::Document;

/// The module that a file is. A stub (`.pyi`) is none: it has no code to run.
pub fn module(document: &Document) -> Option<Module> {
    let path = std::path::absolute(&document.path).unwrap_or_else(|_| PathBuf::from(&document.path));
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pyi")) {
        return None;
    }
    let stem = name(&path)?;
    let source = document.text.clone();
    let folders: Vec<&Path> = path.ancestors().skip(1).take_while(|folder| is_package(folder)).collect();
    let Some(&top) = folders.last() else {
        // Under its own name the second would run as a program.
        let bare = matches!(stem.as_str(), "__init__" | "__main__");
        let folder = || path.parent().and_then(name).unwrap_or_else(|| "package".to_owned());
        return Some(Module { name: if bare { folder() } else { stem }, source, path, package: None });
    };
    let mut parts: Vec<String> = folders.iter().rev().filter_map(|folder| file_name(folder)).collect();
    if stem != "__init__" {
        parts.push(stem);
    }
    let package = Some(top.to_owned());
    Some(Module { name: parts.join("."), source, path, package })
}

fn is_package(folder: &Path) -> bool {
    folder.join("__init__.py").is_file()
}

fn name(path: &Path) -> Option<String> {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned())
}

/// The whole name of a folder, dots included.
fn file_name(folder: &Path) -> Option<String> {
    folder.file_name().map(|name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;

    #[test]
    fn a_file_in_a_package_bears_the_name_of_the_package() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("lib/tools/shapes")).unwrap();
        for file in ["tools/__init__.py", "tools/shapes/__init__.py"] {
            std::fs::write(root.join("lib").join(file), "").unwrap();
        }
        let module_of = |path: &str| {
            let path = root.join("lib").join(path);
            let document = Document::from_text(&path.to_string_lossy(), Format::Python, "");
            module(&document).map(|module| (module.name, module.package))
        };
        let tools = Some(root.join("lib/tools"));
        assert_eq!(module_of("tools/shapes/box.py"), Some(("tools.shapes.box".into(), tools.clone())));
        assert_eq!(module_of("tools/shapes/__init__.py"), Some(("tools.shapes".into(), tools.clone())));
        assert_eq!(module_of("tools/__main__.py"), Some(("tools.__main__".into(), tools)));
        assert_eq!(module_of("single.py"), Some(("single".into(), None)));
        assert_eq!(module_of("__main__.py"), Some(("lib".into(), None)));
        assert_eq!(module_of("tools/shapes/box.pyi"), None);
    }
}
