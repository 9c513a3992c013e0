class Slim:
    __slots__ = ("x",)

class Wide(Slim):
    pass

w = Wide()
w.anything = 1              # works (Wide has a __dict__ again)
hasattr(Slim(), "__dict__") # False
Wide.__slots__              # ('x',)
vars(w)                     # {'anything': 1}
