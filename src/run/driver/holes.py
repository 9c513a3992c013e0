"""Fills the holes in the memory of Python's own allocator before anything is forked, as heap.rs does in that
of the C library, and for the same reason."""

# Sizes of the blocks, and of the pools of blocks of one size, that Python's allocator deals in.
BLOCKS = [*range(48, 513, 16), 16, 32]
POOL = 4096 if VERSION < (3, 10) else 16384
POOL_HEADER = 48
# Blocks are taken by so many at once, or by fewer than a pool holds.
BATCH = 16
MOST_BATCHES = 3000
# Blocks that begin a new pool, where this many follow each other from its start on, but for a few that are
# taken meanwhile by something else: by the lists that hold the others, for one.
ENOUGH, ELSEWHERE = 3, 3
fillers = []


def fill_holes():
    """Takes the blocks that are free in pools already begun, for good. What an example then allocates lies
    side by side in new pools, and not in the holes of many, each in a page that would have to be copied."""
    for size in BLOCKS:
        for _ in range(MOST_BATCHES):
            batch = take(size, min(BATCH, (POOL - POOL_HEADER) // size - 1))
            new = in_new_pool(batch, size)
            if new:
                del batch[-new:]
            fillers.append(batch)
            if new:
                break
        batch = None


def prepare_to_fork(fills=True):
    """Leaves to every fork little to copy: no garbage, no holes, and nothing that a collection goes through."""
    collect_garbage()
    if fills:
        fill_holes()
    gc.freeze()


def in_new_pool(batch, size):
    """How many at the end of a batch begin a new pool; 0 if none do."""
    last = next_place = id(batch[-1])
    start = last - last % POOL
    count = 0
    for block in reversed(batch):
        if not start < id(block) <= next_place:
            break
        next_place = id(block)
        count += 1
    before = (last - start - POOL_HEADER) // size + 1 - count
    return count if count >= ENOUGH and before <= ELSEWHERE else 0


def take(size, count):
    """As many objects that take a block of this size, in a list that never grew: what it would leave behind
    is such a block, too."""
    batch = [None] * count
    for index in range(count):
        batch[index] = object() if size == 16 else complex() if size == 32 else bytes(size - EMPTY_BYTES)
    return batch


EMPTY_BYTES = sys.getsizeof(b"")
