len(range(0, 10, 3))
