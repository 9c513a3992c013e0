//! Examples that can leave no trace (see [`crate::traceless`]) share a process, one after the other:
//! which go together, and what becomes of a group that does not get to its end.
//!
//! A group that is left early has told about all that were complete before. The example that left it,
//! and where anything was amiss all later ones, run in processes of their own.

use serde::{Deserialize, Serialize};

use super::beginning::EarlyImport;
use super::{Limits, Plan, Run};

/// Most examples in one process.
const MOST: usize = 1000;
/// What is known to take longer than this, in milliseconds, has a process of its own: the time limit of
/// an example is that of its whole group.
const LONG_MS: u64 = 200;
/// Milliseconds that an example takes of which nothing is known.
const USUAL_MS: u64 = 1;
/// Part of the time limit that a group may be expected to take.
const PART_OF_LIMIT: u64 = 4;

/// What a zygote is asked for.
#[derive(Debug, Serialize, Deserialize)]
pub enum Request<P> {
    /// A process for this, which begins with these imports.
    Alone(P, Vec<EarlyImport>),
    /// One process for these, each with the modules that it can reach.
    Together(Vec<(P, Vec<String>)>),
}

/// What became of a group.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Shared {
    /// The runs of the first ones, as far as they are complete.
    pub runs: Vec<Run>,
    /// Why the next one is not among them.
    pub left: Left,
}

/// Why a group was left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    /// All of it ran, or it has reported so much that the rest better starts anew.
    #[default]
    Complete,
    /// The next one needs a process of its own, but has done nothing yet that others could notice.
    ByItself,
    /// Something was changed, or the process ended: nothing that came after counts.
    Amiss,
}

/// Numbers of plans that run together, and the others.
pub fn form_groups(plans: &[Plan], jobs: usize) -> (Vec<Vec<usize>>, Vec<usize>) {
    let may_share = |plan: &Plan| plan.traceless.is_some() && plan.expected_ms <= LONG_MS;
    let (sharing, mut alone): (Vec<usize>, Vec<usize>) =
        (0..plans.len()).partition(|&index| may_share(&plans[index]));
    // A new process first has to copy what it touches, so there are no more of them than processors.
    let size = sharing.len().div_ceil(jobs.max(1)).clamp(1, MOST);
    let mut by_limits: Vec<(Limits, Vec<usize>)> = Vec::new();
    for index in sharing {
        match by_limits.iter_mut().find(|(limits, _)| *limits == plans[index].limits) {
            Some((_, same)) => same.push(index),
            None => by_limits.push((plans[index].limits, vec![index])),
        }
    }
    let mut groups = Vec::new();
    for (limits, same) in by_limits {
        let mut expected = 0;
        let mut group = Vec::new();
        for index in same {
            let next = plans[index].expected_ms.max(USUAL_MS);
            if group.len() == size || expected + next > limits.time_ms / PART_OF_LIMIT {
                groups.push(std::mem::take(&mut group));
                expected = 0;
            }
            group.push(index);
            expected += next;
        }
        groups.push(group);
    }
    alone.extend(groups.extract_if(.., |group| group.len() == 1).flatten());
    groups.retain(|group| !group.is_empty());
    alone.sort_unstable();
    (groups, alone)
}

/// Runs a group: `together` asks for as many in one process as it is given, `alone` for one. `done` is
/// told of each run.
pub fn run_group(
    group: &[usize],
    together: impl Fn(&[usize]) -> Option<Shared>,
    alone: impl Fn(usize),
    done: impl Fn(usize, Run),
) {
    let mut waiting = group;
    let mut apart = Vec::new();
    while waiting.len() > 1 {
        let Some(Shared { runs, left }) = together(waiting) else { break };
        let (complete, rest) = waiting.split_at(runs.len().min(waiting.len()));
        complete.iter().zip(runs).for_each(|(&index, run)| done(index, run));
        waiting = match (left, rest) {
            (Left::Complete, rest) if !complete.is_empty() => rest,
            (Left::ByItself, [itself, rest @ ..]) => {
                apart.push(*itself);
                rest
            }
            (_, rest) => {
                apart.extend(rest);
                &[]
            }
        };
    }
    apart.extend(waiting);
    apart.into_iter().for_each(alone);
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn plan(is_traceless: bool, expected_ms: u64) -> Plan {
        Plan { traceless: is_traceless.then(Vec::new), expected_ms, ..Plan::module("") }
    }

    #[test]
    fn what_shares_a_process_is_short_and_has_the_same_limits() {
        let mut plans: Vec<Plan> = (0..10).map(|_| plan(true, 0)).collect();
        plans[2].traceless = None;
        plans[3].expected_ms = 5000;
        plans[4].limits.time_ms = 7;
        let (groups, alone) = form_groups(&plans, 1);
        assert_eq!(groups, [[0, 1, 5, 6, 7, 8, 9]]);
        assert_eq!(form_groups(&plans, 2).0, [vec![0, 1, 5, 6], vec![7, 8, 9]]);
        assert_eq!(alone, [2, 3, 4]);
        let slow: Vec<Plan> = (0..30).map(|_| plan(true, 150)).collect();
        let (groups, alone) = form_groups(&slow, 1);
        assert!(alone.is_empty() && groups.len() == 2 && groups[0].len() == 16, "{groups:?}");
        let limit = Limits { time_ms: 1000, ..Limits::default() };
        let pressed: Vec<Plan> = slow.into_iter().map(|plan| Plan { limits: limit, ..plan }).collect();
        assert_eq!(form_groups(&pressed[..3], 1), (vec![], vec![0, 1, 2]));
    }

    /// Runs 0 to 5 with these answers; gives what ran together and what apart.
    fn run(answers: Vec<Option<(usize, Left)>>) -> (Vec<usize>, Vec<usize>) {
        let answers = RefCell::new(answers.into_iter());
        let (shared, apart) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
        run_group(
            &[0, 1, 2, 3, 4, 5],
            |_| {
                let (count, left) = answers.borrow_mut().next()??;
                Some(Shared { runs: vec![Run::default(); count], left })
            },
            |index| apart.borrow_mut().push(index),
            |index, _| shared.borrow_mut().push(index),
        );
        (shared.into_inner(), apart.into_inner())
    }

    #[test]
    fn a_group_that_is_left_goes_on_as_far_as_it_may() {
        assert_eq!(run(vec![Some((6, Left::Complete))]), (vec![0, 1, 2, 3, 4, 5], vec![]));
        assert_eq!(run(vec![Some((2, Left::Amiss))]), (vec![0, 1], vec![2, 3, 4, 5]));
        let by_itself = vec![Some((1, Left::ByItself)), Some((4, Left::Complete))];
        assert_eq!(run(by_itself), (vec![0, 2, 3, 4, 5], vec![1]));
        let full = vec![Some((3, Left::Complete)), Some((3, Left::Complete))];
        assert_eq!(run(full), (vec![0, 1, 2, 3, 4, 5], vec![]));
        assert_eq!(run(vec![None]), (vec![], vec![0, 1, 2, 3, 4, 5]));
        assert_eq!(run(vec![Some((0, Left::Complete))]), (vec![], vec![0, 1, 2, 3, 4, 5]));
    }
}
