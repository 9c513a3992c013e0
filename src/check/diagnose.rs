//! Tries what may mend the examples that do not run to their end, and keeps what was proved.
//!
//! All trials of a check run together, under a short time limit: first the questions to the
//! interpreter (what binds this name, which attributes are there), then the changed examples. One is
//! kept only if it ran to its end, none of its claims is refuted, one is confirmed if it has any, and
//! no other change did as well.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, CheckSettings, judge, plan};
use crate::cache::CachingEngine;
use crate::claim::Force;
use crate::document::Document;
use crate::example::Form;
use crate::mend::{self, Broken, Candidate, Failure, Knowledge};
use crate::python::{self, Names};
use crate::run::{Ending, Limits, Plan, Run};
use crate::verdict::{self, Judged, Mend, Status, Verdict};

/// How many changes are tried for one example.
const MOST_OF_ONE: usize = 6;

/// How many examples of one document are looked at: with more, it is of another kind than a mend could
/// help.
const MOST_EXAMPLES: usize = 200;

/// Milliseconds that a trial may take.
const TIME: u64 = 2000;

/// A proved mend of an example.
pub struct Proved {
    /// The mend.
    pub mend: Mend,
    /// The document lines of the claims that then hold.
    pub holds: BTreeSet<usize>,
}

/// The course of a check up to here.
pub struct Checked<'a> {
    pub documents: &'a [Document],
    pub cases: &'a [Case],
    pub runs: &'a [Option<Run>],
    pub judged: &'a [Vec<Judged>],
}

/// The proved mends, by the number of their case.
pub fn diagnose(
    engine: &CachingEngine,
    settings: &CheckSettings,
    checked: &Checked,
) -> BTreeMap<usize, Proved> {
    let settings = CheckSettings {
        limits: Limits { time_ms: settings.limits.time_ms.min(TIME), ..settings.limits },
        ..settings.clone()
    };
    let trials = Trials { engine, settings: &settings, checked };
    let mut of_document = vec![0; checked.documents.len()];
    let patients = (0..checked.cases.len()).filter_map(|index| trials.patient(index));
    let patients: Vec<Patient> = patients
        .filter(|patient| {
            let number = &mut of_document[checked.cases[patient.index].document];
            *number += 1;
            *number <= MOST_EXAMPLES
        })
        .collect();
    if patients.is_empty() {
        return BTreeMap::new();
    }
    let knowledge = trials.ask(&patients);
    let tried = trials.run(&patients, &knowledge);
    patients
        .iter()
        .zip(tried)
        .filter_map(|(patient, tried)| Some((patient.index, trials.prove(patient, tried)?)))
        .collect()
}

/// An example that does not run to its end.
struct Patient<'a> {
    index: usize,
    failure: Failure<'a>,
    missing: BTreeSet<String>,
}

impl Patient<'_> {
    fn broken<'a>(&'a self, cases: &'a [Case]) -> Broken<'a> {
        let case = &cases[self.index];
        Broken {
            code: &case.example.code,
            failure: self.failure,
            missing: &self.missing,
            bound: &case.names.bound,
        }
    }
}

/// A changed example with what its run gave.
struct Tried {
    candidate: Candidate,
    judged: Vec<Judged>,
    ran: bool,
}

struct Trials<'a> {
    engine: &'a CachingEngine,
    settings: &'a CheckSettings,
    checked: &'a Checked<'a>,
}

