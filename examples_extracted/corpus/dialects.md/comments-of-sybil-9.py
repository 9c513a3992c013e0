round(third, 2)  # 0.33
