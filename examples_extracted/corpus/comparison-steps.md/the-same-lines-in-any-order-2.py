for name in ("oak", "fir"):
    print(name)
