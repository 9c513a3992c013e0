head, *rest = [1, 2, 3]
rest            # [2, 3]
*most, last = "abc"
most            # ['a', 'b']
first, *none = [1]
none            # []
a, b = b, a = 1, 2
a, b            # (2, 1)
x, y = [1, 2, 3]    # ValueError: too many values to unpack
