(1, 2).append(3)        # TypeError: tuples are immutable
