int("x")  # ValueError: this is no number
int("x")  # TypeError: this is no number
