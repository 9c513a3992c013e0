from itertools import accumulate, chain, groupby, islice, count, takewhile, product
list(accumulate([1, 2, 3, 4]))
list(islice(count(10, 5), 3))
list(chain("ab", [1]))
[(key, len(list(run))) for key, run in groupby("aabcc")]
list(takewhile(lambda n: n < 3, [1, 2, 3, 1]))
["".join(pair) for pair in product("ab", "xy")]
