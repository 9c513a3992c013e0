"".split(",")
