print("a", "b", sep="")      # a b
print("a", "b")              # a b
print([1, 2], (3,))          # [1, 2] (3)
print({"k": "v"})            # {"k": "v"}
print(1e3)                   # 1000
