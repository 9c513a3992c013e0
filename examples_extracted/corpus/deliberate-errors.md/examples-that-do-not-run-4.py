print("before")
ratio = 1 / 0
print("after")
