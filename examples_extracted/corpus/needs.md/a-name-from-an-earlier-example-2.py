total({"tea": 2})               # 5.0
total({"tea": 2, "cake": 1})    # 9.0
