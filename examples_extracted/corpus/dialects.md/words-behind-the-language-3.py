basket.append("plum")
print(len(basket))  # 2
