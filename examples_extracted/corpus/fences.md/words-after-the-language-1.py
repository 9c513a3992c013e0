len("abc")        # 3
