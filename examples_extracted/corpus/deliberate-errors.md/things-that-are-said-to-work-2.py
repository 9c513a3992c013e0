row = (1, 2, 3)
row[0] = 9              # OK
