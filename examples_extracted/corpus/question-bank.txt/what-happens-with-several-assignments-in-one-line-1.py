i = 0
a = [5, 6]
i, a[i] = 1, 9
print(i, a)
