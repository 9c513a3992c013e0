box = Box()
for number in range(LIMIT):
    box.put(number)
box.put("more")
len(box)
