print("a", "b", sep="-")  # Output: a-b
print(7 // 2)             # Output: 3.5
