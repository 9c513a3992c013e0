print("fog", "horn")
print("fog", "horn", sep="-", end="!\n")
print(*[1, 2, 3])
