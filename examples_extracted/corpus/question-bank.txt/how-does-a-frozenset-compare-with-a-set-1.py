print({1, 2} == frozenset([2, 1]))
print({1, 2} < {1, 2, 3}, {1} | {2} == {1, 2})
print(type(frozenset([1]) | {2}).__name__)
