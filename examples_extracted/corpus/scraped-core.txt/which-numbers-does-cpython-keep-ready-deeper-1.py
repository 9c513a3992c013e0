# Integers from -5 to 256 exist once:
a = 100; b = 100; a is b   # True (ready made)
a = 900; b = 900; a is b   # False (two objects)

# Made at run time there are two of them:
a = int("900"); b = int("900"); a is b   # False (two objects)
