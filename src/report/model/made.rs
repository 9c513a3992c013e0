//! A report made of the outcome of a check.

use rayon::prelude::*;

use super::{
    Change, Claim, Difference, Document, EndingUnder, Example, Exception, Input, Interpreter, LeftOut, Mark,
    Mend, NotUnderstood, Note, Prose, Rejected, Report, SCHEMA, Sandbox, Shard, VerdictUnder, milliseconds,
};
use crate::expectations::content_hash;
use crate::report::Counts;
use crate::run::{self, Ending};
use crate::shard::Part;
use crate::verdict::{
    Course, DocumentOutcome, ExampleOutcome, ExceptionAt, Judged, Outcome, Unexpected, signal_name,
};
use crate::{claim, document, example, verdict};

impl Report {
    /// The report of an outcome.
    pub fn of(outcome: &Outcome) -> Report {
        Report {
            schema: SCHEMA.to_owned(),
            truedoc: env!("CARGO_PKG_VERSION").to_owned(),
            interpreters: outcome.interpreters.iter().map(Interpreter::of).collect(),
            pythons: outcome.pythons.clone(),
            packages: outcome.packages.clone(),
            run_tests: outcome.run_tests,
            shard: outcome.course.part.as_ref().map(Shard::of),
            sandbox: Sandbox::of(&outcome.sandbox),
            documents: outcome.documents.par_iter().map(Document::of).collect(),
            unexpected: outcome.unexpected.iter().map(Difference::of).collect(),
            summary: Counts::of(outcome),
            exit: Some(outcome.exit() as u8),
            left_out: LeftOut::of(&outcome.course),
            baseline: outcome.course.baseline,
        }
    }
}

impl Shard {
    fn of(part: &Part) -> Shard {
        Shard { number: part.shard.number, of: part.shard.of, whole: part.whole.clone() }
    }
}

impl LeftOut {
    fn of(course: &Course) -> LeftOut {
        let Course { not_selected, not_started, claims_hidden, failures_hidden, .. } = *course;
        LeftOut { not_selected, not_started, claims_hidden, failures_hidden }
    }
}

impl Interpreter {
    /// The report of an interpreter.
    pub fn of(interpreter: &run::Interpreter) -> Interpreter {
        let run::Interpreter { id, version, executable } = interpreter.clone();
        Interpreter { id, version, executable }
    }
}

impl Sandbox {
    /// The report of a sandbox.
    pub fn of(sandbox: &run::Sandbox) -> Sandbox {
        let run::Sandbox {
            landlock,
            seccomp,
            network,
            pid_namespace,
            mount_namespace,
            hidden_files,
            missing,
        } = sandbox.clone();
        Sandbox { landlock, seccomp, network, pid_namespace, mount_namespace, hidden_files, missing }
    }
}

impl Difference {
    fn of(unexpected: &Unexpected) -> Difference {
        let Unexpected { file, line, message, document } = unexpected.clone();
        let (document, document_line) = document.unzip();
        Difference { file, line, message, document, document_line }
    }
}

impl Document {
    /// The report of a document.
    pub fn of(found: &DocumentOutcome) -> Document {
        let document = &found.document;
        Document {
            path: document.path.clone(),
            sha256: document.sha256.clone(),
            format: document.format,
            encoding: document.encoding.to_owned(),
            notes: document.notes.iter().map(Note::of).collect(),
            summary: Counts::of_document(found),
            examples: found.examples.iter().map(Example::of).collect(),
            rejected: found.rejections.iter().map(Rejected::of).collect(),
            prose: found.prose.iter().map(Prose::of).collect(),
        }
    }
}

impl Note {
    /// The report of a note.
    pub fn of(note: &document::Note) -> Note {
        let document::Note { line, message } = note.clone();
        Note { line, message }
    }
}

impl Rejected {
    /// The report of a rejection.
    pub fn of(rejection: &example::Rejection) -> Rejected {
        let example::Rejection { start_line, end_line, reason } = rejection.clone();
        Rejected { start_line, end_line, reason }
    }
}

impl Mark {
    /// The report of a mark.
    pub fn of(mark: &example::marks::Mark) -> Mark {
        let example::marks::Mark { meaning, dialect, line, words, .. } = mark;
        Mark {
            line: *line,
            dialect: (*dialect).to_owned(),
            words: words.clone(),
            meaning: meaning.name().to_owned(),
        }
    }
}

impl Prose {
    fn of(prose: &verdict::Prose) -> Prose {
        let verdict::Prose {
            line,
            quote,
            fact,
            statement,
            source,
            verdict,
            actual,
            reason,
            qualified,
            known: known_reason,
            under,
        } = prose.clone();
        Prose {
            line,
            quote,
            fact,
            statement,
            source,
            verdict,
            actual,
            reason,
            qualified,
            known: known_reason.is_some(),
            known_reason,
            versions: under.iter().map(VerdictUnder::of).collect(),
        }
    }
}

