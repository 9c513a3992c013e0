sorted(names)
