int("x")  # raises an exception
int("1")  # raises an exception
