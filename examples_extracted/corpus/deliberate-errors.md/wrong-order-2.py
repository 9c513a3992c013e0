seen = {"b": 1, "a": 2}
seen["b"] = 3
list(seen)               # ['a', 'b']
