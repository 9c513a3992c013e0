class Pair:
    __slots__ = ("left", "right")

pair = Pair()
pair.left = 1                 # works
pair.middle = 2               # AttributeError
hasattr(pair, "__dict__")     # False
