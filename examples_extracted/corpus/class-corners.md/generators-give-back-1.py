def inner():
    yield 1
    return "result"

def outer():
    got = yield from inner()
    yield got

list(outer())        # [1, 'result']
g = inner()
next(g)              # 1
try:
    next(g)
except StopIteration as stop:
    print(stop.value)     # result
