box = {}
box.setdefault("k", []).append(1)   # no KeyError
box.pop("none", None)               # no error
box |= {"m": 2} if hasattr(dict, "__or__") else {}   # works
"".join([])                         # OK (an empty text)
box["k"][0] = 5                     # fine
box["k"]                            # [5]
