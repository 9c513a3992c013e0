def averager():
    weight, cups = 0, 0
    mean = None
    while True:
        weight += yield mean
        cups += 1
        mean = weight / cups

g = averager()
next(g)         # None (runs to the first yield)
g.send(10)      # 10.0
g.send(20)      # 15.0
g.throw(KeyError("stop"))   # KeyError: 'stop'
next(g)         # StopIteration

# close() raises GeneratorExit inside:
def careful():
    try:
        yield 1
    finally:
        print("tidy")

c = careful()
next(c)         # 1
c.close()       # prints tidy
