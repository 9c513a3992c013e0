//! One line of reStructuredText: where its text begins, what it introduces, and what a directive
//! does with its content.

/// A directive: its name and what stands behind it on its line.
#[derive(Debug, PartialEq, Eq)]
pub struct Directive<'a> {
    /// The name before `::`.
    pub name: &'a str,
    /// The rest of the line.
    pub arguments: &'a str,
}

/// What the content of a directive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Code in the language of the argument.
    Code,
    /// The language of what follows and names none.
    Highlight,
    /// A session with prompts.
    Doctest,
    /// Python.
    Python,
    /// Python whose output a `testoutput` may show.
    Testcode,
    /// The output of a `testcode`.
    Testoutput,
    /// Python or a session of IPython.
    Ipython,
    /// Text in another language.
    Foreign,
    /// Names and files, one per line.
    Listing,
    /// The signatures of what is described below them.
    Signature,
    /// Any other elements.
    Holder,
}

/// Domains whose directives describe something.
const DOMAINS: &[&str] = &["c", "cpp", "http", "js", "php", "py", "rst", "std"];

impl<'a> Directive<'a> {
    /// Reads the text behind `.. `; none if no directive stands there.
    pub fn read(text: &'a str) -> Option<Directive<'a>> {
        // Hidden code of Sybil is written as a comment.
        if let Some(rest) = text.strip_prefix("invisible-code-block:") {
            let arguments = rest.trim_start_matches(':').trim();
            return Some(Directive { name: "invisible-code-block", arguments });
        }
        let (name, arguments) = text.split_once("::")?;
        let name = name.strip_suffix(' ').unwrap_or(name);
        let is_name = name.starts_with(|c: char| c.is_alphanumeric())
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | ':'));
        let is_apart = arguments.is_empty() || arguments.starts_with([' ', '\t']);
        (is_name && is_apart).then(|| Directive { name, arguments: arguments.trim() })
    }

    /// What its content is.
    pub fn role(&self) -> Role {
        match self.name.to_ascii_lowercase().as_str() {
            "code-block" | "code" | "sourcecode" | "invisible-code-block" => Role::Code,
            "highlight" | "highlightlang" => Role::Highlight,
            "doctest" | "doctest-skip" | "doctest-requires" | "doctest-remote-data" => Role::Doctest,
            "testsetup" | "testcleanup" | "jupyter-execute" | "exec-code" | "plot" => Role::Python,
            "testcode" => Role::Testcode,
            "testoutput" => Role::Testoutput,
            "ipython" => Role::Ipython,
            "parsed-literal" | "math" | "raw" | "graphviz" | "digraph" | "graph" | "mermaid" | "uml"
            | "plantuml" | "productionlist" | "prompt" | "command-output" | "program-output" => Role::Foreign,
            "toctree" | "autosummary" | "csv-table" | "index" | "contents" | "include" | "literalinclude"
            | "image" | "meta" => Role::Listing,
            "function" | "method" | "class" | "data" | "attribute" | "exception" | "decorator"
            | "classmethod" | "staticmethod" | "property" | "describe" | "option" | "cmdoption"
            | "envvar" | "opcode" => Role::Signature,
            // A description of another domain (`py:function`); other prefixes are those of extensions.
            name if name.split_once(':').is_some_and(|(domain, _)| DOMAINS.contains(&domain)) => {
                Role::Signature
            }
            name if name.starts_with("auto") => Role::Listing,
            _ => Role::Holder,
        }
    }

    /// The groups that a test belongs to.
    pub fn groups(&self) -> impl Iterator<Item = &'a str> {
        let arguments = if self.arguments.is_empty() { "default" } else { self.arguments };
        arguments.split(',').map(str::trim).filter(|group| !group.is_empty())
    }
}

/// The column at which the text of a line begins, list markers taken off, and that text.
pub fn start_of_text(line: &str) -> (usize, &str) {
    let mut column = super::indent(line);
    let mut text = line.trim();
    while let Some((marker, rest)) = text.split_once(' ').filter(|(marker, _)| is_list_marker(marker)) {
        let rest = rest.trim_start();
        column += marker.chars().count() + (text.len() - marker.len() - rest.len());
        text = rest;
    }
    (column, text)
}

fn is_list_marker(word: &str) -> bool {
    if matches!(word, "*" | "-" | "+" | "•" | "‣" | "⁃") {
        return true;
    }
    let Some(item) = word.strip_suffix(['.', ')']) else { return false };
    let item = item.strip_prefix('(').unwrap_or(item);
    let is_letter = item.len() == 1 && item.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#');
    let is_number = !item.is_empty() && item.len() <= 4 && item.bytes().all(|byte| byte.is_ascii_digit());
    let is_roman =
        !item.is_empty() && item.len() <= 6 && item.bytes().all(|byte| b"ivxlcIVXLC".contains(&byte));
    is_letter || is_number || is_roman
}

/// The text behind the two dots of explicit markup.
pub fn explicit_markup(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("..")?;
    (rest.is_empty() || rest.starts_with([' ', '\t'])).then(|| rest.trim())
}

/// Whether a paragraph that ends with this line announces a literal block.
pub fn announces_literal(text: &str) -> bool {
    text.ends_with("::") && !text.ends_with("\\::")
}

/// Whether a line is an option of a directive (`:name: value`).
pub fn is_option(text: &str) -> bool {
    let Some((name, rest)) = text.strip_prefix(':').and_then(|rest| rest.split_once(':')) else {
        return false;
    };
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '+');
    name.starts_with(|c: char| c.is_alphanumeric())
        && name.chars().all(is_name)
        && (rest.is_empty() || rest.starts_with(' '))
}

/// Why a comment is not read; what one colon turns into a comment may have been meant otherwise.
pub fn why_comment(text: &str) -> &'static str {
    let name = text.split_once(':').map_or("", |(name, _)| name);
    let directive = Directive { name, arguments: "" };
    match directive.role() {
        Role::Code | Role::Doctest | Role::Testcode | Role::Testoutput | Role::Ipython => {
            "it is a comment, since a directive needs two colons and a blank behind them"
        }
        _ => "it is a comment",
    }
}
