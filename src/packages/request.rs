//! What is asked for: requirements that somebody wrote, and, if all that examples import is to be
//! there, what they import.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use super::base::Base;
use super::header::{Header, header};
use super::hints::{hint_for, hints};
use super::imports::{Import, imports};
use super::names::{Provider, is_placeholder, is_standard, provider};
use super::normalised;
use super::own::OwnModules;
use super::requirement::Requirement;
use crate::claim::wanted_fixtures;
use crate::document::Document;
use crate::example::{Example, extract};
use crate::python;

/// What is asked for, whatever the python.
#[derive(Debug, Default)]
pub struct Request {
    /// What somebody wrote.
    pub explicit: BTreeSet<Requirement>,
    /// What headers of examples ask for, each with its example.
    pub headers: BTreeMap<Requirement, Place>,
    /// What they ask for and is no requirement.
    pub refused: Vec<(String, Place)>,
    /// What documents tell their readers to install.
    pub hints: Vec<Requirement>,
    /// What examples import, by the module that a distribution has to provide.
    pub imports: BTreeMap<String, Wanted>,
}

/// Where an example stands: the path of its document and its first line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The path as shown to the user.
    pub path: String,
    /// The line.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.path, self.line)
    }
}

/// A module that was missing when an example ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Its name.
    pub module: String,
    /// The example.
    pub place: Place,
}

/// A module that examples import.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Who provides it.
    pub provider: Provider,
    /// The first example that imports it.
    pub place: Place,
    /// Why no distribution is meant, if that is so.
    pub not_meant: Option<&'static str>,
}

const PYTEST: &str = "pytest";

const SHOWN: &str = "a module that the document shows itself";
const OF_PROJECT: &str = "a module that lies here, and is no distribution";
const PLACEHOLDER: &str =
    "a name for a module of the reader's own; ask for it by name if a distribution is meant";
const STANDARD: &str = "of the standard library, and this Python does not have it";

impl Request {
    /// A request for what somebody wrote.
    pub fn of(requirements: &[Requirement]) -> Request {
        Request { explicit: requirements.iter().cloned().collect(), ..Request::default() }
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.explicit.is_empty() && self.headers.is_empty() && self.imports.is_empty()
    }

    /// Adds all that some documents need: what their examples import, what the headers of these ask for,
    /// and what their readers are told to install; `root` is the folder of the project.
    pub fn add_documents(&mut self, documents: &[&Document], root: &Path) {
        for document in documents {
            let examples = extract(document).examples;
            let own = &OwnModules::of_documents(1, examples.iter().map(|example| (0, example)))[0];
            let folder = Path::new(&document.path).parent().map(Path::to_owned).unwrap_or_default();
            let folders = [folder, root.to_owned(), root.join("src")];
            self.hints.extend(hints(document));
            for example in &examples {
                self.add_header(document, example);
                for import in imports_of(example) {
                    let not_meant = not_meant(&import, own, example, &folders);
                    let place = Place { path: document.path.clone(), line: example.start_line };
                    self.add(&import, place, not_meant);
                }
            }
        }
    }

    /// Adds pytest if a test of these documents has parameters, which nothing else gives to it.
    pub fn add_tests(&mut self, documents: &[&Document]) {
        for document in documents {
            let examples = extract(document).examples;
            let has_parameters =
                |one: &&Example| one.session.is_none() && !wanted_fixtures(&one.code).is_empty();
            if let Some(example) = examples.iter().find(has_parameters) {
                let place = Place { path: document.path.clone(), line: example.start_line };
                self.add(&Import { module: PYTEST.to_owned(), names: Vec::new() }, place, None);
                return;
            }
        }
    }

    fn add_header(&mut self, document: &Document, example: &Example) {
        let place = Place { path: document.path.clone(), line: example.start_line };
        let Header { requirements, refused } = header(&example.code);
        for requirement in requirements {
            self.headers.entry(requirement).or_insert_with(|| place.clone());
        }
        self.refused.extend(refused.into_iter().map(|text| (text, place.clone())));
    }

