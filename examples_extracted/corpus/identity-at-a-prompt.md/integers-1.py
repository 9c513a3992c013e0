x = 256
y = 256
x is y
