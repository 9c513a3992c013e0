round(2.5)  # 3
