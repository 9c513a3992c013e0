pair = ([1], 2)
pair[0].append(9)       # TypeError: tuples cannot change
pair                    # ([1, 9], 2)
