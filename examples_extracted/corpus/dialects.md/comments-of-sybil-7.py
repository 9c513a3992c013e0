print(half + half)  # 1
