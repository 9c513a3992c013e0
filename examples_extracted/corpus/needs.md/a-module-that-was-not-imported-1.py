math.floor(2.7)      # 2
