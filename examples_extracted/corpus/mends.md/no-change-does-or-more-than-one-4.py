math.ceil(2.1)          # 2
