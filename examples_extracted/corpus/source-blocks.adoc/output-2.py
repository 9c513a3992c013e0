print(*range(3), sep=", ")