    /// Adds modules that were missing in a run; gives whether any of them was not known to be wanted.
    pub fn add_missing(&mut self, modules: &[Missing]) -> bool {
        let before = self.imports.len();
        for Missing { module, place } in modules {
            let import = Import { module: module.clone(), names: Vec::new() };
            let known = provider(&import).module;
            if !self.imports.contains_key(&known)
                && !is_standard(import.top())
                && !is_placeholder(import.top())
            {
                self.add(&import, place.clone(), None);
            }
        }
        self.imports.len() > before
    }

    fn add(&mut self, import: &Import, place: Place, not_meant: Option<&'static str>) {
        let provider = provider(import);
        let known = self.imports.entry(provider.module.clone());
        let wanted = known.or_insert_with(|| Wanted { provider, place: place.clone(), not_meant });
        // What is meant anywhere is wanted.
        if wanted.not_meant.is_some() && not_meant.is_none() {
            (wanted.place, wanted.not_meant) = (place, None);
        }
    }

    /// The modules of which it must be known whether a python has them.
    pub fn modules(&self) -> Vec<String> {
        self.imports.keys().cloned().collect()
    }

    /// The requirements for a python: those that somebody wrote, those of headers, and those of imports;
    /// and the modules that it has not and that mean no distribution.
    pub fn for_python(&self, base: &Base) -> (Vec<Requirement>, Vec<&Wanted>) {
        let mut requirements: Vec<Requirement> = self.explicit.iter().cloned().collect();
        let is_written = |one: &&Requirement| self.explicit.iter().any(|other| other.name() == one.name());
        requirements.extend(self.headers.keys().filter(|one| !is_written(one)).cloned());
        let mut none = Vec::new();
        for wanted in self.imports.values().filter(|wanted| !base.present.contains(&wanted.provider.module)) {
            if wanted.not_meant.is_some() {
                none.push(wanted);
            } else if !requirements.iter().any(|one| wanted.is_provided_by(one)) {
                let usual = || Requirement::parse(&wanted.provider.distributions[0]).ok();
                requirements.extend(hint_for(&wanted.provider, &self.hints).cloned().or_else(usual));
            }
        }
        (requirements, none)
    }

    /// What wants a requirement, as it is told: the module that is imported and the first example that
    /// does, or the example whose header asks for it.
    pub fn wanted_by(&self, requirement: &Requirement) -> Option<String> {
        let is_meant = |wanted: &&Wanted| {
            let hint = hint_for(&wanted.provider, &self.hints);
            wanted.is_provided_by(requirement) || hint == Some(requirement)
        };
        let import = self.imports.values().find(is_meant);
        let import = import.map(|wanted| format!("for `{}` ({})", wanted.provider.module, wanted.place));
        import.or_else(|| Some(format!("for a script ({})", self.headers.get(requirement)?)))
    }
}

impl Wanted {
    fn is_provided_by(&self, requirement: &Requirement) -> bool {
        self.provider.distributions.iter().any(|name| normalised(name) == requirement.name())
    }
}

/// What an example imports, and what the module does whose docstring it stands in. What is no valid
/// Python imports nothing.
fn imports_of(example: &Example) -> Vec<Import> {
    let of_module = example.module.as_ref().map(|module| module.source.as_str());
    let sources = std::iter::once(example.code.as_str()).chain(of_module);
    sources.filter(|source| python::parse_valid(source).is_some()).flat_map(imports).collect()
}

