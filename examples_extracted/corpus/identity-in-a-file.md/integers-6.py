low = int("-5")
low is int("-5")     # True
lower = int("-6")
lower is int("-6")   # False
