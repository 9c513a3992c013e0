//! Who runs when: a bounded number of examples that use the CPU, many more that merely wait.
//!
//! A slot is taken before an example starts and given back as soon as its zygote reports that it
//! only waits (`time.sleep`, a lock, a socket). Should it wake up again, its use of the CPU is
//! counted once more, so that no further example starts until there is room.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::Plan;

use crate::lock::lock;

/// A counting semaphore over the CPU.
pub struct Slots {
    limit: usize,
    used: Mutex<usize>,
    freed: Condvar,
}

impl Slots {
    /// Room for `limit` examples that use the CPU.
    pub fn new(limit: usize) -> Self {
        Slots { limit: limit.max(1), used: Mutex::new(0), freed: Condvar::new() }
    }

    /// Waits for a slot and takes it.
    pub fn take(&self) -> Slot<'_> {
        let mut used = self.lock();
        while *used >= self.limit {
            used = self.freed.wait(used).unwrap_or_else(PoisonError::into_inner);
        }
        *used += 1;
        Slot { slots: self, held: true }
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        lock(&self.used)
    }
}

/// A slot of one example; dropping it gives it back.
pub struct Slot<'slots> {
    slots: &'slots Slots,
    held: bool,
}

impl Slot<'_> {
    /// The example waits: somebody else may run.
    pub fn release(&mut self) {
        if std::mem::take(&mut self.held) {
            *self.slots.lock() -= 1;
            self.slots.freed.notify_one();
        }
    }

    /// The example runs again, whether there is room or not.
    pub fn take_again(&mut self) {
        if !std::mem::replace(&mut self.held, true) {
            *self.slots.lock() += 1;
        }
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.release();
    }
}

/// What of these plans runs one after the other: each by itself, but all that share services, in their
/// order.
pub fn queues(plans: &[Plan], which: &[usize]) -> Vec<Vec<usize>> {
    let mut queues: Vec<Vec<usize>> = Vec::new();
    let mut shared: BTreeMap<&str, usize> = BTreeMap::new();
    for &index in which {
        let document = plans[index].given.services.as_ref().map(|used| used.document.as_str());
        match document.and_then(|document| shared.get(document)) {
            Some(&queue) => queues[queue].push(index),
            None => {
                shared.extend(document.map(|document| (document, queues.len())));
                queues.push(vec![index]);
            }
        }
    }
    queues
}

/// Order in which plans with these expected durations start: the longest first, those without a
/// hint as they come.
pub fn longest_first(expected: impl Iterator<Item = u64>) -> Vec<usize> {
    let mut order: Vec<(usize, u64)> = expected.enumerate().collect();
    order.sort_by_key(|&(_, duration)| std::cmp::Reverse(duration));
    order.into_iter().map(|(index, _)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::ServiceUse;

    #[test]
    fn what_shares_services_runs_in_its_order() {
        let beside = |document: Option<&str>| {
            let mut plan = Plan::module("");
            plan.given.services =
                document.map(|document| ServiceUse { document: document.to_owned(), anew: false });
            plan
        };
        let plans = [None, Some("a.md"), Some("b.md"), None, Some("a.md")].map(beside);
        assert_eq!(queues(&plans, &[0, 1, 2, 3, 4]), [vec![0], vec![1, 4], vec![2], vec![3]]);
    }

    #[test]
    fn the_longest_start_first_and_the_rest_in_order() {
        assert_eq!(longest_first([0, 5, 0, 9].into_iter()), [3, 1, 0, 2]);
    }

    #[test]
    fn a_waiting_example_makes_room() {
        let slots = Slots::new(1);
        let mut first = slots.take();
        first.release();
        let second = slots.take();
        first.take_again();
        assert_eq!(*slots.lock(), 2);
        drop(second);
        drop(first);
        assert_eq!(*slots.lock(), 0);
    }
}
