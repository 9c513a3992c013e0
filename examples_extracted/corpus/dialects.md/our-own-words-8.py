print(sum(range(10)))  # 45
