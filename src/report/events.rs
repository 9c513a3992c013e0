//! What happens during a check, told as it happens: one line of JSON for each event, schema
//! `truedoc/events/1`.
//!
//! Verdicts settle at the end, because what is refuted runs once more; so examples are told while they
//! run, and documents with their claims after the last of them. All `document-finished` events and the
//! `run-finished` event together hold what the report holds.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard};

use serde::{Deserialize, Serialize};

use super::Counts;
use super::model::{self, Difference, Documents, Interpreter, LeftOut, Report, Sandbox};
use crate::document::Document;
use crate::example::Example;
use crate::lock::lock;
use crate::run::{self, Run};

/// The schema of an [`Event`].
pub const SCHEMA: &str = "truedoc/events/1";

/// Something that happened. Events and keys may be added within schema 1, never changed or removed:
/// whoever reads them passes over what it does not know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The first event: what is going to be run.
    RunStarted {
        /// `truedoc/events/1`.
        #[cfg_attr(test, schemars(extend("const" = SCHEMA)))]
        schema: String,
        /// The version of truedoc.
        truedoc: String,
        /// The interpreters that run the examples.
        interpreters: Vec<Interpreter>,
        /// The documents in the order of their paths.
        documents: Vec<Named>,
        /// How many examples will run; of thousands, how many at most. Some of them may run once more.
        examples: usize,
    },
    /// An example starts. One that needs names of earlier ones starts once more, after them.
    ExampleStarted {
        /// Path of its document.
        document: String,
        /// Its id.
        example: String,
        /// Its first line in the document.
        #[cfg_attr(test, schemars(range(min = 1)))]
        start_line: usize,
        /// Its last line.
        #[cfg_attr(test, schemars(range(min = 1)))]
        end_line: usize,
    },
    /// The process of an example has ended. Its verdicts come with its document.
    ExampleFinished {
        /// Path of its document.
        document: String,
        /// Its id.
        example: String,
        /// How it ended.
        ending: Ending,
        /// Exit status of its process.
        exit_code: Option<i32>,
        /// The signal that ended its process.
        signal: Option<i32>,
        /// How long it ran, in milliseconds.
        #[cfg_attr(test, schemars(range(min = 0)))]
        duration_ms: f64,
        /// Whether it was not run now, because what it gives is known from an earlier check.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        cached: bool,
    },
    /// All that is said of a document, as it stands in the report.
    DocumentFinished {
        /// The document with its examples and claims.
        document: Box<model::Document>,
    },
    /// The last event.
    RunFinished {
        /// The layers of the sandbox that were active.
        sandbox: Sandbox,
        /// Differences between reality and the expectations.
        unexpected: Vec<Difference>,
        /// The numbers of all documents together.
        summary: Counts,
        /// The exit status of the check.
        exit: Option<u8>,
        /// What the check was told to leave out.
        #[serde(default, skip_serializing_if = "LeftOut::is_nothing")]
        left_out: LeftOut,
    },
}

/// A document as it is announced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Named {
    /// Its path.
    pub path: String,
    /// SHA-256 of the bytes of the file, in hexadecimal.
    pub sha256: String,
}

/// How the process of an example ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// By itself.
    Exited,
    /// By a signal.
    Signaled,
    /// Killed at the time limit.
    TimedOut,
    /// Killed at another limit.
    LimitReached,
    /// Not started, because it is no valid Python.
    SyntaxError,
    /// Not run, for a reason of truedoc's own.
    NotRun,
}

impl Event {
    /// The first event.
    fn run_started(interpreters: &[run::Interpreter], documents: &[&Document], examples: usize) -> Event {
        let named =
            |document: &&Document| Named { path: document.path.clone(), sha256: document.sha256.clone() };
        Event::RunStarted {
            schema: SCHEMA.to_owned(),
            truedoc: env!("CARGO_PKG_VERSION").to_owned(),
            interpreters: interpreters.iter().map(Interpreter::of).collect(),
            documents: documents.iter().map(named).collect(),
            examples,
        }
    }

    /// The end of a run.
    fn example_finished(document: &str, example: &Example, run: &Run) -> Event {
        let (ending, exit_code, signal) = match run.ending {
            run::Ending::Exited(code) => (Ending::Exited, Some(code), None),
            run::Ending::Signaled(signal) => (Ending::Signaled, None, Some(signal)),
            run::Ending::TimedOut => (Ending::TimedOut, None, None),
            run::Ending::OutputLimit | run::Ending::Exhausted(_) => (Ending::LimitReached, None, None),
            run::Ending::SyntaxError { .. } => (Ending::SyntaxError, None, None),
            run::Ending::NotRun | run::Ending::WithoutService(_) | run::Ending::Lost(_) => {
                (Ending::NotRun, None, None)
            }
        };
        Event::ExampleFinished {
            document: document.to_owned(),
            example: example.id.clone(),
            ending,
            exit_code,
            signal,
            duration_ms: model::milliseconds(run.duration),
            cached: run.cached,
        }
    }

    /// All that is said of a document.
    fn document_finished(document: &model::Document) -> Event {
        Event::DocumentFinished { document: Box::new(document.clone()) }
    }

    /// The last event.
    fn run_finished<D>(report: &Report<D>) -> Event {
        Event::RunFinished {
            sandbox: report.sandbox.clone(),
            unexpected: report.unexpected.clone(),
            summary: report.summary,
            exit: report.exit,
            left_out: report.left_out,
        }
    }

