 8  total = 0
 9  for step in range(4):
10      total += step
11
12  total               # 6
