box = Box()
box.put("a")
len(box)  # 1
box.things  # ['a']
