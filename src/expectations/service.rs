//! The services that a document declares: how they are written, and what is meant.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use serde_yaml::{Location, Spanned};

use super::instruct::folder_of;
use super::{Expectations, Source};
use crate::document::Document;
use crate::run::{Service, ServicesOf};
use crate::settings::parse_duration;
use crate::verdict::{DocumentOutcome, ExampleOutcome};

/// Time that a service has to become ready, if nothing else is said.
const USUAL_TIME: Duration = Duration::from_secs(30);

/// Reasons of what could not be run although nothing is wrong with it.
const WANTING: [&str; 2] = ["needs-service", "needs-package"];

/// A server that the examples of a document talk to. Commands are split into words as a shell does, and
/// run without one; in them `{data}` stands for the folder of the service's data, which is empty at
/// first, `{port}` for its port, and `{folder}` for the folder of the document. A program given by a path may have a `*` in it.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct DeclaredService {
    /// Its name, of lower-case letters, digits and `-`.
    #[cfg_attr(test, schemars(with = "String"))]
    pub name: Spanned<String>,
    /// Commands that run to their end before it starts.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub setup: Vec<Spanned<String>>,
    /// The command that starts it and goes on until it is told to end.
    #[cfg_attr(test, schemars(with = "String"))]
    pub command: Spanned<String>,
    /// The port on which it serves the examples.
    #[cfg_attr(test, schemars(with = "u16"))]
    pub port: Spanned<u16>,
    /// A command that succeeds as soon as it is ready; without one it is when its port takes connections.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub ready: Option<Spanned<String>>,
    /// Time that it has to become ready, such as `10s`; 30 seconds without it.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub within: Option<Spanned<String>>,
    /// Files and folders that it may read besides the system's programs, relative to the folder of the
    /// document.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub readable: Vec<Spanned<String>>,
    /// Environment variables of its commands.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
}

impl DeclaredService {
    /// What is wrong with it, and where.
    fn validate(&self) -> Result<(), (Location, String)> {
        let is_plain = |name: &str| {
            let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            !name.is_empty() && name.bytes().all(allowed)
        };
        if !is_plain(&self.name.value) {
            let message = "the name of a service is made of lower-case letters, digits and `-`";
            return Err((self.name.referenced, message.to_owned()));
        }
        if self.port.value == 0 {
            return Err((self.port.referenced, "a port is a number from 1 to 65535".to_owned()));
        }
        for command in self.setup.iter().chain([&self.command]).chain(&self.ready) {
            match shlex::split(&command.value) {
                None => return Err((command.referenced, "a quote in this command is not closed".to_owned())),
                Some(words) if words.is_empty() => {
                    return Err((command.referenced, "this command is empty".to_owned()));
                }
                Some(_) => {}
            }
        }
        match &self.within {
            Some(within) => {
                parse_duration(&within.value).map(drop).map_err(|message| (within.referenced, message))
            }
            None => Ok(()),
        }
    }

    /// What was looked at when the file was read.
    fn understood(&self, folder: &Path) -> Service {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        // An empty path is no folder, and means this one.
        let shown = real(&Path::new(".").join(folder)).to_string_lossy().into_owned();
        let words = |command: &Spanned<String>| {
            let words = shlex::split(&command.value).unwrap_or_default().into_iter();
            words.map(|word| word.replace("{folder}", &shown)).collect::<Vec<_>>()
        };
        let within = self.within.as_ref().and_then(|within| parse_duration(&within.value).ok());
        Service {
            name: self.name.value.clone(),
            setup: self.setup.iter().map(words).collect(),
            command: words(&self.command),
            port: self.port.value,
            ready: self.ready.as_ref().map(words),
            within_ms: u64::try_from(within.unwrap_or(USUAL_TIME).as_millis()).unwrap_or(u64::MAX),
            readable: self.readable.iter().map(|name| real(&folder.join(&name.value))).collect(),
            environment: self.environment.clone().into_iter().collect(),
        }
    }
}

