//! What a document tells its reader to install: `pip install …`, and blocks in the form of a
//! `requirements.txt`. These say which distribution and which versions an import means; nothing is
//! installed for them alone.

use super::{Provider, Requirement, normalised};
use crate::document::Document;

/// Words that install, without the options between them.
const COMMANDS: [&str; 7] = [
    "pip install ",
    "pip3 install ",
    "python -m pip install ",
    "python3 -m pip install ",
    "uv pip install ",
    "uv add ",
    "poetry add ",
];

/// Options whose next word belongs to them.
const WITH_VALUE: [&str; 10] =
    ["-r", "-c", "-e", "-i", "-f", "-t", "--requirement", "--index-url", "--extra-index-url", "--find-links"];

/// What may stand before a command: prompts, the signs of shell lines in notebooks, comments, marks.
const BEFORE: [char; 9] = ['$', '>', '#', '!', '%', '`', '*', '-', ' '];

/// The requirements that a document tells its reader to install, in the order of its lines.
pub fn hints(document: &Document) -> Vec<Requirement> {
    let mut found = Vec::new();
    let mut fence: Option<String> = None;
    for number in 1..=document.line_count() {
        let line = document.line(number).trim();
        let mark: String = line.chars().take_while(|&c| c == '`' || c == '~').collect();
        fence = match fence {
            Some(open) if line == mark && mark.starts_with(&open) => None,
            None if mark.len() >= 3 && is_list(&line[mark.len()..]) => Some(mark),
            Some(open) => {
                found.extend(Requirement::parse(line.split(" #").next().unwrap_or(line)));
                Some(open)
            }
            None => {
                found.extend(installed_by(line));
                None
            }
        };
    }
    found
}

/// Whether the words behind a fence say that it holds a list of requirements.
fn is_list(info: &str) -> bool {
    info.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-' | '_'))
        .any(|word| matches!(word, "requirements" | "requirements.txt" | "pip-requirements"))
}

/// What a line tells to install, if it is a command that does.
fn installed_by(line: &str) -> Vec<Requirement> {
    let line = line.trim_start_matches(BEFORE);
    let Some(rest) = COMMANDS.iter().find_map(|command| line.strip_prefix(command)) else {
        return Vec::new();
    };
    // What follows another command, or a remark, is none of it.
    let rest = rest.split([';', '|', '&', '`']).next().unwrap_or(rest);
    let rest = rest.split(" #").next().unwrap_or(rest);
    let mut found = Vec::new();
    let mut words = shlex::split(rest).unwrap_or_default().into_iter();
    while let Some(word) = words.next() {
        if WITH_VALUE.contains(&word.as_str()) {
            words.next();
            continue;
        }
        match Requirement::parse(&word) {
            Ok(requirement) => found.push(requirement),
            Err(_) if word.starts_with('-') => {}
            // Where a sentence goes on behind the command, the rest are words of it.
            Err(_) => break,
        }
    }
    found
}

/// The hint, of some, that says what provides a module: it names one of the distributions that do; or,
/// where only the name of the module is known, a distribution that is called after it.
pub fn hint_for<'a>(provider: &Provider, hints: &'a [Requirement]) -> Option<&'a Requirement> {
    let names: Vec<String> = provider.distributions.iter().map(|name| normalised(name)).collect();
    let of_module = normalised(&provider.module);
    let after = [format!("python-{of_module}"), format!("{of_module}-python"), format!("py{of_module}")];
    let is_known = names[0] != of_module;
    hints
        .iter()
        .find(|hint| names.iter().any(|name| name == hint.name()))
        .or_else(|| hints.iter().find(|hint| !is_known && after.iter().any(|name| name == hint.name())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;
    use crate::packages::{Import, provider};

    fn of(text: &str) -> Vec<String> {
        let document = Document::from_text("guide.md", Format::Markdown, text);
        hints(&document).iter().map(|hint| hint.text().to_owned()).collect()
    }

    #[test]
    fn commands_and_lists_are_read() {
        let text = "Run `pip install PyJWT`, then:\n\n```console\n$ pip install -U fastapi 'uvicorn[standard]>=0.30'  # both\n\
                    $ python -m pip install -r other.txt numpy && rm x\n```\n# pip install celery redis\n\n\
                    ```requirements\npandas>=2  # tables\n-r more.txt\n\nhttps://host/x.whl\nattrs==1.0\n```\nplain words\n";
        assert_eq!(
            of(text),
            ["fastapi", "uvicorn[standard]>=0.30", "numpy", "celery", "redis", "pandas>=2", "attrs==1.0"]
        );
    }

    #[test]
    fn options_urls_and_words_of_a_sentence_are_no_hints() {
        for text in [
            "pip install -e .",
            "pip install git+https://host/x y",
            "pip install --index-url https://host/simple ./here",
            "pip uninstall x",
            "You can pip install x",
            "```text\nrequirements\nx\n```",
        ] {
            assert_eq!(of(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_hint_says_which_distribution_is_meant() {
        let hints: Vec<Requirement> = ["opencv-contrib-python==4.1", "python-thing", "pyjwt<2", "pynacl"]
            .map(|text| Requirement::parse(text).unwrap())
            .into();
        let of = |module: &str| {
            let provider = provider(&Import { module: module.to_owned(), names: Vec::new() });
            hint_for(&provider, &hints).map(Requirement::text)
        };
        assert_eq!(of("cv2"), Some("opencv-contrib-python==4.1"));
        assert_eq!(of("thing"), Some("python-thing"));
        assert_eq!(of("jwt"), Some("pyjwt<2"));
        assert_eq!(of("numpy"), None);
    }
}
