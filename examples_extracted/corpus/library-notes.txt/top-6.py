from functools import singledispatch, total_ordering, cached_property, wraps

@singledispatch
def tell(thing):
    return "something"

@tell.register
def _(thing: int):
    return "a number"

@tell.register(list)
def _(thing):
    return "a list of " + tell(thing[0])

tell("x")          # 'something'
tell(3)            # 'a number'
tell(True)         # 'a number' — bool is an int
tell([1.5])        # 'a list of something'
