isinstance(True, int)     # True
type(True) is int         # True
