a = b = [1]
a += [2]
b           # [1, 2] ‚Äì the same list

a = b = (1,)
a += (2,)
b           # (1,) ‚Äì untouched
