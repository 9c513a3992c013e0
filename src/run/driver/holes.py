"""Fills the holes in the memory of Python's own allocator before anything is forked, as heap.rs does in that
of the C library, and for the same reason."""

# Sizes of the blocks, and of the pools of blocks of one size, that Python's allocator deals in.
BLOCKS = [*range(48, 513, 16), 16, 32]
POOL = 4096 if VERSION < (3, 10) else 16384
POOL_HEADER = 48
# Blocks are taken by so many at once.
BATCH = 6 if POOL == 4096 else 16
MOST_BATCHES = 3000
fillers = []


def fill_holes():
    """Takes the blocks that are free in pools already begun, for good. What an example then allocates lies
    side by side in new pools, and not in the holes of many, each in a page that would have to be copied."""
    for size in BLOCKS:
        places = [0]
        for _ in range(MOST_BATCHES):
            batch = take(size, BATCH)
            places = [places[-1], *map(id, batch)]
            in_pool = (places[-1] - POOL_HEADER) % POOL // size  # blocks before the last one
            if 0 < in_pool <= BATCH and places[-1 - in_pool] == places[-1] - in_pool * size:
                fillers.append(batch[:-1 - in_pool])
                break  # they begin a new pool
            fillers.append(batch)
        batch = None


def take(size, count):
    """As many objects that take a block of this size."""
    if size == 16:
        return [object() for _ in range(count)]
    if size == 32:
        return [complex() for _ in range(count)]
    return list(map(bytes, [size - EMPTY_BYTES] * count))


EMPTY_BYTES = sys.getsizeof(b"")
