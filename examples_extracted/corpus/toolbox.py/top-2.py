twice([0])  # [0, 0]
twice(1.5)  # 2.5
