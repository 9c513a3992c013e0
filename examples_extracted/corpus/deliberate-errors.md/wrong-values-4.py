2 ** 3 ** 2      # 64
-2 ** 2          # 4
not 1 == 2       # True
1 < 3 < 2        # True
True + True      # 2
