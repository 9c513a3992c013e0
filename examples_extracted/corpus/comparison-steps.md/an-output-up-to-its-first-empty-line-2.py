print("first\n\nlast")
