third = 1 / 3
