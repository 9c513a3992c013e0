"""Fills the holes in the memory of Python's own allocator before anything is forked, as heap.rs does in that
of the C library, and for the same reason."""

# Sizes of the blocks, and of the pools of blocks of one size, that Python's allocator deals in.
BLOCKS = [*range(48, 513, 16), 16, 32]
POOL = 4096 if VERSION < (3, 10) else 16384
POOL_HEADER = 48
MOST_FILLERS = 50_000
fillers = []


def fill_holes():
    """Takes the blocks that are free in pools already begun, for good. What an example then allocates lies
    side by side in new pools, and not in the holes of many, each in a page that would have to be copied."""
    for size in BLOCKS:
        previous = None
        for _ in range(MOST_FILLERS):
            block = filler(size)
            if previous is not None and id(previous) % POOL == POOL_HEADER and id(block) == id(previous) + size:
                fillers.pop()
                break
            fillers.append(block)
            previous = block
        previous = block = None


def filler(size):
    """An object that takes a block of this size."""
    if size == 16:
        return object()
    if size == 32:
        return complex()
    return bytes(size - EMPTY_BYTES)


EMPTY_BYTES = sys.getsizeof(b"")
