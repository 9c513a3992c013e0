//! The report as JSON, schema `truedoc/report/1`.
//!
//! The structs here are the public format; they are apart from the types of the stages, so that a
//! change of those cannot change the format by accident. Keys may be added within schema 1, never
//! changed or removed.

use std::io::{self, Write};

use serde::Serialize;

use super::Counts;
use crate::claim::{Claim, Kind, Origin};
use crate::document::{Format, Note};
use crate::example::marks::Mark;
use crate::example::{Form, Input, Rejection};
use crate::expectations::content_hash;
use crate::run::{Ending, InputResult, Interpreter, Sandbox};
use crate::verdict::{
    DocumentOutcome, ExampleOutcome, ExceptionAt, Judged, Mend, Outcome, Prose, Status, Verdict,
};

/// The schema that [`render`] writes.
const SCHEMA: &str = "truedoc/report/1";

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    truedoc: &'static str,
    interpreters: [InterpreterReport<'a>; 1],
    sandbox: SandboxReport<'a>,
    documents: Vec<DocumentReport<'a>>,
    unexpected: Vec<Difference<'a>>,
    summary: Counts,
}

#[derive(Serialize)]
struct InterpreterReport<'a> {
    id: &'a str,
    version: &'a str,
    executable: &'a str,
}

#[derive(Serialize)]
struct SandboxReport<'a> {
    landlock: &'a str,
    seccomp: bool,
    network: &'a str,
    pid_namespace: bool,
    mount_namespace: bool,
    hidden_files: bool,
    missing: &'a [String],
}

#[derive(Serialize)]
struct DocumentReport<'a> {
    path: &'a str,
    sha256: &'a str,
    format: Format,
    encoding: &'static str,
    notes: Vec<NoteReport<'a>>,
    /// The numbers of this document: how many of its examples claim anything, among others.
    summary: Counts,
    examples: Vec<ExampleReport<'a>>,
    rejected: Vec<Rejected<'a>>,
    prose: Vec<ProseReport<'a>>,
}

/// A sentence that is tied to a fact.
#[derive(Serialize)]
struct ProseReport<'a> {
    line: usize,
    quote: &'a str,
    fact: &'a str,
    statement: &'a str,
    source: &'a str,
    verdict: Verdict,
    actual: Option<&'a str>,
    reason: Option<&'a str>,
    qualified: Option<&'a str>,
    known: bool,
    known_reason: Option<&'a str>,
}

#[derive(Serialize)]
struct ExampleReport<'a> {
    id: &'a str,
    section: Option<&'a str>,
    file: Option<&'a str>,
    form: Form,
    rule: &'static str,
    /// By which expectations find it again when lines have moved.
    hash: String,
    code: &'a str,
    start_line: usize,
    end_line: usize,
    status: Status,
    reason: Option<&'a str>,
    detail: Option<&'a str>,
    known: bool,
    known_reason: Option<&'a str>,
    names_from: &'a [String],
    marks: Vec<MarkReport<'a>>,
    exception: Option<Exception<'a>>,
    stdout: &'a str,
    stderr: &'a str,
    truncated: bool,
    exit_code: Option<i32>,
    signal: Option<i32>,
    duration_ms: Option<f64>,
    mend: Option<&'a Mend>,
    /// What each input of a session gave, those that claim nothing included.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inputs: Vec<InputReport<'a>>,
    claims: Vec<ClaimReport<'a>>,
    not_understood: Vec<NotUnderstood<'a>>,
    /// What was changed or left out to make the code run.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
}

#[derive(Serialize)]
struct InputReport<'a> {
    line: usize,
    output: &'a str,
    raised: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct MarkReport<'a> {
    line: usize,
    dialect: &'static str,
    words: &'a str,
    meaning: &'static str,
}

