from itertools import count, islice

islice((n * n for n in count(1)), 5)   # a lazy view, nothing is computed yet
list(islice((n * n for n in count(1)), 5))   # 1, 4, 9, ...
list(range(100))                       # [0, 1, 2, ..., 99]
sorted("river")                        # e, i, r, r, v
