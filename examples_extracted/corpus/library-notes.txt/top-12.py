import sys

if sys.version_info >= (3, 11):
    group = ExceptionGroup("two", [ValueError(1), KeyError("k")])
    left, right = group.split(ValueError)
    names = [type(e).__name__ for e in right.exceptions]
else:
    names = ["KeyError"]

names       # ['KeyError']
