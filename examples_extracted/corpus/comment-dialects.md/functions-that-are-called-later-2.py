def walk(n):
    for i in range(n):
        print(i, end=" ")
    print()

walk(3)                   # 0 1 2
for word in ["in", "out"]:
    print(word.upper())   # IN, OUT
