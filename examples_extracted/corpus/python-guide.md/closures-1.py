makers = [lambda: n for n in range(3)]
[make() for make in makers]          # [2, 2, 2]

fixed = [lambda n=n: n for n in range(3)]
[make() for make in fixed]           # [0, 1, 2]
