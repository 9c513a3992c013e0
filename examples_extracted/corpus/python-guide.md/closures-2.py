def counter():
    total = 0
    def step(by=1):
        nonlocal total
        total += by
        return total
    return step

tick = counter()
tick()      # 1
tick(5)     # 6
other = counter()
other()     # 1
tick.__closure__[0].cell_contents   # 6