    fn write(&self, writer: &mut dyn Write) -> io::Result<()> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        writer.write_all(&line)?;
        writer.flush()
    }
}

/// Where events go to, each as soon as it happens.
pub struct Events {
    state: Mutex<State>,
}

struct State {
    writers: Vec<Box<dyn Write + Send>>,
    /// The first error of a writer, which is written to no more.
    failure: Option<io::Error>,
}

impl fmt::Debug for Events {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Events").finish_non_exhaustive()
    }
}

impl Events {
    /// Events that go to these writers.
    pub fn new(writers: Vec<Box<dyn Write + Send>>) -> Events {
        Events { state: Mutex::new(State { writers, failure: None }) }
    }

    /// A run starts.
    pub(super) fn begin(&self, interpreters: &[run::Interpreter], documents: &[&Document], examples: usize) {
        self.state().tell(&Event::run_started(interpreters, documents, examples));
    }

    /// An example of the document with this path starts.
    pub(super) fn started(&self, document: &str, example: &Example) {
        self.state().tell(&Event::ExampleStarted {
            document: document.to_owned(),
            example: example.id.clone(),
            start_line: example.start_line,
            end_line: example.end_line,
        });
    }

    /// It has ended.
    pub(super) fn finished(&self, document: &str, example: &Example, run: &Run) {
        self.state().tell(&Event::example_finished(document, example, run));
    }

    /// Tells the documents and the end.
    ///
    /// # Errors
    /// The first error of any writer since the beginning. A pipe that its reader closed is none.
    pub fn close<D: Documents>(&self, report: &Report<D>) -> io::Result<()> {
        let mut state = self.state();
        report.documents.each(&mut |document| {
            state.tell(&Event::document_finished(document));
            Ok(())
        })?;
        state.tell(&Event::run_finished(report));
        match state.failure.take() {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl State {
    fn tell(&mut self, event: &Event) {
        let mut failure = None;
        self.writers.retain_mut(|writer| match event.write(writer) {
            Ok(()) => true,
            Err(error) => {
                failure = Some(error);
                false
            }
        });
        self.failure = self.failure.take().or(failure);
    }
}

/// Writes the events of a check that is over, as far as a report knows them.
///
/// # Errors
/// If writing fails.
pub(super) fn render<D: Documents>(report: &Report<D>, writer: &mut dyn Write) -> io::Result<()> {
    let mut documents = Vec::new();
    report.documents.each(&mut |document| {
        documents.push(Named { path: document.path.clone(), sha256: document.sha256.clone() });
        Ok(())
    })?;
    let first = Event::RunStarted {
        schema: SCHEMA.to_owned(),
        truedoc: report.truedoc.clone(),
        interpreters: report.interpreters.clone(),
        documents,
        examples: report.summary.examples,
    };
    first.write(writer)?;
    report.documents.each(&mut |document| Event::document_finished(document).write(writer))?;
    Event::run_finished(report).write(writer)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::fixture;

    /// A writer that can be looked into.
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A writer that cannot be written to.
    struct Broken(io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn each_event_is_a_line_as_soon_as_it_happens() {
        let outcome = fixture::outcome();
        let report = Report::of(&outcome);
        let shared = Shared::default();
        let events = Events::new(vec![Box::new(shared.clone())]);
        let lines = || -> Vec<Event> {
            let text = String::from_utf8(shared.0.lock().unwrap().clone()).unwrap();
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        };
        let document = Document::from_text("a.md", crate::document::Format::Markdown, "");
        events.begin(&outcome.interpreters, &[&document], 1);
        assert_eq!(lines().len(), 1);
        let example = fixture::example("a#1", crate::example::Form::Plain, 3, "x\ny\n");
        events.started("a.md", &example);
        let started = Event::ExampleStarted {
            document: "a.md".to_owned(),
            example: "a#1".to_owned(),
            start_line: 3,
            end_line: 4,
        };
        assert_eq!(lines()[1], started);
        let run =
            Run { ending: run::Ending::Exited(1), duration: Duration::from_micros(2500), ..Run::default() };
        events.finished("a.md", &example, &run);
        let Event::ExampleFinished { ending, exit_code, duration_ms, .. } = lines()[2].clone() else {
            panic!()
        };
        assert_eq!((ending, exit_code, duration_ms), (Ending::Exited, Some(1), 2.5));
        events.close(&report).unwrap();
        let finished = report.documents.iter().map(Event::document_finished);
        let closing: Vec<Event> = finished.chain([Event::run_finished(&report)]).collect();
        assert_eq!(lines()[3..], closing);
        assert_eq!(closing.len(), 3);
    }

    #[test]
    fn a_writer_that_fails_does_not_keep_the_others_from_their_events() {
        let report = Report::of(&fixture::outcome());
        for (kind, is_error) in [(io::ErrorKind::BrokenPipe, false), (io::ErrorKind::StorageFull, true)] {
            let shared = Shared::default();
            let events = Events::new(vec![Box::new(Broken(kind)), Box::new(shared.clone())]);
            assert_eq!(events.close(&report).is_err(), is_error);
            assert_eq!(shared.0.lock().unwrap().iter().filter(|byte| **byte == b'\n').count(), 3);
        }
    }

    #[test]
    fn the_published_schema_is_that_of_the_events() {
        fixture::assert_published::<Event>("events-1.json");
    }
}
