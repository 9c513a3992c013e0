isinstance(True, int)
