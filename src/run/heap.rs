//! Fills the holes in the heap of the C library before anything is forked.
//!
//! A process that is forked shares the pages of its parent until it writes to them, and then has to
//! copy each. What it allocates should therefore lie side by side, and not in the many holes that
//! starting an interpreter leaves. (Python's own allocator is seen to in `driver/holes.py`.)

/// Sizes of allocations, in bytes, as the C library deals in them; larger ones it maps apart.
const SIZES: std::ops::RangeInclusive<usize> = 16..=65536;
const STEP: usize = 16;
/// Allocations after which there must be something wrong with this idea.
const MOST: usize = 100_000;

/// Takes what is free below the end of the heap, for good.
pub fn fill_holes() {
    let place = |block: &Vec<u8>| block.as_ptr().addr();
    let end = place(&Vec::with_capacity(*SIZES.end()));
    let mut taken: Vec<Vec<u8>> = Vec::with_capacity(MOST);
    for size in SIZES.rev().step_by(STEP) {
        loop {
            let block = Vec::with_capacity(size);
            if place(&block) >= end || taken.len() == MOST {
                break;
            }
            taken.push(block);
        }
    }
    std::mem::forget(taken);
}
