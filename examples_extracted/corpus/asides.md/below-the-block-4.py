int("two")
