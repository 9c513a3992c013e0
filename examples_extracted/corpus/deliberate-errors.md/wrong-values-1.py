list(range(1, 5))        # [1, 2, 3, 4, 5]
len(range(1, 5))         # 4
sum(range(5))            # 15
