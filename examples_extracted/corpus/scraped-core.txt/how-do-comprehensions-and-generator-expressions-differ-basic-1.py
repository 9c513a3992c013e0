# A list, at once:
cubes = [n ** 3 for n in range(5) if n % 2]
# [1, 27]

# A dict:
sizes = {word: len(word) for word in ("tin", "copper")}
# {'tin': 3, 'copper': 6}

# A set, with every remainder once:
rests = {n % 3 for n in range(10)}
# {0, 1, 2}

# Lazy, one by one; parentheses instead of brackets:
lazy = (n * n for n in range(4))
next(lazy)        # 0
sum(lazy)         # 14 (the rest)
list(lazy)        # [] - used up
