//! What an example needs whose module is not there: a distribution, a file of its own document, or a
//! part of the standard library that this Python lacks.

use super::Case;
use crate::packages::{Import, OwnModules, imports, is_standard, normalised, provider};
use crate::verdict::Need;

/// What stands behind a module that could not be imported, by its whole name.
pub fn missing_module(case: &Case, own: &OwnModules, module: &str) -> Need {
    let import = import_of(case, module);
    if own.have(&import, &case.example) {
        let what = format!("{}.py, a module that the document shows itself", import.top());
        return Need { reason: "needs-file", what };
    }
    let what = match import.top() {
        top if is_standard(top) => format!("{top} of the standard library, which this Python does not have"),
        top => told(&provider(&import).distributions[0], top),
    };
    Need { reason: "needs-package", what }
}

/// A distribution, with the name that it is imported by where that is another one.
fn told(distribution: &str, top: &str) -> String {
    match normalised(distribution) == normalised(top) {
        true => distribution.to_owned(),
        false => format!("{distribution} (imported as {top})"),
    }
}

/// The import that a missing module stands in; what a library misses stands in none of ours.
fn import_of(case: &Case, module: &str) -> Import {
    let below = format!("{module}.");
    let is_meant = |name: &String| name == module || name.starts_with(&below);
    let mut all = case.sources().flat_map(imports);
    all.find(|import| import.modules().any(|name| is_meant(&name)))
        .unwrap_or_else(|| Import { module: module.to_owned(), names: Vec::new() })
}
