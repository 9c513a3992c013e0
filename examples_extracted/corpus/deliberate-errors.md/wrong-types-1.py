from collections import OrderedDict, Counter

pairs = [("x", 1), ("y", 2)]
dict(pairs)                # OrderedDict([('x', 1), ('y', 2)])
OrderedDict(pairs) == dict(pairs)   # True
Counter("aab")             # Counter({'a': 2, 'b': 1})
