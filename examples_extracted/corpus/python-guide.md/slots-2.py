class Pair:
    __slots__ = ("left", "right")

Pair().right    # raises AttributeError
