def widen(width):
    width = width * 2   # width = 10 for the call below
    return width

widen(5)                # width is 5 inside
width = 1
for step in range(3):
    width = width + step   # width = 1, 2, 4
print(width)            # 4
