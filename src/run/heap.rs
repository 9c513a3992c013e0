//! Fills the holes in the heap of the C library before anything is forked.
//!
//! A process that is forked shares the pages of its parent until it writes to them, and then has to
//! copy each. What it allocates should therefore lie side by side, and not in the many holes that
//! starting an interpreter leaves. (Python's own allocator is seen to in `driver/holes.py`, which is tested here.)

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

#[cfg(test)]
mod tests {
    use std::process::Command;

    use crate::run::default_python;

    /// Makes holes of all sizes, fills them and counts what is taken where none are left.
    const FILLED_TWICE: &str = r#"
import random, sys
VERSION = sys.version_info[:2]
exec(sys.argv[1])
random.seed(0)
blocks = [bytes(random.randrange(480)) for _ in range(100000)]
random.shuffle(blocks)
del blocks[:50000]
fill_holes()
most = 0
for _ in range(5):
    before = len(fillers)
    fill_holes()
    most = max(most, len(fillers) - before)
print(before, most)
"#;

    #[test]
    fn holes_in_the_memory_of_python_are_filled_and_no_more_than_these() {
        let python = default_python().unwrap();
        let mut command = Command::new(&python.executable);
        command.args(["-I", "-c", FILLED_TWICE, include_str!("driver/holes.py")]);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let counts: Vec<usize> = said.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [filled, once_more] = counts[..] else {
            panic!("{said}{}", String::from_utf8_lossy(&output.stderr))
        };
        assert!(filled > 1000, "{filled}");
        // Some of each size are taken before it shows that they begin a new pool; thousands where it never does.
        assert!(once_more < 1500, "{once_more}");
    }
}
