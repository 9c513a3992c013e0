kilobyte = 2  10
kilobyte                # 1024
