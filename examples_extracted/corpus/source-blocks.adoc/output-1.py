for name, size in {"x": 1, "y": 2}.items():
    print(name, size)
