//! A report as JUnit XML in the flavour that Jenkins defines (`junit-10.xsd`), which other readers take
//! as well: a suite for each document, a test for each claim, each sentence, and each example that did
//! not run to its end.
//!
//! A test fails where the check fails: for a refuted claim that is not known, and for a difference
//! from the expectations. What is known or undecided, and an example that did not run, is skipped with
//! the reason. Names hold no line numbers, so that a test keeps its history when lines move; the
//! schema has no attribute for the line of a test, so it stands first in the text of a failure.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::Report;
use super::model::{Claim, Document, Example, Prose};
use super::problem::{ending, refuted};
use super::text::{one_line, visible, word};
use crate::claim::{Kind, Origin};
use crate::example::Form;
use crate::verdict::{Status, Verdict};

/// Characters of a text within a name.
const MAX_NAME: usize = 80;

/// Name of the suite of the differences from the expectations.
const EXPECTATIONS: &str = "expectations";

struct Suite {
    name: String,
    file: Option<String>,
    properties: Vec<(&'static str, String)>,
    tests: Vec<Test>,
}

struct Test {
    name: String,
    class: String,
    seconds: f64,
    ending: Ending,
}

enum Ending {
    Passed,
    Failed { rule: &'static str, message: String, text: String },
    Skipped { reason: String, message: String },
}

/// Writes a report as JUnit XML.
pub(super) fn render(report: &Report, writer: &mut dyn Write) -> io::Result<()> {
    let mut suites: Vec<Suite> = report.documents.iter().map(|document| suite(report, document)).collect();
    suites.extend(expectations(report));
    let mut xml = Writer::new_with_indent(&mut *writer, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all = || suites.iter().flat_map(|suite| &suite.tests);
    xml.create_element("testsuites")
        .with_attribute(("name", "truedoc"))
        .with_attribute(("tests", all().count().to_string().as_str()))
        .with_attribute(("failures", all().filter(|test| test.failed()).count().to_string().as_str()))
        .with_attribute(("errors", "0"))
        .with_attribute(("time", seconds(all()).as_str()))
        .write_inner_content(|xml| suites.iter().try_for_each(|suite| suite.write(xml)))?;
    writeln!(writer)
}

fn suite(report: &Report, document: &Document) -> Suite {
    let pythons: Vec<&str> = report.interpreters.iter().map(|one| one.version.as_str()).collect();
    let mut tests: Vec<Test> = document.examples.iter().flat_map(|one| of_example(document, one)).collect();
    tests.extend(document.prose.iter().map(|prose| of_sentence(document, prose)));
    tell_apart(&mut tests);
    Suite {
        name: document.path.clone(),
        file: Some(document.path.clone()),
        properties: vec![
            ("truedoc", report.truedoc.clone()),
            ("python", pythons.join(", ")),
            ("sha256", document.sha256.clone()),
        ],
        tests,
    }
}

/// The differences from the expectations, if there are any.
fn expectations(report: &Report) -> Option<Suite> {
    let tests = report.unexpected.iter().map(|difference| {
        let mut text = format!("{}:{}\n{}\n", difference.file, difference.line, difference.message);
        if let (Some(document), Some(line)) = (&difference.document, difference.document_line) {
            text += &format!("in {document}:{line}\n");
        }
        Test {
            name: one_line(&difference.message, 2 * MAX_NAME),
            class: class(&difference.file),
            seconds: 0.0,
            ending: Ending::Failed {
                rule: "unexpected",
                message: one_line(&difference.message, usize::MAX),
                text,
            },
        }
    });
    let mut tests: Vec<Test> = tests.collect();
    tell_apart(&mut tests);
    let name = EXPECTATIONS.to_owned();
    (!tests.is_empty()).then_some(Suite { name, file: None, properties: Vec::new(), tests })
}

/// The tests of an example: its claims, and that it runs if it did not. The first carries its time.
fn of_example(document: &Document, example: &Example) -> Vec<Test> {
    let mut tests: Vec<Test> = example.claims.iter().map(|claim| of_claim(document, claim)).collect();
    // Inline code is mostly a fragment that nobody wanted to be run.
    let is_stopped = example.status != Status::Ran && example.form != Form::Inline;
    tests.extend(is_stopped.then(|| Test {
        name: format!("{} runs", one_line(&example.id, MAX_NAME)),
        class: class(&document.path),
        seconds: 0.0,
        ending: Ending::Skipped {
            reason: example.reason.clone().unwrap_or_else(|| word(&example.status)),
            message: match &example.known_reason {
                Some(reason) => format!("known: {}; {}", one_line(reason, usize::MAX), ending(example)),
                None => ending(example),
            },
        },
    }));
    if let (Some(first), Some(time)) = (tests.first_mut(), example.duration_ms) {
        first.seconds = time / 1e3;
    }
    tests
}

fn of_claim(document: &Document, claim: &Claim) -> Test {
    let ending = match claim.verdict {
        Verdict::Confirmed => Ending::Passed,
        Verdict::Refuted if claim.known => Ending::Skipped {
            reason: "known".to_owned(),
            message: format!("known: {}", claim.known_reason.as_deref().unwrap_or("declared")),
        },
        Verdict::Refuted => Ending::Failed {
            rule: super::problem::Rule::of_kind(claim.kind).id(),
            message: refuted(claim),
            text: both(document, claim),
        },
        Verdict::Undecided => undecided(claim.reason.as_deref()),
    };
    Test { name: name(claim), class: class(&document.path), seconds: 0.0, ending }
}

fn of_sentence(document: &Document, prose: &Prose) -> Test {
    let message = format!("{} (fact {})", prose.statement, prose.fact);
    let ending = match prose.verdict {
        Verdict::Confirmed => Ending::Passed,
        Verdict::Refuted if prose.known => Ending::Skipped {
            reason: "known".to_owned(),
            message: format!("known: {}", prose.known_reason.as_deref().unwrap_or("declared")),
        },
        Verdict::Refuted => Ending::Failed {
            rule: "prose-refuted",
            text: format!("{}:{}\nsaid: {}\nfact: {message}\n", document.path, prose.line, prose.quote),
            message,
        },
        Verdict::Undecided => undecided(prose.reason.as_deref()),
    };
    Test {
        name: format!("“{}”", one_line(&prose.quote, MAX_NAME)),
        class: class(&document.path),
        seconds: 0.0,
        ending,
    }
}

fn undecided(reason: Option<&str>) -> Ending {
    let reason = reason.unwrap_or("undecided").to_owned();
    Ending::Skipped { message: format!("undecided: {reason}"), reason }
}

/// A claim as the document makes it.
fn name(claim: &Claim) -> String {
    let subject = one_line(&claim.subject, MAX_NAME);
    let subject = if subject.is_empty() { "the example" } else { &subject };
    let claimed = one_line(&claim.claimed, MAX_NAME);
    match claim.kind {
        Kind::Value => format!("{subject} is {claimed}"),
        Kind::Stdout => format!("{subject} prints {claimed}"),
        Kind::Raises => format!("{subject} raises {claimed}"),
        Kind::Works if claim.origin == Origin::Test => format!("{subject} passes"),
        Kind::Works => format!("{subject} works"),
        Kind::Type => format!("{subject} is of type {claimed}"),
    }
}

/// Claimed and actual with the place, each as a whole.
fn both(document: &Document, claim: &Claim) -> String {
    let actual = claim.actual.as_deref().unwrap_or("nothing");
    let mut text = format!("{}:{}\n", document.path, claim.line);
    for (label, value) in [("claimed", claim.claimed.as_str()), ("actual", actual)] {
        let value = value.trim_end_matches('\n');
        let gap = if value.contains('\n') { "\n" } else { " " };
        text += &format!("{label}:{gap}{value}\n");
    }
    for note in [&claim.reason, &claim.note, &claim.remark].into_iter().flatten() {
        text += &format!("note: {note}\n");
    }
    text
}

/// A document as the class of its tests. Readers split a class at its dots into packages.
fn class(path: &str) -> String {
    visible(path.trim_start_matches("./")).replace('.', "_").replace('/', ".")
}

/// Gives tests of one name a number, because readers know a test by its name.
fn tell_apart(tests: &mut [Test]) {
    let mut seen: HashMap<(String, String), usize> = HashMap::new();
    for test in tests {
        let number = seen.entry((test.class.clone(), test.name.clone())).or_default();
        *number += 1;
        if *number > 1 {
            test.name += &format!(" ({number})");
        }
    }
}

/// The time of some tests, as the schema wants it.
fn seconds<'a>(tests: impl Iterator<Item = &'a Test>) -> String {
    format!("{:.3}", tests.map(|test| test.seconds).sum::<f64>())
}

/// Text without characters that XML cannot hold, not even escaped.
fn legal(text: &str) -> Cow<'_, str> {
    let is_illegal = |c: char| matches!(c, '\u{FFFE}' | '\u{FFFF}');
    match visible(text) {
        text if !text.contains(is_illegal) => text,
        text => text.replace(is_illegal, "\u{FFFD}").into(),
    }
}

impl Test {
    fn failed(&self) -> bool {
        matches!(self.ending, Ending::Failed { .. })
    }

