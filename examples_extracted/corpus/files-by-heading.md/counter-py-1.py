"""Counts in a name of the module."""
print("counter is loaded")
total = 0


def up():
    global total
    total += 1
    return total
