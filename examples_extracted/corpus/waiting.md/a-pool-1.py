from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(max_workers=2) as pool:
    lengths = list(pool.map(len, ["a", "bb", "ccc"]))
    late = pool.submit(int, "x")

lengths                    # [1, 2, 3]
type(late.exception())     # <class 'ValueError'>
late.result()              # ValueError
