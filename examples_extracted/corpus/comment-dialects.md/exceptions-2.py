values = iter([1])
next(values)         # 1
next(values)
# StopIteration
