for line in "red\ngreen".splitlines(keepends=True):
    print(repr(line))
