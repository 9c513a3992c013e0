sum([True, False, True])
