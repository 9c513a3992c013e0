from functools import lru_cache, partial, reduce
@lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

fib(30)
fib.cache_info()
reduce(lambda a, b: a * b, [1, 2, 3, 4], 1)
binary = partial(int, base=2)
binary("1011")
