class One:
    __slots__ = ("a",)

class Two:
    __slots__ = ("b",)

class Three(One, Two):   # TypeError: multiple bases have instance lay-out conflict
    pass
