parts = ["ham", "and", "eggs"]
print(" ".join(parts))
print("ham" + "and" + "eggs")
print(", ".join(map(str, [1, 2])))
