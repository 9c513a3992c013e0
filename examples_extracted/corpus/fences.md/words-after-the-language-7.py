ord("a")          # 97
