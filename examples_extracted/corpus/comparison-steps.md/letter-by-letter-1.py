print("4 6")  # 4 6
print("4 6")  # 46
