ordered = names.sort()
