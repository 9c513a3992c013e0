int("x")  # ValueError: invalid literal for int()
