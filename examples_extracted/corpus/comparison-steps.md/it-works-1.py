sorted([2, 1])  # works
sorted([2, "a"])  # works
