for n in range(3):
    n * 10

