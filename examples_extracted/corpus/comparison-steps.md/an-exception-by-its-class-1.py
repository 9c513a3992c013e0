int("x")  # ValueError
int("x")  # OverflowError
