p = (1, 2)
q = (1, 2)
p is q
f = 1.5
g = 1.5
f is g
f == g