#[derive(Serialize)]
struct ClaimReport<'a> {
    line: usize,
    kind: Kind,
    origin: Origin,
    rule: &'static str,
    subject: &'a str,
    claimed: &'a str,
    remark: Option<&'a str>,
    hedge: Option<&'a str>,
    verdict: Verdict,
    #[serde(rename = "match")]
    matched: Option<&'static str>,
    actual: Option<&'a str>,
    reason: Option<&'a str>,
    note: Option<&'a str>,
    known: bool,
    known_reason: Option<&'a str>,
    mend: Option<&'a Mend>,
}

#[derive(Serialize)]
struct Exception<'a> {
    #[serde(rename = "type")]
    type_name: &'a str,
    message: &'a str,
    line: usize,
}

#[derive(Serialize)]
struct NotUnderstood<'a> {
    line: usize,
    text: &'a str,
}

#[derive(Serialize)]
pub(super) struct NoteReport<'a> {
    line: usize,
    message: &'a str,
}

#[derive(Serialize)]
pub(super) struct Rejected<'a> {
    start_line: usize,
    end_line: usize,
    reason: &'a str,
}

/// A difference from the expectations.
#[derive(Serialize)]
struct Difference<'a> {
    file: &'a str,
    line: usize,
    message: &'a str,
    document: Option<&'a str>,
    document_line: Option<usize>,
}

/// Writes an outcome as JSON.
pub(super) fn render(outcome: &Outcome, writer: &mut dyn Write) -> io::Result<()> {
    let report = Report {
        schema: SCHEMA,
        truedoc: env!("CARGO_PKG_VERSION"),
        interpreters: [InterpreterReport::of(&outcome.interpreter)],
        sandbox: SandboxReport::of(&outcome.sandbox),
        documents: outcome.documents.iter().map(DocumentReport::of).collect(),
        unexpected: differences(outcome),
        summary: Counts::of(outcome),
    };
    serde_json::to_writer_pretty(&mut *writer, &report)?;
    writeln!(writer)
}

fn differences(outcome: &Outcome) -> Vec<Difference<'_>> {
    let differences = outcome.unexpected.iter().map(|unexpected| Difference {
        file: &unexpected.file,
        line: unexpected.line,
        message: &unexpected.message,
        document: unexpected.document.as_ref().map(|(path, _)| path.as_str()),
        document_line: unexpected.document.as_ref().map(|(_, line)| *line),
    });
    differences.collect()
}

impl<'a> NoteReport<'a> {
    pub(super) fn of(note: &'a Note) -> Self {
        NoteReport { line: note.line, message: &note.message }
    }
}

impl<'a> MarkReport<'a> {
    pub(super) fn of(mark: &'a Mark) -> Self {
        let Mark { meaning, dialect, line, words, .. } = mark;
        MarkReport { line: *line, dialect, words, meaning: meaning.name() }
    }
}

impl<'a> Rejected<'a> {
    pub(super) fn of(rejection: &'a Rejection) -> Self {
        let Rejection { start_line, end_line, reason } = rejection;
        Rejected { start_line: *start_line, end_line: *end_line, reason }
    }
}

impl<'a> InterpreterReport<'a> {
    fn of(interpreter: &'a Interpreter) -> Self {
        let Interpreter { id, version, executable } = interpreter;
        InterpreterReport { id, version, executable }
    }
}

impl<'a> SandboxReport<'a> {
    fn of(sandbox: &'a Sandbox) -> Self {
        SandboxReport {
            landlock: &sandbox.landlock,
            seccomp: sandbox.seccomp,
            network: &sandbox.network,
            pid_namespace: sandbox.pid_namespace,
            mount_namespace: sandbox.mount_namespace,
            hidden_files: sandbox.hidden_files,
            missing: &sandbox.missing,
        }
    }
}

impl<'a> DocumentReport<'a> {
    fn of(found: &'a DocumentOutcome) -> Self {
        let document = &found.document;
        DocumentReport {
            path: &document.path,
            sha256: &document.sha256,
            format: document.format,
            encoding: document.encoding,
            notes: document.notes.iter().map(NoteReport::of).collect(),
            summary: Counts::of_document(found),
            examples: found.examples.iter().map(ExampleReport::of).collect(),
            rejected: found.rejections.iter().map(Rejected::of).collect(),
            prose: found.prose.iter().map(ProseReport::of).collect(),
        }
    }
}