impl<'a> Trials<'a> {
    /// The case with this number, if it does not run to its end and nobody says that it should not.
    fn patient(&self, index: usize) -> Option<Patient<'a>> {
        let (case, run) = (&self.checked.cases[index], self.checked.runs[index].as_ref()?);
        let status = self.status(case, run, &self.checked.judged[index]);
        if !matches!(status, Status::Raised | Status::SyntaxError) || case.example.form == Form::Inline {
            return None;
        }
        let failure = match (&run.ending, &run.exception) {
            (Ending::SyntaxError { .. }, _) => Failure::Syntax,
            (_, Some(raised)) if raised.bases.iter().any(|base| base == "SyntaxError") => Failure::Syntax,
            (_, raised) => Failure::Raised(raised.as_ref()?),
        };
        if matches!(failure, Failure::Syntax) && mend::is_meant_to_fail(&case.example) {
            return None;
        }
        let before: String = case.context.iter().flat_map(|(_, source)| [source, "\n"]).collect();
        let before = Names::of(python::parse(&before).suite()).global;
        let missing = case.names.free().filter(|name| !before.contains(*name)).map(str::to_owned).collect();
        Some(Patient { index, failure, missing })
    }

    fn status(&self, case: &Case, run: &Run, judged: &[Judged]) -> Status {
        let binds = |name: &str| case.names.global.contains(name);
        verdict::fate(&case.example, Some(run), judged, None, &binds).status
    }

    /// What the interpreter knows about each patient.
    fn ask(&self, patients: &[Patient]) -> Vec<Knowledge> {
        let names: BTreeSet<&str> = patients
            .iter()
            .filter(|patient| patient.failure.raised("NameError").is_some())
            .flat_map(|patient| patient.missing.iter().map(String::as_str))
            .collect();
        let members: Vec<Option<Plan>> =
            patients.iter().map(|patient| self.question_of_members(patient)).collect();
        let mut plans: Vec<Plan> = members.iter().flatten().cloned().collect();
        if !names.is_empty() {
            plans.push(self.limited(Plan::module(mend::question_of_imports(&names))));
        }
        let runs = self.engine.run_all(&plans);
        let mut answers = runs.iter().map(|run| run.stdout.text.trim());
        let members: Vec<Vec<String>> = members
            .iter()
            .map(|asked| {
                asked.as_ref().and_then(|_| serde_json::from_str(answers.next()?).ok()).unwrap_or_default()
            })
            .collect();
        let imports: BTreeMap<String, Vec<String>> =
            answers.next().and_then(|answer| serde_json::from_str(answer).ok()).unwrap_or_default();
        members.into_iter().map(|members| Knowledge { members, imports: imports.clone() }).collect()
    }

    /// The question what there is instead, which runs after the patient.
    fn question_of_members(&self, patient: &Patient) -> Option<Plan> {
        let case = &self.checked.cases[patient.index];
        let question = mend::question_of_members(&patient.broken(self.checked.cases))?;
        let asked = self.limited(Plan::module(question));
        let own = plan::plan(self.checked.cases, patient.index, self.settings);
        let code = case.inputs().unwrap_or_else(|| vec![case.example.code.clone()]);
        let prelude = own.prelude.into_iter().chain(code).collect();
        Some(Plan { prelude, files: own.files, document: own.document, ..asked })
    }

    fn limited(&self, plan: Plan) -> Plan {
        Plan { limits: self.settings.limits, ..plan }
    }

    /// Runs the candidates of all patients.
    fn run(&self, patients: &[Patient], knowledge: &[Knowledge]) -> Vec<Vec<Tried>> {
        let cases = self.checked.cases;
        let mut trials: Vec<(usize, Candidate, Case)> = Vec::new();
        for (at, (patient, knowledge)) in patients.iter().zip(knowledge).enumerate() {
            let case = &cases[patient.index];
            for candidate in candidates(&patient.broken(cases), knowledge) {
                let changed = case.with_code(&candidate.code, &candidate.imports);
                trials.push((at, candidate, changed));
            }
        }
        let plans: Vec<Plan> = trials
            .iter()
            .map(|(at, _, case)| plan::plan_instead(case, cases, patients[*at].index, self.settings))
            .collect();
        let runs = self.engine.run_all(&plans);
        let mut tried: Vec<Vec<Tried>> = patients.iter().map(|_| Vec::new()).collect();
        for ((at, candidate, case), run) in trials.into_iter().zip(runs) {
            let judged = judge(&case, Some(&run));
            let ran = self.status(&case, &run, &judged) == Status::Ran;
            tried[at].push(Tried { candidate, judged, ran });
        }
        tried
    }

    /// The change that did best, if it is the only one.
    fn prove(&self, patient: &Patient, tried: Vec<Tried>) -> Option<Proved> {
        let mut good: Vec<Tried> = tried.into_iter().filter(Tried::is_good).collect();
        good.sort_by_key(|tried| std::cmp::Reverse(tried.confirmed().count()));
        let is_tie = |good: &[Tried]| match good {
            [best, next, ..] => best.confirmed().count() == next.confirmed().count(),
            _ => false,
        };
        if good.is_empty() || is_tie(&good) {
            return None;
        }
        let Tried { candidate, judged, .. } = good.swap_remove(0);
        let confirmed = judged.iter().filter(|judged| judged.verdict == Verdict::Confirmed);
        let holds: BTreeSet<usize> = confirmed.map(|judged| judged.claim.line).collect();
        let proof = match holds.len() {
            0 => "with it, the example ran to its end".to_owned(),
            1 => "with it, the example ran to its end and its claim held".to_owned(),
            number => format!("with it, the example ran to its end and {number} claims held"),
        };
        let case = &self.checked.cases[patient.index];
        let Candidate { rule, sentence, code, imports, .. } = candidate;
        let document = &self.checked.documents[case.document];
        let changes = mend::changes(document, &case.example, &code, &imports);
        Some(Proved { mend: Mend { rule, sentence, changes, proof }, holds })
    }
}

/// The first candidates, each once.
fn candidates(broken: &Broken, knowledge: &Knowledge) -> Vec<Candidate> {
    let height = broken.code.lines().count();
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in mend::candidates(broken, knowledge) {
        let is_new =
            !kept.iter().any(|other| (&other.code, &other.imports) == (&candidate.code, &candidate.imports));
        let is_readable = python::parse_valid(&candidate.code).is_some();
        if is_new && is_readable && candidate.code.lines().count() == height {
            kept.push(candidate);
        }
    }
    kept.truncate(MOST_OF_ONE);
    kept
}

impl Tried {
    fn confirmed(&self) -> impl Iterator<Item = &Judged> {
        self.judged.iter().filter(|judged| judged.verdict == Verdict::Confirmed)
    }

    /// Whether it ran to its end and its document bears it out.
    fn is_good(&self) -> bool {
        let is_certain =
            |judged: &&Judged| judged.claim.force == Force::Explicit && judged.claim.hedge.is_none();
        let claims = self.judged.iter().filter(is_certain).count();
        let is_refuted = self.judged.iter().any(|judged| judged.verdict == Verdict::Refuted);
        let needs_claim = self.candidate.needs_claim || claims > 0;
        self.ran && !is_refuted && (!needs_claim || self.confirmed().next().is_some())
    }
}
