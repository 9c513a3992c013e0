for value in ("a", 1):
    print(twice(value))
