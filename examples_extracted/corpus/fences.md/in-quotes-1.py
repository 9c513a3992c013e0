row = "a,b".split(",")
row            # ['a', 'b']

row[2]         # IndexError: list index out of range
