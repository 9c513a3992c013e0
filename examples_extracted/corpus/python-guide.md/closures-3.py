level = 10

def raise_level():
    level += 1     # the assignment makes level local

raise_level()  # UnboundLocalError
