//! What became of an example: its status, the reason in a word, the exception in the document.

use super::need::{NEEDS_SERVICE, Need, need};
use super::{ExceptionAt, Judged, Status, Verdict};
use crate::claim::{Expected, Kind};
use crate::example::Example;
use crate::run::{Ending, Exhausted, Raised, Run};

/// How an example ended, as the report says it.
#[derive(Clone, Debug)]
pub struct Fate {
    /// Its status.
    pub status: Status,
    /// The reason in a word.
    pub reason: Option<String>,
    /// The reason in a few words.
    pub detail: Option<String>,
    /// The exception that escaped.
    pub exception: Option<ExceptionAt>,
}

/// The fate of an example by its run, or by the reason why there is none.
pub fn fate(
    example: &Example,
    run: Option<&Run>,
    claims: &[Judged],
    skipped: Option<Need>,
    binds: &dyn Fn(&str) -> bool,
) -> Fate {
    let Some(run) = run else {
        let need = skipped.unwrap_or(Need { reason: "not-run", what: String::new() });
        return Fate::plain(Status::Skipped, need.reason, Some(need.what));
    };
    match &run.ending {
        Ending::SyntaxError { message, line } => syntax_error(example, claims, message, *line),
        Ending::TimedOut => {
            Fate::plain(Status::Timeout, "timeout", Some("it ran into the time limit".to_owned()))
        }
        Ending::OutputLimit => {
            Fate::plain(Status::Crashed, "output-limit", Some("it wrote too much".to_owned()))
        }
        Ending::Exhausted(what) => {
            let (reason, detail) = exhausted(*what);
            Fate::plain(Status::Crashed, reason, Some(detail.to_owned()))
        }
        Ending::Signaled(signal) => {
            Fate::plain(Status::Crashed, "signal", Some(format!("killed by {}", signal_name(*signal))))
        }
        Ending::NotRun => Fate::plain(Status::Skipped, "not-run", None),
        Ending::WithoutService(why) => Fate::plain(Status::Skipped, NEEDS_SERVICE, Some(why.clone())),
        Ending::Lost(why) => Fate::plain(Status::Crashed, "lost", Some(why.clone())),
        Ending::Exited(_) => exited(example, run, claims, binds),
    }
}

impl Fate {
    /// An end without an exception.
    fn plain(status: Status, reason: &str, detail: Option<String>) -> Fate {
        Fate { status, reason: Some(reason.to_owned()), detail, exception: None }
    }
}

fn exhausted(what: Exhausted) -> (&'static str, &'static str) {
    match what {
        Exhausted::Memory => ("memory-limit", "it took more memory than the limit allows"),
        Exhausted::Processes => ("process-limit", "it started too many processes and threads"),
        Exhausted::Descriptors => ("descriptor-limit", "it opened too many files, pipes and sockets"),
        Exhausted::Disk => ("disk-limit", "it filled too much of the disk"),
    }
}

fn syntax_error(example: &Example, claims: &[Judged], message: &str, line: u32) -> Fate {
    let claimed = is_claimed(claims);
    Fate {
        status: if claimed { Status::Ran } else { Status::SyntaxError },
        reason: None,
        detail: (!claimed).then(|| message.to_owned()),
        exception: Some(ExceptionAt {
            type_name: "SyntaxError".to_owned(),
            message: message.to_owned(),
            line: example.document_line(line as usize),
        }),
    }
}

fn exited(example: &Example, run: &Run, claims: &[Judged], binds: &dyn Fn(&str) -> bool) -> Fate {
    let raised = if run.inputs.is_empty() { run.exception.as_ref() } else { unclaimed(run, claims) };
    let Some(raised) = raised else {
        return Fate { status: Status::Ran, reason: None, detail: None, exception: None };
    };
    let claimed = is_claimed(claims);
    let need = need(raised, run.blocked.as_deref(), binds).filter(|_| !claimed);
    Fate {
        status: if claimed { Status::Ran } else { Status::Raised },
        reason: need.as_ref().map(|need| need.reason.to_owned()),
        detail: need.map(|need| need.what).or_else(|| raised.explained.clone().filter(|_| !claimed)),
        exception: Some(ExceptionAt {
            type_name: raised.type_name.clone(),
            message: raised.message.clone(),
            line: example.document_line(raised.line as usize),
        }),
    }
}

/// Whether the document says of the whole example that it ends as it did.
fn is_claimed(claims: &[Judged]) -> bool {
    claims.iter().any(|judged| {
        judged.claim.target.whole_output
            && judged.verdict == Verdict::Confirmed
            && matches!(judged.claim.expected, Expected::Exception { .. })
    })
}

/// The first exception of a session that its document does not show.
fn unclaimed<'a>(run: &'a Run, claims: &[Judged]) -> Option<&'a Raised> {
    let shown = |input: usize| {
        claims.iter().any(|judged| {
            judged.claim.target.input == Some(input)
                && judged.claim.kind == Kind::Raises
                && judged.verdict == Verdict::Confirmed
        })
    };
    let raised =
        run.inputs.iter().enumerate().filter_map(|(index, result)| Some((index, result.raised.as_ref()?)));
    raised.into_iter().find(|(index, _)| !shown(*index)).map(|(_, raised)| raised)
}

/// `SIGSEGV` for 11.
pub fn signal_name(signal: i32) -> String {
    nix::sys::signal::Signal::try_from(signal)
        .map_or_else(|_| format!("signal {signal}"), |signal| signal.as_str().to_owned())
}
