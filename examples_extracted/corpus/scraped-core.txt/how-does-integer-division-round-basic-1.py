7 // 2        # 3
-7 // 2       # -4 (towards minus infinity)
-7 % 2        # 1
divmod(-7, 2) # (-4, 1)
int(-3.5)     # -3 (towards zero)
round(2.5)    # 2 — to the even neighbour
round(3.5)    # 4
0.1 + 0.2     # 0.30000000000000004
0.1 + 0.2 == 0.3   # False
2 ** -1       # 0.5
1 / 3         # ~0.33
