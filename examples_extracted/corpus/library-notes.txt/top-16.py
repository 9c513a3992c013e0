from itertools import tee, zip_longest, permutations, combinations, cycle, islice, starmap, compress

list(combinations("abc", 2))         # [('a', 'b'), ('a', 'c'), ('b', 'c')]
len(list(permutations(range(4))))    # 24
list(islice(cycle("ab"), 5))         # ['a', 'b', 'a', 'b', 'a']
list(starmap(pow, [(2, 3), (3, 2)])) # [8, 9]
list(compress("abc", [1, 0, 1]))     # ['a', 'c']
one, two = tee(iter([1, 2]))
list(one), list(two)                 # ([1, 2], [1, 2])
