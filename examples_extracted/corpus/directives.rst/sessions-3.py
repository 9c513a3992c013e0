x = 6
for i in range(2):
    print(i)
x * 7
x / 2