impl<'a> ProseReport<'a> {
    fn of(prose: &'a Prose) -> Self {
        ProseReport {
            line: prose.line,
            quote: &prose.quote,
            fact: &prose.fact,
            statement: &prose.statement,
            source: &prose.source,
            verdict: prose.verdict,
            actual: prose.actual.as_deref(),
            reason: prose.reason.as_deref(),
            qualified: prose.qualified.as_deref(),
            known: prose.known.is_some(),
            known_reason: prose.known.as_deref(),
        }
    }
}

impl<'a> ExampleReport<'a> {
    fn of(outcome: &'a ExampleOutcome) -> Self {
        let (example, run) = (&outcome.example, outcome.run.as_ref());
        let (exit_code, signal) = match run.map(|run| &run.ending) {
            Some(Ending::Exited(code)) => (Some(*code), None),
            Some(Ending::Signaled(signal)) => (None, Some(*signal)),
            _ => (None, None),
        };
        ExampleReport {
            id: &example.id,
            section: example.section.as_deref(),
            file: example.file.as_deref(),
            form: example.form,
            rule: example.rule,
            hash: content_hash(example),
            code: &example.code,
            start_line: example.start_line,
            end_line: example.end_line,
            status: outcome.status,
            reason: outcome.reason.as_deref(),
            detail: outcome.detail.as_deref(),
            known: outcome.known.is_some(),
            known_reason: outcome.known.as_deref(),
            names_from: &outcome.names_from,
            marks: example.marks.iter().map(MarkReport::of).collect(),
            exception: outcome.exception.as_ref().map(Exception::of),
            stdout: run.map_or("", |run| &run.stdout.text),
            stderr: run.map_or("", |run| &run.stderr.text),
            truncated: run.is_some_and(|run| run.stdout.truncated || run.stderr.truncated),
            exit_code,
            signal,
            duration_ms: run.map(|run| (run.duration.as_secs_f64() * 1e6).round() / 1e3),
            mend: outcome.mend.as_ref(),
            inputs: InputReport::all(outcome),
            claims: outcome.claims.iter().map(ClaimReport::of).collect(),
            not_understood: outcome.not_understood.iter().map(NotUnderstood::of).collect(),
            notes: &example.notes,
        }
    }
}

impl<'a> InputReport<'a> {
    /// The inputs that were reached, by the line of their prompts.
    fn all(outcome: &'a ExampleOutcome) -> Vec<Self> {
        let inputs = outcome.example.session.as_deref().unwrap_or_default();
        let results = outcome.run.iter().flat_map(|run| &run.inputs);
        let report = |(input, result): (&Input, &'a InputResult)| InputReport {
            line: outcome.example.document_line(input.code_line),
            output: &result.output,
            raised: result.raised.as_ref().map(|raised| raised.qualified.as_str()),
        };
        inputs.iter().zip(results).map(report).collect()
    }
}

impl<'a> Exception<'a> {
    fn of(exception: &'a ExceptionAt) -> Self {
        let ExceptionAt { type_name, message, line } = exception;
        Exception { type_name, message, line: *line }
    }
}

impl<'a> NotUnderstood<'a> {
    fn of((line, text): &'a (usize, String)) -> Self {
        NotUnderstood { line: *line, text }
    }
}

impl<'a> ClaimReport<'a> {
    fn of(judged: &'a Judged) -> Self {
        let Claim { line, kind, origin, subject, claimed, remark, hedge, rule, .. } = &judged.claim;
        ClaimReport {
            line: *line,
            kind: *kind,
            origin: *origin,
            rule,
            subject,
            claimed,
            remark: remark.as_deref(),
            hedge: hedge.as_deref(),
            verdict: judged.verdict,
            matched: judged.matched,
            actual: judged.actual.as_deref(),
            reason: judged.reason.as_deref(),
            note: judged.note.as_deref(),
            known: judged.known.is_some(),
            known_reason: judged.known.as_deref(),
            mend: judged.mend.as_ref(),
        }
    }
}
