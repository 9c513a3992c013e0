print("total:", 2 + 3)
