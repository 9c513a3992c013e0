from collections import OrderedDict, Counter, deque

OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1)   # True
Counter("abca")["z"]                             # KeyError
deque([1, 2, 3], maxlen=2)                       # deque([1, 2], maxlen=2)
deque("ab") == deque("ab")                       # True
