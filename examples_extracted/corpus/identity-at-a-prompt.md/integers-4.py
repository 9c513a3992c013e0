x = y = 257
x is y
x += 0
x is y
