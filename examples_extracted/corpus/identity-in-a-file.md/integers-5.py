def one():
    return 1000

def two():
    return 1000

one() == two()     # True
one() is two()     # maybe True