fn not_meant(
    import: &Import,
    own: &OwnModules,
    example: &Example,
    folders: &[PathBuf],
) -> Option<&'static str> {
    let top = import.top();
    let lies_in = |folder: &PathBuf| {
        folder.join(format!("{top}.py")).is_file() || folder.join(top).join("__init__.py").is_file()
    };
    match () {
        () if is_standard(top) => Some(STANDARD),
        () if own.have(import, example) => Some(SHOWN),
        () if folders.iter().any(lies_in) => Some(OF_PROJECT),
        () if is_placeholder(top) => Some(PLACEHOLDER),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;

    fn base(present: &[&str]) -> Base {
        Base::made_up(Path::new("/bin/python3"), present)
    }

    fn request(code: &str, explicit: &[&str], root: &Path) -> Request {
        let text = format!("# A\n\n```python\n{code}\n```\n");
        let path = root.join("guide.md").display().to_string();
        let mut request = Request {
            explicit: explicit.iter().map(|text| Requirement::parse(text).unwrap()).collect(),
            ..Request::default()
        };
        request.add_documents(&[&Document::from_text(&path, Format::Markdown, &text)], root);
        request
    }

    fn texts(requirements: &[Requirement]) -> Vec<&str> {
        requirements.iter().map(Requirement::text).collect()
    }

    #[test]
    fn imports_become_distributions_unless_the_python_has_them() {
        let code = "import json, yaml, jwt, numpy.linalg\nfrom google.cloud import storage\nimport distutils";
        let request = request(code, &[], Path::new("/nowhere"));
        let (wanted, none) = request.for_python(&base(&["json", "yaml"]));
        assert_eq!(texts(&wanted), ["google-cloud-storage", "pyjwt", "numpy"]);
        let none: Vec<_> = none.iter().map(|one| one.provider.module.as_str()).collect();
        assert_eq!(none, ["distutils"]);
    }

    #[test]
    fn tests_with_parameters_want_pytest() {
        let wanted = |code: &str| {
            let text = format!("```python\n{code}\n```\n");
            let mut request = Request::default();
            request.add_tests(&[&Document::from_text("guide.md", Format::Markdown, &text)]);
            texts(&request.for_python(&base(&[])).0).join(" ")
        };
        assert_eq!(wanted("def test_file(tmp_path):\n    pass"), "pytest");
        assert_eq!(wanted("def test_file():\n    pass"), "");
        assert_eq!(wanted("def copy(tmp_path):\n    pass"), "");
    }

    #[test]
    fn what_somebody_wrote_comes_first_and_stands_for_its_import() {
        let code = "import cv2, pydantic, fastapi";
        let request = request(code, &["pydantic >= 2", "opencv-python"], Path::new("/nowhere"));
        let (wanted, _) = request.for_python(&base(&[]));
        assert_eq!(texts(&wanted), ["opencv-python", "pydantic>=2", "fastapi"]);
    }

    #[test]
    fn headers_ask_and_hints_only_say_what_is_meant() {
        let code = "# /// script\n# dependencies = ['rich>=13', 'pydantic<2', './here']\n# ///\nimport rich, jwt, foo_bar\n\
                    # pip install pyjwt==1.0 nobody-imports-this\n# pip install python-foo-bar";
        let request = request(code, &["pydantic>=2"], Path::new("/nowhere"));
        let (wanted, _) = request.for_python(&base(&[]));
        assert_eq!(texts(&wanted), ["pydantic>=2", "rich>=13", "python-foo-bar", "pyjwt==1.0"]);
        assert_eq!(request.refused[0].0, "./here");
        let told = |text: &str| request.wanted_by(&Requirement::parse(text).unwrap()).unwrap_or_default();
        assert!(told("python-foo-bar").starts_with("for `foo_bar` ("), "{}", told("python-foo-bar"));
        assert_eq!(told("nobody-imports-this"), "");
    }

    #[test]
    fn names_of_the_project_and_of_its_readers_are_never_installed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("src/ours")).unwrap();
        std::fs::write(folder.path().join("src/ours/__init__.py"), "").unwrap();
        std::fs::write(folder.path().join("beside.py"), "").unwrap();
        let code = "import ours.deep, beside, my_module\nfrom app.models import User\nimport real";
        let request = request(code, &["app"], folder.path());
        let (wanted, none) = request.for_python(&base(&[]));
        assert_eq!(texts(&wanted), ["app", "real"], "what is asked for by name is installed");
        let none: Vec<_> = none.iter().map(|one| one.provider.module.as_str()).collect();
        assert_eq!(none, ["app", "beside", "my_module", "ours"]);
    }
}
