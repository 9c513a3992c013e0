askers = [lambda: k for k in range(3)]
[ask() for ask in askers]       # [0, 1, 2]
