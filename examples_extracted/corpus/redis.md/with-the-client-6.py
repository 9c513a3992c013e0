with shop.pipeline() as together:
    together.set("cups", 1)
    together.incrby("cups", 5)
    print(together.execute())