/// What is wrong with the services of a document, and where.
pub(super) fn validate(services: &[DeclaredService]) -> Result<(), (Location, String)> {
    services.iter().try_for_each(DeclaredService::validate)?;
    let (mut names, mut ports) = (BTreeSet::new(), BTreeSet::new());
    for DeclaredService { name, port, .. } in services {
        if !names.insert(name.value.as_str()) {
            return Err((name.referenced, format!("there is a service `{}` already", name.value)));
        }
        if !ports.insert(port.value) {
            return Err((port.referenced, format!("another service has port {} already", port.value)));
        }
    }
    Ok(())
}

impl Source {
    /// Whether an example could not be run for want of what its machine may or may not have: a service of
    /// the document, or the package that talks to it; or for want of a name from such an example. What is
    /// declared of it is then left open.
    pub(super) fn leaves_open(&self, outcome: &ExampleOutcome, found: &DocumentOutcome) -> bool {
        let wants = |outcome: &ExampleOutcome, reasons: &[&str]| {
            outcome.reason.as_deref().is_some_and(|reason| reasons.contains(&reason))
        };
        let is_open = wants(outcome, &WANTING)
            || wants(outcome, &["needs-name"]) && found.examples.iter().any(|other| wants(other, &WANTING));
        is_open && !self.file.services.is_empty()
    }
}

impl Expectations {
    /// The services of these documents.
    pub fn services(&self, documents: &[&Document]) -> Vec<ServicesOf> {
        let about = self.about(documents).into_iter();
        let declared = about.filter(|(source, _)| !source.file.services.is_empty());
        declared
            .map(|(source, number)| ServicesOf {
                document: documents[number].path.clone(),
                services: {
                    let folder = folder_of(documents[number]);
                    source.file.services.iter().map(|service| service.understood(&folder)).collect()
                },
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expectations(services: &str) -> Result<Expectations, String> {
        let text = format!("version: 1\ndocument: a.md\nservices:\n{services}");
        Expectations::from_text("expectations/a.yaml", &text).map_err(|error| error.to_string())
    }

    #[test]
    fn commands_are_split_as_a_shell_does() {
        let expectations = expectations(
            "  - {name: redis, command: 'redis-server --save \"\" --dir {data}', port: 6379, within: 2s}\n",
        )
        .unwrap();
        let document = Document::from_text("a.md", crate::document::Format::Markdown, "");
        let found = expectations.services(&[&document]);
        assert_eq!(found[0].document, "a.md");
        assert_eq!(found[0].services[0].command, ["redis-server", "--save", "", "--dir", "{data}"]);
        assert_eq!(found[0].services[0].within_ms, 2000);
        assert_eq!(expectations.services(&[]), []);
    }

    #[test]
    fn mistakes_are_told_where_they_stand() {
        for (mistake, line, told) in [
            ("  - {name: Redis, command: a, port: 1}\n", 4, "lower-case letters"),
            ("  - {name: a, command: \"b 'c\", port: 1}\n", 4, "not closed"),
            ("  - {name: a, command: '', port: 1}\n", 4, "is empty"),
            ("  - {name: a, command: b, port: 0}\n", 4, "from 1 to 65535"),
            ("  - {name: a, command: b, port: 1, within: soon}\n", 4, "soon"),
            ("  - {name: a, command: b}\n", 4, "`port` is missing"),
            ("  - {name: a, command: b, port: 1}\n  - {name: a, command: b, port: 2}\n", 5, "already"),
            ("  - {name: a, command: b, port: 1}\n  - {name: c, command: b, port: 1}\n", 5, "already"),
        ] {
            let message = expectations(mistake).unwrap_err();
            assert!(message.contains(told) && message.contains(&format!("a.yaml:{line}:")), "{message}");
        }
    }
}
