def count(args, kwargs):
    return len(args) + len(kwargs)

counted = count("a", "b", c="d")
counted                 # 3