    fn skipped(&self) -> bool {
        matches!(self.ending, Ending::Skipped { .. })
    }

    fn write<W: Write>(&self, xml: &mut Writer<W>) -> io::Result<()> {
        let element = xml
            .create_element("testcase")
            .with_attribute(("classname", legal(&self.class).as_ref()))
            .with_attribute(("name", legal(&self.name).as_ref()))
            .with_attribute(("time", seconds(std::iter::once(self)).as_str()));
        match &self.ending {
            Ending::Passed => element.write_empty()?,
            Ending::Failed { rule, message, text } => element.write_inner_content(|xml| {
                xml.create_element("failure")
                    .with_attribute(("type", *rule))
                    .with_attribute(("message", legal(message).as_ref()))
                    .write_text_content(BytesText::new(&legal(text)))?;
                Ok(())
            })?,
            Ending::Skipped { reason, message } => element.write_inner_content(|xml| {
                xml.create_element("skipped")
                    .with_attribute(("type", legal(reason).as_ref()))
                    .with_attribute(("message", legal(message).as_ref()))
                    .write_empty()?;
                Ok(())
            })?,
        };
        Ok(())
    }
}

impl Suite {
    fn write<W: Write>(&self, xml: &mut Writer<W>) -> io::Result<()> {
        let count =
            |is: &dyn Fn(&Test) -> bool| self.tests.iter().filter(|test| is(test)).count().to_string();
        let file = self.file.as_deref().map(legal);
        xml.create_element("testsuite")
            .with_attribute(("name", legal(&self.name).as_ref()))
            .with_attribute(("tests", count(&|_| true).as_str()))
            .with_attribute(("failures", count(&Test::failed).as_str()))
            .with_attribute(("errors", "0"))
            .with_attribute(("skipped", count(&Test::skipped).as_str()))
            .with_attribute(("time", seconds(self.tests.iter()).as_str()))
            .with_attributes(file.as_deref().map(|file| ("file", file)))
            .write_inner_content(|xml| {
                self.write_properties(xml)?;
                self.tests.iter().try_for_each(|test| test.write(xml))
            })?;
        Ok(())
    }

