x = 300
y = 300
x is y
int("x")
