//! The header of a script with its dependencies (PEP 723): TOML in comments, between `# /// script` and
//! `# ///`.

use super::Requirement;

/// What a header asks for, line by line of its list.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The distributions.
    pub requirements: Vec<Requirement>,
    /// What stands in the list and is no requirement that is installed: a URL, a path.
    pub refused: Vec<String>,
}

/// The header of some code; an empty one if it has none, or one that cannot be read.
pub fn header(code: &str) -> Header {
    let Some(text) = block(code) else { return Header::default() };
    let Ok(table) = text.parse::<toml::Table>() else { return Header::default() };
    let listed = table.get("dependencies").and_then(|value| value.as_array()).into_iter().flatten();
    let mut header = Header::default();
    for text in listed.filter_map(|value| value.as_str()) {
        match Requirement::parse(text) {
            Ok(requirement) => header.requirements.push(requirement),
            Err(_) => header.refused.push(text.to_owned()),
        }
    }
    header
}

/// The lines of the block without their comment signs.
fn block(code: &str) -> Option<String> {
    let mut lines = code.lines().skip_while(|line| line.trim_end() != "# /// script");
    lines.next()?;
    let mut text = String::new();
    for line in lines {
        match line.strip_prefix('#')? {
            " ///" => return Some(text),
            inner => text += &format!("{}\n", inner.strip_prefix(' ').unwrap_or(inner)),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_read_and_what_is_no_name_is_refused() {
        let code = "#!/usr/bin/env python\n# /// script\n# requires-python = \">=3.11\"\n# dependencies = [\n\
                    #   \"Requests<3\",\n#\n#   \"a @ https://host/a.whl\", \"rich\",\n# ]\n# ///\nimport requests\n";
        let found = header(code);
        let texts: Vec<&str> = found.requirements.iter().map(Requirement::text).collect();
        assert_eq!(texts, ["requests<3", "rich"]);
        assert_eq!(found.refused, ["a @ https://host/a.whl"]);
    }

    #[test]
    fn what_is_no_header_asks_for_nothing() {
        for code in [
            "import x\n",
            "# /// script\n# dependencies = [\"a\"]\n",
            "# /// script\n# dependencies = [\"a\"]\nx = 1\n# ///\n",
            "# /// other\n# dependencies = [\"a\"]\n# ///\n",
            "# /// script\n# dependencies = [a\n# ///\n",
            "# /// script\n# dependencies = \"a\"\n# ///\n",
        ] {
            assert_eq!(header(code), Header::default(), "{code}");
        }
    }
}
