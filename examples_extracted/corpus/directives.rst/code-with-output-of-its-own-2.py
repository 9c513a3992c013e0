for name in sorted(sides):
    print(name, sides[name])
