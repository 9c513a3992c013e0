print(0 or "empty")
print("first" or "second")
print([] and 1 / 0)
print("a" and "b")
