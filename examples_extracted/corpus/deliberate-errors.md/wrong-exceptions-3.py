"1" + 1                 # ValueError: cannot add
