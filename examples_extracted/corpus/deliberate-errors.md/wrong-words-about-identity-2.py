a = b = []
b += [1]
a               # []

s = t = "x"
t += "y"
s               # 'xy'
