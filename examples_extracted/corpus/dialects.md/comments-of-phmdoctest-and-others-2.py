print(string.ascii_lowercase[:3])  # abc