    fn write_properties<W: Write>(&self, xml: &mut Writer<W>) -> io::Result<()> {
        if self.properties.is_empty() {
            return Ok(());
        }
        xml.create_element("properties").write_inner_content(|xml| {
            for (name, value) in &self.properties {
                xml.create_element("property")
                    .with_attribute(("name", *name))
                    .with_attribute(("value", legal(value).as_ref()))
                    .write_empty()?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;

    use super::*;
    use crate::expectations::Expectations;
    use crate::fixture;

    fn rendered(report: &Report) -> String {
        fixture::written(|writer| render(report, writer))
    }

    #[test]
    fn suites() {
        let mut outcome = fixture::outcome();
        let declared = "version: 1\ndocument: guide.md\nclaims:\n  - line: 21\n    subject: funcs[0]()\n    holds: false\n    reason: shows late binding\nexamples:\n  - at: gone#1\n    outcome: runs\n";
        Expectations::from_text("expectations/guide.yaml", declared).unwrap().apply(&mut outcome);
        let mut report = Report::of(&outcome);
        let again = report.documents[0].examples[0].claims[0].clone();
        report.documents[0].examples[0].claims.push(again);
        insta::assert_snapshot!(rendered(&report));
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_said_is_well_formed(
            text in "(\\PC|\r|\n|\\]\\]>|<!--|&|\u{0}|\u{b}|\u{fffe}|\u{ffff}|\u{1b}|🎉|\"|'){0,30}",
        ) {
            let mut report = Report::of(&fixture::outcome());
            report.documents[0].path = text.clone();
            let claim = &mut report.documents[0].examples[0].claims[0];
            (claim.subject, claim.claimed, claim.actual) = (text.clone(), text.clone(), Some(text.clone()));
            report.documents[0].examples[5].reason = Some(text.clone());
            let xml = rendered(&report);
            let is_legal = |c: char| matches!(c, '\t' | '\n' | '\u{20}'..='\u{FFFD}' | '\u{10000}'..);
            proptest::prop_assert!(xml.chars().all(is_legal));
            let mut reader = Reader::from_str(&xml);
            let mut tests = 0;
            loop {
                match reader.read_event() {
                    Ok(Event::Eof) => break,
                    Ok(Event::Start(element) | Event::Empty(element)) => {
                        tests += usize::from(element.name().as_ref() == "testcase");
                        for attribute in element.attributes() {
                            proptest::prop_assert!(attribute.is_ok());
                        }
                    }
                    Ok(_) => {}
                    Err(error) => return Err(proptest::test_runner::TestCaseError::fail(error.to_string())),
                }
            }
            proptest::prop_assert_eq!(tests, 6 + 2 + 2);
        }
    }
}
