"".split()
