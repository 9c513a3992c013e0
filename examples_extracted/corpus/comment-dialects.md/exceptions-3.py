assert 1 + 1 == 2           # passes
assert 1 + 1 == 3, "sums"   # AssertionError: sums
raise LookupError("gone")   # LookupError: gone
