//! Which distribution provides a module. Most have the name of what is imported; `names.txt` lists
//! those that do not.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use ruff_python_stdlib::sys::is_known_standard_library;

use super::Import;
use crate::interpreters::OLDEST_MINOR;

/// Import names and distributions, see the file.
const TABLE: &str = include_str!("names.txt");

/// The newest minor version whose standard library is known.
const NEWEST_MINOR: u32 = 15;

/// The names that documents use for modules of their readers.
const PLACEHOLDERS: &str = include_str!("placeholders.txt");

static NAMES: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let entries = lines.filter_map(|line| line.split_once(' '));
    entries.map(|(module, names)| (module, names.split(' ').collect())).collect()
});

/// Who provides what is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// The module that a distribution provides: the first part of the name, or as many as it takes to
    /// tell the parts of a namespace apart.
    pub module: String,
    /// The distributions that do, as their authors write their names; the one to install comes first,
    /// with the extra that it takes to be of use without a compiler.
    pub distributions: Vec<String>,
}

/// Who provides what is imported.
pub fn provider(import: &Import) -> Provider {
    let listed = import.modules().filter_map(|module| listed(&module)).max_by_key(|(parts, _)| *parts);
    listed.map_or_else(
        || Provider { module: import.top().to_owned(), distributions: vec![hyphenated(import.top())] },
        |(_, provider)| provider,
    )
}

/// The entry of the table for a module, with the number of parts of its name that it goes by.
fn listed(module: &str) -> Option<(usize, Provider)> {
    let parts: Vec<&str> = module.split('.').collect();
    (1..=parts.len()).rev().find_map(|length| {
        let module = parts[..length].join(".");
        let pattern = [&parts[..length - 1], &["*"]].concat().join(".");
        let names = NAMES.get(module.as_str()).or_else(|| NAMES.get(pattern.as_str()))?;
        let part = hyphenated(parts[length - 1]);
        let distributions = names.iter().map(|name| name.replace('*', &part)).collect();
        Some((length, Provider { module, distributions }))
    })
}

/// Whether documents use this name for a module of their reader.
pub fn is_placeholder(module: &str) -> bool {
    let begins = ["my_", "your_", "test_"].iter().any(|start| module.starts_with(start));
    begins || PLACEHOLDERS.lines().any(|line| line == module)
}

fn hyphenated(name: &str) -> String {
    name.replace('_', "-")
}

/// Whether a top-level module belongs to the standard library of any Python that examples run with:
/// then no distribution is meant, even where this Python lacks it.
pub fn is_standard(module: &str) -> bool {
    let minors = OLDEST_MINOR..=NEWEST_MINOR;
    minors.filter_map(|minor| u8::try_from(minor).ok()).any(|minor| is_known_standard_library(minor, module))
}

/// The name of a distribution as indexes compare it: without its extras, in lower case, with `-` for
/// any run of `-`, `_` and `.`.
pub fn normalised(distribution: &str) -> String {
    let name = distribution.split('[').next().unwrap_or_default().to_ascii_lowercase();
    let parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(module: &str, names: &[&str]) -> String {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        provider(&Import { module: module.to_owned(), names }).distributions[0].clone()
    }

    #[test]
    fn known_names_differ_and_others_are_taken_as_they_are() {
        assert_eq!(of("jwt", &[]), "PyJWT");
        assert_eq!(of("dotenv.main", &["load_dotenv"]), "python-dotenv");
        assert_eq!(of("psycopg2.extras", &[]), "psycopg2-binary");
        assert_eq!(of("fastapi", &["FastAPI"]), "fastapi");
        assert_eq!(of("pydantic_settings", &[]), "pydantic-settings");
    }

    #[test]
    fn parts_of_a_namespace_are_distributions_of_their_own() {
        assert_eq!(of("google.cloud", &["big_query"]), "google-cloud-big-query");
        assert_eq!(of("google.protobuf.message", &["Message"]), "protobuf");
        assert_eq!(of("opentelemetry", &["trace"]), "opentelemetry-api");
        assert_eq!(of("opentelemetry.sdk.trace", &["TracerProvider"]), "opentelemetry-sdk");
        let instrumented = of("opentelemetry.instrumentation.fastapi", &["FastAPIInstrumentor"]);
        assert_eq!(instrumented, "opentelemetry-instrumentation-fastapi");
        assert_eq!(of("azure.storage.blob.aio", &[]), "azure-storage-blob");
    }

    #[test]
    fn nothing_of_the_standard_library_is_a_distribution() {
        assert!(
            ["asyncio", "distutils", "imp", "tomllib", "tkinter", "_thread"].into_iter().all(is_standard)
        );
        assert!(!is_standard("numpy"));
        let listed = NAMES.keys().filter(|module| is_standard(module));
        assert_eq!(listed.collect::<Vec<_>>(), Vec::<&&str>::new());
    }

    #[test]
    fn the_table_is_sorted_and_says_nothing_twice() {
        let lines: Vec<&str> = TABLE.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(lines.is_sorted(), "names.txt is not sorted");
        assert_eq!(NAMES.len(), lines.len());
        for (module, names) in NAMES.iter() {
            assert_ne!(vec![*module], [names[0].replace('-', "_")], "it needs no entry");
            assert!(names.iter().all(|name| module.contains('*') == name.contains('*')), "{module}");
        }
        let placeholders: Vec<&str> = PLACEHOLDERS.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(placeholders.is_sorted(), "placeholders.txt is not sorted");
        assert!(placeholders.iter().all(|name| !NAMES.contains_key(name)));
    }

    #[test]
    fn spellings_of_a_name_are_one() {
        assert_eq!(normalised("Flask_SQLAlchemy"), "flask-sqlalchemy");
        assert_eq!(normalised("ruamel.yaml"), normalised("Ruamel--YAML"));
        assert_eq!(normalised("psycopg[binary]"), "psycopg");
    }
}
