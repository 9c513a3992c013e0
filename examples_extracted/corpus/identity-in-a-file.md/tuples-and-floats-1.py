p = (1, 2)
q = (1, 2)
p is q                 # True
r = tuple([1, 2])
p == r, p is r         # (True, False)
e = ()
e is tuple([])         # True (there is one empty tuple)
