//! Facts: statements about Python itself, each with a probe that tests it.
//!
//! ```yaml
//! # expectations/facts/integers.yaml
//! version: 1
//! facts:
//!   - id: small-int-cache
//!     statement: CPython keeps one object for each integer from -5 to 256.
//!     probe: |
//!       print(all(int(str(n)) is int(str(n)) for n in range(-5, 257)))
//!     prints: "True"
//!     contrast:                 # a variant that must give another result
//!       probe: print(int("257") is int("257"))
//!       prints: "False"
//!     since: "3.9"              # optional: first and last version for which it holds
//!     until: "3.13"
//!     source: C API Reference, Integer Objects, PyLong_FromLong
//! ```

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_yaml::Spanned;

/// A file of facts, as it is written.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct FactsFile {
    /// The version of the format: 1.
    #[cfg_attr(test, schemars(with = "u32"))]
    pub version: Spanned<u32>,
    /// The facts.
    #[cfg_attr(test, schemars(with = "Vec<WrittenFact>"))]
    pub facts: Vec<Spanned<WrittenFact>>,
}

/// A fact, as it is written.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenFact {
    /// Its name, in words joined by hyphens.
    #[cfg_attr(test, schemars(with = "String"))]
    pub id: Spanned<String>,
    /// What it states, in one sentence.
    pub statement: String,
    /// Code that tests it, with the standard library only.
    pub probe: String,
    /// What the probe prints if it holds.
    pub prints: String,
    /// A variant of the probe that must print something else.
    pub contrast: Contrast,
    /// First version of Python for which it holds, as `"3.11"`.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub since: Option<Spanned<String>>,
    /// Last version of Python for which it holds.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub until: Option<Spanned<String>>,
    /// Where it is documented: a section of the documentation, a PEP.
    pub source: String,
    /// What else there is to say.
    pub remark: Option<String>,
}

/// A variant of a probe that must give another result: it shows that the probe can fail.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Contrast {
    /// The code.
    pub probe: String,
    /// What it prints.
    pub prints: String,
}

/// A statement about Python itself with the probe that tests it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Its name.
    pub id: String,
    /// What it states, in one sentence.
    pub statement: String,
    /// Code that tests it.
    pub probe: String,
    /// What the probe prints if it holds.
    pub prints: String,
    /// A variant that must give another result.
    pub contrast: Contrast,
    /// First version for which it holds; all before do not.
    pub since: Option<Version>,
    /// Last version for which it holds; all later do not.
    pub until: Option<Version>,
    /// Where it is documented.
    pub source: String,
    /// What else there is to say.
    pub remark: Option<String>,
    /// Its file as shown to the user, and the line there.
    pub place: (String, usize),
}

/// Major and minor version of Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Version(pub u32, pub u32);

impl Version {
    /// The version that a text such as `3.11` or `3.11.7` begins with.
    pub fn parse(text: &str) -> Option<Version> {
        let mut numbers = text.split('.').map(str::parse);
        Some(Version(numbers.next()?.ok()?, numbers.next()?.ok()?))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.0, self.1)
    }
}

impl Fact {
    /// Whether it claims to hold for a version.
    pub fn covers(&self, version: Version) -> bool {
        self.since.is_none_or(|since| since <= version) && self.until.is_none_or(|until| version <= until)
    }

    /// The versions for which it holds, in words; empty if for all.
    pub fn versions(&self) -> String {
        match (self.since, self.until) {
            (Some(since), Some(until)) if since == until => format!("in {since} only"),
            (Some(since), Some(until)) => format!("from {since} to {until}"),
            (Some(since), None) => format!("since {since}"),
            (None, Some(until)) => format!("until {until}"),
            (None, None) => String::new(),
        }
    }
}

impl WrittenFact {
    /// The fact, or what is wrong with it and where.
    pub fn understood(self, path: &str, line: usize) -> Result<Fact, (serde_yaml::Location, String)> {
        let at = self.id.referenced;
        let WrittenFact { id, statement, probe, prints, contrast, since, until, source, remark } = self;
        let is_name = |id: &str| {
            !id.is_empty() && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        if !is_name(&id.value) {
            return Err((at, format!("`{}` is no name of small letters, digits and hyphens", id.value)));
        }
        if contrast.prints.trim_end() == prints.trim_end() {
            return Err((at, format!("the contrast of `{}` is to print the same as its probe", id.value)));
        }
        let version = |written: Option<Spanned<String>>| {
            let Some(written) = written else { return Ok(None) };
            let wrong = || (written.referenced, format!("`{}` is no version such as 3.11", written.value));
            Version::parse(&written.value).map(Some).ok_or_else(wrong)
        };
        let (since, until) = (version(since)?, version(until)?);
        let place = (path.to_owned(), line);
        Ok(Fact { id: id.value, statement, probe, prints, contrast, since, until, source, remark, place })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(since: Option<Version>, until: Option<Version>) -> Fact {
        Fact {
            id: "a".to_owned(),
            statement: String::new(),
            probe: String::new(),
            prints: "1".to_owned(),
            contrast: Contrast { probe: String::new(), prints: "2".to_owned() },
            since,
            until,
            source: String::new(),
            remark: None,
            place: (String::new(), 1),
        }
    }

    #[test]
    fn versions_bound_a_fact() {
        let (nine, ten, eleven) = (Version(3, 9), Version(3, 10), Version(3, 11));
        assert!(nine < ten && ten < eleven);
        let middle = fact(Some(ten), Some(ten));
        assert_eq!([nine, ten, eleven].map(|version| middle.covers(version)), [false, true, false]);
        assert_eq!(middle.versions(), "in 3.10 only");
        assert!(fact(None, None).covers(nine));
        assert_eq!(fact(Some(nine), Some(eleven)).versions(), "from 3.9 to 3.11");
        assert_eq!(Version::parse("3.11.7"), Some(eleven));
        assert_eq!(Version::parse("3"), None);
    }
}
