x = 257
y = int("257")
x == y     # True
x is y     # False - made at run time

small = int("256")
small is int("256")   # True
