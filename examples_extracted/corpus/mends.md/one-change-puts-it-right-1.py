math.hypot(3, 4)        # 5.0
