print(string)
