frozen = frozenset({1})
frozen.add(2)           # works
