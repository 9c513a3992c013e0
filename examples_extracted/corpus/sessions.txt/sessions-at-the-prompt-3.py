print([list(range(4)), list("ab")])  # doctest: +NORMALIZE_WHITESPACE
