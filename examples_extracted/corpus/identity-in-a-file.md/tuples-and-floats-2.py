f = 1.5
g = 1.5
f is g           # True
f is float("1.5")   # False
