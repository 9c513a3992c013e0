pass
total = 45
if total:
    pass
