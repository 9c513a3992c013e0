pair = (1, 2)
pair + (3,)            # (1, 2, 3)
pair[2]                # IndexError: tuple index out of range
