int("four")
