int("three")            # TypeError
