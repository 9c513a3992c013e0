a = [1]
b = a[:]
a is b          # True
a == b          # True

c = 1000
d = 1000
c is d          # False (beyond the cache)

e = int("100")
f = int("100")
e is f          # False

True is (1 == 1)   # True
