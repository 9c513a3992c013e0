for name, count in [("oak", 2), ("fir", 5)]:
    print(name, count)
# oak 2
# fir 5
