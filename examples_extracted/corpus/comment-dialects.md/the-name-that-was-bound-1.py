squares = [n * n for n in range(4)]     # [0, 1, 4, 9]
first, *rest = squares                  # first is 0, the rest goes to rest
rest                                    # [1, 4, 9]
total = sum(squares)                    # 14
mean: float = total / 4                 # 3.5
total -= 4                              # 10
