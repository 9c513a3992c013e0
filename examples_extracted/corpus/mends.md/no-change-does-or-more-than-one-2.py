surface = 2  3