impl Example {
    /// The report of an example.
    pub fn of(outcome: &ExampleOutcome) -> Example {
        let (example, run) = (&outcome.example, outcome.run.as_ref());
        let (exit_code, signal) = match run.map(|run| &run.ending) {
            Some(Ending::Exited(code)) => (Some(*code), None),
            Some(Ending::Signaled(signal)) => (None, Some(*signal)),
            _ => (None, None),
        };
        Example {
            id: example.id.clone(),
            section: example.section.clone(),
            file: example.file.clone(),
            form: example.form,
            rule: example.rule.to_owned(),
            hash: content_hash(example),
            code: example.code.clone(),
            start_line: example.start_line,
            end_line: example.end_line,
            status: outcome.status,
            reason: outcome.reason.clone(),
            detail: outcome.detail.clone(),
            known: outcome.known.is_some(),
            known_reason: outcome.known.clone(),
            names_from: outcome.names_from.clone(),
            marks: example.marks.iter().map(Mark::of).collect(),
            exception: outcome.exception.as_ref().map(Exception::of),
            stdout: run.map_or_else(String::new, |run| run.stdout.text.clone()),
            stderr: run.map_or_else(String::new, |run| run.stderr.text.clone()),
            truncated: run.is_some_and(|run| run.stdout.truncated || run.stderr.truncated),
            exit_code,
            signal,
            signal_name: signal.map(signal_name),
            left_behind: run.map_or(0, |run| run.left_behind),
            duration_ms: run.map(|run| milliseconds(run.duration)),
            cached: run.is_some_and(|run| run.cached),
            mend: outcome.mend.as_ref().map(Mend::of),
            inputs: Input::all(outcome),
            claims: outcome.claims.iter().map(Claim::of).collect(),
            not_understood: outcome.not_understood.iter().map(NotUnderstood::of).collect(),
            notes: example.notes.clone(),
            versions: outcome.under.iter().map(EndingUnder::of).collect(),
        }
    }
}

impl Input {
    /// The inputs that were reached, by the line of their prompts.
    fn all(outcome: &ExampleOutcome) -> Vec<Input> {
        let inputs = outcome.example.session.as_deref().unwrap_or_default();
        let results = outcome.run.iter().flat_map(|run| &run.inputs);
        let report = |(input, result): (&example::Input, &run::InputResult)| Input {
            line: outcome.example.document_line(input.code_line),
            output: result.output.clone(),
            raised: result.raised.as_ref().map(|raised| raised.qualified.clone()),
        };
        inputs.iter().zip(results).map(report).collect()
    }
}

impl Exception {
    fn of(exception: &ExceptionAt) -> Exception {
        let ExceptionAt { type_name, message, line } = exception.clone();
        Exception { type_name, message, line }
    }
}

impl NotUnderstood {
    fn of((line, text): &(usize, String)) -> NotUnderstood {
        NotUnderstood { line: *line, text: text.clone() }
    }
}

impl Claim {
    /// The report of a claim.
    pub fn of(judged: &Judged) -> Claim {
        let claim::Claim { line, kind, origin, subject, claimed, remark, hedge, rule, .. } = &judged.claim;
        Claim {
            line: *line,
            kind: *kind,
            origin: *origin,
            rule: (*rule).to_owned(),
            subject: subject.clone(),
            claimed: claimed.clone(),
            remark: remark.clone(),
            hedge: hedge.clone(),
            verdict: judged.verdict,
            matched: judged.matched.map(str::to_owned),
            actual: judged.actual.clone(),
            reason: judged.reason.clone(),
            note: judged.note.clone(),
            known: judged.known.is_some(),
            known_reason: judged.known.clone(),
            mend: judged.mend.as_ref().map(Mend::of),
            versions: judged.under.iter().map(VerdictUnder::of).collect(),
        }
    }
}

impl EndingUnder {
    fn of(under: &verdict::EndingUnder) -> EndingUnder {
        let verdict::EndingUnder { interpreter, status, reason, exception } = under.clone();
        EndingUnder { interpreter, status, reason, exception: exception.as_ref().map(Exception::of) }
    }
}

impl VerdictUnder {
    fn of(under: &verdict::VerdictUnder) -> VerdictUnder {
        let verdict::VerdictUnder { interpreter, verdict, matched, actual, reason } = under.clone();
        VerdictUnder { interpreter, verdict, matched: matched.map(str::to_owned), actual, reason }
    }
}

impl Mend {
    /// The report of a mend.
    pub fn of(mend: &verdict::Mend) -> Mend {
        let verdict::Mend { rule, sentence, changes, proof } = mend.clone();
        let changes = changes.into_iter().map(|verdict::Change { line, old, new }| Change { line, old, new });
        Mend { rule: rule.to_owned(), sentence, changes: changes.collect(), proof }
    }
}
