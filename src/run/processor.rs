//! On which processor a zygote lives.
//!
//! A zygote forks, sleeps until its example is gone, and forks again. Where it wakes up on another processor
//! each time, both have to agree on what is left of its memory there, and one of them is idle until the other
//! hears of it. So each stays on a processor of its own, as far as there are enough of them. Its examples
//! may run on all, as they do without truedoc.

use nix::sched::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};
use nix::unistd::Pid;

/// The calling process.
const ITSELF: Pid = Pid::from_raw(0);

/// The processors that a zygote could use before it settled on one of them.
#[derive(Clone, Copy)]
pub struct Processors(CpuSet);

impl Processors {
    /// Settles the calling zygote on one, each of those with consecutive numbers on another. None where there
    /// is nothing to choose from; it is only a wish to be faster.
    pub fn settle(number: usize) -> Option<Processors> {
        let all = sched_getaffinity(ITSELF).ok()?;
        let usable: Vec<usize> =
            (0..CpuSet::count()).filter(|&processor| all.is_set(processor) == Ok(true)).collect();
        if usable.len() < 2 {
            return None;
        }
        let mut own = CpuSet::new();
        own.set(usable[number % usable.len()]).ok()?;
        sched_setaffinity(ITSELF, &own).ok()?;
        Some(Processors(all))
    }

    /// Lets the calling process, a fork of the zygote, run on all of them.
    pub fn use_all(&self) {
        // What could be left before can be taken up again.
        let _ = sched_setaffinity(ITSELF, &self.0);
    }
}

/// The number for a first zygote, so that those of several checks at once do not begin with the same processor.
pub fn first_number() -> usize {
    sched_getcpu().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_settles_has_one_processor_and_can_have_all_again() {
        let before = sched_getaffinity(ITSELF).unwrap();
        let usable = |set: &CpuSet| (0..CpuSet::count()).filter(|&at| set.is_set(at) == Ok(true)).count();
        for number in first_number()..first_number() + 3 {
            let Some(processors) = Processors::settle(number) else {
                assert_eq!(usable(&before), 1);
                return;
            };
            let own = sched_getaffinity(ITSELF).unwrap();
            assert_eq!(usable(&own), 1);
            processors.use_all();
            assert_eq!(sched_getaffinity(ITSELF).unwrap(), before);
        }
    }
}
