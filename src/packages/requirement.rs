//! One requirement, as it is written for an installer.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::normalised;

/// A distribution that is wanted: a name, and maybe extras, versions and a marker. Whatever else an
/// installer takes (a URL, a path, an option) is none, so that nothing else can be slipped in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Requirement {
    name: String,
    /// All of it, with the spelling that all spellings are compared by.
    text: String,
}

/// Operators of versions, the longest first.
const OPERATORS: [&str; 8] = ["===", "==", "~=", "!=", "<=", ">=", "<", ">"];

impl Requirement {
    /// The requirement that a text is.
    ///
    /// # Errors
    /// If it is none, in one sentence.
    pub fn parse(text: &str) -> Result<Requirement, String> {
        Requirement::read(text).ok_or_else(|| {
            format!(
                "`{}` is no requirement; write the name of a distribution, maybe with extras and versions, as in `fastapi` or `uvicorn[standard]>=0.30`",
                text.trim()
            )
        })
    }

    fn read(text: &str) -> Option<Requirement> {
        let (wanted, marker) = match text.split_once(';') {
            Some((wanted, marker)) => (wanted, Some(marker.trim()).filter(|marker| is_marker(marker))?),
            None => (text, ""),
        };
        let wanted: String = wanted.trim().to_owned();
        let end = wanted.find(|c: char| !is_of_name(c)).unwrap_or(wanted.len());
        let (name, rest) = wanted.split_at(end);
        let edges = [name.chars().next()?, name.chars().next_back()?];
        if !edges.iter().all(char::is_ascii_alphanumeric) {
            return None;
        }
        let (extras, versions) = match rest.trim().strip_prefix('[') {
            Some(inner) => inner.split_once(']')?,
            None => ("", rest.trim()),
        };
        let name = normalised(name);
        let marker = if marker.is_empty() { String::new() } else { format!("; {marker}") };
        let text = format!("{name}{}{}{marker}", of_extras(extras)?, of_versions(versions)?);
        Some(Requirement { name, text })
    }

    /// The name of the distribution, as names are compared.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole requirement.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl TryFrom<String> for Requirement {
    type Error = String;

    fn try_from(text: String) -> Result<Requirement, String> {
        Requirement::parse(&text)
    }
}

impl From<Requirement> for String {
    fn from(requirement: Requirement) -> String {
        requirement.text
    }
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// A marker is for the installer to understand; on a line of its own it can do no harm.
fn is_marker(text: &str) -> bool {
    let is_harmless = |c: char| matches!(c, ' '..='~') && !matches!(c, '\\' | '$' | '#' | ';');
    !text.is_empty() && text.chars().all(is_harmless)
}

/// `[a,b]` of the words between the brackets; nothing where there are none.
fn of_extras(text: &str) -> Option<String> {
    let mut extras: Vec<String> = text.split(',').map(|extra| normalised(extra.trim())).collect();
    extras.retain(|extra| !extra.is_empty());
    let is_extra = |extra: &String| extra.chars().all(is_of_name);
    extras.sort();
    match extras.as_slice() {
        [] => Some(String::new()),
        all => all.iter().all(is_extra).then(|| format!("[{}]", all.join(","))),
    }
}

/// `>=1,<2` without blanks.
fn of_versions(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return Some(String::new());
    }
    let text = text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(text);
    let versions: Option<Vec<String>> = text.split(',').map(|one| version(one.trim())).collect();
    Some(versions?.join(","))
}

fn version(text: &str) -> Option<String> {
    let operator = OPERATORS.iter().find(|operator| text.starts_with(**operator))?;
    let number = text[operator.len()..].trim();
    let is_of_version = |c: char| is_of_name(c) || matches!(c, '*' | '+' | '!');
    (!number.is_empty() && number.chars().all(is_of_version)).then(|| format!("{operator}{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_of_a_requirement_are_one() {
        let text = |text: &str| Requirement::parse(text).map(|found| found.text);
        assert_eq!(text("PyJWT"), Ok("pyjwt".to_owned()));
        assert_eq!(
            text(" Uvicorn [Standard, http2] >= 0.30 , <1.* "),
            Ok("uvicorn[http2,standard]>=0.30,<1.*".to_owned())
        );
        assert_eq!(text("tomli (>=1.1)"), Ok("tomli>=1.1".to_owned()));
        let marked = text("tomli>=2; python_version < '3.11'");
        assert_eq!(marked, Ok("tomli>=2; python_version < '3.11'".to_owned()));
    }

    #[test]
    fn nothing_but_a_name_with_versions_is_one() {
        for wrong in [
            "",
            "-r other.txt",
            "--index-url=x",
            "./local",
            "git+https://host/x",
            "a @ file:///a.whl",
            "a>=1 --hash=sha256:0",
            "a==",
            "a 1.0",
            "a[b",
            "a;",
            "a; x\n-r y",
            "a\nb",
            "a; '${HOME}'",
            "_a",
            "http://host/a.whl",
        ] {
            assert!(Requirement::parse(wrong).is_err(), "{wrong:?}");
        }
        let error = Requirement::parse("fast api").unwrap_err();
        assert!(error.starts_with("`fast api` is no requirement; write the name"), "{error}");
    }
}
