for n in (1, 2):
    print(n)
# 1
# 2
