[1, 2, 3][::-1]
"abc".replace("b", "")
int("x")
