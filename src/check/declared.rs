//! What expectations change about the course of a check: what is not run, what runs before an
//! example, and what is observed besides what the document claims.

use super::Case;
use crate::claim;
use crate::document::Document;
use crate::example::Example;
use crate::expectations::Expectations;
use crate::run::ServiceUse;
use crate::verdict::Need;

/// Word for what is declared as not to be run.
const DECLARED: &str = "declared";

/// Follows the instructions of the expectations.
pub fn follow(cases: &mut [Case], documents: &[Document], expectations: &Expectations) {
    let documents: Vec<&Document> = documents.iter().collect();
    let examples: Vec<(usize, &Example)> = cases.iter().map(|case| (case.document, &case.example)).collect();
    for instruction in expectations.instructions(&documents, &examples) {
        let case = &mut cases[instruction.example];
        if let Some(reason) = instruction.skip {
            case.skipped = Some(Need { reason: DECLARED, what: reason.to_owned() });
        }
        if let Some(setup) = instruction.setup {
            case.setup = Some(setup.to_owned());
        }
        case.allowed = (instruction.time_ms, instruction.memory);
        case.given = instruction.given;
    }
    let declared = expectations.services(&documents);
    for case in cases.iter_mut() {
        let document = &documents[case.document].path;
        let has_services = declared.iter().any(|of| of.document == *document);
        case.given.services = has_services.then(|| ServiceUse { document: document.clone(), anew: false });
    }
    for value in expectations.values(&documents) {
        let holds_line = |case: &&mut Case| {
            let lines = case.example.start_line..=case.example.end_line;
            case.document == value.document && lines.contains(&value.line)
        };
        if let Some(case) = cases.iter_mut().find(holds_line) {
            claim::declare(&case.example, &mut case.found, value.line, value.value);
        }
    }
}
