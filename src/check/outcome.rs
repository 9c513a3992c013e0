//! What a check gives: the outcome of each case, put back into its document.

use super::Case;
use super::diagnose::Proved;
use super::missing::missing_module;
use crate::cache::{CachingEngine, Fleeting};
use crate::document::Document;
use crate::example::{Example, Rejection};
use crate::mend::propose;
use crate::packages::OwnModules;
use crate::python::{self, Names};
use crate::run::Run;
use crate::verdict::{
    self, Course, DocumentOutcome, ExampleOutcome, Fate, Judged, Mend, NEEDS_PACKAGE, Need, Outcome, Status,
    Verdict,
};

/// What became of a case of a document that has these modules of its own.
pub fn outcome(case: Case, run: Option<Run>, mut claims: Vec<Judged>, own: &OwnModules) -> ExampleOutcome {
    let mut fate = verdict::fate(&case.example, run.as_ref(), &claims, case.skipped.clone(), &|name| {
        case.names.global.contains(name)
    });
    if let Some(module) = fate.detail.as_deref().filter(|module| is_missing(&fate, module)) {
        let need = missing_module(&case, own, module);
        let of_claims = claims.iter_mut().filter_map(|judged| judged.reason.as_mut());
        of_claims.filter(|reason| *reason == NEEDS_PACKAGE).for_each(|reason| need.reason.clone_into(reason));
        (fate.reason, fate.detail) = (Some(need.reason.to_owned()), Some(need.what));
    }
    if let Some(need) = unloaded_module(&case.example, &fate) {
        (fate.reason, fate.detail) = (Some(need.reason.to_owned()), Some(need.what));
    }
    ExampleOutcome {
        status: fate.status,
        reason: fate.reason,
        detail: fate.detail,
        exception: fate.exception,
        run,
        fixed: case.fixed,
        names_from: case.context.into_iter().map(|(id, _)| id).collect(),
        claims,
        not_understood: case.found.not_understood,
        known: None,
        mend: case.mend.filter(|_| fate.status == Status::Ran),
        example: case.example,
        under: Vec::new(),
    }
}

/// Says of an outcome what would put it right: a change of its code, or the true values.
pub fn mend(document: &Document, outcome: &mut ExampleOutcome, proved: Option<Proved>) {
    let is_refuted = |judged: &Judged| judged.verdict == Verdict::Refuted;
    let mends: Vec<Option<Mend>> = outcome
        .claims
        .iter()
        .map(|judged| match &proved {
            _ if !is_refuted(judged) => None,
            Some(proved) if proved.holds.contains(&judged.claim.line) => Some(proved.mend.clone()),
            _ => propose(document, outcome, judged).ok(),
        })
        .collect();
    for (judged, mend) in outcome.claims.iter_mut().zip(mends) {
        judged.mend = mend;
    }
    outcome.mend = proved.map(|proved| proved.mend).or(outcome.mend.take());
}

/// An example in a docstring that misses a name which its module binds: the module could not be
/// imported: it needs a package that is not there.
fn unloaded_module(example: &Example, fate: &Fate) -> Option<Need> {
    let module = example.module.as_ref()?;
    let name = fate.detail.as_ref().filter(|_| fate.reason.as_deref() == Some("needs-name"))?;
    let binds = Names::of(python::parse(&module.source).suite()).global.contains(name);
    let what = format!("the module {} that it stands in, which cannot be imported", module.name);
    binds.then_some(Need { reason: NEEDS_PACKAGE, what })
}

/// Whether an example ended because this module is missing; an exception that the example itself raised
/// may name none.
fn is_missing(fate: &Fate, module: &str) -> bool {
    fate.reason.as_deref() == Some(NEEDS_PACKAGE) && !module.is_empty()
}

/// Puts the outcomes, each with the number of its document, together.
pub fn assemble(
    engine: &CachingEngine,
    fleeting: &Fleeting,
    documents: Vec<Document>,
    outcomes: Vec<(usize, ExampleOutcome)>,
    rejections: Vec<Vec<Rejection>>,
) -> Outcome {
    let mut documents: Vec<DocumentOutcome> = documents
        .into_iter()
        .zip(rejections)
        .enumerate()
        .map(|(number, (document, rejections))| DocumentOutcome {
            document,
            examples: Vec::new(),
            rejections,
            prose: Vec::new(),
            lasting: !fleeting.holds(number),
        })
        .collect();
    for (document, outcome) in outcomes {
        documents[document].examples.push(outcome);
    }
    documents.retain(|found| !found.examples.is_empty() || found.document.is_listed_without_examples());
    Outcome {
        interpreters: vec![engine.interpreter().clone()],
        pythons: Vec::new(),
        packages: Vec::new(),
        run_tests: false,
        sandbox: engine.sandbox().clone(),
        documents,
        unexpected: Vec::new(),
        course: Course::default(),
    }
}
