total += 4
print(total)  # 7
