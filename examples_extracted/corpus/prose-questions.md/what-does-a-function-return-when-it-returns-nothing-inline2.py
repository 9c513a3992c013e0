[3, 1].sort()
