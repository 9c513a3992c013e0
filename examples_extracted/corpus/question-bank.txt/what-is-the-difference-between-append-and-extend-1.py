box = [1]
box.append([2, 3])
print(box)
box = [1]
box.extend([2, 3])
print(box)
