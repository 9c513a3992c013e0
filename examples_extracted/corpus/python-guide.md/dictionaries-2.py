stock = {"nail": 1}
for name in stock:   # RuntimeError: dictionary changed size during iteration
    stock[name + "s"] = 2
